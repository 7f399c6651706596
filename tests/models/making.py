"""Small models, each of which is built only once: building one takes longer than most of what is tried with it."""

from typing import Any

import numpy as np

from ganlab import models
from ganlab.registry import ModelSpec
from tests.conftest import small

IMAGES = np.random.default_rng(0).integers(0, 256, [40, 28, 28], np.uint8)
POINTS = np.random.default_rng(0).standard_normal([40, 2], np.float32)

_made: dict[tuple, tuple[Any, dict, dict[str, np.ndarray]]] = {}


def examples(spec: ModelSpec) -> np.ndarray:
    """40 of what an architecture learns from: images, uint8 `[40, 28, 28]`, or points, float32 `[40, 2]`."""
    return POINTS if spec.points else IMAGES


def make(spec: ModelSpec, preset: str | None = None, seed: int = 0, **changes) -> tuple[Any, dict]:
    """An untrained small model and its settings; who made the same one before has the same one, as it was at first.

    What a test changes of it beside its variables, it puts back.
    """
    key = (spec.name, preset or next(iter(spec.presets)), seed, *sorted(changes.items()))
    if key not in _made:
        values = spec.values(preset, {**small(spec.name), **changes})
        model = models.create(spec, values, seed=seed)
        _made[key] = model, values, {name: variable.numpy() for name, variable in model.state().items()}
    model, values, first = _made[key]
    for name, variable in model.state().items():
        variable.assign(first[name])
    return model, values
