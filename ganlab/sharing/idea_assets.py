"""What pieces of the page Ideas show of trained models: made by one command, shipped, and read without TensorFlow.

A piece has two files in `pretrained/ideas`: `NAME.npz` with arrays, and `NAME.json`, which says what they are and how
they came about. How each piece's are made is in a module of its own, such as `ganlab/sharing/idea_batch.py`.
"""

import shlex
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from ganlab import data
from ganlab.data import Dataset
from ganlab.errors import GanlabError
from ganlab.jobs.requests import Request
from ganlab.permission import needs
from ganlab.runs import Run
from ganlab.runs.files import plain_errors, read_json, write_json
from ganlab.runs.folders import PRETRAINED
from ganlab.sharing.reproduce import DATASETS, command

IDEAS = PRETRAINED / "ideas"
MAKERS = {name: f"ganlab.sharing.idea_{name}" for name in ("batch", "draw", "judge", "score")}  # of pieces: modules
PACKAGES = ("tensorflow", "keras", "numpy")
Report = Callable[[str, float | None], None]


@dataclass(frozen=True)
class Asset:
    """What a piece is given: `arrays` of kinds that `ganlab.ui.shared.packing` packs, and JSON-able words about them:
    `head` for the piece itself, `source` on how they came about (seed, data, settings, figures, commands)."""

    arrays: Mapping[str, np.ndarray]
    head: Mapping[str, Any]
    source: Mapping[str, Any]


@needs("make what the ideas show")
def make(name: str, folder: Path, report: Report) -> dict[str, Any]:
    """Makes a piece's files in `folder`, and returns what is written beside the arrays. Raises GanlabError."""
    if name not in MAKERS:
        raise GanlabError(f"There is nothing to make for an idea {name!r}; there is for {', '.join(MAKERS)}.")
    began = time.monotonic()
    asset: Asset = import_module(MAKERS[name]).make(report)
    with plain_errors(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(_arrays(folder, name), **asset.arrays)  # type: ignore[arg-type]
        record = {
            "idea": name,
            "command": shlex.join(["python", "-m", "ganlab", "make-ideas", name, "-o", "pretrained/ideas"]),
            "seconds": round(time.monotonic() - began, 1),
            "size": _arrays(folder, name).stat().st_size,
            "versions": {package: version(package) for package in PACKAGES},
            **asset.source,
            "head": dict(asset.head),
        }
        write_json(_record(folder, name), record)
    return record


def load(name: str, folder: Path = IDEAS) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What a piece is told, and its arrays. Raises GanlabError where files are missing or damaged."""
    record = read_json(_record(folder, name))
    try:
        with np.load(_arrays(folder, name), allow_pickle=False) as file:
            return record["head"], {key: file[key] for key in file.files}
    except Exception as error:  # what a damaged file makes of zipfile, zlib and NumPy is of many kinds
        raise GanlabError(f"{_arrays(folder, name)} cannot be read; the file is missing or damaged.") from error


def images_of(dataset: str) -> Dataset:
    """The data set of this name itself, and none that stands in for it. Raises GanlabError where it cannot be had."""
    found = data.load(dataset)
    if found.title != DATASETS[dataset]:
        raise GanlabError(f"What ships is made from {dataset}, which is not to be had here. {' '.join(found.notices)}")
    return found


def trained(requests: Iterable[Request], report: Report, use: Callable[[Run], Any]) -> list[tuple[dict[str, Any], Any]]:
    """Trains each request in a folder that is gone afterwards: what made the run, and what `use` took of it.

    Raises GanlabError, also where the images are others than those asked for.
    """
    from ganlab.jobs.requests import create_run
    from ganlab.jobs.training import Training

    found = []
    with tempfile.TemporaryDirectory() as folder:
        for request in requests:
            images_of(str(request.dataset))
            report(f"Training {request.model}", None)
            training = Training(create_run(request, Path(folder)), report)
            for _ in training:
                pass
            run = Run(training.writer.run.path)
            if run.state != "finished":
                raise GanlabError(f"The training of {request.model} ended early: {run.status.message or run.state}.")
            about = run.config.public().data
            made = {"command": command(run), "seconds": round(run.status.seconds, 1), "iterations": run.done}
            kept = {"data": about.title, "images": about.images, "fingerprint": about.fingerprint} if about else {}
            found.append((made | kept | {"seed": run.config.seed}, use(run)))
    return found


def _arrays(folder: Path, name: str) -> Path:
    return folder / f"{name}.npz"


def _record(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"
