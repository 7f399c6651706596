"""One training that the worker does, and what a page may know of it."""

import contextlib
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.jobs.training import Cancelled, Training, sentence
from ganlab.permission import check, needs
from ganlab.runs import ACTIVE, RunWriter
from ganlab.runs.records import MOST_TURNS
from ganlab.training.events import Event, Failed, Finished, Iterations, SlowMotion, Started, Stepped
from ganlab.training.turning import Turns

PAUSE_FIRST = "Slow motion shows the next iteration of a training that is paused. Pause it first."
PACED_SECONDS = 0.05  # of the work of a slowed training that is done at once


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
        return self.state in ACTIVE


def _others(network: str) -> str:
    """The knob whose 0 keeps the other network of a GAN from learning."""
    other = {"generator": "discriminator", "discriminator": "generator"}.get(network, network)
    return f"{other}_updates"


class Job:
    """A training that the worker does; commands may come from any thread. `changed` is what it shares with others that
    are done together with it, and with `measured_at_end` its last samples are always measured."""

    def __init__(
        self, writer: RunWriter, changed: threading.Condition | None = None, measured_at_end: bool = False
    ) -> None:
        self._writer, self._measured_at_end = writer, measured_at_end
        self._changed = changed or threading.Condition()
        self._paused = self._stopped = False
        self._steps: deque[str] = (
            deque()
        )  # that are to be done while paused: in each, the only network that learns, or ""
        self._pace: float | None = None  # iterations a second at most
        self._next = 0.0  # when the next iteration may be done
        self._training: Training | None = None
        self._slow: Future[SlowMotion] | None = None  # of the iteration that comes next
        config = writer.run.config
        self._view = JobView(writer.path, config.model, "queued", writer.run.done, config.iterations, 0.0, 0.0)
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

    @needs("pause a training")
    def pause(self) -> None:
        with self._changed:
            self._paused = True
            self._changed.notify_all()

    @needs("go on with a training")
    def resume(self) -> None:
        with self._changed:
            self._paused = False
            self._steps.clear()
            self._changed.notify_all()

    @needs("do single iterations of a training")
    def step(self, only: str = "") -> None:
        """Does one iteration of a paused training; `only` one of a GAN's networks ("generator", "discriminator") learns
        in it, where that can be turned. Raises GanlabError."""
        if only:
            self._may_turn(_others(only), 0)
        with self._changed:
            self._paused = True
            self._steps.append(only)
            self._changed.notify_all()

    @needs("watch a training in slow motion")
    def slow_motion(self) -> Future[SlowMotion]:
        """The stages of the next iteration of a paused training, found by the worker without doing that iteration; the
        same future until it has been done. It fails with GanlabError where the training is not paused or goes on."""
        with self._changed:
            if not self._paused or not self._view.active:
                failed: Future[SlowMotion] = Future()
                failed.set_exception(GanlabError(PAUSE_FIRST))
                return failed
            self._slow = self._slow or Future()
            self._changed.notify_all()
            return self._slow

    def _drop_slow_motion(self) -> None:
        slow, self._slow = self._slow, None
        if slow is not None and not slow.done():
            slow.set_exception(GanlabError(PAUSE_FIRST))

    @property
    def _asked_slowly(self) -> bool:
        """Whether somebody waits for slow motion."""
        return self._slow is not None and not self._slow.done()

    def _answer_slow_motion(self) -> None:
        """Does it in the worker's thread, which alone may use the model."""
        with self._changed:
            training, slow = self._training, self._slow
        if training is None or slow is None:
            return
        slow.set_running_or_notify_cancel()
        try:
            slow.set_result(training.slow_motion())
        except Exception as error:  # it belongs to whoever asked
            if not isinstance(error, GanlabError):
                traceback.print_exc(file=sys.stderr)
            slow.set_exception(error if isinstance(error, GanlabError) else GanlabError(sentence(error)))

    @needs("turn knobs of a training")
    def turn(self, name: str, value: Any, iterations: int | None = None) -> None:
        """Turns a knob before the next iteration, for so many iterations or for good; it is written down in the run.
        Raises GanlabError where that knob cannot be turned, or not to this value, or not yet."""
        turns, number = self._may_turn(name, value)
        turns.ask(name, number, iterations)
        with self._changed:
            if self._slow is not None and (self._slow.done() or self._slow.running()):
                self._slow = None  # the next iteration will be another one

    def _may_turn(self, name: str, value: Any) -> tuple[Turns, float]:
        """Where to ask for a turn, and the value as a number; raises GanlabError as `turn` does."""
        config = self._writer.run.config
        spec = registry.get(config.model)
        number = float(spec.turned(spec.recorded(config.values), name, value))
        turns = self._training.turns if self._training else None
        if turns is None or not self._view.active:
            raise GanlabError("A knob can be turned once the training has begun, until it ends.")
        if turns.count + 2 > MOST_TURNS:
            raise GanlabError(f"Knobs of a training can be turned {MOST_TURNS:,} times, and they have been.")
        return turns, number

    def turned(self) -> dict[str, float]:
        """What the knobs that may be turned have now; empty before the training has begun."""
        turns = self._training.turns if self._training else None
        return dict(turns.values) if turns else {}

    @property
    def pace(self) -> float | None:
        """Iterations a second at most; None is as fast as it goes."""
        return self._pace

    @pace.setter
    def pace(self, per_second: float | None) -> None:
        check("slow a training down")
        with self._changed:
            self._pace, self._next = per_second, 0.0
            self._changed.notify_all()

    def _limit(self) -> int | None:
        """The most iterations of the next chunk."""
        with self._changed:
            turns = self._training.turns if self._training else None
            if self._steps and self._steps[0] and turns:
                turns.ask(_others(self._steps[0]), 0.0, iterations=1)
                self._steps[0] = ""  # it has been seen to
        if self._paused:
            return 1
        return None if self._pace is None else max(1, round(self._pace * PACED_SECONDS))

    def _wait_for_pace(self, done: float) -> None:
        """Holds the training until as much time has gone by as so many iterations are to take; it is told at once to
        pause, stop or go faster."""
        if self._pace is None:
            return
        now = time.monotonic()
        self._next = max(self._next, now - PACED_SECONDS) + done / self._pace

        def over() -> bool:
            return self._paused or self._stopped or self._pace is None or time.monotonic() >= self._next

        while not over():
            self._changed.wait_for(over, max(0.0, self._next - time.monotonic()))

    @needs("stop a training")
    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def wait(self, seconds: float, until: Callable[[JobView], bool] = lambda view: not view.active) -> JobView:
        """The view once it is as asked for (unless told otherwise, once the job has ended), or after so many
        seconds."""
        with self._changed:
            self._changed.wait_for(lambda: until(self.view()), seconds)
        return self.view()

    def _show(self, **changes: Any) -> None:
        with self._changed:
            self._view = JobView(**{**self._view.__dict__, **changes})
            self._changed.notify_all()

    def _work(self) -> None:
        """Trains to the end, the stop or the failure; never raises."""
        training = self._training = Training(
            self._writer,
            report=self._prepare,
            chunk_limit=self._limit,
            is_ending=lambda: self._stopped,
            measured_at_end=self._measured_at_end,
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
            with self._changed:
                self._drop_slow_motion()
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
            with self._changed:
                if self._slow is not None and self._slow.done():
                    self._slow = None
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
            stepped = bool(self._steps)
            if stepped:
                self._steps.popleft()
            elif not self._paused:
                self._wait_for_pace(len(event.rows))
        if stepped:
            training.note("step")
        with self._changed:
            resumed, goes_on = not self._paused, not self._paused or bool(self._steps)
        if stepped and resumed:  # before it was held again
            training.go_on()
        if goes_on:
            return True
        training.pause()
        self._show(state="paused", speed=0.0)
        while part := self._held():
            part._answer_slow_motion()
        with self._changed:
            if not self._paused:
                self._drop_slow_motion()
            self._recent.clear()
            if self._stopped:
                return False
            if self._paused:
                return True
        training.go_on()
        return True

    def _held(self) -> "Job | None":
        """Waits while the job is paused, for a part of it that slow motion is asked of, or until it is to do something
        else."""

        def over() -> bool:
            return not self._paused or bool(self._steps) or self._stopped

        def asked() -> "Job | None":
            return next((part for part in self.parts if part._asked_slowly), None)

        with self._changed:
            self._changed.wait_for(lambda: over() or asked())
            return None if over() else asked()
