"""What the canvas makes of what the browser sends; drawing on it is tested on the pages that have one."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from ganlab.images import png
from ganlab.ui.shared.canvas import MOST_STROKES, SHARPNESS, STATES, THINNEST, WIDEST, Paper, asked_of, read

A, B, C, D = ({"type": "Path", "stroke": name} for name in "abcd")


def sent(light: np.ndarray, opaque: np.ndarray | None = None) -> str:
    """A canvas of that light and opacity, for each pixel of the drawing, as the package sends it."""
    fine = [part.repeat(SHARPNESS, 0).repeat(SHARPNESS, 1) for part in (light, np.full_like(light, 255))]
    if opaque is not None:
        fine[1] = opaque.repeat(SHARPNESS, 0).repeat(SHARPNESS, 1)
    file = io.BytesIO()
    Image.fromarray(np.dstack([fine[0]] * 3 + [fine[1]])).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def some_ink(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, shape, np.uint8)


# The picture


def test_a_picture_comes_back_as_it_was_drawn() -> None:
    ink = some_ink(280, 280)
    found = read(sent(ink), 280, 280)
    assert found is not None and found.dtype == np.uint8
    np.testing.assert_array_equal(found, ink)


def test_the_paper_is_seen_through_and_the_rubber_leaves_no_ink() -> None:
    light, opaque = np.zeros((28, 28), np.uint8), np.zeros((28, 28), np.uint8)
    light[5:15], opaque[5:15] = 255, 255  # the pen
    light[10:20], opaque[10:20] = 0, 255  # the rubber, over half of it
    light[0], opaque[0] = 255, 51  # the pen's blurred edge
    found = read(sent(light, opaque), 28, 28)
    assert found is not None and found[0, 0] == 51
    assert found[5:10].min() == 255 and not found[10:].any() and not found[1:5].any()
    assert read(sent(np.zeros((28, 28), np.uint8)), 28, 28) is None


def test_a_strip_is_read_by_its_width_and_height() -> None:
    ink = some_ink(100, 400)
    found = read(sent(ink), 400, 100)
    assert found is not None and found.shape == (100, 400)
    assert read(sent(ink), 100, 400) is None


@pytest.mark.parametrize(
    "picture",
    [
        None,
        "",
        "no base64!",
        "aGVsbG8=",
        "data:image/png;base64,aGVsbG8=",
        7,
        {"a": 1},
        sent(np.zeros((280, 280), np.uint8)),
        sent(np.ones((28, 28), np.uint8)),
    ],
)
def test_no_ink_and_no_picture_are_nothing_drawn(picture: object) -> None:
    assert read(picture, 280, 280) is None


def test_a_picture_that_is_cut_short_is_nothing_drawn() -> None:
    assert read(base64.b64encode(png(some_ink(560, 560))[:5000]).decode(), 280, 280) is None


# The strokes


def drawn(paper: Paper, *strokes: dict, turn: int | None = None) -> None:
    """What the canvas sends when these strokes are on it."""
    first = {"type": "Rect", "left": paper.turn if turn is None else turn}
    paper.receive([first, *strokes], f"picture of {len(strokes)}")


def test_strokes_are_undone_and_done_again_one_by_one() -> None:
    paper = Paper("key")
    drawn(paper, A)
    drawn(paper, A, B, C)  # two of them so quickly that they came together
    for left in ([A, B], [A], []):
        paper.step("undo")
        assert paper.strokes == left and paper.initial()["objects"][1:] == left
    paper.step("undo")  # nothing is left to undo
    assert paper.strokes == []
    for there in ([A], [A, B], [A, B, C]):
        paper.step("redo")
        assert paper.strokes == there
    assert paper.picture == "picture of 3"
    paper.step("undo")
    assert paper.strokes == [A, B] and paper.picture is None, "the canvas has still to send a picture of it"
    drawn(paper, A, B)
    assert paper.picture == "picture of 2" and paper.future
    drawn(paper, A, B, D)
    assert not paper.future, "a new stroke takes the place of what was undone"


def test_what_was_cleared_comes_back() -> None:
    paper = Paper("key")
    drawn(paper, A)
    paper.step("clear")
    assert paper.strokes == [] and paper.initial()["objects"][1:] == []
    paper.step("undo")
    assert paper.strokes == [A] and paper.picture == "picture of 1"


def test_a_canvas_that_has_not_yet_heard_of_a_step_changes_nothing() -> None:
    paper = Paper("key")
    drawn(paper, A)
    drawn(paper, A, B)
    paper.step("undo")
    drawn(paper, A, B, turn=paper.turn - 1)
    drawn(paper, A, B, C, turn=paper.turn - 1)
    assert paper.strokes == [A]
    drawn(paper, A, C)
    drawn(paper, A)  # a canvas that lost a stroke
    assert paper.strokes == [A, C]
    paper.step("again")
    assert paper.initial()["objects"][1:] == [A, C] and paper.past[-1][0] == [A]
    before = paper.initial()
    paper.receive(before["objects"], None)  # what the package says before it has drawn
    assert paper.picture == "picture of 2" and paper.initial() == before


def test_a_paper_takes_what_the_browser_kept_once() -> None:
    paper = Paper("key")
    paper.step("restore", [A, B])
    assert paper.strokes == [A, B] and paper.picture is None and not paper.past
    drawn(paper, A, B)
    paper.step("restore", [C])
    assert paper.strokes == [A, B] and paper.picture == "picture of 2"
    other = Paper("key")
    other.step("restore", "no strokes")
    assert other.strokes == []


def test_what_was_drawn_before_the_browser_gave_back_what_it_kept_comes_after_that() -> None:
    paper = Paper("key")
    drawn(paper, C, D)
    paper.step("restore", [A, B])
    assert paper.strokes == [A, B, C, D] and paper.picture is None
    assert paper.initial()["objects"][1:] == [A, B, C, D]
    for left in ([A, B, C], [A, B]):
        paper.step("undo")
        assert paper.strokes == left and paper.picture is None


def test_a_new_tool_leaves_the_canvas_alone() -> None:
    paper = Paper("key")
    drawn(paper, A)
    before = paper.initial()
    paper.step("tool")
    assert paper.initial() == before


def test_states_do_not_pile_up() -> None:
    paper = Paper("key")
    for count in range(1, STATES + 20):
        drawn(paper, *[A] * count)
    assert len(paper.past) == STATES


def test_many_strokes_at_once_cost_little_and_too_many_are_not_taken() -> None:
    paper, several = Paper("key"), Paper("other")
    for count in range(1, STATES + 31):
        drawn(paper, *[{"number": number} for number in range(count)])
    drawn(several, *[{"number": number} for number in range(STATES + 30)])
    assert [strokes for strokes, _ in several.past] == [strokes for strokes, _ in paper.past]
    assert several.strokes == paper.strokes
    drawn(several, *[A] * (MOST_STROKES + 1))
    assert several.strokes == paper.strokes, "a browser that sends so much draws nothing"


@pytest.mark.parametrize("objects", [[5], [A, 5], ["left"], [None], [[]]])
def test_strokes_of_another_shape_are_not_taken(objects: list) -> None:
    paper = Paper("key")
    paper.receive(objects, "a picture")
    paper.step("restore", [*objects, A])
    assert paper.strokes == [] and paper.untouched


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"token": "t", "steps": 5, "width": "x", "erases": 1},
        {"token": "t", "steps": [5, [], [1], ["a", "undo"], [1, 2], [1, "undo", 3, 4], None], "width": float("nan")},
        {"width": float("inf"), "erases": "yes"},
        {"width": None, "steps": {"a": 1}, "token": "t"},
    ],
)
def test_of_what_the_tools_send_what_has_another_shape_is_left_out(sent: dict) -> None:
    assert asked_of(sent, 20, "t") == (False, 20, [])


def test_what_the_tools_ask_for_is_kept_within_bounds() -> None:
    asked = {"token": "t", "erases": True, "width": 1e9, "steps": [[1, "undo"], [2, "restore", [A]]]}
    assert asked_of(asked, 20, "t") == (True, WIDEST, [(1, "undo", None), (2, "restore", [A])])
    assert asked_of({"width": -3}, 20, "t")[1] == THINNEST


def test_steps_of_an_earlier_paper_are_left_out() -> None:
    """A browser tells a new server first of what it asked the old one."""
    asked = {"token": Paper("key").token, "erases": True, "width": 8, "steps": [[3, "clear"]]}
    assert asked_of(asked, 20, Paper("key").token) == (True, 8, [])


def test_a_page_with_an_untouched_canvas_has_no_drawing() -> None:
    def page() -> None:
        import numpy as np
        import streamlit as st

        from ganlab.ui.shared.canvas import draw

        shown = np.zeros((28, 28), np.uint8)
        st.write(
            "nothing"
            if draw("paper") is None and draw("other", 140, label="Draw", background=shown, dark_on_light=True) is None
            else "something"
        )

    test = AppTest.from_function(page, default_timeout=60).run()
    assert not test.exception and test.markdown[0].value == "nothing"
