"""The files of a data set, in a folder, in a zip or alone: named and measured before any of them is opened."""

import contextlib
import io
import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import IO, BinaryIO

from ganlab.data.files import check_regular, is_folder, reason
from ganlab.errors import GanlabError, displayable

MOST_FILES = 1_000_000
MOST_BYTES = 2 * 2**30  # of a zip, unpacked
DEEPEST = 40  # folders in folders


@dataclass(frozen=True)
class File:
    """One file: `name` from the data set's own folder on, with `/`; `shown`, what sentences call it."""

    name: str
    shown: str
    measure: Callable[[], int]
    opener: Callable[[], BinaryIO]
    streamer: Callable[[], IO[bytes]] | None = None  # in a zip: unpacks what is read, and only that

    @property
    def base(self) -> str:
        return PurePosixPath(self.name).name

    @property
    def folders(self) -> tuple[str, ...]:
        return PurePosixPath(self.name).parts[:-1]

    def size(self) -> int:
        """Bytes, unpacked; raises GanlabError where the file cannot be looked at."""
        try:
            return self.measure()
        except (OSError, ValueError) as problem:
            raise GanlabError(f"{self.shown} could not be read ({reason(problem)}).") from problem

    def open(self) -> BinaryIO:
        """The content, at its beginning; raises GanlabError."""
        try:
            return self.opener()
        except Exception as problem:
            raise self._unreadable(problem) from problem

    @contextlib.contextmanager
    def stream(self) -> Iterator[IO[bytes]]:
        """The content, to be read once from its beginning on: a large file in a zip is never in memory as a whole.
        Raises GanlabError, also while it is read."""
        try:
            with (self.streamer or self.opener)() as content:
                yield content
        except GanlabError:
            raise
        except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError) as problem:
            raise self._unreadable(problem) from problem

    def _unreadable(self, problem: Exception) -> GanlabError:
        if isinstance(problem, (OSError, ValueError)):
            return GanlabError(f"{self.shown} could not be read ({reason(problem)}).")
        return GanlabError(  # zipfile's and zlib's own kinds
            f"{self.shown} cannot be unpacked: the zip file is damaged or has a password. Make the zip file again, "
            "without a password."
        )

    def check_size(self, most: int, what: str) -> None:
        """Raises GanlabError where the file is larger than `most` bytes, before it is read."""
        if self.size() > most:
            raise GanlabError(
                f"{self.shown} has {self.size() / 2**20:,.0f} MB, but {what} may have at most {most // 2**20:,} MB. "
                "Use a part of it."
            )


@dataclass(frozen=True)
class Tree:
    """What lies at a path: the `files` sorted by name, or the one that was named, `alone`.

    `title` names the data set; `around` gives the files among which the companions of a file are looked for.
    """

    path: Path
    title: str
    files: tuple[File, ...]
    alone: bool
    around: Callable[[], Sequence[File]]

    @property
    def shown(self) -> str:
        return str(self.path)

    @property
    def stem(self) -> str:
        """The title without the ending of a file's name."""
        return PurePosixPath(self.title).stem if self.alone else self.title

    def ending(self, *suffixes: str) -> list[File]:
        """The files whose names end so, whatever the case."""
        return [file for file in self.files if file.name.lower().endswith(suffixes)]


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Tree]:
    """The files at a path. Raises FileNotFoundError where nothing is there, GanlabError where it cannot be seen."""
    if is_folder(path):
        yield _folder(path)
        return
    try:
        file = _open(path)
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise FileNotFoundError(path) from problem
    except (OSError, ValueError) as problem:
        raise GanlabError(f"{path} could not be read ({reason(problem)}).") from problem
    with file:
        if path.suffix.lower() != ".zip":
            yield Tree(path, _title(path), (on_disk(path, path.name),), True, partial(_beside, path))
            return
        with archive(file, str(path)) as entries:
            yield tree_of(entries, path)


@contextlib.contextmanager
def archive(file: BinaryIO, shown: str) -> Iterator[tuple[File, ...]]:
    """The files in a zip, which sentences call `shown`. Raises GanlabError where it is damaged, would take too much
    memory, or holds links."""
    try:
        packed = zipfile.ZipFile(file)
    except Exception as problem:  # as many kinds as there are ways to damage bytes
        raise GanlabError(f"{shown} is damaged, cut short or not what its name says. Make the file again.") from problem
    with packed:
        entries = [entry for entry in packed.infolist() if not entry.is_dir() and not _hidden(entry.filename)]
        check_packed(shown, entries, MOST_FILES, MOST_BYTES)
        content = lru_cache(maxsize=1)(packed.read)  # layouts look into the same file one after another
        files = [
            File(
                _inside(entry.filename),
                f"{entry.filename} in {shown}",
                partial(int, entry.file_size),
                partial(_unpacked, content, entry),
                partial(packed.open, entry),
            )
            for entry in entries
        ]
        yield tuple(sorted(files, key=lambda one: one.name))


