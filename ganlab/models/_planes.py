"""Grids over a latent plane, and directions for planes through a wider space; numpy only."""

from statistics import NormalDist

import numpy as np


def quantiles(n: int, low: float = 0.05) -> np.ndarray:
    """`n` coordinates, float32, at normal quantiles evenly spaced from `low` to 1 - `low`."""
    return np.array([NormalDist().inv_cdf(q) for q in np.linspace(low, 1.0 - low, n)], np.float32)


def square(across: np.ndarray) -> np.ndarray:
    """The points, float32 `[n * n, 2]`, row by row from the top, of the grid over coordinates `[n]`."""
    x, y = np.meshgrid(across, across[::-1])
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


def grid(n: int, size: int) -> np.ndarray:
    """`n * n` latents, float32 `[n * n, size]`: the quantile grid of a plane, else fixed draws from N(0, I)."""
    if size == 2:
        return square(quantiles(n))
    if size == 1:
        return quantiles(n * n)[:, None]
    return np.random.default_rng(0).standard_normal([n * n, size]).astype(np.float32)


def principal(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The principal directions of points `[n, k]`: float32 `[k, k]`, rows of length 1 at right angles to each other,
    the one along which the points vary most first; and the variance along each, `[k]`."""
    centred = points.astype(np.float64) - points.mean(axis=0)
    variances, columns = np.linalg.eigh(centred.T @ centred / len(points))
    directions = columns.T[::-1]
    largest = np.abs(directions).argmax(axis=1)
    signs = np.sign(directions[np.arange(len(directions)), largest])  # either sign would do: the same every time
    return (directions * signs[:, None]).astype(np.float32), np.maximum(variances[::-1], 0.0)
