"""Lines of writing on a page: strokes gathered into lines, top to bottom, and what is no digit told by its shape.

Parts are linked from left to right where they lie at the same height, as the lines of a page that is seen from the side
are not parallel. All lengths are shares of the writing's height.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ganlab.data import drawing, ruled_pieces, strip
from ganlab.data.strip import Part
from ganlab.errors import GanlabError

MOST_LINES, MOST_DIGITS = 20, 200
MOST_PARTS = 10 * MOST_DIGITS  # of a page of numbers, however damaged its digits are
SPECK = 0.15  # what is smaller to all sides is no part of its own
TALL = 0.45  # parts at least so high say where a line is
RULE = 4.0  # what is longer, and thinner than a stroke may be, is what is left of a ruled line
THIN = 0.12
NEAR = 0.15  # how far a speck may lie from a part that it belongs to
SHARED = 0.5  # of a part's height, that a line has in common with it
RECENT = 3  # parts of a line that say how high it is where it ends
WINDOW = 6.0  # how far to both sides the parts of a line tell how high it is
BESIDE = 2.5  # how far from its neighbours a part of a line may lie
STRAIGHT = 1.0  # degrees that a page may be turned by and stay as it is
MOST_TURN = 15.0


@dataclass(frozen=True)
class Line:
    """A line of writing: its parts, left to right, and how high the writing is."""

    parts: tuple[Part, ...]
    height: float


@dataclass(frozen=True)
class Writing:
    """What is written on a page: the strokes, uint8 `[h, w]`, straightened, with a number for each connected part,
    int32 `[h, w]`, the lines, top to bottom, and what was left out, by name. `to_page` turns a place (x, y, 1) in `ink`
    into one in the strokes as they were given, float64 `[2, 3]`."""

    ink: np.ndarray
    labelled: np.ndarray
    lines: tuple[Line, ...]
    left_out: Counter[str]
    to_page: np.ndarray


def find_lines(ink: np.ndarray) -> Writing:
    """The lines in light strokes on dark, uint8 `[h, w]`. Raises GanlabError where there are none, or too many."""
    to_page = np.eye(3)[:2]
    labelled, lines, left_out = _gather(ink)
    turned = _tilt(lines)
    if abs(turned) > STRAIGHT:
        ink, to_page = _turn(ink, turned)
        labelled, lines, left_out = _gather(ink)
    lines = [line for line in lines if line.parts]
    if not lines:
        raise GanlabError(strip.EMPTY)
    if len(lines) > MOST_LINES:
        raise GanlabError(
            f"There are {len(lines)} lines of writing, but at most {MOST_LINES} can be read at a time. Choose a "
            "picture of a part of the page."
        )
    return Writing(ink, labelled, tuple(lines), left_out, to_page)


def _gather(ink: np.ndarray) -> tuple[np.ndarray, list[Line], Counter[str]]:
    """The connected parts by their labels, int32 `[h, w]`, the lines that they make, and how many were left out."""
    from scipy import ndimage

    if not ink.any():
        raise GanlabError(strip.EMPTY)
    labelled = np.empty(ink.shape, np.int32)
    ndimage.label(ink > drawing.FAINT * int(ink.max()), np.ones([3, 3]), output=labelled)
    boxes = ndimage.find_objects(labelled)
    parts = [
        Part((number,), across.start, across.stop, down.start, down.stop)
        for number, (down, across) in enumerate(boxes, 1)
    ]
    masses = np.bincount(labelled.ravel())[1:]
    height = _middle(np.array([part.height for part in parts]), masses)
    left_out: Counter[str] = Counter()
    large, specks = [], []
    for part, mass in zip(parts, masses, strict=True):
        longer = max(part.width, part.height)
        if longer <= SPECK * height:
            specks.append(part)
        elif longer > RULE * height and mass < THIN * height * longer:
            left_out["ruled line"] += 1
        else:
            large.append(part)
    if not large:
        raise GanlabError(strip.EMPTY)
    if len(large) > MOST_PARTS:
        raise GanlabError("No number stands out from the background of the picture. Choose another picture.")
    for line in ruled_pieces.find_pieces(ink, labelled, large):
        left_out["ruled line"] += 1
        large = [part for part in large if part not in line]
    lines, far = _link(large, height)
    specks += far
    found = []
    for line in lines:
        usual = strip.usual_height(line)
        kept, specks = _take_specks(line, specks, usual)
        found.append(Line(tuple(strip.join_overlapping(kept)), usual))
    if specks:
        left_out["speck"] += len(specks)
    return labelled, found, left_out


def _middle(values: np.ndarray, weights: np.ndarray) -> float:
    """The median of values that count by their weights."""
    order = values.argsort()
    summed = weights[order].cumsum()
    return float(values[order][np.searchsorted(summed, summed[-1] / 2)])


def _link(parts: Sequence[Part], height: float) -> tuple[list[list[Part]], list[Part]]:
    """Parts that make a line each, top to bottom, and small parts that lie in none."""
    tall = [part for part in parts if part.height >= TALL * height]
    lines = _merge(_link_tall(sorted(tall, key=lambda part: part.left)), height)
    far = _add_small(lines, [part for part in parts if part.height < TALL * height], height)
    return sorted(lines, key=lambda line: np.mean([part.top + part.bottom for part in line])), far


def _link_tall(parts: Sequence[Part]) -> list[list[Part]]:
    """Parts, left to right, each put to the line that ends as high as it lies."""
    lines: list[list[Part]] = []
    tops, bottoms = np.empty([2, len(parts)])  # of each line where it ends
    for part in parts:
        top, bottom = tops[: len(lines)], bottoms[: len(lines)]
        shared = np.minimum(part.bottom, bottom) - np.maximum(part.top, top)
        fits = np.flatnonzero(shared > SHARED * np.minimum(part.height, bottom - top))
        best = int(fits[0] + shared[fits[0] :].argmax()) if len(fits) else len(lines)
        if best == len(lines):
            lines.append([])
        lines[best].append(part)
        recent = lines[best][-RECENT:]
        tops[best] = sum(one.top for one in recent) / len(recent)
        bottoms[best] = sum(one.bottom for one in recent) / len(recent)
    return lines


@dataclass(frozen=True, eq=False)
class _Chain:
    """The parts of a line, left to right, their boxes, and the sum of their heights."""

    parts: list[Part]
    boxes: np.ndarray
    total: int


def _chain(parts: Sequence[Part]) -> _Chain:
    return _Chain(list(parts), _boxes(parts), sum(part.height for part in parts))


def _merge(lines: Sequence[list[Part]], height: float) -> list[list[Part]]:
    """Lines on the same level are one: where damage cuts digits into pieces, these lie beside digits that are whole.

    The highest sums of heights come first, and each line is compared with those behind it.
    """
    chains = sorted(map(_chain, lines), key=lambda chain: chain.total, reverse=True)
    alone: set[_Chain] = set()  # to which none behind them belongs
    at = 0
    while at < len(chains):
        other = None if chains[at] in alone else _first_of(chains[at], chains[at + 1 :], height)
        if other is None:
            alone.add(chains[at])
            at += 1
            continue
        pair: tuple[int, int] | None = (at, at + 1 + other)
        while pair:  # what has grown may belong to a line before it, which was compared with all others already
            first, second = (chains[place] for place in pair)
            grown = _chain(sorted([*first.parts, *second.parts], key=lambda part: part.left))
            chains = [chain for chain in chains if chain not in (first, second)]
            at = sum(chain.total >= grown.total for chain in chains)
            chains.insert(at, grown)
            belongs = (place for place in range(at) if _first_of(chains[place], [grown], height) is not None)
            pair = next(((place, at) for place in belongs), None)
    return [chain.parts for chain in chains]


def _first_of(line: _Chain, others: Sequence[_Chain], height: float) -> int | None:
    """The first of other lines that lies near a line and as high."""
    if not others:
        return None
    starts = np.cumsum([0, *(len(other.parts) for other in others)])
    boxes = np.concatenate([other.boxes for other in others], axis=1)
    gaps, shares = _gaps_and_shares(boxes, line.boxes, WINDOW * height)
    near = np.minimum.reduceat(gaps, starts[:-1]) < BESIDE * height
    high = np.maximum.reduceat(shares, starts[:-1]) > SHARED
    for place in np.flatnonzero(near & high):
        if np.median(shares[starts[place] : starts[place + 1]]) > SHARED:
            return int(place)
    return None


def _add_small(lines: Sequence[list[Part]], parts: Sequence[Part], height: float) -> list[Part]:
    """Puts each small part to the line in whose height it lies; those that are far from all lines."""
    far = []
    boxes = _boxes([part for line in lines for part in line])
    owners = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    for part in parts:
        own = _boxes([part])
        near = np.unique(owners[_apart(own, boxes)[0] < BESIDE * height])
        shares = [_gaps_and_shares(own, boxes[:, owners == line], WINDOW * height)[1][0] for line in near]
        if shares and max(shares) > SHARED:
            best = int(near[np.argmax(shares)])
            lines[best].append(part)
            boxes, owners = np.column_stack([boxes, own]), np.append(owners, best)
        else:
            far.append(part)
    return far


def _boxes(parts: Sequence[Part]) -> np.ndarray:
    """Left, right, top and bottom of parts, int64 `[4, n]`."""
    return np.array([(part.left, part.right, part.top, part.bottom) for part in parts], np.int64).reshape(-1, 4).T


def _apart(parts: np.ndarray, line: np.ndarray) -> np.ndarray:
    """How far boxes lie to the left or right of others, `[n, m]`; not above 0 where one lies above or below."""
    return np.maximum(line[0] - parts[1][:, None], parts[0][:, None] - line[1])


def _gaps_and_shares(parts: np.ndarray, line: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """How far the nearest part of a line lies to the left or right of each part, and how much of a part's height lies
    as high as the parts of the line that are at most `reach` pixels away from it, or as all, where none is."""
    apart = _apart(parts, line)
    within = apart <= reach
    within |= ~within.any(1, keepdims=True)
    top = np.where(within, line[2], np.iinfo(np.int64).max).min(1)
    bottom = np.where(within, line[3], -1).max(1)
    shares = (np.minimum(parts[3], bottom) - np.maximum(parts[2], top)) / (parts[3] - parts[2])
    return apart.min(1).clip(0), shares


def _take_specks(parts: Sequence[Part], specks: Sequence[Part], height: float) -> tuple[list[Part], list[Part]]:
    """The parts, each with the specks that lie close to it, and those that lie close to none."""
    grown, left = list(parts), []
    for speck in specks:
        for index, part in enumerate(grown):
            across = max(0, part.left - speck.right, speck.left - part.right)
            down = max(0, part.top - speck.bottom, speck.top - part.bottom)
            if max(across, down) <= max(2.0, NEAR * height):
                grown[index] = strip.join_parts([part, speck])
                break
        else:
            left.append(speck)
    return grown, left


def _tilt(lines: Sequence[Line]) -> float:
    """How many degrees the lines go down from left to right, by the longest; 0 where none is long enough to tell."""
    slopes, lengths = [], []
    for line in lines:
        tall = [part for part in line.parts if part.height >= TALL * line.height]
        if len(tall) < 3:
            continue
        x = np.array([(part.left + part.right) / 2 for part in tall])
        y = np.array([(part.top + part.bottom) / 2 for part in tall])
        if np.ptp(x) < 2 * line.height:
            continue
        slopes.append(float(np.polyfit(x, y, 1)[0]))
        lengths.append(np.ptp(x))
    if not slopes:
        return 0.0
    return float(np.clip(np.degrees(np.arctan(_middle(np.array(slopes), np.array(lengths)))), -MOST_TURN, MOST_TURN))


def _turn(ink: np.ndarray, degrees: float) -> tuple[np.ndarray, np.ndarray]:
    """The strokes turned back by so many degrees, and what turns places in them into places as they were."""
    from PIL import Image

    height, width = ink.shape
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    new = round(width * cos + height * abs(sin)), round(height * cos + width * abs(sin))
    middle, before = np.array(new) / 2, np.array([width, height]) / 2
    turn = np.array([[cos, -sin], [sin, cos]])
    to_page = np.column_stack([turn, before - turn @ middle])
    turned = Image.fromarray(ink).transform(
        new, Image.Transform.AFFINE, to_page.ravel().tolist(), Image.Resampling.BILINEAR
    )
    return np.asarray(turned), to_page
