"""Races: two trainings that take turns on the one worker, so that both have trained equally long at any time.

Two GANs of images race, or two models of points in the plane. Where a race of the latter goes over a number of
iterations, the two go in step: they have done equally many at any time, but for one turn, so that one can be seen
beside the other.

A race's two runs are ordinary runs. Each names the other in its config.json, as `race`: `sides` are their ids, the left
one first, `finish` says when the race ends, and `experiment` which of a book's races it repeats, if any. Once it is
over, `read` holds what a classifier reads in the run's samples (`ganlab.evaluation.sample_readings`), and `result`
what came of the race.
"""

import contextlib
import math
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from ganlab import inference, jobs, registry
from ganlab.errors import GanlabError
from ganlab.evaluation import sample_readings
from ganlab.jobs import Cancelled, Job, Request, Training
from ganlab.jobs.race_standings import Finish, reached, standing
from ganlab.permission import needs
from ganlab.runs import Run, RunWriter, delete
from ganlab.training.events import Failed, Finished, Iterations

FAMILIES = ("gan", "plane")  # one metric says of all of one family how good their samples are
FAMILY = "gan"  # of images
SHARE = 0.25  # of the time trained that measuring samples may take: it decides, and its time counts for neither side
PRECISION, WHY = "float32", "the same on both sides of a race, so that their seconds compare"  # in place of `auto`
CLOSE = 0.5  # seconds before the end of its time from which a side takes shorter turns, so as to end at it


@needs("start a race")
def create_race(left: Request, right: Request, finish: Finish, folder: Path, experiment: str = "") -> "Race":
    """Two new runs in `folder`, checked and queued, as a job for the worker. Raises GanlabError.

    `experiment` is the key of the experiment in `ganlab.jobs.book_races` that this race repeats, if any.

    The sides share data and seed; their classes may differ. Both are GANs, or both learn points. Where time decides,
    learning rates that fall do so within that time, as `expected_iterations` has it, unless `values` say over how many
    iterations. A side whose precision is `auto` takes `PRECISION`: what is faster for each could be one here and
    another there.
    """
    if finish.kind == "iterations":
        left, right = (replace(side, iterations=int(finish.at)) for side in (left, right))
    for side in (left, right):
        spec = registry.get(side.model)
        if spec.family not in FAMILIES:
            raise GanlabError(
                f"Only GANs can race, because the same metrics then say how good the samples of both are; {spec.title} "
                "is no GAN."
            )
    points = [bool(registry.get(side.model).points) for side in (left, right)]
    if points[0] != points[1]:
        raise GanlabError("One side of this race learns points and the other one images, which do not compare.")
    asked = left.precision, right.precision
    left, right = (as_raced(_fitted(side, finish)) for side in (left, right))
    if (left.dataset, left.seed) != (right.dataset, right.seed):
        what = "points" if points[0] else "images"
        raise GanlabError(f"Both sides of a race learn from the same {what} and start from the same seed.")
    if _settings(left) == _settings(right):
        raise GanlabError("Both sides have the same settings and would become the same run. Change one of them.")
    if finish.kind == "frechet" and points[0]:
        raise GanlabError(
            "A Fréchet distance is one of images, and these sides learn points. Let the race end after a number of "
            "iterations or seconds."
        )
    if finish.kind == "frechet" and left.dataset not in inference.JUDGES:
        raise GanlabError(
            "A Fréchet distance needs a classifier that knows the images, and there is none for your own images. "
            "Let the race end after a number of iterations or seconds."
        )
    writers = [jobs.create_run(left, folder)]
    try:
        writers.append(jobs.create_run(right, folder))
    except GanlabError:
        writers[0].close()
        delete(writers[0].run)
        raise
    about: dict[str, Any] = {"sides": [writer.run.id for writer in writers], "finish": asdict(finish)}
    if experiment:
        about["experiment"] = experiment
    for writer, precision in zip(writers, asked, strict=True):
        writer.configure(race=about, **({"precision_reason": WHY} if precision == "auto" else {}))
    return Race(writers, finish)


def as_raced(side: Request) -> Request:
    """The same in the precision that it has in a race."""
    return replace(side, precision=PRECISION) if side.precision == "auto" else side


def seconds_per_iteration(side: Request) -> float | None:
    """How long one iteration takes here in a race, as far as is known; from a training by itself where need be."""
    return jobs.seconds_per_iteration(as_raced(side)) or jobs.seconds_per_iteration(side)


def expected_iterations(request: Request, finish: Finish) -> int | None:
    """About how many iterations a side will do in the time that it has at most, within what its setting for that
    allows; None where time is not limited, or where it is not known how long one takes here."""
    knob = next((knob for knob in registry.get(request.model).knobs if knob.name == "iterations"), None)
    pace = seconds_per_iteration(request)
    if knob is None or pace is None or math.isinf(finish.seconds):
        return None
    return int(np.clip(round(finish.seconds / pace), knob.low or 1, knob.high))


