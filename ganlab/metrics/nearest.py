"""Which known image is most like each of others."""

from collections.abc import Callable

import numpy as np

from ganlab.images import as_points

BLOCK = 5000  # known images looked at together


def nearest(images: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each image, uint8 `[n, 28, 28]`, the place, int64 `[n]`, of the nearest of the known ones, uint8
    `[m, 28, 28]`, and the Euclidean distance to it, float64 `[n]`, on pixels from 0 to 1.

    Where samples are much nearer to the training images than unseen real images are, they are copies: Meehan, Chaudhuri
    and Dasgupta, "A non-parametric test to detect data-copying in generative models", 2020.
    """
    wanted = as_points(images)
    places = _least(known, len(images), lambda block: np.einsum("ij,ij->i", block, block) - 2.0 * (wanted @ block.T))
    return places, np.linalg.norm(wanted.astype(np.float64) - as_points(known[places]), axis=1)


def nearest_around(images: np.ndarray, known: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """For each image, uint8 `[n, 28, 28]`, the place, int64 `[n]`, of the known one, uint8 `[m, 28, 28]`, that is most
    like it on the pixels that are not lost, bool `[n, 28, 28]`."""
    kept = (~lost).reshape(len(lost), -1).astype(np.float32)
    wanted = as_points(images) * kept
    return _least(known, len(images), lambda block: kept @ (block**2).T - 2.0 * (wanted @ block.T))


def _least(known: np.ndarray, count: int, squares: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """For each of `count` images the place, int64 `[count]`, of the nearest known one; `squares` gives the squared
    distances, `[count, block]`, to a block of known ones, but for the square of the image, which all have."""
    least, places = np.full(count, np.inf, np.float32), np.zeros(count, np.int64)
    for at in range(0, len(known), BLOCK):
        found = squares(as_points(known[at : at + BLOCK]))
        best = found.argmin(axis=1)
        found = found[np.arange(count), best]
        nearer = found < least
        least[nearer], places[nearer] = found[nearer], at + best[nearer]
    return places
