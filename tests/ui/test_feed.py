"""How often a view asks, and what a range in its question means."""

from types import SimpleNamespace

import pytest
from streamlit import runtime

from ganlab.ui.shared.feed import asked_range, poll_seconds


@pytest.mark.parametrize(("people", "seconds"), [(1, 0.4), (5, 0.4), (10, 0.8), (30, 2.4)])
def test_the_more_people_watch_the_less_often_each_is_told(monkeypatch, people, seconds):
    manager = SimpleNamespace(num_active_sessions=lambda: people)
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace(_session_mgr=manager))
    assert poll_seconds(0.4) == pytest.approx(seconds)


def test_without_a_server_nobody_waits_longer():
    assert not runtime.exists() and poll_seconds(0.4) == 0.4


@pytest.mark.parametrize("wanted", [None, "1,2", [1], [1, "2"], [1, float("nan")], [1, float("inf")], {}])
def test_a_range_that_makes_no_sense_is_none(wanted):
    assert asked_range(wanted, 10) is None


def test_a_range_lies_within_what_is_done():
    assert asked_range([20, -3.2], 10) == (1, 10) and asked_range([2.4, 3], 10) == (2, 3)
    assert asked_range([1, 2], 0) is None
