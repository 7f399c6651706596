"""GANs with averaged weights: losses worked out by hand, the lazy penalty, the average, and classes on demand."""

import numpy as np
import pytest
import tensorflow as tf

from ganlab import models, registry
from ganlab.models._averaged import LAZY, losses, penalty_gradients
from ganlab.models._base import iteration_key
from tests.models.making import make as make_once

IMAGES = tf.constant(np.random.default_rng(0).integers(0, 256, [8, 28, 28], np.uint8))
LABELS = tf.constant(np.arange(8), tf.uint8)


def make(name: str = "swift-gan", **changes):
    return make_once(registry.get(name), **changes)[0]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("non-saturating", (np.log1p(np.exp(-3.0)), np.log1p(np.exp(-0.5)), np.log1p(np.exp(3.0)))),
        ("hinge", (-3.0, 0.5, 4.0)),
        ("relativistic", (np.log1p(np.exp(-2.5)), np.log1p(np.exp(2.5)) / 2, np.log1p(np.exp(2.5)) / 2)),
        ("least-squares", (4.0, 0.25, 9.0)),
    ],
)
def test_losses_of_one_real_and_one_fake(kind, expected):
    found = losses(kind, tf.constant([0.5]), tf.constant([3.0]))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_the_penalty_is_half_the_squared_slope_and_follows_it():
    """Its gradient against differences of the penalty itself, in the last layer's weights."""
    model = make()
    reals = model.scale(IMAGES)
    kernel = model.discriminator.layers[-1].kernel

    def penalty() -> float:
        with tf.GradientTape() as tape:
            tape.watch(reals)
            total = tf.reduce_sum(model.discriminator(reals)[:, 0])
        slopes = tape.gradient(total, reals).numpy().reshape(8, -1)
        return float((slopes**2).sum(axis=1).mean() / 2)

    gradients = penalty_gradients(model, reals, None)
    variables = model.discriminator.trainable_variables
    found = next(g for g, v in zip(gradients, variables, strict=True) if v is kernel).numpy()
    start, at, step = kernel.numpy(), np.unravel_index(np.abs(found).argmax(), found.shape), 1e-2
    sides = []
    for sign in (-1.0, 1.0):
        moved = start.copy()
        moved[at] += sign * step
        kernel.assign(moved)
        sides.append(penalty())
    assert found[at] == pytest.approx((sides[1] - sides[0]) / (2 * step), rel=1e-2)


def test_the_penalty_comes_every_sixteenth_iteration():
    trained, plain = make(penalty=50.0), make(penalty=0.0)
    for iteration in range(LAZY + 1):
        for model in (trained, plain):  # the same weights before, so that only the penalty can tell them apart
            model.optimizers["discriminator"].iterations.assign(iteration)
        for own, other in zip(trained.discriminator.variables, plain.discriminator.variables, strict=True):
            own.assign(other)
        for name in ("generator", "averaged"):
            for own, other in zip(trained.networks[name].variables, plain.networks[name].variables, strict=True):
                own.assign(other)
        for own, other in zip(
            trained.optimizers["discriminator"].variables, plain.optimizers["discriminator"].variables, strict=True
        ):
            own.assign(other)
        for model in (trained, plain):
            model.step((IMAGES,), iteration_key(0, tf.constant(iteration)))
        same = all(
            np.array_equal(own, other)
            for own, other in zip(
                trained.discriminator.trainable_variables, plain.discriminator.trainable_variables, strict=True
            )
        )
        assert same == (iteration % LAZY != 0), iteration


def test_samples_come_from_the_average_of_the_weights():
    model = make(averaging=0.5)
    own, averaged = model.generator.trainable_variables[0], model.sampler.trainable_variables[0]
    for iteration in range(30):
        before = averaged.numpy()
        model.iterate((IMAGES,), tf.constant(iteration))
        keep = min(0.5, (2.0 + iteration) / (11.0 + iteration))
        np.testing.assert_allclose(averaged, keep * before + (1.0 - keep) * own.numpy(), rtol=1e-4, atol=1e-6)
    latents = tf.constant(model.preview_inputs(4, 0))
    np.testing.assert_array_equal(model.preview(latents), model.display(model.sampler(latents, training=False)))
    assert not np.array_equal(model.preview(latents), model.display(model.generator(latents, training=False)))


