"""From a request to a finished run: events are written as they come, and one worker thread trains for the pages.

TensorFlow is imported only where a training begins.
"""

import atexit
import contextlib
import json
import platform
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ganlab import data, measuring, previews, quality, registry
from ganlab.backend import give_memory_back, start_tensorflow
from ganlab.errors import GanlabError
from ganlab.measuring import Measuring
from ganlab.runs import Run, RunWriter, layout
from ganlab.runs.files import plain_errors
from ganlab.tensorboard import EventFile
from ganlab.training.events import Event, Failed, Finished, Iterations, Started, Stepped
from ganlab.training.waiting import Stopwatch

REAL_IMAGES = 64
LARGEST_SEED = 2**31 - 1
LONGEST = 10_000_000  # iterations
ENOUGH = 20  # iterations from which a speed is remembered
SHORT = 500  # iterations, up to which it does not pay to measure precisions first
Report = Callable[[str, float | None], None]


@dataclass(frozen=True)
class Request:
    """What is to be trained; `values` are changes to the preset, `iterations` overrides the preset's length."""

    model: str
    preset: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    dataset: str = "mnist"
    digits: tuple[int, ...] | None = None
    iterations: int | None = None
    seed: int = 0
    device: str = "auto"
    precision: str = "auto"
    tensorboard: bool = False


def create_run(request: Request, folder: Path) -> RunWriter:
    """A new run for the request, checked and queued, in `folder`. Raises GanlabError."""
    from ganlab.training.devices import PRECISIONS

    spec = registry.get(request.model)
    changes = dict(request.values)
    has_length = any(knob.name == "iterations" for knob in spec.knobs)
    if request.iterations is not None:
        check_length(request.iterations)
        if has_length:
            changes["iterations"] = request.iterations
    values = spec.values(request.preset, changes)
    if not 0 <= request.seed <= LARGEST_SEED:
        raise GanlabError(f"The seed must be a whole number from 0 to {LARGEST_SEED:,}, but it is {request.seed}.")
    if request.precision not in PRECISIONS:
        raise GanlabError(f"The precision can be {', '.join(PRECISIONS)}, but not {request.precision!r}.")
    length = request.iterations or (values["iterations"] if has_length else 0)  # epochs need the data first
    return RunWriter.create(
        folder,
        {
            "model": spec.name,
            "preset": request.preset or next(iter(spec.presets)),
            "values": values,
            "dataset": request.dataset if request.dataset in data.NAMES else _absolute(request.dataset),
            "digits": [int(digit) for digit in request.digits] if request.digits else None,
            "iterations": length,
            "seed": request.seed,
            "device": request.device,
            "device_asked": request.device,
            "precision": request.precision,
            "precision_asked": request.precision,
            "curves": ["seconds", *(curve.name for curve in spec.curves)],
            "preview_images": spec.preview_images,
            "places": spec.places,
            "validation": list(spec.validation),
            "quality": list(quality.COLUMNS) if spec.family == "gan" else [],
            **({"tensorboard": True} if request.tensorboard else {}),
        },
    )


def _absolute(path: str) -> str:
    """The path of the user's own images, so that a resume finds them from any folder."""
    return str(Path(path).expanduser().absolute()) if path and not path.startswith("~") else path


def reopen_run(run: Run, iterations: int | None = None, changes: Mapping[str, Any] | None = None) -> RunWriter:
    """The run again, to go on from its last checkpoint, to `iterations` in all if that is more than before.

    Raises GanlabError when a setting is to change, when there is nothing left to do, and for a pretrained run.
    """
    for name, value in (changes or {}).items():
        if run.config["values"].get(name, run.config.get(name)) != value:
            raise GanlabError(
                f"A run goes on with the settings that it began with, so {name} cannot change. Start a new run."
            )
    if "pretrained" in run.config:
        raise GanlabError(f"{run.id} is a pretrained model, without what training it further needs. Start a new run.")
    if "imported" in run.config:
        raise GanlabError(f"{run.id} was imported without what training it further needs. Start a new run.")
    if iterations is not None:
        check_length(iterations)
        if iterations < run.total:
            raise GanlabError(f"This run is {run.total:,} iterations long. It can be made longer, but not shorter.")
    elif run.state == "finished":
        raise GanlabError(f"The run {run.id} is finished. Give it a longer length to train it further.")
    if run.state == "finished" and iterations == run.total:
        raise GanlabError(f"The run {run.id} is finished after {run.total:,} iterations. Give it a longer length.")
    writer = RunWriter(run.path)
    if iterations is not None:
        writer.configure(iterations=iterations)
    writer.status("queued")
    return writer


