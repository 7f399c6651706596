"""Whether samples lie where real images lie, and whether they are everywhere where those are."""

import numpy as np

from ganlab.metrics._points import points, squared_distances

BLOCK = 1000  # real points whose distances are looked at together


def density_and_coverage(real: np.ndarray, fake: np.ndarray, k: int = 5) -> tuple[float, float]:
    """Density, from 0 up, and coverage, from 0 to 1, of fake points `[m, size]` among real ones `[n, size]`.

    Naeem and others, "Reliable fidelity and diversity metrics for generative models", 2020: around each real point a
    ball reaches to its `k`-th nearest real neighbour. Density is in how many balls a fake point lies, by `k`; coverage
    is the share of balls that hold a fake point. As many fake points as real ones that are distributed as these are
    get 1 and about 1 - 1 / 2^k.
    """
    real, fake = points(real, k + 1), points(fake, 1)
    inside, covered = 0, 0
    for at in range(0, len(real), BLOCK):
        centres = real[at : at + BLOCK]
        distances = squared_distances(centres, real)
        distances[np.arange(len(centres)), np.arange(at, at + len(centres))] = np.inf  # from itself
        radii = np.partition(distances, k - 1, axis=1)[:, k - 1]
        held = squared_distances(centres, fake) < radii[:, None]
        inside += int(held.sum())
        covered += int(held.any(axis=1).sum())
    return inside / (k * len(fake)), covered / len(real)
