"""The course of a sweep: which of its trainings can be done next, and what becomes of them.

All of it follows from the sweep's folder, so that a sweep goes on after a crash where it was. Whoever trains does

    course = Course(folder)                  # a SweepFolder whose lock is held
    while steps := course.ready():           # any of them, also several at once
        step = steps[0]
        writer = course.open(step)           # the run, new or from its checkpoint
        ...                                  # train it: jobs.Training(writer, measured_at_end=True)
        course.close(step)                   # what came of it is read from the run, and written down

A run is made when its training begins, not with the sweep: a sweep of 1,000 trainings that is stopped after ten leaves
ten runs to list, and none that is empty. A process may be killed after a run was made and before the list names it, so
each run names its sweep and its place from its first moment on, and `Course` looks for such runs when it begins.
"""

import contextlib
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.evaluation import sweep_results, sweep_statistics
from ganlab.jobs import halving
from ganlab.jobs.requests import Request, create_run, reopen_run
from ganlab.jobs.speed import pace
from ganlab.jobs.sweep_requests import WHY, requested
from ganlab.runs import Run, RunWriter, SweepFolder, describe_length
from ganlab.runs.records import SweepPart
from ganlab.runs.sweep_records import SweepMember
from ganlab.runs.sweeps import strays
from ganlab.training.waiting import Pace, known_pace


@dataclass(frozen=True)
class Step:
    """One piece of work: the training at this place, to so many iterations in all; 0 is to its own end."""

    place: int
    length: int


@dataclass(frozen=True)
class Work:
    """Iterations that are left of the training at this place up to one of the lengths, and the share of trainings like
    it that will do them."""

    place: int
    share: float
    iterations: int


def stage_of(members: Sequence[SweepMember], lengths: Sequence[int]) -> int:
    """Which of the lengths trainings come to next."""
    return min((member.stages for member in members if not member.over), default=len(lengths))


def work_left(
    members: Sequence[SweepMember], lengths: Sequence[int], settings: int, own_length: Callable[[int], int]
) -> list[Work]:
    """What is left of trainings of so many settings; `own_length` is that of the training at a place that goes to its
    own end, 0 where it is not known."""
    found = []
    first = stage_of(members, lengths)
    for place, member in enumerate(members):
        if member.over:
            continue
        before = member.iterations
        for stage in range(member.stages, len(lengths)):
            length = lengths[stage] or own_length(place)
            share = halving.kept(settings, stage) / halving.kept(settings, first)
            found.append(Work(place, share, max(0, length - before)))
            before = max(before, length)
    return found


def seconds_of(work: Iterable[Work], paces: Sequence[str]) -> float | None:
    """About how long work takes here, whose trainings have these `jobs.pace`s by their places; None before any of them
    was timed here. Those of which that is not known take as long as the others on average."""
    by_key = {key: known_pace(key) for key in set(paces)}
    known = [one for one in by_key.values() if one]
    if not known:
        return None
    usual = Pace(sum(one.iteration for one in known) / len(known), sum(one.ready for one in known) / len(known))
    return sum(one.share * (by_key[paces[one.place]] or usual).seconds(one.iterations) for one in work)


def paces_of(base: Request, members: Iterable[SweepMember]) -> list[str]:
    """The `jobs.pace`s of trainings, by their places; "" of one that cannot be, which says so once its turn comes."""
    found = []
    for member in members:
        try:
            found.append(pace(requested(base, member.values, member.seed)))
        except GanlabError:
            found.append("")
    return found


def to_be_timed(requests: Sequence[Request]) -> list[Request]:
    """Of trainings of one architecture those that must have been timed here before it can be said how long all of them
    take: one that was trained here before, if any was; else the one with the smallest and the one with the largest
    networks and batches, as far as these are known from the settings alone."""
    spec = registry.get(requests[0].model)
    sizes = {}
    for place, request in enumerate(requests):
        with contextlib.suppress(GanlabError):  # one that cannot be
            known = known_pace(pace(request))
            if known and not known.timed:
                return [request]
            values = spec.values(request.preset, request.values)
            counted = [knob for knob in spec.knobs if knob.is_number]
            counted = [knob for knob in counted if knob.group == "Networks" or knob.name == "batch_size"]
            sizes[place] = math.prod(1.0 + float(values[knob.name]) for knob in counted)
    if not sizes:
        return []
    ends = dict.fromkeys((min(sizes, key=sizes.__getitem__), max(sizes, key=sizes.__getitem__)))
    return [requests[place] for place in ends]


