"""The faster layers give Keras's numbers, forward and back."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganlab.models._layers import (
    BatchNormalization,
    Dropout,
    FromOneChannel,
    ToOneChannel,
    convolve_from_one_channel,
    convolve_to_one_channel,
)


@pytest.mark.parametrize("shape", [(32, 5, 5, 3), (64, 7)])
def test_batch_normalization(shape):
    inputs = tf.random.stateless_normal(shape, [1, 2], mean=3.0, stddev=2.0)
    ours, theirs = BatchNormalization(), keras.layers.BatchNormalization()
    for _ in range(5):
        np.testing.assert_allclose(ours(inputs, training=True), theirs(inputs, training=True), atol=1e-4)
    count = np.prod(shape[:-1]) if len(shape) == 4 else np.inf  # the biased variance, where Keras has no fused kernel
    np.testing.assert_allclose(ours.moving_mean.numpy(), theirs.moving_mean.numpy(), rtol=1e-4)
    unbiased = 0.99**5 + (theirs.moving_variance.numpy() - 0.99**5) / (1 - 1 / count)
    np.testing.assert_allclose(ours.moving_variance.numpy(), unbiased, rtol=1e-4)
    np.testing.assert_allclose(ours(inputs, training=False), theirs(inputs, training=False), atol=0.05)


@pytest.mark.parametrize("k", [3, 4, 5])
@pytest.mark.parametrize(
    ("ours", "padding", "images", "kernel"),
    [
        (convolve_to_one_channel, "SAME", (3, 9, 8, 7), (7, 1)),
        (convolve_from_one_channel, "VALID", (3, 9, 8, 1), (1, 6)),
    ],
)
def test_one_channel_convolutions_and_their_gradients(k, ours, padding, images, kernel):
    x = tf.random.stateless_normal(images, [1, 2])
    weights = tf.random.stateless_normal([k, k, *kernel], [3, 4])

    def run(convolve):
        with tf.GradientTape() as tape:
            tape.watch([x, weights])
            outputs = convolve(x, weights)
            mixed = tf.reduce_sum(outputs * tf.random.stateless_normal(outputs.shape, [5, 6]))
        return [outputs, *tape.gradient(mixed, [x, weights])]

    expected = run(lambda x, weights: tf.nn.conv2d(x, weights, 1, padding))
    for mine, theirs in zip(run(ours), expected, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-4)


def test_the_one_channel_layers_have_kerass_variables_and_outputs():
    inputs = tf.random.stateless_normal([2, 8, 8, 1], [1, 2])
    ours, theirs = FromOneChannel(5, 3), keras.layers.Conv2D(5, 3)
    ours.build(inputs.shape)
    theirs.build(inputs.shape)
    theirs.set_weights([ours.kernel.numpy(), np.arange(5.0)])
    ours.bias.assign(np.arange(5.0))
    np.testing.assert_allclose(ours(inputs), theirs(inputs), atol=1e-5)
    back = ToOneChannel(3)
    assert back(ours(inputs)).shape == (2, 6, 6, 1) and back.count_params() == 9 * 5 + 1


@pytest.mark.parametrize("shape", [(400, 25, 3), (400, 7)])
def test_dropout_keeps_the_mean_drops_the_rate_and_draws_each_unit_by_itself(shape):
    layer = Dropout(0.3)
    outputs = np.concatenate([layer(tf.ones(shape), training=True).numpy() for _ in range(40)])
    assert set(np.unique(outputs).tolist()) == {0.0, np.float32(1 / 0.7)}
    spread = 4 * np.sqrt(0.3 * 0.7 / outputs.size + 0.004**2 / 40)
    assert abs((outputs == 0).mean() - 0.3) < spread
    flat = (outputs == 0).reshape(len(outputs), -1).astype(float)
    neighbours = np.corrcoef(flat[:, :-1].ravel(), flat[:, 1:].ravel())[0, 1]
    assert abs(neighbours) < 4 / np.sqrt(flat[:, 1:].size)
    assert not np.array_equal(outputs[: shape[0]], outputs[shape[0] : 2 * shape[0]])
    np.testing.assert_array_equal(layer(tf.ones(shape), training=False), 1.0)
