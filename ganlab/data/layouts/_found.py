"""What a reader found, and how arrays of any kind become it: uint8 images of 28x28, and labels from 0 on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isqrt

import numpy as np

from ganlab.data.dataset import DIGIT_NAMES, Progress
from ganlab.data.files import LATIN_1
from ganlab.data.layouts._stored import Stored, check_total
from ganlab.data.pictures import fit
from ganlab.errors import GanlabError

MOST_LABEL = 255  # labels are uint8
GREY = np.array([0.299, 0.587, 0.114], np.float32)  # how bright red, green and blue are to an eye
Scale = tuple[float, float]  # what is added, and by what is multiplied
AT_ONCE = 4096  # images that are converted at a time, so that floats of all of them are never in memory


@dataclass(frozen=True)
class Found:
    """A data set as it was read: images uint8 `[n, 28, 28]`, labels uint8 `[n]`, `shape` that of a stored image."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]
    shape: tuple[int, ...] = (28, 28)
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """The images for training or for testing, and their labels, if there are any."""

    images: Stored
    labels: Stored | None


@dataclass(frozen=True)
class Arrays:
    """What a reader found, before it is checked. `place` is the file or folder in sentences; `transposed` says that
    the images are stored lying on their side; `names` are those of the classes by label, where they are known, and
    `kind` is what the only class is called where there are no labels."""

    place: str
    train: Part
    test: Part | None = None
    kind: str = "images"
    transposed: bool = False
    names: tuple[str, ...] = ()
    notices: tuple[str, ...] = field(default=())


def settle(arrays: Arrays, report: Progress) -> Found:
    """The data set in these arrays. Raises GanlabError with what does not fit, before values are read where it can."""
    parts = [part for part in (arrays.train, arrays.test) if part is not None]
    if len({part.labels is None for part in parts}) > 1:
        raise GanlabError(f"{arrays.place} has labels for only one of its two parts. Give labels to both, or to none.")
    check_total({one.shown: one for part in parts for one in (part.images, part.labels) if one}, arrays.place)
    shapes = [_shape(part.images) for part in parts]
    for part, shape in zip(parts, shapes, strict=True):
        _check_lengths(part, arrays.place, shape[0])
    labels, names = _labels([part.labels for part in parts], [shape[0] for shape in shapes], arrays)
    notices: list[str] = []
    if arrays.transposed:
        notices.append("EMNIST's images are stored with rows and columns exchanged, so they were put upright.")
    values = [part.images.load() for part in parts]
    scales = _scales(values, [part.images.shown for part in parts], notices)
    _tell_size(shapes[0], notices)
    images = [_images(*each, arrays, report) for each in zip(values, shapes, scales, strict=True)]
    if len(parts) == 1:
        images, labels = zip(*_pairs(split(images[0], labels[0])), strict=True)
    said = (*notices, *arrays.notices)
    return Found(images[0], labels[0], images[1], labels[1], names, _told(shapes[0]), said)


def _pairs(four: tuple[np.ndarray, ...]) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(four[0], four[1]), (four[2], four[3])]


def split(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Training images and labels, then the last tenth for testing, taken from the ends of all classes alike.

    The files of many data sets are sorted by class, so that the plain last tenth would be one class.
    """
    place = np.empty(len(labels))  # of an image in its class, from 1 (the first) down to near 0 (the last)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        place[members] = np.arange(len(members), 0, -1) / len(members)
    tests = len(labels) // 10 or int(len(labels) > 1)
    from_the_end = len(labels) - 1 - np.argsort(place[::-1], kind="stable")
    is_test = np.zeros(len(labels), bool)
    is_test[from_the_end[:tests]] = True
    return images[~is_test], labels[~is_test], images[is_test], labels[is_test]


def count(number: int, word: str) -> str:
    """`1 image`, `2 images`, `2 classes`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}{'es' if word.endswith('s') else 's'}"


def were(number: int) -> str:
    """The verb for so many things."""
    return "was" if number == 1 else "were"


def _shape(images: Stored) -> tuple[int, int, int, int, bool]:
    """How many, height, width, channels (1, 3 or 4), and whether these come first; GanlabError for other shapes."""
    n, *rest = images.shape or (0,)
    match rest:
        case [pixels] if pixels > 0 and isqrt(pixels) ** 2 == pixels:
            return n, isqrt(pixels), isqrt(pixels), 1, False
        case [h, w] if h > 1 and w > 1:
            return n, h, w, 1, False
        case [h, w, 1 | 3 | 4 as channels] if h > 1 and w > 1:
            return n, h, w, channels, False
        case [1 | 3 | 4 as channels, h, w] if h > 1 and w > 1:
            return n, h, w, channels, True
    raise GanlabError(
        f"{images.shown} has the shape {images.shape}, but images must have the shape [n, 28, 28], or another height "
        "and width, with or without channels, or be flat: [n, 784]."
    )


