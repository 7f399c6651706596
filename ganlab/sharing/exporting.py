"""A run as one file: its networks as plain Keras, a script that uses them, its history, and what importing it needs."""

import importlib.util
import io
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import numpy as np

from ganlab import data, images, inference, registry
from ganlab.data.damages import draw_masks
from ganlab.errors import GanlabError
from ganlab.permission import needs
from ganlab.runs import ACTIVE, Run, bundle, layout, previews, thumbnails
from ganlab.runs.files import file_names, plain_errors, record_bytes, write_record
from ganlab.runs.records import FORMAT, ExportedNetworks, RunLog, RunTitle
from ganlab.runs.tables import curves_csv, quality_csv, validation_csv
from ganlab.sharing.reproduce import address, command

SCRIPT = Path(__file__).parent / "exported" / bundle.GENERATE
NETWORK_NAMES = {"averaged": "generator"}  # what is called otherwise outside
CLOSE = 1  # grey levels by which an exported network's images may differ: sums in another order round otherwise
COMPARED = 32
FINE = 1000.0  # what are grey levels of images are thousandths of points and of what is thought of them
SHEET = 100
TRIES = 3  # a run that trains replaces its weights now and then
MOMENT = (1980, 1, 1, 0, 0, 0)  # of every member, so that the same run gives the same file
BLOCK = 1 << 20
Report = Callable[[str], None]


@needs("export runs")
def export(run: Run, target: Path, report: Report = lambda what: None) -> dict[str, Any]:
    """Writes the zip `target` and returns a record of it: `run`, `output`, `size` in bytes, `members`.

    `ganlab.runs.bundle` says what is in it. The run may be of any state as long as it has kept weights. The exported
    networks are loaded again and must draw, encode, read or repair as the run's own do. Raises GanlabError.
    """
    with tempfile.TemporaryDirectory() as folder, plain_errors(str(target)):
        scratch = Path(folder)
        report("Loading the networks")
        model, weights = _load(run, scratch)
        report("Rebuilding the networks from plain Keras layers")
        names = _write_networks(model, scratch)
        report("Checking that the copies give the same results")
        _check(model, scratch)
        report("Writing the file")
        temporary = target.with_name(target.name + ".tmp")
        try:
            with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
                for name in (bundle.GENERATE, bundle.NETWORKS, *(f"{name}.keras" for name in names)):
                    _add(archive, name, (scratch / name).open("rb"))
                _add_run(archive, run, model.iteration)
                _add(archive, bundle.RUN + weights.name, weights.open("rb"))
                members = archive.namelist()
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        size = target.stat().st_size
    return {"run": str(run.path), "output": str(target.resolve()), "size": size, "members": members}


def _load(run: Run, scratch: Path) -> tuple[Any, Path]:
    """The run ready to use, and a file with what that takes, named after its iteration."""
    for left in reversed(range(TRIES)):
        source = run.weights
        if source is None:
            raise GanlabError(
                f"The run {run.id} has not saved any weights yet. Let it train a little longer, then export it."
            )
        try:
            kept = Path(shutil.copy(source, scratch / "kept.npz"))
            break
        except FileNotFoundError:
            if not left:
                raise
    model = inference.load_weights(run, kept)
    weights = layout.weights(scratch, model.iteration)
    if source in layout.all_weights(run.path):
        kept.rename(weights)
    else:
        model.save_weights(weights)
    return model, weights


def _write_networks(model: Any, scratch: Path) -> list[str]:
    """The networks, what is to be known of them, and the script; returns the networks' names."""
    from ganlab.models._plain import check_plain, plain

    about, names = ExportedNetworks(format=FORMAT, **model.about()), []
    with inference.TURN:
        for name, network in model.networks().items():
            shown = NETWORK_NAMES.get(str(name), str(name))
            file = scratch / f"{shown}.keras"
            plain(network, shown).save(file)
            check_plain(file)
            names.append(shown)
    write_record(scratch / bundle.NETWORKS, about)
    shutil.copy(SCRIPT, scratch / bundle.GENERATE)
    return names


def _check(model: Any, scratch: Path) -> None:
    """Has the script do what the run does, with the networks as they were written; raises GanlabError where the
    answers differ."""
    used = load_script().Networks(scratch)
    digits = data.load("offline", download=False).x_test[:COMPARED]
    family = registry.get(model.run.model).family
    if family == "gan":
        asked = (None, 7) if used.about["classes"] else (None,)
        pairs = [(used.sample(COMPARED, 1, digit), model.sample(COMPARED, 1, digit)) for digit in asked]
    elif family == "autoencoder":
        latents = model.encode(digits)[0]
        pairs = [(used.decode(latents), model.decode(latents)), (100.0 * used.encode(digits), 100.0 * latents)]
    elif family == "plane":
        points = model.sample(COMPARED, 1)
        pairs = [(FINE * used.sample(COMPARED, 1), FINE * points)]
        if model.about()["packing"] == 1:
            given = model.discriminate(points)
            fine = FINE / max(1.0, float(np.abs(given).max()))  # a log-likelihood has no scale of its own
            pairs.append((fine * used.discriminate(points), fine * given))
    elif family == "classifier":
        pairs = [(255.0 * used.classify(digits), 255.0 * model.classify(digits))]
    else:
        masks = draw_masks("hole", len(digits), 1)
        pairs = [
            (used.repair(digits, lost, seed), model.repair(digits, lost, seed))
            for lost, seed in ((masks, 0), (masks, 3), (None, 0))
        ]
    for theirs, own in pairs:
        if not np.abs(theirs.astype(float) - own.astype(float)).max() <= CLOSE:
            raise GanlabError(
                f"Nothing was exported, because the networks of {model.run.id} give other results once they are saved "
                "as plain Keras models. Export another run."
            )


