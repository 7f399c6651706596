"""Layers that Keras has, done faster on a CPU; each takes Keras's arguments and gives Keras's numbers."""

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from ganlab.models import _draws


class BatchNormalization(keras.layers.BatchNormalization):
    """Keras's layer through TensorFlow's fused kernel, as Keras itself used it at the chapters' time.

    Same variables, same defaults; four times as fast forward and back. Input `[n, h, w, c]`, or `[n, c]`, in any
    float type; statistics are float32. For images the moving variance follows the unbiased one, as it did then.
    """

    def call(self, inputs, training=None, mask=None):
        flat = len(inputs.shape) == 2
        images = inputs[:, tf.newaxis, tf.newaxis, :] if flat else inputs
        batch = bool(training and self.trainable)
        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            images,
            tf.convert_to_tensor(self.gamma),
            tf.convert_to_tensor(self.beta),
            mean=None if batch else tf.convert_to_tensor(self.moving_mean),
            variance=None if batch else tf.convert_to_tensor(self.moving_variance),
            epsilon=self.epsilon,
            is_training=batch,
        )
        if batch:
            if flat:  # here Keras follows the biased variance, as it has no fused kernel for this
                n = tf.cast(tf.shape(inputs)[0], tf.float32)
                variance = variance * (n - 1.0) / n
            self.moving_mean.assign(self.moving_mean * self.momentum + mean * (1.0 - self.momentum))
            self.moving_variance.assign(self.moving_variance * self.momentum + variance * (1.0 - self.momentum))
        return outputs[:, 0, 0, :] if flat else outputs


def normalisation(values: Mapping[str, Any], dtype: str) -> list[BatchNormalization]:
    """A layer of batch normalisation, or none where the knob `normalised` is off."""
    return [BatchNormalization(dtype=dtype)] if values["normalised"] else []


INTEGERS = {2: tf.int16, 4: tf.int32, 8: tf.int64}  # of as many bytes as a float


