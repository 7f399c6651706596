"""A page with a person's corrections: how it is cut, and digits that were typed over what the classifier reads."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ganlab.reading.page import Page, drop, join, split

UNREAD = "?"  # stands for a digit where there is no classifier
Typed = tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True)
class Draft:
    """A page, and for each of its digits what a person typed over it, `0` to `9`, or None.

    It never changes: each correction gives a new one, so that an older one can be kept for Undo. Digits are counted
    from 0 in reading order.
    """

    page: Page
    typed: Typed

    @property
    def places(self) -> list[tuple[int, int]]:
        """Line and place in the line of each digit, both from 0."""
        return [(line, place) for line, digits in enumerate(self.typed) for place in range(len(digits))]

    def split(self, digit: int) -> "Draft":
        """With a digit cut in two; raises GanlabError where it is too narrow."""
        return self._cut(split, digit, 1, (None, None))

    def join(self, digit: int) -> "Draft":
        """With a digit and the next one of its line made one; raises GanlabError where it is the last one."""
        return self._cut(join, digit, 2, (None,))

    def drop(self, digit: int) -> "Draft":
        """Without a digit."""
        return self._cut(drop, digit, 1, ())

    def write(self, digit: int, text: str | None) -> "Draft":
        """With a digit, `0` to `9`, in place of what the classifier reads; None for what it reads."""
        line, place = self.places[digit]
        return Draft(self.page, self._replaced(line, place, 1, (text,)))

    def texts(self, read: np.ndarray | None) -> list[str]:
        """Each line as text, from what the classifier reads, probabilities `[n, 10]`; None where there is none."""
        written = [UNREAD] * len(self.places) if read is None else [str(digit) for digit in read.argmax(axis=1)]
        lines = [""] * len(self.typed)
        for (line, place), digit in zip(self.places, written, strict=True):
            lines[line] += self.typed[line][place] or digit
        return lines

    def _cut(self, action: Callable[[Page, int, int], Page], digit: int, size: int, new: tuple[None, ...]) -> "Draft":
        line, place = self.places[digit]
        return Draft(action(self.page, line, place), self._replaced(line, place, size, new))

    def _replaced(self, line: int, place: int, size: int, new: tuple[str | None, ...]) -> Typed:
        digits = (*self.typed[line][:place], *new, *self.typed[line][place + size :])
        return (*self.typed[:line], *([digits] if digits else []), *self.typed[line + 1 :])


def draft_of(page: Page) -> Draft:
    """A page that nobody has corrected yet."""
    return Draft(page, tuple((None,) * len(line) for line in page.lines))


def as_csv(draft: Draft, before: np.ndarray | None, after: np.ndarray | None) -> str:
    """The lines as a table: their numbers, what the classifier read before the repair, how sure it is of the digit of
    which it is least sure, 0 to 1, not counting those that were typed, and how many were. `before` and `after` are
    probabilities `[n, 10]`, or None where there is no classifier."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["line", "number", "before_repair", "least_sure", "typed"])
    sure: list[list[float]] = [[] for _ in draft.typed]
    for digit, (line, place) in enumerate(draft.places):
        if after is not None and draft.typed[line][place] is None:
            sure[line].append(float(after[digit].max()))
    untouched = draft_of(draft.page).texts(before)
    for line, (number, first) in enumerate(zip(draft.texts(after), untouched, strict=True)):
        typed = sum(digit is not None for digit in draft.typed[line])
        least = f"{min(sure[line]):.3f}" if sure[line] else ""
        table.writerow([line + 1, number, first if before is not None else "", least, typed])
    return file.getvalue()