def check_length(iterations: int) -> None:
    if not 1 <= iterations <= LONGEST:
        raise GanlabError(f"The length must be from 1 to {LONGEST:,} iterations, but it is {iterations:,}.")


class Training:
    """One run being trained: iterating over it trains, writes what happens, and yields the events.

    Between two events it may be left alone (`pause` notes that and saves) or ended with `stop`; one of `stop` and the
    end of the iteration closes the run's folder. `report(what, fraction)` tells of the work before the first event.
    What goes wrong once `is_ending()` is true, when the whole program may be going down, only ends the training.
    Where `share` is given, figures of merit may take so much of the time, and the last samples are always measured.
    """

    def __init__(
        self,
        writer: RunWriter,
        report: Report = lambda what, fraction: None,
        chunk_limit: Callable[[], int | None] = lambda: None,
        is_ending: Callable[[], bool] = lambda: False,
        share: float | None = None,
        endless: bool = False,
    ) -> None:
        self.writer = writer
        self.share = share
        self.endless = endless
        self.is_ending = is_ending
        self.report = report
        self.chunk_limit = chunk_limit
        self._last: Iterations | Finished | Failed | None = None
        self._pace: deque[float] = deque(maxlen=500)  # seconds of the latest iterations
        self._watch = Stopwatch()
        self._board: EventFile | None = None
        self._ended = False
        self.measuring: Measuring | None = None
        self._events = self._train()

    def __iter__(self) -> Iterator[Event]:
        return self._events

    def pause(self) -> None:
        self._save()
        self._watch.hold()
        self.writer.status("paused")

    def go_on(self) -> None:
        self.writer.status("running")

    def stop(self, state: str = "stopped") -> None:
        """Ends training, in this state, if it has not ended yet; what has been learnt so far is saved and can be
        resumed, or extended if it is to be "finished"."""
        if self._ended:
            return
        self._ended = True
        try:
            if state == "finished" and isinstance(self._last, Iterations):
                self._measure_last(self._last.iteration, float(self._last.rows[-1, 0]))
            self._save()
            self.writer.status(state)
        finally:
            self._events.close()
            self.writer.close()

    def _save(self) -> None:
        self._remember_pace()
        if self._last is not None:
            self.writer.checkpoint(self._last.iteration, self._last.save, force=True)
            self.writer.weights(self._last.iteration, self._last.save_inference)

    def _remember_pace(self) -> None:
        """Notes how long an iteration takes here, once there are enough of them to say."""
        if len(self._pace) < ENOUGH:
            return
        from ganlab.training import devices

        config = self.writer.run.config
        if "device_asked" in config and "precision_asked" in config:
            request = Request(
                config["model"],
                values=config["values"],
                device=config["device_asked"],
                precision=config["precision_asked"],
            )
            seconds = float(np.median(self._pace))
            devices.remember_speed(pace(request), seconds)
            if self.share is None:  # else it takes turns with another
                self._watch.remember(pace(request), seconds)

    def _train(self) -> Generator[Event, None, None]:
        writer = self.writer
        try:
            writer.status("preparing")
            for event in self._prepare():
                if isinstance(event, Finished):
                    self._measure_last(event.iteration, event.seconds)
                self._record(event)
                yield event
                if isinstance(event, Iterations):
                    self._measure(event)
            self._ended = True
            writer.close()
        except GeneratorExit:
            raise
        except BaseException as error:
            self._ended = True
            if self.is_ending():
                fail(writer, Cancelled())
                raise Cancelled from error
            fail(writer, error)
            raise
        finally:
            if self._board is not None:
                with contextlib.suppress(Exception):  # on a full disk, which is said already
                    self._board.close()

    def _measure(self, event: Iterations) -> None:
        """Has figures of merit go on, if they have time."""
        with self._measuring_is_extra():
            found = self.measuring and self.measuring.go_on(event.iteration, float(event.rows[-1, 0]))
            if found:
                self._record_quality(*found)

    def _measure_last(self, iteration: int, seconds: float) -> None:
        with self._measuring_is_extra():
            for found in self.measuring.finish(iteration, seconds) if self.measuring else ():
                self._record_quality(*found)

    @contextlib.contextmanager
    def _measuring_is_extra(self) -> Iterator[None]:
        """Whatever goes wrong with figures of merit ends them, but not the training."""
        try:
            yield
        except Cancelled:
            raise
        except Exception:
            traceback.print_exc()
            self.measuring = None

    def _record_quality(self, iteration: int, figures: Mapping[str, float]) -> None:
        assert self.measuring
        about = self.measuring.about()
        if self.writer.run.config.get("measuring") != about:
            self.writer.configure(measuring=about)
        self.writer.quality(iteration, figures)
        if self._board is not None:
            self._board.scalars(iteration, figures, "quality/")

    def _record(self, event: Event) -> None:
        writer = self.writer
        if isinstance(event, Started):
            if writer.run.config.get("tensorboard"):
                with plain_errors(f"The run {writer.path}"):
                    self._board = EventFile(writer.path, event.iteration, writer.run.total)
            self._keep_preview(event)
        elif isinstance(event, Iterations):
            self._pace.extend(np.diff(event.rows[:, 0]).tolist())
            writer.iterations(event.rows, event.images)
            if self._board is not None:
                self._board.curves(event.iteration, writer.run.curves[1:], event.rows[:, 1:])
            if event.preview is not None:
                self._keep_preview(event)
            if event.validation is not None:
                writer.validation(event.iteration, event.validation)
                if self._board is not None:
                    self._board.scalars(event.iteration, event.validation, "validation/")
            self._watch.note(event.iteration)
            writer.progress(event.iteration, float(event.rows[-1, 0]))
            writer.snapshot(event.iteration, event.save_inference)
            if writer.checkpoint(event.iteration, event.save):
                give_memory_back()
            self._last = event
        elif isinstance(event, Finished):
            self._last = event
            self._save()
            writer.progress(event.iteration, event.seconds)
            writer.status("finished")
        elif isinstance(event, Failed):
            writer.iterations(event.rows, event.images)
            writer.drop_weights_after(event.iteration)  # they may have been spoilt already
            self._last = event
            self._save()
            writer.status("failed", event.message)

    def _keep_preview(self, event: Started | Iterations) -> None:
        assert event.preview is not None
        kept = self.writer.preview(event.iteration, event.preview, event.places)
        if kept and self._board is not None:
            self._board.preview(event.iteration, "previews", previews.page(self.writer.run, event.preview, 2, False))

    def _prepare(self) -> Iterator[Event]:
        """Loads the data, chooses device and precision, builds the model, and starts the loop."""
        run = self.writer.run
        config, spec = run.config, registry.get(run.model)
        self.report("Loading the images", None)
        dataset = data.load(config["dataset"], progress=self.report)
        chosen = dataset.select(config["digits"])
        if spec.family == "classifier":
            chosen.check_readable()
        (images, labels), held_out = chosen.hold_out(config["values"].get("held_out", 0.0))
        resuming = "data" in config
        if resuming and chosen.fingerprint != config["data"]["fingerprint"]:
            raise GanlabError(
                f"This run learned from other images ({config['data']['source']}) than those that are here now "
                f"({chosen.source}). It can go on only with the same images."
            )
        self.report("Starting TensorFlow", None)
        with self._watch.once_only():
            start_tensorflow()
        import tensorflow as tf

        from ganlab import models
        from ganlab.training import devices
        from ganlab.training.loop import TrainingConfig, time_iterations, train

        device = _device_again(config) if resuming else devices.choose(config["device"], devices.devices())
        values: dict[str, Any] = {**spec.values(changes=config["values"])}  # an older run may lack the newest knobs
        length = config["iterations"] or spec.iterations(values, len(images))
        training = TrainingConfig(
            iterations=LONGEST if self.endless else length,
            batch_size=values["batch_size"],
            draws=spec.draws,
            curves=run.curves[1:],
            seed=config["seed"],
            device=device.name,
            preview_images=config["preview_images"],
            validate_every=spec.epoch(values, len(images)) if spec.validation else 0,
        )

        def measure(precisions: Sequence[str]) -> dict[str, float]:
            self.report("Measuring which precision is faster here, which is done only once", None)
            with self._watch.once_only():
                return time_iterations(
                    lambda precision: models.create(spec, values, precision), chosen.x_train, training, precisions
                )

        with tf.device(device.name):
            precision, reason = devices.choose_precision(
                config["precision"], device, _structure(spec, values), measure, short=training.iterations <= SHORT
            )
            self.report("Building the networks", None)
            model = models.create(spec, values, precision, config["seed"])
            checkpoint = self._rewind(model) if resuming else None
            if spec.judged:
                model.judge = _judge(config["dataset"])
        if config.get("quality"):
            self.measuring = Measuring(
                model,
                chosen,
                config["seed"],
                lambda: tf.device(device.name),
                lambda: self.is_ending() or self.chunk_limit() is not None,
                share=measuring.SHARE if self.share is None else self.share,
                last=self.share is not None,
            )
        self.writer.configure(
            iterations=length,
            device=device.name,
            precision=precision,
            precision_reason=config.get("precision_reason", reason),  # a resumed run, or a side of a race, has one
            data={
                "title": chosen.title,
                "source": chosen.source,
                "images": len(images),
                "class_names": list(chosen.class_names),
                "notices": list(chosen.notices),
                "fingerprint": chosen.fingerprint,
            },
            versions=_versions(),
            machine=f"{devices.processor()}, {platform.system()}",
        )
        test = (chosen.x_test, chosen.y_test) if len(chosen.x_test) else (chosen.x_train, chosen.y_train)
        if spec.places:
            self.writer.reals(test[0][:REAL_IMAGES], test[1][: config["places"]])
        else:
            self.writer.reals(chosen.x_train[:REAL_IMAGES])
        self.writer.status("running")
        judged_on = held_out if len(held_out[0]) else test
        yield from train(model, images, training, checkpoint, self.chunk_limit, test[0], labels, judged_on)

    def _rewind(self, model: Any) -> Path | None:
        """The newest checkpoint that can be read, with the records cut to it; None means from the start."""
        from ganlab.models import _weights

        found = layout.checkpoints(self.writer.path)
        for path in found:
            if layout.iteration_of(path) > self.writer.run.done:  # the records behind it were lost
                continue
            with contextlib.suppress(GanlabError):  # the other generation is there for this
                numbers = _weights.load(path, model.state(), _weights.ITERATION, "seconds")
                self.writer.rewind(int(numbers[_weights.ITERATION]))
                return path
        if found:
            raise GanlabError(
                f"The checkpoints of {self.writer.run.id} are damaged, so it cannot go on. What it recorded is kept. "
                "Start a new run with the same settings."
            )
        self.writer.rewind(0)
        return None


