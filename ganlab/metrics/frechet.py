"""How far two clouds of points lie apart, each taken for a normal distribution."""

from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from ganlab.metrics._points import points

HALVINGS = 20  # random splits into halves


def frechet_distance(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The squared Fréchet distance between normal distributions fitted to points `[n, k]` and `[m, k]` (Dowson and
    Landau, 1982; for images Heusel and others, "GANs trained by a two time-scale update rule", 2017): 0 for the same.

    It grows by chance where there are few points: compare it with that of two halves of the same kind.
    """
    means, covariances = zip(
        *((x.mean(axis=0), np.cov(x, rowvar=False)) for x in map(points, (ours, theirs))), strict=True
    )
    root = _square_root(covariances[0])
    mixed = np.linalg.eigvalsh(root @ covariances[1] @ root)
    traces = sum(np.trace(covariance) for covariance in covariances)
    distance = np.sum((means[0] - means[1]) ** 2) + traces - 2.0 * np.sqrt(np.maximum(mixed, 0.0)).sum()
    return float(max(0.0, distance))


def limit_distances(
    ours: Sequence[np.ndarray], theirs: np.ndarray, halvings: int = HALVINGS, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """The distance of each of `k` clouds of points from the same other one, all `[n, size]`, as it would be with
    endlessly many points, float64 `[k]`; and how much two of these distances would differ by chance, the standard
    deviation of their difference, `[k, k]`. Rows at the same place belong to the same image.

    A Fréchet distance of few points is too large, by about one part in their number, and how much depends on how the
    two clouds hang together (Chong and Forsyth, "Effectively unbiased FID and Inception Score", 2020). So it is taken
    of all points, and of half of them: of all it is too large by half as much. The two halves of a split have no image
    in common, so what they differ by is due to chance.
    """
    random, n = np.random.default_rng(seed), len(theirs)
    with threadpool_limits(1, "blas"):  # on a busy machine, threads slow many small products down a hundredfold
        whole = np.array([frechet_distance(one, theirs) for one in ours])
        halves = np.empty([halvings, 2, len(ours)])
        for halving in halves:
            order = random.permutation(n)
            for half, chosen in zip(halving, (order[: n // 2], order[n // 2 :]), strict=True):
                half[:] = [frechet_distance(one[chosen], theirs[chosen]) for one in ours]
    apart = halves[:, 0] - halves[:, 1]  # twice the standard deviation of what all points give
    spread = np.sqrt(np.mean((apart[:, :, None] - apart[:, None, :]) ** 2, axis=0)) / 2.0
    return np.maximum(0.0, 2.0 * whole - halves.mean(axis=(0, 1))), spread


def _square_root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
