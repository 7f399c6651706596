"""A normalised batch: what two trained generators feed into their first batch normalisation.

In the DCGAN that ships, a unit of the layer before it is a map of 14 x 14 places, all of which count for its mean and
variance. In an art GAN, which is trained for this, a unit is a single number for each image.
"""

from typing import Any

import numpy as np

from ganlab import inference
from ganlab.inference import GANRun
from ganlab.jobs.requests import Request
from ganlab.runs.folders import shipped
from ganlab.sharing.idea_assets import Asset, Report, trained

SEED = 0
UNITS = 4
IMAGES = {"art-gan": 512, "dcgan": 96}
ITERATIONS = 1000  # of the art GAN; its moving averages are steady long before


def make(report: Report) -> Asset:
    """See `ganlab.sharing.idea_assets.make`. Arrays, in half precision as its 16 bits: one for each model, by its name,
    `[units, images, places]`."""
    request = Request("art-gan", dataset="mnist", iterations=ITERATIONS, device="cpu", precision="float32", seed=SEED)

    def use(run: Any) -> tuple[dict[str, Any], np.ndarray]:
        return activations(GANRun(run), IMAGES["art-gan"])

    ((made, found),) = trained([request], report, use)
    report("Running the DCGAN", None)
    model = inference.load(shipped("dcgan"))
    assert isinstance(model, GANRun)
    layers = {"art-gan": found, "dcgan": activations(model, IMAGES["dcgan"])}
    return Asset(
        {name: values.astype(np.float16).view(np.uint16) for name, (_, values) in layers.items()},
        {"layers": [{"name": name, **about} for name, (about, _) in layers.items()]},
        {
            "seed": SEED,
            "settings": {"units": UNITS, "images": IMAGES},
            "models": {"art-gan": made, "dcgan": {"pretrained": "dcgan"}},
        },
    )


def activations(model: GANRun, images: int) -> tuple[dict[str, Any], np.ndarray]:
    """The layer before a generator's first batch normalisation, and what it gives: float32 `[units, images, places]`
    for latents of the seed. Of its units those are taken whose moving variances are evenly spread over all."""
    import keras

    from ganlab.models._layers import BatchNormalization

    (generator,) = model.networks().values()
    index = next(i for i, layer in enumerate(generator.layers) if isinstance(layer, BatchNormalization))
    before, layer = generator.layers[index - 1], generator.layers[index]
    latents = np.random.default_rng(SEED).standard_normal([images, generator.input_shape[-1]], np.float32)
    found = np.asarray(keras.Model(generator.inputs[0], before.output)(latents), np.float32)
    values = np.moveaxis(found.reshape(images, -1, found.shape[-1]), -1, 0)
    order = np.argsort(layer.moving_variance.numpy(), kind="stable")
    chosen = order[((np.arange(UNITS) + 0.5) / UNITS * len(order)).astype(int)]
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    kept = {name: getattr(layer, name).numpy() for name in names}
    units = [{"unit": int(i), **{name: round(float(kept[name][i]), 6) for name in names}} for i in chosen]
    about = {
        "kind": type(before).__name__,
        "images": images,
        "places": values.shape[2],
        "epsilon": layer.epsilon,
        "of": len(order),
        "units": units,
    }
    return about, values[chosen]