def _judge(dataset: str) -> Callable[[Any], Any] | None:
    """The pretrained classifier for a data set: logits from uint8 images. None where there is none."""
    from ganlab import inference

    try:
        judge = inference.judge_for(dataset)
        return inference.load(judge).logits if judge else None
    except GanlabError:  # not in this copy: then the training goes on without a judge
        return None


class Cancelled(Exception):  # noqa: N818 (nothing went wrong)
    """`report` raises it to end a training before its first iteration."""


def sentence(error: BaseException) -> str:
    """What went wrong, for people."""
    if isinstance(error, GanlabError):
        return str(error)
    return f"An unexpected error ended the training ({type(error).__name__}: {error})."


def fail(writer: RunWriter, error: BaseException) -> None:
    """Notes why the run ended, as far as the disk still takes it, and closes it."""
    state, message = "failed", sentence(error)
    if isinstance(error, Cancelled | KeyboardInterrupt):
        state, message = "stopped", ""
    with contextlib.suppress(GanlabError):
        writer.status(state, message)
    writer.close()


def _device_again(config: Mapping[str, Any]) -> Any:
    """The device that the run began on, else what there is now."""
    from ganlab.training import devices

    available = devices.devices()
    try:
        return devices.choose(config["device"], available)
    except GanlabError:
        return devices.choose("auto", available)


