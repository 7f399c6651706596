"""The steps that an optimiser would make next, without making them: what unrolling looks ahead with."""

from collections.abc import Callable

import keras
import tensorflow as tf

Steps = Callable[[list[tf.Tensor], list[tf.Tensor]], list[tf.Tensor]]
TINY = 1e-14  # a root has no slope at 0


def steps_of(optimizer: keras.optimizers.Optimizer, rate: float) -> Steps:
    """What gives new weights for weights and their slopes, each time it is called, as the optimiser would from where
    it is, but at this rate. All of it has slopes, too, and nothing of the optimiser is changed."""
    if isinstance(optimizer, keras.optimizers.Adam):
        return _adam(optimizer, rate)
    if isinstance(optimizer, keras.optimizers.RMSprop):
        return _rmsprop(optimizer, rate)
    assert isinstance(optimizer, keras.optimizers.SGD)
    return _sgd(optimizer, rate)


def _adam(optimizer: keras.optimizers.Adam, rate: float) -> Steps:
    first, second = _copies(optimizer._momentums), _copies(optimizer._velocities)
    done = tf.cast(optimizer.iterations, tf.float32)
    one, two = optimizer.beta_1, optimizer.beta_2

    def step(weights: list[tf.Tensor], slopes: list[tf.Tensor]) -> list[tf.Tensor]:
        nonlocal first, second, done
        done += 1.0
        first = [one * m + (1.0 - one) * slope for m, slope in zip(first, slopes, strict=True)]
        second = [two * v + (1.0 - two) * slope**2 for v, slope in zip(second, slopes, strict=True)]
        size = rate * tf.sqrt(1.0 - tf.pow(two, done)) / (1.0 - tf.pow(one, done))
        moves = [m / (tf.sqrt(v + TINY) + optimizer.epsilon) for m, v in zip(first, second, strict=True)]
        return [w - size * move for w, move in zip(weights, moves, strict=True)]

    return step


def _rmsprop(optimizer: keras.optimizers.RMSprop, rate: float) -> Steps:
    second, keep = _copies(optimizer._velocities), optimizer.rho

    def step(weights: list[tf.Tensor], slopes: list[tf.Tensor]) -> list[tf.Tensor]:
        nonlocal second
        second = [keep * v + (1.0 - keep) * slope**2 for v, slope in zip(second, slopes, strict=True)]
        moves = [slope / tf.sqrt(v + optimizer.epsilon) for slope, v in zip(slopes, second, strict=True)]
        return [w - rate * move for w, move in zip(weights, moves, strict=True)]

    return step


def _sgd(optimizer: keras.optimizers.SGD, rate: float) -> Steps:
    moves = _copies(optimizer.momentums) if optimizer.momentum else None

    def step(weights: list[tf.Tensor], slopes: list[tf.Tensor]) -> list[tf.Tensor]:
        nonlocal moves
        if moves is None:
            return [w - rate * slope for w, slope in zip(weights, slopes, strict=True)]
        moves = [optimizer.momentum * m - rate * slope for m, slope in zip(moves, slopes, strict=True)]
        return [w + move for w, move in zip(weights, moves, strict=True)]

    return step


def _copies(variables: list[keras.Variable]) -> list[tf.Tensor]:
    return [tf.convert_to_tensor(variable) for variable in variables]
