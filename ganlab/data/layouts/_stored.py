"""Arrays in npy and npz files: what they are is read first, their values only when that is no harm."""

import contextlib
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import IO

import numpy as np

from ganlab.data.layouts._tree import MOST_BYTES, File
from ganlab.errors import GanlabError

LONGEST_HEADER = 2**16  # bytes; numpy would read whatever length a file says
HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


@dataclass(frozen=True)
class Stored:
    """An array in a file, which `load` reads."""

    shown: str
    shape: tuple[int, ...]
    dtype: np.dtype
    load: Callable[[], np.ndarray]


def npy(file: File) -> Stored:
    """The array in an npy file; raises GanlabError where it cannot be read, or must not be."""
    return _stored(file.open, file.shown, file.shown, "an npy file")


def npz_keys(file: File) -> tuple[str, ...]:
    """The names of the arrays in an npz file."""
    with _archive(file) as packed:
        return tuple(name.removesuffix(".npy") for name in packed.namelist())


def npz_size(file: File) -> int:
    """Bytes of all arrays in an npz file, unpacked."""
    with _archive(file) as packed:
        return sum(entry.file_size for entry in packed.infolist())


def npz(file: File, *keys: str) -> dict[str, Stored]:
    """Those of the arrays `keys` that an npz file has."""
    with _archive(file) as packed:
        names = set(packed.namelist())

    @contextlib.contextmanager
    def member(key: str) -> Iterator[IO[bytes]]:
        with _archive(file) as packed, packed.open(f"{key}.npy") as stream:
            yield stream

    return {
        key: _stored(partial(member, key), f"{key} in {file.shown}", file.shown, "an npz file")
        for key in keys
        if f"{key}.npy" in names
    }


def of_values(values: np.ndarray, shown: str) -> Stored:
    """An array that is in memory already."""
    return Stored(shown, values.shape, values.dtype, lambda: values)


def check_total(arrays: Mapping[str, Stored], shown: str) -> None:
    """Raises GanlabError where the arrays together would take too much memory."""
    total = sum(int(np.prod(array.shape, dtype=object)) * array.dtype.itemsize for array in arrays.values())
    if total > MOST_BYTES:
        raise GanlabError(
            f"{shown} would take {total / 2**20:,.0f} MB of memory, but at most {MOST_BYTES // 2**20:,} MB are "
            "allowed. Keep fewer images, or keep them as uint8."
        )


@contextlib.contextmanager
def _archive(file: File) -> Iterator[zipfile.ZipFile]:
    with file.open() as content:
        try:
            packed = zipfile.ZipFile(content)
        except Exception as problem:  # as many kinds as there are ways to damage bytes
            raise GanlabError(f"{_damaged(file.shown, 'an npz file')}, so it cannot be used.") from problem
        with packed:
            yield packed


def _damaged(shown: str, kind: str) -> str:
    return f"{shown} is damaged, cut short or not {kind} of plain arrays"


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], np.dtype]:
    """The shape and the type that an npy file says it has. Raises ValueError, and whatever numpy raises."""
    version = np.lib.format.read_magic(stream)
    size = stream.read(2 if version == (1, 0) else 4)
    length = int.from_bytes(size, "little")
    if length > LONGEST_HEADER:
        raise ValueError(f"a header of {length} bytes")
    shape, _, dtype = HEADERS[version](io.BytesIO(size + stream.read(length)))
    if min(shape, default=0) < 0 or not dtype.itemsize:
        raise ValueError(f"an array of {shape} times {dtype.itemsize} bytes")
    return tuple(map(int, shape)), dtype


def _stored(opener: Callable[[], AbstractContextManager[IO[bytes]]], shown: str, place: str, kind: str) -> Stored:
    try:
        with opener() as stream:
            shape, dtype = _header(stream)
    except GanlabError:
        raise
    except Exception as problem:  # numpy, zipfile and zlib raise almost anything on damaged bytes
        raise GanlabError(f"{_damaged(place, kind)}, so it cannot be used.") from problem
    if dtype.hasobject:
        raise GanlabError(
            f"{shown} holds Python objects, and reading these could run a program. Save it as plain arrays: "
            "numbers, or words of the type str."
        )

    def load() -> np.ndarray:
        try:
            with opener() as stream:
                return np.lib.format.read_array(stream, allow_pickle=False)
        except GanlabError:
            raise
        except Exception as problem:
            raise GanlabError(f"{_damaged(place, kind)}, so it cannot be used.") from problem

    stored = Stored(shown, shape, dtype, load)
    check_total({shown: stored}, shown)
    return stored