def _fitted(side: Request, finish: Finish) -> Request:
    """The same, with learning rates that fall within the time that there is."""
    spec = registry.get(side.model)
    if "iterations" in side.values or not spec.falls(spec.values(side.preset, side.values)):
        return side
    number = expected_iterations(side, finish)
    return side if number is None else replace(side, values={**side.values, "iterations": number})


def _settings(request: Request) -> tuple[Any, ...]:
    values = registry.get(request.model).values(request.preset, request.values)
    about = request.digits, request.iterations, request.device, request.precision
    return request.model, values, about, request.turns


class Race(Job):
    """Two trainings as one job: whichever has trained for fewer seconds goes next. Commands are for both, but turns of
    knobs and slow motion are asked of one of its `parts`.

    Where both go in step, whichever has done fewer iterations goes next, a pause leaves both after the same iteration,
    and a step is one iteration of each. Where one fails, the other goes on alone. The view's iterations and seconds are
    those of both together.
    """

    def __init__(self, writers: Sequence[RunWriter], finish: Finish) -> None:
        super().__init__(writers[0])
        self.finish = finish
        self._sides = [Job(writer, self._changed) for writer in writers]
        self._lanes: list[_Lane] = []
        points = all(registry.get(writer.run.model).points for writer in writers)
        self.in_step = finish.kind == "iterations" and points
        self._show_both()

    @property
    def parts(self) -> Sequence[Job]:
        return self._sides

    def pause(self) -> None:
        super().pause()
        for side in self._sides:
            side.pause()

    def resume(self) -> None:
        super().resume()
        for side in self._sides:
            side.resume()

    def step(self, only: str = "") -> None:
        super().step(only)
        for side in self._sides:
            side.pause()

    def _cancel(self, for_good: bool = True) -> None:
        for side in self._sides:
            side._cancel(for_good)
        self._show(state="stopped")

    def _work(self) -> None:
        """Races to the end or to the stop; never raises."""
        lanes = self._lanes = [_Lane(self, side) for side in self._sides]
        state, message = "stopped", ""
        try:
            for lane in lanes:
                lane.advance()
            while running := [lane for lane in lanes if not lane.over]:
                if not self._may_go_on(running):
                    break
                lane = min(running, key=lambda lane: lane.iteration if self.in_step else lane.seconds)
                before = lane.iteration
                lane.advance()
                self._hold_back(running, lane.iteration - before)
                held = self._paused and not self.gap()
                self._show_both(state="paused" if held else "running", message="", fraction=None)
                if lane.has_reached():
                    state = "finished"
                    break
            else:
                state = "finished"
        except Cancelled:
            pass
        except Exception as error:  # the thread must live on, and the page must show what happened
            self._fail(error)
            message = jobs.sentence(error)
        finally:
            for lane in lanes:
                lane.end(state)
        failures = [lane.side.view().message for lane in lanes if lane.side.view().state == "failed"]
        if state == "finished":
            self._keep_result()
        if len(failures) == len(lanes):
            state, message = "failed", failures[0]
        self._show_both(state=state, message=message)

    def _prepare_side(self, side: Job) -> jobs.Report:
        def report(what: str, fraction: float | None) -> None:
            if self._stopped:
                raise Cancelled
            side._prepare(what, fraction)
            place = ("left", "right")[self._sides.index(side)]
            self._show(state="preparing", message=f"{what} (the {place} side)", fraction=fraction)

        return report

    def _show_both(self, **changes: Any) -> None:
        views = [side.view() for side in self._sides]
        sums = {name: sum(getattr(view, name) for view in views) for name in ("iteration", "total", "seconds")}
        self._show(**sums, **changes)

    def gap(self) -> int:
        """By how many iterations one side is behind the other, where both go in step; else 0."""
        done = [lane.iteration for lane in self._lanes if not lane.over]
        return max(done) - min(done) if self.in_step and done else 0

    def _hold_back(self, running: Sequence["_Lane"], done: int) -> None:
        """Has a slowed race wait: each side is to do so many iterations a second as are asked for."""
        if self.gap():  # the other side does as many first
            return
        with self._changed:
            if not self._paused:
                self._wait_for_pace(done if self.in_step else done / len(running))

    def _may_go_on(self, running: Sequence["_Lane"]) -> bool:
        """Waits while the race is paused; False once it is to stop."""
        with self._changed:
            if self._stopped:
                return False
            if not self._paused or self.gap():
                return True
        for lane in running:
            lane.attempt(lane.hold)
        self._show_both(state="paused", speed=0.0)
        while side := self._held():
            side._answer_slow_motion()
        with self._changed:
            if not self._paused:
                for side in self._sides:
                    side._drop_slow_motion()
            if self._stopped:
                return False
            if self._steps:
                self._steps.popleft()
                return True
        for lane in running:
            lane.attempt(lane.go_on)
        return any(not lane.over for lane in running)

    def _keep_result(self) -> None:
        """Notes in both runs what came of it, as they may be trained further."""
        with contextlib.suppress(GanlabError, OSError):
            for side, found in zip(self._sides, self._read(self._runs()), strict=True):
                self._keep(side.run, read=found)
            result = asdict(standing(self._runs(), self.finish))
            for side in self._sides:
                self._keep(side.run, result=result)

    def _runs(self) -> list[Run]:
        return [Run(side.run) for side in self._sides]

    def _keep(self, path: Path, **found: Any) -> None:
        writer = RunWriter(path)
        try:
            assert writer.run.config.race
            writer.configure(race=writer.run.config.race.changed(**found))
        finally:
            writer.close()

    def _read(self, runs: Sequence[Run]) -> list[dict[str, Any] | None]:
        """What a classifier reads in the samples of each side; whatever goes wrong with that ends only that."""
        try:
            judge = sample_readings.judge_of(runs[0])
            if judge:
                return [sample_readings.read(run, judge, lambda: not self._stopped) for run in runs]
        except GanlabError:  # no classifier in this copy, or a side has kept no weights
            pass
        except Exception:
            traceback.print_exc()
        return [None] * len(runs)


