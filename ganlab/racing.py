"""Races: two trainings that take turns on the one worker, so that both have trained equally long at any time.

A race's two runs are ordinary runs. Each names the other in its config.json, as `race`: `sides` are their ids, the left
one first, `finish` says when the race ends, and `result` holds what came of it once it is over.
"""

import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ganlab import data, inference, jobs, registry
from ganlab.errors import GanlabError
from ganlab.jobs import Cancelled, Job, Request, Training
from ganlab.runs import Run, RunWriter, delete, describe_length
from ganlab.training.events import Failed, Finished, Iterations

FAMILY = "gan"  # one figure says of all of them how good their samples are
LONGEST = 600.0  # seconds of training of each side, in a race to a quality
MOST_SECONDS = 7 * 86_400.0
SHARE = 0.25  # of the time trained that figures of merit may take: they decide, and their time counts for neither side
LEVEL = 0.05  # of a Fréchet distance: other samples of the same networks change a large one by 3% (docs/quality.md)
CLOSE = 0.5  # seconds before the end of its time from which a side takes shorter turns, so as to end at it
Kind = Literal["iterations", "seconds", "frechet"]
Reason = Literal["", "failure", "reached", "frechet", "level", "sooner"]


@dataclass(frozen=True)
class Finish:
    """When a race ends.

    `kind` "iterations": each side does `at` of them. "seconds": each side trains for `at` seconds, in which neither the
    other's training nor figures of merit count. "frechet": the samples of one side have a Fréchet distance of `at` or
    less, or both have trained for `longest` seconds. Raises GanlabError for numbers that cannot be.
    """

    kind: Kind
    at: float
    longest: float = LONGEST

    def __post_init__(self) -> None:
        if self.kind == "iterations":
            if not float(self.at).is_integer():
                raise GanlabError(f"A race goes over a whole number of iterations, not {self.at:g}.")
            jobs.check_length(int(self.at))
        for name, seconds in (("at", self.at if self.kind == "seconds" else 1.0), ("longest", self.longest)):
            if not 0 < seconds <= MOST_SECONDS:
                what = "A race" if name == "at" else "The longest that a race goes on"
                raise GanlabError(f"{what} takes more than 0 and at most {MOST_SECONDS:,.0f} seconds, not {seconds:g}.")
        if self.kind == "frechet" and not 0 < self.at < math.inf:
            raise GanlabError(f"A Fréchet distance to reach is more than 0, not {self.at:g}.")

    @property
    def seconds(self) -> float:
        """How long each side may train."""
        return {"iterations": math.inf, "seconds": self.at, "frechet": self.longest}[self.kind]

    @property
    def words(self) -> str:
        if self.kind == "iterations":
            return f"over {describe_length(int(self.at))}"
        if self.kind == "seconds":
            return f"over {self.at:,g} s of training each"
        return f"to a Fréchet distance of {self.at:g}, at most {self.longest:,g} s of training each"


def parse_finish(text: str, longest: float = LONGEST) -> Finish:
    """`iterations:100`, `seconds:60` or `frechet:20`. Raises GanlabError."""
    kind, _, number = text.partition(":")
    try:
        at = float(number.replace(",", ""))
    except ValueError:
        at = math.nan
    if kind not in ("iterations", "seconds", "frechet") or math.isnan(at):
        raise GanlabError(f"A race ends at iterations:NUMBER, seconds:NUMBER or frechet:NUMBER, not at {text!r}.")
    return Finish(kind, at, longest)


