"""Strokes on paper under uneven light: what is darker than the paper just around it, and is neither a ruled line nor an
edge of the page.

The paper's brightness is estimated by a morphological closing, which wipes out whatever is darker and narrower than its
window (R. C. Gonzalez and R. E. Woods, "Digital Image Processing", chapter 9); ruled lines are found by the Hough
transform (R. O. Duda and P. E. Hart, 1972). All lengths are pixels of a picture that is at most 2,000 long, or shares.
"""

from dataclasses import dataclass

import numpy as np

SMALLEST = 64  # pixels of the shorter side: in smaller pictures, nothing is looked for
BLOCKS = 8  # to each side, in which the light is compared
SHADE, INKY = 0.12, 0.6  # of the strokes' contrast: what a shaded block has, and one full of ink
SHADED = 0.1  # of the blocks, from which the light is uneven
LIGHTER = 1.5  # times as much stands out lighter as darker, where strokes are light
COARSE = 4  # the paper is estimated on a picture that is so many times smaller
DIGIT, PAGE = 1 / 4, 1 / 12  # of the longer side: strokes of a single digit, and of a page of digits, are narrower
JUMP = 0.4  # of the logarithm of the brightness, within two coarse pixels: an edge of the page, not a shadow's
NOISE = 4.5  # standard deviations of the paper's grain that a stroke stands out by
DARKEST = 16.0  # grey level of paper that contrast is a share of
EDGE = 2  # coarse pixels along an edge of the page where what is left of it may lie
FAINTEST, SURE = 0.2, 0.4  # of the usual stroke's contrast: what belongs to a stroke, and what makes one
LEAST = 0.06  # contrast, as a share of the paper's brightness, that the usual stroke has
TILT = 12.0  # degrees that ruled lines may be turned by
STEP = 0.1  # degrees between two angles that are tried
SMALLEST_RULED = 256  # pixels of the shorter side of a picture in which ruled lines can be told from strokes
RULED = 0.5  # of the picture's side: ruled lines are at least so long
THERE = 0.8  # of its length that a ruled line can be seen
FEWEST = 3  # ruled lines to one side: fewer may be strokes
REACH = 5  # pixels to either side of a ruled line that are looked at
THICKEST = 8  # pixels that a ruled line is thick, softened by the picture
MOST_LINES = 120
BLOCK = 64  # pixels along a ruled line over which it looks the same, at most


@dataclass(frozen=True)
class Cleared:
    """Strokes, uint8 `[h, w]` and light on black, and how many ruled lines were taken away."""

    ink: np.ndarray
    ruled: int


def is_even(grey: np.ndarray, background: float, strokes: float) -> bool:
    """Whether a picture, uint8 `[h, w]`, shows strokes on a `background` that has the same grey level everywhere, but
    for a share of the difference from the grey level of the `strokes`; both from 0 to 255."""
    if min(grey.shape) < SMALLEST:
        return True
    inky = (grey.astype(np.float32) - background) / (strokes - background)
    columns = np.array_split(np.arange(grey.shape[1]), BLOCKS)
    blocks = [np.percentile(rows[:, part], 10) for rows in np.array_split(inky, BLOCKS) for part in columns]
    shades = np.abs(blocks)
    return float(((shades > SHADE) & (shades < INKY)).mean()) < SHADED


def is_light_on_dark(grey: np.ndarray, window: float = PAGE) -> bool:
    """Whether what stands out from its surroundings in a picture, uint8 `[h, w]`, is lighter than they are. Edges of
    the page do not count; strokes are narrower than `window`, a share of the longer side."""
    from PIL import Image
    from scipy import ndimage

    side = 128
    near = 2 * round(window * side) + 1
    small = np.asarray(Image.fromarray(grey).resize((side, side), Image.Resampling.BOX), np.float32).clip(4)
    small = np.log(small)
    around = ndimage.median_filter(small, near, mode="nearest")
    edges = np.asarray(ndimage.maximum_filter(ndimage.morphological_gradient(around, 5) > JUMP, near), bool)
    away = (small - around)[~edges]
    return bool((away - 0.1).clip(0).sum() > LIGHTER * (-away - 0.1).clip(0).sum())


def without_lines(ink: np.ndarray) -> Cleared:
    """Light strokes on black, uint8 `[h, w]`, without the lines of ruled paper; the same where there are none."""
    if min(ink.shape) < SMALLEST_RULED:
        return Cleared(ink, 0)
    strength = ink.astype(np.float32) / 255
    ruled = _take_both_ways(strength, np.ones(ink.shape, bool), _grain(strength))
    return Cleared(np.rint(255 * strength).astype(np.uint8) if ruled else ink, ruled)


