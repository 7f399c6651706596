"""What a single iteration did, measured around it; for steps of a paused training, as it takes a moment."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from ganlab.models._base import LiveModel, iteration_key
from ganlab.training.events import Stepped

Weights = dict[str, list[tf.Tensor]]


def weights(model: LiveModel) -> Weights:
    """A copy of what each optimiser changes."""
    return {name: [tf.identity(v.value) for v in model.trained_by(name)] for name in model.optimizers}


def measure(model: LiveModel, before: Weights, batches: Sequence[np.ndarray], iteration: int) -> Stepped:
    """What the iteration after the first `iteration` ones did, right after it. `batches` are those that its step was
    given; the model is not changed."""
    kinds = tuple(tf.constant(batch) for batch in batches)
    told = model.told_again(kinds, iteration_key(model.seed, tf.constant(iteration)), before)
    moved = {name: _moved(old, model.trained_by(name)) for name, old in before.items()}
    generated = getattr(model, "fakes", None) or len(batches[0])
    return Stepped(len(batches[0]), generated, moved, None if told is None else float(told))


def _moved(old: Sequence[tf.Tensor], new: Sequence[tf.Variable]) -> float:
    change = tf.linalg.global_norm([after - before for before, after in zip(old, new, strict=True)])
    return float(change / tf.maximum(tf.linalg.global_norm(list(old)), 1e-12))