def create_race(left: Request, right: Request, finish: Finish, folder: Path) -> "Race":
    """Two new runs in `folder`, checked and queued, as a job for the worker. Raises GanlabError.

    The sides share images and seed; their classes may differ. Both are GANs. Where time decides, learning rates that
    fall do so within that time, as `expected_iterations` has it, unless `values` say over how many iterations.
    """
    if finish.kind == "iterations":
        left, right = (replace(side, iterations=int(finish.at)) for side in (left, right))
    for side in (left, right):
        spec = registry.get(side.model)
        if spec.family != FAMILY:
            raise GanlabError(
                f"Races are between GANs, as one figure says how good their samples are; {spec.title} is none."
            )
    left, right = (_fitted(side, finish) for side in (left, right))
    if (left.dataset, left.seed) != (right.dataset, right.seed):
        raise GanlabError("Both sides of a race have the same images and the same seed.")
    if _settings(left) == _settings(right):
        raise GanlabError("Both sides have the same settings and would become the same run; change one of them.")
    if finish.kind == "frechet" and left.dataset not in inference.JUDGES:
        raise GanlabError(
            "A Fréchet distance needs a classifier that knows the images, and there is none for your own; "
            "let the race go over iterations or seconds."
        )
    writers = [jobs.create_run(left, folder)]
    try:
        writers.append(jobs.create_run(right, folder))
    except GanlabError:
        writers[0].close()
        delete(writers[0].run)
        raise
    about = {"sides": [writer.run.id for writer in writers], "finish": asdict(finish)}
    for writer in writers:
        writer.configure(race=about)
    return Race(writers, finish)


def expected_iterations(request: Request, finish: Finish) -> int | None:
    """About how many iterations a side will do in the time that it has at most, within what its setting for that
    allows; None where time is not limited, or where it is not known how long one takes here."""
    knob = next((knob for knob in registry.get(request.model).knobs if knob.name == "iterations"), None)
    pace = jobs.seconds_per_iteration(request)
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
    return request.model, values, request.digits, request.iterations, request.device, request.precision


class Race(Job):
    """Two trainings as one job: whichever has trained for fewer seconds goes next. Commands are for both.

    Where one fails, the other goes on alone. The view's iterations and seconds are those of both together.
    """

    def __init__(self, writers: Sequence[RunWriter], finish: Finish) -> None:
        super().__init__(writers[0])
        self.finish = finish
        self._sides = [Job(writer) for writer in writers]
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

    def _cancel(self, for_good: bool = True) -> None:
        for side in self._sides:
            side._cancel(for_good)
        self._show(state="stopped")

    def _work(self) -> None:
        """Races to the end or to the stop; never raises."""
        lanes = [_Lane(self, side) for side in self._sides]
        state, message = "stopped", ""
        try:
            for lane in lanes:
                lane.advance()
            while running := [lane for lane in lanes if not lane.over]:
                if not self._may_go_on(running):
                    break
                lane = min(running, key=lambda lane: lane.seconds)
                lane.advance()
                self._show_both(state="paused" if self._paused else "running", message="", fraction=None)
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

    def _may_go_on(self, running: Sequence["_Lane"]) -> bool:
        """Waits while the race is paused; False once it is to stop."""
        with self._changed:
            if self._stopped:
                return False
            if not self._paused:
                return True
        for lane in running:
            lane.attempt(lane.hold)
        self._show_both(state="paused", speed=0.0)
        with self._changed:
            while self._paused and not self._steps and not self._stopped:
                self._changed.wait()
            if self._stopped:
                return False
            if self._steps:
                self._steps -= 1
                return True
        for lane in running:
            lane.attempt(lane.go_on)
        return any(not lane.over for lane in running)

    def _keep_result(self) -> None:
        """Notes in both runs what came of it, as they may be trained further."""
        with contextlib.suppress(GanlabError, OSError):
            result = asdict(standing([Run(side.run) for side in self._sides], self.finish))
            for side in self._sides:
                writer = RunWriter(side.run)
                try:
                    writer.configure(race={**writer.run.config["race"], "result": result})
                finally:
                    writer.close()


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
            if self.writer.run.status["state"] != "failed":
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
        if self.race._paused:
            return 1
        if left > CLOSE or not self.iteration or self.over:
            return None
        return max(1, int(left * self.iteration / self.seconds))

    def has_reached(self) -> bool:
        """Whether this side has come to the quality that the race is to."""
        finish = self.race.finish
        return finish.kind == "frechet" and _reached(Run(self.writer.path), finish.at) is not None

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


