"""Strokes on paper under uneven light: what is darker than the paper just around it, and is neither a ruled line nor an
edge of the page.

The paper's brightness is estimated by a morphological closing, which wipes out whatever is darker and narrower than its
window (R. C. Gonzalez and R. E. Woods, "Digital Image Processing", chapter 9); ruled lines are found by the Hough
transform (R. O. Duda and P. E. Hart, 1972). All lengths are pixels of a picture that is at most 2,000 long, or shares.
"""

from dataclasses import dataclass

import numpy as np

from ganlab.data import drawing
from ganlab.errors import GanlabError

LONGEST, SHOWN = 2000, 1600  # pixels of the longer side of the picture to work on, and to show
COARSE = 4  # the paper is estimated on a picture that is so many times smaller
WINDOW = 1 / 12  # of the longer side: strokes are narrower
JUMP = 0.4  # of the logarithm of the brightness, within two coarse pixels: an edge of the page, not a shadow's
NOISE = 4.5  # standard deviations of the paper's grain that a stroke stands out by
EDGE = 2  # coarse pixels along an edge of the page where what is left of it may lie
FAINTEST, SURE = 0.2, 0.4  # of the usual stroke's contrast: what belongs to a stroke, and what makes one
LEAST = 0.06  # contrast, as a share of the paper's brightness, that the usual stroke has
TILT = 12.0  # degrees that ruled lines may be turned by
STEP = 0.1  # degrees between two angles that are tried
RULED = 0.3  # of the picture's side: ruled lines are at least so long
REACH = 5  # pixels to either side of a ruled line that are looked at
MOST_LINES = 120
BLOCK = 64  # pixels along a ruled line over which it looks the same


@dataclass(frozen=True)
class Strokes:
    """The strokes in a picture, uint8 `[h, w]` and light on black; the upright picture to show, uint8 `[h, w, 3]`, at
    most 1600 pixels long; its width and height in the file; and sentences on what was done."""

    ink: np.ndarray
    shown: np.ndarray
    width: int
    height: int
    notices: tuple[str, ...]


def read_strokes(data: bytes) -> Strokes:
    """The strokes in an image file. Raises GanlabError where it is no picture, or has no strokes."""
    from PIL import Image

    with drawing.open_picture(data, LONGEST) as opened:
        image = opened.image
        if max(image.size) > LONGEST:
            share = LONGEST / max(image.size)
            image = image.resize([max(1, round(share * side)) for side in image.size], Image.Resampling.BOX)
        colours = np.asarray(image.convert("RGB"))
        shown = image.convert("RGB")
        shown.thumbnail((SHOWN, SHOWN))
        cleared = clear(colours)
        if cleared is None:
            raise GanlabError("No strokes stand out")
        return Strokes(cleared.ink, np.asarray(shown), opened.width, opened.height, opened.notices)


@dataclass(frozen=True)
class Cleared:
    """Strokes, uint8 `[h, w]` and light on black, and how many ruled lines were taken away."""

    ink: np.ndarray
    ruled: int


def clear(picture: np.ndarray) -> Cleared | None:
    """The dark strokes in a picture, uint8 `[h, w]` or `[h, w, 3]`; None where nothing stands out from the paper."""
    from scipy import ndimage
    from skimage.filters import apply_hysteresis_threshold

    colours = np.atleast_3d(picture).astype(np.float32)
    paper, page = _paper(colours)
    contrast = 1 - colours / paper
    strength = ndimage.gaussian_filter(contrast.mean(axis=2), 0.7)
    grain = _grain(strength[page])
    strong = page & (strength > max(LEAST / 2, NOISE * grain))
    if not strong.any():
        return None
    # colours that the ink takes away count; of thin strokes, only their middles tell which
    level = np.percentile(strength[strong], 80)
    ink_colour = contrast[strong & (strength >= level)].mean(axis=0)
    if ink_colour.max() < LEAST:
        return None
    strength = ndimage.gaussian_filter(contrast @ (ink_colour / (ink_colour @ ink_colour)), 0.7)
    strength[~page] = 0
    grain = _grain(strength[page])
    ruled = 0
    for turned, on_page in ((strength, page), (strength.T, page.T)):
        ruled += _take_lines_away(turned, on_page, grain)
    low = max(FAINTEST, NOISE * grain)
    kept = apply_hysteresis_threshold(strength, low, max(SURE, 1.5 * low))
    kept &= ~_at_edges(kept, page)
    ink = np.where(kept, np.rint(255 * strength.clip(0, 1)), 0).astype(np.uint8)
    return Cleared(ink, ruled)


def _at_edges(kept: np.ndarray, page: np.ndarray) -> np.ndarray:
    """Of connected parts, bool `[h, w]`, those that lie mostly along an edge of the page, as rests of the table do."""
    from scipy import ndimage

    small = np.asarray(ndimage.binary_erosion(page[::COARSE, ::COARSE], iterations=EDGE, border_value=0), bool)
    inner = small.repeat(COARSE, axis=0).repeat(COARSE, axis=1)[: page.shape[0], : page.shape[1]]
    labels, count = _labelled(kept, np.ones([3, 3]))
    outer = np.bincount(labels[~inner], minlength=count + 1) > 0.5 * np.bincount(labels.ravel(), minlength=count + 1)
    outer[0] = False
    return outer[labels]