def seconds_per_iteration(request: Request) -> float | None:
    """How long one iteration of this takes on this machine, from the last time it was trained or timed here."""
    from ganlab.training import devices

    return devices.known_speed(pace(request))


def pace(request: Request) -> str:
    spec = registry.get(request.model)
    values = spec.values(request.preset, request.values)
    return f"{_structure(spec, values)} | {request.device} | {request.precision}"


def time_here(request: Request) -> float:
    """Times a few iterations of what is asked for, on networks that are thrown away; seconds for each.

    Takes some seconds, and is remembered for `seconds_per_iteration`. Raises GanlabError.
    """
    start_tensorflow()
    import tensorflow as tf

    from ganlab import models
    from ganlab.training import devices
    from ganlab.training.loop import TrainingConfig, time_iterations

    spec = registry.get(request.model)
    values = spec.values(request.preset, request.values)
    device = devices.choose(request.device, devices.devices())
    curves = tuple(curve.name for curve in spec.curves)
    batch = int(values["batch_size"])
    config = TrainingConfig(1, batch, spec.draws, curves, device=device.name)
    images = np.random.default_rng(0).integers(0, 256, [2 * batch, 28, 28], np.uint8)
    times: dict[str, float] = {}

    def measure(precisions: Sequence[str]) -> dict[str, float]:
        found = time_iterations(lambda name: models.create(spec, values, name), images, config, precisions)
        times.update(found)
        return found

    with tf.device(device.name):
        precision, _ = devices.choose_precision(request.precision, device, _structure(spec, values), measure)
        seconds = times[precision] if precision in times else measure([precision])[precision]
    devices.remember_speed(pace(request), seconds)
    return seconds


