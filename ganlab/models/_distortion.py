"""Training images turned, stretched and moved at random, so that no network sees one twice as it is."""

from collections.abc import Sequence

import tensorflow as tf

from ganlab.models import _draws


def distort(images: tf.Tensor, strength: float, key: tf.Tensor, ground: float) -> tf.Tensor:
    """Images float32 `[n, 28, 28, 1]` turned, sheared, stretched and moved, each by itself; new pixels are `ground`."""
    n = tf.shape(images)[0]
    draws = strength * _draws.uniform([6, n], key, -1.0, 1.0)
    angle, shear, wide, high, right, down = tf.unstack(draws * [[0.26], [0.15], [0.1], [0.1], [2.0], [2.0]])
    a, b = (1.0 + wide) * tf.cos(angle), -(1.0 + high) * tf.sin(angle) + shear
    c, d = (1.0 + wide) * tf.sin(angle), (1.0 + high) * tf.cos(angle)
    middle = 13.5
    x = middle - a * middle - b * middle + right
    y = middle - c * middle - d * middle + down
    if _draws.are_for_xla():  # which does not know the operation below
        return _warped(images, (a, b, x, c, d, y), ground)
    none = tf.zeros_like(a)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, x, c, d, y, none, none], axis=1),
        output_shape=tf.constant([28, 28]),
        fill_value=ground,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )


def _warped(images: tf.Tensor, transforms: Sequence[tf.Tensor], ground: float) -> tf.Tensor:
    """What `ImageProjectiveTransformV3` makes of images: the pixel in row r and column q is that of the image at the
    row c q + d r + y and the column a q + b r + x, where a, b, x, c, d, y, `[n]` each, are the transforms."""
    a, b, x, c, d, y = (part[:, tf.newaxis, tf.newaxis] for part in transforms)
    rows, columns = tf.range(28.0)[:, tf.newaxis], tf.range(28.0)
    down, right = (tf.clip_by_value(at, -2.0, 29.0) for at in (c * columns + d * rows + y, a * columns + b * rows + x))
    top, left = tf.floor(down), tf.floor(right)
    padded = tf.reshape(tf.pad(images, [[0, 0], [2, 3], [2, 3], [0, 0]], constant_values=ground), [-1, 33 * 33])

    def part(row: tf.Tensor, column: tf.Tensor) -> tf.Tensor:
        weight = (1.0 - tf.abs(down - row)) * (1.0 - tf.abs(right - column))
        return weight * tf.gather(padded, tf.cast((row + 2.0) * 33.0 + column + 2.0, tf.int32), batch_dims=1)

    whole = part(top, left) + part(top, left + 1.0) + part(top + 1.0, left) + part(top + 1.0, left + 1.0)
    return whole[..., tf.newaxis]