def _labelled(mask: np.ndarray, structure: np.ndarray | None = None) -> tuple[np.ndarray, int]:
    """The connected parts of a mask, numbered from 1, int32 `[h, w]`, and how many they are."""
    from scipy import ndimage

    labels = np.empty(mask.shape, np.int32)
    count = ndimage.label(mask, structure, output=labels)
    return labels, int(count)  # type: ignore[arg-type]


def _grain(strength: np.ndarray) -> float:
    """The standard deviation of paper without strokes, from the half of the pixels that are nearest to it."""
    return float(1.4826 * np.median(np.abs(strength - np.median(strength)))) + 1e-3


def _paper(colours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How bright the paper is at each pixel, float32 `[h, w, c]`, and what is page, bool `[h, w]`: neither the table
    around it nor its edges."""
    from PIL import Image
    from scipy import ndimage

    height, width = colours.shape[:2]
    size = max(1, width // COARSE), max(1, height // COARSE)
    side = max(3, round(WINDOW * max(size)))
    papers, coarse = [], []
    for channel in np.moveaxis(colours, 2, 0):
        small = np.asarray(Image.fromarray(channel).resize(size, Image.Resampling.BOX))
        small = ndimage.median_filter(small, 3)
        closed = ndimage.grey_closing(np.pad(small, side, mode="edge"), (side, side))[side:-side, side:-side]
        coarse.append(closed)
        closed = ndimage.uniform_filter(closed, 5, mode="nearest")
        papers.append(np.asarray(Image.fromarray(closed).resize((width, height), Image.Resampling.BILINEAR)))
    bright = np.log(np.mean(coarse, axis=0).clip(8))
    page = _page(bright, ndimage)
    whole = np.asarray(Image.fromarray(page).resize((width, height), Image.Resampling.NEAREST))
    return np.stack(papers, axis=2).clip(8), whole


def _page(bright: np.ndarray, ndimage) -> np.ndarray:
    edges = ndimage.morphological_gradient(bright, 3) > JUMP
    if not edges.any():
        return np.ones(bright.shape, bool)
    edges = ndimage.binary_dilation(edges, iterations=2)
    labels, count = _labelled(~edges)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    sizes[0] = 0
    main = int(sizes.argmax())
    outside = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    means = ndimage.mean(bright, labels, np.arange(count + 1))
    away = [one for one in outside if one and one != main and means[one] < means[main] - JUMP]
    return ~edges & ~np.isin(labels, away)


def _take_lines_away(strength: np.ndarray, page: np.ndarray, grain: float) -> int:
    """Takes lines that run from left to right out of what a picture shows, in place; gives how many there were."""
    from scipy import ndimage
    from skimage.transform import hough_line, hough_line_peaks

    width = strength.shape[1]
    soft = ndimage.uniform_filter1d(strength, 15, axis=1)
    ridge = soft - 0.5 * (np.roll(soft, REACH, 0) + np.roll(soft, -REACH, 0))
    ridge[:REACH] = ridge[-REACH:] = 0
    marks = (ridge > 2.0 * grain) & (ridge == ndimage.maximum_filter1d(ridge, 5, axis=0)) & (ridge > 0.02)
    angles = np.radians(90 + np.arange(-TILT, TILT + STEP, STEP))
    votes, angles, distances = hough_line(marks, angles)
    votes = ndimage.uniform_filter1d(votes.astype(np.float32), 3, axis=0) * 3
    _, turns, offsets = hough_line_peaks(
        votes, angles, distances, min_distance=9, min_angle=20, threshold=RULED * width, num_peaks=MOST_LINES
    )
    for turn, offset in zip(turns, offsets, strict=True):
        _erase(strength, page, (offset - np.arange(width) * np.cos(turn)) / np.sin(turn), grain)
    return len(turns)


def _erase(strength: np.ndarray, page: np.ndarray, middle: np.ndarray, grain: float) -> None:
    """Takes one line out, in place: `middle` says at which row it is in each column, float `[w]`. What covers the line
    is worked out from what the line alone usually looks like."""
    from scipy import ndimage

    height, width = strength.shape
    reach = np.arange(-REACH - 3, REACH + 4)
    columns = np.flatnonzero((middle > reach[-1]) & (middle < height - 1 - reach[-1]))
    columns = columns[page[np.rint(middle[columns]).astype(int), columns]]
    if len(columns) < RULED * width:
        return
    rows = np.rint(middle[columns]).astype(int)[None] + reach[:, None]
    band = strength[rows, columns[None]]
    count = -(-len(columns) // BLOCK)
    padded = np.pad(band, ((0, 0), (0, count * BLOCK - len(columns))), mode="reflect")
    usual = np.median(padded.reshape(len(reach), count, BLOCK), axis=2)  # as light changes and lines bend
    usual = ndimage.median_filter(usual, (1, 5), mode="nearest")  # without strokes along the line
    usual = ndimage.maximum_filter1d(usual, 3, axis=0).repeat(BLOCK, axis=1)[:, : len(columns)]
    usual = np.where(usual > grain, 1.15 * usual + 2 * grain, 0).clip(0, 0.9)
    strength[rows, columns[None]] = ((band - usual) / (1 - usual)).clip(0)
