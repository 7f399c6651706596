"""Random numbers that are the same whether XLA, TensorFlow's compiler for GPUs, has compiled what draws them or not.

TensorFlow's own differ there: XLA takes negative keys for others, and makes floats of other bits. What is looked at
again later, uncompiled (slow motion, what a step has changed), would be other images than the training's.
"""

import math
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

import tensorflow as tf

PHILOX = 1  # TensorFlow's number for the generator that it uses (Salmon and others, 2011)
SCRAMBLE = 0x02461E293EC8F720  # with which TensorFlow makes the generator's state from a key
Shape = Sequence[Any] | tf.Tensor
_for_xla = ContextVar("for_xla", default=False)


def compiled(step: Callable[..., Any], with_xla: bool) -> Callable[..., Any]:
    """`step` as a graph, which XLA compiles if it is to: the same numbers but for rounding."""

    def traced(*arguments: Any) -> Any:
        before = _for_xla.set(with_xla)
        try:
            return step(*arguments)
        finally:
            _for_xla.reset(before)

    # Autograph rewrites Python's loops and conditions, of which there are none in a step; without it the first training
    # begins a second sooner.
    return tf.function(traced, jit_compile=with_xla, autograph=False)


def are_for_xla() -> bool:
    """Whether the graph that is being made is one that XLA will compile."""
    return _for_xla.get()


def fold(key: tf.Tensor, number: int | tf.Tensor) -> tf.Tensor:
    """A new key for one purpose; see JAX's `fold_in`."""
    if not are_for_xla():
        return tf.random.experimental.stateless_fold_in(key, number)
    return tf.stack([tf.cast(bits([], key), key.dtype), tf.cast(number, key.dtype)])


def bits(shape: Shape, key: tf.Tensor) -> tf.Tensor:
    """int32 of this shape, all numbers as likely, a function of the key, int32 or int64 `[2]`."""
    if not are_for_xla():
        return tf.random.stateless_uniform(shape, key, None, None, tf.int32)
    return tf.raw_ops.StatelessRandomUniformFullIntV2(shape=shape, **_state(key), alg=PHILOX, dtype=tf.int32)


def integers(shape: Shape, key: tf.Tensor, low: int, end: int) -> tf.Tensor:
    """int32 of this shape from `low` to `end - 1`, a function of the key."""
    if not are_for_xla():
        return tf.random.stateless_uniform(shape, key, low, end, tf.int32)
    return tf.raw_ops.StatelessRandomUniformIntV2(shape=shape, **_state(key), alg=PHILOX, minval=low, maxval=end)


def uniform(shape: Shape, key: tf.Tensor, low: float = 0.0, high: float = 1.0) -> tf.Tensor:
    """float32 of this shape in [low, high), a function of the key."""
    if not are_for_xla():
        return tf.random.stateless_uniform(shape, key, low, high)
    return _floats(bits(shape, key)) * (high - low) + low


def normal(shape: Shape, key: tf.Tensor) -> tf.Tensor:
    """float32 of this shape, normally distributed around 0 with a variance of 1, a function of the key."""
    if not are_for_xla():
        return tf.random.stateless_normal(shape, key)
    # as TensorFlow does it: two numbers each from two integers (Box and Muller, 1958)
    size = tf.reduce_prod(shape)
    floats = _floats(bits([(size + 1) // 2, 2], key))
    length = tf.sqrt(-2.0 * tf.math.log(tf.maximum(floats[:, 0], 1e-7)))
    angle = 2.0 * math.pi * floats[:, 1]
    both = tf.stack([tf.sin(angle), tf.cos(angle)], axis=1) * length[:, tf.newaxis]
    return tf.reshape(tf.reshape(both, [-1])[:size], shape)


def _state(key: tf.Tensor) -> dict[str, tf.Tensor]:
    """The state of the generator that TensorFlow, without XLA, makes from a key."""
    mixed = tf.raw_ops.StatelessRandomUniformFullIntV2(
        shape=[2],
        key=tf.constant([SCRAMBLE], tf.uint64),
        counter=tf.cast(tf.cast(key, tf.int64), tf.uint64),
        alg=PHILOX,
        dtype=tf.uint64,
    )
    return {"key": mixed[:1], "counter": tf.stack([tf.constant(0, tf.uint64), mixed[1]])}


def _floats(words: tf.Tensor) -> tf.Tensor:
    """Floats in [0, 1) of the lower 23 bits of each."""
    return tf.bitcast(words & 0x7FFFFF | 0x3F800000, tf.float32) - 1.0
