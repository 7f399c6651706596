"""How a race stands: when it ends, how far both sides are, and which one is ahead by which metric.

Two metrics answer two questions. The Fréchet distance says how far samples as a whole lie from real images, down to
their ground and the thickness of their strokes. The share of samples that a classifier reads as the digit asked for
(`ganlab.evaluation.sample_readings`) says whether the network draws that digit; where all classes were asked for,
coverage stands in its place. A side has the better samples where both metrics say so. `ganlab.jobs.race_outcome` puts
all of it into words.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np

from ganlab import data, jobs, registry
from ganlab.errors import GanlabError
from ganlab.evaluation.comparison import figures
from ganlab.runs import Run, describe_length
from ganlab.runs.records import Side

LONGEST = 600.0  # seconds of training of each side, in a race to a quality
MOST_SECONDS = 7 * 86_400.0
LEVEL = 0.05  # of a Fréchet distance: other samples of the same networks change a large one by 3% (docs/quality.md)
LEVEL_SHARE = 0.02  # of samples: by so much two shares may differ by chance, and by more where few were read
ENOUGH = 0.9  # of samples read as the digit asked for: the network draws it
DIGITS = ("a zero", "a one", "a two", "a three", "a four", "a five", "a six", "a seven", "an eight", "a nine")
Kind = Literal["iterations", "seconds", "frechet"]
Reason = Literal["", "failure", "reached", "both", "frechet", "other", "split", "level", "sooner"]


@dataclass(frozen=True)
class Finish:
    """When a race ends.

    `kind` "iterations": each side does `at` of them. "seconds": each side trains for `at` seconds, in which neither the
    other's training nor measuring counts. "frechet": the samples of one side have a Fréchet distance of `at` or
    less, or both have trained for `longest` seconds. Raises GanlabError for numbers that cannot be.
    """

    kind: Kind
    at: float
    longest: float = LONGEST

    def __post_init__(self) -> None:
        if self.kind == "iterations":
            if not float(self.at).is_integer():
                raise GanlabError(f"A race takes a whole number of iterations, not {self.at:g}.")
            jobs.check_length(int(self.at))
        for name, seconds in (("at", self.at if self.kind == "seconds" else 1.0), ("longest", self.longest)):
            if not 0 < seconds <= MOST_SECONDS:
                what = "A race" if name == "at" else "The longest time of a race"
                raise GanlabError(f"{what} is more than 0 and at most {MOST_SECONDS:,.0f} seconds, not {seconds:g}.")
        if self.kind == "frechet" and not 0 < self.at < math.inf:
            raise GanlabError(f"The Fréchet distance to reach is more than 0, not {self.at:g}.")

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


@dataclass(frozen=True)
class Standing:
    """Both sides, the left one first, the number of the one that is ahead, None where none is, and why.

    The reasons: "both" metrics say so, or "frechet" or the "other" one alone where only that is known; "split" is where
    one metric says what the other one does not, "level" is where neither tells the sides apart.
    """

    sides: tuple[Side, Side]
    leader: int | None
    reason: Reason

    @property
    def apart(self) -> bool:
        """Whether the sides learn classes of their own, so that their distances do not compare."""
        return self.sides[0].digits != self.sides[1].digits

    @property
    def others(self) -> tuple[float | None, float | None]:
        """What both sides have by the metric beside the Fréchet distance."""
        left, right = self.sides
        if left.digits and right.digits:
            return left.share, right.share
        return (None, None) if self.apart else (left.coverage, right.coverage)

    @property
    def leads(self) -> "dict[Reason, int | None]":
        """Which side is ahead by each metric that is known of both, "frechet" and the "other" one; None where chance
        might have made the difference."""
        found: dict[Reason, int | None] = {}
        left, right = (side.frechet for side in self.sides)
        if left is not None and right is not None and not self.apart:
            found["frechet"] = None if abs(left - right) <= chance(*self.sides) else int(right < left)
        left, right = self.others
        if left is not None and right is not None:
            mean, count = (left + right) / 2, min(side.share_of or side.samples or 1 for side in self.sides)
            margin = max(LEVEL_SHARE, 2 * math.sqrt(2 * mean * (1 - mean) / count))
            found["other"] = None if abs(left - right) <= margin else int(right > left)
        return found


def standing(runs: Sequence[Run], finish: Finish) -> Standing:
    """How a race between two runs stands, as far as it is on disk."""
    left, right = (_side(run, finish) for run in runs)
    now = Standing((left, right), None, "")

    failed = [side.state == "failed" for side in now.sides]
    if any(failed):
        return Standing(now.sides, failed.index(False) if not all(failed) else None, "failure")
    first = [math.inf if side.reached is None else side.reached for side in now.sides]
    if first[0] != first[1]:
        return Standing(now.sides, int(first[1] < first[0]), "reached")
    if now.leads:
        leaders = set(now.leads.values())
        if len(leaders) > 1:
            return Standing(now.sides, None, "split")
        (leader,) = leaders
        reason = "level" if leader is None else "both" if len(now.leads) == 2 else next(iter(now.leads))
        return Standing(now.sides, leader, reason)
    done = all(side.iterations >= finish.at for side in now.sides)
    if finish.kind == "iterations" and done and left.seconds != right.seconds and left.frechet is None:
        return Standing(now.sides, int(right.seconds < left.seconds), "sooner")
    return now


def chance(left: Side, right: Side) -> float:
    """By how much the Fréchet distances of two sides, which are known, may differ by chance: other samples change large
    ones by a few percent, small ones by about as much as what chance leaves between real images, the floor."""
    distances = [side.frechet for side in (left, right) if side.frechet is not None]
    return max(LEVEL * min(distances), *(side.floor or 0.0 for side in (left, right)))


def result(run: Run) -> Standing | None:
    """What came of the race that the run was in, if it is over."""
    kept = run.config.race.result if run.config.race else None
    return Standing(kept.sides, kept.leader, kept.reason) if kept else None


def finish_of(run: Run) -> Finish:
    """The finish of the race that the run was in."""
    assert run.config.race
    return Finish(**run.config.race.finish.model_dump())


def _side(run: Run, finish: Finish) -> Side:
    config, done = run.config, run.done
    rows = run.metrics(max(0, done - 1))
    kept = figures(run)[1]

    def last(name: str) -> float | None:
        found = kept.get(name, np.empty(0))
        finite = found[np.isfinite(found)]
        return float(finite[-1]) if len(finite) else None

    side = Side(
        run=run.id,
        state=run.status.state,
        iterations=done,
        seconds=float(rows[-1, 0]) if len(rows) else 0.0,
        frechet=last("frechet"),
        floor=last("frechet_floor"),
        reached=reached(run, finish.at) if finish.kind == "frechet" else None,
        samples=config.samples,
        coverage=last("coverage"),
        digits=config.digits,
        asked=_asked(run),
    )
    read = config.reading
    if not read:
        return side
    iterations, few = read.iterations, [share < ENOUGH for share in read.shares]
    late = len(few) - 1 - few[::-1].index(True) if True in few else -1  # the last moment at which it was not
    return replace(
        side,
        share=read.shares[-1],
        share_of=read.samples,
        as_drawn=read.as_drawn[-1],
        first=iterations[few.index(False)] if False in few else None,
        for_good=iterations[late + 1] if late + 1 < len(few) else None,
        moments=len(few),
    )


def _asked(run: Run) -> str:
    """What samples are to be read as: `a five`, `“Bag”`, or `one of the classes asked for`."""
    digits, called = run.config.digits or (), data.class_names_of(run.config)
    if len(digits) != 1:
        return "one of the classes asked for"
    name = called[digits[0]] if digits[0] < len(called) else str(digits[0])
    return DIGITS[int(name)] if name.isdigit() and int(name) < len(DIGITS) else f"“{name}”"


def reached(run: Run, distance: float) -> float | None:
    """After how many seconds of training the samples had at most this Fréchet distance; None while they have not."""
    iterations, kept = figures(run)
    if "frechet" not in kept:
        return None
    low = iterations[kept["frechet"] <= distance]
    rows = run.metrics(int(low[0]) - 1, int(low[0])) if len(low) and low[0] else np.empty([0, 1])
    return float(rows[0, 0]) if len(rows) else (0.0 if len(low) else None)


def names(runs: Sequence[Run]) -> list[str]:
    """What to call the two sides: by the first of model, preset, classes and place that tells them apart."""
    titles = [registry.get(run.model).title for run in runs]
    if titles[0] != titles[1]:
        return titles
    if runs[0].config.preset != runs[1].config.preset:
        return [f"{title}, {run.config.preset}" for title, run in zip(titles, runs, strict=True)]
    if runs[0].config.digits != runs[1].config.digits:
        return [f"{title} on {data.format_digits(run.config.digits)}" for title, run in zip(titles, runs, strict=True)]
    return [f"{titles[0]} ({place})" for place in ("left", "right")]


def to_json(now: Standing) -> Mapping[str, Any]:
    """A standing for JSON: the side that is ahead by its run's id."""
    return {
        "winner": None if now.leader is None else now.sides[now.leader].run,
        "reason": now.reason,
        "sides": [asdict(side) for side in now.sides],
    }
