"""EMNIST, by the names of its files: its images lie on their side, and its classes are letters and digits."""

import re

from ganlab.data.layouts._tree import File

NAME = re.compile(r"(?<![a-z])emnist")  # chinese-mnist and medmnist are something else
DIGITS, CAPITALS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MERGED = (*DIGITS, *CAPITALS, *"abdefghnqrt")  # letters whose small form looks like the capital are one class
CLASSES = {
    "byclass": (*DIGITS, *CAPITALS, *CAPITALS.lower()),
    "bymerge": MERGED,
    "balanced": MERGED,
    "letters": ("-", *CAPITALS),  # its labels begin with 1
}


def is_emnist(file: File) -> bool:
    return bool(NAME.search(file.base.lower()))


def names(file: File) -> tuple[str, ...]:
    """The classes of the part of EMNIST that a file is from, by label; none where its labels are digits."""
    base = file.base.lower()
    return next((known for split, known in CLASSES.items() if is_emnist(file) and split in base), ())
