"""Metrics of samples in the plane against scipy, scikit-learn and values worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy, wasserstein_distance
from sklearn.neighbors import KernelDensity

from ganlab.data import points as data_points
from ganlab.data.points import PLANE
from ganlab.metrics.plane import (
    EVEN,
    distance_from_optimum,
    high_quality,
    histogram,
    jensen_shannon,
    kernel_density,
    kullback_leibler,
    missing_modes,
    modes_captured,
    optimal_discriminator,
    sliced_wasserstein,
)

MODES = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]])
shares = st.lists(st.integers(0, 9), min_size=6, max_size=6).filter(any).map(lambda x: np.array(x) / sum(x))


def clouds(n: int = 70, m: int = 45) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    return random.normal(0, 1, [n, 2]), random.normal([0.5, -1.0], [2.0, 0.5], [m, 2])


def test_modes_and_high_quality_by_hand():
    # three sigma are 0.3: on the axis, along the diagonal (0.28 and 0.31 away), and nowhere near
    samples = np.array([[0.29, 0.0], [0.31, 0.0], [2.2, 0.2], [2.22, 0.22], [1.0, 1.0], [math.nan, 0], [math.inf, 0]])
    assert high_quality(samples, MODES, 0.1) == pytest.approx(2 / 7)
    assert modes_captured(samples, MODES, 0.1) == 2 and missing_modes(samples, MODES, 0.1) == [2]
    assert missing_modes(samples[3:], MODES, 0.1) == [0, 1, 2] and modes_captured(samples[3:], MODES, 0.1) == 0


def test_a_mode_counts_only_with_a_sample_that_is_nearest_to_it():
    assert missing_modes(np.array([[0.9, 0.0]]), MODES, 1.0) == [1, 2], "within three sigma of all, nearest to one"


@pytest.mark.parametrize("name", ["ring", "grid", "islands"])
def test_true_samples_are_of_high_quality_as_often_as_gaussians_allow(name: str):
    data = PLANE[name]
    samples, _ = data.sample(100_000, np.random.default_rng(3))
    assert high_quality(samples, data.modes, data.sigma) == pytest.approx(1 - math.exp(-4.5), abs=0.0015)
    assert modes_captured(samples[:2500], data.modes, data.sigma) == len(data.modes)


def test_a_histogram_is_numpys_with_what_is_outside_at_the_border():
    values = np.random.default_rng(1).normal(0, 1.5, [5000, 2])
    inside = np.clip(values, -2 + 1e-9, 2 - 1e-9)
    assert (inside != values).any()
    expected = np.histogram2d(*inside.T, bins=10, range=[[-2, 2], [-2, 2]])[0] / 5000
    np.testing.assert_allclose(histogram(values, 2.0, 10), expected, atol=1e-15)


def test_the_first_axis_of_a_histogram_is_x():
    found = histogram(np.array([[0.9, -0.9], [math.inf, -7.0], [1.0, -1.0], [-0.1, 0.1]]), 1.0, 2)
    assert found.tolist() == [[0.0, 0.25], [0.75, 0.0]]
    assert histogram(MODES, 3.0).shape == (40, 40)


def test_a_point_that_is_no_number_is_in_no_cell():
    with pytest.raises(ValueError, match="not a number"):
        histogram(np.array([[0.0, math.nan]]), 1.0)


@given(shares, shares)
def test_divergences_are_scipys(p: np.ndarray, q: np.ndarray):
    ours, theirs = ((1 - EVEN) * x + EVEN / 6 for x in (p, q))
    assert kullback_leibler(p, q) == pytest.approx(entropy(ours, theirs), abs=1e-12)
    assert jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q, base=math.e) ** 2, abs=1e-12)
    assert jensen_shannon(p, q) == pytest.approx(jensen_shannon(q, p), abs=1e-15)


def test_divergences_of_the_same_and_of_what_has_nothing_in_common():
    p, q = np.array([[0.5, 0.5], [0.0, 0.0]]), np.array([[0.0, 0.0], [0.5, 0.5]])
    assert kullback_leibler(p, p) == jensen_shannon(p, p) == 0.0
    assert jensen_shannon(p, q) == math.log(2)
    assert jensen_shannon(p + np.array([[0, 0], [0, 5e-324]]), p) == 0.0, "half of the smallest number would be 0"
    assert kullback_leibler(p, q) == pytest.approx(math.log(0.5 / (EVEN / 4)), rel=1e-4)
    for measure in (kullback_leibler, jensen_shannon, distance_from_optimum):
        with pytest.raises(ValueError, match="differ"):
            measure(p, q[0])


@pytest.mark.parametrize("sizes", [(70, 45), (60, 60), (7, 21), (1, 5)])
def test_the_sliced_distance_is_the_mean_of_scipys_distances(sizes: tuple[int, int]):
    a, b = clouds(*sizes)
    angles = [math.pi * k / 64 for k in range(64)]
    onto = [np.array([math.cos(angle), math.sin(angle)]) for angle in angles]
    expected = np.mean([wasserstein_distance(a @ one, b @ one) for one in onto])
    assert sliced_wasserstein(a, b) == pytest.approx(expected, rel=1e-9)


def test_the_sliced_distance_by_hand():
    a, _ = clouds()
    assert sliced_wasserstein(a, a[::-1]) == pytest.approx(0, abs=1e-12)
    assert sliced_wasserstein(a, np.concatenate([a, a])) == pytest.approx(0, abs=1e-12)
    # of a move by 3 along x every direction sees its cosine
    assert sliced_wasserstein(a, a + np.array([3, 0]), directions=2) == pytest.approx((3 + 0) / 2)
    assert sliced_wasserstein(a, a + np.array([3, 0]), directions=1000) == pytest.approx(3 * 2 / math.pi, rel=1e-4)


def test_the_best_discriminator_by_hand():
    real = np.log([0.3, 0.1, 1e-300, 1.0])
    fake = np.log([0.1, 0.1, 1.0, 1e-300])
    np.testing.assert_allclose(optimal_discriminator(real, fake), [0.75, 0.5, 0.0, 1.0], atol=1e-12)
    nowhere = np.array([-np.inf, -np.inf, 0.0, -1e6, -1e6 - 1])
    there = np.array([-np.inf, 0.0, -np.inf, -1e6 - math.log(3), -1e6 + 800])
    assert optimal_discriminator(nowhere, there).tolist() == pytest.approx([0.5, 0.0, 1.0, 0.75, 0.0])


def test_the_best_discriminator_tells_two_densities_apart_as_well_as_their_divergence_says():
    # Goodfellow and others, theorem 1: with the best discriminator the mean of both logarithms is JSD - log 2
    step = 0.1
    axis = np.arange(-8, 8, step) + step / 2
    places = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    real, fake = (PLANE[name].log_density for name in ("islands", "circle"))
    assert real is not None and fake is not None
    p, q = (np.exp(log_density(places)) * step**2 for log_density in (real, fake))
    best = optimal_discriminator(real(places), fake(places))
    seen = p > 0, q > 0
    value = (p[seen[0]] @ np.log(best[seen[0]]) + q[seen[1]] @ np.log((1 - best)[seen[1]].clip(1e-300))) / 2
    assert value == pytest.approx(jensen_shannon(p, q) - math.log(2), abs=1e-6)


def test_the_distance_from_the_best_discriminator_by_hand():
    assert distance_from_optimum(np.array([0.5, 0.5, 1.0]), np.array([0.75, 0.0, 1.0])) == pytest.approx(0.25)


@pytest.mark.parametrize("block", [2**21, 100])
def test_the_kernel_density_is_scikit_learns(block: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(data_points, "AT_ONCE", block)
    values, at = clouds()
    at = np.concatenate([at, [[300.0, -400.0]]])  # so far off that the density itself would be 0
    expected = KernelDensity(bandwidth=0.3).fit(values).score_samples(at)
    np.testing.assert_allclose(kernel_density(values, at, 0.3), expected, rtol=1e-9)
    assert np.isfinite(expected).all()


def test_only_rows_of_two_numbers_are_points_of_the_plane():
    for wrong in (np.zeros([3, 3]), np.zeros([0, 2]), np.zeros(2)):
        with pytest.raises(ValueError, match="points"):
            high_quality(wrong, MODES, 0.1)
        with pytest.raises(ValueError, match="points"):
            sliced_wasserstein(MODES, wrong)
    with pytest.raises(ValueError, match="points"):
        modes_captured(MODES, np.zeros([0, 2]), 0.0)
