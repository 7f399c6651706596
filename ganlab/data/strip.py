"""A number written on a strip, cut into its digits.

The usual way of segmentation by dissection (R. G. Casey and E. Lecolinet, "A survey of methods and strategies in
character segmentation", 1996): connected parts, of which a least costly grouping, left to right, makes digits; what is
too wide to be one is cut where the least ink is above a column. All lengths are shares of the writing's height.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ganlab.data import drawing
from ganlab.errors import GanlabError

MOST_DIGITS = 20
MOST_PARTS = 400  # of a picture that is no number, as a photo of a lawn
SPECK = 0.1  # what is smaller to all sides is no part of its own
NEAR = 0.15  # how far a speck may lie from a digit that it belongs to
OVERLAP = 0.4  # of the narrower part's width, from which two parts above each other are one digit
TALL = 0.6  # of the tallest part: such parts tell how high the writing is, and on which line
LINE = 0.75  # how much lower the parts of a second line lie, in heights of a part
DASH = 0.25  # a flat part no higher than this, in the middle third of the line, is a dash
TOUCHING = 1.2  # parts from this width on are several digits that touch
PITCH = 0.75  # width of a digit among others that it touches
LEAST_GAP, MOST_GAP = 0.12, 0.4  # what a gap may be within a digit, however close or far apart the digits are
GAP_SHARE = 0.65  # of the usual gap between digits: what a gap may be within one
GAP_COST = 5.0
WIDTH_COST = 10.0  # of what a digit is wider than high
FRAGMENT, FRAGMENT_COST = 0.7, 3.0  # a digit is at least so high; of what it is lower
MOST = 8  # parts of a digit
ROUNDS = 2  # of measuring the digits that were found, and grouping their parts anew
EMPTY = "No number was found. Write one, or choose a picture of one."


@dataclass(frozen=True)
class Found:
    """A digit: where it is on the strip in pixels, `right` and `bottom` exclusive, and as an image like MNIST's, uint8
    `[28, 28]`. `ink` has its strokes alone, with their soft edges, uint8 `[h, w]`, from row and column `corner` on."""

    left: int
    top: int
    right: int
    bottom: int
    image: np.ndarray
    ink: np.ndarray
    corner: tuple[int, int]


@dataclass(frozen=True)
class Part:
    """Strokes that belong together, by the numbers of their labels, and their box."""

    labels: tuple[int, ...]
    left: int
    right: int
    top: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


def find_digits(ink: np.ndarray) -> list[Found]:
    """The digits of a number, left to right, from light strokes on dark, uint8 `[h, w]`.

    Strokes that a gap cuts are put together; digits that touch are cut apart where they are much wider than high;
    specks and dashes are left out. Raises GanlabError where there is no digit, more than 20, or more than one line.
    """
    from scipy import ndimage

    if not ink.any():
        raise GanlabError(EMPTY)
    labelled = np.empty(ink.shape, np.int32)
    ndimage.label(ink > drawing.FAINT * int(ink.max()), np.ones([3, 3]), output=labelled)
    parts = [
        Part((number,), across.start, across.stop, down.start, down.stop)
        for number, (down, across) in enumerate(ndimage.find_objects(labelled), 1)
    ]
    tallest = _tallest(parts)
    parts = [part for part in parts if max(part.width, part.height) > max(2.0, SPECK * tallest)]
    if not parts:
        raise GanlabError(EMPTY)
    if len(parts) > MOST_PARTS:
        raise GanlabError("No number stands out from the background of the picture. Choose another picture.")
    _refuse_two_lines(parts)
    parts = join_overlapping(parts)
    height = usual_height(parts)
    labelled, parts = _cut_apart(labelled, parts, height)
    digits, height, _ = group(parts, height)
    digits = [digit for digit in digits if not _is_dash(digit, parts, height)]
    if len(digits) > MOST_DIGITS:
        raise GanlabError(
            f"There are {len(digits)} digits, but at most {MOST_DIGITS} can be read at a time. Write fewer digits."
        )
    return _cut_out(ink, labelled, digits, height)


def compose(digits: np.ndarray, seed: int = 0, gap: float = 0.35, scale: int = 1) -> np.ndarray:
    """A strip with digits, uint8 `[n, 28, 28]`, beside each other, uint8 `[h, w]`.

    They stand up to a tenth of their height higher or lower; the gaps between them are `gap` of an MNIST digit's height
    on average, up to a third more or less. A pixel of a digit is `scale` pixels of the strip.
    """
    rng = np.random.default_rng(seed)
    rise = drawing.BOX // 10
    columns = [np.zeros([drawing.SIDE + 2 * rise, drawing.BOX // 2], np.uint8)]
    for digit in digits:
        used = np.flatnonzero(digit.any(axis=0))
        cut = digit[:, used[0] : used[-1] + 1] if len(used) else digit[:, :0]
        up = int(rng.integers(0, 2 * rise + 1))
        between = round(gap * drawing.BOX * rng.uniform(2 / 3, 4 / 3))
        columns.append(np.pad(cut, ((up, 2 * rise - up), (0, between))))
    columns.append(columns[0])
    return np.concatenate(columns, axis=1).repeat(scale, axis=0).repeat(scale, axis=1)


def _tallest(parts: Sequence[Part]) -> int:
    return max(part.height for part in parts)


def usual_height(parts: Sequence[Part]) -> float:
    """Of the tall ones."""
    return float(np.median([part.height for part in parts if part.height >= TALL * _tallest(parts)]))


def join_parts(parts: Sequence[Part]) -> Part:
    return Part(
        tuple(label for part in parts for label in part.labels),
        min(part.left for part in parts),
        max(part.right for part in parts),
        min(part.top for part in parts),
        max(part.bottom for part in parts),
    )


def _refuse_two_lines(parts: Sequence[Part]) -> None:
    """Raises GanlabError where tall parts lie on two levels, at least two on each."""
    tall = [part for part in parts if part.height >= TALL * _tallest(parts)]
    middles = sorted((part.top + part.bottom) / 2 for part in tall)
    drop = LINE * float(np.median([part.height for part in tall]))
    for above, (upper, lower) in enumerate(pairwise(middles), 1):
        if lower - upper > drop and min(above, len(middles) - above) >= 2:
            raise GanlabError("There are two lines of writing. Write the number in one line.")


def join_overlapping(parts: Sequence[Part]) -> list[Part]:
    """Parts that lie above each other, as a 5 and its hat, put together; ordered left to right."""
    joined: list[Part] = []
    for part in sorted(parts, key=lambda part: part.width, reverse=True):
        for index, other in enumerate(joined):
            shared = min(part.right, other.right) - max(part.left, other.left)
            if shared >= OVERLAP * part.width:
                joined[index] = join_parts([other, part])
                break
        else:
            joined.append(part)
    joined.sort(key=lambda part: part.left + part.right)
    return joined if len(joined) == len(parts) else join_overlapping(joined)


def _cut_apart(labelled: np.ndarray, parts: Sequence[Part], height: float) -> tuple[np.ndarray, list[Part]]:
    """Parts that are too wide for one digit, cut into as many as their width says, each with a label of its own."""
    labelled, found = labelled.copy(), []
    for part in parts:
        if part.width < TOUCHING * height:
            found.append(part)
            continue
        box = labelled[part.top : part.bottom, part.left : part.right]
        own = np.isin(box, part.labels)
        count = max(2, round(part.width / (PITCH * height)))
        edges = [0, *thinnest(own.sum(axis=0), count), part.width]
        for left, right in pairwise(edges):
            piece = own[:, left:right]
            rows, columns = (np.flatnonzero(piece.any(axis)) for axis in (1, 0))
            if not len(rows):
                continue
            label = int(labelled.max()) + 1
            box[:, left:right][piece] = label
            across = part.left + left + int(columns[0]), part.left + left + int(columns[-1]) + 1
            found.append(Part((label,), *across, part.top + int(rows[0]), part.top + int(rows[-1]) + 1))
    return labelled, found


def thinnest(ink: np.ndarray, count: int) -> list[int]:
    """Columns that cut a profile, `[w]`, into `count` pieces: each with little ink, and near where it would be if all
    were of the same width."""
    pitch = len(ink) / count
    places = []
    for number in range(1, count):
        near = np.arange(max(1, round((number - 0.35) * pitch)), min(len(ink), round((number + 0.35) * pitch) + 1))
        away = np.abs(near - number * pitch) / pitch
        places.append(int(near[(ink[near] / max(1, int(ink.max())) + away).argmin()]))
    return places


def group(parts: Sequence[Part], height: float) -> tuple[list[Part], float, float]:
    """The parts of a line, left to right, as digits by their shape alone; how high these usually are; and what gap
    there may be within one, as a share of that."""
    gap = LEAST_GAP
    digits = _group(parts, height, gap)
    for _ in range(ROUNDS):  # damage cuts digits into low parts with narrow gaps: both are known only once it is undone
        height = usual_height(digits)
        gaps = [(right.left - left.right) / height for left, right in pairwise(digits)]
        if not gaps:
            break
        gap = float(np.clip(GAP_SHARE * float(np.percentile(gaps, 75)), LEAST_GAP, MOST_GAP))
        digits = _group(parts, height, gap)
    return digits, height, gap


def _group(parts: Sequence[Part], height: float, gap: float) -> list[Part]:
    """The parts, left to right, as digits: neighbours put together so that the sum of the digits' costs is least. Whole
    digits cost as much as a gap of `gap` within one."""
    best: list[tuple[float, int]] = [(0.0, 0)]  # of the first n parts, and where their last digit begins
    for end in range(1, len(parts) + 1):
        begins = range(max(0, end - MOST), end)
        best.append(min((best[begin][0] + GAP_COST * gap + cost(parts[begin:end], height), begin) for begin in begins))
    digits, end = [], len(parts)
    while end:
        begin = best[end][1]
        digits.append(join_parts(parts[begin:end]))
        end = begin
    return digits[::-1]


def cost(parts: Sequence[Part], height: float) -> float:
    """Of what speaks against these parts being one digit."""
    digit = join_parts(parts)
    gaps = sum(max(0, right.left - left.right) for left, right in pairwise(parts)) / height
    wide = max(0.0, digit.width / height - 1)
    low = max(0.0, FRAGMENT - digit.height / height)
    return GAP_COST * gaps + WIDTH_COST * wide + FRAGMENT_COST * low


def _is_dash(part: Part, parts: Sequence[Part], height: float) -> bool:
    line = join_parts(parts)
    place = ((part.top + part.bottom) / 2 - line.top) / line.height
    return len(parts) > 1 and part.height <= DASH * height < part.width + part.height and 1 / 3 < place < 2 / 3


def _cut_out(ink: np.ndarray, labelled: np.ndarray, digits: Sequence[Part], height: float) -> list[Found]:
    """Each digit alone, with the specks and the soft edges that lie nearest to it."""
    from scipy import ndimage

    owners = np.zeros(int(labelled.max()) + 1, np.int32)
    for number, digit in enumerate(digits, 1):
        owners[list(digit.labels)] = number
    owned = owners[labelled]
    nearest = np.empty([2, *ink.shape], np.int32)
    far = np.empty(ink.shape, np.float64)
    ndimage.distance_transform_edt(owned == 0, return_indices=True, distances=far, indices=nearest)
    owned = np.where(far <= max(2.0, NEAR * height), owned[tuple(nearest)], 0)
    return [_found(np.where(owned == number, ink, 0).astype(np.uint8), digit) for number, digit in enumerate(digits, 1)]


def _found(ink: np.ndarray, digit: Part) -> Found:
    """A digit from its strokes alone, on the whole strip."""
    rows, columns = (np.flatnonzero(ink.any(axis)) for axis in (1, 0))
    corner = int(rows[0]), int(columns[0])
    crop = ink[corner[0] : rows[-1] + 1, corner[1] : columns[-1] + 1]
    return Found(digit.left, digit.top, digit.right, digit.bottom, drawing.center(ink), crop, corner)
