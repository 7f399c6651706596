"""How far two clouds of points lie apart, without taking them for normal distributions."""

from collections.abc import Iterator

import numpy as np

from ganlab.metrics._points import points

BLOCK = 1000  # rows of the kernel's matrix at a time


def kernel_distance(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The squared maximum mean discrepancy between points `[n, k]` and `[m, k]` with the kernel (x·y / k + 1)^3:
    Binkowski and others, "Demystifying MMD GANs", 2018, the "kernel inception distance".

    Unbiased: of two samples of the same kind it is 0 on average, however few they are, and so at times less than 0.
    """
    ours, theirs = points(ours), points(theirs)
    return _mean_within(ours) + _mean_within(theirs) - 2.0 * _mean_between(ours, theirs)


def _kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (x @ y.T / x.shape[1] + 1.0) ** 3


def _blocks(x: np.ndarray) -> Iterator[np.ndarray]:
    return (x[at : at + BLOCK] for at in range(0, len(x), BLOCK))


def _mean_between(x: np.ndarray, y: np.ndarray) -> float:
    return float(sum(_kernel(rows, y).sum() for rows in _blocks(x)) / (len(x) * len(y)))


def _mean_within(x: np.ndarray) -> float:
    """Over all pairs of two different points."""
    itself = ((np.einsum("ij,ij->i", x, x) / x.shape[1] + 1.0) ** 3).sum()
    return float((sum(_kernel(rows, x).sum() for rows in _blocks(x)) - itself) / (len(x) * (len(x) - 1)))
