"""Ways in which a set of images can be worse, or only seem better, than the real images that it was: what metrics are
tried on."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ganlab.data.dataset import Dataset

STEPS = 5  # strengths above 0, which changes nothing


@dataclass(frozen=True)
class Part:
    """Images, uint8 `[n, 28, 28]`, and their labels, uint8 `[n]`."""

    images: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Change:
    """`amounts` are what the five strengths are in numbers, `unit` is their unit in words, with {} for the number.

    `make(part, known, amount, random)` gives the images of `part` changed, uint8 `[n, 28, 28]`; `known` are the
    training images, uint8 `[m, 28, 28]`, from which copies are taken.
    """

    title: str
    unit: str
    amounts: tuple[float, ...]
    make: Callable[[Part, np.ndarray, float, np.random.Generator], np.ndarray]


def _grey(values: np.ndarray) -> np.ndarray:
    return np.rint(values.clip(0, 255)).astype(np.uint8)


def _blurred(part: Part, known: np.ndarray, amount: float, random: np.random.Generator) -> np.ndarray:
    """With a Gaussian, as `scipy.ndimage.gaussian_filter` does it, which takes a second to import."""
    across = np.arange(part.images.shape[2])
    bell = np.exp(-(((across - across[:, None]) / amount) ** 2) / 2)
    bell /= np.exp(-((np.arange(-50, 51) / amount) ** 2) / 2).sum()
    return _grey(bell @ part.images @ bell)


def _noisy(part: Part, known: np.ndarray, amount: float, random: np.random.Generator) -> np.ndarray:
    return _grey(part.images + 2.55 * amount * random.standard_normal(part.images.shape, np.float32))


def _shifted(part: Part, known: np.ndarray, amount: float, random: np.random.Generator) -> np.ndarray:
    pixels = int(amount)
    moved = np.zeros_like(part.images)
    moved[:, :, pixels:] = part.images[:, :, : part.images.shape[2] - pixels]
    return moved


def _without_classes(part: Part, known: np.ndarray, amount: float, random: np.random.Generator) -> np.ndarray:
    """The last `amount` of the classes that there are give way to copies of the others' images, one each at random."""
    gone = np.isin(part.labels, np.unique(part.labels)[-int(amount) :])
    images = part.images.copy()
    order = random.permutation(np.flatnonzero(~gone))
    images[gone] = part.images[np.resize(order, gone.sum())]
    return images


def _copied(part: Part, known: np.ndarray, amount: float, random: np.random.Generator) -> np.ndarray:
    """The given percentage of the images give way to training images, all of them different ones where there are
    enough."""
    images = part.images.copy()
    places = random.permutation(len(images))[: round(amount / 100 * len(images))]
    images[places] = known[np.resize(random.permutation(len(known)), len(places))]
    return images


CHANGES = {
    "blur": Change("Blur", "a blur of {} pixels", (0.5, 1, 1.5, 2, 3), _blurred),
    "noise": Change("Noise", "noise of {}% of white", (5, 10, 20, 30, 40), _noisy),
    "shift": Change("Shift", "{} pixels to the right", (1, 2, 3, 4, 5), _shifted),
    "drop": Change("Drop classes", "{} of 10 digits missing", (1, 2, 3, 5, 7), _without_classes),
    "copy": Change("Copy the training set", "{}% are copies of training images", (20, 40, 60, 80, 100), _copied),
}


def changed(part: Part, known: np.ndarray, name: str, strength: int, seed: int = 0) -> np.ndarray:
    """The images of `part`, uint8 `[n, 28, 28]`, changed as `CHANGES[name]` does at `strength`, from 0 (not at all) to
    `STEPS`; the same for the same seed."""
    if not strength:
        return part.images
    change = CHANGES[name]
    return change.make(part, known, change.amounts[strength - 1], np.random.default_rng([seed, strength]))


def halves(used: Dataset, seed: int = 0) -> tuple[Part, Part]:
    """All images of a data set in two halves of the same size, by chance: what is compared with, and what is
    changed."""
    images, labels = np.concatenate([used.x_train, used.x_test]), np.concatenate([used.y_train, used.y_test])
    order = np.random.default_rng(seed).permutation(len(images))
    half = len(images) // 2
    first, second = order[:half], order[half : 2 * half]
    return Part(images[first], labels[first]), Part(images[second], labels[second])
