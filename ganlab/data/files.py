"""Files of images and labels, npz and gzipped IDX, read with every array checked."""

import gzip
import zipfile
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ganlab.errors import GanlabError

Arrays = dict[str, np.ndarray]
"""x_train and y_train, and x_test and y_test where the file has them: uint8 `[n, 28, 28]` and `[n]`."""

IDX_FILES = {
    "x_train": "train-images-idx3-ubyte.gz",
    "y_train": "train-labels-idx1-ubyte.gz",
    "x_test": "t10k-images-idx3-ubyte.gz",
    "y_test": "t10k-labels-idx1-ubyte.gz",
}
IDX_UINT8 = 8  # the third byte of an IDX file names the kind of its values


def read_npz(path: Path) -> Arrays:
    """The arrays of an npz file with Keras's keys, or with `images` and `labels` (the training part).

    Raises FileNotFoundError where there is no such file, GanlabError where it cannot be used.
    """
    stored = {}
    with _open(path) as file:
        try:
            with np.load(file, allow_pickle=False) as archive:
                stored = {key: archive[key] for key in (*IDX_FILES, "images", "labels") if key in archive}
        except Exception as problem:  # numpy, zipfile and zlib raise almost anything on damaged bytes
            sentence = f"{path} is damaged, cut short or not an npz file of plain arrays."
            raise GanlabError(sentence) from problem
    if "x_train" in stored or "y_train" in stored:
        return _train_and_test(stored, path)
    if "images" in stored or "labels" in stored:
        images, labels = _checked(stored, "images", "labels", path)
        return {"x_train": images, "y_train": labels}
    raise GanlabError(f"{path} must hold the arrays x_train and y_train, or images and labels. It holds neither.")


def read_idx(folder: Path) -> Arrays:
    """The arrays of the four gzipped IDX files as which Fashion-MNIST is published.

    Raises FileNotFoundError where there is none of them, GanlabError where they cannot be used.
    """
    stored, missing = {}, []
    for key, name in IDX_FILES.items():
        try:
            stored[key] = _read_one_idx(folder / name)
        except FileNotFoundError:
            missing.append(name)
    if len(missing) == len(IDX_FILES):
        raise FileNotFoundError(folder)
    if missing:
        raise GanlabError(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing in {folder}.")
    return _train_and_test(stored, folder)


def looks_whole(path: Path) -> bool:
    """Whether an npz file, or a folder of IDX files, is there and not plainly something else."""
    if not is_folder(path):
        return zipfile.is_zipfile(path)  # finds the directory at the end, which a file cut short has lost
    return all(_starts_like_gzip(path / name) for name in IDX_FILES.values())


def is_folder(path: Path) -> bool:
    """Whether the path is a folder, as far as this user may know."""
    try:
        return path.is_dir()
    except OSError:  # Python before 3.14 raises where a folder on the way may not be entered
        return False


def expanded(text: str) -> Path:
    """The path that a user wrote, with `~` for the home folder."""
    try:
        return Path(text).expanduser()
    except RuntimeError:  # nobody's home: then it is a name like any other
        return Path(text)


def reason(problem: BaseException) -> str:
    """What the operating system or the network says about a failure, without its number."""
    cause = getattr(problem, "reason", problem)  # urllib wraps the error that matters
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise FileNotFoundError(path) from problem
    except (OSError, ValueError) as problem:
        raise GanlabError(f"{path} could not be read ({reason(problem)}).") from problem


def _starts_like_gzip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == b"\x1f\x8b"
    except OSError:
        return False


def _read_one_idx(path: Path) -> np.ndarray:
    with _open(path) as file:
        try:
            content = gzip.decompress(file.read())
            kind, axes = content[2], content[3]
            shape = np.frombuffer(content, ">u4", count=axes, offset=4).tolist()
            values = np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)
        except Exception as problem:  # as many kinds as there are ways to damage bytes
            raise GanlabError(f"{path} is damaged, cut short or not a gzipped IDX file.") from problem
    if kind != IDX_UINT8:
        raise GanlabError(f"{path} must hold bytes from 0 to 255, but it holds values of another kind.")
    return values


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
