"""A drawn or photographed digit as an image like MNIST's: its ink in a box of 20x20, centred by mass in 28x28.

Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits", 1998, says how its digits were
made; the places below were measured on them.
"""

import contextlib
import io
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ganlab.data import paper
from ganlab.data.files import check_regular, reason
from ganlab.data.pictures import MAX_IMAGE_PIXELS, ORIENTATION, as_png, grey_levels, is_deep, open_quietly
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
SAME = 3  # grey levels by which the paper along the border differs in a picture that is no photograph
DAMAGED = 0.3  # share of a pixel along one axis from which it counts as damaged
DARK = 32  # the brightest background that a finished image may have
# What a finished digit measures: of MNIST's and the offline digits 99.9% have a longer side of 17 to 20 pixels and a
# centre of mass at most 1 pixel off. Damage changes both, so there is some room.
FINISHED_SIDE, FINISHED_OFF = (16, 22), 2.5
NO_ARRAY = "A picture must be an array of height x width, or of height x width x 3 or 4 colours."
INVERTED = "The strokes are darker than the background, so the picture was inverted."
NO_STROKES = "No strokes stand out from the background of the picture. Choose a picture of "
NO_DIGIT = NO_STROKES + "a dark digit on a light background, or of a light digit on a dark one."
NO_NUMBERS = NO_STROKES + "dark numbers on a light background, or of light numbers on a dark one."
UNEVEN = "The light is uneven, so strokes were told from the paper just around them."
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
TOO_LARGE = (
    f"The picture has too many pixels: at most {MAX_IMAGE_PIXELS / 1e6:.0f} million can be read. Make the picture "
    "smaller, or cut the digit out of it."
)
LARGEST_FILE = 200 * 2**20  # bytes
ON_ITS_SIDE = (5, 6, 7, 8)  # its values where width and height are swapped


def center(ink: np.ndarray) -> np.ndarray:
    """Light strokes on dark, uint8 `[h, w]`, made like an MNIST digit, uint8 `[28, 28]`.

    Raises GanlabError where there is no ink.
    """
    return center_with(ink, np.zeros(ink.shape, bool))[0]


