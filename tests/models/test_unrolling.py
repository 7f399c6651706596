"""What the generator foresees is what the discriminator's optimiser would do."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganlab import registry
from ganlab.models._optimizers import Adam
from ganlab.models._unrolling import steps_of
from tests.models.making import make

OPTIMIZERS = {
    "adam": lambda: Adam(0.01, beta_1=0.5, beta_2=0.9),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.01),
    "sgd": lambda: keras.optimizers.SGD(0.01),
    "momentum": lambda: keras.optimizers.SGD(0.01, momentum=0.9),
}


def slopes_at(weights):
    with tf.GradientTape() as tape:
        tape.watch(weights)
        loss = tf.reduce_sum(tf.sin(3.0 * weights[0])) + tf.reduce_sum(weights[1] ** 4)
    return tape.gradient(loss, weights)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_foreseen_steps_are_those_that_the_optimiser_then_makes(name):
    optimizer = OPTIMIZERS[name]()
    variables = [keras.Variable([[0.3, -0.8], [0.1, 0.5]]), keras.Variable([0.7, -0.2])]
    optimizer.build(variables)

    def learn():
        optimizer.apply(slopes_at([tf.convert_to_tensor(v) for v in variables]), variables)

    for _ in range(3):  # it has something to remember
        learn()
    before = [v.numpy() for v in [*variables, *optimizer.variables]]
    step, weights = steps_of(optimizer, 0.01), [tf.convert_to_tensor(v) for v in variables]
    for _ in range(4):
        weights = step(weights, slopes_at(weights))
    for was, variable in zip(before, [*variables, *optimizer.variables], strict=True):
        np.testing.assert_array_equal(variable.numpy(), was)
    for _ in range(4):
        learn()
    for weight, variable in zip(weights, variables, strict=True):
        np.testing.assert_allclose(weight, variable.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_foreseen_steps_have_slopes_even_where_nothing_was_learnt(name):
    """A weight that has never had a slope, as behind a unit that never fires, stays where it is."""
    optimizer, variable = OPTIMIZERS[name](), keras.Variable([0.5, 0.0])
    optimizer.build([variable])
    start = tf.constant([2.0, 0.0])
    with tf.GradientTape() as tape:
        tape.watch(start)
        step, weights = steps_of(optimizer, 0.01), [tf.convert_to_tensor(variable)]
        for _ in range(2):
            weights = step(weights, [start * weights[0]])
        loss = tf.reduce_sum(weights[0])
    slopes = tape.gradient(loss, start).numpy()
    assert np.isfinite(slopes).all() and weights[0][1] == 0.0


@pytest.mark.parametrize("loss", ["minimax", "hinge", "least-squares", "non-saturating"])
def test_the_generator_learns_from_what_the_discriminator_would_then_say_of_fakes_and_reals(loss):
    changes: dict[str, Any] = {"discriminator_learning_rate": 0.01, "unrolled_rate": 0.01, "unrolling": 3}
    small: dict[str, Any] = {"batch_size": 8, "generator_units": 6, "discriminator_units": 6}
    model, _ = make(registry.get("plane-gan"), loss=loss, **changes, **small)
    model.prepare_training()
    reals, noise, key = tf.random.stateless_normal([8, 2], [1, 2]), model.noise(8, tf.constant([3, 4])), [5, 6]
    fooled = model.fool(reals, noise, tf.constant(key))
    for _ in range(3):
        model.learn("discriminator", model.tell(reals, fooled.fakes, tf.constant(key)).slopes)
    of_reals, of_fakes = (output.numpy() for output in model.answers(reals, fooled.fakes, tf.constant(key)))
    np.testing.assert_allclose(fooled.outputs, of_fakes, rtol=1e-4, atol=1e-5)
    expected = {
        "minimax": -np.logaddexp(0, of_fakes) - np.logaddexp(0, -of_reals),  # the discriminator's loss, turned round
        "hinge": of_reals - of_fakes,
        "least-squares": (of_fakes - 1) ** 2 + of_reals**2,
        "non-saturating": np.logaddexp(0, -of_fakes) + np.logaddexp(0, of_reals),
    }
    np.testing.assert_allclose(fooled.loss, expected[loss].mean(), rtol=1e-4)
