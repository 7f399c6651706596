"""Grids over a latent plane; numpy only."""

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
