"""Small trainings of a class's guests, one after the other, which no run of the host's is touched by.

    line.ask("a session", request)      # raises GanlabError where that is not allowed
    line.place("a session")             # the job, once it is at work, and how many come before it
    line.leave("a session")             # its training ends, and what it left is deleted

There is one thread for them, besides the one that trains for the host. Whoever has trained least comes next. While the
host trains, they wait. Their runs lie in a temporary folder, which goes with the session or with the program.
"""

import atexit
import shutil
import tempfile
import threading
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from ganlab import permission, registry
from ganlab.cache import clear_stale
from ganlab.errors import GanlabError
from ganlab.jobs.job import Job
from ganlab.jobs.requests import Request, create_run
from ganlab.jobs.training import Training, sentence
from ganlab.jobs.worker_thread import worker
from ganlab.training.events import Event, Iterations

MODEL = "plane-gan"  # small enough for many
MOST_ITERATIONS = 3_000
MOST_SEED = 999_999
FOLDER = "ganlab-guests-"  # begins the names of the temporary folders
LOOK_SECONDS = 0.2  # between two looks whether the host trains, and whether guests are still there
HOST_FIRST = "The host is training something. Your training goes on as soon as that is done"


@dataclass
class Asked:
    """A training that a session asked for; `job` once it is at work."""

    by: str
    request: Request
    job: Job | None = None


class Host(Protocol):
    """Whose trainings go first."""

    def current(self) -> Any:
        """What is at work or waits; None where nothing does."""


class GuestJob(Job):
    """A training that waits whenever the host trains, and ends when who asked for it is gone."""

    def __init__(self, *given: Any, host: Host, is_wanted: Callable[[], bool]) -> None:
        super().__init__(*given)
        self._host = host
        self._is_wanted = is_wanted

    def _may_go_on(self, training: Training, event: Event) -> bool:
        if not self._is_wanted():
            return False
        if isinstance(event, Iterations) and self._host.current() is not None:
            training.pause()
            self._show(state="paused", message=HOST_FIRST, speed=0.0)
            with self._changed:
                while self._host.current() is not None and not self._stopped and self._is_wanted():
                    self._changed.wait(LOOK_SECONDS)
            training.go_on()
            self._show(message="")
        return super()._may_go_on(training, event)