class _Lane:
    """One side of a race at work."""

    def __init__(self, race: Race, side: Job) -> None:
        self.race, self.side = race, side
        self.writer = side._writer
        self.over = False
        self.training = Training(
            self.writer,
            report=race._prepare_side(side),
            chunk_limit=self.chunk_limit,
            is_ending=lambda: race._stopped,
            share=SHARE,
            endless=race.finish.kind != "iterations",
        )
        side._training = self.training
        self.events = iter(self.training)
        self.estimate_at = 0.0

    @property
    def seconds(self) -> float:
        return self.side.view().seconds

    @property
    def iteration(self) -> int:
        return self.side.view().iteration

    def attempt(self, action: Callable[[], None]) -> None:
        """Does something that may end this side, but not the race."""
        try:
            action()
        except Cancelled:
            raise
        except Exception as error:  # the other side goes on
            self.over = True
            self.side._fail(error)
            if self.writer.run.status.state != "failed":
                jobs.fail(self.writer, error)

    def advance(self) -> None:
        """Does what comes next, a chunk of iterations at most; of a side that is over, nothing."""
        if not self.over:
            self.attempt(self._advance)

    def _advance(self) -> None:
        event = next(self.events, None)
        if event is None:
            self.over = True
            return
        if self.training.endless and isinstance(event, Iterations):
            self._estimate(event)
        self.side._note(event)
        if isinstance(event, Finished | Failed):
            next(self.events, None)  # has the run closed
            self.over = True
        elif self.seconds >= self.race.finish.seconds:
            self._finish()

    def _estimate(self, event: Iterations) -> None:
        """Where time decides, a run's length is what it will probably have done by then."""
        if self.seconds >= self.estimate_at:
            seconds, iteration = float(event.rows[-1, 0]), event.iteration
            length = round(self.race.finish.seconds * iteration / max(seconds, 1e-6))
            self.writer.configure(iterations=int(np.clip(length, iteration + 1, jobs.LONGEST)))
            self.estimate_at = 2 * seconds

    def chunk_limit(self) -> int | None:
        left = self.race.finish.seconds - self.seconds
        slowed = self.race._limit()  # of a race that is paused or slowed
        if slowed is not None:
            return self.race.gap() or slowed
        if left > CLOSE or not self.iteration or self.over:
            return None
        return max(1, int(left * self.iteration / self.seconds))

    def has_reached(self) -> bool:
        """Whether this side has come to the quality that the race is to."""
        finish = self.race.finish
        return finish.kind == "frechet" and reached(Run(self.writer.path), finish.at) is not None

    def hold(self) -> None:
        self.training.pause()
        self.side._show(state="paused", speed=0.0)

    def go_on(self) -> None:
        self.training.go_on()
        self.side._show(state="running")

    def end(self, state: str) -> None:
        """Ends this side, if it has not ended yet, and saves it; "finished" says that this was all it was to do."""
        if not self.over:
            self.attempt(self._finish if state == "finished" else self._stop)
        with self.race._changed:
            self.side._drop_slow_motion()
        self.writer.close()

    def _finish(self) -> None:
        self.over = True
        self.writer.configure(iterations=self.iteration)
        self.training.stop("finished")
        self.side._show(state="finished", total=self.iteration)

    def _stop(self) -> None:
        self.over = True
        self.training.stop()
        self.side._show(state="stopped", message="")
