"""Images that are changed so that metrics have something to notice."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from ganlab.data.changes import CHANGES, STEPS, changed, halves
from ganlab.data.offline import load_offline


@pytest.fixture(scope="module")
def parts():
    return halves(load_offline())


def test_halves_are_as_large_and_share_no_image(parts):
    known, part = parts
    assert len(known.images) == len(part.images) == 898
    assert len(np.unique(np.concatenate([known.images, part.images]), axis=0)) == 1796
    np.testing.assert_array_equal(halves(load_offline())[1].labels, part.labels)
    assert (halves(load_offline(), 1)[1].labels != part.labels).any()


@pytest.mark.parametrize("name", CHANGES)
def test_every_strength_changes_more_than_the_one_before(name, parts):
    known, part = parts
    assert changed(part, known.images, name, 0) is part.images
    found = [changed(part, known.images, name, strength) for strength in range(1, STEPS + 1)]
    for images in found:
        assert images.dtype == np.uint8 and images.shape == part.images.shape
    np.testing.assert_array_equal(found[0], changed(part, known.images, name, 1))
    away = [np.abs(images.astype(int) - part.images).mean() for images in found]
    assert away[0] > 0 and all(np.diff(away) > 0)


def test_ink_is_moved_and_not_lost(parts):
    known, part = parts
    moved = changed(part, known.images, "shift", 2)
    np.testing.assert_array_equal(moved[:, :, 2:], part.images[:, :, :-2])
    assert not moved[:, :, :2].any()


@pytest.mark.parametrize("strength", [1, 3])
def test_a_blur_is_the_gaussian_of_scipy(strength, parts):
    known, part = parts
    sigma = CHANGES["blur"].amounts[strength - 1]
    wanted = gaussian_filter(part.images.astype(float), (0, sigma, sigma), mode="constant", truncate=12)
    np.testing.assert_allclose(changed(part, known.images, "blur", strength), wanted, atol=0.5 + 1e-6)


def test_dropped_classes_are_gone_and_copies_are_of_the_training_set(parts):
    known, part = parts
    labels = {image.tobytes(): label for image, label in zip(part.images, part.labels, strict=True)}
    left = changed(part, known.images, "drop", 3)
    assert {int(labels[image.tobytes()]) for image in left} == set(range(7))
    kept = part.labels < 7
    np.testing.assert_array_equal(left[kept], part.images[kept])

    training = {image.tobytes() for image in known.images}
    copies = [image.tobytes() in training for image in changed(part, known.images, "copy", 2)]
    assert sum(copies) == round(0.4 * 898)
    assert len(np.unique(changed(part, known.images, "copy", STEPS), axis=0)) == 898