def _structure(spec: registry.ModelSpec, values: Mapping[str, Any]) -> str:
    """What decides how long an iteration takes, as text: how networks are built, and which parts of it are left out."""
    kept = {k.name: values[k.name] for k in spec.knobs if k.group == "Networks" or k.name == "batch_size"}
    out = [k.name for k in spec.knobs if k.name not in kept and k.kind is float and values[k.name] == 0]
    return f"{spec.name} {json.dumps(kept, sort_keys=True)}" + (f" without {', '.join(out)}" if out else "")


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in ("tensorflow", "keras", "numpy")}}


@dataclass(frozen=True)
class JobView:
    """What a page may know of a job at one moment; `speed` is iterations a second, `place` 0 is at work.

    `preview` is the newest one: after how many iterations, its images, and its places in the latent plane. `stepped` is
    what the latest iteration did, where it was a single one, with its curves by name.
    """

    run: Path
    model: str
    state: str
    iteration: int
    total: int
    seconds: float
    speed: float
    message: str = ""
    fraction: float | None = None
    place: int = 0
    preview: tuple[int, np.ndarray, np.ndarray | None] | None = None
    stepped: tuple[Stepped, Mapping[str, float]] | None = None

    @property
    def active(self) -> bool:
        return self.state in layout.ACTIVE


