"""Images that a user hands over as files, stored so that they are a data set like any other of their own (own.py).

What is stored is named by its content: the same files are the same data set, and a run that learns from them finds them
again.
"""

import hashlib
import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from ganlab.cache import clear_stale
from ganlab.data.dataset import Progress
from ganlab.data.files import reason
from ganlab.data.own_images import SUFFIXES, load_own
from ganlab.errors import GanlabError

FOLDER = "uploads"  # in the runs folder
TEMPORARY = ".upload-"  # begins the name of a folder that an upload is made in
KINDS = (*SUFFIXES, ".zip", ".npz")
LOOSE = "pictures"  # the class of pictures without a folder
MOST_FILES = 100_000
MOST_BYTES = 200 * 2**20  # of all that is handed over; Streamlit takes no larger file either
MOST_UNPACKED = 600 * 2**20  # of a zip or npz: 70,000 images of 28x28 are 440 MB as float64
LARGEST_PICTURE = 50 * 2**20
FORBIDDEN = '<>:"/\\|?*'  # in the names of files, on one system or another
LONGEST_NAME = 60
File = tuple[str, bytes]  # a name, and the content


def store(files: Sequence[File], folder: Path, progress: Progress = lambda doing, fraction: None) -> Path:
    """Keeps an upload in a folder, and returns the path that `data.load` knows it by.

    An upload is one .npz file, or pictures and .zip files of pictures in any number. The folder that a picture lies in
    is its class; pictures without one are one class together. The same upload gives the same path. Raises GanlabError
    where there is nothing to learn from, or too much to unpack.
    """
    if not files:
        raise GanlabError(f"Choose at least one file: {_kinds()}.")
    odd = [name for name, _ in files if not name.lower().endswith(KINDS)]
    if odd:
        raise GanlabError(f"{odd[0]} is not a kind of file that a model can learn from. Choose {_kinds()}.")
    if sum(len(content) for _, content in files) > MOST_BYTES:
        raise GanlabError(
            f"Together the files are larger than {MOST_BYTES // 2**20} MB. Upload fewer or smaller files."
        )
    arrays = [file for file in files if file[0].lower().endswith(".npz")]
    if arrays and len(files) > 1:
        raise GanlabError(f"{arrays[0][0]} is a data set by itself. Upload it alone, or upload only pictures.")
    progress("Unpacking the files", None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        clear_stale(folder, TEMPORARY)
        with tempfile.TemporaryDirectory(dir=folder, prefix=TEMPORARY) as name:
            if arrays:
                return _store_arrays(*arrays[0], folder, Path(name))
            return _store_pictures(files, folder, Path(name), progress)
    except OSError as problem:
        raise GanlabError(f"The upload could not be stored in {folder} ({reason(problem)}).") from problem


def _kinds() -> str:
    return f"pictures ({', '.join(suffix[1:] for suffix in SUFFIXES)}), a zip of them, or an npz file"


def _store_arrays(name: str, content: bytes, folder: Path, workshop: Path) -> Path:
    target = folder / hashlib.sha256(content).hexdigest()[:16]
    _check_size(name, _open(name, content).infolist())
    written = workshop / "kept" / _file_name(PurePosixPath(name).name)
    written.parent.mkdir()
    written.write_bytes(content)
    return _keep(written, target, name)


def _store_pictures(files: Sequence[File], folder: Path, workshop: Path, progress: Progress) -> Path:
    pictures = sorted(_pictures(files, progress))
    if not pictures:
        raise GanlabError(
            f"There is no picture in {files[0][0]}. Put pictures ({', '.join(suffix[1:] for suffix in SUFFIXES)}) into "
            "it, in one folder for each class."
        )
    names: dict[str, str] = {}
    for kind, _, _ in pictures:
        if names.setdefault(_file_name(kind), kind) != kind:
            raise GanlabError(
                f"The names of the classes {names[_file_name(kind)]} and {kind} are too similar. Rename one of them."
            )
    digest = hashlib.sha256()
    written = workshop / "kept" / _file_name(PurePosixPath(files[0][0]).stem if len(files) == 1 else LOOSE)
    for number, (kind, name, content) in enumerate(pictures):
        if not number % 100:
            progress("Storing the pictures", number / len(pictures))
        digest.update(b"".join(hashlib.sha256(part).digest() for part in (kind.encode(), name.encode(), content)))
        place = written / _file_name(kind) / f"{number:06}{PurePosixPath(name).suffix.lower()}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    said = files[0][0] if len(files) == 1 else f"the {len(files):,} files"
    return _keep(written, folder / digest.hexdigest()[:16], said, progress)


def _keep(written: Path, target: Path, said: str, progress: Progress = lambda doing, fraction: None) -> Path:
    """Moves what was written to its place once it is sure that it can be learnt from; what is there already stays."""
    try:
        load_own(str(written), progress)
    except GanlabError as problem:
        raise GanlabError(str(problem).replace(str(written), said)) from problem
    if not _stored(target):
        shutil.rmtree(target, ignore_errors=True)  # what a crash left there
        try:
            os.replace(written.parent, target)
        except OSError:
            if not _stored(target):  # where another upload of the same has not just put it
                raise
    return _stored(target)[0]


def _stored(target: Path) -> list[Path]:
    return list(target.iterdir()) if target.is_dir() else []


def _pictures(files: Sequence[File], progress: Progress) -> Iterator[tuple[str, str, bytes]]:
    """Class, name and content of every picture."""
    archives = {name: _open(name, content) for name, content in files if name.lower().endswith(".zip")}
    entries = [
        (name, entry) for name, archive in archives.items() for entry in archive.infolist() if _is_picture(entry)
    ]
    _check_size(" and ".join(archives), [entry for _, entry in entries])
    for name, content in files:
        if name not in archives:
            yield _class_of(name), PurePosixPath(name).name, content
    for number, (name, entry) in enumerate(entries):
        if not number % 100:
            progress(f"Unpacking {name}", number / len(entries))
        yield _class_of(entry.filename), entry.filename, _unpacked(archives[name], entry, name)


def _class_of(name: str) -> str:
    """The folder that a file lies in."""
    return PurePosixPath(_slashes(name)).parent.name or LOOSE


def _open(name: str, content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except Exception as problem:  # as many kinds as there are ways to damage bytes
        raise GanlabError(f"{name} is damaged, cut short or not what its name says. Make the file again.") from problem


def _is_picture(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(_slashes(entry.filename)).parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and not entry.is_dir() and entry.filename.lower().endswith(SUFFIXES)


def _slashes(name: str) -> str:
    return name.replace("\\", "/")


def _check_size(name: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuses what would fill memory or disk; zipfile never unpacks more of an entry than it is said to have."""
    if len(entries) > MOST_FILES:
        raise GanlabError(
            f"{name} holds {len(entries):,} files, but at most {MOST_FILES:,} are allowed. Upload fewer files."
        )
    total = sum(entry.file_size for entry in entries)
    if total > MOST_UNPACKED:
        raise GanlabError(
            f"{name} would take {total / 2**20:,.0f} MB unpacked, but at most {MOST_UNPACKED // 2**20} MB are allowed. "
            "Upload fewer or smaller pictures."
        )


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    if entry.file_size > LARGEST_PICTURE:
        raise GanlabError(
            f"{entry.filename} in {name} has {entry.file_size / 2**20:,.0f} MB, but a picture may have at most "
            f"{LARGEST_PICTURE // 2**20} MB. Make the picture smaller."
        )
    try:
        return archive.read(entry)
    except Exception as problem:  # damaged, cut short, or locked
        raise GanlabError(
            f"{entry.filename} in {name} cannot be unpacked: the zip file is damaged or has a password. Make the zip "
            "file again, without a password."
        ) from problem


def _file_name(name: str) -> str:
    """A name that a file may have on every system."""
    plain = "".join("_" if letter in FORBIDDEN or ord(letter) < 32 else letter for letter in name)
    stem, dot, suffix = plain.rpartition(".")
    short = f"{stem[:LONGEST_NAME]}{dot}{suffix[:8]}" if stem else plain[:LONGEST_NAME]
    return short.strip(" .") or LOOSE
