"""Proves that the offline digits are scikit-learn's own and lie in their images as MNIST's do."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from ganlab.data import Dataset, describe, load
from ganlab.data.offline import as_offline
from ganlab.errors import GanlabError


@pytest.fixture(scope="module")
def offline() -> Dataset:
    return load("offline")


def test_the_last_297_of_1797_digits_are_for_testing(offline: Dataset) -> None:
    _, labels = load_digits(return_X_y=True)
    assert offline.y_train.tolist() == list(labels[:1500])
    assert offline.y_test.tolist() == list(labels[1500:])
    assert offline.x_train.shape == (1500, 28, 28) and offline.x_test.shape == (297, 28, 28)
    for array in (offline.x_train, offline.y_train, offline.x_test, offline.y_test):
        assert array.dtype == np.uint8


def test_it_says_what_it_is(offline: Dataset) -> None:
    assert (offline.name, offline.title) == ("offline", "Offline digits")
    assert offline.class_names == tuple("0123456789") and offline.notices == ()
    assert "1,797" in offline.source and "1,797" in describe("offline")


def test_every_digit_fits_a_box_of_20_and_is_centred_by_mass(offline: Dataset) -> None:
    images = offline.x_train.astype(float)
    for axis in (1, 2):
        ink = images.sum(axis)
        used = [np.ptp(np.flatnonzero(row)) + 1 for row in ink]
        assert max(used) <= 20
        centres = (ink * np.arange(28)).sum(1) / ink.sum(1)
        assert np.abs(centres - 13.5).max() <= 0.5 + 1e-9


def test_enlarging_keeps_the_digit_and_its_brightness(offline: Dataset) -> None:
    pixels, _ = load_digits(return_X_y=True)
    assert offline.x_train.max() == 255 and offline.x_train[:, [0, -1]].max() == 0
    ink = np.sum(np.asarray(pixels)[:1500], axis=1) / 16
    enlarged = np.sum(offline.x_train, axis=(1, 2)) / 255
    np.testing.assert_allclose(enlarged, ink * 2.2**2, rtol=0.08)


def test_strokes_are_smooth_not_blocks(offline: Dataset) -> None:
    pixels = offline.x_train.astype(int)
    for axis in (1, 2):
        assert np.abs(np.diff(pixels, axis=axis)).max() < 200
    assert len(np.unique(pixels)) > 200


def test_a_drawing_is_made_as_these_are(offline: Dataset) -> None:
    sharp = np.zeros((28, 28), np.uint8)
    sharp[4:24, 13:16] = 255
    soft = as_offline(sharp)
    assert soft.dtype == np.uint8 and soft.shape == (28, 28)
    levels = [np.mean((images > 20) & (images < 235)) for images in (offline.x_test, soft, sharp)]
    assert levels[1] > 0.05 and levels[2] == 0 and levels[0] > 0.05  # soft edges, as all of them have
    again = np.stack([as_offline(image) for image in offline.x_test]).astype(float)
    distance = np.abs(again - offline.x_test).mean(axis=(1, 2))
    others = np.abs(np.roll(again, 1, axis=0) - offline.x_test).mean(axis=(1, 2))
    assert np.mean(distance) < 0.6 * np.mean(others)  # one of them stays about what it is, though softer
    with pytest.raises(GanlabError, match="no strokes"):
        as_offline(np.zeros((28, 28), np.uint8))