@dataclass(frozen=True)
class Side:
    """How far one side is: the last Fréchet distance of its samples, that of real images (the floor), and after how
    many seconds of training it first came to what the race is to; None where there is none."""

    run: str
    state: str
    iterations: int
    seconds: float
    frechet: float | None = None
    floor: float | None = None
    reached: float | None = None


@dataclass(frozen=True)
class Standing:
    """Both sides, the left one first, the number of the one that is ahead, None where none is, and why."""

    sides: tuple[Side, Side]
    leader: int | None
    reason: Reason


def standing(runs: Sequence[Run], finish: Finish) -> Standing:
    """How a race between two runs stands, as far as it is on disk."""
    left, right = (_side(run, finish) for run in runs)
    sides = left, right
    failed = [side.state == "failed" for side in sides]
    if any(failed):
        return Standing(sides, failed.index(False) if not all(failed) else None, "failure")
    first = [math.inf if side.reached is None else side.reached for side in sides]
    if first[0] != first[1]:
        return Standing(sides, int(first[1] < first[0]), "reached")
    if left.frechet is not None and right.frechet is not None:
        if abs(left.frechet - right.frechet) <= chance(left, right):
            return Standing(sides, None, "level")
        return Standing(sides, int(right.frechet < left.frechet), "frechet")
    done = all(side.iterations >= finish.at for side in sides)
    if finish.kind == "iterations" and done and left.seconds != right.seconds:
        return Standing(sides, int(right.seconds < left.seconds), "sooner")
    return Standing(sides, None, "")


def chance(left: Side, right: Side) -> float:
    """By how much the Fréchet distances of two sides, which are known, may differ by chance: other samples change large
    ones by a few percent, small ones by about as much as what chance leaves between real images, the floor."""
    distances = [side.frechet for side in (left, right) if side.frechet is not None]
    return max(LEVEL * min(distances), *(side.floor or 0.0 for side in (left, right)))


def result(run: Run) -> Standing | None:
    """What came of the race that the run was in, if it is over."""
    kept = run.config.get("race", {}).get("result")
    if not kept:
        return None
    left, right = (Side(**side) for side in kept["sides"])
    return Standing((left, right), kept["leader"], kept["reason"])


def finish_of(run: Run) -> Finish:
    """The finish of the race that the run was in."""
    return Finish(**run.config["race"]["finish"])


def _side(run: Run, finish: Finish) -> Side:
    status, (_, values) = run.status, run.quality()
    names = run.config.get("quality", [])
    done = run.done
    rows = run.metrics(max(0, done - 1))

    def last(name: str) -> float | None:
        found = values[:, names.index(name)] if name in names else np.empty(0)
        finite = found[np.isfinite(found)]
        return float(finite[-1]) if len(finite) else None

    return Side(
        run=run.id,
        state=status["state"],
        iterations=done,
        seconds=float(rows[-1, 0]) if len(rows) else 0.0,
        frechet=last("frechet"),
        floor=last("frechet_floor"),
        reached=_reached(run, finish.at) if finish.kind == "frechet" else None,
    )


def _reached(run: Run, distance: float) -> float | None:
    """After how many seconds of training the samples had at most this Fréchet distance; None while they have not."""
    names = run.config.get("quality", [])
    if "frechet" not in names:
        return None
    iterations, values = run.quality()
    low = iterations[values[:, names.index("frechet")] <= distance]
    rows = run.metrics(int(low[0]) - 1, int(low[0])) if len(low) and low[0] else np.empty([0, 1])
    return float(rows[0, 0]) if len(rows) else (0.0 if len(low) else None)


