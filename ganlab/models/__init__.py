"""The architectures: one file each; `_*.py` is what they have in common. `ganlab.models()` gives their names."""

import pkgutil
import sys
import types
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ganlab.startup import start_tensorflow

if TYPE_CHECKING:  # the registry finds the modules here, which register themselves with it
    from ganlab.registry import ModelSpec


class _Models(types.ModuleType):
    """Lets `ganlab.models` be this package and, when called, the list of what is in it."""

    def __call__(self) -> tuple[str, ...]:
        """The names of the architectures, which their files have, too."""
        files = sorted(found.name for found in pkgutil.iter_modules(self.__path__))
        return tuple(name.replace("_", "-") for name in files if not name.startswith("_"))


sys.modules[__name__].__class__ = _Models


def create(spec: "ModelSpec", values: Mapping[str, Any], dtype: str = "float32", seed: int = 0) -> Any:
    """The untrained `keras.Model` of an architecture, its initial weights a function of `seed` alone.

    `values` holds every knob's value, `dtype` names a Keras dtype policy (`float32`, `mixed_bfloat16`).
    """
    start_tensorflow()
    from ganlab.models._base import seed_weights

    model = spec.build(values, dtype)
    seed_weights(model, seed)
    return model
