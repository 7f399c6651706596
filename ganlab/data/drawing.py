"""A drawn or photographed digit as an image like MNIST's: its ink in a box of 20x20, centred by mass in 28x28.

Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits", 1998, says how its digits were
made; the places below were measured on them.
"""

import io
import math
from typing import TYPE_CHECKING

import numpy as np

from ganlab.data.own import MAX_IMAGE_PIXELS, _grey
from ganlab.errors import GanlabError

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE, BOX = 28, 20
CENTRE = 14  # the pixel, counted from 0, at which MNIST's centres of mass lie on average; they are whole pixels off
FAINT = 0.25  # of the brightest ink: what is fainter, as a rubber's fringe is, does not say where a digit ends
FINE = 10  # pixels a pixel of the box, for working on strokes
THINNEST = 1.8  # pixels of the box; hardly a digit of MNIST has thinner strokes, and classifiers do not know them
UPLOAD_SIDE = SIDE * BOX  # larger pictures are made smaller first, which also averages a camera's noise away
CONTRAST = 16  # grey levels between background and strokes, under which there are none
DARK = 32  # the brightest background that a finished image may have
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
ORIENTATION = 0x0112  # the EXIF tag that says how a camera was held


def center(ink: np.ndarray) -> np.ndarray:
    """Light strokes on dark, uint8 `[h, w]`, made like an MNIST digit, uint8 `[28, 28]`.

    Raises GanlabError where there is no ink.
    """
    if not ink.any():
        raise GanlabError("There are no strokes in the picture; draw a digit, or choose a picture of one.")
    rows, columns = (np.flatnonzero((ink > FAINT * ink.max()).any(axis)) for axis in (1, 0))
    crop = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    box = _shrink(_thicken(_brighten(_shrink(crop, BOX * FINE))), BOX)
    height, width = box.shape
    top, left = (_offset(box.sum(axis)) for axis in (1, 0))
    image = np.zeros((SIDE, SIDE), np.uint8)
    image[top : top + height, left : left + width] = _brighten(box)
    return image


def read_upload(data: bytes) -> tuple[np.ndarray, tuple[str, ...]]:
    """The digit in an image file, uint8 `[28, 28]`, and sentences on what was done to the picture.

    A picture of exactly 28x28 is not moved or scaled, and with light strokes on dark it stays as it is.
    Raises GanlabError where the file is no picture, damaged or too large, or has no strokes.
    """
    grey, notices = _decode(data)
    finished = grey.shape == (SIDE, SIDE)
    if not finished:
        grey = _shrink(grey, min(UPLOAD_SIDE, max(grey.shape)))
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]).astype(float)
    background = float(np.median(border))
    darkest, lightest = background - int(grey.min()), int(grey.max()) - background
    # shades of the paper that its border shows are no strokes; strokes may touch the border
    paper = 2 * float(np.percentile(np.abs(border - background), 75))
    if max(darkest, lightest) < paper + CONTRAST:
        raise GanlabError(
            "No strokes stand out from the background of the picture; choose one of a dark digit on light paper "
            "or of a light digit on a dark ground."
        )
    dark_strokes = darkest > lightest
    if finished and not dark_strokes and background < DARK:
        return grey, notices
    if dark_strokes:
        notices += ("The strokes are darker than their background, so the picture was inverted.",)
    height = (background - grey) if dark_strokes else (grey - background)
    ink = np.rint(((height - paper) * 255 / (max(darkest, lightest) - paper)).clip(0, 255)).astype(np.uint8)
    if finished:
        return ink, notices
    notices += ("The digit was scaled and centred as MNIST's digits are.",)
    return center(ink), notices


def _decode(data: bytes) -> tuple[np.ndarray, tuple[str, ...]]:
    """The picture, uint8 `[h, w]`, and sentences on what was done to it."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    notices = []
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            image.draft(None, (UPLOAD_SIDE, UPLOAD_SIDE))  # a JPEG is decoded at a fraction of its size
            if image.width * image.height > MAX_IMAGE_PIXELS:
                raise Image.DecompressionBombError
            if getattr(image, "n_frames", 1) > 1:
                notices.append("The file holds several pictures; the first one is used.")
            if image.getexif().get(ORIENTATION, 1) != 1:
                notices.append("The picture was turned as its camera says.")
            if image.has_transparency_data:
                notices.append("What is transparent was taken as background.")
            upright = ImageOps.exif_transpose(image)
            if _has_colours(upright):
                notices.append("The picture's colours were made grey.")
            return _grey(upright), tuple(notices)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise GanlabError(
            f"The picture has too many pixels (at most {MAX_IMAGE_PIXELS / 1e6:.0f} million are read); "
            "make it smaller, or cut the digit out of it."
        ) from problem
    except UnidentifiedImageError as problem:
        raise GanlabError(
            f"The file is not a picture that can be read; choose one of these kinds: {', '.join(FORMATS)}."
        ) from problem
    except Exception as problem:  # Pillow raises almost anything on a damaged picture
        raise GanlabError(
            "The picture is damaged or cut short; save or copy it again, and choose it again."
        ) from problem


def _has_colours(image: "Image") -> bool:
    """Whether the red, green and blue of a picture differ anywhere."""
    if image.mode in ("1", "L", "LA") or image.mode.startswith("I"):
        return False
    red, green, blue = (np.asarray(channel) for channel in image.convert("RGBA").split()[:3])
    return bool((red != green).any() or (green != blue).any())


def _shrink(grey: np.ndarray, side: int) -> np.ndarray:
    """The picture, uint8 `[h, w]`, with its longer side made `side` pixels (or enlarged to them) by areas."""
    from PIL import Image

    height, width = (max(1, round(side * length / max(grey.shape))) for length in grey.shape)
    return np.asarray(Image.fromarray(grey).resize((width, height), Image.Resampling.BOX))


def _brighten(ink: np.ndarray) -> np.ndarray:
    """With its brightest pixel at 255, as in MNIST: averaging dims thin strokes."""
    return np.rint(ink * (255 / max(1, int(ink.max())))).astype(np.uint8)


def _thicken(ink: np.ndarray) -> np.ndarray:
    """Strokes, `FINE` pixels a pixel of the box, grown on all sides where they are thinner than `THINNEST`.

    The width is twice the area by the outline, whose steps along pixels are 4/pi as long as the outline on average.
    """
    from PIL import Image, ImageFilter

    lit = np.pad(ink > 127, 1)
    outline = np.count_nonzero(lit[1:] != lit[:-1]) + np.count_nonzero(lit[:, 1:] != lit[:, :-1])
    width = 2 * np.count_nonzero(lit) / (outline * math.pi / 4)
    grown = round((THINNEST * FINE - width) / 2)
    if grown < 1:
        return ink
    return np.asarray(Image.fromarray(np.pad(ink, grown)).filter(ImageFilter.MaxFilter(2 * grown + 1)))


def _offset(ink: np.ndarray) -> int:
    """Where the box starts along one axis for its centre of mass to lie nearest to the image's centre."""
    centre = np.average(np.arange(len(ink)), weights=ink)
    return int(np.clip(np.rint(CENTRE - centre), 0, SIDE - len(ink)))
