"""A picture of any kind as grey levels, and as 28x28."""

import io
import warnings
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_IMAGE_PIXELS = 4096 * 4096  # Pillow decodes a whole picture before it can be made small
ORIENTATION = 0x0112  # the EXIF tag that says how a camera was held
SAVED_AS_THEY_ARE = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")  # modes that PNG has, too


WHITES = (1, 16, 255, 4095, 65535)  # what is white where pixels are whole numbers


@dataclass(frozen=True)
class Read:
    """A picture as uint8 `[28, 28]`; the `shape` that it had; whether it was `inverted`; whether it is `deep`: of more
    than 8 bits a pixel; its `brightest` pixel, and what was taken for `white`."""

    image: np.ndarray
    shape: tuple[int, ...]
    inverted: bool
    deep: bool
    brightest: int
    white: int


def white_of(brightest: float) -> int:
    """What is white, by the brightest pixel."""
    return next((white for white in WHITES if brightest <= white), WHITES[-1])


def read_picture(file: IO[bytes], white: int | None = None) -> Read | None:
    """A picture, or None where it cannot be read. Without `white`, that is 255, or follows from the brightest pixel
    where pixels have more than 8 bits."""
    from PIL import ImageOps

    try:
        with open_quietly(file) as image:
            if image.width * image.height > MAX_IMAGE_PIXELS:
                return None
            upright = ImageOps.exif_transpose(image)
            deep = is_deep(upright)
            levels = _whole_numbers(upright) if deep else grey_levels(upright)
            coloured = image.mode in ("RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV") or (
                image.mode in ("P", "PA") and _has_colours(image)
            )
    except Exception:  # Pillow raises almost anything on a damaged picture
        return None
    brightest = int(levels.max())
    white = white or (white_of(brightest) if deep else 255)
    grey = _scaled(levels, white)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    inverted = bool(np.median(border) > 127)
    shape = (*grey.shape, *([3] if coloured else []))
    return Read(fit(255 - grey if inverted else grey), shape, inverted, deep, brightest, white)


def is_deep(image: "Image") -> bool:
    """Whether pixels have 16 bits or more, of which Pillow would cut off what is above 255."""
    return image.mode.startswith("I")


def _whole_numbers(image: "Image") -> np.ndarray:
    return np.asarray(image).astype(np.int64).clip(0)


def _scaled(levels: np.ndarray, white: int) -> np.ndarray:
    """Whole numbers from 0 to `white` as uint8."""
    if white > 255:
        return (levels >> (8 if white == WHITES[-1] else 4)).clip(0, 255).astype(np.uint8)
    return levels.astype(np.uint8) if white == 255 else np.rint(levels * (255 / white)).clip(0, 255).astype(np.uint8)


def _has_colours(image: "Image") -> bool:
    """Whether the colours of a picture with a palette are more than greys."""
    palette = np.array((image.getpalette() or [])[: 3 * 256]).reshape(-1, 3)
    indices = np.unique(np.asarray(image.getchannel(0)))
    used = palette[indices[indices < len(palette)]]
    return bool((used != used[:, :1]).any())


def grey_levels(image: "Image") -> np.ndarray:
    """uint8 `[h, w]`; what is transparent becomes the background, dark or bright, that sets off the rest."""
    if is_deep(image):
        levels = _whole_numbers(image)
        return _scaled(levels, white_of(levels.max()))
    if image.mode == "F":  # of which TIFF files hold any number; Pillow would cut them off, too
        values = np.nan_to_num(np.asarray(image, np.float64))
        return np.rint((values * 255 if values.max() <= 1 else values).clip(0, 255)).astype(np.uint8)
    if not image.has_transparency_data:
        return np.asarray(image.convert("L"))
    grey, alpha = np.asarray(image.convert("RGBA").convert("LA"), np.float32).transpose(2, 0, 1)
    alpha = alpha / 255
    background = 255 if (grey * alpha).sum() < 127 * alpha.sum() else 0
    return np.rint(grey * alpha + background * (1 - alpha)).astype(np.uint8)


def open_quietly(file: IO[bytes], formats: tuple[str, ...] | None = None) -> "Image":
    """As `Image.open`, without its warning of many pixels on stderr: whoever opens a picture here counts them."""
    from PIL import Image

    warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
    return Image.open(file, formats=formats)


def as_png(image: "Image") -> bytes:
    """A picture of any mode as a PNG file, which also says how a camera was held."""
    from PIL import Image

    if image.mode in SAVED_AS_THEY_ARE:
        plain = image
    elif image.mode == "F" or is_deep(image):
        plain = Image.fromarray(grey_levels(image))
    elif image.mode == "LAB":  # which Pillow does not convert; its first channel is how light it is
        plain = image.getchannel(0)
    else:
        plain = image.convert({"La": "LA", "PA": "RGBA", "RGBa": "RGBA"}.get(image.mode, "RGB"))
    exif, file = Image.Exif(), io.BytesIO()
    turned = image.getexif().get(ORIENTATION)
    if turned:
        exif[ORIENTATION] = turned
    plain.save(file, "PNG", **({"exif": exif} if turned else {}))
    return file.getvalue()


def fit(grey: np.ndarray) -> np.ndarray:
    """uint8 `[h, w]` to uint8 `[28, 28]`: the longer side fills it, the shorter one is centred on black."""
    from PIL import Image

    h, w = grey.shape
    width, height = (max(1, round(28 * side / max(h, w))) for side in (w, h))
    fitted = Image.new("L", (28, 28))
    picture = Image.fromarray(grey).resize((width, height), Image.Resampling.BICUBIC)
    fitted.paste(picture, ((28 - width) // 2, (28 - height) // 2))
    return np.asarray(fitted)
