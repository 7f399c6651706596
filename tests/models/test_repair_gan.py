"""The repair GAN: examples in other hands and without damage, and what it adds where it is told nothing."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage

from ganlab import registry
from ganlab.data import load as load_data
from ganlab.data.damages import apply_damage, draw_masks
from ganlab.models._base import iteration_key
from ganlab.models._hands import crisp, in_other_hands, moved, with_pen
from ganlab.models._repair import DECIDES, LEAST, decided
from tests.models.making import make

KEY = tf.constant([3, 4])


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return load_data("offline").x_test[:32]


def scaled(images: np.ndarray) -> tf.Tensor:
    return tf.constant(images[..., None] / 255.0, tf.float32)


def each(rows: float, columns: float, n: int) -> tf.Tensor:
    return tf.reshape(tf.repeat(tf.constant([rows, columns]), n), [2, n, 1, 1])


def test_a_digit_of_the_same_size_is_moved_by_whole_pixels_and_not_changed(digits):
    images = scaled(digits)
    found = moved(images, each(1.0, 1.0, 32), each(2.0, -1.0, 32)).numpy()[..., 0]
    np.testing.assert_allclose(found[:, 2:, :-1], digits[:, :-2, 1:] / 255.0, atol=1e-5)
    assert not found[:, :2].any() and not found[:, :, -1].any()


@pytest.mark.parametrize(("rows", "columns"), [(0.7, 1.25), (1.25, 0.7)])
def test_a_resized_digit_is_as_much_higher_and_wider_as_asked(rows, columns):
    square = np.zeros([1, 28, 28], np.uint8)
    square[:, 9:19, 9:19] = 255
    found = moved(scaled(square), each(rows, columns, 1), each(0.0, 0.0, 1)).numpy()[0, ..., 0]
    assert found.max() <= 1.0 and found[13:15, 13:15].min() > 0.9
    np.testing.assert_allclose(found.max(axis=1).sum(), 10 * rows, atol=0.6)
    np.testing.assert_allclose(found.max(axis=0).sum(), 10 * columns, atol=0.6)
    assert abs((found.sum(axis=1) @ np.arange(28)) / found.sum() - 13.5) < 0.01, "it stays in the middle"


def test_a_pen_is_thicker_thinner_or_the_same(digits):
    images = scaled(digits)
    found = {pen: with_pen(images, tf.fill([32, 1, 1, 1], pen)).numpy()[..., 0] * 255 for pen in (-1.0, 0.0, 1.0)}
    np.testing.assert_allclose(found[0.0], digits, atol=1e-3)
    np.testing.assert_allclose(found[1.0], ndimage.grey_dilation(digits, (1, 3, 3)), atol=1e-3)
    thin = found[-1.0]
    assert (thin <= digits + 1e-3).all() and 0.2 < thin.sum() / digits.sum() < 0.8


def test_a_faint_blurred_digit_becomes_white_and_sharp():
    row = np.array([0.0, 0.05, 0.2, 0.4, 0.4, 0.2, 0.05, 0.0], np.float32).reshape(1, 1, 8, 1)
    found = crisp(tf.constant(row)).numpy().ravel()
    np.testing.assert_allclose(found, [0, 0, 0.5, 1, 1, 0.5, 0, 0], atol=1e-6)
    assert not crisp(tf.zeros([2, 28, 28, 1])).numpy().any()


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_share_in_other_hands_is_the_one_asked_for(share, digits):
    many = scaled(np.tile(digits, (20, 1, 1)))
    found = in_other_hands(many, share, KEY).numpy()
    changed = (found != many.numpy()).any(axis=(1, 2, 3))
    assert changed.mean() == pytest.approx(share, abs=0.06)
    assert found.min() >= 0.0 and found.max() <= 1.0 and found.any(axis=(1, 2, 3)).all()
    np.testing.assert_array_equal(found, in_other_hands(many, share, KEY).numpy())


def test_where_it_is_unsure_grey_becomes_black_or_white_and_a_trace_of_ink_nothing():
    ink = np.full([3, 28, 28, 1], 0.05, np.float32)
    ink[0, :5, :5], ink[1, :1, :3], ink[2, 0] = 0.6, 0.9, DECIDES
    left = np.zeros_like(ink)
    found = decided(tf.constant(ink), tf.constant(left)).numpy()
    assert found[0, :5, :5].min() > 0.9 and found[0, 5:].max() < 0.01
    assert ink[1].sum() > LEAST > 3 > found[1].max() == 0.0, "three pixels are no stroke, and a fog adds nothing"
    np.testing.assert_allclose(found[2, 0], 0.5, atol=1e-5)
    left[:] = 1.0
    assert not decided(tf.constant(ink), tf.constant(left)).numpy().any(), "what is white takes no ink"


def test_only_what_is_not_told_is_decided(digits):
    model, _ = make(registry.get("repair-gan"), undamaged=0.1)
    lost = draw_masks("hole", 32)
    inputs = scaled(apply_damage(digits, lost)), tf.constant(lost[..., None], tf.float32)
    noise, known = tf.zeros([32, model.noise_size]), tf.reshape(tf.constant([1.0, 0.0] * 16), [32, 1, 1, 1])
    learning, used = (model.draw("averaged", *inputs, known, noise, training).numpy() for training in (True, False))
    np.testing.assert_array_equal(used[::2], learning[::2])
    left = (inputs[0] * (1.0 - inputs[1])).numpy()
    ink = (learning - left)[1::2] / np.maximum(1.0 - left[1::2], 1e-6)
    expected = left + (1.0 - left) * np.repeat(decided(tf.constant(ink), tf.constant(left[1::2])).numpy(), 2, axis=0)
    np.testing.assert_allclose(used[1::2], expected[1::2], atol=1e-4)
    plain, _ = make(registry.get("repair-gan"))
    first, second = (plain.draw("averaged", *inputs, known, noise, training).numpy() for training in (True, False))
    np.testing.assert_array_equal(first, second, "what learned from damage alone adds grey, too")


@pytest.fixture(scope="module")
def batch() -> tf.Tensor:
    return tf.constant(load_data("offline").x_train[:32])


def ink_added(batch: tf.Tensor, **changes) -> float:
    """How many pixels' worth of ink a small model adds to whole digits, untold, once it has trained for a little."""
    model, _ = make(
        registry.get("repair-gan"), generator_filters=8, iterations=20, generator_learning_rate=0.02, **changes
    )
    step = tf.function(model.iterate, autograph=False)
    for iteration in range(20):
        step((batch,), tf.constant(iteration))
    images, none = model.scale(batch), tf.zeros([32, 28, 28, 1])
    made = model.draw("generator", images, none, none[:, :1, :1], tf.zeros([32, model.noise_size]), True)
    return float(tf.reduce_sum(made - images)) / 32


def test_from_undamaged_examples_it_learns_to_leave_whole_digits_alone(batch):
    assert ink_added(batch, undamaged=0.9) < 0.5 * ink_added(batch)


def test_examples_in_other_hands_are_what_it_learns_from(batch):
    model, _ = make(registry.get("repair-gan"), generator_filters=8, other_hands=1.0)
    curves, repaired = model.step((batch,), iteration_key(0, tf.constant(0)))
    plain, _ = make(registry.get("repair-gan"), generator_filters=8)
    _, other = plain.step((batch,), iteration_key(0, tf.constant(0)))
    assert np.isfinite(float(curves["pixel_loss"]))
    far = np.abs(repaired.numpy() - other.numpy()).mean(axis=(1, 2, 3))
    assert far.min() > 0.01, "every example is another"
