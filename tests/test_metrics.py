"""Figures of merit against other implementations and values worked out by hand."""

import numpy as np
import pytest
from scipy import linalg

from ganlab.metrics.calibration import calibration_error, fit_temperature, reliability
from ganlab.metrics.frechet import frechet_distance


def test_the_frechet_distance_is_that_of_the_formula_with_a_matrix_square_root():
    rng = np.random.default_rng(0)
    ours, theirs = rng.normal(0, 1, [400, 6]) @ rng.normal(0, 1, [6, 6]), rng.normal(1, 2, [300, 6])
    covariances = [np.cov(points, rowvar=False) for points in (ours, theirs)]
    root = np.real(np.asarray(linalg.sqrtm(covariances[0] @ covariances[1])))
    expected = np.sum((ours.mean(0) - theirs.mean(0)) ** 2) + np.trace(covariances[0] + covariances[1] - 2 * root)
    assert frechet_distance(ours, theirs) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(theirs, ours) == pytest.approx(expected, rel=1e-6)


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
