"""What every metric here is worked out from: rows of numbers."""

import numpy as np


def points(values: np.ndarray, least: int = 2) -> np.ndarray:
    """The same as float64 `[n, k]`; raises ValueError where there are not `least` rows of numbers."""
    values = np.asarray(values, np.float64)
    if values.ndim != 2 or len(values) < least:
        raise ValueError(f"points are rows of numbers, and there are at least {least} of them")
    return values


def squared_distances(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances of points `[n, size]` and `[m, size]`, `[n, m]`, in their own kind of number."""
    squares = np.einsum("ij,ij->i", x, x)[:, None] + np.einsum("ij,ij->i", y, y)[None] - 2.0 * (x @ y.T)
    return np.maximum(squares, 0.0)
