"""What a class has in common."""

import numpy as np
import pytest

from ganlab.ui.shared import class_state
from ganlab.ui.shared.class_state import ClassState, Place

IMAGE = np.zeros((28, 28), np.uint8)


def test_the_class_page_is_not_followed_and_the_same_place_is_no_news():
    state = ClassState()
    state.show(Place("train", "?run=a"))
    version = state.version
    state.show(Place("train", "?run=a"))
    state.show(Place("class"))
    assert state.version == version and state.place == Place("train", "?run=a")
    state.gather()
    assert state.version == version + 1


def test_a_guest_has_one_drawing_and_a_class_not_too_many(monkeypatch):
    monkeypatch.setattr(class_state, "MOST_DRAWINGS", 3)
    state = ClassState()
    for by in ("a", "a", "b", "c", "d"):
        state.send(by, IMAGE, IMAGE)
    assert [one.by for one in state.drawings()] == ["d", "c", "b"]
    for wrong in (np.zeros((28, 29), np.uint8), np.zeros((28, 28))):
        with pytest.raises(ValueError):
            state.send("a", wrong, IMAGE)


def test_only_what_was_sent_can_be_shown_and_nothing_stays_for_long(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(class_state.time, "monotonic", lambda: now[0])
    state = ClassState()
    state.send("a", IMAGE, IMAGE)
    state.put_up("another")
    assert state.shown is None
    state.put_up(state.drawings()[0].key)
    assert state.shown and state.shown.by == ""
    now[0] = class_state.DRAWING_SECONDS + 1
    assert not state.drawings()
    state.clear()
    assert state.shown is None
