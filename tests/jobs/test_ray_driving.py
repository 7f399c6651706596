"""What becomes of a sweep that Ray trains, whatever Ray says: here something else stands in Ray's place."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

import ganlab
from ganlab.errors import GanlabError
from ganlab.jobs import ray_cluster, ray_sweep
from ganlab.jobs.ray_cluster import Asked, Ended, Joined, Round, Task, Ticket
from ganlab.jobs.ray_sweep import RaySweep
from ganlab.jobs.sweep_requests import SweepRequest
from ganlab.jobs.sweeps import create_sweep, reopen_sweep
from ganlab.runs import Run, RunWriter, list_runs, list_sweeps
from ganlab.runs.parcels import News, Parcel, unpack
from ganlab.runs.sweep_records import SweepMember
from tests.conftest import imported_by, request_for, small, until

PATIENCE = 60.0
RATE = "generator_learning_rate"
LENGTH = 10
GONE = GanlabError("The connection to Ray was lost. Go on with the sweep once Ray can be reached.")


def trained(task: Task, to: int) -> Parcel:
    """What a machine sends that has trained a run to so many iterations in all; each row has their number."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "run")
        unpack(task.content, path)
        news = News(path, task.content)
        writer = RunWriter(path)
        run, done = writer.run, writer.run.done
        rows = np.arange(done + 1, to + 1, dtype=np.float32)[:, None] * np.ones([1, len(run.curves)])
        writer.iterations(rows, np.zeros([to - done, run.config.points, 2], np.float16))
        writer.progress(to, float(to))
        writer.status("finished" if to == run.total else "running")
        writer.close()
        return news.take()


def to_the_end(task: Task) -> Iterator[Parcel | Ended]:
    yield Ended(task.ticket, "done", trained(task, LENGTH))


def dies(after: int) -> Callable[[Task], Iterator[Parcel | Ended]]:
    def fate(task: Task) -> Iterator[Parcel | Ended]:
        yield trained(task, after)
        yield Ended(task.ticket, "died", why="its machine is gone")

    return fate


def loses_a_part(task: Task) -> Iterator[Parcel | Ended]:
    """A parcel of it does not arrive; nobody waits for what comes then."""
    first = trained(task, 3)
    yield Parcel({name: (start + 1000, content) for name, (start, content) in first.grown.items()}, first.whole)
    yield Ended(task.ticket, "done", first)


def waits(task: Task) -> Iterator[Parcel | Ended]:
    """Is at work until it is to stop."""
    while Stand.wishes[task.ticket] != "stop":
        yield Parcel()
    yield Ended(task.ticket, "done", Parcel())


class Stand:
    """In place of a `Cluster`: to each attempt happens what `fates` has for its place and number; to the others,
    that they are trained to their end."""

    room: ClassVar[int] = 2
    fates: ClassVar[dict[tuple[int, int], Callable[[Task], Iterator[Parcel | Ended]]]] = {}
    handed: ClassVar[list[Task]] = []
    wishes: ClassVar[Mapping[Ticket, str]] = {}
    lost: ClassVar[bool] = False

    def __init__(self, address: str) -> None:
        self.going: dict[Ticket, Iterator[Parcel | Ended]] = {}

    def __enter__(self) -> "Stand":
        return self

    def __exit__(self, *_: object) -> None:
        self.going.clear()

    def end(self) -> None: ...

    def join(self, asked: Asked) -> Joined:
        return Joined("127.0.0.1:8265", self.room)

    def round(self, wishes: Mapping[Ticket, Any], tasks: list[Task], cancelled: list[Ticket]) -> Round:
        if Stand.lost:
            raise GONE
        Stand.wishes, told, ended = wishes, [], []
        for task in tasks:
            Stand.handed.append(task)
            self.going[task.ticket] = self.fates.get(task.ticket, to_the_end)(task)
        for ticket, fate in list(self.going.items()):
            happened = next(fate)
            if isinstance(happened, Ended):
                ended.append(happened)
                del self.going[ticket]
            else:
                told.append((ticket, happened))
        return Round({task.ticket: "far away" for task in tasks}, told, ended, self.room)


@pytest.fixture(autouse=True)
def stand(monkeypatch):
    monkeypatch.setattr(ray_sweep, "Cluster", Stand)
    monkeypatch.setattr(ray_cluster, "is_installed", lambda: True)
    for name, value in {"fates": {}, "handed": [], "lost": False}.items():
        monkeypatch.setattr(Stand, name, value)


def begin(worker, folder: Path, count: int) -> RaySweep:
    rates = [0.001 * (1 + number) for number in range(count)]
    sweep = create_sweep(SweepRequest(request_for("plane-gan", LENGTH), {RATE: rates}), folder, "ray")
    assert isinstance(sweep, RaySweep)
    worker.add(sweep)
    return sweep


