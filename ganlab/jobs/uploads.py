"""Uploads of images that no run needs any more: which they are, and how they are deleted and brought back."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ganlab.cache import clear_stale
from ganlab.data.files import reason
from ganlab.data.own_images import UPLOADS
from ganlab.errors import GanlabError
from ganlab.permission import needs
from ganlab.runs import layout

DELETED = ".deleted-"  # begins the name of an upload that was deleted; it is there for an hour, then it is removed


@dataclass(frozen=True)
class Upload:
    """An upload in a runs folder: its `key` there, the name of its file or folder, the bytes that it takes, and when
    it came, in seconds since 1970."""

    key: str
    name: str
    size: int
    stored: float


def unused(folder: Path) -> list[Upload]:
    """The uploads in a runs folder that no run there learns from, whether it is done, trains, waits or has failed, and
    none of a sweep will; the newest first. Raises GanlabError where that cannot be known."""
    needed = _needed(folder)
    return [upload for upload in _found(_place(folder)) if not any(upload.key.encode() in text for text in needed)]


def deleted(folder: Path) -> list[Upload]:
    """The uploads in a runs folder that were deleted and can still be brought back, the newest first."""
    place = _place(folder)
    clear_stale(place, DELETED)
    return [upload for upload in _found(place, DELETED) if not (place / upload.key).exists()]


@needs("delete uploads")
def delete(key: str, folder: Path) -> None:
    """Deletes an upload, so that it can be brought back for an hour. Raises GanlabError where it is gone or needed."""
    here, there = _place(folder) / key, _place(folder) / f"{DELETED}{key}"
    _check_unneeded(key, folder)
    with _told(here, "deleted"):
        if here.is_symlink():
            raise FileNotFoundError(here)
        os.utime(here)  # the hour begins now
        try:
            here.rename(there)
        except OSError:
            if not (here.exists() and there.exists()):
                raise
            os.utime(there)
            shutil.rmtree(here)  # deleted before, and uploaded again: one copy is enough
    try:
        _check_unneeded(key, folder)  # by a run that was made meanwhile
    except GanlabError:
        restore(key, folder)
        raise


@needs("bring uploads back")
def restore(key: str, folder: Path) -> None:
    """Brings a deleted upload back, unless it was uploaded again meanwhile. Raises GanlabError where it is gone."""
    here, there = _place(folder) / key, _place(folder) / f"{DELETED}{key}"
    if not here.exists():
        with _told(here, "brought back"):
            there.rename(here)


@contextmanager
def _told(path: Path, what: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as problem:
        raise GanlabError("This upload is gone: it was deleted from another window or program.") from problem
    except OSError as problem:
        raise GanlabError(f"The upload {path} could not be {what} ({reason(problem)}).") from problem


def _check_unneeded(key: str, folder: Path) -> None:
    if any(key.encode() in text for text in _needed(folder)):
        raise GanlabError("A run has begun to use this upload, so it was not deleted.")


def _needed(folder: Path) -> list[bytes]:
    """What the runs and sweeps in a folder say of themselves, also those that cannot be shown any more."""
    told = []
    for config in (*folder.glob(f"*/{layout.CONFIG}"), *folder.glob(f"{layout.SWEEPS}/*/{layout.SWEEP}")):
        try:
            told.append(config.read_bytes())
        except FileNotFoundError:  # deleted at this moment
            continue
        except OSError as problem:
            raise GanlabError(
                f"{config} could not be read ({reason(problem)}), so it is not known which uploads are needed."
            ) from problem
    return told


def _found(place: Path, beginning: str = "") -> list[Upload]:
    paths = [path for path in place.glob(f"{beginning}*") if beginning or path.name[0] != "."]
    found = [_upload(path, beginning) for path in paths if not path.is_symlink()]  # a link is no upload
    return sorted((one for one in found if one), key=lambda upload: upload.stored, reverse=True)


def _upload(path: Path, beginning: str) -> Upload | None:
    """None where it is being deleted or is none."""
    with suppress(OSError, StopIteration):
        content = next(path.iterdir())
        size = sum(file.stat().st_size for file in _files(content))
        return Upload(path.name.removeprefix(beginning), content.name, size, content.stat().st_mtime)
    return None


def _files(path: Path) -> Iterator[Path]:
    return (file for file in path.rglob("*") if file.is_file()) if path.is_dir() else iter([path])


def _place(folder: Path) -> Path:
    return folder / UPLOADS
