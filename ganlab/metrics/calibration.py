"""Whether probabilities mean what they say: of all answers given with 90%, nine in ten should be right."""

from dataclasses import dataclass
from typing import Any

import numpy as np

BINS = 15


@dataclass(frozen=True)
class Reliability:
    """Answers sorted by how sure they were, in `BINS` bins of equal width: in each their number, how sure they were on
    average, and what share of them was right; float64 `[BINS]`, NaN where there were none."""

    count: np.ndarray
    sure: np.ndarray
    right: np.ndarray


def reliability(probabilities: np.ndarray, labels: np.ndarray, bins: int = BINS) -> Reliability:
    """The reliability curve of probabilities `[n, classes]` for images of the classes `labels`, `[n]`."""
    sure, right = probabilities.max(axis=1).astype(np.float64), probabilities.argmax(axis=1) == labels
    places = np.minimum((sure * bins).astype(int), bins - 1)
    count = np.bincount(places, minlength=bins).astype(np.float64)
    with np.errstate(invalid="ignore"):
        means = [np.bincount(places, weights=values, minlength=bins) / count for values in (sure, right)]
    return Reliability(count, *means)


def calibration_error(probabilities: np.ndarray, labels: np.ndarray, bins: int = BINS) -> float:
    """The expected calibration error, a share from 0 to 1: how far certainty and the share of correct answers differ on
    average (Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", 2015)."""
    found = reliability(probabilities, labels, bins)
    return float(np.nansum(found.count * np.abs(found.sure - found.right)) / found.count.sum())


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The number by which logits `[n, classes]` are to be divided for the labels `[n]` to be likeliest (Guo, Pleiss,
    Sun and Weinberger, "On calibration of modern neural networks", 2017)."""
    from scipy.optimize import minimize_scalar
    from scipy.special import logsumexp

    logits = logits.astype(np.float64)
    behind = logits - logits[np.arange(len(labels)), labels][:, None]  # the right class

    def loss(exponent: float) -> float:
        return float(np.mean(logsumexp(behind / np.exp(exponent), axis=1)))

    found: Any = minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded")
    return float(np.exp(found.x))
