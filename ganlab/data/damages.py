"""Damage to digits: which pixels are lost, bool `[n, 28, 28]`, True where damaged."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

SIDE = 28
HOLE_SIZE, HOLE_LOW, HOLE_HIGH = 8, 8, 11  # of "Python Deep Learning Projects", chapter 13
MARGIN = 3  # pixels around a digit where there is seldom ink


@dataclass(frozen=True)
class Damage:
    """A kind of damage; `draw(rng)` gives one mask, bool `[28, 28]`."""

    title: str
    words: str
    draw: Callable[[np.random.Generator], np.ndarray]


def hole(rng: np.random.Generator, size: int = HOLE_SIZE, low: int = HOLE_LOW, high: int = HOLE_HIGH) -> np.ndarray:
    """A square of `size` pixels whose first row and column are each drawn from `low` to `high`."""
    top, left = rng.integers(low, high + 1, 2)
    return _block(top, left, size, size)


def _block(top: int, left: int, height: int, width: int) -> np.ndarray:
    mask = np.zeros([SIDE, SIDE], bool)
    mask[max(0, top) : top + height, max(0, left) : left + width] = True
    return mask


def _rectangles(rng: np.random.Generator) -> np.ndarray:
    mask = np.zeros([SIDE, SIDE], bool)
    for _ in range(rng.integers(1, 3)):
        height, width = rng.integers(4, 12, 2)
        mask |= _block(rng.integers(MARGIN, 25 - height), rng.integers(MARGIN, 25 - width), height, width)
    return mask


def _columns(rng: np.random.Generator) -> np.ndarray:
    mask = np.zeros([SIDE, SIDE], bool)
    for _ in range(rng.integers(2, 5)):
        left, width = rng.integers(5, 23), rng.integers(1, 4)
        mask[:, left : left + width] = True
    return mask if rng.random() < 0.5 else mask.T


def _lines(rng: np.random.Generator, count: tuple[int, int], width: tuple[int, int], bends: int) -> np.ndarray:
    """Lines through the middle of the image, with so many bends, as a rubber or a pen leaves them."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (SIDE, SIDE))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.integers(count[0], count[1] + 1)):
        thick = int(rng.integers(width[0], width[1] + 1))
        points = [tuple(rng.uniform(MARGIN, SIDE - MARGIN, 2)) for _ in range(2 + bends)]
        draw.line(points, 255, thick, "curve")
        for x, y in points if thick > 2 else []:  # round ends, as a rubber's
            draw.ellipse([x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2], 255)
    return np.asarray(image) > 0


DAMAGES = {
    "hole": Damage("Hole", "a square of 8 x 8 pixels near the middle, as in the book", hole),
    "strokes": Damage("Rubber strokes", "lines that somebody rubbed out", lambda rng: _lines(rng, (1, 2), (3, 4), 1)),
    "rectangles": Damage("Rectangles", "one or two rectangles anywhere", _rectangles),
    "columns": Damage("Dropped columns", "columns or rows of pixels that got lost on the way", _columns),
    "cuts": Damage("Thin cuts", "thin lines through the digit", lambda rng: _lines(rng, (2, 4), (1, 2), 0)),
    "pen": Damage("Thick pen", "one broad stroke over the digit", lambda rng: _lines(rng, (1, 1), (6, 8), 1)),
}


def draw_masks(kind: str, n: int, seed: int = 0) -> np.ndarray:
    """`n` masks of a kind named in `DAMAGES`, bool `[n, 28, 28]`; the first are the same for every larger `n`."""
    rng = np.random.default_rng([seed, *kind.encode()])
    return np.array([DAMAGES[kind].draw(rng) for _ in range(n)]).reshape(-1, SIDE, SIDE)


def apply_damage(images: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """The images, uint8 `[n, 28, 28]`, black where damaged."""
    return np.where(masks, 0, images).astype(np.uint8)
