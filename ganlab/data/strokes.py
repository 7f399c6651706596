"""The strokes on a page, from an image file: even light is treated as it always was, uneven light locally."""

from dataclasses import dataclass

import numpy as np

from ganlab.data import drawing, paper
from ganlab.data.pictures import grey_levels

LONGEST, SHOWN = 2000, 1600  # pixels of the longer side of the picture to work on, and to show


@dataclass(frozen=True)
class Strokes:
    """The strokes in a picture, uint8 `[h, w]` and light on black; the upright picture to show, uint8 `[h, w, 3]`, at
    most 1600 pixels long; its width and height in the file; and sentences on what was done."""

    ink: np.ndarray
    shown: np.ndarray
    width: int
    height: int
    notices: tuple[str, ...]


def read_strokes(data: bytes, turns: int = 0) -> Strokes:
    """The strokes in an image file, turned to the right by so many quarters first, by 0 to 3. Raises GanlabError where
    it is no picture, or has no strokes."""
    from PIL import Image

    with drawing.open_picture(data, LONGEST // 2) as opened:
        image = opened.image.rotate(-90 * turns, expand=True) if turns else opened.image
        across, down = (opened.height, opened.width) if turns % 2 else (opened.width, opened.height)
        if max(image.size) > LONGEST:
            share = LONGEST / max(image.size)
            width, height = (max(1, round(share * side)) for side in image.size)
            image = image.convert("RGBA" if image.has_transparency_data else "RGB").resize(
                (width, height), Image.Resampling.BOX
            )
        grey = grey_levels(image)
        colours = grey if image.has_transparency_data else np.asarray(image.convert("RGB"))
        shown = Image.fromarray(colours).convert("RGB")
        shown.thumbnail((SHOWN, SHOWN))
        ink, notices = drawing.find_ink(grey, colours, window=paper.PAGE, problem=drawing.NO_NUMBERS)
        said = tuple(notice for notice in notices if notice != drawing.INVERTED)  # as nearly every page is
        return Strokes(ink, np.asarray(shown), across, down, opened.notices + said)
