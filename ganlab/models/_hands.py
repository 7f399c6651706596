"""Images as other hands would write them: smaller or larger, off the middle, with a thinner or a thicker pen."""

import tensorflow as tf

from ganlab.models._base import fold
from ganlab.models._draws import uniform

SIZES = (0.7, 1.25)  # of the digit beside what it was, for its height and its width alone
SHIFT = 4.0  # pixels, at most, each way


def in_other_hands(images: tf.Tensor, share: float, key: tf.Tensor) -> tf.Tensor:
    """`images`, float32 `[n, 28, 28, 1]` in [0, 1], of which about `share` (0 to 1) are resized, moved, and made
    thinner or thicker; `key`, int32 `[2]`, decides which and how."""
    n = tf.shape(images)[0]
    size = uniform([2, n, 1, 1], fold(key, 0), *SIZES)
    shift = uniform([2, n, 1, 1], fold(key, 1), -SHIFT, SHIFT)
    pen = uniform([n, 1, 1, 1], fold(key, 2), -1.0, 1.0)
    chosen = uniform([n, 1, 1, 1], fold(key, 3)) < share
    return tf.where(chosen, crisp(with_pen(moved(images, size, shift), pen)), images)


def moved(images: tf.Tensor, size: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
    """Images, float32 `[n, 28, 28, 1]` in [0, 1], `size` times as large around their middle and `shift` pixels
    further down and to the right; both float32 `[2, n, 1, 1]`, rows first. What leaves the image is lost, what comes in
    is black."""
    rows, columns = tf.unstack(_weights(size, shift))
    made = rows @ images[..., 0] @ tf.transpose(columns, [0, 2, 1])
    return tf.minimum(made, 1.0)[..., tf.newaxis]  # weights do not always add up to exactly 1


def _weights(size: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
    """How much each of the 28 new pixels along a side has of each of the old: float32 `[2, n, 28, 28]`."""
    places = tf.range(28.0)
    old = (places[:, tf.newaxis] - 13.5 - shift) / size + 13.5
    reach = tf.maximum(1.0, 1.0 / size)  # of several old pixels that become one, all count
    return tf.maximum(0.0, 1.0 - tf.abs(old - places) / reach) / reach


def with_pen(images: tf.Tensor, pen: tf.Tensor) -> tf.Tensor:
    """Images, float32 `[n, 28, 28, 1]` in [0, 1], in a pen that is a pixel thicker on each side where `pen`, float32
    `[n, 1, 1, 1]`, is 1, and a pixel thinner in all where it is -1; as they are at 0, and in between otherwise."""
    thick = tf.nn.max_pool2d(images, 3, 1, "SAME")
    thin = -tf.nn.max_pool2d(-images, 2, 1, "SAME")
    return images + tf.maximum(pen, 0.0) * (thick - images) + tf.maximum(-pen, 0.0) * (thin - images)


def crisp(images: tf.Tensor) -> tf.Tensor:
    """Images, float32 `[n, 28, 28, 1]` in [0, 1], as white and with edges as sharp as before they were resized."""
    whitest = tf.reduce_max(images, axis=[1, 2, 3], keepdims=True)
    return tf.clip_by_value(1.5 * tf.math.divide_no_nan(images, whitest) - 0.25, 0.0, 1.0)
