"""A picture of any kind as grey levels, and as 28x28."""

from typing import IO, TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_IMAGE_PIXELS = 4096 * 4096  # Pillow decodes a whole picture before it can be made small


def read_picture(file: IO[bytes]) -> tuple[np.ndarray, tuple[int, ...]] | None:
    """The picture as uint8 `[28, 28]`, and the shape that it had; None where it cannot be read."""
    from PIL import Image, ImageOps

    try:
        with Image.open(file) as image:
            if image.width * image.height > MAX_IMAGE_PIXELS:
                return None
            grey = grey_levels(ImageOps.exif_transpose(image))
            coloured = image.mode in ("RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV") or (
                image.mode in ("P", "PA") and _has_colours(image)
            )
    except Exception:  # Pillow raises almost anything on a damaged picture
        return None
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return fit(255 - grey if np.median(border) > 127 else grey), (*grey.shape, *([3] if coloured else []))


def _has_colours(image: "Image") -> bool:
    """Whether the colours of a picture with a palette are more than greys."""
    palette = np.array((image.getpalette() or [])[: 3 * 256]).reshape(-1, 3)
    indices = np.unique(np.asarray(image.getchannel(0)))
    used = palette[indices[indices < len(palette)]]
    return bool((used != used[:, :1]).any())


def grey_levels(image: "Image") -> np.ndarray:
    """uint8 `[h, w]`; what is transparent becomes the background, dark or bright, that sets off the rest."""
    if image.mode.startswith("I"):  # 16 bits a pixel, which Pillow would cut off at 255
        return (np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8)
    if image.mode == "F":  # of which TIFF files hold any number; Pillow would cut them off, too
        values = np.nan_to_num(np.asarray(image, np.float64))
        return np.rint((values * 255 if values.max() <= 1 else values).clip(0, 255)).astype(np.uint8)
    if not image.has_transparency_data:
        return np.asarray(image.convert("L"))
    grey, alpha = np.asarray(image.convert("RGBA").convert("LA"), np.float32).transpose(2, 0, 1)
    alpha = alpha / 255
    background = 255 if (grey * alpha).sum() < 127 * alpha.sum() else 0
    return np.rint(grey * alpha + background * (1 - alpha)).astype(np.uint8)


def fit(grey: np.ndarray) -> np.ndarray:
    """uint8 `[h, w]` to uint8 `[28, 28]`: the longer side fills it, the shorter one is centred on black."""
    from PIL import Image

    h, w = grey.shape
    width, height = (max(1, round(28 * side / max(h, w))) for side in (w, h))
    fitted = Image.new("L", (28, 28))
    picture = Image.fromarray(grey).resize((width, height), Image.Resampling.BICUBIC)
    fitted.paste(picture, ((28 - width) // 2, (28 - height) // 2))
    return np.asarray(fitted)
