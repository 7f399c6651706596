"""Images on a page: enlarged, and with words for who cannot see them. One image is uint8 `[28, 28]`."""

import base64
from typing import Any, Literal

import numpy as np
import streamlit as st

from ganlab import images

WIDTH = 112  # screen pixels of a single image


def enlarged(image: np.ndarray, scale: int) -> bytes:
    """A PNG file of an image, uint8 `[h, w]` or in colours `[h, w, 3]`, each pixel `scale` pixels wide."""
    return images.png(image.repeat(scale, axis=0).repeat(scale, axis=1))


def picture(
    image: np.ndarray, words: str, width: int = WIDTH, scale: int = 4, alt: str = "", within: bool = False
) -> None:
    """An image, `width` screen pixels wide, with words below it; `alt` stands for it where these are not enough.

    It is a file that the browser asks for, and waits for while TensorFlow starts, or `within` the page, for few
    and small ones."""
    file = f"data:image/png;base64,{base64_png(image, scale)}" if within else enlarged(image, scale)
    st.image(file, words, width, alt=alt or words, output_format="PNG")


def sheet(
    shown: np.ndarray,
    columns: int,
    alt: str,
    caption: str | None = None,
    scale: int = 2,
    width: int | Literal["stretch", "content"] = "stretch",
) -> None:
    """Images, uint8 `[n, 28, 28]`, in rows of `columns`; a `width` is in screen pixels."""
    st.image(images.png(images.sheet(shown, columns, scale)), caption, width, alt=alt, output_format="PNG")


def base64_png(image: np.ndarray, scale: int = 1) -> str:
    """The file that `enlarged` makes, as text for HTML or for a script."""
    return base64.b64encode(enlarged(image, scale)).decode()


def image_button(name: str, image: np.ndarray, key: str, scale: int = 1, **more: Any) -> None:
    """A button that is an image, called `name`; `more` is what else `st.button` takes. Its size is up to the page."""
    st.button(f"![{name}](data:image/png;base64,{base64_png(image, scale)})", key=key, width="stretch", **more)