def names(runs: Sequence[Run]) -> list[str]:
    """What to call the two sides: by the first of model, preset, classes and place that tells them apart."""
    titles = [registry.get(run.model).title for run in runs]
    if titles[0] != titles[1]:
        return titles
    if runs[0].config["preset"] != runs[1].config["preset"]:
        return [f"{title}, {run.config['preset']}" for title, run in zip(titles, runs, strict=True)]
    if runs[0].config["digits"] != runs[1].config["digits"]:
        digits = [tuple(run.config["digits"]) if run.config["digits"] else None for run in runs]
        return [f"{title} on {data.format_digits(chosen)}" for title, chosen in zip(titles, digits, strict=True)]
    return [f"{titles[0]} ({place})" for place in ("left", "right")]


def describe(now: Standing, called: Sequence[str], finish: Finish, over: bool, own_digits: bool = False) -> str:
    """One or two sentences on who is ahead, or who won and by what. `called` are the names of the sides; `own_digits`
    says that each learns classes of its own."""
    own = ", each compared with its own digits" if own_digits else ""
    if now.leader is None:
        return _undecided(now, finish, over, own)
    ahead, behind = now.sides[now.leader], now.sides[1 - now.leader]
    leader, other = called[now.leader], called[1 - now.leader]
    verb = "won" if over else "is ahead"
    if now.reason == "failure":
        return f"{leader} {verb}, as {other} failed."
    if now.reason == "reached":
        rest = "" if behind.frechet is None else f"; {other} had come to {behind.frechet:.3g}{_beside(behind, '')}"
        return f"{leader} {verb}: it came to {finish.at:g} after {ahead.reached:.1f} s of training{rest}."
    if now.reason == "sooner":
        return (
            f"{leader} was done sooner, after {ahead.seconds:.1f} s of training against {behind.seconds:.1f} s. Which "
            "samples are better no figure says for these images; look at them."
        )
    floor = _beside(ahead, own)
    text = f"its samples' Fréchet distance from real digits is {ahead.frechet:.3g} against {behind.frechet:.3g}{floor}."
    if not over:
        return f"{leader} is ahead: {text}"
    if finish.kind == "frechet":
        return f"Neither came to {finish.at:g} in {finish.longest:,g} s of training. {leader} came closer: {text}"
    if finish.kind == "iterations":
        return f"{leader} won: {text} It took {ahead.seconds:.1f} s of training against {behind.seconds:.1f} s."
    return f"{leader} won: {text} In that time it did {ahead.iterations:,} iterations against {behind.iterations:,}."


def _beside(side: Side, own: str) -> str:
    """The floor of a side's Fréchet distance, in brackets; `own` is what else there is to say of it."""
    return "" if side.floor is None else f" (low is good; real digits have {side.floor:.2g}{own})"


def _undecided(now: Standing, finish: Finish, over: bool, own: str) -> str:
    if now.reason == "failure":
        return "Nobody won: both sides failed."
    left, right = now.sides
    if now.reason == "level":
        text = (
            f"Both sides are level: their samples' Fréchet distances from real digits, {left.frechet:.3g} and "
            f"{right.frechet:.3g}{_beside(left, own)}, differ by less than other samples of the same networks might."
        )
        if not over:
            return text
        if finish.kind == "iterations":
            return f"{text} They took {left.seconds:.1f} s and {right.seconds:.1f} s of training."
        if finish.kind == "seconds":
            return f"{text} In that time they did {left.iterations:,} and {right.iterations:,} iterations."
        return f"{text} Neither came to {finish.at:g} in {finish.longest:,g} s of training."
    if over:
        return "Nobody won: for these images there is no figure that says whose samples are better. Look at them."
    return "Nobody is ahead yet. Figures that say how good the samples are come now and then."


def to_json(now: Standing) -> Mapping[str, Any]:
    """A standing for JSON: the winner by its run's id."""
    return {
        "winner": None if now.leader is None else now.sides[now.leader].run,
        "reason": now.reason,
        "sides": [asdict(side) for side in now.sides],
    }
