"""Sweeps: many trainings as one thing, in one place of the one worker's line.

    request = SweepRequest(Request("digit-gan", dataset="offline"), {"learning_rate": [0.001, 0.01]}, seeds=(0, 1, 2))
    sweep = create_sweep(request, folder)   # checked, and on disk
    worker.add(sweep)                       # pause, resume, stop and wait are those of any job
    sweep.progress()                        # how many trainings are done and left, and how long that takes
    sweep.skip(3)                           # leaves one training out
    reopen_sweep(folder / "sweeps" / id)    # goes on where it was, also after a crash
    reopen_sweep(path, seeds=[3, 4])        # with more seeds for each of its settings
    sweep_results.results(sweep.folder)     # means, spreads, the best (ganlab.evaluation)

Here the trainings run one after the other, each as an ordinary job on an ordinary run; with Ray many at once
(`ganlab.jobs.ray_sweep`). A training that fails does not stop the others; it is tried again when the sweep goes on
after a stop. In float32 on a CPU, a sweep that was stopped or killed and goes on gives the same as one that was not,
bit for bit. What can be trained next, and what follows from what was trained, is
`ganlab.jobs.sweep_course.Course`, which does not know who trains.
"""

import contextlib
from collections.abc import Container, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ganlab import jobs
from ganlab.errors import GanlabError
from ganlab.jobs import Job, JobView, Training, sweep_additions
from ganlab.jobs.ray_cluster import HERE, check_place
from ganlab.jobs.sweep_course import Course, Step
from ganlab.jobs.sweep_requests import SweepRequest, checked_sweep
from ganlab.permission import needs
from ganlab.runs import RunWriter, SweepFolder
from ganlab.runs.sweep_records import MemberState, SweepMember
from ganlab.training.events import Event


class NothingLeftError(GanlabError):
    """Every training of a sweep is over."""


@dataclass(frozen=True)
class SweepProgress:
    """How far a sweep is: its trainings in their order, which of them are at work (their places), about how many
    seconds are left, None where that is not known, and on which machine each at work is, where Ray trains."""

    members: tuple[SweepMember, ...]
    at_work: tuple[int, ...] = ()
    seconds_left: float | None = None
    machines: Mapping[int, str] = field(default_factory=dict)

    @property
    def over(self) -> int:
        """How many trainings are over, whatever came of them."""
        return sum(member.over for member in self.members)

    @property
    def left(self) -> int:
        """How many are not, with those at work."""
        return len(self.members) - self.over

    def count(self, state: MemberState) -> int:
        return sum(member.state == state for member in self.members)


@dataclass(frozen=True)
class SweepEvent:
    """Something that happened in one training of a sweep: the folders of the sweep and of the run, the values of the
    settings that vary, the seed, and the event itself; of a training that Ray did its record, once it is over."""

    sweep: Path
    run: Path
    values: Mapping[str, Any]
    seed: int
    event: Event | SweepMember


def create_sweep(request: SweepRequest, folder: Path, on: str = HERE, gpus_each: float = 1.0) -> "Sweep":
    """A new sweep in the runs folder, as a job for the worker. Raises GanlabError, and leaves nothing where the request
    cannot be.

    It is trained `on` this machine one after the other (`here`), or by Ray: `ray` starts that here, and an address
    joins a cluster, where each training takes so many GPUs if there are any. Where the precision is `auto`, all
    trainings take float32: what is faster could be another one for each of them.
    """
    check_place(on, gpus_each)
    return _job(create_course(request, folder, on), on, gpus_each)


@needs("go on with a sweep")
def reopen_sweep(
    path: Path,
    on: str | None = None,
    gpus_each: float = 1.0,
    *,
    seeds: Sequence[int] = (),
    skipped: bool = False,
) -> "Sweep":
    """The sweep in this folder again, to go on where it was, `on` the same machines unless others are named: what is
    finished stays, what was at work goes on from its checkpoint, what has not begun begins. Its settings are trained
    with more `seeds`, too, and what was `skipped`, if asked. Raises GanlabError, and of its kind `NothingLeftError`
    where nothing is left to do."""
    folder = SweepFolder(path)
    on = folder.config.on if on is None else on
    check_place(on, gpus_each)
    folder.hold()
    try:
        sweep_additions.add(folder, seeds, skipped)
        return _job(Course(folder), on, gpus_each)
    except BaseException:
        folder.close()
        raise


def _job(course: Course, on: str, gpus_each: float) -> "Sweep":
    if on == HERE:
        return LocalSweep(course)
    from ganlab.jobs.ray_sweep import RaySweep

    return RaySweep(course, on, gpus_each)


@needs("start a sweep")
def create_course(request: SweepRequest, folder: Path, on: str = HERE) -> Course:
    """As `create_sweep`, for whoever trains it without the worker, and closes `Course.folder` then."""
    described, members = checked_sweep(request)
    return Course(SweepFolder.create(folder, members, **described, **({} if on == HERE else {"on": on})))