class Job:
    """A training that the worker does; commands may come from any thread."""

    def __init__(self, writer: RunWriter) -> None:
        self._writer = writer
        self._changed = threading.Condition()
        self._paused = self._stopped = False
        self._steps = 0
        config = writer.run.config
        self._view = JobView(writer.path, config["model"], "queued", writer.run.done, config["iterations"], 0.0, 0.0)
        self._recent: deque[tuple[float, int]] = deque(maxlen=16)

    @property
    def run(self) -> Path:
        return self._view.run

    @property
    def parts(self) -> Sequence["Job"]:
        """Its trainings, one for each run."""
        return (self,)

    def view(self) -> JobView:
        return self._view

    @property
    def asked(self) -> Literal["", "pause", "stop"]:
        """What it is to do as soon as it can; a step of getting ready may take a while."""
        return "stop" if self._stopped else "pause" if self._paused else ""

    def pause(self) -> None:
        with self._changed:
            self._paused = True
            self._changed.notify_all()

    def resume(self) -> None:
        with self._changed:
            self._paused, self._steps = False, 0
            self._changed.notify_all()

    def step(self) -> None:
        """Does one iteration of a paused training."""
        with self._changed:
            self._paused = True
            self._steps += 1
            self._changed.notify_all()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def wait(self, seconds: float, until: Callable[[JobView], bool] = lambda view: not view.active) -> JobView:
        """The view once it is as asked for (unless told otherwise, once the job has ended), or after so many
        seconds."""
        with self._changed:
            self._changed.wait_for(lambda: until(self._view), seconds)
        return self._view

    def _show(self, **changes: Any) -> None:
        with self._changed:
            self._view = JobView(**{**self._view.__dict__, **changes})
            self._changed.notify_all()

    def _work(self) -> None:
        """Trains to the end, the stop or the failure; never raises."""
        training = Training(
            self._writer,
            report=self._prepare,
            chunk_limit=lambda: 1 if self._paused else None,
            is_ending=lambda: self._stopped,
        )
        try:
            for event in training:
                self._note(event)
                if not self._may_go_on(training, event):
                    training.stop()
                    self._show(state="stopped", message="")
                    return
        except Cancelled:
            self._show(state="stopped", message="")
        except Exception as error:  # the thread must live on, and the page must show what happened
            self._fail(error)
        finally:
            self._writer.close()

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, GanlabError):
            traceback.print_exc(file=sys.stderr)
        self._show(state="failed", message=sentence(error))

    def _cancel(self, for_good: bool = True) -> None:
        """Ends it before it has begun; if not `for_good`, it stays in line on the disk."""
        if for_good:
            with contextlib.suppress(GanlabError):
                self._writer.status("stopped")
        self._writer.close()
        self._show(state="stopped")

    def _prepare(self, what: str, fraction: float | None) -> None:
        if self._stopped:
            raise Cancelled
        self._show(state="preparing", message=what, fraction=fraction)

    def _note(self, event: Event) -> None:
        if isinstance(event, Started):
            preview = (event.iteration, event.preview, event.places)
            self._show(preview=preview, total=self._writer.run.total)
        elif isinstance(event, Iterations):
            if event.preview is not None:
                self._show(preview=(event.iteration, event.preview, event.places))
            self._recent.append((time.monotonic(), event.iteration))
            (then, before), (now, after) = self._recent[0], self._recent[-1]
            curves = dict(zip(self._writer.run.curves, map(float, event.rows[-1]), strict=True))
            self._show(
                state="paused" if self._paused else "running",
                message="",
                fraction=None,
                iteration=event.iteration,
                total=self._writer.run.total,
                seconds=curves["seconds"],
                stepped=None if event.stepped is None else (event.stepped, curves),
                speed=(after - before) / (now - then) if now > then else 0.0,
            )
        elif isinstance(event, Finished):
            self._show(state="finished", iteration=event.iteration, seconds=event.seconds)
        elif isinstance(event, Failed):
            self._show(state="failed", message=event.message)

    def _may_go_on(self, training: Training, event: Event) -> bool:
        """Waits while the job is paused; False once it is to stop."""
        if isinstance(event, Started):
            return not self._stopped
        if not isinstance(event, Iterations):
            return True
        with self._changed:
            if self._stopped:
                return False
            if self._steps:
                self._steps -= 1
            if not self._paused or self._steps:
                return True
        training.pause()
        self._show(state="paused", speed=0.0)
        with self._changed:
            while self._paused and not self._steps and not self._stopped:
                self._changed.wait()
            self._recent.clear()
            if self._stopped:
                return False
            if self._paused:
                return True
        training.go_on()
        return True