def load_script() -> ModuleType:
    """The script that an export carries, as a module."""
    spec = importlib.util.spec_from_file_location("generate", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _add_run(archive: zipfile.ZipFile, run: Run, iteration: int) -> None:
    """Everything but the networks, as far as the run is recorded at this moment."""
    done, pruned, status = run.done, run.pruned, run.status
    kept = (done - pruned) * run.records.first_images.dtype.itemsize
    if kept > bundle.MOST_FIRST_IMAGES:
        pruned = done
    status = status.changed(
        state="stopped" if status.state in ACTIVE else status.state,
        iteration=done or status.iteration,
        message=_without_places(status.message, run),
    )
    config = run.config.public()
    if not data.is_named(config.dataset):
        config = config.changed(dataset=Path(config.dataset).name or "own")
    _add(archive, layout.CONFIG, record_bytes(config.changed(pruned=pruned) if pruned else config))
    _add(archive, bundle.README, _readme(run, iteration).encode())
    _add(archive, bundle.RUN + layout.STATUS, record_bytes(status))
    if run.title:
        _add(archive, bundle.RUN + layout.TITLE, record_bytes(RunTitle(title=run.title)))
    if done:
        _add(archive, "curves.csv", (piece.encode() for piece in curves_csv(run)))
        _records(archive, bundle.METRICS, run.metrics, 0, done)
        _records(archive, run.records.first_images.path.name, run.first_images, pruned, done)
        iterations, drawn = thumbnails(run, SHEET)
        if len(iterations):
            _add(archive, "first_images.png", images.png(images.sheet(drawn, 10, scale=2)))
    _add_seldom(archive, run, done)
    if run.log != RunLog():
        _add(archive, bundle.RUN + layout.LOG, record_bytes(run.log))
    of_points = (layout.REALS, layout.HISTORY) if config.points else ()
    for name in (layout.LABELS, layout.SAMPLES, layout.MAP, *of_points):
        if (run.path / name).exists():
            _add(archive, bundle.RUN + name, (run.path / name).open("rb"))
    if not config.points and len(samples := run.samples()):
        _add(archive, "samples.png", images.png(images.sheet(samples, 10, scale=2)))


def _add_seldom(archive: zipfile.ZipFile, run: Run, done: int) -> None:
    """What is recorded now and then, up to the last iteration that counts."""
    kept = int(np.searchsorted(run.preview_iterations(), done, side="right")) if done else 0
    if kept:
        _records(archive, run.records.previews.path.name, run.records.previews.read, 0, kept, step=50)
        _add(archive, "previews.gif", previews.gif(run, originals=False))
        _add(archive, "preview.png", previews.last_preview(run, originals=False))
    for name, records, table in (
        (bundle.VALIDATION, run.records.validation, validation_csv(run)),
        (bundle.QUALITY, run.records.quality, quality_csv(run)),
    ):
        rows = records.read()
        rows = rows[rows[:, 0] <= done]
        if len(rows):
            _add(archive, bundle.RUN + name, rows.tobytes())
            _add(archive, f"{Path(name).stem}.csv", table.encode())


def _records(
    archive: zipfile.ZipFile, name: str, read: Callable[[int, int], np.ndarray], start: int, stop: int, step: int = 4096
) -> None:
    pieces = (read(at, min(stop, at + step)).tobytes() for at in range(start, stop, step))
    _add(archive, bundle.RUN + name, pieces)


def _add(archive: zipfile.ZipFile, name: str, content: bytes | IO[bytes] | Iterable[bytes]) -> None:
    """A member, compressed unless it would shrink so much that importing took it for a bomb."""
    with tempfile.SpooledTemporaryFile(BLOCK) as kept, tempfile.SpooledTemporaryFile(BLOCK) as packed:
        if isinstance(content, io.IOBase):
            with content:
                shutil.copyfileobj(content, kept)
        else:
            kept.writelines([content] if isinstance(content, bytes) else content)
        size = kept.tell()
        kept.seek(0)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as trial, trial.open("trial", "w") as member:
            shutil.copyfileobj(kept, member)
        shrunk = trial.getinfo("trial").compress_size
        info = zipfile.ZipInfo(name, MOMENT)
        info.external_attr = 0o644 << 16
        info.compress_type = zipfile.ZIP_DEFLATED if shrunk * bundle.STEEPEST >= size else zipfile.ZIP_STORED
        kept.seek(0)
        with archive.open(info, "w") as member:
            shutil.copyfileobj(kept, member)


def _without_places(text: str, run: Run) -> str:
    """The text without where the run, its images and this user's other files lie: their names alone."""
    home, places = Path(os.path.expanduser("~")), [run.path, run.path.parent, Path(run.config.dataset)]
    known = {str(place): place.name for place in places if place.is_absolute() and place.name}
    known |= {str(home): "~"} if home.name else {}
    longest_first = sorted(map(re.escape, known), key=len, reverse=True)
    return file_names(re.sub(rf"({'|'.join(longest_first)})(?!\w)", lambda found: known[found[1]], text))


README = """{title}: run {id} of ganlab, {spec} trained for {iteration:,} iterations.

Use its networks without ganlab (this needs Keras 3, TensorFlow and numpy):

    python generate.py --help

Open this run in ganlab: press Import on the Runs page; or

    python -m ganlab import FILE.zip

Train this run again: in ganlab at {address}, or

    {command}
"""


def _readme(run: Run, iteration: int) -> str:
    spec = registry.get(run.model)
    known = {"title": run.title or run.id, "id": run.id, "iteration": iteration, "spec": spec.title}
    return README.format(**known, address=address(run, for_others=True), command=command(run, for_others=True))
