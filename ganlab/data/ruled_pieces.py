"""What is left of the lines of ruled or squared paper: pieces that look like ones or dashes.

A line that is seen on a part of the picture only, as at the edge of the page, is not found as a whole. The lines that
cross it, once they are taken away, leave pieces of it that lie end to end. All lengths are pixels, or shares.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ganlab.data.strip import Part

FEWEST = 3  # pieces of a line: fewer may be strokes
LEAN = 0.27  # of its length that a piece may lean by: its line is turned by at most 15 degrees
LONG = 3  # times as long as thick
OFF = 2.0  # pixels that a piece, or a line of pieces, may be off a straight line by, or half its thickness
APART = 0.5  # of the longer piece's length: how far apart two pieces of a line lie
PALE = 0.6  # of the ink that writing has along a stroke: the lines of paper have less


@dataclass(frozen=True)
class _Straight:
    """A part that is one straight stroke: where it starts and stops along the way it runs, the slope and offset that
    say where it is across, how thick it is, and its ink for each pixel of its length."""

    part: Part
    start: int
    stop: int
    line: np.ndarray
    thick: float
    ink: float


def find_pieces(ink: np.ndarray, labelled: np.ndarray, parts: Sequence[Part]) -> list[list[Part]]:
    """Of the parts of a page, the pieces of each line of its paper: straight, end to end, paler or thinner than what is
    written. `ink` is uint8 `[h, w]` and light on black, `labelled`, int32 and as large, has the labels of the parts."""
    lines = []
    for turned in (False, True):
        found = [_straight(ink, labelled, part, turned) for part in parts]
        lines += _end_to_end([one for one in found if one is not None])
    taken = {one.part.labels for line in lines for one in line}
    written = [label for part in parts if part.labels not in taken for label in part.labels]
    if not lines or not written:
        return []
    pale = PALE * _ink_along(ink, np.isin(labelled, written))
    return [[one.part for one in line] for line in lines if np.median([one.ink for one in line]) < pale]


def _straight(ink: np.ndarray, labelled: np.ndarray, part: Part, turned: bool) -> _Straight | None:
    """The part as a straight stroke from top to bottom, or if `turned` from left to right; None where it is none."""
    long, wide = (part.width, part.height) if turned else (part.height, part.width)
    if wide > LEAN * long + 4 * OFF:
        return None
    box = np.s_[part.top : part.bottom, part.left : part.right]
    strokes = np.where(np.isin(labelled[box], part.labels), ink[box], 0) / 255
    start, across = (part.left, part.top) if turned else (part.top, part.left)
    strokes = strokes.T if turned else strokes
    thick = (strokes > 0).sum(axis=1)
    if not thick.all() or LONG * np.median(thick) > long:
        return None
    along = np.arange(start, start + long)
    middles = across + (strokes > 0) @ np.arange(wide) / thick
    line = np.polyfit(along, middles, 1)
    usual = float(np.median(thick))
    if abs(line[0]) > LEAN or np.abs(np.polyval(line, along) - middles).max() > max(OFF, usual / 2):
        return None
    return _Straight(part, start, start + long, line, usual, float(strokes.sum() / long))


def _end_to_end(pieces: Sequence[_Straight]) -> list[list[_Straight]]:
    """The pieces that lie on one straight line, each where the one before ends, at least `FEWEST` of them."""
    lines: list[list[_Straight]] = []
    for piece in sorted(pieces, key=lambda one: one.start):
        for line in lines:
            last = line[-1]
            longer = max(piece.stop - piece.start, last.stop - last.start)
            if -OFF <= piece.start - last.stop <= APART * longer and _are_straight([*line, piece]):
                line.append(piece)
                break
        else:
            lines.append([piece])
    return [line for line in lines if len(line) >= FEWEST]


def _are_straight(pieces: Sequence[_Straight]) -> bool:
    """Whether the ends of all pieces lie on one straight line."""
    along = np.array([end for one in pieces for end in (one.start, one.stop)])
    across = np.concatenate([np.polyval(one.line, [one.start, one.stop]) for one in pieces])
    off = np.abs(across - np.polyval(np.polyfit(along, across, 1), along)).max()
    return bool(off <= max(OFF, pieces[-1].thick / 2))


def _ink_along(ink: np.ndarray, strokes: np.ndarray) -> float:
    """The ink of strokes, bool `[h, w]`, for each pixel of their length, which is half that of their outline; along
    pixels an outline is 4/pi as long on average."""
    outline = sum(int(np.count_nonzero(np.diff(strokes, axis=axis))) for axis in (0, 1))
    return float(ink[strokes].sum() / 255) * 2 / max(1.0, outline * np.pi / 4)
