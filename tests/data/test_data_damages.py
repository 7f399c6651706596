"""Damage: how it looks, and that the same seed damages the same pixels."""

import numpy as np
import pytest

from ganlab.data import damages

KINDS = pytest.mark.parametrize("kind", damages.DAMAGES)


@KINDS
def test_every_kind_loses_some_pixels_and_leaves_some(kind):
    drawn = damages.draw_masks(kind, 200)
    lost = drawn.mean(axis=(1, 2))
    assert drawn.shape == (200, 28, 28) and drawn.dtype == bool
    assert lost.min() > 0 and lost.max() < 0.6
    assert len(np.unique(drawn, axis=0)) > (10 if kind == "hole" else 150)


@KINDS
def test_the_same_seed_damages_the_same_pixels_however_many_images(kind):
    many = damages.draw_masks(kind, 30, seed=4)
    np.testing.assert_array_equal(many[:5], damages.draw_masks(kind, 5, seed=4))
    assert not np.array_equal(many, damages.draw_masks(kind, 30, seed=5))
    assert damages.draw_masks(kind, 0).shape == (0, 28, 28)


def test_the_chapters_hole_is_a_square_of_8_that_begins_at_8_to_11():
    drawn = damages.draw_masks("hole", 500)
    assert (drawn.sum(axis=(1, 2)) == 64).all()
    for axis in (1, 2):
        inside = drawn.any(axis=3 - axis)
        assert (inside.sum(axis=1) == 8).all()
        assert set(inside.argmax(axis=1)) == {8, 9, 10, 11}


def test_damaged_pixels_are_black_and_the_others_as_they_were():
    images = np.random.default_rng(0).integers(1, 256, [3, 28, 28], np.uint8)
    lost = damages.draw_masks("strokes", 3)
    damaged = damages.apply_damage(images, lost)
    assert not damaged[lost].any() and damaged.dtype == np.uint8
    np.testing.assert_array_equal(damaged[~lost], images[~lost])
