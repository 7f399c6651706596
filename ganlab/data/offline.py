"""The digits that need no network: scikit-learn's 1,797 handwritten ones, enlarged to MNIST's size.

E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from ganlab.data.dataset import DIGIT_NAMES, Dataset
from ganlab.data.drawing import BOX, FAINT, offset
from ganlab.errors import GanlabError

SOURCE = "scikit-learn's 1,797 handwritten digits, enlarged from 8x8 to 28x28"
TEST_IMAGES = 297


def load_offline() -> Dataset:
    """The offline digits: 1,500 for training, the last 297 for testing."""
    images, labels = _digits()
    return Dataset(
        name="offline",
        title="Offline digits",
        source=SOURCE,
        x_train=images[:-TEST_IMAGES],
        y_train=labels[:-TEST_IMAGES],
        x_test=images[-TEST_IMAGES:],
        y_test=labels[-TEST_IMAGES:],
        class_names=DIGIT_NAMES,
    )


@cache
def _digits() -> tuple[np.ndarray, np.ndarray]:
    """All images and their labels; they are enlarged once in a process, and nobody writes into them."""
    table = np.loadtxt(_file(), np.float64, delimiter=",")
    images = np.stack([_enlarge(digit) for digit in table[:, :-1].reshape(-1, 8, 8)])
    labels = table[:, -1].astype(np.uint8)
    images.flags.writeable = labels.flags.writeable = False
    return images, labels


def _file() -> Path:
    """Where scikit-learn keeps them: a row for each, the class last. Importing it takes seconds, reading this does not;
    `sklearn.datasets.load_digits` gives the same. Raises GanlabError where there is no such file."""
    found = find_spec("sklearn")
    file = Path(found.origin if found and found.origin else "").parent / "datasets" / "data" / "digits.csv.gz"
    if not file.exists():
        raise GanlabError("The offline digits are missing: they come with scikit-learn. Install it anew.")
    return file


def as_offline(image: np.ndarray) -> np.ndarray:
    """A digit like MNIST's, uint8 `[28, 28]`, made as the offline digits are: 8x8 pixels, each with the mean of what it
    covers, enlarged. Raises GanlabError where there is no ink."""
    from PIL import Image

    if not image.any():
        raise GanlabError("There are no strokes in the picture. Draw a digit, or choose a picture of one.")
    lit = image > FAINT * image.max()
    top, left = (int(np.flatnonzero(lit.any(axis))[[0, -1]].mean() + 0.5) - BOX // 2 for axis in (1, 0))
    box = np.pad(image, BOX)[BOX + top : 2 * BOX + top, BOX + left : 2 * BOX + left]
    small = np.asarray(Image.fromarray(box).resize((8, 8), Image.Resampling.BOX), float)
    return _enlarge(16 * small / small.max())


def _enlarge(digit: np.ndarray) -> np.ndarray:
    """float `[8, 8]` in 0..16 to uint8 `[28, 28]`."""
    from PIL import Image

    framed = np.pad(np.rint(digit * (255 / 16)).astype(np.uint8), 1)  # lets strokes at the edge fade out
    enlarged = Image.fromarray(framed).resize((BOX + 2, BOX + 2), Image.Resampling.BICUBIC)
    box = np.asarray(enlarged)[1:-1, 1:-1]
    top, left = (offset(box.sum(axis), 13.5) for axis in (1, 0))
    image = np.zeros((28, 28), np.uint8)
    image[top : top + BOX, left : left + BOX] = box
    return image
