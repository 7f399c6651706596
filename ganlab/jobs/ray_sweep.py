"""A sweep whose trainings Ray does, many at once, on this machine or on others.

It is a job in the one worker's line like any other, and has the commands of `ganlab.jobs.sweeps.Sweep`. The runs, with
their locks, stay in the runs folder here: a task gets the files of a run, and what it does to them comes back in
parcels, so that pages show every training as it goes on. A task that is lost with its node or process begins again from
its last parcel; what Ray itself would try again is not.
"""

import time
import traceback
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from ganlab import data, jobs
from ganlab.errors import GanlabError
from ganlab.jobs import Job
from ganlab.jobs.ray_cluster import LOCAL, Asked, Cluster, Ended, Round, Task, Ticket, Wish
from ganlab.jobs.sweep_course import Course, Step
from ganlab.jobs.sweeps import Sweep, SweepEvent, SweepProgress
from ganlab.runs import RunWriter
from ganlab.runs.parcels import Parcel, PartLostError, apply, contents
from ganlab.runs.records import State

MOST_OPEN = 256  # trainings that Ray has at a time
MOST_OPENED = 16  # that it is handed in one round, in which no command is heard
MOST_DEATHS = 3  # of the tasks of one training, before it has failed
POLL_SECONDS = 0.5
STOP_SECONDS = 60.0  # that tasks have to save and end


@dataclass
class Open:
    """A training that Ray has: its step, its run's writer, which attempt it is, the node that it is on ("" before it
    has begun), and whether that attempt was handed over."""

    step: Step
    writer: RunWriter
    attempt: int = 1
    node: str = ""
    handed: bool = False

    @property
    def ticket(self) -> Ticket:
        return Ticket(self.step.place, self.attempt)


