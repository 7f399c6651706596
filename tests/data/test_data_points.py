"""Proves that the points in the plane follow the densities that are said of them, and are the same each time."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2, norm

from ganlab.data import points as data_points
from ganlab.data.points import PLANE, load_plane, log_mixture
from ganlab.errors import GanlabError

HALF, CELL = 5.0, 0.5  # of the square that is looked at, and of the cells in which points are counted
FINE = {"ring": 0.01, "grid": 0.02, "checkerboard": 0.1}  # of the grid for sums; elsewhere densities change slowly


def cell_shares(name: str) -> np.ndarray:
    """What share of the density lies in each cell, float64 `[20, 20]`, x first, by a sum over a fine grid."""
    step = FINE.get(name, 0.04)
    fine = round(CELL / step)
    axis = (np.arange(round(2 * HALF / CELL) * fine) + 0.5) * (CELL / fine) - HALF
    places = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    log_density = PLANE[name].log_density
    assert log_density is not None
    cells = len(axis) // fine
    return np.exp(log_density(places)).reshape(cells, fine, cells, fine).sum(axis=(1, 3)) * (CELL / fine) ** 2


@pytest.mark.parametrize("name", PLANE)
def test_densities_add_up_to_1_and_samples_follow_them(name: str) -> None:
    expected = cell_shares(name)
    assert expected.sum() == pytest.approx(1, abs=1e-5)
    points, _ = PLANE[name].sample(50_000, np.random.default_rng(11))
    edges = np.arange(-HALF, HALF + CELL / 2, CELL)
    seen = np.histogram2d(*points.T, bins=[edges, edges])[0]
    assert seen.sum() == 50_000, "all lie near (0, 0)"
    expected *= 50_000
    often = expected > 5
    assert seen[~often].sum() < 5 * expected[~often].sum() + 20
    distance = ((seen - expected)[often] ** 2 / expected[often]).sum()
    assert 0.001 < chi2.sf(distance, often.sum() - 1) < 0.999, "neither too far from the density nor too near"


@pytest.mark.parametrize("name", ["line", "circle", "moons", "spiral"])
def test_the_sum_over_a_curve_is_fine_enough(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points with the same random numbers have the same density where the curve is summed up more finely."""
    data = PLANE[name]
    places = {"line": data_points._line, "circle": data_points._circle}
    places |= {"moons": data_points._moons, "spiral": data_points._spiral}
    monkeypatch.setattr(data_points, "STEPS", 8 * 512)
    finer = data_points._curve("", "", "", places[name])
    points, _ = data.sample(2000, np.random.default_rng(0))
    assert data.log_density is not None and finer.log_density is not None
    off = np.abs(data.log_density(points) - finer.log_density(points))
    assert off.mean() < 0.0005 and off.max() < 0.05, "most beyond the ends of the curve, where there is hardly a point"


@pytest.mark.parametrize(
    ("name", "modes", "sigma", "radius"), [("ring", 8, 0.02, 2.0), ("grid", 25, 0.05, None), ("islands", 3, 0.25, None)]
)
def test_each_mode_has_its_share_its_centre_and_its_spread(
    name: str, modes: int, sigma: float, radius: float | None
) -> None:
    data = PLANE[name]
    assert data.modes.shape == (modes, 2) and data.modes.dtype == np.float64 and data.sigma == sigma
    if radius:
        np.testing.assert_allclose(np.hypot(*data.modes.T), radius)
    if name == "grid":
        assert {tuple(mode) for mode in data.modes} == {(x, y) for x in range(-4, 5, 2) for y in range(-4, 5, 2)}
    count = 4000 * modes
    points, numbers = data.sample(count, np.random.default_rng(2))
    assert numbers.dtype == np.uint8 and points.dtype == np.float32
    np.testing.assert_allclose(np.bincount(numbers, minlength=modes) / count, 1 / modes, rtol=0.08)
    for number, centre in enumerate(data.modes):
        cluster = points[numbers == number].astype(float)
        np.testing.assert_allclose(cluster.mean(axis=0), centre, atol=5 * sigma / math.sqrt(len(cluster)))
        np.testing.assert_allclose(np.cov(cluster, rowvar=False), sigma**2 * np.eye(2), atol=0.1 * sigma**2)


@pytest.mark.parametrize("block", [2**21, 10])
def test_a_mixtures_density_is_scipys(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_points, "AT_ONCE", block)
    modes = PLANE["islands"].modes
    at = np.random.default_rng(4).normal(0, 2, [50, 2])
    expected = np.log(np.mean([norm.pdf(at, mode, 0.25).prod(axis=1) for mode in modes], axis=0))
    np.testing.assert_allclose(log_mixture(at, modes, 0.25), expected, rtol=1e-9)
    far = log_mixture(np.array([[1e4, 0.0]]), np.zeros([1, 2]), 0.02)
    assert far[0] == pytest.approx(-(1e4**2) / (2 * 0.02**2) - math.log(2 * math.pi * 0.02**2))


def test_the_checkerboards_squares() -> None:
    density = PLANE["checkerboard"].log_density
    assert density is not None
    at = np.array([[-3.0, -3.0], [-1.0, -3.0], [1.0, 1.0], [3.0, 1.0], [5.0, 5.0], [-3.0, 5.0]])
    full = -math.log(32)
    assert density(at).tolist() == [full, -np.inf, full, -np.inf, -np.inf, -np.inf]
    points, _ = PLANE["checkerboard"].sample(2_000_000, np.random.default_rng(0))
    assert np.isfinite(density(points)).all(), "rounding moves no point out of its square"


@pytest.mark.parametrize("name", PLANE)
def test_a_data_set_of_points_is_the_same_each_time(name: str) -> None:
    data, one, two = PLANE[name], load_plane(name), load_plane(name)
    assert one.fingerprint == two.fingerprint and np.array_equal(one.x_test, two.x_test)
    assert one.x_train.shape == (20_000, 2) and one.x_test.shape == (5_000, 2)
    assert one.x_train.dtype == one.x_test.dtype == np.float32 and one.y_train.dtype == one.y_test.dtype == np.uint8
    assert len(np.unique(np.concatenate([one.x_train, one.x_test]), axis=0)) > 24_990, "test points are others"
    assert np.abs(one.x_train).max() < 4.5
    assert one.points and one.shape == (2,) and (one.name, one.title) == (name, data.title)
    assert data.words.endswith(".") and data.title in one.source
    assert set(one.y_train) == set(one.y_test) == set(range(len(one.class_names)))
    assert len(one.class_names) == (len(data.modes) or 1)


def test_names_of_classes_and_seeds() -> None:
    assert load_plane("islands").class_names == ("1", "2", "3") and load_plane("moons").class_names == ("points",)
    assert len({load_plane(name).fingerprint for name in PLANE}) == len(PLANE) == 8
    assert load_plane("islands").select([1]).x_train.shape[1] == 2
    with pytest.raises(GanlabError, match=r"no points called 'rings'. Choose ring, grid, line, .*circle\."):
        load_plane("rings")


def test_the_extent_shows_all_training_points() -> None:
    data = load_plane("islands")
    few = replace(data, x_train=np.array([[0.5, -2.0], [1.0, 1.5]], np.float32))
    assert few.extent == 2.5 and few.points
    assert replace(data, x_train=np.zeros([1, 2], np.float32)).extent == 1.0
    assert not replace(data, x_train=np.zeros([1, 28, 28], np.uint8)).points
