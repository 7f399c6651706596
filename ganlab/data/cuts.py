"""A line of writing cut into digits, where strokes alone cannot tell what is one digit: all cuts that are plausible,
each with what its shape costs, and the cheapest way through them.

This is recognition-based segmentation (R. G. Casey and E. Lecolinet, "A survey of methods and strategies in character
segmentation", 1996): whoever can read the pieces adds to a piece's cost how unlike a digit it looks. All lengths are
shares of the writing's height.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ganlab.data import strip, symbols
from ganlab.data.lines import Line, Writing
from ganlab.data.strip import Part

WIDE = 0.7  # parts from this width on may be several digits that touch
APART = 0.18  # how far cuts lie apart, at least
THIN = 0.4  # how much ink is above a cut, at most
MOST_CUTS = 8  # of one part
MOST = 8  # pieces of a digit
WIDEST = 1.4  # of a digit
LARGEST_GAP = 0.5  # within a digit
CUT, CUT_INK = 0.5, 5.0  # costs of a cut through strokes, and of the ink above it
BY_SHAPE = 0.8  # what speaks for a piece that shape alone would choose
SYMBOL, NO_SYMBOL = 0.2, 3.0  # costs of a symbol, and of a digit that looks like a symbol
LOWEST = 0.35  # a digit alone is at least so high


@dataclass(frozen=True)
class Piece:
    """What may be one digit, or a symbol by its `name`: the strokes alone, uint8 `[h, w]`, at `left` and `top` on the
    straightened page, and what speaks against it, from 0. It reaches from one place between atoms to another."""

    start: int
    stop: int
    cost: float
    name: str | None
    left: int
    top: int
    ink: np.ndarray


@dataclass(frozen=True)
class _Atom:
    part: Part
    mask: np.ndarray  # bool, the part's box
    cut: float  # what the cut to its left costs: 0 where it begins a part


def pieces(writing: Writing, line: Line) -> list[Piece]:
    """All that may be a digit or a symbol in a line, from left to right."""
    grouped, height, gap = strip.group(line.parts, line.height)
    by_shape = {frozenset(digit.labels) for digit in grouped}
    whole_digit = strip.GAP_COST * gap  # what a digit costs: as much as a gap within one
    atoms = [atom for part in line.parts for atom in _atoms(writing, part, height)]
    top, bottom = (np.median([getattr(part, side) for part in line.parts]) for side in ("top", "bottom"))
    found = []
    for start in range(len(atoms)):
        for stop in range(start + 1, min(len(atoms), start + MOST) + 1):
            run = atoms[start:stop]
            whole = strip.join_parts([atom.part for atom in run])
            if stop > start + 1 and (
                whole.width > WIDEST * height or run[-1].part.left - run[-2].part.right > LARGEST_GAP * height
            ):
                break
            name, whole_parts = None, not run[0].cut and (stop == len(atoms) or not atoms[stop].cut)
            if stop == start + 1 and whole_parts:
                middle = ((whole.top + whole.bottom) / 2 - top) / max(1.0, bottom - top)
                name = symbols.name_of(run[0].mask, height, middle)
            cost = whole_digit + run[0].cut + strip.cost([atom.part for atom in run], height)
            ink = _ink(writing.ink, run, whole)
            if whole_parts and frozenset(whole.labels) in by_shape:
                cost -= BY_SHAPE
            if name:
                found.append(Piece(start, stop, whole_digit + SYMBOL, name, whole.left, whole.top, ink))
                cost += NO_SYMBOL
            if whole.height >= LOWEST * height:
                found.append(Piece(start, stop, cost, None, whole.left, whole.top, ink))
            elif not name and stop == start + 1:
                found.append(Piece(start, stop, whole_digit + 2.0, "speck", whole.left, whole.top, ink))
    return found


def cheapest(found: Sequence[Piece], costs: np.ndarray) -> list[Piece]:
    """Of pieces with their costs, float `[n]`, those that cover the line at the least sum, from left to right."""
    last = max(piece.stop for piece in found)
    best: list[tuple[float, int]] = [(0.0, -1)] + [(float("inf"), -1)] * last
    for index in sorted(range(len(found)), key=lambda index: found[index].stop):
        piece = found[index]
        total = best[piece.start][0] + float(costs[index])
        if total < best[piece.stop][0]:
            best[piece.stop] = (total, index)
    chosen, place = [], last
    while place > 0:
        piece = found[best[place][1]]
        chosen.append(piece)
        place = piece.start
    return chosen[::-1]


def _atoms(writing: Writing, part: Part, height: float) -> list[_Atom]:
    """A part, cut wherever it may be cut in two."""
    from scipy.signal import find_peaks

    mask = np.isin(writing.labelled[part.top : part.bottom, part.left : part.right], part.labels)
    if part.width < WIDE * height:
        return [_Atom(part, mask, 0.0)]
    ink = mask.sum(axis=0) / height
    smooth = np.convolve(np.pad(ink, 1, mode="edge"), np.ones(3) / 3, "valid")
    places, _ = find_peaks(-smooth, distance=max(1, round(APART * height)))
    room = APART * height
    places = [int(place) for place in places if ink[place] <= THIN and room <= place <= part.width - room]
    places = sorted(sorted(places, key=lambda place: ink[place])[:MOST_CUTS])
    atoms = []
    for left, right in pairwise([0, *places, part.width]):
        piece = mask[:, left:right]
        if not piece.any():
            continue
        rows, columns = (np.flatnonzero(piece.any(axis)) for axis in (1, 0))
        box = part.left + left + int(columns[0]), part.left + left + int(columns[-1]) + 1
        down = part.top + int(rows[0]), part.top + int(rows[-1]) + 1
        cost = CUT + CUT_INK * float(ink[left]) if left else 0.0
        crop = piece[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        atoms.append(_Atom(Part(part.labels, *box, *down), crop, cost))
    return atoms


def _ink(ink: np.ndarray, run: Sequence[_Atom], whole: Part) -> np.ndarray:
    """The strokes of some atoms alone, with their soft edges."""
    from scipy import ndimage

    mask = np.zeros([whole.height, whole.width], bool)
    for atom in run:
        place = mask[atom.part.top - whole.top :, atom.part.left - whole.left :]
        place[: atom.part.height, : atom.part.width] |= atom.mask
    mask = ndimage.binary_dilation(mask, iterations=2)
    return np.where(mask, ink[whole.top : whole.bottom, whole.left : whole.right], 0).astype(np.uint8)
