"""Images on their way to a screen or a file: sheets, PNG. Arrays are uint8 `[n, 28, 28]`."""

import io
import math
from collections.abc import Iterable, Sequence

import numpy as np

GAP = 2  # pixels between the images of a sheet
LIGHTER, DARKER = (255, 140, 40), (70, 130, 255)  # colours of what a pixel is pulled to
BACKGROUND = 24  # a dark grey that sets the gaps off from black images


def as_points(images: np.ndarray) -> np.ndarray:
    """Each image as one point, its pixels from 0 to 1: float32 `[n, 784]`."""
    return images.reshape(len(images), math.prod(images.shape[1:])).astype(np.float32) / 255.0


def sheet(images: np.ndarray, columns: int, scale: int = 1) -> np.ndarray:
    """The images in rows of `columns`, each pixel `scale` pixels wide; uint8 `[h, w]`, or `[h, w, 3]` of images in
    colour, `[n, h, w, 3]`."""
    n, height, width, *colours = images.shape
    rows = -(-n // columns)
    page = np.full((rows * (height + GAP) + GAP, columns * (width + GAP) + GAP, *colours), BACKGROUND, np.uint8)
    for index, image in enumerate(images):
        top, left = (
            GAP + place * (size + GAP) for place, size in zip(divmod(index, columns), (height, width), strict=True)
        )
        page[top : top + height, left : left + width] = image
    return page.repeat(scale, axis=0).repeat(scale, axis=1)


def as_grey(images: np.ndarray, signed: bool) -> np.ndarray:
    """Images float32 `[n, 28, 28]` from 0, or `signed` from -1, to 1 as uint8."""
    pixels = images * 127.5 + 127.5 if signed else images * 255.0
    return np.clip(np.round(pixels), 0, 255).astype(np.uint8)


def overlaid(images: np.ndarray, pull: np.ndarray, strength: float = 1.0) -> np.ndarray:
    """Grey images, uint8 `[n, h, w]`, with what their pixels are pulled to, float32 `[n, h, w]`, over them, uint8
    `[n, h, w, 3]`: orange where lighter, blue where darker, fully where 99% of all pixels are pulled less."""
    most = max(float(np.quantile(np.abs(pull), 0.99)), 1e-12)
    share = np.clip(strength * np.abs(pull) / most, 0.0, 1.0)[..., None]
    colours = np.where(pull[..., None] > 0, np.array(LIGHTER, np.float32), np.array(DARKER, np.float32))
    return np.round(images[..., None] * (1.0 - share) + colours * share).astype(np.uint8)


def gif(frames: Sequence[np.ndarray], milliseconds: int = 80, there_and_back: bool = False) -> bytes:
    """An endless animated GIF of grey images, uint8 `[h, w]` each, that rests at its ends."""
    shown = [*frames, *(frames[-2:0:-1] if there_and_back else ())]
    times = [milliseconds] * len(shown)
    times[0] = times[len(frames) - 1] = 8 * milliseconds
    return timed_gif(shown, times)


def timed_gif(frames: Iterable[np.ndarray], milliseconds: Sequence[int]) -> bytes:
    """An endless animated GIF of images, uint8 `[h, w]` or `[h, w, 3]` each, which are shown for so long."""
    from PIL import Image

    first, *others = (Image.fromarray(frame) for frame in frames)
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, duration=milliseconds, loop=0)
    return file.getvalue()


def png(image: np.ndarray) -> bytes:
    """A PNG file of an image, uint8 `[h, w]`, or `[h, w, 3]` in colour."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()