class GuestLine:
    """The line of guests' trainings. `host` is whose trainings go first."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._changed = threading.Condition()
        self._waiting: list[Asked] = []
        self._at_work: Asked | None = None
        self._done: dict[str, Job] = {}  # of each session its last training
        self._trained: dict[str, int] = {}  # iterations, by session
        self._problems: dict[str, str] = {}  # why a session's last training could not begin
        self._folder: Path | None = None
        self._thread: threading.Thread | None = None
        self.is_there: Callable[[str], bool] = lambda session: True

    def ask(self, by: str, request: Request) -> None:
        """Puts a session's training into the line, in place of what that session trained before. Raises GanlabError
        where it is none for guests, or where one of this session's waits or is at work."""
        small = checked(request)
        with self._changed:
            at_work = self._at_work is not None and self._at_work.by == by
            if at_work or any(asked.by == by for asked in self._waiting):
                raise GanlabError("You have a training in line already. Wait for its end, or stop it first.")
            self._waiting.append(Asked(by, small))
            self._trained.setdefault(by, 0)
            self._problems.pop(by, None)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="ganlab-guests", daemon=True)
                self._thread.start()
                atexit.register(self.shutdown)
            self._changed.notify_all()

    def place(self, by: str) -> tuple[Job | None, int | None]:
        """A session's training, at work or over, and how many come before it; None where none waits."""
        with self._changed:
            if self._at_work is not None and self._at_work.by == by:
                job = self._at_work.job  # which its thread is about to make
                return job, None if job else 0
            for before, asked in enumerate(self._order()):
                if asked.by == by:
                    return None, before + (self._at_work is not None)
            return self._done.get(by), None

    def problem(self, by: str) -> str:
        """Why a session's last training could not begin; "" where it did."""
        return self._problems.get(by, "")

    def find(self, run: Path) -> Job | None:
        """The job that trains, or trained, this run."""
        with self._changed:
            at_work = self._at_work.job if self._at_work else None
            return next((job for job in (at_work, *self._done.values()) if job and job.run == run), None)

    def counts(self) -> tuple[int, int]:
        """How many are at work, and how many wait."""
        with self._changed:
            return int(self._at_work is not None), len(self._waiting)

    def stop(self, by: str) -> None:
        """Ends a session's training, or takes it out of the line; what it has learned can still be looked at."""
        with self._changed:
            self._waiting = [asked for asked in self._waiting if asked.by != by]
            job = self._at_work.job if self._at_work and self._at_work.by == by else None
        if job is not None:
            with permission.granted():  # it is the session's own
                job.stop()

    def leave(self, by: str) -> None:
        """Forgets a session, and deletes what it has trained."""
        self.stop(by)
        with self._changed:
            job = self._done.pop(by, None)
            self._trained.pop(by, None)
            self._problems.pop(by, None)
        if job is not None:
            shutil.rmtree(job.run.parent, ignore_errors=True)

    def clear(self) -> None:
        """Ends all of them."""
        with self._changed:
            sessions = {*self._trained, *(asked.by for asked in self._waiting)}
        for by in sessions:
            self.leave(by)

    def shutdown(self, seconds: float = 5.0) -> None:
        """Ends what is at work and deletes everything, at the end of the process."""
        with self._changed:
            self._waiting.clear()
            at_work = self._at_work
        if at_work is not None and at_work.job is not None:
            self.stop(at_work.by)
            at_work.job.wait(seconds)
        with self._changed:
            folder, self._folder = self._folder, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def _order(self) -> list[Asked]:
        """Who has trained least comes first; of those alike, who asked first."""
        return sorted(self._waiting, key=lambda asked: self._trained.get(asked.by, 0))

    def _work(self) -> None:
        while True:
            with self._changed:
                self._forget_the_gone()
                while not self._waiting or self._host.current() is not None:
                    self._changed.wait(LOOK_SECONDS if self._waiting or self._trained else None)
                    self._forget_the_gone()
                asked = self._order()[0]
                self._waiting.remove(asked)
                self._at_work = asked
            before = self._done.get(asked.by)
            try:
                self._train(asked)
            except Exception as error:  # the thread must live on, and the page must show what happened
                if not isinstance(error, GanlabError):
                    traceback.print_exc()
                self._problems[asked.by] = sentence(error)
            with self._changed:
                if asked.job is not None and asked.by in self._trained:
                    self._done[asked.by] = asked.job
                    self._trained[asked.by] += asked.job.view().iteration
                elif asked.job is not None:  # its session is gone
                    before = asked.job
                self._at_work = None
            if before is not None and before is not self._done.get(asked.by):
                shutil.rmtree(before.run.parent, ignore_errors=True)

    def _train(self, asked: Asked) -> None:
        """In this thread, which runs no page: no rule for guests holds for it."""
        run = create_run(asked.request, self._own_folder())
        job = GuestJob(run, host=self._host, is_wanted=lambda: self.is_there(asked.by))
        with self._changed:
            asked.job = job
        job._show(state="preparing", message="Getting ready")
        job._work()

    def _own_folder(self) -> Path:
        """A folder for one training."""
        with self._changed:
            if self._folder is None:
                clear_stale(Path(tempfile.gettempdir()), FOLDER)
                self._folder = Path(tempfile.mkdtemp(prefix=FOLDER))
            return self._folder / uuid.uuid4().hex

    def _forget_the_gone(self) -> None:
        for by in [by for by in self._trained if not self.is_there(by)]:
            self.leave(by)


def checked(request: Request) -> Request:
    """The same, in float32. Raises GanlabError for anything but a preset of the Lab's small GAN on points that come
    with ganlab."""
    from ganlab.data.points import PLANE

    spec = registry.get(MODEL)
    if request.model != MODEL or request.dataset not in PLANE or request.preset not in spec.presets:
        raise GanlabError("Guests can train the presets of the Lab's GAN, on the points that come with ganlab.")
    if request.values or request.turns or request.tensorboard or not 0 <= request.seed <= MOST_SEED:
        raise GanlabError("Guests can choose the data, the preset, the length and the seed of a training.")
    if not request.iterations or not 1 <= request.iterations <= MOST_ITERATIONS:
        raise GanlabError(f"A guest's training has from 1 to {MOST_ITERATIONS:,} iterations.")
    return replace(request, device="cpu", precision="float32", digits=None)


line = GuestLine(worker)
