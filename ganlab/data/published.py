"""The files of published data sets: opened like images of one's own, but nothing is scaled, split or left out. Every
array must be as MNIST has it."""

from pathlib import Path

import numpy as np

from ganlab.data.files import IDX_FILES
from ganlab.data.layouts import _stored, idx
from ganlab.data.layouts._tree import File, on_disk
from ganlab.errors import GanlabError

Arrays = dict[str, np.ndarray]
"""x_train and y_train, and x_test and y_test where the file has them: uint8 `[n, 28, 28]` and `[n]`."""


def read_npz(path: Path) -> Arrays:
    """The arrays of an npz file with Keras's keys.

    Raises FileNotFoundError where there is no such file, GanlabError where it cannot be used.
    """
    stored = _stored.npz(_file(path), *IDX_FILES)
    return _train_and_test({key: array.load() for key, array in stored.items()}, path)


def read_idx(folder: Path) -> Arrays:
    """The arrays of the four gzipped IDX files as which Fashion-MNIST is published.

    Raises FileNotFoundError where there is none of them, GanlabError where they cannot be used.
    """
    stored, missing = {}, []
    for key, name in IDX_FILES.items():
        try:
            stored[key] = idx.stored(_file(folder / name)).load()
        except FileNotFoundError:
            missing.append(name)
    if len(missing) == len(IDX_FILES):
        raise FileNotFoundError(folder)
    if missing:
        raise GanlabError(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing in {folder}.")
    return _train_and_test(stored, folder)


def _file(path: Path) -> File:
    """Raises FileNotFoundError where there is none; what else is wrong, its reader says."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise FileNotFoundError(path) from problem
    except (OSError, ValueError):
        pass
    return on_disk(path, path.name)


def _train_and_test(stored: Arrays, path: Path) -> Arrays:
    arrays = {}
    for part in ("train", "test"):
        images, labels = f"x_{part}", f"y_{part}"
        if part == "train" or images in stored or labels in stored:
            arrays[images], arrays[labels] = _checked(stored, images, labels, path)
    return arrays


def _checked(stored: Arrays, images: str, labels: str, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The images as uint8 `[n, 28, 28]` and their labels as uint8 `[n]`; GanlabError otherwise."""
    for key in (images, labels):
        if key not in stored:
            raise GanlabError(f"The array {key} is missing in {path}. Images and their labels must come together.")
    x = _checked_images(stored[images], f"{images} in {path}")
    y = _checked_labels(stored[labels], f"{labels} in {path}")
    if len(x) != len(y):
        raise GanlabError(
            f"{path} holds {len(x)} images in {images}, but {len(y)} labels in {labels}. Both must be as long."
        )
    if not len(x):
        raise GanlabError(f"{images} in {path} is empty. It needs at least one image.")
    return x, y


def _checked_images(values: np.ndarray, what: str) -> np.ndarray:
    if values.shape[1:] not in ((28, 28), (28, 28, 1)):
        raise GanlabError(f"{what} has the shape {values.shape}, but images must have the shape [n, 28, 28].")
    if values.dtype.kind not in "uif":
        raise GanlabError(f"{what} is of type {values.dtype}, but pixels must be uint8, or floats up to 1 or 255.")
    if values.dtype != np.uint8 and values.size:
        low, high = values.min(), values.max()
        if not (low >= 0 and high <= 255):  # written so that NaN does not pass
            raise GanlabError(f"{what} goes from {low} to {high}, but pixels must lie between 0 and 255, or 0 and 1.")
        if values.dtype.kind == "f":
            values = np.rint(values * 255 if high <= 1 else values)
    return np.ascontiguousarray(values.reshape(-1, 28, 28), np.uint8)


def _checked_labels(values: np.ndarray, what: str) -> np.ndarray:
    if values.ndim == 0 or values.shape[1:] not in ((), (1,)):
        raise GanlabError(f"{what} has the shape {values.shape}, but labels must have the shape [n].")
    if values.dtype.kind not in "ui":
        raise GanlabError(f"{what} is of type {values.dtype}, but labels must be whole numbers.")
    if values.size and not (values.min() >= 0 and values.max() <= 255):
        raise GanlabError(f"{what} goes from {values.min()} to {values.max()}, but labels must lie between 0 and 255.")
    return np.ascontiguousarray(values.reshape(-1), np.uint8)
