"""The user's own images: whatever lies at a path, in one of the layouts of `ganlab.data.layouts`."""

import contextlib
import hashlib
import os
import threading
from pathlib import Path

from ganlab.data.dataset import Dataset, Progress
from ganlab.data.files import expanded, is_folder
from ganlab.data.layouts import count, find, opened, read
from ganlab.data.layouts._pictures import pictures_in
from ganlab.errors import GanlabError, displayable

UPLOADS = "uploads"  # the folder of uploads (uploaded_images.py) in the runs folder
_reading = threading.Lock()
_latest: tuple[str, str, Dataset] | None = None


def load_own(name: str, progress: Progress) -> Dataset:
    """The images at the path `name`; raises GanlabError with what is wrong with them.

    Those read last stay in memory, not to be written to, until others are read, or their files have changed: a form
    that shows a large table, and the training that it starts, read the table once.
    """
    global _latest
    if not name:  # which a Path takes for the current folder
        raise GanlabError(_not_found(name))
    if displayable(name) != name:  # which a run could not keep to find the images again
        raise GanlabError(f"The path {name} is not written in UTF-8. Rename the file or its folders.")
    with _reading:
        now = stamp(name)
        if _latest is None or _latest[:2] != (name, now) or not now:
            _latest = None  # two are not in memory at a time
            _latest = name, now, _read(name, progress)
        return _latest[2]


def describe_own(name: str) -> str:
    """One sentence on what is found at the path `name`, without reading an image."""
    path = expanded(name)
    if not name or not _is_there(path):
        return _not_found(name)
    try:
        with opened(path) as tree:
            layout = find(tree)
            held = pictures_in(tree) if layout.of_pictures else {}
    except GanlabError as problem:
        return str(problem)
    kind = "folder" if is_folder(path) else "file"
    words = f"{count(sum(held.values()), 'image')}, {count(len(held), 'class')}" if held else layout.name
    return f"Own images come from the {kind} {path} ({words})."


def stamp(name: str) -> str:
    """Another text once the files at the path `name` are others, as far as a look at them tells."""
    path = expanded(name)
    seen = hashlib.sha256()
    with contextlib.suppress(OSError, ValueError):
        if not path.is_dir():  # with the files beside it, of which some belong to it
            return " ".join(f"{status.st_mtime_ns}-{status.st_size}" for status in (path.stat(), path.parent.stat()))
        for folder, folders, _ in os.walk(path):
            folders[:] = sorted(one for one in folders if not one.startswith("."))
            with os.scandir(folder) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    status = entry.stat(follow_symlinks=False)
                    seen.update(f"{entry.name}/{status.st_mtime_ns}/{status.st_size}/".encode(errors="surrogateescape"))
        return seen.hexdigest()
    return ""


def _read(name: str, progress: Progress) -> Dataset:
    path = expanded(name)
    try:
        layout, found = read(path, progress)
    except FileNotFoundError as problem:
        raise GanlabError(_not_found(name)) from problem
    for array in (found.x_train, found.y_train, found.x_test, found.y_test):
        array.flags.writeable = False
    return Dataset(
        name=name,
        title=displayable(path.resolve().name or str(path)),
        source=f"own images from {path}",
        x_train=found.x_train,
        y_train=found.y_train,
        x_test=found.x_test,
        y_test=found.y_test,
        class_names=tuple(map(displayable, found.class_names)),
        notices=tuple(map(displayable, found.notices)),
        layout=layout.name,
        shape=found.shape,
    )


def _is_there(path: Path) -> bool:
    try:
        return bool(path.stat())
    except (OSError, ValueError):
        return False


def _not_found(name: str) -> str:
    folders = expanded(name).parts
    if folders[-3:-2] == (UPLOADS,):
        return f"The upload {folders[-1]} is gone: it was deleted. Bring it back on the page Runs, or upload it again."
    return (
        f"There is no data set, file or folder called {name!r}. Choose mnist, fashion-mnist or offline, or give the "
        "path of images of your own: a file of arrays (npz, npy, csv, mat), IDX files, a folder of pictures, or a zip "
        "of these."
    )
