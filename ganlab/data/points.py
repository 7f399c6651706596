"""Points in the plane for a GAN to learn in place of images, from densities that are known exactly."""

import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ganlab.data.dataset import Dataset
from ganlab.errors import GanlabError

TRAIN, TEST = 20_000, 5_000  # points
UNNAMED = ("points",)  # the one class of points that are in no separate modes
STEPS = 512  # points of a curve at which its density is summed up: less than the thickness apart
THICKNESS = 0.1  # the standard deviation of the noise around a curve
AT_ONCE = 2**21  # numbers in memory at a time

Sampler = Callable[[int, np.random.Generator], tuple[np.ndarray, np.ndarray]]
Density = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class PlaneData:
    """A density in the plane, within about 4.5 of (0, 0) along both axes.

    `words` says in a sentence what it is. `modes` has the centres of its modes, float64 `[m, 2]`, and `sigma` their
    standard deviation along either axis; where there are no separate modes, `modes` is `[0, 2]` and `sigma` 0.
    `sample(n, rng)` draws points, float32 `[n, 2]`, and the number of the mode of each, uint8 `[n]` (0 where there are
    none). `log_density(points)` is the natural logarithm of the density at points `[n, 2]`, float64 `[n]`, -inf where
    there is none; the field is None where nobody knows it.
    """

    name: str
    title: str
    words: str
    modes: np.ndarray
    sigma: float
    sample: Sampler
    log_density: Density | None


def load_plane(name: str) -> Dataset:
    """20,000 points for training and 5,000 for testing, the same ones each time; their classes are the modes.

    Raises GanlabError where `PLANE` has no such name.
    """
    if name not in PLANE:
        raise GanlabError(f"There are no points called {name!r}. Choose {', '.join(PLANE)}.")
    data = PLANE[name]
    points, modes = data.sample(TRAIN + TEST, np.random.default_rng(zlib.crc32(name.encode())))
    return Dataset(
        name=name,
        title=data.title,
        source=f"{TRAIN + TEST:,} points that ganlab draws from the density {data.title}",
        x_train=points[:TRAIN],
        y_train=modes[:TRAIN],
        x_test=points[TRAIN:],
        y_test=modes[TRAIN:],
        class_names=tuple(str(number) for number in range(1, len(data.modes) + 1)) or UNNAMED,
        shape=(2,),
    )


