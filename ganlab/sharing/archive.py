"""A zip file that somebody else gave, read without trusting it."""

import contextlib
import copy
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import IO

from ganlab.runs import bundle, layout
from ganlab.runs.files import plain_errors

END, LARGE = b"PK\x05\x06", b"PK\x06\x07"  # how a zip's last 22 bytes begin, and the 20 before them in a very large one
MOST_MEMBERS = 64
MOST_PACKED = 1_000_000_000  # bytes of the file
MOST_BYTES = 2_000_000_000  # of all members unpacked
MOST_IN_MEMORY = 200_000_000  # of a member that is not a list of records
MOST_SHRUNK = 2 * bundle.STEEPEST  # an export stays below half of it
SMALL = 10_000  # bytes, which may have shrunk as much as they like
MOST_CONTENTS = 200_000  # bytes of a zip's list of contents
BLOCK = 1 << 20
LOCAL_HEADER = 30  # bytes before a member, apart from its name
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error)


class Wrong(Exception):  # noqa: N818 (it becomes a GanlabError with the file's name)
    """Why a file is refused, as the end of a sentence that begins with its name."""


def check_contents(file: IO[bytes], what: str = "it") -> None:
    """Looks at a zip's list of contents before zipfile makes an object of everything in it."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 42))
    tail = file.read()
    end, before = tail[-22:], tail[:-22]
    if size < 22 or not end.startswith(END) or end[20:] != bytes(2):
        raise Wrong(f"{what} is not a zip file, or it is damaged.")
    if size > MOST_PACKED or before.startswith(LARGE) or int.from_bytes(end[12:16], "little") > MOST_CONTENTS:
        raise Wrong(f"{what} holds more or larger files than an exported run does.")
    file.seek(0)


def while_writing() -> contextlib.AbstractContextManager[None]:
    return plain_errors("The imported run")


def members_of(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The members by name, once their names, kinds and sizes are found to be those of an export."""
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS:
        raise Wrong(f"it holds {len(infos):,} files, but an exported run holds at most {MOST_MEMBERS}.")
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.orig_filename
        if name == bundle.RUN and not info.file_size:
            continue  # the folder itself, which some programs write
        _check_member(name, info)
        if name in found:
            raise Wrong(f"it holds {shown_name(name)} twice.")
        found[name] = info
    packed = sum(info.compress_size for info in infos)
    if packed > MOST_PACKED or sum(info.file_size for info in infos) > MOST_BYTES:
        raise Wrong(f"it would take more than {MOST_BYTES // 10**9} GB of disk space.")
    check_overlaps(archive, infos)
    return found


def _check_member(name: str, info: zipfile.ZipInfo) -> None:
    parts = re.split(r"[/\\]", name)
    if name.startswith(("/", "\\")) or ".." in parts or "\\" in name or re.match(r"[A-Za-z]:", name):
        raise Wrong(f"it holds {shown_name(name)}, a name that points outside its folder.")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Wrong(f"{shown_name(name)} in it is a link or a device, not a file.")
    inside = name.removeprefix(bundle.RUN)
    known = name in (*bundle.FOR_PEOPLE, layout.CONFIG)
    if not known and not (name != inside and (inside in bundle.OF_RUN or bundle.WEIGHTS.fullmatch(inside))):
        raise Wrong(f"it holds {shown_name(name)}, which is not part of an exported run.")
    if info.flag_bits & 0x1:
        raise Wrong(f"{shown_name(name)} in it is encrypted.")
    check_packing(shown_name(name), info)


def check_packing(what: str, info: zipfile.ZipInfo) -> None:
    """Refuses what is not packed as `export` does it, or would unpack to far more."""
    if info.flag_bits & 0x1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Wrong(f"{what} in it is compressed in an unusual way.")
    if info.file_size > max(SMALL, MOST_SHRUNK * info.compress_size):
        raise Wrong(f"{what} in it would unpack to more than {MOST_SHRUNK} times its size.")


def check_overlaps(archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo]) -> None:
    """Members that share their bytes would multiply them."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise Wrong("files in it overlap.")
        end = info.header_offset + LOCAL_HEADER + len(info.orig_filename.encode()) + info.compress_size
    if end > archive.start_dir:
        raise Wrong("files in it overlap its list of contents.")


def shown_name(name: str) -> str:
    return repr(name if len(name) <= 60 else name[:57] + "...")


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """All of a member, of at most so many bytes."""
    if info.file_size > most:
        raise Wrong(f"{shown_name(info.filename)} in it is larger than allowed.")
    return b"".join(pieces_of(archive, info, max(1, info.file_size)))


def pieces_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo, step: int) -> Iterator[bytes]:
    """A member in pieces of `step` bytes, the last one of what is left; it has to be as long as it declares.

    No more than that is unpacked of it: reading it at once, zipfile would unpack all that there is before cutting it.
    """
    longer, left = copy.copy(info), info.file_size
    longer.file_size += 1  # so that the member is not cut there, but seen to go on
    with archive.open(longer) as member:
        while left and (piece := _exactly(member, min(step, left))):
            left -= len(piece)
            yield piece
        if left or member.read(1):
            raise Wrong(f"{shown_name(info.filename)} in it is not as long as it says.")


def _exactly(file: IO[bytes], count: int) -> bytes:
    pieces = []
    while count and (piece := file.read(count)):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)