class Worker:
    """The one thread that trains; jobs wait in line. Ended jobs are remembered until the process ends."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []
        self._queue: deque[Job] = deque()
        self._calls: deque[tuple[Future, Callable[[], Any]]] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def submit(self, writer: RunWriter) -> Job:
        job = Job(writer)
        self.add(job)
        return job

    def add(self, job: Job) -> None:
        """Puts a job into the line; it takes the place of what was done with the same runs before."""
        runs = {part.run for part in job.parts}
        with self._changed:
            self._jobs = [
                old for old in self._jobs if old.view().active or runs.isdisjoint(part.run for part in old.parts)
            ] + [job]
            self._queue.append(job)
            self._wake()

    def call(self, function: Callable[[], Any]) -> Future:
        """Does something short in the worker's thread when no training waits; the future holds what it returns."""
        future: Future = Future()
        with self._changed:
            self._calls.append((future, function))
            self._wake()
        return future

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="ganlab-worker", daemon=True)
            self._thread.start()
            atexit.register(self.shutdown)
        self._changed.notify_all()

    def _answer(self, future: Future, function: Callable[[], Any]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(function())
        except BaseException as error:  # it belongs to whoever asked
            future.set_exception(error)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._calls:
                    self._changed.wait()
                job = self._queue[0] if self._queue else None
                call = None if job else self._calls.popleft()
            if job is None:
                assert call is not None
                self._answer(*call)
                continue
            if job._stopped:
                job._cancel()
            else:
                job._show(state="preparing", message="Getting ready")
                job._work()
            with self._changed:
                if job in self._queue:
                    self._queue.remove(job)

    def stop(self, job: Job) -> None:
        """Stops a training, or takes a waiting one out of the line."""
        job.stop()
        with self._changed:
            if job in self._queue and self._queue[0] is not job:
                self._queue.remove(job)
                job._cancel()

    def view(self, job: Job) -> JobView:
        with self._changed:
            place = self._queue.index(job) if job in self._queue else 0
        return JobView(**{**job.view().__dict__, "place": place})

    def jobs(self) -> list[Job]:
        with self._changed:
            return list(self._jobs)

    def waiting(self) -> list[Job]:
        """The job at work and those that wait, in their order."""
        with self._changed:
            return list(self._queue)

    def find(self, run: Path) -> Job | None:
        """The job that trains, or last trained, this run in this process; of a race its part."""
        return next((part for job in reversed(self.jobs()) for part in job.parts if part.run == run), None)

    def current(self) -> Job | None:
        """The job at work, or else the first that waits."""
        with self._changed:
            return self._queue[0] if self._queue else None

    def shutdown(self, seconds: float = 5.0) -> None:
        """Stops what is at work and saves it, at the end of the process; what waits can be put back in line later."""
        with self._changed:
            left = list(self._queue)[1:]
            for job in left:
                self._queue.remove(job)
        for job in left:
            job._cancel(for_good=False)
        active = [job for job in self.jobs() if job.view().active]
        for job in reversed(active):
            self.stop(job)
        for job in active:
            job.wait(seconds)


worker = Worker()
