"""The architectures: one file each; `_*.py` is what they have in common."""

from collections.abc import Mapping
from typing import Any

from ganlab.backend import start_tensorflow
from ganlab.registry import ModelSpec


def create(spec: ModelSpec, values: Mapping[str, Any], dtype: str = "float32", seed: int = 0) -> Any:
    """The untrained `keras.Model` of an architecture, its initial weights a function of `seed` alone.

    `values` holds every knob's value, `dtype` names a Keras dtype policy (`float32`, `mixed_bfloat16`).
    """
    start_tensorflow()
    from ganlab.models._base import seed_weights

    model = spec.build(values, dtype)
    seed_weights(model, seed)
    return model
