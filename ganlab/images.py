"""Images on their way to a screen or a file: sheets, PNG. Arrays are uint8 `[n, 28, 28]`."""

import io

import numpy as np

GAP = 2  # pixels between the images of a sheet
BACKGROUND = 24  # a dark grey that sets the gaps off from black images


def sheet(images: np.ndarray, columns: int, scale: int = 1) -> np.ndarray:
    """The images in rows of `columns`, each pixel `scale` pixels wide; uint8 `[h, w]`."""
    n, height, width = images.shape
    rows = -(-n // columns)
    page = np.full((rows * (height + GAP) + GAP, columns * (width + GAP) + GAP), BACKGROUND, np.uint8)
    for index, image in enumerate(images):
        top, left = (
            GAP + place * (size + GAP) for place, size in zip(divmod(index, columns), (height, width), strict=True)
        )
        page[top : top + height, left : left + width] = image
    return page.repeat(scale, axis=0).repeat(scale, axis=1)


def png(image: np.ndarray) -> bytes:
    """A PNG file of a grey image, uint8 `[h, w]`."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()
