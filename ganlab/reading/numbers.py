"""The numbers on a page, as text, before and after the repair of their digits."""

import os
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ganlab.data import damages
from ganlab.errors import GanlabError
from ganlab.inference import ClassifierRun, RepairRun, load_family
from ganlab.reading.page import Page, read_page

CERTAIN = 0.9  # how sure the classifier is of a digit that need not be looked at
Loaded = TypeVar("Loaded", ClassifierRun, RepairRun)


@dataclass(frozen=True)
class Digit:
    """A digit: its `box` (left, top, right, bottom in pixels of the upright picture, the last two exclusive), what it
    is `read` as before and after the repair (0 to 9), and how sure the classifier is of that (0 to 1)."""

    box: tuple[int, int, int, int]
    read: int
    sure: float
    repaired: int
    repaired_sure: float


@dataclass(frozen=True)
class Line:
    """A line of writing, `line` counting from 0, top to bottom: the number as `text` before the repair and `repaired`
    after it, its `n` digits, and their images as they were read and repaired, uint8 `[n, 28, 28]` each."""

    picture: str | None
    line: int
    text: str
    repaired: str
    digits: tuple[Digit, ...]
    images: np.ndarray
    repaired_images: np.ndarray

    @property
    def unsure(self) -> list[int]:
        """Which digits the classifier is not `CERTAIN` of after the repair, counted from 1."""
        return [place for place, digit in enumerate(self.digits, 1) if digit.repaired_sure < CERTAIN]

    def to_json(self) -> dict[str, Any]:
        """Everything but the images."""
        digits = [{**vars(digit), "box": list(digit.box)} for digit in self.digits]
        named = {"picture": self.picture, "line": self.line, "text": self.text, "repaired": self.repaired}
        return {**named, "digits": digits}


@dataclass(frozen=True)
class Readings:
    """What becomes of `n` digits: `written`, `damaged` (the same where no damage was asked for) and `repaired`, uint8
    `[n, 28, 28]`, and their probabilities `before` and `after` the repair, float32 `[n, 10]`; None where there is no
    classifier."""

    written: np.ndarray
    damaged: np.ndarray
    repaired: np.ndarray
    before: np.ndarray | None
    after: np.ndarray | None


def read_digits(
    images: np.ndarray,
    classifier: ClassifierRun | None,
    repairer: RepairRun,
    lost: np.ndarray | None = None,
    known: bool = False,
) -> Readings:
    """Digits, uint8 `[n, 28, 28]`, damaged where `lost`, bool and as large, says (None: nowhere), repaired and read.
    `known` is whether the repair model is told where the damage is."""
    damaged = images if lost is None else damages.apply_damage(images, lost)
    mask = lost if known else None
    repaired = repairer.alternatives(damaged, mask, 1)[:, 0] if repairer.has_noise else repairer.repair(damaged, mask)
    if classifier is None:
        return Readings(images, damaged, repaired, None, None)
    read = classifier.classify(np.concatenate([damaged, repaired]))
    return Readings(images, damaged, repaired, read[: len(images)], read[len(images) :])


def lines_of(page: Page, readings: Readings, picture: str | None = None) -> list[Line]:
    """The lines of a page whose digits were read by a classifier, `readings` of `page.images`."""
    assert readings.before is not None and readings.after is not None
    found, start = [], 0
    for number, cuts in enumerate(page.lines):
        places = range(start, start + len(cuts))
        start += len(cuts)
        digits = tuple(
            Digit(
                cut.box,
                int(readings.before[at].argmax()),
                float(readings.before[at].max()),
                int(readings.after[at].argmax()),
                float(readings.after[at].max()),
            )
            for cut, at in zip(cuts, places, strict=True)
        )
        text = "".join(str(digit.read) for digit in digits)
        repaired = "".join(str(digit.repaired) for digit in digits)
        part = slice(places.start, places.stop)
        found.append(Line(picture, number, text, repaired, digits, readings.damaged[part], readings.repaired[part]))
    return found


def read_numbers(
    picture: Any,
    classifier: str | ClassifierRun = "classifier",
    repairer: str | RepairRun = "repair-gan",
    damage: str | None = None,
    seed: int = 0,
) -> list[Line]:
    """The numbers in a picture, one for each line of writing, top to bottom; their digits are repaired and read.

    `picture` is a path, the bytes of a file, a PIL image, or an array: `[h, w]`, or `[h, w, c]` with 1, 3 or 4
    channels, of whole numbers from 0 to 255, or of floats from 0 to 1. `classifier` and `repairer` are runs, or name
    them. Each digit may get a `damage` first (of `ganlab.data.damages.DAMAGES`), drawn from `seed`, of which the
    repairer is not told. Raises GanlabError where the picture cannot be read or has no number.
    """
    reader, fixer = _loaded("classifier", classifier, ClassifierRun), _loaded("repair", repairer, RepairRun)
    return read_lines(read_page(picture, reader), picture, reader, fixer, damage, seed)


def _loaded(family: str, run: Any, kind: type[Loaded]) -> Loaded:
    if isinstance(run, kind):
        return run
    if isinstance(run, str | os.PathLike):
        return load_family(family, os.fspath(run))
    raise GanlabError(f"A {family} run, or the name or the folder of one, is needed, but {run!r} is none.")


def read_lines(
    page: Page, picture: Any, reader: ClassifierRun, repairer: RepairRun, damage: str | None = None, seed: int = 0
) -> list[Line]:
    """As `read_numbers`, of a page that was cut already. Raises GanlabError where there is no such damage."""
    if damage is not None and damage not in damages.DAMAGES:
        raise GanlabError(f"There is no damage {damage!r}. Choose one of {', '.join(damages.DAMAGES)}.")
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise GanlabError(f"The seed must be a whole number, 0 or more, but it is {seed!r}.")
    lost = None if damage is None else damages.draw_masks(damage, len(page.images), seed)
    name = os.fspath(picture) if isinstance(picture, str | os.PathLike) else None
    return lines_of(page, read_digits(page.images, reader, repairer, lost), name)
