"""Images that a user hands over as files, stored so that they are a data set like any other (own_images.py).

What is stored is named by its content: the same files are the same data set, and a run that learns from them finds them
again.
"""

import contextlib
import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from ganlab.cache import clear_stale
from ganlab.data.dataset import Progress
from ganlab.data.files import reason
from ganlab.data.layouts import find, readable
from ganlab.data.layouts._pictures import LARGEST_PICTURE, SUFFIXES
from ganlab.data.layouts._stored import npz_size
from ganlab.data.layouts._tree import File, archive, tree_of
from ganlab.data.own_images import load_own
from ganlab.errors import GanlabError, displayable
from ganlab.permission import needs

TEMPORARY = ".upload-"  # begins the name of a folder that an upload is made in
LOOSE = "pictures"  # the class of pictures without a folder
MOST_FILES = 100_000
MOST_BYTES = 200 * 2**20  # of all that is handed over; Streamlit takes no larger file either
MOST_UNPACKED = 600 * 2**20  # 70,000 images of 28x28 are 440 MB as float64
FORBIDDEN = '<>:"/\\|?*'  # in the names of files, on one system or another
LONGEST_NAME = 60
Upload = tuple[str, bytes]  # a name, and the content


@needs("upload images")
def store(files: Sequence[Upload], folder: Path, progress: Progress = lambda doing, fraction: None) -> Path:
    """Keeps an upload in a folder, and returns the path that `data.load` knows it by.

    An upload is any number of files that are together in one of the layouts of `ganlab.data.layouts`, or zips of such
    files. The same upload gives the same path. Raises GanlabError where there is nothing to learn from, or too much to
    unpack.
    """
    if not files:
        raise GanlabError(f"Choose at least one file. {readable()}")
    if sum(len(content) for _, content in files) > MOST_BYTES:
        raise GanlabError(
            f"Together the files are larger than {MOST_BYTES // 2**20} MB. Upload fewer or smaller files."
        )
    arrays = [name for name, _ in files if not name.lower().endswith((*SUFFIXES, ".zip"))]
    if arrays and any(name.lower().endswith(SUFFIXES) for name, _ in files):
        raise GanlabError(f"{arrays[0]} is a data set by itself. Upload it without pictures, or upload only pictures.")
    said = files[0][0] if len(files) == 1 else f"the {len(files):,} files"
    progress("Unpacking the files", None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        clear_stale(folder, TEMPORARY)
        with tempfile.TemporaryDirectory(dir=folder, prefix=TEMPORARY) as name, _all_files(files) as found:
            _check_size(found, said)
            of_pictures = find(tree_of(found, Path(said))).of_pictures
            written, digest = _write(found, files, of_pictures, Path(name) / "kept", progress)
            return _keep(written, folder / digest, said, progress)
    except OSError as problem:
        raise GanlabError(f"The upload could not be stored in {folder} ({reason(problem)}).") from problem


@contextlib.contextmanager
def _all_files(files: Sequence[Upload]) -> Iterator[tuple[File, ...]]:
    """The files that were handed over, and in place of a zip those in it."""
    with contextlib.ExitStack() as stack:
        found: list[File] = []
        for name, content in files:
            if name.lower().endswith(".zip"):
                found += stack.enter_context(archive(io.BytesIO(content), name))
            else:
                base = PurePosixPath(name.replace("\\", "/")).name
                found.append(File(base, name, partial(len, content), partial(io.BytesIO, content)))
        yield tuple(sorted(found, key=lambda file: file.name))


def _check_size(files: Sequence[File], said: str) -> None:
    """Refuses what would fill the disk, before it is unpacked."""
    if len(files) > MOST_FILES:
        raise GanlabError(
            f"{said} holds {len(files):,} files, but at most {MOST_FILES:,} are allowed. Upload fewer files."
        )
    total = sum(npz_size(file) if file.base.lower().endswith(".npz") else file.size() for file in files)
    if total > MOST_UNPACKED:
        raise GanlabError(
            f"{said} would take {total / 2**20:,.0f} MB unpacked, but at most {MOST_UNPACKED // 2**20} MB are allowed. "
            "Upload fewer or smaller files."
        )
    for file in files:
        if file.base.lower().endswith(SUFFIXES):
            file.check_size(LARGEST_PICTURE, "a picture")


def _write(
    found: Sequence[File], files: Sequence[Upload], of_pictures: bool, kept: Path, progress: Progress
) -> tuple[Path, str]:
    """Writes what belongs to the data set below `kept`; where it lies there, and the name that its content gives it.

    Pictures get a number before their names, as loose ones may have one name; other files keep their names.
    """
    single = len(files) == 1 and len(found) == 1 and not of_pictures
    root = kept if single else kept / _file_name(PurePosixPath(files[0][0]).stem if len(files) == 1 else LOOSE)
    wanted = [file for file in found if not of_pictures or file.base.lower().endswith(SUFFIXES)]
    contents = ((file, content) for file in wanted for content in [file.open().read()])
    digest, names, place = hashlib.sha256(), dict[str, str](), root
    for number, (file, content) in enumerate(contents):
        if not number % 100:
            progress("Storing the files", number / len(wanted))
        folders = () if single else file.folders or ((LOOSE,) if of_pictures else ())
        safe = "/".join(_file_name(part) for part in folders)
        if names.setdefault(safe, "/".join(folders)) != "/".join(folders):
            raise GanlabError(
                f"The names of the classes {names[safe]} and {'/'.join(folders)} are too similar. Rename one of them."
            )
        base = _numbered(number, file.base) if of_pictures else _file_name(file.base)
        told = "" if of_pictures or base.lower().endswith(".npz") else base  # a name may say how to read the file
        parts = ("/".join(folders).encode(errors="surrogatepass"), told.encode(), content)
        digest.update(b"".join(hashlib.sha256(part).digest() for part in parts))
        place = root / safe / base
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return place if single else root, digest.hexdigest()[:16]


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
    for kept in _stored(target):
        return kept
    raise GanlabError("The upload was deleted while it was stored. Upload it again.")


def _stored(target: Path) -> list[Path]:
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return list(target.iterdir())
    return []


def _numbered(number: int, name: str) -> str:
    """The name of a picture with its number, by which pictures stay in order."""
    suffix = next(suffix for suffix in SUFFIXES if name.lower().endswith(suffix))
    return f"{number:06}-{_file_name(name[: -len(suffix)])}{suffix}"


def _file_name(name: str) -> str:
    """A name that a file may have on every system."""
    plain = "".join("_" if letter in FORBIDDEN or ord(letter) < 32 else letter for letter in displayable(name))
    stem, dot, suffix = plain.rpartition(".")
    short = f"{stem[:LONGEST_NAME]}{dot}{suffix[:12]}" if stem else plain[:LONGEST_NAME]
    return short.strip(" .") or LOOSE
