"""The autoencoder family: its losses by hand, its validation, what it was published with."""

import numpy as np
import pytest
import tensorflow as tf

from ganlab import models, registry
from ganlab.models._autoencoder import cross_entropy, divergence, reconstruction
from ganlab.models._base import fold
from ganlab.models._layers import FourierFeatures
from tests.conftest import small
from tests.models.making import make

IMAGES = np.random.default_rng(0).integers(0, 256, [40, 28, 28], np.uint8)
LABELS = np.zeros(len(IMAGES), np.uint8)
NAMES = ("autoencoder", "vae", "vae-16", "vae-conv")


def test_the_divergence_from_a_standard_normal_is_that_of_the_formula():
    assert divergence(tf.zeros([1, 2]), tf.zeros([1, 2])).numpy() == pytest.approx([0.0])
    mean, deviation = 1.5, 0.5  # log(1 / s) + (s^2 + m^2 - 1) / 2, in each of two dimensions
    wanted = 2 * (np.log(1 / deviation) + (deviation**2 + mean**2 - 1) / 2)
    found = divergence(tf.fill([1, 2], mean), tf.fill([1, 2], 2 * np.log(deviation).astype(np.float32)))
    assert found.numpy() == pytest.approx([wanted], rel=1e-6)


def test_the_reconstruction_sums_the_cross_entropy_of_all_pixels():
    images = tf.concat([tf.ones([1, 14, 28, 1]), tf.zeros([1, 14, 28, 1])], axis=1)
    outputs = tf.fill([1, 28, 28, 1], 0.25)
    wanted = -392 * (np.log(0.25) + np.log(0.75))
    assert reconstruction(images, outputs).numpy() == pytest.approx([wanted], rel=1e-5)


def test_what_is_trained_is_the_reconstruction_and_its_gradient():
    random = np.random.default_rng(0)
    images = tf.constant(random.uniform(size=[3, 28, 28, 1]).astype("float32"))
    logits = tf.constant(random.normal(0, 3, [3, 28, 28, 1]).astype("float32"))
    weights = tf.constant([1.0, 2.0, 0.5])
    found = []
    for loss in (
        lambda: cross_entropy(images, logits, tf.sigmoid(logits)),
        lambda: reconstruction(images, tf.sigmoid(logits)),
    ):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            nats = loss()
            total = tf.reduce_sum(weights * nats)
        found.append((nats, tape.gradient(total, logits)))
    for ours, wanted in zip(*found, strict=True):
        np.testing.assert_allclose(ours, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("name", "variational"), [("vae", True), ("autoencoder", False)])
def test_published_settings_are_those_of_the_source(name, variational):
    spec = registry.get(name)
    model = models.create(spec, spec.values("published"))
    (optimiser,) = model.optimizers.values()
    assert type(optimiser).__name__ == "RMSprop" and float(optimiser.learning_rate.numpy()) == pytest.approx(0.001)
    values = spec.values("published")
    assert (values["epochs"], values["batch_size"], values["latent_size"], values["units"]) == (5, 100, 2, 256)
    assert spec.iterations(values, 60_000) == 3_000 and spec.draws == ("shuffled",)
    assert model.variational is variational and model.pixels == "unit"
    activations = [layer.activation.__name__ for layer in model.encoder.layers if hasattr(layer, "activation")]
    assert activations == ["relu", *["linear"] * (1 + variational)]


def test_the_encoder_alone_sees_distorted_images_and_in_training_alone(monkeypatch):
    spec = registry.get("vae-conv")
    plain, changed = (make(spec, augment=strength)[0] for strength in (0.0, 0.5))
    assert plain.validate(IMAGES, LABELS) == changed.validate(IMAGES, LABELS)
    monkeypatch.setattr("ganlab.models._autoencoder.distort", lambda images, *more: 0.0 * images)  # none is seen
    images, key = plain.scale(tf.constant(IMAGES[:8])), tf.constant([1, 2])
    nats, kl, _ = plain.parts(images, fold(key, 0), True, seen=0.0 * images)
    curves = changed.step((tf.constant(IMAGES[:8]),), key)[0]
    for name, part in (("reconstruction", nats), ("kl", kl)):
        assert float(curves[name]) == pytest.approx(float(tf.reduce_mean(part)), rel=1e-4)
    assert float(plain.step((tf.constant(IMAGES[:8]),), key)[0]["kl"]) != pytest.approx(float(curves["kl"]), rel=0.1)


def test_the_encoder_of_runs_before_it_could_be_wider_is_as_wide_as_the_decoder():
    spec = registry.get("vae-conv")
    for changes, first in (({}, 16), ({"filters": 8}, 8), ({"filters": 8, "encoder_filters": 32}, 32)):
        model = models.create(spec, spec.recorded(changes))
        assert model.encoder.layers[1].filters == first


@pytest.mark.parametrize("name", NAMES)
def test_validation_is_the_same_every_time_and_changes_nothing(name):
    spec = registry.get(name)
    model, _ = make(spec)
    before = {key: variable.numpy() for key, variable in model.state().items()}
    first = model.validate(IMAGES, LABELS)
    assert tuple(first) == spec.validation and model.validate(IMAGES, LABELS) == first
    assert all(np.array_equal(before[key], variable.numpy()) for key, variable in model.state().items())
    assert model.validate(IMAGES[:1], LABELS[:1]) != first


@pytest.mark.parametrize("name", NAMES)
def test_what_is_watched_are_reconstructions_the_decoded_grid_and_places(name):
    spec = registry.get(name)
    model, _ = make(spec)
    images, places = model.watch(tf.constant(model.watch_inputs(spec.preview_images, 0, IMAGES)))
    assert images.shape == (spec.preview_images, 28, 28) and images.dtype == tf.uint8
    assert places.shape == (len(IMAGES), 2)
    mean, _ = model.encode(model.scale(tf.constant(IMAGES[:3])))
    np.testing.assert_array_equal(images[:3], model.preview(mean))
    few, _ = model.watch(tf.constant(IMAGES[:2]))
    assert few.shape == images.shape, "a data set of very few images can be watched, too"


def test_fourier_features_are_sines_and_cosines_beside_the_inputs():
    layer = FourierFeatures(3)
    inputs = tf.constant([[0.3, -1.2]])
    found = layer(inputs).numpy()[0]
    waves = (inputs.numpy() @ layer.kernel.numpy())[0]
    np.testing.assert_allclose(found, [*inputs.numpy()[0], *np.sin(waves), *np.cos(waves)], atol=1e-5)


def test_the_weight_of_the_kl_holds_the_plane_together():
    spec = registry.get("vae")
    spreads = []
    for weight in (0.0, 20.0):
        model = models.create(spec, spec.values(changes={**small("vae"), "latent_size": 2, "kl_weight": weight}))
        for iteration in range(60):
            curves, _ = model.iterate((tf.constant(IMAGES[:32]),), tf.constant(iteration))
        spreads.append(float(curves["kl"]))
        assert float(curves["loss"]) == pytest.approx(float(curves["reconstruction"] + curves["kl"]), rel=1e-5)
    assert spreads[1] < spreads[0]
