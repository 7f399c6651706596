"""Where a data set comes from: a named one from the first source that can be used, any other from a path."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from ganlab.data.dataset import DIGIT_NAMES, Dataset, Progress
from ganlab.data.download import PublishedFile, fetch
from ganlab.data.files import IDX_FILES, expanded, is_folder, looks_whole
from ganlab.data.offline import SOURCE as OFFLINE_SOURCE
from ganlab.data.offline import load_offline
from ganlab.data.own_images import describe_own, load_own
from ganlab.data.own_images import stamp as stamp_own
from ganlab.data.own_points import is_points, load_own_points
from ganlab.data.points import PLANE, load_plane
from ganlab.data.published import Arrays, read_idx, read_npz
from ganlab.errors import GanlabError

NAMES = ("mnist", "fashion-mnist", "offline")
POINTS = tuple(PLANE)  # names of points in the plane


@dataclass(frozen=True)
class Known:
    """A published data set: its npz in GANLAB_DATA, and what Keras keeps of it below its own `datasets`."""

    title: str
    npz: str
    cached: str
    read_cached: Callable[[Path], Arrays]
    files: tuple[PublishedFile, ...]
    class_names: tuple[str, ...]

    @property
    def shows_digits(self) -> bool:
        """Whether the offline digits can stand in for it."""
        return self.class_names == DIGIT_NAMES


MNIST = Known(
    title="MNIST",
    npz="mnist.npz",
    cached="mnist.npz",
    read_cached=read_npz,
    files=(
        PublishedFile(
            "mnist.npz",
            11_490_434,
            "sha256",
            "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
        ),
    ),
    class_names=DIGIT_NAMES,
)
FASHION_MNIST = Known(
    title="Fashion-MNIST",
    npz="fashion_mnist.npz",
    cached="fashion-mnist",
    read_cached=read_idx,
    files=(
        PublishedFile(IDX_FILES["x_train"], 26_421_880, "md5", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
        PublishedFile(IDX_FILES["y_train"], 29_515, "md5", "25c81989df183df01b3e8a0aad5dffbe"),
        PublishedFile(IDX_FILES["x_test"], 4_422_102, "md5", "bef4ecab320f06d8554ea6380940ec79"),
        PublishedFile(IDX_FILES["y_test"], 5_148, "md5", "bb300cfdad3c16e7a12a480ee83cd310"),
    ),
    class_names=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
)
KNOWN = {"mnist": MNIST, "fashion-mnist": FASHION_MNIST}
_given: dict[str, Dataset] = {}
_reading = threading.Lock()
_latest: tuple[list[tuple[Path, int, int]], Arrays] | None = None


def load(name: str, progress: Progress | None = None, download: bool | None = None) -> Dataset:
    """The data set called `name` (one of NAMES, or of POINTS), or the user's own images or points at the path `name`.

    A named one comes from GANLAB_DATA, else Keras's cache, else a download, else, for MNIST, from the
    offline digits, which the result then says. `download` allows or forbids the network;
    None leaves it to GANLAB_DOWNLOAD, which forbids it by 0. Raises GanlabError where nothing can be used.
    """
    report = progress or (lambda doing, fraction: None)
    if name in _given:
        return _given[name]
    if name == "offline":
        report("Preparing the offline digits", None)
        return load_offline()
    if name in PLANE:
        return load_plane(name)
    if name not in KNOWN:
        return load_own_points(expanded(name)) if name and is_points(expanded(name)) else load_own(name, report)
    known = KNOWN[name]
    allowed = _download_allowed() if download is None else download
    notices = _folder_notices()
    for source, read in _sources(known, report, allowed):
        report(f"Reading {known.title}", None)
        try:
            arrays = _checked(known, source, read())
        except FileNotFoundError:
            continue
        except GanlabError as problem:
            notices.append(str(problem))
            continue
        return Dataset(
            name=name,
            title=known.title,
            source=source,
            class_names=known.class_names,
            notices=tuple(notices),
            x_train=arrays["x_train"],
            y_train=arrays["y_train"],
            x_test=arrays["x_test"],
            y_test=arrays["y_test"],
        )
    return _stand_in(known, notices, allowed)


def give(name: str, dataset: Dataset) -> None:
    """Has `load` find this data set under this name from now on, for a process to which another one has sent it."""
    _given[name] = dataset


def describe(name: str) -> str:
    """One sentence that says which source `load` would use now, from a look at files, without network."""
    if name == "offline":
        return f"Offline digits are {OFFLINE_SOURCE}."
    if name in PLANE:
        return f"{PLANE[name].title}: {PLANE[name].words}"
    if name not in KNOWN:
        return f"Own points come from {expanded(name)}." if name and is_points(expanded(name)) else describe_own(name)
    known = KNOWN[name]
    for path, place, _ in _paths(known):
        if looks_whole(path):
            return f"{known.title} comes from {path} ({place})."
    if not _download_allowed():
        return _nothing_usable(known, allowed=False)
    size = f"{sum(file.size for file in known.files) / 1e6:.0f} MB"
    without = "; without a network, the offline digits are used instead" if known.shows_digits else ""
    return f"{known.title} will be downloaded when it is first used ({size}){without}."


def stamp(name: str) -> str:
    """Another text once `load` would give other images, as far as a look at files tells; for what is remembered."""
    if is_named(name):
        return describe(name)
    return stamp_own(name)


def is_named(name: str) -> bool:
    """Whether this is the name of a data set, and not a path."""
    return name in NAMES or name in PLANE


def title(name: str) -> str:
    """What points of this name are called; "" for any other data set."""
    return PLANE[name].title if name in PLANE else ""


def is_here(name: str) -> bool:
    """Whether `load` needs no network for this name, from a look at files."""
    return name not in KNOWN or any(looks_whole(path) for path, _, _ in _paths(KNOWN[name]))


def class_names(name: str) -> tuple[str, ...]:
    """What the classes of a published data set are called; the digits for any other."""
    return KNOWN[name].class_names if name in KNOWN else DIGIT_NAMES


class Learnt(Protocol):
    """What a run's config.json says of its images."""

    @property
    def dataset(self) -> str: ...
    @property
    def data(self) -> Any: ...