def center_with(ink: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As `center`, with a mask, bool `[h, w]`, that is moved and scaled as the strokes are: bool `[28, 28]`."""
    if not ink.any():
        raise GanlabError("There are no strokes in the picture. Draw a digit, or choose a picture of one.")
    rows, columns = (np.flatnonzero((ink > FAINT * ink.max()).any(axis)) for axis in (1, 0))
    crop = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    fine = shrink(crop, BOX * FINE)
    thick = _thicken(_brighten(fine))
    box = shrink(thick, BOX)
    height, width = box.shape
    corner = [offset(box.sum(axis)) for axis in (1, 0)]
    image = np.zeros((SIDE, SIDE), np.uint8)
    image[corner[0] : corner[0] + height, corner[1] : corner[1] + width] = _brighten(box)
    moved = mask
    for axis, first in enumerate((rows[0], columns[0])):  # where each pixel of the image comes from, along one axis
        grown = (thick.shape[axis] - fine.shape[axis]) // 2
        edges = (np.arange(SIDE + 1) - corner[axis]) * (thick.shape[axis] / box.shape[axis]) - grown
        places = first + edges * (crop.shape[axis] / fine.shape[axis])
        moved = _any_between(moved, places, axis)
    return image, moved


def _any_between(mask: np.ndarray, edges: np.ndarray, axis: int) -> np.ndarray:
    """A mask with one row (axis 0) or column (axis 1) for each two neighbouring `edges`: True where most of what lies
    between them is."""
    lengths = mask.shape[axis]
    rows = np.moveaxis(mask, axis, 0)
    filled = np.concatenate([np.zeros((1, *rows.shape[1:])), rows.cumsum(0)])
    at = np.clip(edges, 0, lengths)
    sums = np.stack([np.interp(at, np.arange(lengths + 1), column) for column in filled.T], axis=1)
    shares = np.diff(sums, axis=0) / np.diff(edges)[:, None]
    return np.moveaxis(shares >= DAMAGED, 0, axis)


def read_upload(data: bytes, digit: bool = True) -> tuple[np.ndarray, tuple[str, ...]]:
    """The digit in an image file, uint8 `[28, 28]`, and sentences on what was done to the picture.

    A picture of exactly 28x28 that is scaled and centred as MNIST's digits are is not moved, and with light strokes on
    dark it stays as it is. Where the picture is not of a `digit` but of a garment, that holds for every 28x28 picture.
    Raises GanlabError where the file is no picture, damaged or too large, or has no strokes.
    """
    grey, colours, notices = _decode(data)
    if grey.shape != (SIDE, SIDE):
        side = min(UPLOAD_SIDE, max(grey.shape))
        grey, colours = shrink(grey, side), shrink(colours, side)
    ink, more = find_ink(grey, colours)
    if is_finished(ink) or (ink.shape == (SIDE, SIDE) and not digit):
        return ink, notices + more
    what = "The digit was scaled and centred, as the digits of MNIST are"
    what += ": in this picture it was too large, too small or off the centre." if ink.shape == (SIDE, SIDE) else "."
    return center(ink), (*notices, *more, what)


def is_finished(ink: np.ndarray, lost: np.ndarray | None = None) -> bool:
    """Whether strokes, uint8 `[h, w]`, are a digit scaled and centred as MNIST's are, as far as its damage tells. Where
    `lost`, bool and as large, says so, there may have been strokes."""
    if ink.shape != (SIDE, SIDE):
        return False
    lit, mass = ink > FAINT * int(ink.max()), ink.astype(float)
    if lost is not None:
        mass = np.where(lost, ink[ink > 0].mean() / 3, mass)  # in a box around a digit, about a third is strokes
        lit = lit | lost
    longer = max(int(np.ptp(np.flatnonzero(lit.any(axis)))) + 1 for axis in (0, 1))
    off = max(abs(float(np.average(np.arange(SIDE), weights=mass.sum(axis))) - CENTRE) for axis in (0, 1))
    return FINISHED_SIDE[0] <= longer <= FINISHED_SIDE[1] and off <= FINISHED_OFF


def find_ink(
    grey: np.ndarray,
    colours: np.ndarray | None = None,
    lost: np.ndarray | None = None,
    window: float = paper.DIGIT,
    problem: str = NO_DIGIT,
) -> tuple[np.ndarray, tuple[str, ...]]:
    """The strokes in a picture, uint8 `[h, w]`: light on black, the same shape; and sentences on what was done to it.

    Finished light digits on dark, 28x28, stay as they are. Where the light is uneven, strokes are what differs from the
    paper around them: there `colours`, uint8 `[h, w, 3]`, tell more than grey; nothing is looked for where `lost`, bool
    `[h, w]`; and strokes are narrower than `window`, a share of the longer side. Lines of ruled paper are taken away.
    Raises GanlabError with this `problem` where no strokes stand out.
    """
    finished = grey.shape == (SIDE, SIDE)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]).astype(float)
    background = float(np.median(border))
    darkest, lightest = background - int(grey.min()), int(grey.max()) - background
    # shades of the paper that its border shows are no strokes; strokes may touch the border
    shades = 2 * float(np.percentile(np.abs(border - background), 75))
    stand_out = max(darkest, lightest) >= shades + CONTRAST
    dark_strokes = darkest > lightest
    scanned = min(grey.shape) < paper.SMALLEST or np.percentile(np.abs(border - background), 90) <= SAME
    strokes = float(grey.min() if dark_strokes else grey.max())
    if not scanned and not (stand_out and paper.is_even(grey, background, strokes)):
        dark_strokes = not paper.is_light_on_dark(grey, window)
        seen = grey if colours is None else colours
        cleared = paper.clear(seen if dark_strokes else 255 - seen, window, lost)
        if cleared is not None:
            return cleared.ink, (*((INVERTED,) if dark_strokes else ()), UNEVEN, *_said_of_lines(cleared.ruled))
    if not stand_out:
        raise GanlabError(problem)
    if finished and not dark_strokes and background < DARK:
        return grey, ()
    height = (background - grey) if dark_strokes else (grey - background)
    ink = np.rint(((height - shades) * 255 / (max(darkest, lightest) - shades)).clip(0, 255)).astype(np.uint8)
    cleared = paper.without_lines(ink)
    return cleared.ink, (*((INVERTED,) if dark_strokes else ()), *_said_of_lines(cleared.ruled))


def _said_of_lines(ruled: int) -> tuple[str, ...]:
    return (f"The lines of the ruled paper were left out: {ruled} of them.",) if ruled else ()


def prepare(picture: Any, digit: bool = True) -> np.ndarray:
    """The digit in a picture of any size, colour, polarity or transparency, uint8 `[28, 28]`, as MNIST's digits are.

    `picture` is a path, a PIL image, or an array: `[h, w]`, or `[h, w, c]` with 1, 3 or 4 channels, of whole numbers
    from 0 to 255, or of floats (or truth values) from 0 to 1. A picture of a garment, with `digit` False, is not moved
    where it is 28x28. Raises GanlabError.
    """
    return read_upload(file_of(picture), digit)[0]


def file_of(picture: Any) -> bytes:
    """A picture, such as `prepare` takes, as the bytes of a file. Raises GanlabError."""
    from PIL import Image

    if isinstance(picture, str | os.PathLike):
        return _content(Path(picture))
    if not isinstance(picture, Image.Image):
        picture = Image.fromarray(_as_bytes(picture))
    if not picture.width * picture.height:
        raise GanlabError("The picture has no pixels: its width or height is 0.")
    if picture.width * picture.height > MAX_IMAGE_PIXELS:
        raise GanlabError(TOO_LARGE)
    try:
        return as_png(picture)
    except Exception as problem:  # Pillow raises almost anything on a picture that is damaged or closed
        raise GanlabError("The picture is damaged, cut short or was closed. Open it again.") from problem


def _content(path: Path) -> bytes:
    try:
        check_regular(path)
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST_FILE else b""
    except FileNotFoundError as problem:
        raise GanlabError(f"The picture {path} cannot be read. Check its path.") from problem
    except (OSError, ValueError) as problem:
        raise GanlabError(f"The picture {path} cannot be read ({reason(problem)}). Check its path.") from problem
    if size > LARGEST_FILE:
        raise GanlabError(
            f"The file {path} has {size / 2**20:,.0f} MB, but a picture may have at most {LARGEST_FILE // 2**20} MB."
        )
    return content


def prepare_with_mask(picture: Any, mask: Any, digit: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """As `prepare`, with what a second picture of the same size says about damage: white or opaque where damaged. The
    image, uint8 `[28, 28]`, and its mask, bool `[28, 28]`, moved and scaled together. Raises GanlabError."""
    grey, _ = decode(file_of(picture))
    marks, _ = decode(file_of(mask))
    if marks.shape != grey.shape:
        sizes = [f"{shape[1]} x {shape[0]}" for shape in (marks.shape, grey.shape)]
        raise GanlabError(f"The mask has {sizes[0]} pixels and the picture {sizes[1]}. Both must have the same size.")
    lost = marks > 127
    if not lost.any():
        raise GanlabError("The mask marks nothing. Make it white where the picture is damaged, and black elsewhere.")
    if lost.all():
        raise GanlabError(
            "The mask covers the whole picture, so there is nothing left to repair from. Choose a smaller mask."
        )
    ink, _ = find_ink(np.where(lost, np.uint8(np.median(grey[~lost])), grey), lost=lost)
    finished = is_finished(ink) or is_finished(ink, lost)
    if finished or (ink.shape == (SIDE, SIDE) and not digit):
        return ink, lost
    return center_with(ink, lost)


def _as_bytes(picture: Any) -> np.ndarray:
    """An array of a picture, or what numpy makes one of, as uint8 `[h, w]` or `[h, w, c]`."""
    try:
        array = np.asarray(picture)
    except Exception as problem:  # lists of different lengths, and whatever else cannot be an array
        raise GanlabError(NO_ARRAY) from problem
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)) or not array.size:
        raise GanlabError(NO_ARRAY)
    if array.dtype.kind in "fb":
        if not np.isfinite(array).all() or array.min() < 0 or array.max() > 1:
            raise GanlabError("A picture of floats must have values from 0 to 1, but this one has others.")
        return np.rint(255.0 * array).astype(np.uint8)
    if array.dtype.kind not in "iu" or array.min() < 0 or array.max() > 255:
        raise GanlabError("A picture of whole numbers must have values from 0 to 255, but this one has others.")
    return array.astype(np.uint8)


def decode(data: bytes) -> tuple[np.ndarray, tuple[str, ...]]:
    """The picture in an image file, uint8 `[h, w]`, and sentences on what was done to it. Raises GanlabError where it
    is no picture, damaged or too large."""
    grey, _, notices = _decode(data)
    return grey, notices


def _decode(data: bytes) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """As `decode`, with the colours beside the grey levels, uint8 `[h, w, 3]`; or the grey levels again where there are
    none."""
    with open_picture(data, UPLOAD_SIDE) as opened:
        grey, said = grey_levels(opened.image), opened.notices
        if not _has_colours(opened.image):
            return grey, grey, said
        said = (*said, "The colours of the picture were turned into grey.")
        return grey, grey if opened.image.has_transparency_data else np.asarray(opened.image.convert("RGB")), said


@dataclass(frozen=True)
class Opened:
    """A picture turned upright, the width and height that it has in its file, and sentences on what was done to it."""

    image: "Image"
    width: int
    height: int
    notices: tuple[str, ...]


@contextlib.contextmanager
def open_picture(data: bytes, side: int) -> Iterator[Opened]:
    """The picture in an image file; a JPEG may be made smaller, but no side of it below `side` pixels. Raises
    GanlabError, also for what goes wrong while it is decoded."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    notices = ()
    try:
        with open_quietly(io.BytesIO(data), FORMATS) as image:
            width, height = image.size
            image.draft(None, (side, side))  # a JPEG is decoded at a fraction of its size
            if image.width * image.height > MAX_IMAGE_PIXELS:
                raise Image.DecompressionBombError
            if getattr(image, "n_frames", 1) > 1:
                notices += ("The file holds several pictures, of which the first one is used.",)
            turned = image.getexif().get(ORIENTATION, 1)
            if turned != 1:
                notices += ("The picture was turned upright, as the camera recorded it.",)
            if image.has_transparency_data:
                notices += ("Transparent parts were taken as background.",)
            size = (height, width) if turned in ON_ITS_SIDE else (width, height)
            upright = ImageOps.exif_transpose(image)
            yield Opened(Image.fromarray(grey_levels(upright)) if is_deep(upright) else upright, *size, notices)
    except GanlabError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise GanlabError(TOO_LARGE) from problem
    except UnidentifiedImageError as problem:
        raise GanlabError(
            f"The file is not a picture that can be read. Choose one of these kinds: {', '.join(FORMATS)}."
        ) from problem
    except Exception as problem:  # Pillow raises almost anything on a damaged picture
        raise GanlabError(
            "The picture is damaged or cut short. Save or copy it again, then choose it again."
        ) from problem


def _has_colours(image: "Image") -> bool:
    """Whether the red, green and blue of a picture differ anywhere."""
    if image.mode in ("1", "L", "LA") or image.mode.startswith("I"):
        return False
    red, green, blue = (np.asarray(channel) for channel in image.convert("RGBA").split()[:3])
    return bool((red != green).any() or (green != blue).any())


def shrink(grey: np.ndarray, side: int) -> np.ndarray:
    """The picture, uint8 `[h, w]` or `[h, w, 3]`, with its longer side made `side` pixels by areas."""
    from PIL import Image

    height, width = (max(1, round(side * length / max(grey.shape[:2]))) for length in grey.shape[:2])
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


def offset(ink: np.ndarray, centre: float = CENTRE) -> int:
    """Where the box starts along one axis for its centre of mass to lie nearest to the image's centre."""
    mass = np.average(np.arange(len(ink)), weights=ink)
    return int(np.clip(np.rint(centre - mass), 0, SIDE - len(ink)))
