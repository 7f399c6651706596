"""A data set of 28x28 images or of points in memory, and how a choice of digits is written."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ganlab.errors import GanlabError

Progress = Callable[[str, float | None], None]
"""Told what is being done, and the fraction 0..1 of it that is over, or None where nobody knows."""

DIGIT_NAMES = tuple("0123456789")
READABLE_CLASSES = 10
MARGIN = 1.25  # how far a plot of points reaches, in distances of the outermost coordinate


@dataclass(frozen=True, eq=False)  # comparing arrays gives no single truth, so only identity is equality
class Dataset:
    """Images and labels for training and for testing; every label is an index into `class_names`.

    Images are uint8 `[n, 28, 28]`, light strokes (255) on dark (0); labels are uint8 `[n]`.
    In place of images there may be points in the plane, float32 `[n, 2]`; then `shape` is `(2,)`.
    There is at least one training image; there may be no test image where images are few.
    `source` says where the images came from; `notices` holds one sentence for each source that was
    tried before and could not be used, or for what was left out or changed. `layout` names the layout in which the
    user's own images came (`ganlab.data.layouts`), `shape` is that of an image there: `[28, 28]`, `[64, 64, 3]`.
    """

    name: str
    title: str
    source: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]
    notices: tuple[str, ...] = ()
    layout: str = ""
    shape: tuple[int, ...] = (28, 28)

    @property
    def points(self) -> bool:
        """Whether these are points in the plane, not images."""
        return self.x_train.ndim == 2

    @cached_property
    def extent(self) -> float:
        """Of points: half the side of the square around (0, 0) that shows all training points with a margin.

        It is more than 0, and 1 where all of them are at (0, 0).
        """
        return MARGIN * float(np.abs(self.x_train).max()) or 1.0

    @cached_property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that change with any training image or label, or with their order."""
        digest = hashlib.sha256()
        for array in (self.x_train, self.y_train):
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()[:16]

    def hold_out(self, share: float) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
        """The training images and their classes in two parts: what is learned from, and the last `share` of them."""
        learnt = len(self.x_train) - int(share * len(self.x_train))
        return (self.x_train[:learnt], self.y_train[:learnt]), (self.x_train[learnt:], self.y_train[learnt:])

    def check_readable(self) -> None:
        """Raises GanlabError where there are more classes than the ten that a classifier here can tell apart."""
        most = max((int(labels.max()) + 1 for labels in (self.y_train, self.y_test) if len(labels)), default=0)
        if most > READABLE_CLASSES:
            raise GanlabError(
                f"{self.title} has {most} classes, but a classifier here can tell only {READABLE_CLASSES} apart. "
                "Choose other images, or some of the first ten classes."
            )

    def select(self, digits: Sequence[int] | None) -> "Dataset":
        """Only the images of these classes, in the order in which they were; None keeps all.

        Labels and class names stay what they are. Raises GanlabError where a class has no training image,
        or where no class is named.
        """
        if digits is None:
            return self
        wanted = sorted({int(digit) for digit in digits})
        present = np.unique(self.y_train).tolist()
        absent = [digit for digit in wanted if digit not in present]
        if absent:
            raise GanlabError(
                f"{self.title} has no training images of class {format_digits(absent)}. "
                f"Its classes are {', '.join(self._label(digit) for digit in present)}."
            )
        if not wanted:
            raise GanlabError(f"Without a class, no images of {self.title} remain. Choose at least one class.")
        train, test = np.isin(self.y_train, wanted), np.isin(self.y_test, wanted)
        if train.all() and test.all():
            return self
        return replace(
            self,
            x_train=self.x_train[train],
            y_train=self.y_train[train],
            x_test=self.x_test[test],
            y_test=self.y_test[test],
        )

    def _label(self, digit: int) -> str:
        name = self.class_names[digit]
        return name if name == str(digit) else f"{digit} ({name})"


def parse_digits(text: str) -> tuple[int, ...] | None:
    """The digits written as `5` or `3,5,8`, sorted and without repeats, or None for `all`.

    Raises GanlabError for anything else.
    """
    words = [word.strip() for word in text.split(",")]
    if [word.lower() for word in words] == ["all"]:
        return None
    if not all(word in DIGIT_NAMES for word in words):
        raise GanlabError(f"Write digits as 5, as 3,5,8 or as all (each from 0 to 9), not as {text!r}.")
    return tuple(sorted({int(word) for word in words}))


def format_digits(digits: Sequence[int] | None) -> str:
    """The text from which `parse_digits` reads these digits again: `3,5,8`, or `all` for None."""
    return "all" if digits is None else ",".join(str(digit) for digit in sorted(set(digits)))
