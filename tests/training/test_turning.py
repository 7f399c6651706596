"""Knobs that are turned while a model trains: which turns find which iteration."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ganlab.training.turning import Turned, Turns


def test_what_is_planned_is_due_once_and_in_its_order():
    turns = Turns({"a": 1.0}, [Turned(5, "a", 3.0), Turned(2, "a", 2.0)])
    assert turns.due(0) == [] and turns.due(1) == []
    assert turns.due(2) == [Turned(2, "a", 2.0)] and turns.values == {"a": 2.0}
    assert turns.due(2) == []
    assert turns.due(9) == [Turned(5, "a", 3.0)], "what is late is due, too"
    assert turns.due(9) == [] and turns.values == {"a": 3.0}


def test_there_is_room_up_to_the_next_turn():
    turns = Turns({}, [Turned(7, "a", 1.0)])
    assert turns.room(0, 3) == 3 and turns.room(5, 10) == 2
    turns.due(7)
    assert turns.room(7, 10) == 10


def test_what_is_asked_for_finds_the_next_iteration_and_is_told():
    told: list[Any] = []
    turns = Turns({"a": 1.0}, [Turned(9, "a", 4.0)], told.append)
    turns.ask("a", 2.0)
    assert turns.count == 3, "one that may take two, and the one that is planned"
    assert turns.due(3) == [Turned(3, "a", 2.0)] and turns.count == 2
    assert told == [[Turned(3, "a", 2.0), Turned(9, "a", 4.0)]]
    turns.due(4)
    assert len(told) == 1, "nothing new is told only once"


def test_for_one_iteration_only_and_back():
    told: list[Any] = []
    turns = Turns({"a": 1.0}, record=told.append)
    turns.ask("a", 0.0, iterations=1)
    assert turns.due(5) == [Turned(5, "a", 0.0)] and turns.room(5, 100) == 1
    assert turns.due(6) == [Turned(6, "a", 1.0)] and turns.values == {"a": 1.0}
    assert told[-1] == [Turned(5, "a", 0.0), Turned(6, "a", 1.0)]


def test_twice_for_a_while_goes_back_to_what_was_there_before_both():
    turns = Turns({"a": 1.0})
    turns.ask("a", 0.0, iterations=1)
    turns.ask("a", 0.0, iterations=3)
    turns.due(0)
    assert turns.values == {"a": 0.0} and turns.due(1) == []
    assert turns.due(3) == [Turned(3, "a", 1.0)]


def test_a_turn_for_good_outlives_one_for_a_while():
    turns = Turns({"a": 1.0})
    turns.ask("a", 0.0, iterations=10)
    turns.due(0)
    turns.ask("a", 5.0)
    turns.due(4)
    assert turns.due(10) == [] and turns.values == {"a": 5.0}


@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from("ab"), st.floats(0, 9)), max_size=8),
    st.lists(
        st.tuples(st.integers(0, 30), st.sampled_from("ab"), st.floats(0, 9), st.none() | st.integers(1, 5)), max_size=8
    ),
    st.lists(st.integers(1, 9), min_size=1, max_size=5),
)
def test_what_is_told_repeats_what_was_done_in_whichever_chunks(planned, asked, sizes):
    def follow(turns: Turns, asking: list[tuple[int, str, float, int | None]], sizes: list[int]) -> list[dict]:
        """The values in each of forty iterations."""
        seen: list[dict] = []
        todo, chunk = sorted(asking, key=lambda one: one[0]), 0
        while len(seen) < 40:
            at = len(seen)
            while todo and todo[0][0] <= at:
                _, name, value, length = todo.pop(0)
                turns.ask(name, value, length)
            turns.due(at)
            count = turns.room(at, min(sizes[chunk % len(sizes)], 40 - at))
            assert count >= 1, "it goes on"
            seen += [dict(turns.values)] * count
            chunk += 1
        return seen

    start = {"a": 1.0, "b": 2.0}
    plan = [Turned(*turn) for turn in planned]
    told = [sorted(plan, key=lambda turn: turn.iteration)]
    first = follow(Turns(start, plan, lambda turns: told.append(turns)), asked, sizes)
    assert first == follow(Turns(start, told[-1]), [], [7])
    assert [turn.iteration for turn in told[-1]] == sorted(turn.iteration for turn in told[-1])
