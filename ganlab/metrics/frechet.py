"""How far two clouds of points lie apart, each taken for a normal distribution."""

import numpy as np
from threadpoolctl import threadpool_limits

from ganlab.metrics._points import points

DRAWS = 200  # of the images, to see how far a difference depends on which they are
Normal = tuple[np.ndarray, np.ndarray]  # means and covariances


def frechet_distance(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The squared Fréchet distance between normal distributions fitted to points `[n, k]` and `[m, k]` (Dowson and
    Landau, 1982; for images Heusel and others, "GANs trained by a two time-scale update rule", 2017): 0 for the same.

    It grows by chance where there are few points: compare it with that of two halves of the same kind.
    """
    return float(_distance(_normal(points(ours)), _normal(points(theirs))))


def interval_of_difference(
    first: np.ndarray, second: np.ndarray, reference: np.ndarray, draws: int = DRAWS, seed: int = 0
) -> tuple[float, float]:
    """Between which values, 19 times in 20, lies how much farther `first` is from `reference` than `second` is, in
    `frechet_distance`; all three are points `[n, k]`, and rows at the same place belong to the same image.

    The images are drawn again `draws` times, with repeats, a row of all three at a time (the bootstrap; Efron, 1979).
    So what the three have in common, being of the same images, makes no difference. Where 0 lies between the values,
    the difference may well be due to which images there happened to be.
    """
    parts = [points(values) for values in (reference, first, second)]
    random, n = np.random.default_rng(seed), len(parts[0])
    counts = random.multinomial(n, np.full(n, 1.0 / n), draws)
    with threadpool_limits(
        1, "blas"
    ):  # many small products, which threads would slow down a hundredfold on a busy machine
        target, *ours = (_weighted(values, counts) for values in parts)
        first_distances, second_distances = (_distance(target, one) for one in ours)
    low, high = np.quantile(first_distances - second_distances, [0.025, 0.975])
    return float(low), float(high)


def _normal(values: np.ndarray) -> Normal:
    return values.mean(axis=0), np.cov(values, rowvar=False)


def _weighted(values: np.ndarray, counts: np.ndarray) -> Normal:
    """The same for each of `m` draws, in which each row of `[n, k]` is there as often as `counts`, `[m, n]`, says."""
    n = len(values)
    means = counts @ values / n
    squares = np.stack([(values * count[:, None]).T @ values for count in counts])
    return means, (squares - n * means[:, :, None] * means[:, None, :]) / (n - 1)


def _distance(ours: Normal, theirs: Normal) -> np.ndarray:
    """Between normal distributions, or as many pairs of them as there are along the first axis."""
    root = _square_root(ours[1])
    mixed = np.linalg.eigvalsh(root @ theirs[1] @ root)
    traces = sum(np.trace(covariance, axis1=-2, axis2=-1) for _, covariance in (ours, theirs))
    apart = np.sum((ours[0] - theirs[0]) ** 2, axis=-1)
    return np.maximum(0.0, apart + traces - 2.0 * np.sqrt(np.maximum(mixed, 0.0)).sum(axis=-1))


def _square_root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0.0))[..., None, :]) @ vectors.swapaxes(-1, -2)