def clear(picture: np.ndarray, window: float = PAGE, lost: np.ndarray | None = None) -> Cleared | None:
    """The dark strokes in a picture, uint8 `[h, w]` or `[h, w, 3]`; None where nothing stands out from the paper.

    Strokes are narrower than `window`, a share of the longer side. Nothing is looked for where `lost`, bool `[h, w]`.
    """
    from scipy import ndimage
    from skimage.filters import apply_hysteresis_threshold

    colours = np.atleast_3d(picture).astype(np.float32)
    if lost is not None:
        colours[lost] = 0
    paper, page = _paper(colours, window)
    if lost is not None:
        page = page & ~lost
    contrast = (paper - colours) / paper.clip(DARKEST)
    contrast[~page] = 0
    strength = ndimage.gaussian_filter(contrast.max(axis=2), 0.7)
    grain = _grain(strength[page])
    strong = page & (strength > max(LEAST / 2, NOISE * grain))
    if not strong.any():
        return None
    # colours that the ink takes away count; of thin strokes, only their middles tell which
    ink_colour = contrast[strong & (strength >= np.percentile(strength[strong], 80))].mean(axis=0)
    if ink_colour.max() < LEAST:
        return None
    strength = ndimage.gaussian_filter(contrast @ (ink_colour / (ink_colour @ ink_colour)), 0.7)
    strength[~page] = 0
    grain = _grain(strength[page])
    ruled = _take_both_ways(strength, page, grain)
    low = max(FAINTEST, NOISE * grain)
    kept = apply_hysteresis_threshold(strength, low, max(SURE, 1.5 * low))
    kept &= ~_at_edges(kept, page)
    if not kept.any():
        return None
    return Cleared(np.where(kept, np.rint(255 * strength.clip(0, 1)), 0).astype(np.uint8), ruled)


def _take_both_ways(strength: np.ndarray, page: np.ndarray, grain: float) -> int:
    """Takes ruled lines of both directions away, in place; gives how many there were."""
    return sum(_take_lines_away(*turned, grain) for turned in ((strength, page), (strength.T, page.T)))


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


def _paper(colours: np.ndarray, window: float) -> tuple[np.ndarray, np.ndarray]:
    """How bright the paper is at each pixel, float32 `[h, w, c]`, and what is page, bool `[h, w]`: neither the table
    around it nor its edges."""
    from PIL import Image
    from scipy import ndimage

    height, width = colours.shape[:2]
    size = max(1, width // COARSE), max(1, height // COARSE)
    side = max(3, round(window * max(size)))
    papers, coarse = [], []
    for channel in np.moveaxis(colours, 2, 0):
        small = np.asarray(Image.fromarray(channel).resize(size, Image.Resampling.BOX))
        small = ndimage.median_filter(small, 3)
        closed = ndimage.grey_closing(np.pad(small, side, mode="edge"), (side, side))[side:-side, side:-side]
        coarse.append(closed)
        closed = ndimage.uniform_filter(closed, 5, mode="nearest")
        papers.append(np.asarray(Image.fromarray(closed).resize((width, height), Image.Resampling.BILINEAR)))
    bright = np.log(np.mean(coarse, axis=0).clip(8))
    page = _page(bright)
    whole = np.asarray(Image.fromarray(page).resize((width, height), Image.Resampling.NEAREST))
    return np.stack(papers, axis=2), whole


def _page(bright: np.ndarray) -> np.ndarray:
    """What is page, bool `[h, w]`, of a paper by the logarithm of its brightness: all within its edges that is not much
    darker, as a table around it is."""
    from scipy import ndimage

    edges = np.asarray(ndimage.morphological_gradient(bright, 3) > JUMP, bool)
    if not edges.any():
        return np.ones(bright.shape, bool)
    edges = np.asarray(ndimage.binary_dilation(edges, iterations=2), bool)
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
    lines = [
        (offset - np.arange(width) * np.cos(turn)) / np.sin(turn) for turn, offset in zip(turns, offsets, strict=True)
    ]
    seen = [line for line in lines if _usual(strength, page, line, grain) is not None]
    if len(seen) < FEWEST:
        return 0
    for line in seen:
        usual = _usual(strength, page, line, grain)  # anew, as lines may lie close to each other
        if usual is not None:
            rows, columns, covered = usual
            strength[rows, columns] = ((strength[rows, columns] - covered) / (1 - covered)).clip(0)
    return len(seen)


def _usual(
    strength: np.ndarray, page: np.ndarray, middle: np.ndarray, grain: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """What a line usually looks like where no stroke covers it, float `[2 * reach + 1, n]`, with its rows and columns;
    None where it is not to be seen. `middle` says at which row it is in each column, float `[w]`."""
    from scipy import ndimage

    height, width = strength.shape
    reach = np.arange(-REACH - 3, REACH + 4)
    columns = np.flatnonzero((middle > reach[-1]) & (middle < height - 1 - reach[-1]))
    columns = columns[page[np.rint(middle[columns]).astype(int), columns]]
    if len(columns) < RULED * width:
        return None
    rows = np.rint(middle[columns]).astype(int)[None] + reach[:, None]
    band = strength[rows, columns[None]]
    block = min(BLOCK, len(columns) // 16)
    count = -(-len(columns) // block)
    padded = np.pad(band, ((0, 0), (0, count * block - len(columns))), mode="reflect")
    usual = np.median(padded.reshape(len(reach), count, block), axis=2)  # as light changes and lines bend
    usual = ndimage.median_filter(usual, (1, 5), mode="nearest")  # without strokes along the line
    seen = usual.max(axis=0)
    if (seen > grain).mean() < THERE or (usual > 0.5 * seen).sum(axis=0).mean() > THICKEST:
        return None
    usual = ndimage.maximum_filter1d(usual, 3, axis=0).repeat(block, axis=1)[:, : len(columns)]
    return rows, columns[None], np.where(usual > grain, 1.15 * usual + 2 * grain, 0).clip(0, 0.9)
