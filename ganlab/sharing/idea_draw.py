"""Writing an image as two numbers: decoders of the VAE trained with several weights of the KL term, and where images
lie in the plane of each."""

from typing import Any

import numpy as np

from ganlab.inference import AutoencoderRun
from ganlab.jobs.requests import Request
from ganlab.sharing.idea_assets import Asset, Report, images_of, trained

SEED = 0
WEIGHTS = (0.0, 0.1, 1.0, 4.0, 16.0)
TEST_IMAGES = 1000  # whose places are shown
SMALL = 10_000  # numbers; larger kernels are kept in 8 bits
LEVELS = 127


def make(report: Report) -> Asset:
    """See `ganlab.sharing.idea_assets.make`. Arrays: `means` and `spreads` (standard deviations) `[weights, 1000, 2]`,
    half precision as its 16 bits, of the first test images, and their `labels`; and each decoder's, by their names and
    the number of its weight."""
    test = images_of("mnist")
    requests = [
        Request("vae", values={"kl_weight": weight}, dataset="mnist", device="cpu", precision="float32", seed=SEED)
        for weight in WEIGHTS
    ]

    def use(run: Any) -> dict[str, Any]:
        model = AutoencoderRun(run)
        mean, log_variance = model.encode(test.x_test[:TEST_IMAGES])
        layers, arrays = compact(*model.decoder_layers())
        last = zip(run.config.validation, run.validation()[1][-1], strict=True)
        return {
            "layers": layers,
            "arrays": arrays,
            "mean": mean,
            "spread": np.exp(0.5 * log_variance),
            "figures": {name: round(float(value), 2) for name, value in last},
        }

    found = trained(requests, report, use)
    parts = [part for _, part in found]
    arrays: dict[str, np.ndarray] = {
        name: np.stack([part[kind] for part in parts]).astype(np.float16).view(np.uint16)
        for name, kind in (("means", "mean"), ("spreads", "spread"))
    }
    arrays["labels"] = test.y_test[:TEST_IMAGES].astype(np.uint8)
    for number, part in enumerate(parts):
        arrays |= {f"{number}/{name}": array for name, array in part["arrays"].items()}
    figures = [part["figures"] for part in parts]
    return Asset(
        arrays,
        {"weights": WEIGHTS, "figures": figures, "layers": parts[0]["layers"]},
        {
            "seed": SEED,
            "settings": {"weights": WEIGHTS, "test_images": TEST_IMAGES},
            "models": [
                {"kl_weight": weight, **made, "validation": part["figures"]}
                for weight, (made, part) in zip(WEIGHTS, found, strict=True)
            ],
        },
    )


def compact(
    layers: list[dict[str, Any]], arrays: dict[str, np.ndarray]
) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
    """A decoder as `AutoencoderRun.decoder_layers` gives it, its large dense kernels in 8 bits: uint8 from 1 to 255,
    128 is 0, of as much for each output as the layer's `scales` say (half precision, as its 16 bits)."""
    small_layers, small = [], dict(arrays)
    for layer in layers:
        if layer["kind"] == "dense" and small[layer["kernel"]].size > SMALL:
            name = layer["kernel"]
            kernel = small[name].view(np.float16).astype(np.float32)
            scales = (np.abs(kernel).max(axis=0) / LEVELS).astype(np.float16)
            scales = np.maximum(scales, np.finfo(np.float16).tiny)
            steps = np.clip(np.round(kernel / scales.astype(np.float32)), -LEVELS, LEVELS)
            small[name] = (steps + LEVELS + 1).astype(np.uint8)
            layer = layer | {"scales": name.replace("kernel", "scales")}
            small[layer["scales"]] = scales.view(np.uint16)
        small_layers.append(layer)
    return small_layers, small