class RaySweep(Sweep):
    """The trainings of a sweep by Ray: `on` is `ray`, which starts that on this machine, or the address of a cluster.
    Each training takes `gpus_each` GPUs, where there are any and the sweep's device is not the CPU."""

    def __init__(self, course: Course, on: str, gpus_each: float = 1.0) -> None:
        super().__init__(course)
        self.on, self._gpus_each = on, gpus_each
        self._open: dict[int, Open] = {self._step.place: Open(self._step, self._writer)}
        self._joining: Cluster | None = None
        self._room = 1
        self._busy = self._learned = 0.0  # seconds, and iterations in them
        self._stop_by = float("inf")
        self._tell()

    @property
    def parts(self) -> Sequence[Job]:
        """None: what Ray trains is not turned, nor taken slowly."""
        return ()

    def progress(self) -> SweepProgress:
        """As of the last round, so that a page that asks waits for nothing."""
        return self._progress

    def _tell(self) -> None:
        """Notes what `progress` says."""
        at_work = {place: one.node for place, one in sorted(self._open.items()) if one.node}
        self._progress = SweepProgress(tuple(self.course.members), tuple(at_work), self._seconds_left(), at_work)

    def skip(self, place: int) -> None:
        with self._changed:
            super().skip(place)
            self._tell()

    def _seconds_left(self) -> float | None:
        """By how quickly it went so far; None before a training is over."""
        if not self._learned or not any(member.state == "finished" for member in self.course.members):
            return None
        done, total = self.course.iterations()
        return (total - done) * self._busy / self._learned

    def step(self, only: str = "") -> None:
        raise GanlabError("Ray trains many at once, so none of them is taken step by step.")

    def stop(self) -> None:
        with self._changed:
            super().stop()
            self._stop_by = time.monotonic() + STOP_SECONDS
            if self._joining is not None:
                self._joining.end()

    def _cancel(self, for_good: bool = True) -> None:
        super()._cancel(for_good)
        self.folder.close()

    def _work(self) -> None:
        """Trains to the end or to the stop; never raises."""
        state, message = "finished", ""
        try:
            self._lead()
            state = "stopped" if self.course.ready() else "finished"
        except Exception as error:  # the thread must live on, and the page must show what happened
            state, message = ("stopped", "") if self._stopped else ("failed", jobs.sentence(error))
            if not self._stopped and not isinstance(error, GanlabError):
                traceback.print_exc()
        finally:
            with self._changed:
                for one in list(self._open.values()):
                    self._settle(one, "stopped")
                self._tell()
            self.folder.close()
        self._show(state=state, message=message, fraction=None)

    def _lead(self) -> None:
        """Hands trainings to Ray as long as there are any, and takes in what they do."""
        base = self.course.base
        self._show(state="preparing", message="Loading the data")
        dataset = data.load(base.dataset or "", progress=self._prepare).select(base.digits)
        doing = "Starting Ray on this machine" if self.on == LOCAL else f"Joining the Ray cluster at {self.on}"
        self._show(state="preparing", message=doing, fraction=None)
        gpu = base.device != "cpu" and not (self.course.spec.points and base.device == "auto")
        with Cluster(self.on) as cluster:
            self._joining = cluster
            joined = cluster.join(Asked(base.dataset or "", dataset, gpu, self._gpus_each))
            with self._changed:
                self._joining, self.dashboard, self._room = None, joined.dashboard, max(1, joined.room)
            while True:
                with self._changed:
                    tasks = list(self._tasks())
                    if not self._open and not (self._paused and self.course.ready() and not self._stopped):
                        return
                    wishes: dict[Ticket, Wish] = {one.ticket: self._wish(one) for one in self._open.values()}
                    unwanted = [one.ticket for one in self._open.values() if self._wish(one) == "stop" and not one.node]
                before = time.monotonic()
                happened = cluster.round(wishes, tasks, unwanted)
                with self._changed:
                    self._take_in(happened, time.monotonic() - before)
                if time.monotonic() > self._stop_by:
                    return

    def _tasks(self) -> Iterator[Task]:
        """What is to be handed to Ray now: what was lost, and new ones. More than there is room for, so that no core
        waits, and a cluster that can grow has a reason to."""
        most = min(MOST_OPEN, 2 * self._room, len(self._open) + MOST_OPENED)
        while not self._stopped and not self._paused and len(self._open) < most:
            found = self._open_next(without=self._open)
            if found is None:
                break
            step, writer = found
            self._open[step.place] = Open(step, writer)
        for one in list(self._open.values()):
            if one.handed:
                continue
            if self._wish(one) == "stop":
                self._settle(one, "stopped")
            elif not self._paused:
                one.handed = True
                yield Task(one.ticket, contents(one.writer.path))

    def _wish(self, one: Open) -> Wish:
        if self._stopped or self.course.members[one.step.place].over:
            return "stop"
        return "pause" if self._paused else "go on"

    def _take_in(self, happened: Round, seconds: float) -> None:
        """Writes down what happened in a round that took so long."""
        self._room = max(1, happened.room)
        for ticket, node in happened.begun.items():
            if one := self._known(ticket):
                if not one.node and one.attempt == 1:  # else the run says how far it was
                    one.writer.status("preparing")
                one.node = node
        learned = 0
        ended = [(one.ticket, one.parcel) for one in happened.ended if one.how == "done"]
        for ticket, parcel in [*happened.parcels, *ended]:
            learned += self._apply(ticket, parcel)
        if not self._paused and any(one.node for one in self._open.values()):
            self._busy, self._learned = self._busy + seconds, self._learned + learned
        for one in happened.ended:
            self._end(one)
        done, total = self.course.iterations()
        begun = self._learned or any(one.node for one in self._open.values())
        state = "paused" if self._paused else "running" if begun else "preparing"
        waiting = "Waiting for Ray to begin the first training"
        self._tell()
        self._show(state=state, message="" if begun else waiting, iteration=done, total=total, fraction=None)

    def _known(self, ticket: Ticket) -> Open | None:
        """The training of a ticket, unless that is of an attempt that was given up."""
        one = self._open.get(ticket.place)
        return one if one and one.ticket == ticket else None

    def _apply(self, ticket: Ticket, parcel: Parcel) -> int:
        """Takes a parcel into a run's folder; returns how many iterations came with it."""
        one = self._known(ticket)
        if one is None:
            return 0
        before = self.course.members[ticket.place].iterations
        try:
            apply(one.writer.path, parcel)
        except PartLostError as error:  # what comes after it is of no use
            self._end(Ended(ticket, "died", why=str(error)))
            return 0
        self.course.notice(ticket.place, one.writer.run.done)
        return max(0, one.writer.run.done - before)

    def _end(self, ended: Ended) -> None:
        """A task is over: so is its training, or it begins again."""
        one = self._known(ended.ticket)
        if one is None:
            return
        if ended.how == "done":
            one.writer.close()
            self._close(one)
        elif ended.how == "failed":
            self._settle(one, "failed", f"The training could not begin on its machine ({ended.why}).")
        elif self._wish(one) == "stop" or ended.how == "cancelled":
            self._settle(one, "stopped")
        elif one.attempt >= MOST_DEATHS:
            words = f"The machine or process that trained this was lost {MOST_DEATHS} times ({ended.why})."
            self._settle(one, "failed", words)
        else:
            one.attempt, one.node, one.handed = one.attempt + 1, "", False

    def _settle(self, one: Open, state: State, message: str = "") -> None:
        """Ends a run as of its last parcel, for a task that does so no more."""
        one.writer.close()
        writer = RunWriter(one.writer.path)  # which begins with how far it is now
        writer.status(state, message)
        writer.close()
        self._close(one)

    def _close(self, one: Open) -> None:
        del self._open[one.step.place]
        self.course.close(one.step, stopped=self._wish(one) == "stop")


def train_by_ray(sweep: RaySweep) -> Generator[SweepEvent, None, None]:
    """Has the worker train what is left of a sweep, and yields each training once it is over, with its record as the
    event; closing the iterator stops the sweep, so that it can go on later. Raises GanlabError where Ray is lost."""
    told = {place for place, member in enumerate(sweep.course.members) if member.over}
    jobs.worker.add(sweep)
    try:
        while True:
            view, members = sweep.wait(POLL_SECONDS), sweep.progress().members
            for place, member in enumerate(members):
                if member.over and place not in told:
                    told.add(place)
                    run = sweep.folder.runs_folder / member.run
                    yield SweepEvent(sweep.folder.path, run, member.values, member.seed, member)
            if not view.active:
                break
        if view.state == "failed":
            raise GanlabError(view.message)
    finally:
        jobs.worker.stop(sweep)
        sweep.wait(2 * STOP_SECONDS)
