"""The user's own images: an npz file, or a folder with one sub-folder of pictures for each class."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ganlab.data.dataset import DIGIT_NAMES, Dataset, Progress
from ganlab.data.files import expanded, is_folder, looks_whole, read_npz, reason
from ganlab.errors import GanlabError

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")
MAX_IMAGE_PIXELS = 4096 * 4096  # Pillow decodes a whole picture before it can be made small
MAX_CLASSES = 256  # labels are uint8


def load_own(name: str, progress: Progress) -> Dataset:
    """The images at the path `name`; raises GanlabError with what is wrong with them."""
    path = expanded(name)
    if not name:  # which a Path takes for the current folder
        raise GanlabError(_not_found(name))
    if is_folder(path):
        return _load_folder(name, path, progress)
    progress(f"Reading images from {path}", None)
    try:
        arrays = read_npz(path)
    except FileNotFoundError as problem:
        raise GanlabError(_not_found(name)) from problem
    if "x_test" not in arrays:
        arrays = _split(arrays["x_train"], arrays["y_train"])
    labels = np.concatenate([arrays["y_train"], arrays["y_test"]])
    return Dataset(
        name=name,
        title=_title(path),
        source=f"own images from {path}",
        notices=(),
        class_names=tuple(str(label) for label in range(max(len(DIGIT_NAMES), int(labels.max()) + 1))),
        **arrays,
    )


def describe_own(name: str) -> str:
    """One sentence on what is found at the path `name`, without reading an image."""
    path = expanded(name)
    if not name or not _is_there(path):
        return _not_found(name)
    if not is_folder(path):
        if not looks_whole(path):
            return f"{path} is not an npz file, or it is damaged, so it cannot be used."
        return f"Own images come from the file {path}."
    try:
        classes = _classes(path)
    except GanlabError as problem:
        return str(problem)
    images = sum(len(files) for files in classes.values())
    size = f"{_count(images, 'image')}, {_count(len(classes), 'class')}"
    return f"Own images come from the folder {path} ({size})."


def _is_there(path: Path) -> bool:
    try:
        return bool(path.stat())
    except (OSError, ValueError):
        return False


def _not_found(name: str) -> str:
    return (
        f"There is no data set, file or folder called {name!r}. Choose mnist, fashion-mnist or "
        "offline, or give the path of an npz file, or of a folder with one sub-folder of images for each class."
    )


def _title(path: Path) -> str:
    return path.resolve().name or str(path)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}{'es' if word.endswith('s') else 's'}"


def _split(images: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """The last tenth for testing, taken from the ends of all classes alike.

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
    return {
        "x_train": images[~is_test],
        "y_train": labels[~is_test],
        "x_test": images[is_test],
        "y_test": labels[is_test],
    }


def _load_folder(name: str, folder: Path, progress: Progress) -> Dataset:
    classes = _classes(folder)
    digits = set(classes) <= set(DIGIT_NAMES)
    class_names = DIGIT_NAMES if digits else tuple(classes)
    found = [(file, class_names.index(kind)) for kind, files in classes.items() for file in files]
    images, labels, skipped = [], [], []
    for read, (file, label) in enumerate(found):
        progress(f"Reading images from {folder}", read / len(found))
        image = _read_image(file)
        if image is None:
            skipped.append(file)
        else:
            images.append(image)
            labels.append(label)
    if not images:
        raise GanlabError(
            f"No image in {folder} could be read ({_count(len(found), 'image')} found). Check that they can be opened."
        )
    return Dataset(
        name=name,
        title=_title(folder),
        source=f"own images from {folder}",
        class_names=class_names,
        notices=_skipped(skipped, len(found), folder),
        **_split(np.stack(images), np.array(labels, np.uint8)),
    )


def _classes(folder: Path) -> dict[str, list[Path]]:
    """The image files of each sub-folder that has any, by the sub-folder's name, all sorted by name."""
    try:
        classes = {kind.name: _pictures(kind) for kind in _visible(folder) if kind.is_dir()}
    except OSError as problem:
        raise GanlabError(f"The folder {folder} could not be read ({reason(problem)}).") from problem
    classes = {kind: files for kind, files in classes.items() if files}
    if not classes:
        raise GanlabError(
            f"The folder {folder} has no images in sub-folders. Make one sub-folder for each class, and put "
            f"the images of the class there ({', '.join(suffix[1:] for suffix in SUFFIXES)})."
        )
    if len(classes) > MAX_CLASSES:
        raise GanlabError(
            f"{folder} has {len(classes)} classes, but at most {MAX_CLASSES} are possible. Remove some sub-folders."
        )
    return classes


def _pictures(folder: Path) -> list[Path]:
    return [file for file in _visible(folder) if file.suffix.lower() in SUFFIXES]


def _visible(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))


def _skipped(files: Sequence[Path], found: int, folder: Path) -> tuple[str, ...]:
    if not files:
        return ()
    return (
        f"{len(files):,} of {_count(found, 'image')} in {folder} could not be read or were larger than "
        f"{MAX_IMAGE_PIXELS / 1e6:.0f} million pixels, and were skipped (the first is {files[0]}).",
    )


def _read_image(path: Path) -> np.ndarray | None:
    """The picture as uint8 `[28, 28]`, or None where it cannot be read."""
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as image:
            if image.width * image.height > MAX_IMAGE_PIXELS:
                return None
            grey = grey_levels(ImageOps.exif_transpose(image))
    except Exception:  # Pillow raises almost anything on a damaged picture
        return None
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return _fit(255 - grey if np.median(border) > 127 else grey)


def grey_levels(image: "Image") -> np.ndarray:
    """uint8 `[h, w]`; what is transparent becomes the background, dark or bright, that sets off the rest."""
    if image.mode.startswith("I"):  # 16 bits a pixel, which Pillow would cut off at 255
        return (np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8)
    if not image.has_transparency_data:
        return np.asarray(image.convert("L"))
    grey, alpha = np.asarray(image.convert("RGBA").convert("LA"), np.float32).transpose(2, 0, 1)
    alpha = alpha / 255
    background = 255 if (grey * alpha).sum() < 127 * alpha.sum() else 0
    return np.rint(grey * alpha + background * (1 - alpha)).astype(np.uint8)


def _fit(grey: np.ndarray) -> np.ndarray:
    """uint8 `[h, w]` to uint8 `[28, 28]`: the longer side fills it, the shorter one is centred on black."""
    from PIL import Image

    h, w = grey.shape
    width, height = (max(1, round(28 * side / max(h, w))) for side in (w, h))
    fitted = Image.new("L", (28, 28))
    picture = Image.fromarray(grey).resize((width, height), Image.Resampling.BICUBIC)
    fitted.paste(picture, ((28 - width) // 2, (28 - height) // 2))
    return np.asarray(fitted)