def class_names_of(config: Learnt) -> tuple[str, ...]:
    """What the classes are called that a run with this config.json learns from; the digits where it does not say."""
    return (config.data.class_names if config.data else ()) or class_names(config.dataset)


def _download_allowed() -> bool:
    return os.environ.get("GANLAB_DOWNLOAD", "").strip().lower() not in ("0", "false", "no", "off")


def _data_folder() -> Path | None:
    folder = os.environ.get("GANLAB_DATA")
    return expanded(folder) if folder else None


def _cache(known: Known) -> Path:
    return expanded(os.environ.get("KERAS_HOME") or "~/.keras") / "datasets" / known.cached


def _folder_notices() -> list[str]:
    folder = _data_folder()
    if folder is None or is_folder(folder):
        return []
    return [f"GANLAB_DATA names {folder}, which is not a folder. Correct GANLAB_DATA, or unset it."]


def _paths(known: Known) -> Iterator[tuple[Path, str, Callable[[Path], Arrays]]]:
    """Where the data set may lie on this machine, what to call that place, and how to read it."""
    folder = _data_folder()
    if folder is not None:
        yield folder / known.npz, "GANLAB_DATA", read_npz
    yield _cache(known), "Keras's cache", known.read_cached


def _sources(known: Known, report: Progress, allowed: bool) -> Iterator[tuple[str, Callable[[], Arrays]]]:
    """What to say of each source, and how to read it, in the order in which they are tried."""
    for path, place, read in _paths(known):
        yield f"{known.title} from {path} ({place})", partial(_read_once, read, path)
    if allowed:
        yield f"{known.title}, just downloaded to {_cache(known)}", partial(_download, known, report)


def _read_once(read: Callable[[Path], Arrays], path: Path) -> Arrays:
    """What `read` finds at a path. The arrays read last stay in memory, not to be written to, until others are read,
    or their file has changed: a second training begins half a second sooner."""
    global _latest
    try:
        places = [path, *sorted(path.iterdir())] if path.is_dir() else [path]
        key = [(place, place.stat().st_mtime_ns, place.stat().st_size) for place in places]
    except OSError:
        return read(path)  # which says what is wrong
    with _reading:
        if _latest is None or _latest[0] != key:
            _latest = None  # two are not in memory at a time
            arrays = read(path)
            for array in arrays.values():
                array.flags.writeable = False
            _latest = key, arrays
        return _latest[1]


def _download(known: Known, report: Progress) -> Arrays:
    doing = f"Downloading {known.title}"
    report(doing, 0.0)
    path = _cache(known)
    folder = path.parent if len(known.files) == 1 else path  # a single file is itself what is read
    fetch(known.files, folder, partial(report, doing))
    return known.read_cached(path)


def _checked(known: Known, source: str, arrays: Arrays) -> Arrays:
    if "x_test" not in arrays:
        raise GanlabError(f"{source} cannot be used, because x_test and y_test are missing.")
    highest = max(arrays["y_train"].max(), arrays["y_test"].max())
    if highest >= len(known.class_names):
        raise GanlabError(f"{source} cannot be used, because it has the label {highest}, but labels go from 0 to 9.")
    return arrays


def _stand_in(known: Known, notices: list[str], allowed: bool) -> Dataset:
    if not known.shows_digits:
        raise GanlabError(" ".join([_nothing_usable(known, allowed), *notices]))
    offline = load_offline()
    announced = (*notices, _nothing_usable(known, allowed))
    return replace(offline, source=f"{offline.source}, instead of {known.title}", notices=announced)


def _nothing_usable(known: Known, allowed: bool) -> str:
    download = "could not be downloaded" if allowed else "downloads are turned off"
    why = f"{known.title} has no usable file on this machine, and {download}"
    if known.shows_digits:
        return f"{why}. The offline digits are used instead: {OFFLINE_SOURCE}."
    network = "connect to a network" if allowed else "turn downloads on"
    return f"{why}. Put {known.npz} into a folder and name that folder in GANLAB_DATA, or {network}."
