"""How long a training will take: from the last run, else from iterations that were timed."""

from pathlib import Path

import pytest

from ganlab import jobs
from ganlab.training import devices, waiting
from ganlab.training.waiting import RATIO, READY, Others, Pace, Stopwatch, known_pace
from tests.conftest import request_for, train_run


@pytest.fixture(autouse=True)
def nothing_known(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("GANLAB_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """The time that a stopwatch sees."""
    now = [100.0]
    monkeypatch.setattr(waiting.time, "monotonic", lambda: now[0])
    return now


def test_nothing_is_known_before_anything_was_trained_or_timed():
    assert known_pace("k") is None


def test_what_was_timed_gets_longer_by_what_the_last_run_took_beside_its_iterations():
    devices.remember_speed("k", 0.1)
    assert known_pace("k") == Pace(0.1 * RATIO, READY, timed=True)
    devices.remember_wait(waiting.USUAL, 1.5, 6.0)
    found = known_pace("k")
    assert found is not None and found.timed and found.seconds(100) == pytest.approx(6.0 + 100 * 0.15)


def test_a_run_counts_more_than_what_was_timed():
    devices.remember_speed("k", 0.1)
    devices.remember_wait("k", 0.4, 2.0)
    assert known_pace("k") == Pace(0.4, 2.0) and known_pace("other") is None


@pytest.mark.parametrize("content", ["[]", "broken", '{"%s": {"iteration": "fast"}}'])
def test_a_spoilt_memory_is_no_memory(tmp_path, content):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "wait.json").write_text(content)
    assert devices.known_wait("k") is None


def test_the_clock_leaves_out_pauses_and_what_is_done_only_once(clock):
    watch = Stopwatch()
    with watch.once_only():
        clock[0] += 50.0
    clock[0] += 2.0
    watch.note(1)
    clock[0] += 10.0
    watch.note(41)
    watch.hold()
    clock[0] += 1000.0
    watch.note(42)
    clock[0] += 5.0
    watch.note(62)
    watch.remember("k", 0.2)
    assert known_pace("k") == Pace(15.0 / 60, 2.0)
    devices.remember_speed("new", 1.0)
    assert known_pace("new") == Pace(1.25, 2.0, timed=True), "it is a quarter slower than its bare iterations"


def test_too_few_iterations_are_not_remembered(clock):
    watch = Stopwatch()
    for iteration in (1, 2, 20):
        clock[0] += 1.0
        watch.note(iteration)
    watch.remember("k", 1.0)
    assert known_pace("k") is None


def test_a_run_is_what_the_next_estimate_goes_by(tmp_path):
    train_run(tmp_path, iterations=40, values={"units": 6})
    request = request_for("dense-gan", 40, values={"units": 6})
    pace, bare = known_pace(jobs.pace(request)), jobs.seconds_per_iteration(request)
    assert pace is not None and not pace.timed and bare is not None
    assert pace.iteration > bare, "a person waits for pictures, too"


def test_what_other_programs_do_is_told_once_there_was_time_to_see_it(monkeypatch):
    looks = iter([(0.0, 10.0, 100.0, 5.0), (1.0, 12.0, 102.0, 5.5), (10.0, 26.0, 120.0, 7.0)])
    monkeypatch.setattr(waiting, "_look", lambda: next(looks))
    others = Others()
    assert [others.share(), others.share()] == [None, None]
    assert others.share() == pytest.approx((16.0 - 2.0) / 20.0)


def test_where_the_system_does_not_tell_nothing_is_said_of_other_programs(monkeypatch):
    def look():
        raise FileNotFoundError

    monkeypatch.setattr(waiting, "_look", look)
    assert Others().share() is None
