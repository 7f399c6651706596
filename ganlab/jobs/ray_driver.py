"""The process that is connected to Ray for a sweep: it answers `ganlab.jobs.ray_cluster.Cluster`, one question after
the other, until there are no more, and then ends Ray, or leaves it.

    python -m ganlab.jobs.ray_driver ADDRESS        # questions and answers are pickled, over stdin and stdout
"""

import contextlib
import logging
import os
import pickle
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ray
from ray import exceptions

from ganlab.errors import GanlabError
from ganlab.jobs.ray_cluster import (
    ANY,
    INSTALL,
    LOCAL,
    Asked,
    Ended,
    Joined,
    Round,
    Task,
    Ticket,
    Wish,
    copy_of_the_code,
    place_in_words,
)
from ganlab.jobs.ray_member import Mailbox, train
from ganlab.runs.parcels import Parcel

ROUND_SECONDS = 0.5
ANSWER_SECONDS = 60.0  # for the mailbox to answer
CORES = 1  # of each training: with another number of threads, sums come out differently in their last digits
HEAD = {"node:__internal_head__": 0.001}  # what only the head has; without the head, the cluster is lost anyway
ON_NODES = {
    "TF_NUM_INTRAOP_THREADS": str(CORES),
    "TF_NUM_INTEROP_THREADS": str(CORES),
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "GANLAB_WARM": "0",
}
GONE = (  # a task whose process or machine is
    exceptions.WorkerCrashedError,
    exceptions.NodeDiedError,
    exceptions.LocalRayletDiedError,
    exceptions.ObjectLostError,
    exceptions.OutOfMemoryError,
)


class Driver:
    """Answers the questions."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._tasks: dict[Any, Ticket] = {}  # by the references of what they return
        self._gpus = 0.0  # of each training

    def join(self, asked: Asked) -> Joined:
        with tempfile.TemporaryDirectory(prefix="ganlab-code-") as folder:
            about = {"py_modules": [str(copy_of_the_code(Path(folder)))], "env_vars": ON_NODES}
            address = "local" if self._address == LOCAL else self._address
            try:
                context = ray.init(address, runtime_env=about, log_to_driver=False, logging_level=logging.ERROR)
                self._mailbox: Any = Mailbox.options(resources=HEAD).remote()
                ray.get(self._mailbox.take.remote({}), timeout=ANSWER_SECONDS)
            except Exception as error:
                raise GanlabError(refusal(self._address, error)) from error
        if asked.gpu and ray.cluster_resources().get("GPU"):
            self._gpus = asked.gpus_each
        self._learned = asked.name, ray.put(asked.dataset)
        return Joined(context.dashboard_url or "", self._room())

    def round(self, wishes: Mapping[Ticket, Wish], tasks: Sequence[Task], cancelled: Sequence[Ticket]) -> Round:
        begun, parcels = self._take(wishes)
        for task in tasks:
            options = {"num_cpus": CORES, "num_gpus": self._gpus, "scheduling_strategy": "SPREAD"}
            begins = train.options(**options).remote(task.ticket, task.content, *self._learned, self._mailbox)
            self._tasks[begins] = task.ticket
        for reference, ticket in self._tasks.items():
            if ticket in cancelled:
                ray.cancel(reference)
        ended = [self._ended(reference) for reference in self._over()]
        if ended:  # what they had told before comes before it
            more = self._take(wishes)
            begun, parcels = begun | more[0], parcels + more[1]
        return Round(begun, parcels, ended, self._room())

    def _take(self, wishes: Mapping[Ticket, Wish]) -> tuple[dict[Ticket, str], list[tuple[Ticket, Parcel]]]:
        return ray.get(self._mailbox.take.remote(dict(wishes)), timeout=ANSWER_SECONDS)

    def _over(self) -> list[Any]:
        """The tasks that are over; waits a little for the first of them."""
        waiting = list(self._tasks)
        if not waiting:
            time.sleep(ROUND_SECONDS)
            return []
        ray.wait(waiting, timeout=ROUND_SECONDS)
        return ray.wait(waiting, num_returns=len(waiting), timeout=0)[0]

    def _ended(self, reference: Any) -> Ended:
        ticket = self._tasks.pop(reference)
        try:
            return Ended(ticket, "done", ray.get(reference))
        except exceptions.TaskCancelledError:
            return Ended(ticket, "cancelled")
        except exceptions.RayError as error:
            cause = getattr(error, "cause", None) or error
            lost = isinstance(cause, GONE if cause is error else exceptions.RayError)
            return Ended(ticket, "died" if lost else "failed", why=in_a_line(cause))

    def _room(self) -> int:
        """How many trainings the cluster has room for, also where others are at work there."""
        there = ray.cluster_resources()
        rooms = [there.get("CPU", 0.0) / CORES] + ([there.get("GPU", 0.0) / self._gpus] if self._gpus else [])
        return int(min(rooms))


def refusal(address: str, error: Exception) -> str:
    """What to say where Ray could not be started or joined."""
    told = in_a_line(error)
    if "version" in told.lower():
        return (
            f"The Ray cluster at {address} has another version of Ray or Python than this program, and both must be "
            f"the same ({told})."
        )
    if address == LOCAL:
        return f"Ray could not be started {place_in_words(address)} ({told})."
    other = (
        ""
        if address.startswith("ray://") or address == ANY
        else (f" From a machine that is no part of the cluster, write ray://{address.rpartition(':')[0]}:10001.")
    )
    token = (
        " RAY_AUTH_MODE must be the same here as there: disabled, or token, with what `ray get-auth-token` prints "
        "there as RAY_AUTH_TOKEN."
    )
    return f"No Ray cluster could be joined at {address} ({told}).{other}{token}"


def in_a_line(error: BaseException) -> str:
    """What an error says, in one line of bearable length."""
    said = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, ImportError):
        return f"{said}; each node needs {INSTALL}"
    return said if len(said) <= 300 else f"{said[:297]}..."


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what Ray prints does not come between the answers
    driver = Driver(sys.argv[1])
    try:
        while True:
            try:
                name, given = pickle.load(sys.stdin.buffer)  # of our own parent
            except EOFError:
                return
            try:
                answer = True, getattr(driver, name)(*given)
            except GanlabError as error:
                answer = False, str(error)
            except Exception as error:
                answer = False, f"The connection to Ray was lost ({in_a_line(error)})."
            pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
    finally:
        with contextlib.suppress(Exception):
            ray.shutdown()


if __name__ == "__main__":
    main()
