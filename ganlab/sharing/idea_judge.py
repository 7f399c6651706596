"""The GAN of the idea "You are the discriminator": a small one that learns the offline digits, which everybody has."""

import time
from typing import Any

import numpy as np

from ganlab import data, registry
from ganlab.inference.discriminator import NETWORK, from_weights
from ganlab.sharing.idea_assets import Asset, Report

MODEL = "swift-gan"
CHANGES = {"iterations": 3000, "generator_filters": 16, "discriminator_filters": 16}
KEPT = (60, 150, 300, 600, 1500, 3000)  # iterations: from smudges to digits
SEED = 0
IMAGES = 64  # of each of these


def make(report: Report) -> Asset:
    """Arrays: `iterations` int32 `[k]`, generated `images` uint8 `[k, 64, 28, 28]`, what the discriminator of the same
    iteration says of them, `p_images` float32 `[k, 64]`, and of the test images, `p_reals` float32 `[k, 297]`; and its
    weights, float16, as `weights-K/NAME`. The figures are those of these weights."""
    from ganlab.startup import start_tensorflow

    start_tensorflow()
    from ganlab import models
    from ganlab.training.loop import TrainingConfig, train

    spec, used = registry.get(MODEL), data.load("offline", download=False)
    values: dict[str, Any] = dict(spec.values(changes=CHANGES))
    model = models.create(spec, values, seed=SEED)
    config = TrainingConfig(
        iterations=values["iterations"],
        batch_size=values["batch_size"],
        draws=spec.draws,
        curves=tuple(curve.name for curve in spec.curves),
        seed=SEED,
        validate_every=int(np.gcd.reduce(KEPT)),  # at which chunks of iterations end
    )
    latents = model.preview_inputs(IMAGES, SEED)
    drawn, weights, began = [], [], time.monotonic()
    for event in train(model, used.x_train, config):
        if event.iteration in KEPT[len(drawn) : len(drawn) + 1]:
            drawn.append(model.preview(latents).numpy())
            halves = model.weights_of(NETWORK).items()
            weights.append({name: variable.numpy().astype(np.float16) for name, variable in halves})
        report("Training", event.iteration / values["iterations"])
    images, judges = np.stack(drawn), [from_weights(MODEL, values, one) for one in weights]
    kept = {f"weights-{place}/{name}": each for place, one in enumerate(weights) for name, each in one.items()}
    arrays = {
        "iterations": np.array(KEPT, np.int32),
        "images": images,
        "p_images": np.stack([judge.p_real(some) for judge, some in zip(judges, images, strict=True)]),
        "p_reals": np.stack([judge.p_real(used.x_test) for judge in judges]),
    }
    source: dict[str, Any] = {
        "trained_seconds": round(time.monotonic() - began, 1),
        "seed": SEED,
        "device": config.device,
        "precision": "float32",
        "training_images": len(used.x_train),
        "source": used.source,
    }
    head = {"model": MODEL, "values": dict(CHANGES), "title": used.title, "fingerprint": used.fingerprint}
    return Asset(arrays | kept, head, source)
