"""A picture of handwritten numbers, cut into lines and digits, and what a person may correct in it.

A page never changes: `split`, `join` and `drop` each give a new one, so an older page can simply be kept for Undo.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ganlab.data import drawing, strip
from ganlab.errors import GanlabError
from ganlab.inference import ClassifierRun

SHOWN = 1600  # pixels of the longer side of the picture to show


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


def read_page(picture: Any, classifier: ClassifierRun | None = None) -> Page:
    """The lines and digits in a picture: the bytes of a file, or whatever `ganlab.prepare` takes.

    Where it is not certain what is one digit, the classifier says so if there is one. Raises GanlabError where the
    picture cannot be read, or has no number.
    """
    data = picture if isinstance(picture, bytes) else drawing.file_of(picture)
    shown, width, height = _to_show(data)
    ink, notices = strip.read_strip(data)
    share = max(width, height) / max(ink.shape)
    page = Page(
        shown,
        max(shown.shape) / max(width, height),
        width,
        height,
        (),
        notices,
        np.array([[share, 0, 0], [0, share, 0]]),
    )
    found = tuple(
        _cut(page, ink[one.top : one.bottom, one.left : one.right], one.left, one.top) for one in strip.find_digits(ink)
    )
    return replace(page, lines=(found,))


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
    rows, columns = (np.flatnonzero((ink > drawing.FAINT * ink.max()).any(axis)) for axis in (1, 0))
    top, left = top + int(rows[0]), left + int(columns[0])
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    y, x = np.nonzero(ink > drawing.FAINT * ink.max())
    corners = [(x + left + right, y + top + bottom) for right in (0, 1) for bottom in (0, 1)]
    places = np.concatenate([page.to_file[:, :2] @ np.stack(one) + page.to_file[:, 2:] for one in corners], axis=1)
    low = np.floor(places.min(axis=1) + 1e-6).clip(0).astype(int)
    high = np.minimum(np.ceil(places.max(axis=1) - 1e-6), [page.width, page.height]).astype(int)
    return Cut((int(low[0]), int(low[1]), int(high[0]), int(high[1])), drawing.center(ink), ink, left, top)


def _to_show(data: bytes) -> tuple[np.ndarray, int, int]:
    """The upright picture to show, uint8 `[h, w, 3]`, and the width and height that it has in the file."""
    with drawing.open_picture(data, SHOWN // 2) as opened:
        shown = opened.image.copy()
        shown.thumbnail((SHOWN, SHOWN))
        return np.asarray(shown.convert("RGB")), opened.width, opened.height
