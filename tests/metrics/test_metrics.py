"""Metrics against other implementations and values worked out by hand."""

import numpy as np
import pytest
from scipy import linalg

from ganlab.metrics.calibration import calibration_error, fit_temperature, reliability
from ganlab.metrics.frechet import frechet_distance, limit_distances
from ganlab.metrics.nearest import nearest_around


def test_the_frechet_distance_is_that_of_the_formula_with_a_matrix_square_root():
    rng = np.random.default_rng(0)
    ours, theirs = rng.normal(0, 1, [400, 6]) @ rng.normal(0, 1, [6, 6]), rng.normal(1, 2, [300, 6])
    covariances = [np.cov(points, rowvar=False) for points in (ours, theirs)]
    root = np.real(np.asarray(linalg.sqrtm(covariances[0] @ covariances[1])))
    expected = np.sum((ours.mean(0) - theirs.mean(0)) ** 2) + np.trace(covariances[0] + covariances[1] - 2 * root)
    assert frechet_distance(ours, theirs) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(theirs, ours) == pytest.approx(expected, rel=1e-6)


def test_a_distance_is_estimated_for_endlessly_many_points():
    rng = np.random.default_rng(0)
    real = rng.normal(size=[300, 6])
    alike, moved, same = rng.normal(size=[300, 6]), rng.normal(size=[300, 6]) + 0.5, real.copy()
    found, _ = limit_distances([alike, moved, same], real)
    assert found[0] < frechet_distance(alike, real) / 3, "few points alone make a distance"
    assert found[1] == pytest.approx(6 * 0.5**2, rel=0.3) and found[2] == 0.0
    few, _ = limit_distances([moved[:100]], real[:100])
    assert few[0] == pytest.approx(found[1], rel=0.4), "it hardly depends on how many there are"


def test_what_two_distances_differ_by_is_told_from_chance():
    rng = np.random.default_rng(1)
    real, beyond = rng.normal(size=[200, 4]), 0
    for _ in range(40):
        first, second = (0.6 * real + 0.8 * rng.normal(size=real.shape) for _ in range(2))
        found, spread = limit_distances([first, second], real)
        beyond += abs(found[0] - found[1]) > 1.96 * spread[0, 1]
        assert spread[0, 1] == spread[1, 0] > 0 == spread[0, 0]
    assert beyond <= 6, "of two that are as good, seldom is one called better"
    found, spread = limit_distances([0.6 * real + 0.8 * rng.normal(size=real.shape), 0.6 * real], real)
    assert found[1] - found[0] > 1.96 * spread[0, 1], "a blur is told from what varies as it should"


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
