"""A black paper to draw on with mouse, pen or finger, with pen, rubber, undo, redo and clear (assets/canvas.js).

Of our own, as streamlit-drawable-canvas 0.13 hides its toolbar on touch screens, where a tap on it still clears all.
"""

import base64
import io
from functools import cache
from typing import Any

import numpy as np
from streamlit.components import v2

from ganlab.ui.stage import ASSETS

PEN = 20  # of 280 pixels: drawn on most of the paper, strokes come out as wide as MNIST's


def draw(key: str, size: int = 280, pen: int = PEN, label: str = "Draw a digit here") -> np.ndarray | None:
    """What is drawn, light on dark, uint8 `[size, size]`, after every stroke; None while there is no ink.

    The paper is `size` pixels wide, or as wide as there is room; `pen` is the width in pixels that strokes have until
    the person changes it. The drawing outlives reruns and reloads of the page; another `key` is an empty paper.
    """
    html, css, js = _texts()
    piece = v2.component("ganlab_canvas", html=html, css=css, js=js)
    about = {"key": key, "size": size, "pen": pen, "label": label}
    return read(piece(key=key, data=about, on_picture_change=_drawn).get("picture"), size)


def read(picture: Any, size: int) -> np.ndarray | None:
    """The browser's picture, a PNG in base64, as uint8 `[size, size]`; None where it has no ink or is none."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(base64.b64decode(picture, validate=True)), formats=("PNG",)) as image:
            ink = np.asarray(image.convert("L")) if image.size == (size, size) else None
    except (TypeError, ValueError, OSError):  # nothing drawn yet, or no picture of ours
        return None
    return ink if ink is not None and ink.any() else None


@cache
def _texts() -> list[str]:
    return [(ASSETS / f"canvas.{kind}").read_text() for kind in ("html", "css", "js")]


def _drawn() -> None:
    """The picture is read by the rerun that comes with it."""
