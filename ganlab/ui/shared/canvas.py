"""A paper to draw on with mouse, pen or finger, with pen, rubber, undo, redo and clear (shared/canvas.js).

Of our own, as streamlit-drawable-canvas 0.13 hides its toolbar on touch screens, where a tap on it still clears all.
"""

import base64
import io
from collections.abc import Callable
from typing import Any

import numpy as np
from streamlit.components import v2

from ganlab import images
from ganlab.ui.shared.assets import text

PEN = 20  # of 280 pixels: drawn on most of the paper, strokes come out as wide as MNIST's


def _drawn() -> None:
    """The picture is read by the rerun that comes with it."""


def draw(
    key: str,
    width: int = 280,
    height: int = 280,
    pen: int = PEN,
    label: str = "Draw a digit here",
    background: np.ndarray | None = None,
    dark_on_light: bool = False,
    place: str = "",
    on_change: Callable[[], None] = _drawn,
) -> np.ndarray | None:
    """What is drawn, light on dark, uint8 `[height, width]`, after every stroke; None while there is no ink.

    The paper is `width` pixels wide, or as wide as there is room; `pen` is the width in pixels that strokes have until
    the person changes it. A `background`, uint8 `[h, w]` of any size, is shown under the strokes, which are then
    orange and let it shine through; it is no part of what comes back. `dark_on_light` is only how the paper looks.

    The drawing outlives reruns and reloads of the page; another `key` is an empty paper. Of keys that share a `place`
    only the last one's drawing is kept, so that coming back to an earlier key starts with an empty paper, too.
    """
    piece = v2.component(
        "ganlab_canvas", html=text("shared/canvas.html"), css=text("shared/canvas.css"), js=text("shared/canvas.js")
    )
    about = {
        "key": key,
        "place": place or key,
        "width": width,
        "height": height,
        "pen": pen,
        "label": label,
        "light": dark_on_light,
        "background": None if background is None else base64.b64encode(images.png(background)).decode(),
    }
    return read(piece(key=key, data=about, on_picture_change=on_change).get("picture"), width, height)


def read(picture: Any, width: int, height: int) -> np.ndarray | None:
    """The browser's picture, a PNG in base64, as uint8 `[height, width]`; None where it has no ink or is none."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(base64.b64decode(picture, validate=True)), formats=("PNG",)) as image:
            ink = np.asarray(image.convert("L")) if image.size == (width, height) else None
    except (TypeError, ValueError, OSError):  # nothing drawn yet, or no picture of ours
        return None
    return ink if ink is not None and ink.any() else None
