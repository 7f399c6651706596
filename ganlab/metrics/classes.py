"""Which classes samples show, as a classifier reads them."""

import numpy as np

FLOOR = 0.001  # spread over all classes before shares are compared, so that a missing one gives a number


def class_shares(probabilities: np.ndarray) -> np.ndarray:
    """The share of images, float64 `[classes]`, whose likeliest class is each, from probabilities `[n, classes]`."""
    return np.bincount(probabilities.argmax(axis=1), minlength=probabilities.shape[1]) / len(probabilities)


def label_shares(labels: np.ndarray, classes: int = 10) -> np.ndarray:
    """The share of each class, float64 `[classes]`, among labels, whole numbers `[n]`."""
    return np.bincount(labels, minlength=classes) / len(labels)


def divergence(shares: np.ndarray, reference: np.ndarray) -> float:
    """The Kullback-Leibler divergence in nats of class shares from reference shares, both `[classes]`: 0 for the same.

    Kullback and Leibler, "On information and sufficiency", 1951. It would be infinite where samples show a class that
    the reference does not have; so both are first mixed with an even spread, which gets the share `FLOOR`.
    """
    p, q = ((1.0 - FLOOR) * np.asarray(x, np.float64) + FLOOR / len(x) for x in (shares, reference))
    return float(max(0.0, np.sum(p * np.log(p / q))))


def certainty(probabilities: np.ndarray) -> float:
    """How sure the classifier is of the class that it reads, on average, from probabilities `[n, classes]`."""
    return float(probabilities.max(axis=1).mean())
