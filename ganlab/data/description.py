"""What a data set holds, in a few words: for the command line, for Python and for the Train page."""

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike, fsdecode
from typing import Any

import numpy as np

from ganlab.data.dataset import Dataset, Progress
from ganlab.data.layouts import count
from ganlab.data.sources import load
from ganlab.errors import GanlabError

PUBLISHED = "published"  # the layout of mnist, fashion-mnist and offline, which are not looked for at a path


@dataclass(frozen=True)
class DataDescription:
    """A data set in a few words.

    `layout` names how it is stored (docs/data.md lists the layouts), `images` and `test_images` count the images for
    training and for testing, `classes` the classes that have any, which `class_names` names. `shape` is that of a
    stored image (of pictures of many sizes, the most frequent one): `(28, 28)`, or `(64, 64, 3)` in colour; of points
    in the plane, which `images` and `test_images` then count, `(2,)`.
    `notices` says what was done with the images, and what was left out. `fingerprint` changes with any training image.
    """

    layout: str
    images: int
    test_images: int
    classes: int
    class_names: tuple[str, ...]
    shape: tuple[int, ...]
    notices: tuple[str, ...]
    fingerprint: str

    @property
    def points(self) -> bool:
        """Whether it holds points in the plane, not images."""
        return len(self.shape) == 1

    def to_json(self) -> dict[str, Any]:
        """The same with lists in place of tuples."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(self).items()}

    @property
    def size(self) -> str:
        """Width, height and, in colour, how many of them: `28x28`, `64x64x3`; of points `2`."""
        if self.points:
            return "2"
        return "x".join(map(str, (self.shape[1], self.shape[0], *self.shape[2:])))

    def sentence(self) -> str:
        """How many images and classes there are, how they are stored, and the fingerprint."""
        if self.points:
            points = f"{count(self.images, 'point')} in the plane to learn from and {self.test_images:,} for testing"
            return f"{points}; fingerprint {self.fingerprint}."
        return (
            f"{count(self.images, 'image')} to learn from and {self.test_images:,} for testing, in "
            f"{count(self.classes, 'class')}, stored as {self.size}; fingerprint {self.fingerprint}."
        )

    def lines(self) -> list[str]:
        """The same for people, the notices last."""
        names = _shortened(self.class_names)
        things, of = ("Points", "points in the plane") if self.points else ("Images", f"images of {self.size}")
        return [
            f"Layout: {self.layout}, {of}",
            f"{things}: {self.images:,} to learn from, {self.test_images:,} for testing",
            f"Classes: {self.classes} ({names})",
            f"Fingerprint: {self.fingerprint}",
            *self.notices,
        ]


def describe_data(path: str | PathLike[str], progress: Progress | None = None) -> DataDescription:
    """Reads a data set and says what it holds: one of `ganlab.data.NAMES` or `POINTS`, or images, or points, of
    one's own at a path.

    Raises GanlabError where it cannot be used.
    """
    try:
        name = fsdecode(path)
    except TypeError as problem:
        raise GanlabError(
            f"A data set is a name, such as mnist, or the path of images, but {path!r} is neither."
        ) from problem
    return description_of(load(name, progress))


def description_of(found: Dataset) -> DataDescription:
    """The description of a data set that has been read."""
    labels = np.unique(np.concatenate([found.y_train, found.y_test])).tolist()
    return DataDescription(
        layout=found.layout or PUBLISHED,
        images=len(found.x_train),
        test_images=len(found.x_test),
        classes=len(labels),
        class_names=tuple(found.class_names[label] for label in labels),
        shape=found.shape,
        notices=found.notices,
        fingerprint=found.fingerprint,
    )


def _shortened(names: Sequence[str], most: int = 12) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")
