"""A run's folder on its way between machines that share no disk: first all of it, then parcels with what has changed.

    there = contents(path)                   # all files of a run, to be sent
    unpack(there, elsewhere)                 # the same folder on another machine, to be trained on
    news = News(elsewhere, there)
    parcel = news.take()                     # now and then, between two writes of who trains
    apply(path, parcel)                      # each in turn, on the first machine

After each parcel the first folder is one from which the run can go on. Files of records only grow, so a parcel has what
was appended to them; of other files it has all, and they take the place of the old ones as a whole.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ganlab.errors import GanlabError
from ganlab.permission import needs
from ganlab.runs import layout
from ganlab.runs.files import plain_errors, replacing

GROWING = (".f32", ".u8", ".f2", ".bin", ".ganlab")  # how the names of files end that are appended to
KEPT_BACK = (layout.LOCK,)  # is of one machine only
NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")  # of a file in the folder, or in a folder there
LAST = (layout.CONFIG, layout.STATUS)  # of a parcel, as they speak of the other files
Contents = Mapping[str, bytes]


class PartLostError(GanlabError):
    """Records in a parcel do not join on to those that there are: one before it got lost."""


@dataclass(frozen=True)
class Parcel:
    """What changed in a run's folder, by names relative to it with `/`: files that grew, each with the length to which
    it is cut first and the bytes that follow; files that are as a `whole` new or other ones; files that are `gone`."""

    grown: Mapping[str, tuple[int, bytes]] = field(default_factory=dict)
    whole: Contents = field(default_factory=dict)
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.grown or self.whole or self.gone)

    @property
    def size(self) -> int:
        """The bytes of its files."""
        return sum(len(content) for _, content in self.grown.values()) + sum(map(len, self.whole.values()))


def contents(path: Path) -> dict[str, bytes]:
    """All files of a run's folder by their names. Raises GanlabError where one cannot be read."""
    try:
        return {name: file.read_bytes() for name, file in _files(path)}
    except OSError as error:
        raise GanlabError(f"The run {path} cannot be read: {error.strerror or error}.") from error


def unpack(content: Contents, path: Path) -> None:
    """Makes a folder with these files. Raises GanlabError where the disk refuses, or a name leads out of the folder."""
    apply(path, Parcel(whole=content))


class News:
    """What has changed in a folder since it was last asked for, beginning with what was unpacked there.

    Training further may cut records before it appends to them, but only before its first event. So the first time,
    contents are compared, and from then on lengths alone.
    """

    def __init__(self, path: Path, before: Contents) -> None:
        self.path = path
        self._before: Contents | None = before
        self._seen: dict[str, tuple[int, int, int]] = {}

    def take(self) -> Parcel:
        """What has changed since the last time."""
        before, self._before = self._before, None
        known = {name: len(content) for name, content in before.items()} if before is not None else {}
        known |= {name: size for name, (_, size, _) in self._seen.items()}
        grown, whole, now = {}, {}, {}
        for name, file in _files(self.path):
            stat = file.stat()
            now[name] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if now[name] == self._seen.get(name):
                continue
            content = file.read_bytes() if before is not None or not _grows(name) else b""
            if before is not None and before.get(name) == content:
                continue
            if not _grows(name):
                whole[name] = content
            elif before is not None:
                start = _common(before.get(name, b""), content)
                grown[name] = start, content[start:]
            else:
                start = min(known.get(name, 0), stat.st_size)
                with file.open("rb") as opened:
                    opened.seek(start)
                    grown[name] = start, opened.read(stat.st_size - start)
        self._seen = now
        return Parcel(grown, whole, tuple(sorted(known.keys() - now.keys())))


@needs("change runs")
def apply(path: Path, parcel: Parcel) -> None:
    """Does to a run's folder what was done to the other one. Raises GanlabError, and changes nothing, where a name
    leads out of the folder, and `PartLostError` where a parcel before it is missing."""
    for name in (*parcel.grown, *parcel.whole, *parcel.gone):
        _check(name)
    for name, (start, _) in parcel.grown.items():
        if start > (size := _size(path / name)):
            raise PartLostError(f"A part of {name} of the run {path} got lost: it has {size} bytes, not {start}.")
    with plain_errors(f"The run {path}"):
        path.mkdir(parents=True, exist_ok=True)
        saved = any(name.startswith("checkpoint-") for name in parcel.whole)
        for name, (start, content) in parcel.grown.items():
            (path / name).parent.mkdir(exist_ok=True)
            with (path / name).open("ab") as file:
                file.truncate(start)
                file.write(content)
                if saved:  # a checkpoint must never be ahead of the records
                    file.flush()
                    os.fsync(file.fileno())
        for name in sorted(parcel.whole, key=lambda name: (name in LAST, name)):
            (path / name).parent.mkdir(exist_ok=True)
            with replacing(path / name) as file:
                file.write(parcel.whole[name])
        for name in parcel.gone:
            (path / name).unlink(missing_ok=True)


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """The files in a run's folder that travel, by their names."""
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.is_file() and not file.is_symlink() and name not in KEPT_BACK and file.suffix != ".tmp":
            yield name, file


def _grows(name: str) -> bool:
    return name.endswith(GROWING)


def _common(before: bytes, content: bytes) -> int:
    """How many bytes both begin with."""
    length = min(len(before), len(content))
    ours, theirs = (np.frombuffer(part, np.uint8, length) for part in (before, content))
    differing = np.flatnonzero(ours != theirs)
    return int(differing[0]) if len(differing) else length


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _check(name: str) -> None:
    if not NAME.fullmatch(name) or name.lower() in KEPT_BACK:
        raise GanlabError(f"{name!r} is not the name of a file of a run.")
