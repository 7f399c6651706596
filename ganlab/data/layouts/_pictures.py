"""Picture files: which they are, and each as 28x28 grey levels."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ganlab.data.dataset import DIGIT_NAMES, Progress
from ganlab.data.layouts._found import Found, count, split, were
from ganlab.data.layouts._tree import File, Tree
from ganlab.data.pictures import MAX_IMAGE_PIXELS, Read, read_picture, white_of
from ganlab.errors import GanlabError

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
LARGEST_PICTURE = 50 * 2**20  # bytes
MAX_CLASSES = 256  # labels are uint8
NAMED = 5  # of the files that were passed over
Picture = tuple[File, str]  # and the name of its class
_Kept = tuple[File, int, Read]  # and its label


def read(tree: Tree, train: Sequence[Picture], test: Sequence[Picture], report: Progress, *notices: str) -> Found:
    """All pictures that can be read, and notices on the others; without test pictures, a tenth is set apart."""
    kinds = sorted({kind for _, kind in [*train, *test]})
    if len(kinds) > MAX_CLASSES:
        raise GanlabError(
            f"{tree.shown} has {len(kinds)} classes, but at most {MAX_CLASSES} are possible. Remove some sub-folders."
        )
    names = DIGIT_NAMES if set(kinds) <= set(DIGIT_NAMES) else tuple(kinds)
    total = len(train) + len(test)
    broken: list[File] = []

    def read_part(part: Sequence[Picture], before: int) -> list[_Kept]:
        kept = []
        for number, (file, kind) in enumerate(part, before):
            report(f"Reading images from {tree.shown}", number / total)
            picture = _read_one(file)
            if picture is None:
                broken.append(file)
            else:
                kept.append((file, names.index(kind), picture))
        return kept

    parts = [read_part(train, 0), read_part(test, len(train))]
    if not parts[0]:
        raise GanlabError(
            f"No image in {tree.shown} could be read ({count(len(train), 'image')} found). Check that they can be "
            "opened."
        )
    parts, scaled = _of_one_scale(parts)
    (x_train, y_train), (x_test, y_test) = map(_arrays, parts)
    if not len(x_test):
        x_train, y_train, x_test, y_test = split(x_train, y_train)
    every = [picture for part in parts for _, _, picture in part]
    shapes = Counter(picture.shape for picture in every)
    said = (*_skipped(broken, total, tree), *scaled, *_changed(shapes), *_inverted(every), *notices)
    return Found(x_train, y_train, x_test, y_test, names, max(shapes, key=lambda shape: shapes[shape]), said)


def _arrays(part: Sequence[_Kept]) -> tuple[np.ndarray, np.ndarray]:
    images = np.array([picture.image for _, _, picture in part], np.uint8).reshape(-1, 28, 28)
    return images, np.array([label for _, label, _ in part], np.uint8)


def _of_one_scale(parts: Sequence[Sequence[_Kept]]) -> tuple[list[list[_Kept]], list[str]]:
    """The pictures with the same white for all of 8 bits, and for all of more: what the brightest pixel of them tells.
    And what is to be said of that."""
    said = []
    whites: dict[bool, int] = {}
    for deep in (False, True):
        brightest = max((one.brightest for part in parts for _, _, one in part if one.deep == deep), default=0)
        whites[deep] = white_of(brightest) if brightest else 255
        if whites[deep] not in (255, 65535):
            said.append(f"Pixels from 0 to {whites[deep]} were scaled to 0 to 255.")

    def scaled(file: File, label: int, picture: Read) -> _Kept:
        white = whites[picture.deep]
        again = _read_one(file, white) if picture.brightest and picture.white != white else None
        return file, label, again or picture

    return [[scaled(*one) for one in part] for part in parts], said


def pictures_in(tree: Tree) -> Counter[str]:
    """How many pictures each folder holds that has any; those beside such folders are left out."""
    found = tree.ending(*SUFFIXES)
    return Counter(file.folders[-1] for file in found if file.folders) or Counter(tree.stem for _ in found)


def _skipped(files: Sequence[File], found: int, tree: Tree) -> list[str]:
    if not files:
        return []
    named = ", ".join(file.name for file in files[:NAMED]) + (", …" if len(files) > NAMED else "")
    verb = were(len(files))
    return [
        f"{len(files):,} of {count(found, 'image')} in {tree.shown} could not be read or {verb} larger than "
        f"{MAX_IMAGE_PIXELS / 1e6:.0f} million pixels, and {verb} skipped: {named}."
    ]


def _changed(shapes: Counter[tuple[int, ...]]) -> list[str]:
    """What was done with pictures that are not grey and of 28x28."""
    said = []
    scaled = sum(number for shape, number in shapes.items() if shape[:2] != (28, 28))
    if scaled:
        said.append(f"{count(scaled, 'picture')} of other sizes {were(scaled)} scaled to 28x28.")
    coloured = sum(number for shape, number in shapes.items() if len(shape) == 3)
    if coloured:
        said.append(f"{count(coloured, 'picture')} in colour {were(coloured)} made grey.")
    return said


def _inverted(pictures: Sequence[Read]) -> list[str]:
    many = sum(picture.inverted for picture in pictures)
    if not many:
        return []
    return [f"{count(many, 'picture')} with a bright border {were(many)} inverted, so that strokes are light on dark."]


def _read_one(file: File, white: int | None = None) -> Read | None:
    try:
        if file.size() > LARGEST_PICTURE:
            return None
        with file.open() as content:
            return read_picture(content, white)
    except GanlabError:
        return None