class Dropout(keras.layers.Dropout):
    """Keras's layer with 8 random bits for each decision instead of 32: drawing them is what takes the time.

    Each unit is dropped with exactly the rate's probability: the threshold, a 256th, is drawn for each call from the
    two next to the rate. Input `[n, ...]` with all but the first size known.
    """

    def call(self, inputs, training=False):
        if not training or self.rate == 0:
            return inputs
        seed = tf.cast(self.seed_generator.next(), tf.int64)
        size = int(tf.TensorShape(inputs.shape[1:]).num_elements())
        words = _draws.bits([tf.shape(inputs)[0], -(-size // 4)], seed)
        bits = tf.reshape(tf.bitcast(words, tf.uint8), [-1, 4 * -(-size // 4)])[:, :size]
        between = _draws.uniform([], _draws.fold(seed, 1))
        threshold = tf.cast(tf.minimum(tf.floor(256.0 * self.rate + between), 255.0), tf.uint8)
        whole = INTEGERS[inputs.dtype.size]  # multiplying 0 or 1 by the factor's bits is quicker than by the factor
        factor = tf.bitcast(tf.cast(1.0 / (1.0 - self.rate), inputs.dtype), whole)
        factors = tf.bitcast(tf.cast(bits >= threshold, whole) * factor, inputs.dtype)
        return inputs * tf.reshape(factors, tf.shape(inputs))


class FourierFeatures(keras.layers.Dense):
    """Sines and cosines of learnt projections, beside the inputs themselves: `[n, k]` to `[n, k + 2 * units]`.

    A network of few inputs follows fine detail much sooner with them (Tancik and others, "Fourier features let
    networks learn high frequency functions in low dimensional domains", 2020).
    """

    def __init__(self, units: int, spread: float = 1.5, **others) -> None:
        others.setdefault("kernel_initializer", keras.initializers.RandomNormal(0.0, spread))
        super().__init__(units, use_bias=False, **others)
        self.spread = spread

    def call(self, inputs, training=None):
        waves = keras.ops.matmul(inputs, self.kernel)
        return keras.ops.concatenate([inputs, keras.ops.sin(waves), keras.ops.cos(waves)], axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + 2 * self.units)

    def compute_output_spec(self, inputs, training=None):
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), self.compute_dtype)


class ToOneChannel(keras.layers.Conv2D):
    """A convolution to a single channel ("same", stride 1) as a matrix product and shifted sums.

    The general kernels work on 16 channels at a time and waste 15 of them. Input `[n, h, w, c]` to `[n, h, w, 1]`.
    """

    def __init__(self, kernel_size: int, **others) -> None:
        super().__init__(1, kernel_size, padding="same", **others)

    def convolution_op(self, inputs, kernel):
        return convolve_to_one_channel(inputs, tf.convert_to_tensor(kernel))


class FromOneChannel(keras.layers.Conv2D):
    """A convolution of a single channel ("valid", stride 1) as shifted copies and a matrix product.

    Input `[n, h, w, 1]` to `[n, h - k + 1, w - k + 1, filters]`.
    """

    def convolution_op(self, inputs, kernel):
        return convolve_from_one_channel(inputs, tf.convert_to_tensor(kernel))


# Below, images lie in memory as one long row of pixels, so that a kernel's tap is a shift of the whole row: slices of
# many small windows cost more than the products. tf.slice takes a tap in one operation where brackets take four, which
# halves the time until the first iteration. Pixels whose window would reach into the next line are cut off.


@tf.custom_gradient
def convolve_to_one_channel(images: tf.Tensor, kernel: tf.Tensor):
    """`tf.nn.conv2d(images, kernel, 1, "SAME")` for images `[n, h, w, c]` and a kernel `[k, k, c, 1]`."""
    height, width, channels = images.shape[1:]
    k = kernel.shape[0]
    before, after = (k - 1) // 2, k // 2
    grid = [-1, height + k - 1, width + k - 1]
    offsets = tap_offsets(k, width + k - 1)
    rows = tf.reshape(tf.pad(images, [[0, 0], [before, after], [before, after], [0, 0]]), [-1, channels])
    taps = tf.reshape(kernel, [k * k, channels])
    responses = tf.pad(tf.matmul(taps, rows, transpose_b=True), [[0, 0], [0, offsets[-1]]])
    length = tf.shape(rows)[:1]
    of_one_tap = tf.concat([[1], length], axis=0)
    outputs = tf.add_n([tf.slice(responses, [tap, offset], of_one_tap)[0] for tap, offset in enumerate(offsets)])

    def gradient(upstream: tf.Tensor):
        pixels = tf.reshape(tf.pad(upstream[..., 0], [[0, 0], [0, k - 1], [0, k - 1]]), [-1])
        pixels = tf.pad(pixels, [[offsets[-1], 0]])
        copies = tf.stack([tf.slice(pixels, [offsets[-1] - offset], length) for offset in offsets])
        to_images = tf.reshape(tf.matmul(copies, taps, transpose_a=True), [*grid, channels])
        to_kernel = tf.reshape(tf.matmul(copies, rows), kernel.shape)
        return to_images[:, before : before + height, before : before + width], to_kernel

    return tf.reshape(outputs, grid)[:, :height, :width, tf.newaxis], gradient


@tf.custom_gradient
def convolve_from_one_channel(images: tf.Tensor, kernel: tf.Tensor):
    """`tf.nn.conv2d(images, kernel, 1, "VALID")` for images `[n, h, w, 1]` and a kernel `[k, k, 1, filters]`."""
    height, width = images.shape[1:3]
    k, filters = kernel.shape[0], kernel.shape[3]
    offsets = tap_offsets(k, width)
    taps = tf.reshape(kernel, [k * k, filters])
    length = tf.reshape(tf.size(images), [1])
    of_one_tap = tf.concat([[1], length], axis=0)
    pixels = tf.pad(tf.reshape(images, [-1]), [[0, offsets[-1]]])
    copies = tf.stack([tf.slice(pixels, [offset], length) for offset in offsets])
    outputs = tf.reshape(tf.matmul(copies, taps, transpose_a=True), [-1, height, width, filters])

    def gradient(upstream: tf.Tensor):
        rows = tf.reshape(tf.pad(upstream, [[0, 0], [0, k - 1], [0, k - 1], [0, 0]]), [-1, filters])
        responses = tf.pad(tf.matmul(taps, rows, transpose_b=True), [[0, 0], [offsets[-1], 0]])
        shifted = [tf.slice(responses, [tap, offsets[-1] - offset], of_one_tap) for tap, offset in enumerate(offsets)]
        to_kernel = tf.reshape(tf.matmul(copies, rows), kernel.shape)
        return tf.reshape(tf.add_n(shifted), [-1, height, width, 1]), to_kernel

    return outputs[:, : height - k + 1, : width - k + 1], gradient


def tap_offsets(k: int, width: int) -> list[int]:
    """How far each tap of a k x k kernel looks ahead in a row of pixels whose lines are `width` long."""
    return [row * width + column for row in range(k) for column in range(k)]
