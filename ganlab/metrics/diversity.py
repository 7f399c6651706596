"""How different images are from each other."""

import numpy as np

from ganlab.metrics._points import points, squared_distances

BLOCK = 1000  # points whose distances are looked at together


def mean_distance(values: np.ndarray) -> float:
    """The mean Euclidean distance of two different points of `[n, size]`: 0 where all are the same."""
    values = points(values)
    values = (values - values.mean(axis=0)).astype(np.float32)  # near 0, where float32 is finest
    total = 0.0
    for at in range(0, len(values), BLOCK):
        distances = squared_distances(values[at : at + BLOCK], values[at:])
        np.fill_diagonal(distances, 0.0)
        distances = np.sqrt(distances, dtype=np.float64)
        within = distances[:, : len(distances)].sum()
        total += within + 2.0 * (distances.sum() - within)
    return float(total / (len(values) * (len(values) - 1)))
