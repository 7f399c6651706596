"""A run as anyone can read it, while it is being written too."""

import contextlib
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ganlab.cache import cache_folder
from ganlab.errors import GanlabError
from ganlab.permission import needs
from ganlab.runs import layout
from ganlab.runs.files import finite, is_locked, plain_errors, read_json, read_record, read_record_or, write_json
from ganlab.runs.records import ACTIVE, Chosen, RunConfig, RunLog, RunStatus, RunTitle, Turn


class Run:
    """One run's folder.

    Opening it raises GanlabError with a sentence when the folder is no run or its description is damaged;
    records that a crash has torn are left out.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path).resolve()
        if not (self.path / layout.CONFIG).exists():
            raise GanlabError(f"{self.path} is not the folder of a run; it has no {layout.CONFIG}.")
        self.config = read_record(self.path / layout.CONFIG, RunConfig)
        self._records: tuple[RunConfig, layout.RecordFiles] | None = None

    @property
    def records(self) -> layout.RecordFiles:
        """Its files of records."""
        if self._records is None or self._records[0] is not self.config:
            self._records = self.config, layout.RecordFiles(self.path, self.config)
        return self._records[1]

    @property
    def id(self) -> str:
        return self.config.id

    @property
    def title(self) -> str:
        """The user's own title, which may change at any time; "" where there is none."""
        return read_record_or(self.path / layout.TITLE, RunTitle()).title

    @property
    def model(self) -> str:
        return self.config.model

    @property
    def curves(self) -> tuple[str, ...]:
        """The names of the metrics' columns; the first is `seconds`."""
        return self.config.curves

    @property
    def total(self) -> int:
        """The length asked for, in iterations."""
        return self.config.iterations

    @property
    def done(self) -> int:
        """Iterations that are recorded whole."""
        images = self.pruned + len(self.records.first_images)
        return min(len(self.records.metrics), images)

    @property
    def pruned(self) -> int:
        """How many iterations, from the first one on, have lost their first image to save space."""
        return self.config.pruned

    @property
    def status(self) -> RunStatus:
        """How far it is; "interrupted" when the process that wrote that is gone, with `was`, the state that it wrote
        last."""
        status = read_record_or(self.path / layout.STATUS, RunStatus())
        if "iteration" not in status.model_fields_set:
            status = status.changed(iteration=self.done)
        if status.state in ACTIVE and not is_locked(self.path / layout.LOCK):
            status = status.changed(state="interrupted", was=status.state)
        return status

    @property
    def state(self) -> str:
        return self.status.state

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The knobs that were turned while it trained, or will be when it goes on, in their order."""
        return self.log.turns

    @property
    def lasting_turns(self) -> tuple[Turn, ...]:
        """The `turns` without those of a single iteration, which is how a step of one network alone is written down: a
        knob gets a value, and the one before it again right after that iteration."""
        turns = self.turns
        values: dict[str, Any] = dict(self.config.values)
        short: set[int] = set()
        for place, turn in enumerate(turns):
            if place not in short:
                same = [at for at in range(place + 1, len(turns)) if turns[at].name == turn.name][:1]
                for at in same:
                    if turns[at].iteration == turn.iteration + 1 and turns[at].value == values.get(turn.name):
                        short |= {place, at}
                if place not in short:
                    values[turn.name] = turn.value
        return tuple(turn for place, turn in enumerate(turns) if place not in short)

    @property
    def log(self) -> RunLog:
        """What a person did with it."""
        return read_record_or(self.path / layout.LOG, RunLog())

    def metrics(self, start: int = 0, stop: int | None = None) -> np.ndarray:
        """float32 `[n, columns]`: the curves of iterations `start` (the first is 0) to `stop`."""
        return self.records.metrics.read(start, self.done if stop is None else stop)

    def thinned_metrics(self, step: int) -> np.ndarray:
        """float32 `[n, columns]`: the curves of the first iteration and of every `step`-th one after it; takes memory
        for no more than these."""
        return self.records.metrics.every(step)[: -(-self.done // step)]

    def first_images(self, start: int = 0, stop: int | None = None) -> np.ndarray:
        """uint8 `[n, 28, 28]`: the first generated image of iterations `start` to `stop`, but for pruned ones; of a run
        that learns points those that are followed, float16 `[n, points, 2]`."""
        stop = self.done if stop is None else stop
        return self.records.first_images.read(max(0, start - self.pruned), max(0, stop - self.pruned))

    @property
    def preview_count(self) -> int:
        """How many previews are kept."""
        return len(self.records.previews)

    def preview_iterations(self, start: int = 0) -> np.ndarray:
        """int64 `[n]`: after how many iterations each kept preview from number `start` on was made."""
        return self.records.previews.field("iteration", start).astype(np.int64)

    def spread_previews(self, most: int, start: int = 0) -> list[int]:
        """The numbers of the kept previews, `most` of them at most, that are nearest to iterations spread evenly from
        `start` to that of the last one; in their order."""
        made = self.preview_iterations()
        wanted = np.linspace(start, made[-1], most) if len(made) else ()
        return sorted({int(np.abs(made - iteration).argmin()) for iteration in wanted})

    def preview(self, index: int = -1) -> tuple[int, np.ndarray] | None:
        """The iteration and images, uint8 `[n, 28, 28]`, of one kept preview, or of one moment what
        `ganlab.registry.Moment` says, float16; None if there is none yet."""
        kept = self._kept_preview(index)
        return None if kept is None else (int(kept["iteration"]), kept["images"])

    def _kept_preview(self, index: int) -> Any:
        """The record of a preview; None if there is none, or a resume has just cut it off."""
        previews = self.records.previews
        count = len(previews)
        if not -count <= index < count:
            return None
        return next(iter(previews.read(index % count, index % count + 1)), None)

    def places(self, index: int = -1) -> np.ndarray:
        """float32 `[m, 2]`: where test images lie in the latent plane at one kept preview; empty where none are."""
        kept = self._kept_preview(index)
        if kept is None or not self.config.places:
            return np.empty([0, 2], np.float32)
        return kept["places"][: len(self.labels())].astype(np.float32)

    def validation(self) -> tuple[np.ndarray, np.ndarray]:
        """After how many iterations, int64 `[n]`, which values the curves named in config.json's `validation` had
        over the test images, float32 `[n, columns]`."""
        rows = self.records.validation.read()
        return rows[:, 0].astype(np.int64), rows[:, 1:]

    def quality(self) -> tuple[np.ndarray, np.ndarray]:
        """After how many iterations, int64 `[n]`, which figures of merit, named in config.json's `quality`, samples
        had, float32 `[n, columns]`; NaN where one could not be computed."""
        rows = self.records.quality.read()
        return rows[:, 0].astype(np.int64), rows[:, 1:]

    @property
    def measured_file(self) -> Path:
        """Where figures of merit that are measured on demand are kept: with the run, those of a pretrained one, whose
        folder is left as it is, in ganlab's cache."""
        if self.config.pretrained:
            return cache_folder() / "measured" / f"{self.id}.json"
        return self.path / layout.MEASURED

    def measured(self) -> dict[str, Any] | None:
        """The figures of merit that were last measured on demand, as `evaluation.evaluate_gan` gives them, None where
        one could not be computed, with `iteration`, whose weights drew the samples, and `pictures`, a PNG in base64 of
        the samples most like a training image above those; None where nothing was measured."""
        try:
            found = read_json(self.measured_file)
        except GanlabError:
            return None
        return found if found.get("of") == self.config.created else None

    @needs("measure how good samples are")
    def keep_measured(self, found: Mapping[str, Any]) -> None:
        """Keeps figures for `measured`. Raises GanlabError where the disk refuses."""
        with plain_errors(f"The figures of {self.id}"):
            if self.measured_file.parent != self.path:  # a run that has been deleted meanwhile stays so
                self.measured_file.parent.mkdir(parents=True, exist_ok=True)
            write_json(self.measured_file, {"of": self.config.created, **finite(dict(found))})

    def reals(self) -> np.ndarray:
        """uint8 `[n, 28, 28]`: some of the images that the run is trained on, or that it reconstructs; of a run that
        learns points some of these, float32 `[n, 2]`."""
        kept = self._images(layout.REALS)
        return kept if len(kept) or not self.config.points else np.empty([0, 2], np.float32)

    def labels(self) -> np.ndarray:
        """uint8 `[m]`: the classes of the test images whose places in the latent plane are kept."""
        return self._images(layout.LABELS).ravel()

    def _images(self, name: str) -> np.ndarray:
        try:
            return np.load(self.path / name, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return np.empty((0, layout.SIDE, layout.SIDE), np.uint8)

    def samples(self) -> np.ndarray:
        """uint8 `[n, 28, 28]`: images that a pretrained run was stored with; of a model of points, float16 `[n, 2]`."""
        return self._images(layout.SAMPLES)

    def map(self) -> dict[str, np.ndarray] | None:
        """Of each test image `means` and `scores` (float32) and `labels` (uint8) of a pretrained run that can encode;
        None where it has none."""
        kept = _arrays(self.path / layout.MAP, "means", "labels", "scores")
        if kept is None:
            return None
        return {name: array if name == "labels" else array.astype(np.float32) for name, array in kept.items()}

    def example(self) -> dict[str, np.ndarray] | None:
        """The worked example of a pretrained run that repairs, as `ganlab.evaluation.make_example` has made it; None
        where it has none."""
        return _arrays(self.path / layout.EXAMPLE)

    def decoder(self) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]] | None:
        """The decoder of a pretrained run, as `ganlab.inference.AutoencoderRun.decoder_layers` gives it, for which
        TensorFlow is not needed; None where it is not described."""
        try:
            kept = read_json(self.path / layout.DECODER)
        except GanlabError:
            return None
        if self.weights is None or (found := _arrays(self.weights, *kept["arrays"].values())) is None:
            return None
        halves = {name: found[place].astype(np.float16).view(np.uint16) for name, place in kept["arrays"].items()}
        return kept["layers"], halves

    @property
    def chosen(self) -> int | None:
        """The iteration of the snapshot that the user went back to; None where there is none."""
        try:
            iteration = read_record(self.path / layout.CHOSEN, Chosen).iteration
        except GanlabError:
            return None
        return iteration if layout.snapshot(self.path, iteration).exists() else None

    @property
    def weights(self) -> Path | None:
        """The file that the model is used from: the snapshot that the user chose, else the newest of inference weights,
        full checkpoints and snapshots."""
        chosen = self.chosen
        if chosen is not None:
            return layout.snapshot(self.path, chosen)
        files = [*layout.all_weights(self.path), *layout.checkpoints(self.path), *layout.snapshots(self.path)]
        return max(files, key=layout.iteration_of, default=None)  # of equals the first, with all its digits

    def size(self) -> int:
        """Bytes on disk."""
        total = 0
        for file in self.path.rglob("*"):
            with contextlib.suppress(OSError):  # renamed meanwhile by its writer
                total += file.stat().st_size if file.is_file() else 0
        return total

    def history_size(self) -> int:
        """About how many bytes pruning would free."""
        spare = max(0, self.preview_count - layout.PRUNED_PREVIEWS)
        total, used = spare * self.records.previews.dtype.itemsize, self.weights
        for file in (self.records.first_images.path, *layout.snapshots(self.path)):
            with contextlib.suppress(OSError):
                total += file.stat().st_size if file != used else 0
        return total

    def summary(self) -> dict[str, Any]:
        """What a list of runs shows of it; JSON-able."""
        status = self.status
        return {
            "run": str(self.path),
            "id": self.id,
            "title": self.title,
            "model": self.model,
            "preset": self.config.preset,
            "dataset": self.config.dataset,
            "digits": self.config.digits,
            "state": status.state,
            "iteration": self.done or status.iteration,
            "iterations": self.total,
            "seconds": status.seconds,
            "message": status.message,
            "created": self.config.created,
        }


def _arrays(path: Path, *names: str) -> dict[str, np.ndarray] | None:
    """Arrays of an npz file, all that it has or those that are named; None where they cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in names or file.files}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error):
        return None
