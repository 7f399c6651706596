"""Metrics against other implementations and values worked out by hand."""

import numpy as np
import pytest
from scipy import linalg

from ganlab.metrics.calibration import calibration_error, fit_temperature, reliability
from ganlab.metrics.frechet import frechet_distance, interval_of_difference
from ganlab.metrics.nearest import nearest_around


def test_the_frechet_distance_is_that_of_the_formula_with_a_matrix_square_root():
    rng = np.random.default_rng(0)
    ours, theirs = rng.normal(0, 1, [400, 6]) @ rng.normal(0, 1, [6, 6]), rng.normal(1, 2, [300, 6])
    covariances = [np.cov(points, rowvar=False) for points in (ours, theirs)]
    root = np.real(np.asarray(linalg.sqrtm(covariances[0] @ covariances[1])))
    expected = np.sum((ours.mean(0) - theirs.mean(0)) ** 2) + np.trace(covariances[0] + covariances[1] - 2 * root)
    assert frechet_distance(ours, theirs) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(theirs, ours) == pytest.approx(expected, rel=1e-6)


def test_a_difference_of_distances_is_told_from_chance_by_drawing_the_images_again():
    rng = np.random.default_rng(0)
    real = rng.normal(size=[200, 5])
    alike = [0.6 * real + 0.8 * rng.normal(size=real.shape) for _ in range(2)]
    blurred = 0.6 * real
    low, high = interval_of_difference(*alike, real)
    assert low < frechet_distance(alike[0], real) - frechet_distance(alike[1], real) < high and low < 0 < high
    low, high = interval_of_difference(alike[0], blurred, real)
    assert low < high < 0, "the first is nearer"
    assert interval_of_difference(blurred, alike[0], real) == pytest.approx((-high, -low))
    assert interval_of_difference(real, alike[0], real)[1] < 0, "nothing is nearer than the same images"


def test_a_difference_is_that_of_the_distances_of_the_images_that_were_drawn():
    rng = np.random.default_rng(1)
    real, first, second = rng.normal(size=[3, 40, 4])
    counts = np.random.default_rng(7).multinomial(40, np.full(40, 1 / 40), 3)
    drawn = [np.repeat(np.arange(40), count) for count in counts]
    found = [frechet_distance(first[at], real[at]) - frechet_distance(second[at], real[at]) for at in drawn]
    expected = np.quantile(found, [0.025, 0.975])
    assert interval_of_difference(first, second, real, draws=3, seed=7) == pytest.approx(expected)


def test_the_nearest_image_around_a_hole_is_blind_to_the_hole():
    rng = np.random.default_rng(2)
    known = rng.integers(0, 256, [30, 28, 28]).astype(np.uint8)
    lost = np.zeros([4, 28, 28], bool)
    lost[:, 5:20, 5:20] = True
    images = np.where(lost, 0, known[[3, 9, 9, 29]]).astype(np.uint8)
    assert nearest_around(images, known, lost).tolist() == [3, 9, 9, 29]


def test_the_frechet_distance_of_the_same_is_nothing_and_of_moved_points_the_way_squared():
    points = np.random.default_rng(1).normal(size=[200, 3])
    assert frechet_distance(points, points) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(points, points + np.array([3, 0, 4])) == pytest.approx(25)
    flat = np.hstack([points, np.zeros([200, 2])])  # pixels that are always black
    assert frechet_distance(flat, flat + np.array([0, 0, 0, 0, 2])) == pytest.approx(4)
    for wrong in (points[:1], points[0]):
        with pytest.raises(ValueError, match="rows"):
            frechet_distance(points, wrong)


def test_the_calibration_error_by_hand():
    read = np.array([[0.9, 0.1]] * 10 + [[0.4, 0.6]] * 10)
    labels = np.array([0] * 9 + [1] + [1] * 2 + [0] * 8)
    found = reliability(read, labels, bins=10)
    assert found.count.tolist() == [0, 0, 0, 0, 0, 0, 10, 0, 0, 10]
    assert found.right[9] == pytest.approx(0.9) and found.right[6] == pytest.approx(0.2) and np.isnan(found.right[0])
    assert calibration_error(read, labels, bins=10) == pytest.approx((0.0 + 0.4) / 2)


def test_the_temperature_is_found_again():
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 2, [20_000, 5])
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = (p.cumsum(axis=1) > rng.random([len(p), 1])).argmax(axis=1)
    assert fit_temperature(logits, labels) == pytest.approx(1.0, abs=0.03)
    assert fit_temperature(3 * logits, labels) == pytest.approx(3.0, abs=0.1)
    sure = np.exp(3 * logits)
    assert calibration_error(sure / sure.sum(axis=1, keepdims=True), labels) > 0.1 > calibration_error(p, labels)
