"""Paths that users write, and whether a published data set lies at one."""

import codecs
import stat
import zipfile
from pathlib import Path

LATIN_1 = "ganlab.latin-1"  # how `bytes.decode` is told to take what is not UTF-8 for Latin-1
IDX_FILES = {
    "x_train": "train-images-idx3-ubyte.gz",
    "y_train": "train-labels-idx1-ubyte.gz",
    "x_test": "t10k-images-idx3-ubyte.gz",
    "y_test": "t10k-labels-idx1-ubyte.gz",
}


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


def _as_latin_1(problem: UnicodeError) -> tuple[str, int]:
    assert isinstance(problem, UnicodeDecodeError)
    return problem.object[problem.start : problem.end].decode("latin-1"), problem.end


codecs.register_error(LATIN_1, _as_latin_1)


def check_regular(path: Path) -> None:
    """Raises OSError where there is a folder, a pipe or a device, or nothing."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        raise OSError("it is a folder" if stat.S_ISDIR(mode) else "it is no file but a pipe or a device")


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


def _starts_like_gzip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == b"\x1f\x8b"
    except OSError:
        return False