def tree_of(files: tuple[File, ...], path: Path) -> Tree:
    """Files that are together, in a zip or handed over."""
    return Tree(path, path.stem, files, False, lambda: files)


def check_packed(shown: str, entries: Sequence[zipfile.ZipInfo], most_files: int, most_bytes: int) -> None:
    """Refuses what would fill memory or disk; zipfile never unpacks more of an entry than it is said to have."""
    if len(entries) > most_files:
        raise GanlabError(
            f"{shown} holds {len(entries):,} files, but at most {most_files:,} are allowed. Use fewer files."
        )
    total = sum(entry.file_size for entry in entries)
    if total > most_bytes:
        raise GanlabError(
            f"{shown} would take {total / 2**20:,.0f} MB unpacked, but at most {most_bytes // 2**20:,} MB are allowed. "
            "Use fewer or smaller pictures."
        )
    deep = [entry.filename for entry in entries if len(PurePosixPath(_inside(entry.filename)).parts) > DEEPEST + 1]
    if deep:
        raise GanlabError(
            f"{shown} holds a file that lies more than {DEEPEST} folders deep. Use fewer folders in folders."
        )
    links = [entry.filename for entry in entries if stat.S_ISLNK(entry.external_attr >> 16)]
    if links:
        raise GanlabError(f"{links[0]} in {shown} is a link to another file. Put the file itself into the zip.")


def _unpacked(content: Callable[[zipfile.ZipInfo], bytes], entry: zipfile.ZipInfo) -> BinaryIO:
    return io.BytesIO(content(entry))


def _inside(name: str) -> str:
    """A name that stays within the zip, whatever is written there."""
    parts = PurePosixPath(normpath(name.replace("\\", "/").lstrip("/"))).parts
    return "/".join(part for part in parts if part != "..")


def _hidden(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any((part.startswith(".") and part.strip(".")) or part == "__MACOSX" for part in parts)


def _title(path: Path) -> str:
    return path.resolve().name or str(path)


def on_disk(path: Path, name: str) -> File:
    """A file of that name in its data set; whether it is there is seen when it is opened."""
    return File(name, displayable(str(path)), lambda: path.stat().st_size, partial(_open, path))


def _open(path: Path) -> BinaryIO:
    """Raises OSError also for a pipe or a device, which may keep a reader waiting, or have no end."""
    check_regular(path)
    return path.open("rb")


def _beside(path: Path) -> list[File]:
    with _listing(path.parent):
        return sorted(
            (on_disk(path.parent / entry.name, entry.name) for entry in os.scandir(path.parent) if entry.is_file()),
            key=lambda file: file.name,
        )


def _folder(path: Path) -> Tree:
    found: list[File] = []
    with _listing(path):
        _walk(path, path.resolve(), "", found)
    files = tuple(sorted(found, key=lambda file: PurePosixPath(file.name).parts))
    return Tree(path, _title(path), files, False, lambda: files)


@contextlib.contextmanager
def _listing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise GanlabError(f"The folder {folder} could not be read ({reason(problem)}).") from problem


def _target(link: Path) -> Path:
    try:
        return link.resolve()
    except (OSError, RuntimeError) as problem:
        raise GanlabError(f"{link} is a link that leads to itself. Remove it.") from problem


def _walk(folder: Path, root: Path, within: str, found: list[File]) -> None:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if _hidden(entry.name):
            continue
        place = folder / entry.name
        is_link = entry.is_symlink()
        if is_link and not _target(place).is_relative_to(root):
            raise GanlabError(f"{place} is a link that leads out of {root}. Put the file or folder itself there.")
        if entry.is_dir(follow_symlinks=False):
            if within.count("/") < DEEPEST:
                _walk(place, root, f"{within}{entry.name}/", found)
        elif not (is_link and entry.is_dir()):  # a linked folder is one that is here anyway
            found.append(on_disk(place, f"{within}{entry.name}"))
            if len(found) > MOST_FILES:
                raise GanlabError(f"{root} holds more than {MOST_FILES:,} files. Put the images into their own folder.")
