"""How well a discriminator tells images that it has never seen from fresh samples."""

import numpy as np


def confusion(p_real_of_reals: np.ndarray, p_real_of_fakes: np.ndarray) -> np.ndarray:
    """How many images, int64 `[2, 2]`, real (first row) and generated (second), are taken for real (first column, more
    than 1/2) and for generated (second), from a discriminator's probabilities of being real, `[n]` and `[m]`."""
    rows = [np.asarray(p) > 0.5 for p in (p_real_of_reals, p_real_of_fakes)]
    return np.array([[taken.sum(), (~taken).sum()] for taken in rows], np.int64)
