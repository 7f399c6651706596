"""A connection to Ray, by which trainings are done on many cores or machines; nothing of Ray is imported here.

    with Cluster("ray") as cluster:                       # or the address of one that runs already
        joined = cluster.join(Asked("mnist", dataset))
        round = cluster.round(wishes, tasks, cancelled)   # again and again; takes half a second at most

Ray ends the process that is connected to it where the cluster's head is lost for a minute. So the connection is a
process of its own, `ganlab.jobs.ray_driver`, which answers one question after the other over pipes. What a task does on
its node is `ganlab.jobs.ray_member`.
"""

import contextlib
import importlib.util
import os
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple

from ganlab.data import Dataset
from ganlab.errors import GanlabError
from ganlab.inference.loading import JUDGES
from ganlab.permission import needs
from ganlab.runs.folders import PRETRAINED
from ganlab.runs.parcels import Contents, Parcel

HERE, LOCAL, ANY = "here", "ray", "auto"  # in this process; Ray on this machine; a cluster that runs on it already
ADDRESS = re.compile(r"(ray://)?(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}")
PACKAGE = Path(__file__).parents[1]
INSTALL = "pip install -r requirements-cluster.txt"
TOKEN = ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH")  # what a cluster may ask for
NOT_SENT = ("__pycache__", "app", "ui", "cli")  # of the package: nodes train, and show nothing
END_SECONDS = 20.0  # that Ray has to end, before its process is ended

Wish = Literal["go on", "pause", "stop"]


class Ticket(NamedTuple):
    """One attempt to train the member of a sweep at a place; the first attempt is 1."""

    place: int
    attempt: int


@dataclass(frozen=True)
class Asked:
    """What is learned from, under which name; whether a GPU is of use, and which share of one each training takes."""

    name: str
    dataset: Dataset
    gpu: bool = True
    gpus_each: float = 1.0


@dataclass(frozen=True)
class Joined:
    """The address of Ray's dashboard, "" where it has none, and for how many trainings there is room."""

    dashboard: str
    room: int


@dataclass(frozen=True)
class Task:
    """A training to begin, or to go on with: the files of its run's folder."""

    ticket: Ticket
    content: Contents


@dataclass(frozen=True)
class Ended:
    """A task that is over. It is `done` where it came to its own end, with what is last news of the run, whatever came
    of the training; it `died` with its process or node; it `failed` where training could not even begin there; or it
    was `cancelled` before it had begun."""

    ticket: Ticket
    how: Literal["done", "died", "failed", "cancelled"]
    parcel: Parcel = field(default_factory=Parcel)
    why: str = ""


@dataclass(frozen=True)
class Round:
    """What happened since the last round: on which nodes tasks have begun, what they did, in order, and which are
    over; and for how many trainings the cluster has room now."""

    begun: Mapping[Ticket, str]
    parcels: Sequence[tuple[Ticket, Parcel]]
    ended: Sequence[Ended]
    room: int


def is_installed() -> bool:
    """Whether Ray can be imported, without doing so."""
    return importlib.util.find_spec("ray") is not None


def check_place(on: str, gpus_each: float = 1.0) -> None:
    """Raises GanlabError unless trainings can be done there: `here`, `ray`, `auto`, or an address of a cluster; each
    with so many GPUs where there are any."""
    if not 0 < gpus_each <= 1:
        raise GanlabError(f"Each training takes one GPU or a share of one, such as 0.5, but not {gpus_each:g}.")
    if on == HERE:
        return
    if on not in (LOCAL, ANY) and not ADDRESS.fullmatch(on):
        raise GanlabError(
            "Trainings can be done here, on ray (which is started on this machine), or on a cluster's address, such as "
            f"ray://192.168.0.1:10001, but not on {on!r}."
        )
    if not is_installed():
        raise GanlabError(f"Ray is not installed here. Install it with: {INSTALL}")


def place_in_words(on: str) -> str:
    """Where trainings are done, as the end of a sentence."""
    return {HERE: "on this machine", LOCAL: "with Ray on this machine"}.get(on, f"on the Ray cluster at {on}")


class Cluster:
    """The connection to Ray on this machine or at an address, from `join` to `close`; each answer may raise
    GanlabError, after which only `close` is left."""

    def __init__(self, address: str) -> None:
        self._told = tempfile.TemporaryFile()  # noqa: SIM115 (until `close`) what Ray says, for where it ends in the middle
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ganlab.jobs.ray_driver", address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._told,
            env={**os.environ, **_environment(address)},
            start_new_session=True,  # Ctrl-C is for who asked, who then stops the trainings
        )

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def join(self, asked: Asked) -> Joined:
        """Starts Ray, or joins the cluster, and hands over code and data. May take a minute."""
        return self._answer("join", asked)

    def round(self, wishes: Mapping[Ticket, Wish], tasks: Sequence[Task], cancelled: Sequence[Ticket]) -> Round:
        """Says what is wished of each task, hands new ones over, and takes those back that are `cancelled` and have not
        begun; tells what happened."""
        return self._answer("round", wishes, tasks, cancelled)

    def _answer(self, name: str, *given: Any) -> Any:
        try:
            pickle.dump((name, given), _pipe(self._process.stdin), pickle.HIGHEST_PROTOCOL)
            _pipe(self._process.stdin).flush()
            well, answer = pickle.load(_pipe(self._process.stdout))  # of our own child
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            if name == "join":
                raise GanlabError(f"Ray could not be started or joined{self._last_words()}.") from error
            raise GanlabError(
                "The connection to Ray was lost. What came back before is kept, and the sweep can go on once Ray can "
                "be reached."
            ) from error
        if not well:
            raise GanlabError(answer)
        return answer

    def _last_words(self) -> str:
        self._told.seek(0)
        lines = self._told.read().decode(errors="replace").strip().splitlines()
        return f" ({lines[-1].strip()[:300]})" if lines else ""

    def end(self) -> None:
        """Ends the process at once, from any thread: whoever waits for an answer gets an error."""
        self._process.kill()

    def close(self) -> None:
        """Ends Ray where it was started here, else leaves the cluster, which ends what is left of the tasks."""
        with contextlib.suppress(OSError):
            _pipe(self._process.stdin).close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        _pipe(self._process.stdout).close()
        self._told.close()


def _pipe(found: IO[bytes] | None) -> IO[bytes]:
    assert found
    return found


def _environment(address: str) -> dict[str, str]:
    """For the process that is connected: it finds this package, and tells nobody of its use. Where there is a token for
    clusters, it is shown to one that is joined from anywhere; for others Ray sees to that."""
    path = os.pathsep.join([str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    has_token = any(os.environ.get(name) for name in TOKEN) or (Path.home() / ".ray" / "auth_token").exists()
    shown = has_token and address.startswith("ray://") and "RAY_AUTH_MODE" not in os.environ
    return {"PYTHONPATH": path, "RAY_USAGE_STATS_ENABLED": "0", **({"RAY_AUTH_MODE": "token"} if shown else {})}


@needs("train on other machines")
def copy_of_the_code(folder: Path) -> Path:
    """The package as nodes need it, as a folder in this one: laid out as when it is installed, with the classifiers
    that measure samples, without pages and without other pretrained models."""
    package = folder / PACKAGE.name
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns(*NOT_SENT))
    for name in sorted(set(JUDGES.values())):
        if (PRETRAINED / name).is_dir():
            shutil.copytree(PRETRAINED / name, package / "app" / PRETRAINED.name / name)
    return package