def test_what_is_lost_begins_again_from_its_last_parcel_and_what_fails_by_itself_does_not(tmp_path, worker):
    Stand.fates = {
        (0, 1): dies(after=4),
        (0, 2): dies(after=7),
        (1, 1): lambda task: iter([Ended(task.ticket, "failed", why="No module named 'keras'")]),
        (2, 1): dies(1),
        (2, 2): dies(2),
        (2, 3): dies(3),
        (3, 1): loses_a_part,
    }
    sweep = begin(worker, tmp_path, 6)
    assert sweep.wait(PATIENCE).state == "finished", sweep.view()
    members = sweep.folder.members
    assert [member.state for member in members] == ["finished", "failed", "failed", *["finished"] * 3]
    assert "could not begin on its machine (No module named 'keras')" in members[1].why
    assert "was lost 3 times (its machine is gone)" in members[2].why and members[2].iterations == 3
    attempts = Counter(task.ticket.place for task in Stand.handed)
    assert attempts == {0: 3, 1: 1, 2: 3, 3: 2, 4: 1, 5: 1} and len({task.ticket for task in Stand.handed}) == 11
    first = Run(tmp_path / members[0].run)
    assert first.metrics()[:, 0].tolist() == list(range(1, LENGTH + 1)) and first.state == "finished"
    assert Run(tmp_path / members[2].run).state == "failed" and sweep.folder.state == "finished"
    assert sweep.view().iteration == 4 * LENGTH + 3
    Stand.fates = {}
    again = reopen_sweep(sweep.folder.path)
    assert isinstance(again, RaySweep), "it goes on where it began"
    worker.add(again)
    assert again.wait(PATIENCE).state == "finished" and len(list_runs(tmp_path)[0]) == 6
    assert {member.state for member in again.folder.members} == {"finished"}


def test_it_is_paused_skipped_and_stopped_and_many_are_at_work_at_once(tmp_path, worker):
    Stand.fates = dict.fromkeys([(place, 1) for place in range(6)], waits)
    sweep = begin(worker, tmp_path, 6)
    until(lambda: len(sweep.progress().at_work) == 4)  # twice what there is room for, so that no core waits
    assert sweep.view().state == "running" and sweep.dashboard == "127.0.0.1:8265"
    assert sweep.progress().machines == dict.fromkeys(range(4), "far away") and len(sweep.runs_at_work()) == 4
    sweep.pause()
    until(lambda: set(Stand.wishes.values()) == {"pause"} and sweep.view().state == "paused")
    sweep.skip(1)
    until(lambda: 1 not in sweep.progress().at_work)
    assert len(sweep.progress().at_work) == 3, "nothing begins while it is held"
    sweep.resume()
    until(lambda: sweep.progress().at_work == (0, 2, 3, 4))
    worker.stop(sweep)
    assert sweep.wait(PATIENCE).state == "stopped"
    states = [member.state for member in sweep.folder.members]
    assert states == ["begun", "skipped", "begun", "begun", "begun", "planned"] and sweep.folder.state == "stopped"


def test_a_lost_connection_is_one_sentence_and_the_sweep_can_go_on(tmp_path, worker):
    Stand.fates = {(0, 1): waits, (1, 1): dies(after=4), (1, 2): waits}
    sweep = begin(worker, tmp_path, 2)
    until(lambda: (1, 2) in [task.ticket for task in Stand.handed])
    Stand.lost = True
    view = sweep.wait(PATIENCE)
    assert (view.state, view.message) == ("failed", str(GONE)) and sweep.folder.state == "stopped"
    runs = [run for _, run in sweep.folder.runs()]
    assert [(run.state, run.done) for run in runs] == [("stopped", 0), ("stopped", 4)], "as of their last parcels"
    Stand.lost, Stand.fates = False, {}
    again = reopen_sweep(sweep.folder.path)
    worker.add(again)
    assert again.wait(PATIENCE).state == "finished" and len(list_runs(tmp_path)[0]) == 2


def test_in_python_each_training_is_told_of_once_it_is_over(tmp_path):
    Stand.fates = {(1, 1): lambda task: iter([Ended(task.ticket, "failed", why="no room")])}
    given = {"seeds": (3, 4), "iterations": LENGTH, "runs": tmp_path, **small("plane-gan")}
    told = {one.seed: one for one in ganlab.sweep("plane-gan", {}, on="ray", **given)}
    events = [told[seed].event for seed in (3, 4)]
    assert [event.state for event in events if isinstance(event, SweepMember)] == ["finished", "failed"]
    assert Run(told[3].run).done == LENGTH and told[3].values == {}
    Stand.lost = True
    with pytest.raises(GanlabError, match="connection to Ray was lost"):
        list(ganlab.sweep("plane-gan", {}, on="ray", **given))


@pytest.mark.parametrize(
    ("on", "more", "said"),
    [
        ("mars", {}, "not on 'mars'"),
        ("ray://", {}, "such as ray://192.168.0.1:10001"),
        ("http://host:80", {}, "not on"),
        ("ray", {"gpus_each": 2.0}, "or a share of one"),
    ],
)
def test_a_place_that_cannot_be_is_one_sentence_and_leaves_nothing(tmp_path, on, more, said):
    with pytest.raises(GanlabError, match=said):
        create_sweep(SweepRequest(request_for("plane-gan", LENGTH)), tmp_path, on, **more)
    assert not list_sweeps(tmp_path)[0]


def test_without_ray_a_sentence_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setattr(ray_cluster, "is_installed", lambda: False)
    with pytest.raises(GanlabError, match="pip install -r requirements-cluster"):
        create_sweep(SweepRequest(request_for("plane-gan", LENGTH)), tmp_path, "ray://host:10001")


def test_nothing_of_ray_is_imported_unless_asked_for():
    assert "ray" not in imported_by("import ganlab.jobs.ray_sweep, ganlab.cli.main, ganlab.ui.train.sweep_form")
