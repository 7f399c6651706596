"""Writes a run: the only writer of its folder, from the moment it is queued to its end."""

import contextlib
import datetime
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ganlab.errors import GanlabError
from ganlab.permission import needs
from ganlab.runs import layout
from ganlab.runs.files import Lock, Records, plain_errors, replacing, write_record
from ganlab.runs.plane_history import PlaneHistory
from ganlab.runs.reader import Run
from ganlab.runs.records import FORMAT, RunConfig, State, Turn

CHECKPOINT_SECONDS = 15.0
STATUS_SECONDS = 1.0
PREVIEW_GROWTH = 1.01  # a kept preview's iteration over the last one's: under 1,000 in 20,000 iterations
Save = Callable[[Path], None]


class RunWriter:
    """Holds the run's lock until `close`; raises GanlabError with a sentence when the disk refuses."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock(path / layout.LOCK)
        with plain_errors(f"The run {path}"):
            if not self._lock.acquire():
                raise GanlabError(f"The run {path} is being trained already; stop that training first.")
        try:
            self.run = Run(path)
        except GanlabError:
            self._lock.release()
            raise
        self._records = self.run.records
        self._last_checkpoint = time.monotonic()
        self._last_status = 0.0
        self._status = self.run.status.changed(state="queued", message="")

    @classmethod
    @needs("start a training")
    def create(cls, folder: Path, **config: Any) -> "RunWriter":
        """A new run in `folder`, queued; `config` has the fields of `RunConfig`, but for `id` and `created`."""
        now = datetime.datetime.now().astimezone()
        with plain_errors(f"The runs folder {folder}"):
            folder.mkdir(parents=True, exist_ok=True)
            path = next(filter(made, layout.free_paths(folder, f"{config['model']}-{now:%Y%m%d-%H%M%S}")))
            created = now.isoformat(timespec="seconds")
            described = RunConfig(**{"format": FORMAT, "id": path.name, "created": created} | config)
            write_record(path / layout.CONFIG, described)
        try:
            writer = cls(path)
        except GanlabError:  # a disk without locks
            shutil.rmtree(path, ignore_errors=True)
            raise
        writer.status("queued")
        return writer

    def configure(self, **changes: Any) -> None:
        """Adds to config.json what is known only now: data, device, precision, a longer length."""
        with plain_errors(f"The run {self.path}"):
            self.run.config = self.run.config.changed(**changes)
            write_record(self.path / layout.CONFIG, self.run.config)

    def reals(self, images: np.ndarray, labels: np.ndarray | None = None) -> None:
        """Keeps images to compare with, and the classes of those that lie in the latent plane."""
        for name, array in ((layout.REALS, images), (layout.LABELS, labels)):
            if array is not None:
                with plain_errors(f"The run {self.path}"), (self.path / name).open("wb") as file:
                    np.save(file, array, allow_pickle=False)

    def rewind(self, iteration: int) -> None:
        """Cuts everything recorded after `iteration`; what comes next is appended there."""
        with plain_errors(f"The run {self.path}"):
            self._records.metrics.cut(iteration)
            self._records.first_images.cut(max(0, iteration - self.run.pruned))
            if iteration < self.run.pruned:
                self.configure(pruned=iteration)
            for records, made in (
                (self._records.previews, self.run.preview_iterations()),
                (self._records.validation, self.run.validation()[0]),
                (self._records.quality, self.run.quality()[0]),
            ):
                records.cut(int(np.searchsorted(made, iteration, side="right")))
            self.drop_weights_after(iteration)
            (self.path / layout.CHOSEN).unlink(missing_ok=True)  # what is learnt from here on is what is wanted
            for left in self.path.rglob("*.tmp"):  # by a process that was killed, or a full disk
                left.unlink()

    def prune(self) -> None:
        """Drops what only looking back needs: first images, snapshots, and all but a few of the previews."""
        with plain_errors(f"The run {self.path}"):
            if self.run.config.points:
                self._keep_points()
            self.configure(pruned=self.run.done)  # first: images that are still there then count for nothing
            self._records.first_images.cut(0)
            self._thin_previews()
            for file in layout.snapshots(self.path):
                if file != self.run.weights:
                    file.unlink()

    def _keep_points(self) -> None:
        """Keeps the points that belong to the moments that pruning leaves."""
        history = PlaneHistory(self.run)
        kept = [
            moment for index in self.run.spread_previews(layout.PRUNED_PREVIEWS) if (moment := history.moment(index))
        ]
        kept = [(iteration, points) for iteration, points, _ in kept if len(points)]
        arrays = {
            "iterations": np.array([iteration for iteration, _ in kept], np.int64),
            "points": np.array([points for _, points in kept], np.float16).reshape(-1, self.run.config.points, 2),
        }
        with replacing(self.path / layout.PRUNED_POINTS) as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)

    def _thin_previews(self) -> None:
        """Keeps about twenty previews, evenly spread, the first and the last among them."""
        kept = self.run.spread_previews(layout.PRUNED_PREVIEWS)
        if len(kept) == self.run.preview_count:
            return
        thinned = Records(self._records.previews.path.with_suffix(".tmp"), self._records.previews.dtype)
        thinned.cut(0)
        for index in kept:
            thinned.append(self._records.previews.read(index, index + 1))
        thinned.sync()
        thinned.close()
        self._records.previews.close()
        thinned.path.replace(self._records.previews.path)

    def iterations(self, rows: np.ndarray, images: np.ndarray) -> None:
        """Appends float32 `[n, columns]` and uint8 `[n, 28, 28]`, or points, float16 `[n, points, 2]`."""
        with plain_errors(f"The run {self.path}"):
            self._records.metrics.append(rows.astype(np.float32))
            self._records.first_images.append(images)

    def turns(self, turns: Sequence[Turn]) -> None:
        """Writes down all knobs that were, or will be, turned."""
        with plain_errors(f"The run {self.path}"):
            write_record(self.path / layout.LOG, self.run.log.changed(turns=tuple(turns)))

    def act(self, what: str, iteration: int) -> None:
        """Writes down something that a person did: see `ganlab.runs.records.Act`."""
        with plain_errors(f"The run {self.path}"):
            log = self.run.log
            if (longer := log.with_act(what, iteration)) is not log:
                write_record(self.path / layout.LOG, longer)

    def validation(self, iteration: int, values: Mapping[str, float]) -> None:
        row = [iteration, *(values[name] for name in self.run.config.validation)]
        with plain_errors(f"The run {self.path}"):
            self._records.validation.append(np.array([row], np.float32))

    def quality(self, iteration: int, values: Mapping[str, float]) -> None:
        """Appends figures of merit by name; what is not among them is NaN."""
        row = [iteration, *(values.get(name, np.nan) for name in self.run.config.quality)]
        with plain_errors(f"The run {self.path}"):
            self._records.quality.append(np.array([row], np.float32))

    def preview(self, iteration: int, images: np.ndarray, places: np.ndarray | None = None) -> bool:
        """Keeps a preview, uint8 `[n, 28, 28]`, unless the last kept one is close by, with the `places` float `[m, 2]`
        where the architecture has a latent plane, or a moment of points, float16 `[m]`; returns whether it was kept."""
        kept = self.run.preview_iterations(max(0, self.run.preview_count - 1))
        last = int(kept[0]) if len(kept) else -1
        close = not self.run.config.points and iteration < last * PREVIEW_GROWTH and iteration < self.run.total
        if iteration <= last or close:
            return False
        record = np.zeros(1, self._records.previews.dtype)
        record["iteration"], record["images"] = iteration, images
        if places is not None:
            record["places"][0, : len(places)] = places
        with plain_errors(f"The run {self.path}"):
            self._records.previews.append(record)
        return True

    def checkpoint(self, iteration: int, save: Save, force: bool = False) -> bool:
        """Writes a full checkpoint if the last one is old enough, and keeps the one before it. Returns whether it
        did."""
        if not force and time.monotonic() - self._last_checkpoint < CHECKPOINT_SECONDS:
            return False
        with plain_errors(f"The run {self.path}"):
            for records in self._records:
                records.sync()  # the checkpoint must never be ahead of them
            save(layout.checkpoint(self.path, iteration))
            for old in layout.checkpoints(self.path)[2:]:
                old.unlink()
        self._last_checkpoint = time.monotonic()
        return True

    def snapshot(self, iteration: int, save: Save) -> None:
        """Keeps the generator, in float16, when another twentieth of the run is done."""
        kept = layout.snapshots(self.path)
        last = layout.iteration_of(kept[-1]) if kept else 0
        share = self.run.total / layout.SNAPSHOT_COUNT
        if iteration // share == last // share and kept:
            return
        file = layout.snapshot(self.path, iteration)
        with plain_errors(f"The run {self.path}"):
            file.parent.mkdir(exist_ok=True)
            save(file)
            halve(file)

    def weights(self, iteration: int, save: Save) -> None:
        """Writes what using the model needs, in place of what was there."""
        with plain_errors(f"The run {self.path}"):
            save(layout.weights(self.path, iteration))
            for old in layout.all_weights(self.path):
                if layout.iteration_of(old) != iteration:
                    old.unlink()

    def drop_weights_after(self, iteration: int) -> None:
        """Removes every kept weight, checkpoint and snapshot of a later iteration."""
        kept = [*layout.all_weights(self.path), *layout.checkpoints(self.path), *layout.snapshots(self.path)]
        with plain_errors(f"The run {self.path}"):
            for file in kept:
                if layout.iteration_of(file) > iteration:
                    file.unlink()

    def progress(self, iteration: int, seconds: float) -> None:
        """Notes how far the run is, about once a second."""
        self._status = self._status.changed(iteration=iteration, seconds=round(seconds, 3))
        if time.monotonic() - self._last_status >= STATUS_SECONDS:
            self.status(self._status.state)

    def status(self, state: State, message: str = "") -> None:
        self._status = self._status.changed(state=state, message=message, updated=time.time())
        with plain_errors(f"The run {self.path}"):
            write_record(self.path / layout.STATUS, self._status)
        self._last_status = time.monotonic()

    def close(self) -> None:
        for records in self._records:
            records.close()
        self._lock.release()


def made(path: Path) -> bool:
    """Makes a folder, and says whether nobody else had."""
    with contextlib.suppress(FileExistsError):
        path.mkdir()
        return True
    return False


def halve(file: Path) -> None:
    """Rewrites the float32 arrays of an npz file in float16 where all values have a place there."""
    limit = float(np.finfo(np.float16).max)
    with np.load(file, allow_pickle=False) as arrays:
        halved = {
            name: array.astype(np.float16)
            if array.dtype == np.float32 and (not array.size or np.abs(array).max() < limit)
            else array
            for name, array in arrays.items()
        }
    with replacing(file) as out:
        np.savez_compressed(out, allow_pickle=False, **halved)


def note_act(run: Run, what: str, iteration: int) -> None:
    """As `RunWriter.act`, for a run that nobody trains; where it cannot be written, nothing is."""
    if run.config.pretrained is not None:
        return
    lock = Lock(run.path / layout.LOCK)
    with contextlib.suppress(OSError):
        if lock.acquire():
            try:
                if (longer := run.log.with_act(what, iteration)) is not run.log:
                    write_record(run.path / layout.LOG, longer)
            finally:
                lock.release()