def train_in_turn(course: Course) -> Generator[SweepEvent, None, None]:
    """Trains what is left of a sweep in this thread and yields what happens; closing the iterator stops the sweep, so
    that it can go on later. A training that fails does not stop the others."""
    try:
        while steps := course.ready():
            step = steps[0]
            member = course.members[step.place]
            try:
                training = Training(course.open(step), measured_at_end=True)
            except GanlabError as error:
                course.fail(step, str(error))
                continue
            ended = False
            try:
                with contextlib.suppress(GanlabError):  # which the run and the sweep have kept
                    for event in training:
                        yield SweepEvent(course.folder.path, training.writer.path, member.values, member.seed, event)
                ended = True
            finally:
                training.stop()
                course.close(step, stopped=not ended)
    finally:
        course.folder.close()


class Sweep(Job):
    """The trainings of a sweep as one job, whoever does them. The view's iterations are those of all of them together.

    The run of the first training is there from the beginning, so that whoever shows the line has a run to show.
    """

    on = HERE  # which machines train
    dashboard = ""  # the address of Ray's own page, without `http://`, once there is one

    def __init__(self, course: Course) -> None:
        self.course = course
        if (first := self._open_next()) is None:
            raise NothingLeftError(f"Every training of the sweep {course.folder.id} is over; nothing is left to do.")
        self._step, writer = first
        super().__init__(writer)

    @property
    def folder(self) -> SweepFolder:
        """The sweep on disk."""
        return self.course.folder

    def progress(self) -> SweepProgress:
        raise NotImplementedError

    def runs_at_work(self) -> list[Path]:
        """The folders of the runs that are being trained."""
        progress = self.progress()
        return [self.folder.runs_folder / progress.members[place].run for place in progress.at_work]

    @needs("skip trainings of a sweep")
    def skip(self, place: int) -> None:
        """Leaves the training at this place out, also one at work, which keeps what it has learned. Raises GanlabError
        where it is over or there is none."""
        with self._changed:
            self.course.skip(place)

    def _open_next(self, without: Container[int] = ()) -> tuple[Step, RunWriter] | None:
        """The first of what can be done, but for some places; what cannot be opened has failed, and the others go
        on."""
        while steps := [step for step in self.course.ready() if step.place not in without]:
            try:
                return steps[0], self.course.open(steps[0])
            except GanlabError as error:
                self.course.fail(steps[0], str(error))
        return None


class LocalSweep(Sweep):
    """The trainings one after the other, in the worker's thread. Commands are for the one at work; turns of knobs and
    slow motion are asked of it, the only one of `parts`."""

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        self._part = Job(self._writer, self._changed, measured_at_end=True)
        self._count()

    @property
    def run(self) -> Path:
        """The run at work, or else the one that was last, or comes first."""
        return self._part.run

    @property
    def parts(self) -> Sequence[Job]:
        return (self._part,)

    def progress(self) -> SweepProgress:
        with self._changed:
            at_work = ()
            if self.view().active and not self.course.members[self._step.place].over:
                at_work = (self._step.place,)
                self.course.notice(self._step.place, self._part.view().iteration)
            return SweepProgress(tuple(self.course.members), at_work, self.course.seconds_left())

    def skip(self, place: int) -> None:
        with self._changed:
            super().skip(place)
            if place == self._step.place:
                self._part.stop()

    def view(self) -> JobView:
        own, part = self._view, self._part.view()
        shown = replace(part, iteration=self._before + part.iteration, total=self._total)
        if own.state in ("preparing", "running", "paused"):
            begun = part.active and part.state != "queued"
            return shown if begun else replace(shown, state="preparing" if not self._paused else "paused", message="")
        return replace(shown, state=own.state, message=own.message, fraction=None, stepped=None)

    def pause(self) -> None:
        with self._changed:
            super().pause()
            self._part.pause()

    def resume(self) -> None:
        with self._changed:
            super().resume()
            self._part.resume()

    def step(self, only: str = "") -> None:
        with self._changed:
            self._paused = True
            self._part.step(only)

    def stop(self) -> None:
        with self._changed:
            super().stop()
            self._part.stop()

    def _cancel(self, for_good: bool = True) -> None:
        self._part._cancel(for_good)
        self.folder.close()
        self._show(state="stopped")

    def _work(self) -> None:
        """Trains to the end or to the stop; never raises."""
        state, message = "finished", ""
        try:
            while True:
                if not self.course.members[self._step.place].over:  # else it was skipped while it waited
                    self._part._work()
                with self._changed:
                    self.course.close(self._step, self._stopped)
                    self._count()
                if not self._go_on():
                    break
            state = "stopped" if self.course.ready() else "finished"
        except Exception as error:  # the thread must live on, and the page must show what happened
            self._fail(error)
            state, message = "failed", jobs.sentence(error)
        finally:
            self._part._writer.close()
            self.folder.close()
        self._show(state=state, message=message)

    def _go_on(self) -> bool:
        """Takes the next training; waits for that while the sweep is paused. False where there is none, or it is to
        stop."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or not self._paused)
            if self._stopped or (found := self._open_next()) is None:
                return False
            self._step, writer = found
            self._part = Job(writer, self._changed, measured_at_end=True)
            self._count()
            self._changed.notify_all()
        return True

    def _count(self) -> None:
        """Counts iterations: those of all trainings but the one at work, and about how many it will be in all."""
        done, self._total = self.course.iterations()
        self._before = done - self.course.members[self._step.place].iterations
