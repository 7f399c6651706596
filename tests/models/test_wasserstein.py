"""The Wasserstein GAN: its penalty by hand and by differences, how often each network learns, and from what."""

from itertools import pairwise

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganlab import registry
from ganlab.models._base import iteration_key
from tests.models.making import IMAGES, make

SPEC = registry.get("wgan-gp")
BATCH = tf.constant(IMAGES[:20])


def test_where_the_score_is_a_weighted_sum_of_pixels_its_slope_is_the_weights_length():
    model, _ = make(SPEC)
    weights = np.random.default_rng(1).standard_normal([784, 1]).astype(np.float32)
    inputs = keras.Input([28, 28, 1])
    flat = keras.layers.Dense(1, use_bias=False)
    plain = keras.Model(inputs, flat(keras.layers.Flatten()(inputs)))
    flat.kernel.assign(weights)
    networks = {**model.networks, "discriminator": plain}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "networks", networks)
        slopes = model.slopes_at(model.scale(BATCH))
    np.testing.assert_allclose(slopes, np.full(20, np.linalg.norm(weights)), rtol=1e-5)


def test_the_slope_is_that_of_the_score_by_finite_differences():
    model, _ = make(SPEC)
    images = model.scale(BATCH[:3])
    with tf.GradientTape() as tape:
        tape.watch(images)
        scores = model.discriminator(images)[:, 0]
    way = tape.gradient(scores, images)
    way /= tf.sqrt(tf.reduce_sum(way**2, axis=[1, 2, 3], keepdims=True))
    ahead, back = (model.discriminator(images + sign * 1e-2 * way)[:, 0] for sign in (1.0, -1.0))
    np.testing.assert_allclose(model.slopes_at(images), (ahead - back) / 2e-2, rtol=0.02)


def test_the_penalty_weighs_the_squared_distance_of_the_slopes_from_1_and_the_step_follows_it(monkeypatch):
    """The discriminator's gradient in its last layer, against differences of the loss written out here."""
    model, _ = make(SPEC, penalty=7.0, discriminator_updates=1)
    kernel = model.discriminator.layers[-1].kernel
    seen, found = {}, []

    def watch(name, function):
        def watched(*args):
            seen[name] = function(*args)
            return seen[name]

        monkeypatch.setattr(model, name, watched)

    def apply(gradients, variables):
        found.extend(g for g, v in zip(gradients, variables, strict=True) if v is kernel)

    watch("between", model.between)
    monkeypatch.setattr(model.optimizers["discriminator"], "apply", apply)
    fakes = model.step((BATCH,), iteration_key(0, tf.constant(0)))[1]
    reals = model.scale(BATCH)

    def loss() -> float:
        scores = [model.discriminator(images).numpy().mean() for images in (fakes, reals)]
        slopes = model.slopes_at(seen["between"]).numpy()
        return float(scores[0] - scores[1] + 7.0 * ((slopes - 1.0) ** 2).mean())

    slope, start = found[0].numpy(), kernel.numpy()
    at = np.unravel_index(np.abs(slope).argmax(), slope.shape)
    sides = []
    for sign in (-1.0, 1.0):
        moved = start.copy()
        moved[at] += sign * 1e-2
        kernel.assign(moved)
        sides.append(loss())
    assert slope[at] == pytest.approx((sides[1] - sides[0]) / 2e-2, rel=0.02)


def test_mixtures_lie_on_the_way_from_each_real_image_to_its_fake():
    model, _ = make(SPEC)
    reals, fakes = model.scale(BATCH), tf.zeros([20, 28, 28, 1]) + 0.5
    found = model.between(reals, fakes, tf.constant([1, 2]))
    shares = ((found - reals) / (fakes - reals)).numpy().reshape(20, -1)
    assert np.allclose(shares, shares[:, :1], atol=1e-3) and (shares >= 0).all() and (shares < 1).all()
    assert len(np.unique(shares[:, 0].round(4))) == 20, "a place of its own for each"


@pytest.mark.parametrize("updates", [1, 5])
def test_the_discriminator_learns_so_often_from_parts_of_its_own_and_new_fakes_and_then_the_generator(updates):
    model, _ = make(SPEC, discriminator_updates=updates)
    told = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(model), "stage", lambda self, *names, **seen: told.append((names[:2], seen)))
        for name, optimizer in model.optimizers.items():
            patch.setattr(optimizer, "apply", lambda *_, name=name: told.append((("step", name), {})))
        model.step((BATCH,), iteration_key(0, tf.constant(0)))
    steps = [names[1] for names, _ in told if names[0] == "step"]
    assert steps == ["discriminator"] * updates + ["generator"]
    parts = [seen["reals"].numpy() for names, seen in told if names[0] == "answers"]
    assert len(parts) == updates
    np.testing.assert_array_equal(np.concatenate(parts), model.scale(BATCH))
    noises = [seen["noise"].numpy() for names, seen in told if names[0] == "noise"]
    assert len(noises) == updates + 1 and all(len(noise) == 20 // updates for noise in noises)
    assert all(not np.allclose(one, other) for one, other in pairwise(noises))


def test_a_batch_that_cannot_be_split_evenly_is_used_whole():
    model, _ = make(SPEC, discriminator_updates=3)
    parts = []
    with pytest.MonkeyPatch.context() as patch:
        note = lambda self, name, *_, **seen: parts.append(seen["reals"].numpy()) if name == "answers" else None  # noqa: E731
        patch.setattr(type(model), "stage", note)
        curves, fakes = model.step((BATCH[:8],), iteration_key(0, tf.constant(0)))
    assert [len(part) for part in parts] == [3, 3, 3] and len(fakes) == 9
    seen = {part.tobytes() for part in np.concatenate(parts)}
    assert seen == {image.tobytes() for image in model.scale(BATCH[:8]).numpy()}
    assert all(np.isfinite(float(value)) for value in curves.values())


def test_samples_come_from_the_average_where_there_is_one():
    model, _ = make(SPEC, averaging=0.9)
    assert model.sampler is model.networks["averaged"]
    plain, _ = make(SPEC)
    assert plain.sampler is plain.generator and "averaged" not in plain.networks
    names = {name.partition("/")[0] for name in model.inference_state()}
    assert names == {"averaged"}


def test_it_gives_scores_and_says_no_probability():
    assert SPEC.scores(SPEC.values()) and all("P(real)" not in f"{curve.title}{curve.help}" for curve in SPEC.curves)
    model, _ = make(SPEC)
    slow = list(model.slowly((BATCH,), model.seeded(tf.constant(0))))
    assert not any(
        "P(real)" in stage.caption or "probab" in stage.caption.replace("no probability", "") for stage in slow
    )
    steps = [stage for stage in slow if stage.learns]
    assert "score_of_reals_after" in steps[0].figures and "score_of_fakes_after" in steps[-1].figures
