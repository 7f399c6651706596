"""A picture of handwritten numbers, cut into lines and digits, and what a person may correct in it.

A page never changes: `split`, `join` and `drop` each give a new one, so an older page can simply be kept for Undo.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from ganlab.data import cuts, drawing, lines, strip, strokes, symbols
from ganlab.errors import GanlabError
from ganlab.inference import ClassifierRun

SHAPES = {symbols.PLUS, symbols.BRACKET}  # which no part of a digit looks like
DOT = 0.3  # of a digit's height: what is smaller to all sides is none
ONE_LINE = 1.7  # how high all writing is that stands in one line, in heights of a digit
UNSURE, MOST_UNSURE = 1.5, 3.0  # what a piece costs for each nat by which the classifier is not sure of it, at most


@dataclass(frozen=True)
class Cut:
    """A digit cut out of a page.

    `box` is left, top, right and bottom in pixels of the upright picture, `right` and `bottom` exclusive. `image` is
    the digit as MNIST's are, uint8 `[28, 28]`. `ink` has its strokes alone, uint8 `[h, w]` and light on black, as they
    were found: `left` and `top` say where, in pixels of the straightened page.
    """

    box: tuple[int, int, int, int]
    image: np.ndarray
    ink: np.ndarray
    left: int
    top: int


@dataclass(frozen=True)
class Page:
    """What was found in a picture.

    `picture` is the upright picture to show, uint8 `[h, w, 3]`, at most 1600 pixels long; `scale` is how many of its
    pixels one pixel of the file is (at most 1), so that `scale * box` is where a digit lies in it. `width` and `height`
    are those of the upright picture of the file. `lines` are the lines of writing, top to bottom, each with its digits
    from left to right, at least one. `notices` are sentences on what was done and what was left out. `to_file` turns a
    place (x, y, 1) on the straightened page into one of the upright picture, float64 `[2, 3]`.
    """

    picture: np.ndarray
    scale: float
    width: int
    height: int
    lines: tuple[tuple[Cut, ...], ...]
    notices: tuple[str, ...]
    to_file: np.ndarray

    @property
    def images(self) -> np.ndarray:
        """All digits in reading order, uint8 `[n, 28, 28]`."""
        every = [cut.image for line in self.lines for cut in line]
        return np.stack(every) if every else np.zeros([0, drawing.SIDE, drawing.SIDE], np.uint8)


def read_page(picture: Any, classifier: ClassifierRun | None = None, turns: int = 0) -> Page:
    """The lines and digits in a picture: the bytes of a file, or whatever `ganlab.prepare` takes.

    It is turned to the right by so many quarters first, 0 to 3: what then stands upright is the upright picture. Where
    it is not certain what is one digit, the classifier says so if there is one. Raises GanlabError where the picture
    cannot be read, or has no number.
    """
    data = bytes(picture) if isinstance(picture, bytes | bytearray) else drawing.file_of(picture)
    seen = strokes.read_strokes(data, turns)
    writing = lines.find_lines(seen.ink)
    share = seen.width / seen.ink.shape[1]
    shown = seen.shown
    page = Page(shown, shown.shape[1] / seen.width, seen.width, seen.height, (), (), share * writing.to_page)
    found, left_out = [], Counter(writing.left_out)
    for digits in _choose(writing, classifier):
        left_out.update(piece.name for piece in digits if piece.name)
        kept = tuple(_cut(page, piece.ink, piece.left, piece.top) for piece in digits if not piece.name)
        if kept:
            found.append(kept)
    if not found:
        raise GanlabError(strip.EMPTY)
    if drawing.UNEVEN not in seen.notices and not (len(found) == 1 and SHAPES & left_out.keys()):
        straight = replace(page, to_file=share * np.eye(3)[:2])
        digits, specks = ((), 0) if _are_apart(found) else _as_one_line(straight, seen.ink)
        if digits:
            same = [len(line) for line in found] == [len(digits)]
            page, found, left_out = straight, [digits], left_out if same else +Counter(speck=specks)
    count = sum(map(len, found))
    if count > lines.MOST_DIGITS:
        raise GanlabError(
            f"There are {count} digits, but at most {lines.MOST_DIGITS} can be read at a time. Choose a picture of "
            "a part of the page."
        )
    return replace(page, lines=tuple(found), notices=seen.notices + _said(left_out))


def _are_apart(found: Sequence[Sequence[Cut]]) -> bool:
    """Whether there are several lines, each wholly below the one before."""
    ends = [(min(cut.box[1] for cut in line), max(cut.box[3] for cut in line)) for line in found]
    return len(ends) > 1 and all(bottom <= top for (_, bottom), (top, _) in pairwise(ends))


def _as_one_line(page: Page, ink: np.ndarray) -> tuple[tuple[Cut, ...], int]:
    """The digits in even light, put together by their shapes alone where all lies on one level: pieces of digits that
    damage has cut up are no lines of their own. And how many specks were left out. No digits where it does not."""
    try:
        found = strip.find_digits(ink)
    except GanlabError:
        return (), 0
    height = float(np.median([one.bottom - one.top for one in found]))
    kept = [one for one in found if max(one.right - one.left, one.bottom - one.top) >= DOT * height]
    if max(one.bottom for one in kept) - min(one.top for one in kept) > ONE_LINE * height:
        return (), 0
    return tuple(_cut(page, one.ink, one.corner[1], one.corner[0]) for one in kept), len(found) - len(kept)


def _choose(writing: lines.Writing, classifier: ClassifierRun | None) -> list[list[cuts.Piece]]:
    """The pieces that each line is most likely made of, digits and symbols, from left to right."""
    found = [cuts.pieces(writing, line) for line in writing.lines]
    every = [piece for line in found for piece in line]
    costs = np.array([piece.cost for piece in every])
    digits = np.array([piece.name is None for piece in every])
    if classifier is not None and digits.any():
        images = np.stack([drawing.center(piece.ink) for piece in every if not piece.name])
        sure = classifier.classify(images).max(axis=1)
        costs[digits] += UNSURE * np.minimum(-np.log(sure), MOST_UNSURE)
    ends = np.cumsum([0, *map(len, found)])
    return [cuts.cheapest(line, costs[a:b]) for line, (a, b) in zip(found, pairwise(ends), strict=True)]


def _said(left_out: Counter[str]) -> tuple[str, ...]:
    """One sentence on what is no digit."""
    plurals = {symbols.DASH: "es"}
    named = [f"{count} {name}{plurals.get(name, 's') if count > 1 else ''}" for name, count in left_out.items()]
    if not named:
        return ()
    return (f"Left out, as no digits: {', '.join(named[:-1])}{' and ' if named[:-1] else ''}{named[-1]}.",)


def split(page: Page, line: int, digit: int) -> Page:
    """The page with a digit cut in two, where the least ink is near its middle; both places count from 0. Raises
    GanlabError where one of the two would be empty."""
    cut = page.lines[line][digit]
    across = np.flatnonzero(cut.ink.any(axis=0))
    width = int(np.ptp(across)) + 1 if len(across) else 0
    if width < 2:
        raise GanlabError("This digit is too narrow to be cut in two. Drop it, or join it with one beside it.")
    at = int(across[0]) + strip.thinnest((cut.ink[:, across[0] : across[-1] + 1] > 0).sum(axis=0), 2)[0]
    halves = (cut.ink[:, :at], cut.ink[:, at:])
    return _with_line(
        page,
        line,
        digit,
        digit + 1,
        [_cut(page, half, cut.left + x, cut.top) for half, x in zip(halves, (0, at), strict=True)],
    )


def join(page: Page, line: int, digit: int) -> Page:
    """The page with a digit and the next one of its line made one. Raises GanlabError where there is no next one."""
    if digit + 1 >= len(page.lines[line]):
        raise GanlabError("This is the last digit of its line, so there is none to join it with.")
    both = page.lines[line][digit : digit + 2]
    left, top = min(cut.left for cut in both), min(cut.top for cut in both)
    right, bottom = max(cut.left + cut.ink.shape[1] for cut in both), max(cut.top + cut.ink.shape[0] for cut in both)
    ink = np.zeros([bottom - top, right - left], np.uint8)
    for cut in both:
        place = ink[cut.top - top :, cut.left - left :][: cut.ink.shape[0], : cut.ink.shape[1]]
        np.maximum(place, cut.ink, out=place)
    return _with_line(page, line, digit, digit + 2, [_cut(page, ink, left, top)])


def drop(page: Page, line: int, digit: int) -> Page:
    """The page without a digit, and without its line where that was the only one."""
    return _with_line(page, line, digit, digit + 1, [])


def _with_line(page: Page, line: int, start: int, stop: int, cuts: Sequence[Cut]) -> Page:
    """The page with other digits in place of some of a line's."""
    old = page.lines[line]
    new = (*old[:start], *cuts, *old[stop:])
    return replace(page, lines=(*page.lines[:line], *([new] if new else []), *page.lines[line + 1 :]))


def _cut(page: Page, ink: np.ndarray, left: int, top: int) -> Cut:
    """The digit whose strokes these are, uint8 `[h, w]`, with their place on the straightened page."""
    rows, columns = (np.flatnonzero(ink.any(axis)) for axis in (1, 0))
    top, left = top + int(rows[0]), left + int(columns[0])
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    y, x = np.nonzero(ink > drawing.FAINT * ink.max())
    corners = [(x + left + right, y + top + bottom) for right in (0, 1) for bottom in (0, 1)]
    places = np.concatenate([page.to_file[:, :2] @ np.stack(one) + page.to_file[:, 2:] for one in corners], axis=1)
    low = np.floor(places.min(axis=1) + 1e-6).clip(0).astype(int)
    high = np.minimum(np.ceil(places.max(axis=1) - 1e-6), [page.width, page.height]).astype(int)
    return Cut((int(low[0]), int(low[1]), int(high[0]), int(high[1])), drawing.center(ink), ink, left, top)
