"""Writing an image as two numbers: decoders of the VAE trained with several weights of the KL term, and where images
lie in the plane of each."""

from typing import Any

import numpy as np

from ganlab import data
from ganlab.inference import AutoencoderRun
from ganlab.jobs.requests import Request
from ganlab.sharing.idea_assets import Asset, Report, trained

SEED = 0
WEIGHTS = (0.0, 0.1, 1.0, 4.0, 16.0)
TEST_IMAGES = 1000  # whose places are shown
EACH = 2  # offline digits of each class, which are shown themselves
SMALL = 10_000  # numbers; larger kernels are kept in 8 bits
LEVELS = 127


def make(report: Report) -> Asset:
    """See `ganlab.sharing.idea_assets.make`. Arrays: `images` uint8 `[20, 28, 28]`, offline digits; `means` and
    `spreads` float32 `[weights, 20, 2]`, where they lie; `places` `[weights, 1000, 2]`, half precision as its 16 bits,
    where test images of the `labels` lie; and each decoder's, by their names and the number of its weight."""
    test = data.load("mnist")
    images = offline_digits()
    requests = [
        Request("vae", values={"kl_weight": weight}, dataset="mnist", device="cpu", precision="float32", seed=SEED)
        for weight in WEIGHTS
    ]

    def use(run: Any) -> dict[str, Any]:
        model = AutoencoderRun(run)
        mean, log_variance = model.encode(images)
        layers, arrays = compact(*model.decoder_layers())
        last = zip(run.config.validation, run.validation()[1][-1], strict=True)
        return {
            "layers": layers,
            "arrays": arrays,
            "mean": mean,
            "spread": np.exp(0.5 * log_variance),
            "places": model.encode(test.x_test[:TEST_IMAGES])[0],
            "figures": {name: round(float(value), 2) for name, value in last},
        }

    found = trained(requests, report, use)
    parts = [part for _, part in found]
    arrays: dict[str, np.ndarray] = {
        "images": images,
        "labels": test.y_test[:TEST_IMAGES].astype(np.uint8),
        "places": np.stack([part["places"] for part in parts]).astype(np.float16).view(np.uint16),
        "means": np.stack([part["mean"] for part in parts]).astype(np.float32),
        "spreads": np.stack([part["spread"] for part in parts]).astype(np.float32),
    }
    for number, part in enumerate(parts):
        arrays |= {f"{number}/{name}": array for name, array in part["arrays"].items()}
    figures = [part["figures"] for part in parts]
    return Asset(
        arrays,
        {"weights": WEIGHTS, "figures": figures, "layers": parts[0]["layers"]},
        {
            "seed": SEED,
            "settings": {"weights": WEIGHTS, "test_images": TEST_IMAGES, "digits_of_each_class": EACH},
            "models": [
                {"kl_weight": weight, **made, "validation": part["figures"]}
                for weight, (made, part) in zip(WEIGHTS, found, strict=True)
            ],
        },
    )


def offline_digits() -> np.ndarray:
    """Handwritten digits that may be given away, uint8 `[20, 28, 28]`: the first of each class, then the second."""
    digits = data.load("offline", download=False)
    chosen = [np.flatnonzero(digits.y_test == label)[:EACH] for label in range(10)]
    return digits.x_test[np.stack(chosen, axis=1).reshape(-1)]


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