def _told(shape: tuple[int, int, int, int, bool]) -> tuple[int, ...]:
    return shape[1:3] if shape[3] == 1 else shape[1:4]


def _tell_size(shape: tuple[int, int, int, int, bool], notices: list[str]) -> None:
    _, height, width, channels, _ = shape
    if (height, width) != (28, 28):
        notices.append(f"Images of {width}x{height} pixels were scaled to 28x28.")
    if channels != 1:
        notices.append("Colours were made grey.")


def _check_lengths(part: Part, place: str, n: int) -> None:
    if part.labels is not None:
        many = part.labels.shape[0] if part.labels.shape else -1
        if many != n and many >= 0:
            raise GanlabError(
                f"{place} holds {n} images in {_short(part.images, place)}, but {many} labels in "
                f"{_short(part.labels, place)}. Both must be as long."
            )
    if not n:
        raise GanlabError(f"{part.images.shown} is empty. It needs at least one image.")


def _short(array: Stored, place: str) -> str:
    return array.shown.removesuffix(f" in {place}")


def _scales(values: Sequence[np.ndarray], shown: Sequence[str], notices: list[str]) -> list[Scale]:
    """What is added to the pixels of each part, and by what they are then multiplied, to lie between 0 and 255.

    Parts of one type are scaled alike, unless one of floats goes only to 1; others each by its own range.
    """
    for value, one in zip(values, shown, strict=True):
        if value.dtype.kind not in "uifb":
            raise GanlabError(f"{one} is of type {value.dtype}, but pixels must be uint8, or floats up to 1 or 255.")
    ends = [(float(value.min()), float(value.max())) for value in values]
    whole = min(low for low, _ in ends), max(high for _, high in ends)
    alike = len({value.dtype for value in values}) == 1 and (values[0].dtype.kind != "f" or whole[0] < 0)
    scales = [
        _scale([values[at]], *ends[at], one) if not alike else _scale(values, *whole, shown[0])
        for at, one in enumerate(shown)
    ]
    if len(set(scales)) == 1:
        shown = [""]
    for (_, said), one in zip(scales, shown, strict=False):
        if said:
            notices.append(said.replace("Pixels", f"Pixels of {one}") if one else said)
    return [scale for scale, _ in scales]


def even(values: list[np.ndarray], shown: Sequence[str], notices: list[str]) -> list[np.ndarray]:
    """Arrays to be put together, as they are, or each scaled by its own range where their types are different."""
    if len({value.dtype for value in values}) == 1:
        return values
    scales = _scales(values, shown, notices)
    return [_as_uint8(value, scale) for value, scale in zip(values, scales, strict=True)]


def _as_uint8(values: np.ndarray, scale: Scale) -> np.ndarray:
    if values.dtype == np.uint8 and scale == (0.0, 1.0):
        return values
    return np.rint((values.astype(np.float32) + scale[0]) * scale[1]).clip(0, 255).astype(np.uint8)


def _scale(values: Sequence[np.ndarray], low: float, high: float, shown: str) -> tuple[Scale, str]:
    """The scale of pixels that lie from `low` to `high`, and a sentence on it."""
    if all(value.dtype == bool for value in values):
        return (0.0, 255.0), "Pixels that are true or false became white or black."
    floats = any(value.dtype.kind == "f" for value in values)
    eighths = all(value.shape[1:] in ((64,), (8, 8)) for value in values)  # as scikit-learn has its digits, in floats
    sixteen = 1 < high <= 16 and low >= 0 and (eighths or _are_shades(values, low, high))
    ranges = [
        (low >= 0 and 0 < high <= 1, 0.0, 255.0, "0 to 1"),
        (floats and -1 <= low < 0 and high <= 1, 1.0, 127.5, "-1 to 1"),
        (sixteen, 0.0, 255 / 16, "0 to 16"),
        (low >= 0 and high <= 255, 0.0, 1.0, ""),
    ]
    wide = all(value.dtype == np.uint16 for value in values)
    ranges += [(wide and high <= most, 0.0, 255 / most, f"0 to {most}") for most in (4095, 65535)]
    for holds, shift, factor, words in ranges:
        if holds:  # NaN holds nowhere
            return (shift, factor), f"Pixels from {words} were scaled to 0 to 255." if words else ""
    raise GanlabError(
        f"{shown} goes from {low:g} to {high:g}, but pixels must lie between 0 and 255, 0 and 1, or -1 and 1."
    )


