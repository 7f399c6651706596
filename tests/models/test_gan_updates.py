"""The three ways to update a GAN follow their sources; the faster layers give Keras's own numbers."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganlab import models, registry
from ganlab.models._optimizers import Adam, RMSprop
from tests.conftest import small
from tests.models.making import make as make_once

IMAGES = tf.constant(np.random.default_rng(0).integers(0, 256, [8, 28, 28], np.uint8))


def make(name: str, **changes):
    return make_once(registry.get(name), **changes)[0]


@pytest.mark.parametrize(
    ("name", "discriminator", "generator"),
    [
        ("digit-gan", 1, 1),
        ("dense-gan", 2, 1),
        ("dcgan", 2, 1),
        ("art-gan", 2, 1),
        ("art-gan-dense", 2, 1),
        ("dcgan-tf", 1, 1),
    ],
)
def test_updates_in_an_iteration(name, discriminator, generator):
    model = make(name)
    model.iterate((IMAGES,), tf.constant(0))
    assert int(model.optimizers["discriminator"].iterations) == discriminator
    assert int(model.optimizers["generator"].iterations) == generator


@pytest.mark.parametrize("name", ["dcgan", "art-gan"])
def test_a_frozen_discriminator_normalises_by_the_batch_and_keeps_its_moving_statistics(name):
    model = make(name)
    images = tf.random.stateless_normal([8, 28, 28, 1], [1, 2])
    network = model.discriminator
    before = [v.numpy() for v in network.non_trainable_variables]
    frozen = model.judge_frozen(images)
    for value, variable in zip(before, network.non_trainable_variables, strict=True):
        np.testing.assert_array_equal(value, variable)
    if name == "dcgan":  # without dropout the same call in training gives the same outputs
        np.testing.assert_allclose(frozen, network(images, training=True), rtol=1e-5)
        assert not np.allclose(frozen, network(images, training=False), rtol=1e-3)
    assert any(not np.array_equal(a, b) for a, b in zip(before, network.non_trainable_variables, strict=True)) == (
        name == "dcgan"
    )


def test_dcgan_shows_its_discriminator_what_the_generator_predicts():
    from ganlab.models._base import fold, iteration_key

    model = make("dcgan")
    expected = model.generator(model.noise(8, fold(iteration_key(0, tf.constant(0)), 0)), training=False)
    _, fakes = model.iterate((IMAGES,), tf.constant(0))
    np.testing.assert_allclose(fakes, expected, atol=1e-6)


def test_dcgan_without_its_normalisation_leaves_the_layers_out_and_learns():
    model, normalised = make("dcgan", normalised=False), make("dcgan")
    for name, network in model.networks.items():
        left_out = [one for one in normalised.networks[name].layers if "BatchNormalization" in type(one).__name__]
        assert len(left_out) == 2 and len(network.layers) == len(normalised.networks[name].layers) - 2
        numbers = sum(one.count_params() for one in left_out)
        assert network.count_params() == normalised.networks[name].count_params() - numbers
    before = [variable.numpy() for variable in model.generator.trainable_variables]
    curves, _ = model.iterate((IMAGES,), tf.constant(0))
    assert all(np.isfinite(value) for value in curves.values())
    assert any(not np.array_equal(a, b) for a, b in zip(before, model.generator.trainable_variables, strict=True))


def test_inverted_labels_still_give_the_probability_of_being_real():
    model = make("digit-gan", label_noise=0.0, learning_rate=0.003)
    for iteration in range(30):
        curves, _ = model.iterate((IMAGES,), tf.constant(iteration))
    assert float(curves["p_real_of_reals"]) > float(curves["p_real_of_fakes"])
    assert float(curves["discriminator_accuracy"]) > 0.5
    raw = model.discriminator(model.scale(IMAGES), training=False)
    np.testing.assert_allclose(model.p_real(raw), 1.0 - raw[:, 0], rtol=1e-6)


def test_the_tutorials_discriminator_loss_is_the_sum_of_both_halves():
    curves, _ = make("dcgan-tf").iterate((IMAGES,), tf.constant(0))
    total = curves["discriminator_loss_on_reals"] + curves["discriminator_loss_on_fakes"]
    assert float(curves["discriminator_loss"]) == pytest.approx(float(total))


def test_both_gradients_of_the_tutorial_are_taken_before_either_is_applied():
    model, spec = make("dcgan-tf", dropout=0.0), registry.get("dcgan-tf")
    reference = models.create(spec, spec.values(changes={**small("dcgan-tf"), "dropout": 0.0}))
    from ganlab.models._base import fold, iteration_key

    latents = reference.noise(8, fold(iteration_key(0, tf.constant(0)), 0))
    with tf.GradientTape() as tape:
        outputs = reference.discriminator(reference.generator(latents, training=True), training=True)
        loss = tf.reduce_mean(reference.cross_entropy(tf.ones([8, 1]), outputs))
    reference.descend("generator", tape, loss)  # against the discriminator as it was at first
    model.iterate((IMAGES,), tf.constant(0))
    for ours, theirs in zip(model.generator.trainable_variables, reference.generator.trainable_variables, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_label_noise_stays_within_its_band(monkeypatch):
    model = make("digit-gan", label_noise=0.1)
    seen = []
    cross_entropy = model.cross_entropy
    monkeypatch.setattr(
        model, "cross_entropy", lambda labels, outputs: seen.append(labels.numpy()) or cross_entropy(labels, outputs)
    )
    model.iterate((IMAGES,), tf.constant(0))
    discriminator, generator = seen
    assert ((discriminator[:8] >= 0.9) & (discriminator[:8] <= 1.0)).all()  # fakes first, and 1 is fake
    assert ((discriminator[8:] >= 0.0) & (discriminator[8:] <= 0.1)).all()
    assert ((generator >= 0.0) & (generator <= 0.1)).all()
    assert np.ptp(discriminator[:8]) > 0


FAST = {
    "adam": (Adam, keras.optimizers.Adam, {"beta_1": 0.5}),
    "rmsprop": (RMSprop, keras.optimizers.RMSprop, {}),
}


@pytest.mark.parametrize(("fast", "kerass", "settings"), FAST.values(), ids=list(FAST))
def test_fast_optimizers_give_kerass_numbers(fast, kerass, settings):
    def run(kind):
        variable = keras.Variable(np.linspace(-1, 1, 6, dtype="float32"))
        optimizer = kind(0.01, **settings)
        optimizer.build([variable])
        random = np.random.default_rng(0)
        for _ in range(20):
            optimizer.apply([tf.constant(random.normal(size=6).astype("float32"))], [variable])
        return variable.numpy(), [v.numpy() for v in optimizer.variables]

    ours, theirs = run(fast), run(kerass)
    np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-4)
    for mine, other in zip(ours[1], theirs[1], strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4)