def log_mixture(points: np.ndarray, centres: np.ndarray, sigma: float) -> np.ndarray:
    """The log density, float64 `[n]`, at points `[n, 2]` of Gaussians with the same weight around centres `[m, 2]`.

    `sigma` is their standard deviation along either axis, in the units of the points.
    """
    points, centres = np.asarray(points, np.float64), np.asarray(centres, np.float64)
    rows = max(1, AT_ONCE // len(centres))
    found = np.empty(len(points))
    for at in range(0, len(points), rows):
        block = points[at : at + rows]
        powers = (block[:, :1] - centres[:, 0]) ** 2
        powers += (block[:, 1:] - centres[:, 1]) ** 2
        powers /= -2.0 * sigma**2
        highest = powers.max(axis=1, keepdims=True)  # so that the largest power is 0, far from all centres, too
        found[at : at + rows] = np.log(np.exp(powers - highest).sum(axis=1)) + highest[:, 0]
    return found - math.log(len(centres) * 2.0 * math.pi * sigma**2)


def _mixture(name: str, title: str, words: str, modes: np.ndarray, sigma: float) -> PlaneData:
    """Gaussians around modes `[m, 2]`, each as frequent as the others."""

    def sample(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        chosen = rng.integers(0, len(modes), n)
        return (modes[chosen] + rng.normal(0.0, sigma, [n, 2])).astype(np.float32), chosen.astype(np.uint8)

    return PlaneData(name, title, words, modes, sigma, sample, lambda points: log_mixture(points, modes, sigma))


def _curve(name: str, title: str, words: str, place: Callable[[np.ndarray], np.ndarray]) -> PlaneData:
    """A curve with Gaussian noise; `place` gives its points `[n, 2]` for numbers `[n]` that are uniform in 0..1."""
    centres = place((np.arange(STEPS) + 0.5) / STEPS)

    def sample(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        points = place(rng.random(n)) + rng.normal(0.0, THICKNESS, [n, 2])
        return points.astype(np.float32), np.zeros(n, np.uint8)

    return PlaneData(
        name, title, words, np.zeros([0, 2]), 0.0, sample, lambda points: log_mixture(points, centres, THICKNESS)
    )


def _line(t: np.ndarray) -> np.ndarray:
    return np.stack([6.0 * t - 3.0, 3.0 * t - 1.5], axis=1)


def _circle(t: np.ndarray) -> np.ndarray:
    return _around(2.5, 2.0 * math.pi * t)


def _spiral(t: np.ndarray) -> np.ndarray:
    """Almost two turns, from a distance of 0.6 to 3.6; the root spreads points about evenly over their length."""
    turned = np.sqrt(1 / 36 + 35 / 36 * t)
    return _around(3.6 * turned, 4.0 * math.pi * turned)


def _moons(t: np.ndarray) -> np.ndarray:
    """Two half circles of radius 2, the second one upside down and moved by half its width."""
    first = t < 0.5
    arc = _around(2.0, 2.0 * math.pi * np.where(first, t, t - 0.5)) - [1.0, 0.5]
    return np.where(first[:, None], arc, -arc)


def _around(radius: float | np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Points `[n, 2]` at these distances from (0, 0), in the directions `angle` `[n]` in radians."""
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _squares(points: np.ndarray) -> np.ndarray:
    """The log density at points `[n, 2]` of the eight squares with sides of 2, an area of 32."""
    cells = np.floor((np.asarray(points, np.float64) + 4.0) / 2.0)
    inside = ((cells >= 0) & (cells < 4)).all(axis=1) & (cells.sum(axis=1) % 2 == 0)
    return np.where(inside, -math.log(32.0), -np.inf)


def _sample_squares(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    column, pair = rng.integers(0, 4, n), rng.integers(0, 2, n)
    corners = np.stack([column, 2 * pair + column % 2], axis=1) * 2.0 - 4.0
    within = (rng.integers(0, 2**20, [n, 2]) + 0.5) / 2**19  # steps of 2^-19: float32 rounds none into the next square
    return (corners + within).astype(np.float32), np.zeros(n, np.uint8)


_ALL = (
    _mixture(
        "ring",
        "Ring of 8",
        "8 narrow Gaussians on a circle of radius 2, as in Metz and others, “Unrolled GANs”, 2017.",
        _around(2.0, 2.0 * math.pi * np.arange(8) / 8),
        0.02,
    ),
    _mixture(
        "grid",
        "Grid of 25",
        "25 narrow Gaussians in five rows of five, 2 apart, as in Srivastava and others, “VEEGAN”, 2017.",
        np.array([[x, y] for y in range(-4, 5, 2) for x in range(-4, 5, 2)], np.float64),
        0.05,
    ),
    _curve("line", "Line", "A straight segment, thickened by noise: the simplest shape to learn.", _line),
    _mixture(
        "islands",
        "Three islands",
        "3 wide Gaussians that lie far apart.",
        np.array([[-2.0, -1.5], [2.0, -1.5], [0.0, 2.0]]),
        0.25,
    ),
    _curve("moons", "Two moons", "Two half circles that reach into each other, thickened by noise.", _moons),
    _curve("spiral", "Spiral", "A spiral of almost two turns, thickened by noise.", _spiral),
    PlaneData(
        "checkerboard",
        "Checkerboard",
        "Every other square of a board of 4x4 squares, filled evenly.",
        np.zeros([0, 2]),
        0.0,
        _sample_squares,
        _squares,
    ),
    _curve("circle", "Circle", "A circle of radius 2.5, thickened by noise.", _circle),
)
PLANE: Mapping[str, PlaneData] = MappingProxyType({data.name: data for data in _ALL})
"""The densities that come with ganlab, by name."""
