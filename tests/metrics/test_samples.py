"""Metrics of samples against scikit-learn, scipy and values worked out by hand."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist
from scipy.stats import entropy
from sklearn.metrics.pairwise import polynomial_kernel
from sklearn.neighbors import NearestNeighbors

from ganlab.metrics import diversity, kernel, manifold
from ganlab.metrics import nearest as nearest_
from ganlab.metrics.classes import FLOOR, certainty, class_shares, divergence, label_shares
from ganlab.metrics.discriminating import confusion
from ganlab.metrics.diversity import mean_distance
from ganlab.metrics.kernel import kernel_distance
from ganlab.metrics.manifold import density_and_coverage
from ganlab.metrics.nearest import nearest


@pytest.fixture
def blocks(monkeypatch):
    """So few rows at a time that the last block is a torn one."""
    for module in (diversity, kernel, manifold):
        monkeypatch.setattr(module, "BLOCK", 32)


def clouds(n: int = 150, m: int = 110, size: int = 7) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    return random.normal(0, 1, [n, size]), random.normal(0.3, 1.2, [m, size])


def test_the_kernel_distance_is_that_of_scikit_learns_kernel(blocks):
    ours, theirs = clouds()

    def kernel(x, y):
        return polynomial_kernel(x, y, degree=3, gamma=1 / x.shape[1], coef0=1)

    within = [kernel(x, x)[~np.eye(len(x), dtype=bool)].mean() for x in (ours, theirs)]
    expected = sum(within) - 2 * kernel(ours, theirs).mean()
    assert kernel_distance(ours, theirs) == pytest.approx(expected, rel=1e-9)
    assert kernel_distance(theirs, ours) == pytest.approx(expected, rel=1e-9)


def test_the_kernel_distance_of_few_points_of_one_kind_is_nothing_on_average():
    random = np.random.default_rng(1)
    found = [kernel_distance(*random.normal(0, 1, [2, 10, 3])) for _ in range(2000)]
    assert abs(np.mean(found)) < 4 * np.std(found) / np.sqrt(len(found))
    assert min(found) < 0 < kernel_distance(*clouds())


def test_the_kernel_distance_by_hand():
    # k(x, y) = (x y + 1)^3 on a line: within (0 2 -> 1), (1 1 -> 8), between 1, 1, 27, 27
    assert kernel_distance(np.array([[0.0], [2.0]]), np.array([[1.0], [1.0]])) == pytest.approx(1 + 8 - 2 * 14)


def test_density_and_coverage_are_those_of_their_definition(blocks):
    real, fake = clouds()
    for k in (1, 5):
        radii = NearestNeighbors(n_neighbors=k).fit(real).kneighbors()[0][:, -1]
        inside = cdist(real, fake) < radii[:, None]
        expected = inside.sum() / (k * len(fake)), inside.any(axis=1).mean()
        assert density_and_coverage(real, fake, k) == pytest.approx(expected, abs=1e-12)


def test_density_and_coverage_by_hand_and_of_the_same_kind():
    real = np.array([[0.0], [1.0], [2.0], [10.0]])  # radii to the nearest: 1, 1, 1, 8
    fake = np.array([[0.5], [0.5], [5.0]])  # in the balls of 0 and 1; of 10
    assert density_and_coverage(real, fake, 1) == pytest.approx((5 / 3, 3 / 4))
    random = np.random.default_rng(2)
    density, coverage = density_and_coverage(*random.normal(0, 1, [2, 2000, 4]))
    assert density == pytest.approx(1, abs=0.05) and coverage == pytest.approx(1 - 1 / 2**5, abs=0.02)
    far = real + 100.0
    assert density_and_coverage(real, far, 2) == (0.0, 0.0)
    with pytest.raises(ValueError, match="at least 5"):
        density_and_coverage(real, fake, 4)


def test_shares_of_classes_and_their_divergence():
    read = np.array([[0.7, 0.2, 0.1], [0.6, 0.4, 0.0], [0.0, 0.1, 0.9], [0.5, 0.3, 0.2]])
    assert class_shares(read).tolist() == [0.75, 0.0, 0.25] and certainty(read) == pytest.approx(0.675)
    assert label_shares(np.array([1, 1, 2, 0], np.uint8), 4).tolist() == [0.25, 0.5, 0.25, 0]
    even = np.full(10, 0.1)
    shares = np.random.default_rng(0).dirichlet(np.ones(10))
    assert divergence(even, even) == 0 and divergence(shares, shares) == 0
    assert divergence(shares, even) == pytest.approx(entropy(shares, even), rel=0.02)
    missing = np.array([0.0] + [1 / 9] * 9)
    assert divergence(missing, even) == pytest.approx(np.log(10 / 9), rel=0.02)
    foreign = divergence(np.array([0.9, 0.1]), np.array([1.0, 0.0]))
    ours, theirs = ((1 - FLOOR) * np.array(x) + FLOOR / 2 for x in ([0.9, 0.1], [1.0, 0.0]))
    assert foreign == pytest.approx(entropy(ours, theirs)) and np.isfinite(foreign)


def test_the_mean_distance_is_that_of_scipy_over_all_pairs(blocks):
    points, _ = clouds(m=2)
    assert mean_distance(points) == pytest.approx(pdist(points).mean(), rel=1e-5)
    assert mean_distance(points + 1000.0) == pytest.approx(pdist(points).mean(), rel=1e-4)
    assert mean_distance(np.full([70, 784], 0.3)) == 0.0
    assert mean_distance(np.array([[0.0, 0.0], [3.0, 4.0]])) == pytest.approx(5)


def test_the_nearest_is_that_of_scikit_learn(monkeypatch):
    monkeypatch.setattr(nearest_, "BLOCK", 32)
    random = np.random.default_rng(0)
    known, images = random.integers(0, 256, [150, 28, 28], np.uint8), random.integers(0, 256, [110, 28, 28], np.uint8)
    finder = NearestNeighbors(n_neighbors=1).fit(known.reshape(150, -1) / 255)
    distances, places = finder.kneighbors(images.reshape(110, -1) / 255)
    found, far = nearest(images, known)
    np.testing.assert_array_equal(found, places[:, 0])
    np.testing.assert_allclose(far, distances[:, 0], rtol=1e-6)
    found, far = nearest(known[[4, 90]], known)
    assert found.tolist() == [4, 90] and far.tolist() == [0.0, 0.0]
    assert nearest(images[:0], known)[0].shape == (0,)


def test_a_discriminators_confusion_by_hand():
    assert confusion(np.array([0.9, 0.5, 0.51]), np.array([0.1, 0.7])).tolist() == [[2, 1], [1, 1]]
