"""MATLAB's `.mat`: EMNIST's, whose parts are in `dataset`, or images and labels under the names that an npz has."""

import io
import struct
import zlib
from typing import Any

import numpy as np

from ganlab.data.dataset import Progress
from ganlab.data.layouts import Found, Layout, _emnist, _stored, named_npz, register
from ganlab.data.layouts._found import MOST_LABEL, Arrays, Part, settle
from ganlab.data.layouts._tree import MOST_BYTES, File, Tree
from ganlab.errors import GanlabError

HEADER, COMPRESSED = 128, 15  # bytes, and the number that marks an element which is packed
CHUNK = 2**20


def recognise(tree: Tree) -> bool:
    return len(tree.ending(".mat")) == 1


def read(tree: Tree, report: Progress) -> Found:
    (file,) = tree.ending(".mat")
    stored = _variables(file)
    if "dataset" in stored:
        return settle(_emnist_parts(stored["dataset"], file), report)
    images, labels = named_npz.choose(tuple(stored), file.shown)
    if images not in stored:
        raise GanlabError(f"The array {images} is missing in {file.shown}. Images and their labels must come together.")
    told = _labels(stored[labels]) if labels in stored else None
    part = Part(
        _array(_images_first(stored[images], None if told is None else len(told)), images, file),
        None if told is None else _array(told, labels, file),
    )
    return settle(Arrays(file.shown, part, kind=tree.stem), report)


def _variables(file: File) -> dict[str, Any]:
    from scipy.io import loadmat

    file.check_size(MOST_BYTES, "a .mat file")
    with file.open() as stream:
        content = stream.read()
    if content[:HEADER].startswith(b"MATLAB 7.3") or content.startswith(b"\x89HDF"):
        raise GanlabError(f"{file.shown} is of MATLAB's version 7.3. Save it again with save(..., '-v7').")
    _check_unpacked(content, file)
    try:
        found = loadmat(io.BytesIO(content))
    except Exception as problem:  # scipy and zlib raise almost anything on damaged bytes
        raise GanlabError(f"{file.shown} is damaged, cut short or not a .mat file.") from problem
    return {name: _dense(values, file) for name, values in found.items() if not name.startswith("__")}


def _dense(values: Any, file: File) -> Any:
    """A sparse matrix as an array, which may take more memory than it has in the file."""
    from scipy.sparse import issparse

    if not issparse(values):
        return values
    whole = _stored.Stored(file.shown, values.shape, values.dtype, values.toarray)
    _stored.check_total({file.shown: whole}, file.shown)
    return whole.load()


def _labels(values: Any) -> np.ndarray:
    """Labels in a row or a column as `[n]`, since MATLAB knows no other arrays; one-hot ones as they are."""
    array = np.asarray(values)
    return array if array.ndim == 2 and min(array.shape) > 1 else array.reshape(-1)


def _check_unpacked(content: bytes, file: File) -> None:
    """Refuses what would take too much memory, before scipy unpacks it."""
    order = ">" if content[126:128] == b"MI" else "<"
    at, total = HEADER, 0
    while at + 8 <= len(content):
        kind, size = struct.unpack_from(f"{order}II", content, at)
        at += 8
        if kind == COMPRESSED:
            unpacking = zlib.decompressobj()
            rest = content[at : at + size]
            while rest and not unpacking.eof and total <= MOST_BYTES:
                try:
                    got = unpacking.decompress(rest, CHUNK)
                except zlib.error as problem:
                    raise GanlabError(f"{file.shown} is damaged, cut short or not a .mat file.") from problem
                total, rest = total + len(got), unpacking.unconsumed_tail
        at += size
    if total > MOST_BYTES:
        raise GanlabError(
            f"{file.shown} would take more than {MOST_BYTES // 2**20:,} MB unpacked, which is not allowed. Keep fewer "
            "images."
        )


def _emnist_parts(dataset: Any, file: File) -> Arrays:
    try:
        inside = dataset[0, 0]
        names = ("train", "test") if "test" in inside.dtype.names else ("train",)
        parts = [inside[name][0, 0] for name in names]
        arrays = [(_dense(part["images"], file), _labels(_dense(part["labels"], file))) for part in parts]
        mapping = inside["mapping"] if "mapping" in inside.dtype.names else np.empty([0, 2])
        named = {int(row[0]): chr(int(row[1])) for row in mapping if 0 <= row[0] <= MOST_LABEL}
    except GanlabError:
        raise
    except Exception as problem:  # whatever may be there instead
        raise GanlabError(
            f"dataset in {file.shown} must have train and test with images and labels, as EMNIST's has."
        ) from problem
    whole = [
        Part(_array(images, f"{name} images", file), _array(labels, f"{name} labels", file))
        for name, (images, labels) in zip(names, arrays, strict=True)
    ]
    called = tuple(named.get(label, "-") for label in range(max(named, default=-1) + 1))
    known = _emnist.names(file) or (called if set(named.values()) - set(_emnist.DIGITS) else ())
    return Arrays(file.shown, whole[0], whole[1] if len(whole) > 1 else None, transposed=True, names=known)


def _array(values: Any, name: str, file: File) -> _stored.Stored:
    shown = f"{name} in {file.shown}"
    if not isinstance(values, np.ndarray) or values.dtype.hasobject:
        raise GanlabError(f"{shown} holds cells or objects, but it must be an array of numbers.")
    return _stored.of_values(values, shown)


def _images_first(values: np.ndarray, count: int | None) -> np.ndarray:
    """The images along the first axis, where the number of labels shows that they are along the last one."""
    if count is None or not values.shape or values.shape[0] == count or values.shape[-1] != count:
        return values
    return np.moveaxis(values, -1, 0)


register(
    Layout(
        "MATLAB file",
        "a .mat file like EMNIST's, or with images and labels",
        50,
        recognise,
        read,
    )
)
