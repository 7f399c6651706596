"""Which known image is most like each of others."""

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
    least, places = np.full(len(images), np.inf, np.float32), np.zeros(len(images), np.int64)
    for at in range(0, len(known), BLOCK):
        block = as_points(known[at : at + BLOCK])
        squares = np.einsum("ij,ij->i", block, block) - 2.0 * (wanted @ block.T)  # but for the square of the image
        best = squares.argmin(axis=1)
        found = squares[np.arange(len(best)), best]
        nearer = found < least
        least[nearer], places[nearer] = found[nearer], at + best[nearer]
    return places, np.linalg.norm(wanted.astype(np.float64) - as_points(known[places]), axis=1)


def nearest_around(images: np.ndarray, known: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """For each image, uint8 `[n, 28, 28]`, the place, int64 `[n]`, of the known one, uint8 `[m, 28, 28]`, that is most
    like it on the pixels that are not lost, bool `[n, 28, 28]`."""
    kept = (~lost).reshape(len(lost), -1).astype(np.float32)
    wanted = as_points(images) * kept
    least, places = np.full(len(images), np.inf, np.float32), np.zeros(len(images), np.int64)
    for at in range(0, len(known), BLOCK):
        block = as_points(known[at : at + BLOCK])
        squares = kept @ (block**2).T - 2.0 * (wanted @ block.T)  # but for the square of the image
        best = squares.argmin(axis=1)
        found = squares[np.arange(len(best)), best]
        nearer = found < least
        least[nearer], places[nearer] = found[nearer], at + best[nearer]
    return places
