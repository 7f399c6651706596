"""Whether a model that repairs leaves whole digits as they are when it is not told that nothing is damaged."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ganlab import data
from ganlab.errors import GanlabError
from ganlab.inference import RepairRun
from ganlab.permission import needs

CLEARLY = 40  # of 255 grey levels: a pixel that changes by more changes clearly
ALLOWED = 5  # pixels that may change clearly in an image that counts as left as it was
GREY = (64, 192)  # of 255 grey levels, both included: neither black nor white
SHIFT = 3  # pixels
SMALLER, LARGER = 0.75, 1.2


def thickened(images: np.ndarray) -> np.ndarray:
    """The images, uint8 `[n, 28, 28]`, with strokes a pixel wider on each side (3x3 dilation)."""
    from scipy import ndimage

    return ndimage.grey_dilation(images, (1, 3, 3))


def thinned(images: np.ndarray) -> np.ndarray:
    """The images, uint8 `[n, 28, 28]`, with strokes a pixel narrower (2x2 erosion)."""
    from scipy import ndimage

    return ndimage.grey_erosion(images, (1, 2, 2))


def shifted(images: np.ndarray) -> np.ndarray:
    """The images, uint8 `[n, 28, 28]`, `SHIFT` pixels nearer to a corner, each of the four in turn."""
    made = np.empty_like(images)
    for corner, (down, right) in enumerate(((1, 1), (1, -1), (-1, 1), (-1, -1))):
        made[corner::4] = np.roll(images[corner::4], (SHIFT * down, SHIFT * right), axis=(1, 2))
    return made


def resized(images: np.ndarray, size: float) -> np.ndarray:
    """The images, uint8 `[n, 28, 28]`, `size` (from 0.7 on) times as large around their middle."""
    from PIL import Image

    wide = np.pad(images, [(0, 0), (7, 7), (7, 7)])
    low, high = 21 - 14 / size, 21 + 14 / size
    sized = [
        Image.fromarray(image).resize((28, 28), Image.Resampling.BILINEAR, (low, low, high, high)) for image in wide
    ]
    return np.array(sized, np.uint8).reshape(-1, 28, 28)


WRITTEN: dict[str, Callable[[np.ndarray], np.ndarray]] = {  # how the same digits are shown to the model
    "as they are": lambda images: images,
    "thickened": thickened,
    "thinned": thinned,
    "shifted": shifted,
    "smaller": lambda images: resized(images, SMALLER),
    "larger": lambda images: resized(images, LARGER),
}


@dataclass(frozen=True)
class LeftAlone:
    """Whole digits before and after a repair that is told nothing, both uint8 `[n, 28, 28]`."""

    before: np.ndarray
    after: np.ndarray

    @property
    def clearly(self) -> np.ndarray:
        """Which pixels changed clearly, bool `[n, 28, 28]`."""
        return np.abs(self.after.astype(int) - self.before) > CLEARLY

    @property
    def changed(self) -> float:
        """The share of images of which more than `ALLOWED` pixels changed clearly."""
        return float((self.clearly.sum(axis=(1, 2)) > ALLOWED).mean())


def grey_share(pixels: np.ndarray) -> float:
    """The share of pixels, uint8, that are grey; NaN of none."""
    return float(((pixels >= GREY[0]) & (pixels <= GREY[1])).mean()) if pixels.size else float("nan")


@dataclass(frozen=True)
class WholeDigits:
    """What became of whole digits, by the names in `WRITTEN`; `title` is that of their data set."""

    title: str
    written: dict[str, LeftAlone]

    @property
    def grey(self) -> float:
        """The share of the pixels that changed clearly, however the digits were written, that are grey afterwards; NaN
        where none changed."""
        return grey_share(np.concatenate([one.after[one.clearly] for one in self.written.values()]))

    @property
    def grey_of_strokes(self) -> float:
        """The share of the pixels of real strokes that are grey. Real strokes are all that is as bright as what a
        repair changes clearly on black."""
        strokes = self.written["as they are"].before
        return grey_share(strokes[strokes > CLEARLY])


@needs("measure how good a model is")
def evaluate_whole_digits(
    model: RepairRun,
    count: int | None = None,
    dataset: str | data.Dataset | None = None,
    report: data.Progress = lambda what, share: None,
) -> WholeDigits:
    """Has the model repair the first `count` test images of its data set (or of `dataset`, its name or itself), none of
    which is damaged, without telling it so: as they are, and as other hands would write them. Raises GanlabError."""
    report("Reading the images", None)
    named = isinstance(dataset, str | None)
    used = data.load(dataset or model.run.config.dataset) if named else dataset
    images = used.x_test[:count]
    if not len(images):
        raise GanlabError("These images have no test images to repair; choose another data set.")
    found = {}
    for number, (name, write) in enumerate(WRITTEN.items()):
        report(f"Repairing whole digits ({name})", number / len(WRITTEN))
        before = write(images)
        found[name] = LeftAlone(before, model.repair(before))
    return WholeDigits(used.title, found)
