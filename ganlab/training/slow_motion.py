"""One iteration in slow motion: the same functions as in training, one by one, and everything put back afterwards."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import tensorflow as tf

from ganlab.models._base import LiveModel
from ganlab.models._stage import Stage


def stages(
    model: LiveModel, batches: Sequence[np.ndarray], iteration: int, learns: bool = True, unknown: Sequence[str] = ()
) -> list[Stage]:
    """Does the iteration after the first `iteration` ones eagerly, stage by stage, and puts all variables back.

    `batches` are those that `LiveModel.step` gets then. The stages' tensors are NumPy's and cannot be written to. Where
    it is not to learn, there are no steps of the optimisers; `unknown` are networks whose weights are not at hand.
    Nobody else may use the model meanwhile.
    """
    kept = [(variable, tf.identity(variable.value)) for variable in _variables(model, learns)]
    try:
        key = model.seeded(tf.constant(iteration))
        first = {name: _fixed(array) for name, array in model.looks().items()}
        slow = model.slowly(tuple(tf.constant(batch) for batch in batches), key, learns, unknown)
        found = [_settled(stage) for stage in slow]
    finally:
        for variable, value in kept:
            variable.assign(value)
    found[0] = replace(found[0], tensors={**first, **found[0].tensors})
    return found


def _variables(model: LiveModel, learns: bool) -> list[Any]:
    state = model.state() if learns else model.weights_of(*model.networks)  # the latter makes no optimisers' memories
    return [*state.values(), *model.seed_states]


def _settled(stage: Stage) -> Stage:
    tensors = {name: _fixed(array) for name, array in stage.tensors.items()}
    weights = {name: _fixed(array) for name, array in stage.weights.items()}
    return replace(stage, tensors=tensors, weights=weights)


def _fixed(array: Any) -> np.ndarray:
    copy = np.array(array)
    copy.flags.writeable = False
    return copy
