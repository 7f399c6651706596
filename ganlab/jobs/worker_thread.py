"""The one thread that trains for the pages, and the line in front of it."""

import atexit
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from ganlab.jobs.job import Job, JobView
from ganlab.permission import check
from ganlab.runs import RunWriter


class Worker:
    """The one thread that trains; jobs wait in line. Ended jobs are remembered until the process ends."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []
        self._queue: deque[Job] = deque()
        self._calls: deque[tuple[Future, Callable[[], Any]]] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def submit(self, writer: RunWriter) -> Job:
        """As `add`, a training of this run."""
        job = Job(writer)
        self.add(job)
        return job

    def add(self, job: Job) -> None:
        """Puts a job into the line; it takes the place of what was done with the same runs before.
        Raises GanlabError where that is not allowed."""
        check("start a training")
        runs = {part.run for part in job.parts}
        with self._changed:
            self._jobs = [
                old for old in self._jobs if old.view().active or runs.isdisjoint(part.run for part in old.parts)
            ] + [job]
            self._queue.append(job)
            self._wake()

    def call(self, function: Callable[[], Any]) -> Future:
        """Does something short in the worker's thread when no training waits; the future holds what it returns."""
        check("time a training")
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
        check("stop a training")
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
        return next(iter(self.waiting()), None)

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
