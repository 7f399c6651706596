"""How well samples in the plane match a density that is known: modes, histograms, distances, the best discriminator."""

import math

import numpy as np

from ganlab.data.points import log_mixture
from ganlab.metrics._points import points

REACH = 3.0  # standard deviations from a mode within which a sample is of high quality
EVEN = 1e-6  # the share of an even spread that is mixed into histograms whose ratio is taken


def modes_captured(samples: np.ndarray, modes: np.ndarray, sigma: float) -> int:
    """How many of the modes `[m, 2]` are nearest to at least one sample of high quality, from samples `[n, 2]`.

    As in Srivastava and others, "VEEGAN", 2017, who look at 2,500 samples. `sigma` is a mode's standard deviation.
    """
    return len(modes) - len(missing_modes(samples, modes, sigma))


def missing_modes(samples: np.ndarray, modes: np.ndarray, sigma: float) -> list[int]:
    """The numbers, from 0, of the modes that `modes_captured` does not count, in their order."""
    nearest, good = _nearest_modes(samples, modes, sigma)
    return sorted(set(range(len(modes))) - set(nearest[good].tolist()))


def high_quality(samples: np.ndarray, modes: np.ndarray, sigma: float) -> float:
    """The share of samples `[n, 2]`, 0..1, within three standard deviations `sigma` of a mode, of `[m, 2]`.

    Even of perfect samples it is 0.989: so much of a Gaussian in the plane lies there. A sample that is not a number
    is never of high quality.
    """
    return float(_nearest_modes(samples, modes, sigma)[1].mean())


def histogram(values: np.ndarray, extent: float, bins: int = 40) -> np.ndarray:
    """The share of points `[n, 2]` in each cell of the square from -extent to extent, float64 `[bins, bins]`, sum 1.

    The first axis is x, the second one y. Points outside count in the nearest cell at the border. Raises ValueError
    where a point is not a number.
    """
    values = _plane(values)
    if np.isnan(values).any():
        raise ValueError("a point that is not a number is in no cell")
    cells = np.clip(np.floor((values + extent) * (bins / (2.0 * extent))), 0, bins - 1).astype(np.intp)
    counts = np.bincount(cells[:, 0] * bins + cells[:, 1], minlength=bins * bins)
    return counts.reshape(bins, bins) / len(values)


def kullback_leibler(p: np.ndarray, q: np.ndarray) -> float:
    """The Kullback-Leibler divergence in nats of probabilities `p` from `q`, of the same shape: 0 for the same.

    Kullback and Leibler, "On information and sufficiency", 1951. So that it stays finite where `q` has a 0, both are
    first mixed with an even spread, which gets a share of 1e-6.
    """
    p, q = _same_shape(p, q)
    p, q = ((1.0 - EVEN) * x + EVEN / x.size for x in (p, q))
    return float(max(0.0, np.sum(p * np.log(p / q))))


def jensen_shannon(p: np.ndarray, q: np.ndarray) -> float:
    """The Jensen-Shannon divergence in nats of probabilities of the same shape: from 0, for the same, to log 2.

    Lin, "Divergence measures based on the Shannon entropy", 1991; what the first GANs minimise (Goodfellow and others,
    2014). It is finite without any smoothing.
    """
    p, q = _same_shape(p, q)
    there = p + q > 0
    both = (p + q)[there]
    total = sum(float(x @ np.log(2.0 * x / both, where=x > 0, out=np.zeros_like(x))) for x in (p[there], q[there]))
    return min(max(0.0, total / 2.0), math.log(2.0))


def sliced_wasserstein(a: np.ndarray, b: np.ndarray, directions: int = 64) -> float:
    """How far points `[n, 2]` have to be moved to lie as points `[m, 2]` do, seen along lines, in their units.

    The mean, over directions spaced evenly over half a turn, of the 1-Wasserstein distance of the projections: Bonneel
    and others, "Sliced and Radon Wasserstein barycenters of measures", 2015. Each distance is exact, whatever n and m.
    """
    angles = np.pi * np.arange(directions) / directions
    onto = np.stack([np.cos(angles), np.sin(angles)])
    ours, theirs = (np.sort(_plane(values) @ onto, axis=0) for values in (a, b))
    n, m = len(ours), len(theirs)
    # where either quantile function has a step, counted in 1 / (n m), and the ranks just before it
    ends = np.union1d(np.arange(1, n + 1) * m, np.arange(1, m + 1) * n)
    widths = np.diff(ends, prepend=0) / (n * m)
    return float((widths @ np.abs(ours[(ends - 1) // m] - theirs[(ends - 1) // n])).mean())


def optimal_discriminator(log_real: np.ndarray, log_fake: np.ndarray) -> np.ndarray:
    """The best P(real) that a discriminator can give, float64 `[n]` in 0..1, from the log densities `[n]` of real
    points and of samples at the same n places: p / (p + q), and 0.5 where there is neither.

    Goodfellow and others, "Generative adversarial nets", 2014, proposition 1.
    """
    real, fake = (np.asarray(values, np.float64) for values in (log_real, log_fake))
    with np.errstate(invalid="ignore", over="ignore"):
        best = 1.0 / (1.0 + np.exp(fake - real))
    return np.where(np.isneginf(real) & np.isneginf(fake), 0.5, best)


def distance_from_optimum(found: np.ndarray, optimum: np.ndarray) -> float:
    """The mean absolute difference, 0..1, of a discriminator's P(real) `[n]` from the best one, `[n]`."""
    found, optimum = _same_shape(found, optimum)
    return float(np.abs(found - optimum).mean())


def kernel_density(values: np.ndarray, at: np.ndarray, width: float) -> np.ndarray:
    """The log density, float64 `[n]`, at places `[n, 2]` of what points `[m, 2]` were drawn from, as they show it.

    A Gaussian with the standard deviation `width`, in the units of the points, is put around each point: Parzen, "On
    estimation of a probability density function and mode", 1962.
    """
    return log_mixture(_plane(at), _plane(values), width)


def _nearest_modes(samples: np.ndarray, modes: np.ndarray, sigma: float) -> tuple[np.ndarray, np.ndarray]:
    """The number of each sample's nearest mode, int `[n]`, and whether it is near enough, bool `[n]`."""
    distances = ((_plane(samples)[:, None] - _plane(modes)) ** 2).sum(axis=2)
    nearest = distances.argmin(axis=1)
    return nearest, distances[np.arange(len(distances)), nearest] <= (REACH * sigma) ** 2


def _plane(values: np.ndarray) -> np.ndarray:
    values = points(values, least=1)
    if values.shape[1] != 2:
        raise ValueError("points in the plane have two coordinates")
    return values


def _same_shape(p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both as float64; raises ValueError where they cannot be compared one by one."""
    p, q = np.asarray(p, np.float64), np.asarray(q, np.float64)
    if p.shape != q.shape:
        raise ValueError(f"the shapes {p.shape} and {q.shape} differ")
    return p, q
