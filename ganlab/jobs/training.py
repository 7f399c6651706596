"""From a request to a finished run: events are written as they come."""

import contextlib
import platform
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from ganlab import data, registry
from ganlab.errors import GanlabError
from ganlab.evaluation import periodic_evaluation
from ganlab.evaluation.periodic_evaluation import Measuring
from ganlab.evaluation.points import PlaneMeasuring
from ganlab.evaluation.sample_readings import judge_if_here
from ganlab.jobs.requests import LONGEST, Request, learns_other
from ganlab.jobs.speed import pace, structure
from ganlab.jobs.tensorboard import EventFile
from ganlab.runs import RunWriter, layout, previews
from ganlab.runs.files import plain_errors
from ganlab.runs.records import State, Turn
from ganlab.startup import give_memory_back, start_tensorflow
from ganlab.training.events import Event, Failed, Finished, Iterations, SlowMotion, Started
from ganlab.training.turning import Turned, Turns
from ganlab.training.waiting import Stopwatch

REAL_IMAGES = 64
REAL_POINTS = 1000
ENOUGH = 20  # iterations from which a speed is remembered
KEPT_OF_DATA = ("title", "source", "class_names", "notices", "fingerprint")  # in config.json
SHORT = 500  # iterations, up to which it does not pay to measure precisions first
Report = Callable[[str, float | None], None]


