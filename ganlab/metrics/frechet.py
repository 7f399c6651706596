"""How far two clouds of points lie apart, each taken for a normal distribution."""

import numpy as np

from ganlab.metrics._points import points


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


def _square_root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