def test_a_batch_is_used_in_as_many_parts_as_there_are_updates():
    """The tuned digit GAN: every image is seen once, in parts, with an update of both networks on each."""
    spec = registry.get("digit-gan")
    model = models.create(spec, spec.values("tuned", {"updates": 3}))
    seen, judge = [], model.discriminator.call

    def watch(images, *more, **named):
        seen.append(images.numpy())
        return judge(images, *more, **named)

    model.discriminator.call = watch
    model.penalty = 0.0
    _, fakes = model.step((IMAGES,), iteration_key(0, tf.constant(0)))
    assert fakes.shape == (8, 28, 28, 1)
    assert [len(images) for images in seen] == [6, 6, 4]
    reals = np.concatenate([images[: len(images) // 2] for images in seen])
    np.testing.assert_array_equal(reals, model.scale(IMAGES).numpy()[[0, 3, 6, 1, 4, 7, 2, 5]])
    assert all(int(used.iterations) == 3 for used in model.optimizers.values())


def test_a_conditional_gan_is_asked_for_classes_in_turn():
    model = make("conditional-gan")
    inputs = model.preview_inputs(12, seed=3)
    assert inputs.shape == (12, model.latent_size + 10)
    np.testing.assert_array_equal(inputs[:, model.latent_size :].argmax(axis=1), np.arange(12) % 10)
    np.testing.assert_array_equal(inputs[:5], model.preview_inputs(5, seed=3))


def test_the_logit_of_a_class_is_the_first_and_its_own():
    model = make("conditional-gan")
    outputs = tf.constant(np.arange(22, dtype=np.float32).reshape(2, 11))
    np.testing.assert_array_equal(model.logits_of(outputs, tf.constant([0, 9])), [0 + 1, 11 + 21])
    each = 1 / (1 + np.exp(-(0.0 + np.log(np.exp(np.arange(1.0, 11.0)).mean()))))
    assert float(model.p_real(outputs)[0]) == pytest.approx(each, rel=1e-5)


def test_fakes_are_asked_for_the_classes_of_the_reals():
    """With a discriminator that only looks at the class asked for, other labels give other losses."""
    model = make("conditional-gan")
    curves, _ = model.step((IMAGES, LABELS), iteration_key(0, tf.constant(0)))
    again = make("conditional-gan")
    others, _ = again.step((IMAGES, LABELS[::-1]), iteration_key(0, tf.constant(0)))
    assert float(curves["discriminator_loss_on_fakes"]) != float(others["discriminator_loss_on_fakes"])


def test_with_least_squares_the_outputs_are_p_real_themselves_cut_off_at_both_ends():
    outputs = tf.constant([[-0.5], [0.25], [0.75], [1.5]])
    np.testing.assert_array_equal(make(loss="least-squares").p_real(outputs), [0.0, 0.25, 0.75, 1.0])
    conditional = make("conditional-gan", loss="least-squares")
    several = tf.constant(np.concatenate([np.full([1, 1], 0.5), np.linspace(-0.2, 0.4, 10)[None]], 1), tf.float32)
    assert float(conditional.p_real(several)[0]) == pytest.approx(0.6, rel=1e-5)
    curves, _ = conditional.step((IMAGES, LABELS), iteration_key(0, tf.constant(0)))
    assert 0.0 <= float(curves["p_real_of_fakes"]) <= 1.0 and float(curves["generator_loss"]) >= 0.0


def test_each_switch_takes_out_what_it_names_and_by_default_nothing_changes():
    plain, bare = make(), make(cosine=False, normalised=False, initialisation="glorot")
    kinds = [[type(layer).__name__ for layer in model.generator.layers] for model in (plain, bare)]
    assert kinds[0].count("BatchNormalization") == 3 and "BatchNormalization" not in kinds[1]
    rates = [model.optimizers["generator"].get_config()["learning_rate"] for model in (plain, bare)]
    assert not isinstance(rates[0], float) and rates[1] == pytest.approx(0.008)
    spec = registry.get("swift-gan")
    falls = [spec.falls(spec.values(changes={"cosine": cosine})) for cosine in (True, False)]
    assert falls == [spec.values()["iterations"], 0]
    kernels = [model.discriminator.layers[2].kernel.numpy() for model in (plain, bare)]
    inputs, outputs = (16 * kernels[0].shape[axis] for axis in (2, 3))
    assert kernels[0].std() == pytest.approx(np.sqrt(2 / inputs), rel=0.1)
    assert kernels[1].std() == pytest.approx(np.sqrt(2 / (inputs + outputs)), rel=0.1)
