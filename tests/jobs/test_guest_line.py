"""Small trainings of a class's guests: what they may be, whose turn it is, and what is left of them."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

import ganlab.jobs
from ganlab.errors import GanlabError
from ganlab.jobs.guest_line import GuestLine, checked
from ganlab.runs import Run
from tests.conftest import until


class Host:
    """Whose trainings go first: here nothing but whether there is one."""

    busy = False

    def current(self) -> object:
        return self if self.busy else None


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def line(host) -> Iterator[GuestLine]:
    one = GuestLine(host)
    yield one
    one.shutdown()


def small(iterations: int = 100, **more: Any) -> Any:
    return ganlab.jobs.Request("plane-gan", "tuned", dataset="ring", iterations=iterations, **more)


@pytest.mark.parametrize(
    "request_",
    [
        small(100_000),
        small(0),
        small(seed=-1),
        small(values={"generator_units": 4096}),
        small(tensorboard=True),
        ganlab.jobs.Request("dcgan", iterations=10),
        ganlab.jobs.Request("plane-gan", "tuned", dataset="/etc/passwd", iterations=10),
        ganlab.jobs.Request("plane-gan", "../x", dataset="ring", iterations=10),
    ],
)
def test_a_guest_trains_nothing_large_and_nothing_of_the_hosts(request_):
    with pytest.raises(GanlabError):
        checked(request_)


def test_guests_train_by_fair_turns_after_the_host_and_leave_nothing(line, host, tmp_path):
    host.busy = True
    line.ask("a", small())
    line.ask("b", small())
    with pytest.raises(GanlabError, match="in line already"):
        line.ask("a", small())
    time.sleep(0.5)
    assert line.place("a") == (None, 0) and line.place("b") == (None, 1), "the host trains"
    host.busy = False
    until(lambda: all(line.place(by)[0] for by in "ab") and line.counts() == (0, 0))
    done, _ = line.place("a")
    assert done and done.view().state == "finished" and Run(done.run).done == 100 and line.find(done.run) is done
    host.busy = True
    line._trained["a"] = 500
    line.ask("a", small())
    line.ask("c", small())
    assert line.place("c") == (None, 0) and line.place("a") == (None, 1), "who has trained least comes first"
    line.stop("c")
    line.is_there = lambda session: session != "a"
    until(lambda: not done.run.exists() and line.counts() == (0, 0))
    folder = line._folder
    assert folder and folder.exists()
    line.shutdown()
    assert not folder.exists()


def test_a_guests_training_waits_while_the_host_trains_and_can_be_stopped(line, host):
    line.ask("a", small(3000))
    until(lambda: (job := line.place("a")[0]) and job.view().iteration > 0)
    job = line.place("a")[0]
    assert job
    host.busy = True
    until(lambda: job.view().state == "paused")
    assert "host is training" in job.view().message
    host.busy = False
    until(lambda: job.view().state == "running")
    line.stop("a")
    until(lambda: job.view().state == "stopped")
    assert Run(job.run).done > 0, "what it has learned can be looked at"


def test_who_is_gone_is_neither_waited_for_nor_trained(line):
    gone: set[str] = set()
    line.is_there = lambda session: session not in gone
    line.ask("a", small(3000))
    until(lambda: (job := line.place("a")[0]) and job.view().iteration > 0)
    at_work = line.place("a")[0]
    assert at_work
    for by in "bcd":
        line.ask(by, small())
    gone |= set("abc")
    until(lambda: (job := line.place("d")[0]) and job.view().state == "finished")
    assert at_work.view().state == "stopped" and at_work.view().iteration < 3000
    until(lambda: not at_work.run.exists() and set(line._done) == {"d"})
    assert set(line._trained) == {"d"}
