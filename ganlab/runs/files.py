"""Files that survive a crash: JSON written whole or not at all, records that are only appended, a lock
that the kernel drops when its holder dies."""

import contextlib
import errno
import json
import math
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, TypeVar

import numpy as np

from ganlab.errors import GanlabError
from ganlab.permission import check
from ganlab.runs.records import Record

LOCK_PATIENCE = 1.0  # seconds; a reader holds the lock for an instant to see whether it is free
HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)  # by another process, as the systems say it
OPEN_PATIENCE = 1.0  # seconds; on Windows a file that somebody reads at this instant cannot be replaced
R = TypeVar("R", bound=Record)
NO_ACCESS = "the folder may not be written to; choose another one with --runs or GANLAB_RUNS"
NO_LOCKS = "the disk does not support file locks; choose a folder on another one with --runs or GANLAB_RUNS"


@contextlib.contextmanager
def plain_errors(what: str, then: str = "resume the run") -> Iterator[None]:
    """Turns the operating system's refusals into sentences for the user; `then` is what to do once there is space."""
    try:
        yield
    except OSError as error:
        reasons = {
            errno.ENOSPC: f"the disk is full; free some space and {then}",
            errno.EDQUOT: f"your disk quota is used up; free some space and {then}",
            errno.EROFS: "the folder is read-only; choose another one with --runs or GANLAB_RUNS",
            **dict.fromkeys((errno.EACCES, errno.EPERM), NO_ACCESS),
            **dict.fromkeys((errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP), NO_LOCKS),
        }
        reason = reasons.get(error.errno or 0, error.strerror or str(error))
        raise GanlabError(f"{what} cannot be written: {reason}.") from error


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write, which takes the place of the one at `path` once it is whole and on the disk itself."""
    check("change files of runs")
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    put_in_place(temporary, path)


def write_json(path: Path, content: dict[str, Any]) -> None:
    with replacing(path) as file:
        file.write(_json_bytes(content))


def _json_bytes(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=1) + "\n").encode()


def record_bytes(record: Record) -> bytes:
    """A record as its file has it."""
    return _json_bytes(record.to_json())


def write_record(path: Path, record: Record) -> None:
    write_json(path, record.to_json())


def read_record(path: Path, kind: type[R]) -> R:
    """Raises GanlabError where the file does not hold such a record."""
    try:
        return kind.parse(path.read_bytes())
    except OSError as error:
        raise GanlabError(f"{path} cannot be read; the file is missing or damaged.") from error
    except ValueError as error:
        raise GanlabError(f"{path} does not hold what it should: {error}.") from error


def read_record_or(path: Path, otherwise: R) -> R:
    """As `read_record`, or this where the file does not hold such a record."""
    try:
        return read_record(path, type(otherwise))
    except GanlabError:
        return otherwise


def put_in_place(written: Path, path: Path) -> None:
    """Renames a file that has been written to its place, where another one may be."""
    deadline = time.monotonic() + (OPEN_PATIENCE if os.name == "nt" else 0.0)
    while True:
        try:
            written.replace(path)
            return
        except PermissionError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.02)


def read_json(path: Path) -> dict[str, Any]:
    """Raises GanlabError where there is no JSON object to read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GanlabError(f"{path} cannot be read; the file is missing or damaged.") from error
    if not isinstance(content, dict):
        raise GanlabError(f"{path} does not hold what a run's file should.")
    return content


def file_names(text: str) -> str:
    """The text with each path in it cut down to the name of its file."""
    return re.sub(r"(?:\b[A-Za-z]:|~)?[\\/]{1,2}(?:[^\\/\s]+[\\/]{1,2})+([^\\/\s]+)", r"\1", text)


def finite(content: Any) -> Any:
    """The same for JSON, which knows no NaN: null in its place."""
    if isinstance(content, dict):
        return {key: finite(value) for key, value in content.items()}
    if isinstance(content, list):
        return [finite(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content


class Records:
    """An append-only file of fixed-size records; a torn last one, left by a crash, is not counted."""

    def __init__(self, path: Path, dtype: Any, shape: tuple[int, ...] = ()) -> None:
        self.path = path
        self.dtype = np.dtype((dtype, shape)) if shape else np.dtype(dtype)
        self._file: IO[bytes] | None = None

    def __len__(self) -> int:
        try:
            return self.path.stat().st_size // self.dtype.itemsize
        except OSError:
            return 0

    def sync(self) -> None:
        """Has what was appended written to the disk itself, which outlasts a power cut."""
        if self._file is not None:
            os.fsync(self._file.fileno())

    def read(self, start: int = 0, stop: int | None = None) -> np.ndarray:
        """Records `start` to `stop` as an array of its own."""
        count = min(len(self), len(self) if stop is None else stop) - start
        if count <= 0:
            return np.empty(0, self.dtype)
        return np.fromfile(self.path, self.dtype, count, offset=start * self.dtype.itemsize)

    def every(self, step: int) -> np.ndarray:
        """The first record and every `step`-th one after it, as an array of its own; the others are not read."""
        return np.frombuffer(self._parts(range(0, len(self), step), 0, self.dtype.itemsize), self.dtype)

    def field(self, name: str, start: int = 0) -> np.ndarray:
        """One field of the records from `start` on; the others, which may be large, are not read."""
        fields: Any = self.dtype.fields
        kind, offset, *_ = fields[name]
        return np.frombuffer(self._parts(range(start, len(self)), offset, kind.itemsize), kind)

    def _parts(self, records: range, offset: int, size: int) -> bytes:
        """So many bytes of each of these records, from one place in each on, up to one that has been cut off."""
        found: list[bytes] = []
        if not len(records):
            return b""
        with self.path.open("rb", buffering=0) as file:
            for index in records:
                file.seek(index * self.dtype.itemsize + offset)
                found.append(file.read(size))
                if len(found[-1]) < size:
                    found.pop()
                    break
        return b"".join(found)

    def append(self, records: np.ndarray) -> None:
        """Adds records and hands them to the operating system at once."""
        if self._file is None:
            self._file = self.path.open("ab")
        self._file.write(np.ascontiguousarray(records).tobytes())
        self._file.flush()

    def cut(self, count: int) -> None:
        """Keeps the first `count` records."""
        self.close()
        with self.path.open("ab") as file:
            file.truncate(min(count, len(self)) * self.dtype.itemsize)

    def close(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            with contextlib.suppress(OSError):  # what could not be flushed has been reported when it was written
                file.close()


class Lock:
    """Held by a run's writer; free as soon as that process is gone, however it went."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None

    def acquire(self) -> bool:
        check("change runs")
        file = self.path.open("ab")
        deadline = time.monotonic() + LOCK_PATIENCE
        try:
            while not _try_lock(file, shared=False):
                if time.monotonic() > deadline:
                    file.close()
                    return False
                time.sleep(0.02)
        except OSError:
            file.close()
            raise
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def is_locked(path: Path) -> bool:
    """Whether a living process holds the lock."""
    try:
        with path.open("rb") as file:
            return not _try_lock(file, shared=True)
    except OSError:
        return False


def _try_lock(file: IO[bytes], shared: bool) -> bool:
    """Whether the lock is to be had at this instant, in which case this process then holds it."""
    try:
        _lock(file, shared)
    except OSError as error:
        if error.errno not in HELD:
            raise
        return False
    return True


if os.name == "nt":
    import msvcrt

    def _lock(file: IO[bytes], shared: bool) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        if shared:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined]

else:
    import fcntl

    def _lock(file: IO[bytes], shared: bool) -> None:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