def _are_shades(values: Sequence[np.ndarray], low: float, high: float) -> bool:
    """Whether there are whole numbers only, and others than the lowest and the highest."""
    return all(bool((value == np.rint(value)).all()) for value in values) and any(
        bool(((value != low) & (value != high)).any()) for value in values
    )


def _images(
    values: np.ndarray,
    shape: tuple[int, int, int, int, bool],
    scale: Scale,
    arrays: Arrays,
    report: Progress,
) -> np.ndarray:
    """uint8 `[n, 28, 28]`."""
    n, height, width, channels, first = shape
    shaped = values.reshape(n, channels, height, width) if first else values.reshape(n, height, width, channels)
    images = np.empty([n, 28, 28], np.uint8)
    for start in range(0, n, AT_ONCE):
        report(f"Preparing images from {arrays.place}", start / n)
        some = shaped[start : start + AT_ONCE]
        if channels == 1:
            some = some.reshape(-1, height, width)
        else:
            some = np.moveaxis(some, 1, -1) if first else some
            some = some[..., :3].astype(np.float32) @ GREY
        some = _as_uint8(some, scale)
        some = some.transpose(0, 2, 1) if arrays.transposed else some
        images[start : start + AT_ONCE] = (
            some if some.shape[1:] == (28, 28) else [fit(np.ascontiguousarray(one)) for one in some]
        )
    return images


def _labels(
    stored: Sequence[Stored | None], counts: Sequence[int], arrays: Arrays
) -> tuple[list[np.ndarray], tuple[str, ...]]:
    """uint8 `[n]` for each part, and the names of the classes."""
    if any(one is None for one in stored):
        return [np.zeros(n, np.uint8) for n in counts], (arrays.kind,)
    read = [(_plain(one), one) for one in stored if one is not None]
    if any(values.dtype.kind in "US" for values, _ in read):
        return _worded([values for values, _ in read], arrays)
    for values, one in read:
        if values.min() < 0 or values.max() > MOST_LABEL:
            raise GanlabError(
                f"{one.shown} goes from {values.min()} to {values.max()}, but labels must lie between 0 and 255."
            )
    labels = [values.astype(np.uint8) for values, _ in read]
    highest = max(int(values.max()) for values in labels)
    if highest < len(arrays.names):
        return labels, arrays.names
    return labels, tuple(str(label) for label in range(max(len(DIGIT_NAMES), highest + 1)))


def _plain(labels: Stored) -> np.ndarray:
    """Whole numbers or words `[n]`, of labels that may be one-hot `[n, k]` (a 1 in the column of the class)."""
    if len(labels.shape) not in (1, 2) or labels.dtype.kind not in "uifbUS":
        _refuse_labels(labels)
    values = labels.load()
    if values.ndim == 2 and values.shape[1] != 1:
        if values.dtype.kind in "US" or not (((values == 0) | (values == 1)).all() and (values.sum(1) == 1).all()):
            _refuse_labels(labels)
        return values.argmax(1)
    values = values.reshape(-1)
    if values.dtype.kind == "f":
        if not (values == np.rint(values)).all():
            raise GanlabError(f"{labels.shown} is of type {values.dtype}, but labels must be whole numbers or words.")
        values = values.clip(-1, MOST_LABEL + 1)
    return values if values.dtype.kind in "US" else values.astype(np.int64)


def _refuse_labels(labels: Stored) -> None:
    if len(labels.shape) not in (1, 2) or labels.dtype.kind in "uifbUS":
        raise GanlabError(
            f"{labels.shown} has the shape {labels.shape}, but labels must have the shape [n], or [n, classes] with a "
            "single 1 in each row."
        )
    raise GanlabError(f"{labels.shown} is of type {labels.dtype}, but labels must be whole numbers or words.")


def _worded(parts: Sequence[np.ndarray], arrays: Arrays) -> tuple[list[np.ndarray], tuple[str, ...]]:
    """Labels that are words: they are the names of the classes, unless all of them are digits."""
    words = [
        np.char.strip(np.char.decode(part, "utf-8", LATIN_1) if part.dtype.kind == "S" else part.astype(str))
        for part in parts
    ]
    names = sorted({str(word) for part in words for word in np.unique(part)})
    if set(names) <= set(DIGIT_NAMES):
        return [part.astype(np.uint8) for part in words], DIGIT_NAMES
    if len(names) > MOST_LABEL + 1:
        raise GanlabError(
            f"{arrays.place} has {len(names)} classes, but at most {MOST_LABEL + 1} are possible. Check that the "
            "labels are the names of classes."
        )
    return [np.searchsorted(names, part).astype(np.uint8) for part in words], tuple(names)
