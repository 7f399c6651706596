"""Ways through a GAN's latent space, whose points are draws from N(0, I); numpy, and scikit-learn for the PCA."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

Curve = Callable[[np.ndarray, np.ndarray, int], np.ndarray]
PARALLEL = 1e-6  # radians; so close to 0 or a half turn there is no one arc


def straight(start: np.ndarray, end: np.ndarray, n: int) -> np.ndarray:
    """`n` points, float32 `[n, size]`, evenly on the line from `start` to `end`, `[size]` each, both included."""
    share = np.linspace(0.0, 1.0, n)[:, None]
    return ((1.0 - share) * start + share * end).astype(np.float32)


def slerp(start: np.ndarray, end: np.ndarray, n: int) -> np.ndarray:
    """As `straight`, along the arc around the origin (Shoemake, 1985), which between points equally far from it stays
    as far. Where there is no arc, as between parallel or opposite points, it is the line."""
    start, end = np.asarray(start, np.float64), np.asarray(end, np.float64)
    lengths = np.linalg.norm(start) * np.linalg.norm(end)
    angle = np.arccos(np.clip(start @ end / lengths, -1.0, 1.0)) if lengths else 0.0
    if min(angle, np.pi - angle) < PARALLEL:
        return straight(start, end, n)
    share = np.linspace(0.0, 1.0, n)[:, None]
    mixed = np.sin((1.0 - share) * angle) * start + np.sin(share * angle) * end
    return (mixed / np.sin(angle)).astype(np.float32)


def walk(stops: np.ndarray, n: int, curve: Curve = slerp) -> np.ndarray:
    """`n` points for each leg between neighbouring stops `[m, size]`, m > 1: float32 `[(m - 1) * n, size]`."""
    return np.concatenate([curve(start, end, n) for start, end in pairwise(stops)])


def nudge(latent: np.ndarray, size: float, n: int, seed: int) -> np.ndarray:
    """`n` neighbours, float32 `[n, size]`, of a latent: at `size` 0 itself, at 1 draws that know nothing of it.

    In between they are as far from the origin as draws from N(0, I) are, if the latent is.
    """
    noise = np.random.default_rng(seed).standard_normal([n, len(latent)])
    return (np.sqrt(1.0 - size**2) * latent + size * noise).astype(np.float32)


def directions(latents: np.ndarray, activations: np.ndarray, n: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """The leading directions of GANSpace (Härkönen et al., 2020): steps, float32 `[m, size]`, m at most `n`, that move
    a latent by one standard deviation of each, and the share of the activations' variance that it explains, `[m]`.

    A PCA of a layer's activations `[k, units]` for k latents `[k, size]`; then for each component the step in latent
    space that goes with it, by least squares.
    """
    from sklearn.decomposition import PCA

    pca = PCA(min(n, *latents.shape, activations.shape[1]), svd_solver="randomized", random_state=0)
    with np.errstate(invalid="ignore"):  # 0 of 0 where all activations are the same
        places = pca.fit_transform(activations)
    spread = places.std(axis=0)
    known = np.where(spread > 0, spread, 1.0)
    steps = (places / known).T @ (latents - latents.mean(axis=0)) / len(latents)
    return steps.astype(np.float32), np.nan_to_num(pca.explained_variance_ratio_)
