"""Symbols between digits, told by their shape: dashes, plus signs and round brackets. Lengths are shares of a digit's
height."""

import numpy as np

DASH, PLUS, BRACKET = "dash", "plus sign", "bracket"
DASH_HEIGHT, DASH_WIDTH = 0.25, (0.2, 1.2)
MIDDLE = (0.3, 0.75)  # where a dash or a plus sign has its middle, in the height of the line
PLUS_SIDE = (0.3, 0.9)
BAR = 0.8  # of a plus sign's side: its bars are at least so long
CORNERS = 0.05  # of the corners between its bars that may be ink
BRACKET_HEIGHT, BRACKET_WIDTH = (0.8, 2.0), 0.55
BOW = (0.09, 0.4)  # of a bracket's height: how far its middle lies off the line between its ends
LEAN = 0.2  # of its height that one end may lie beside the other
SINGLE = 0.9  # of its rows have one stroke, with no gap
THICKEST = 2.2  # of its usual stroke


def name_of(strokes: np.ndarray, height: float, middle: float) -> str | None:
    """What connected strokes, bool `[h, w]`, cut at their edges, are if no digit; `height` is that of the writing in
    pixels, `middle` the place of theirs in the line, from 0 (top) to 1."""
    tall, wide = strokes.shape[0] / height, strokes.shape[1] / height
    level = MIDDLE[0] < middle < MIDDLE[1]
    if level and tall <= DASH_HEIGHT and DASH_WIDTH[0] <= wide <= DASH_WIDTH[1] and wide > 1.3 * tall:
        return DASH
    if level and all(PLUS_SIDE[0] <= side <= PLUS_SIDE[1] for side in (tall, wide)) and _is_plus(strokes):
        return PLUS
    if BRACKET_HEIGHT[0] <= tall <= BRACKET_HEIGHT[1] and wide <= BRACKET_WIDTH and _is_bracket(strokes):
        return BRACKET
    return None


def _is_plus(strokes: np.ndarray) -> bool:
    """Whether two bars cross near the middle, and nothing is in the corners."""
    bars = []
    for axis in (0, 1):
        shares = strokes.mean(axis=axis)  # of each column, and then of each row
        full = np.flatnonzero(shares >= BAR * shares.max())
        place = full.mean() / len(shares)
        if shares.max() < BAR or not 0.25 < place < 0.75 or len(full) > 0.35 * len(shares):
            return False
        thick = max(1, round(0.6 * len(full)))
        bars.append(slice(max(0, int(full[0]) - thick), int(full[-1]) + 1 + thick))
    corners = strokes.copy()
    corners[:, bars[0]] = False
    corners[bars[1]] = False
    return corners.mean() <= CORNERS


def _is_bracket(strokes: np.ndarray) -> bool:
    """Whether it is one stroke that bows evenly to one side from end to end."""
    widths = strokes.shape[1] - strokes.argmax(axis=1) - strokes[:, ::-1].argmax(axis=1)
    if (strokes.sum(axis=1) >= SINGLE * widths).mean() < SINGLE:
        return False
    if len(widths) < 3:  # too low to have a bow
        return False
    inner = slice(round(0.1 * len(widths)), round(0.9 * len(widths)))
    if widths[inner].max() > THICKEST * np.median(widths):
        return False
    centres = strokes.argmax(axis=1) + widths / 2
    rows = np.arange(len(centres))
    ends = [centres[: max(1, len(rows) // 20)].mean(), centres[-max(1, len(rows) // 20) :].mean()]
    off = (centres - np.interp(rows, [0, len(rows) - 1], ends)) / len(rows)
    side = 1 if off.max() > -off.min() else -1
    off = side * off
    apex = off.argmax() / len(rows)
    even = np.polyfit(rows, off, 2)
    rest = np.abs(off - np.polyval(even, rows)).max()
    return bool(
        BOW[0] <= off.max() <= BOW[1]
        and off.min() >= -0.02
        and 0.3 < apex < 0.7
        and abs(ends[1] - ends[0]) <= LEAN * len(rows)
        and rest <= 0.35 * off.max()
    )