class Course:
    """What is done and left of a sweep. Raises GanlabError where the disk refuses."""

    def __init__(self, folder: SweepFolder) -> None:
        self.folder = folder
        self.spec = registry.get(folder.config.base.model)
        self.base = Request(**dict(folder.config.base))
        self.lengths = folder.config.lengths or (0,)
        self.figure = sweep_results.figure_of(self.spec, folder.config.base.dataset)
        self.members = list(folder.members)
        self._paces = paces_of(self.base, self.members)
        self._settings = len(sweep_results.groups(self.members))
        self._own_lengths: dict[int, int] = {}  # of trainings, by their places, as far as known
        self._mend()

    def _mend(self) -> None:
        """Finds the runs that a killed process did not write down, and has failed trainings tried again."""
        runs = strays(self.folder)
        for place, member in enumerate(self.members):
            changes = {}
            if not member.over and member.run != runs.get(place, ""):  # or it was deleted, and is begun anew
                known = {"run": runs[place], "state": "begun"} if place in runs else {"run": "", "state": "planned"}
                changes |= known | ({} if place in runs else {"stages": 0, "iterations": 0})
            if member.state == "failed":
                changes |= {"state": "begun" if member.run in runs.values() else "planned", "why": ""}
            if changes:
                self.members[place] = member.changed(**changes)

    @property
    def stage(self) -> int:
        """Which of the lengths trainings come to next."""
        return stage_of(self.members, self.lengths)

    def ready(self) -> list[Step]:
        """What can be done now, in any order or at once, the first of them first; nothing once the sweep is over.
        Once all trainings that go on have come to one length, it decides which of them come to the next."""
        while (stage := self.stage) < len(self.lengths):
            found = [place for place, member in enumerate(self.members) if not member.over and member.stages == stage]
            if stage and not self._halved(stage):
                self._halve(stage)
                continue
            return [Step(place, self.lengths[stage]) for place in found]
        return []

    def request(self, place: int) -> Request:
        """What the training at this place is."""
        member = self.members[place]
        return requested(self.base, member.values, member.seed)

    def open(self, step: Step) -> RunWriter:
        """The run of a step, made or opened again, to be trained to the step's length. Raises GanlabError."""
        member = self.members[step.place]
        run = self.folder.run_of(member)
        if run is None:
            part = SweepPart(id=self.folder.id, place=step.place)
            writer = create_run(self.request(step.place), self.folder.runs_folder, part)
            writer.configure(precision_reason=WHY)
        elif run.state == "finished":  # at a shorter length, or stopped while its last samples were measured
            writer = RunWriter(run.path)
            writer.status("queued")
        else:
            writer = reopen_run(run)
        if step.length and writer.run.total != step.length:
            writer.configure(iterations=step.length)
        self._note(step.place, run=writer.run.id, state="begun")
        return writer

    def close(self, step: Step, stopped: bool = False) -> None:
        """Writes down what became of a step, once its run is closed; `stopped` says that somebody ended it on the
        way. What is not finished can be opened again."""
        member = self.members[step.place]
        run = self.folder.run_of(member)
        if run is None:  # deleted meanwhile
            return
        if member.over:  # skipped meanwhile
            self._note(step.place, iterations=run.done)
            return
        status = run.status
        if status.state == "finished" and (not stopped or self._measured(run)):
            stages = member.stages + 1
            state = "finished" if stages == len(self.lengths) else "begun"
            self._note(step.place, state=state, stages=stages, iterations=run.done)
        elif status.state == "failed":
            self._note(step.place, state="failed", iterations=run.done, why=status.message)
        else:
            self._note(step.place, iterations=run.done)

    def fail(self, step: Step, why: str) -> None:
        """Writes down that a step's run could not be made or opened."""
        self._note(step.place, state="failed", why=why)

    def notice(self, place: int, iteration: int) -> None:
        """Takes into account how far a training at work is, for what is left; it is not written down yet."""
        self.members[place] = self.members[place].changed(iterations=iteration)

    def skip(self, place: int) -> None:
        """Leaves a training out that is not over; what it has learned so far is kept. Raises GanlabError."""
        if not 0 <= place < len(self.members) or self.members[place].over:
            raise GanlabError(f"Training {place + 1} of the sweep {self.folder.id} is over, or there is none.")
        self._note(place, state="skipped")

    def seconds_left(self) -> float | None:
        """About how long what is left takes here, one training after the other; None before any training like these
        was timed here. Settings of which that is not known take as long as the others on average."""
        return seconds_of(self._work_left(), self._paces)

    def iterations(self) -> tuple[int, int]:
        """How many iterations are done, and how many it will be in all, as far as that is known."""
        done = sum(member.iterations for member in self.members)
        return done, done + round(sum(one.share * one.iterations for one in self._work_left()))

    def _work_left(self) -> list[Work]:
        known = self._own_lengths
        unknown = [place for place, member in enumerate(self.members) if not member.over and place not in known]
        images = self._images() if unknown else 0
        found = {place: self._own_length(place, images) for place in unknown}
        known |= {place: length for place, length in found.items() if length}
        return work_left(self.members, self.lengths, self._settings, lambda place: known.get(place, 0))

    def _own_length(self, place: int, images: int) -> int:
        """The length of a training that goes to its end, on so many images; 0 while that is not known."""
        request = self.request(place)
        if request.iterations is not None:
            return request.iterations
        if not self._paces[place]:
            return 0
        values = self.spec.values(request.preset, request.values)
        if "iterations" in values:
            return int(values["iterations"])
        return self.spec.iterations(values, images) if images else 0

    def _images(self) -> int:
        """How many images the trainings learn from, which the first of them that has begun knows; else 0."""
        others = (self.folder.run_of(member) for member in self.members if member.run)
        return next((run.config.images for run in others if run and run.config.images), 0)

    def _measured(self, run: Run) -> bool:
        return self.figure is None or sweep_results.was_measured(run, self.figure, run.total)

    def _halved(self, stage: int) -> bool:
        """Whether it was decided who goes on in this stage: then no more settings than that do."""
        return len(self._going()) <= halving.kept(self._settings, stage)

    def _going(self) -> list[list[int]]:
        """The settings that go on, each with the places of its trainings that do."""
        alive = [[p for p in places if not self.members[p].over] for places in sweep_results.groups(self.members)]
        return [places for places in alive if places]

    def _halve(self, stage: int) -> None:
        """Stops the settings that are not among the better half."""
        assert self.figure
        length, going = self.lengths[stage - 1], self._going()
        figures = {at: self._figures(places, length) for at, places in enumerate(going)}
        kept = halving.survivors(figures, self.figure.good or "low", halving.kept(self._settings, stage))
        reason = self._reason(len(kept), len(going), length)
        for at, places in enumerate(going):
            mean = sweep_results.written(self.figure, sweep_statistics.summary(figures[at]).mean)
            for place in places if at not in kept else ():
                why = reason.format(mean=mean)
                self.members[place] = self.members[place].changed(state="stopped early", why=why)
        self._write()

    def _reason(self, kept: int, settings: int, length: int) -> str:
        assert self.figure
        seeds = " on average over its seeds" if len(self.folder.config.seeds) > 1 else ""
        return (
            f"Stopped after {describe_length(length)}: by {self.figure.title} ({{mean}}{seeds}), its settings were not "
            f"among the best {kept} of {settings}."
        )

    def _figures(self, places: Sequence[int], length: int) -> list[float]:
        assert self.figure
        runs = [self.folder.run_of(self.members[place]) for place in places]
        return [sweep_results.value_at(run, self.figure, length) for run in runs if run]

    def _note(self, place: int, **changes: object) -> None:
        self.members[place] = self.members[place].changed(**changes)
        self._write()

    def _write(self) -> None:
        self.folder.note(tuple(self.members))
