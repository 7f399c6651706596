"""One iteration in slow motion: the same functions as in training, one by one, and everything put back afterwards."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import tensorflow as tf

from ganlab.errors import GanlabError
from ganlab.models._base import LiveModel
from ganlab.models._stage import Stage


def stages(model: LiveModel, batches: Sequence[np.ndarray], iteration: int, learns: bool = True) -> list[Stage]:
    """Does the iteration after the first `iteration` ones eagerly, stage by stage, and puts all variables back.

    `batches` are those that `LiveModel.step` gets then. The stages' arrays are NumPy's and cannot be written to. Where
    it is not to learn, there are no steps of the optimisers. Nobody else may use the model meanwhile. Raises
    GanlabError where the architecture has no stages.
    """
    kept = [(variable, tf.identity(variable.value)) for variable in _variables(model, learns)]
    try:
        key = model.seeded(tf.constant(iteration))
        slow = model.slowly(tuple(tf.constant(batch) for batch in batches), key, learns)
        if slow is None:
            raise GanlabError("This architecture cannot be watched in slow motion.")
        first = {name: _fixed(array) for name, array in model.looks().items()}
        found = [_settled(stage) for stage in slow]
    finally:
        for variable, value in kept:
            variable.assign(value)
    found[0] = replace(found[0], arrays={**first, **found[0].arrays})
    return found


def _variables(model: LiveModel, learns: bool) -> list[Any]:
    state = model.state() if learns else model.inference_state()  # the latter makes no optimisers' memories
    return [*state.values(), *model.seed_states]


def _settled(stage: Stage) -> Stage:
    arrays = {name: _fixed(array) for name, array in stage.arrays.items()}
    weights = {name: _fixed(array) for name, array in stage.weights.items()}
    return replace(stage, arrays=arrays, weights=weights)


def _fixed(array: Any) -> np.ndarray:
    copy = np.array(array)
    copy.flags.writeable = False
    return copy