@dataclass(eq=False)
class Training:
    """One run being trained: iterating over it trains, writes what happens, and yields the events.

    Between two events it may be left alone (`pause` notes that and saves) or ended with `stop`; one of `stop` and the
    end of the iteration closes the run's folder. `report(what, fraction)` tells of the work before the first event.
    What goes wrong once `is_ending()` is true, when the whole program may be going down, only ends the training.
    Where `share` is given, figures of merit may take so much of the time; then, and with `measured_at_end`, the last
    samples are always measured.
    """

    writer: RunWriter
    report: Report = lambda what, fraction: None
    chunk_limit: Callable[[], int | None] = lambda: None
    is_ending: Callable[[], bool] = lambda: False
    share: float | None = None
    endless: bool = False
    measured_at_end: bool = False

    def __post_init__(self) -> None:
        self._last: Iterations | Finished | Failed | None = None
        self._pace: deque[float] = deque(maxlen=500)  # seconds of the latest iterations
        self._watch = Stopwatch()
        self._board: EventFile | None = None
        self._ended = self._at_end = False
        self.measuring: Measuring | PlaneMeasuring | None = None
        self.turns: Turns | None = None  # once the first iteration is near
        self._events = self._train()

    def __iter__(self) -> Iterator[Event]:
        return self._events

    def pause(self) -> None:
        self._save()
        self._watch.hold()
        self.writer.status("paused")
        self.note("paused")

    def go_on(self) -> None:
        self.writer.status("running")
        self.note("resumed")

    def note(self, what: str, ahead: int = 0) -> None:
        """Writes down what a person did, at the last iteration or so many ahead of it."""
        if self._last is not None:
            self.writer.act(what, self._last.iteration + ahead)

    def slow_motion(self) -> SlowMotion:
        """The stages of the next iteration, which is not done by this. Raises GanlabError."""
        if not isinstance(self._last, Iterations) or self._last.slowly is None:
            raise GanlabError("Slow motion begins after the first iteration.")
        self.note("slow motion", ahead=1)
        return self._last.slowly()

    def stop(self, state: State = "stopped") -> None:
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
        if config.device_asked and config.precision_asked:
            asked = config.device_asked, config.precision_asked
            request = Request(config.model, values=config.values, device=asked[0], precision=asked[1])
            known, seconds = pace(request), float(np.median(self._pace))
            devices.remember_speed(known, seconds)
            if self.share is None:  # else it takes turns with another
                self._watch.remember(known, seconds)

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
        self._at_end = True
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
        if self.writer.run.config.measuring != about:
            self.writer.configure(measuring=about)
        self.writer.quality(iteration, figures)
        if self._board is not None:
            self._board.scalars(iteration, figures, "quality/")

    def _record(self, event: Event) -> None:
        writer = self.writer
        if isinstance(event, Started):
            if writer.run.config.tensorboard:
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
        if kept and self._board is not None and not self.writer.run.config.points:
            self._board.preview(event.iteration, "previews", previews.page(self.writer.run, event.preview, 2, False))

    def _prepare(self) -> Iterator[Event]:
        """Loads the data, chooses device and precision, builds the model, and starts the loop."""
        run = self.writer.run
        config, spec = run.config, registry.get(run.model)
        self.report("Loading the points" if spec.points else "Loading the images", None)
        dataset = data.load(config.dataset, progress=self.report)
        if dataset.points != bool(spec.points):
            raise GanlabError(learns_other(spec, dataset.title))
        chosen = dataset.select(config.digits)
        if spec.family == "classifier":
            chosen.check_readable()
        (images, labels), held_out = chosen.hold_out(config.values.get("held_out", 0.0))
        resuming = config.data is not None
        if config.data and chosen.fingerprint != config.data.fingerprint:
            raise GanlabError(
                f"This run learned from other images ({config.data.source}) than those that are here now "
                f"({chosen.source}). It can go on only with the same images."
            )
        self.report("Starting TensorFlow", None)
        with self._watch.once_only():
            start_tensorflow()
        import tensorflow as tf

        from ganlab import models
        from ganlab.training import devices
        from ganlab.training.loop import TrainingConfig, time_iterations, train

        wanted = "cpu" if spec.points and config.device == "auto" else config.device  # too little work for a GPU
        here, moved = devices.devices(), ""
        if resuming:
            device, moved = devices.choose_again(config.device, here)
        else:
            device = devices.choose(wanted, here)
        values: dict[str, Any] = {**spec.recorded(config.values)}
        length = config.iterations or spec.iterations(values, len(images))
        training = TrainingConfig(
            iterations=LONGEST if self.endless else length,
            batch_size=values["batch_size"],
            draws=spec.draws,
            curves=run.curves[1:],
            seed=config.seed,
            device=device.name,
            preview_images=config.preview_images,
            validate_every=spec.epoch(values, len(images)) if spec.validation else 0,
            closely=bool(spec.points),
        )

        def measure(precisions: Sequence[str]) -> dict[str, float]:
            self.report("Measuring which precision is faster here, which is done only once", None)
            with self._watch.once_only():
                return time_iterations(
                    lambda precision: models.create(spec, values, precision), chosen.x_train, training, precisions
                )

        with tf.device(device.name):
            asked = "float32" if spec.points and config.precision == "auto" else config.precision
            precision, reason = devices.choose_precision(
                asked, device, structure(spec, values), measure, short=training.iterations <= SHORT
            )
            self.report("Building the networks", None)
            model = models.create(spec, values, precision, config.seed)
            checkpoint = self._rewind(model) if resuming else None
            if spec.judged:
                judge = judge_if_here(config.dataset)
                model.judge = judge and judge.logits
        if spec.points:
            model.extent = chosen.extent
        if config.quality and spec.points:

            def drawn(count: int) -> np.ndarray:
                with tf.device(device.name):
                    return model.preview(model.preview_inputs(count, config.seed)).numpy()

            self.measuring = PlaneMeasuring(drawn, chosen, self.is_ending)
        elif config.quality:
            self.measuring = Measuring(
                model,
                chosen,
                config.seed,
                lambda: tf.device(device.name),
                lambda: self.is_ending() or (not self._at_end and self.chunk_limit() is not None),
                share=periodic_evaluation.SHARE if self.share is None else self.share,
                last=self.share is not None or self.measured_at_end,
            )
        self.writer.configure(
            iterations=length,
            device=device.name,
            precision=precision,
            precision_reason=config.precision_reason or reason,  # a resumed run, or a side of a race, has one
            data={
                "images": len(images),
                **{name: getattr(chosen, name) for name in KEPT_OF_DATA},
                "notices": (*chosen.notices, moved) if moved else chosen.notices,
            },
            versions=_versions(),
            machine=f"{devices.processor()}, {platform.system()}",
            **({"extent": chosen.extent} if spec.points else {}),
        )
        test = (chosen.x_test, chosen.y_test) if len(chosen.x_test) else (chosen.x_train, chosen.y_train)
        if spec.points:
            self.writer.reals(chosen.x_train[:REAL_POINTS])
        elif spec.places:
            self.writer.reals(test[0][:REAL_IMAGES], test[1][: config.places])
        else:
            self.writer.reals(chosen.x_train[:REAL_IMAGES])
        self.writer.status("running")
        judged_on = held_out if len(held_out[0]) else test
        starting = {knob.name: float(knob.default) for knob in spec.turnable(values)}
        planned = [Turned(turn.iteration, turn.name, turn.value) for turn in run.turns]
        self.turns = Turns(starting, planned, self._keep_turns)
        told = (test[0], labels, judged_on, self.turns)
        yield from train(model, images, training, checkpoint, self.chunk_limit, *told)

    def _keep_turns(self, turns: Sequence[Turned]) -> None:
        self.writer.turns([Turn(iteration=turn.iteration, name=turn.name, value=turn.value) for turn in turns])

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


class Cancelled(Exception):  # noqa: N818 (nothing went wrong)
    """`report` raises it to end a training before its first iteration."""


def sentence(error: BaseException) -> str:
    """What went wrong, for people."""
    if isinstance(error, GanlabError):
        return str(error)
    from ganlab.training import devices, gpu_trouble

    if devices.is_out_of_memory(error):
        return devices.OUT_OF_MEMORY
    for trouble in gpu_trouble.explain(str(error).splitlines(), gpu_trouble.Host(), found=1):
        return trouble
    return f"An unexpected error ended the training ({type(error).__name__}: {error})."


def fail(writer: RunWriter, error: BaseException) -> None:
    """Notes why the run ended, as far as the disk still takes it, and closes it."""
    state, message = "failed", sentence(error)
    if isinstance(error, Cancelled | KeyboardInterrupt):
        state, message = "stopped", ""
    with contextlib.suppress(GanlabError):
        writer.status(state, message)
    writer.close()


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in ("tensorflow", "keras", "numpy")}}
