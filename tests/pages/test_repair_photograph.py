"""A photograph of numbers on the Repair page: boxes, a digit's steps, corrections and copies, without a browser."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from ganlab.reading import Readings, draft_of
from ganlab.ui.repair import photograph, photograph_editing, uploaded_pictures
from tests.conftest import ROOT, file_of, page_of_numbers
from tests.pages.steps import again, open_page, pictures, press, press_key, words

TURN = "Turn the picture"


@pytest.fixture
def runs(nothing, trained, tmp_path, monkeypatch) -> Path:
    for name in ("repair-gan", "classifier"):
        shutil.copytree(trained(name), nothing / name)
    monkeypatch.setenv("GANLAB_CACHE", str(tmp_path / "cache"))
    return nothing


def opened(content: bytes, **query: str) -> AppTest:
    test = open_page("repair", **{"section": "phone", "number-from": "upload", **query})
    test.file_uploader[0].upload("page.png", content, "image/png")
    return again(test)


def about(test: AppTest, name: str = "ganlab_photograph") -> dict[str, Any]:
    """What a piece in the browser is sent."""
    (piece,) = [one.proto for one in test.get("bidi_component") if one.proto.component_name == name]
    return json.loads(piece.json)


def lines(test: AppTest) -> list[str]:
    return test.code[0].value.split("\n")


def write(test: AppTest, text: str) -> AppTest:
    next(field for field in test.text_input if field.label == "Type over it").set_value(text)
    return again(test)


def test_each_digit_of_each_line_has_a_box_and_one_shows_its_steps(runs):
    test = opened(page_of_numbers(4, 3, 5))
    sent = about(test)
    assert "12 digits in 3 lines" in words(test) and [len(line) for line in lines(test)] == [4, 3, 5]
    assert [box["line"] for box in sent["boxes"]] == [0] * 4 + [1] * 3 + [2] * 5
    assert "".join(box["text"] for box in sent["boxes"]) == "".join(lines(test))
    for box in sent["boxes"]:
        left, top, right, bottom = box["box"]
        assert 0 <= left < right <= sent["width"] and 0 <= top < bottom <= sent["height"]
    assert sent["boxes"][4]["label"].startswith(f"Line 2, digit 1: {lines(test)[1][0]}, ")
    assert test.subheader[0].value == "Line 1, digit 1"
    assert {f"Digit 1{name}" for name in (" on the photograph", ", 28x28", ", repaired")} <= pictures(test).keys()
    assert "here is an example" not in words(test) and not test.error


def test_next_and_previous_go_through_the_lines(runs):
    test = opened(page_of_numbers(2, 2))
    assert test.button(key="photograph-previous").disabled
    for heading in ("Line 1, digit 2", "Line 2, digit 1", "Line 2, digit 2"):
        assert press(test, "Next").subheader[0].value == heading
    assert test.button(key="photograph-next").disabled and about(test)["chosen"] == 3
    assert press(test, "Previous").subheader[0].value == "Line 2, digit 1"


def test_a_digit_that_is_typed_over_is_marked_and_the_text_follows(runs):
    test = opened(page_of_numbers(4, 3))
    first, second = lines(test)
    new = "0" if first[1] != "0" else "1"
    test = write(press(test, "Next"), new)
    assert lines(test) == [first[0] + new + first[2:], second]
    box = about(test)["boxes"][1]
    assert (box["text"], box["look"]) == (new, "typed") and box["label"].endswith("typed by you")
    assert f"{new}, typed by you" in words(test) and "You typed 1 digit." in words(test)
    assert lines(again(test))[0][1] == new, "it survives a rerun"
    assert lines(write(test, "")) == [first, second]
    assert lines(press(test, "Undo"))[0][1] == new
    assert lines(press(test, "Undo")) == [first, second] and test.button(key="photograph-undo").disabled


@pytest.mark.parametrize("text", ["x", "²", "٣"])
def test_what_is_no_digit_is_not_taken(runs, text):
    test = opened(page_of_numbers(3))
    before = lines(test)
    test = write(test, text)
    assert [error.value for error in test.error] == ["Type a digit from 0 to 9."] and lines(test) == before


def test_digits_are_cut_in_two_joined_and_dropped_and_each_can_be_undone(runs):
    test = opened(page_of_numbers(4, 3))
    before = lines(test)
    assert [len(line) for line in lines(press(test, "Cut in two"))] == [5, 3]
    assert "8 digits in 2 lines" in words(test)
    assert [len(line) for line in lines(press(test, "Join with the next"))] == [4, 3]
    assert [len(line) for line in lines(press(test, "Drop"))] == [3, 3]
    for _ in range(3):
        press(test, "Undo")
    assert lines(test) == before


def test_the_last_digit_of_a_line_cannot_be_joined_and_the_last_of_all_can_be_dropped(runs):
    test = opened(page_of_numbers(2))
    assert press(test, "Next").button(key="photograph-join").disabled
    press(test, "Drop")
    assert about(test)["chosen"] == 0
    press(test, "Drop")
    assert "No digit is left" in words(test) and not test.code
    assert len(lines(press(test, "Undo"))[0]) == 1


def test_the_numbers_can_be_copied_as_text_and_as_csv(runs):
    test = opened(page_of_numbers(4, 3))
    copies = about(test, "ganlab_copy")
    text = copies["Copy as text"].split("\n")
    assert text == lines(test)
    table = [row.split(",") for row in copies["Copy as CSV"].splitlines()]
    assert table[0] == ["line", "number", "before_repair", "least_sure", "typed"]
    assert [row[:2] for row in table[1:3]] == [["1", text[0]], ["2", text[1]]]


def address(test: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in test.query_params.items()}


def test_corrections_are_there_again_after_a_reload_and_can_still_be_undone(runs):
    test = opened(page_of_numbers(4, 3))
    before = lines(test)
    assert "number-corrections" not in test.query_params and photograph.KEPT not in words(test)
    test = write(press(press(test, "Cut in two"), "Next"), "7")
    corrected = lines(test)
    assert len(corrected[0]) == 5 and corrected[0][1] == "7" and photograph.KEPT in words(test)
    later = open_page("repair", **address(test))
    assert lines(later) == corrected and about(later)["chosen"] == 1
    press(press(later, "Undo"), "Undo")
    assert lines(later) == before and "number-corrections" not in later.query_params
    spoilt = address(test) | {"number-corrections": address(test)["number-corrections"] + "-99d-x"}
    assert lines(open_page("repair", **spoilt)) == corrected, "up to what cannot be done"
    other = address(test) | {"number-corrections": "0123ab.0d"}
    assert lines(open_page("repair", **other)) == before, "that of another photograph is none"


def test_more_corrections_than_the_address_holds_are_said(runs, monkeypatch):
    monkeypatch.setattr(photograph_editing, "LONGEST", 7)
    test = write(write(opened(page_of_numbers(3)), "7"), "8")
    assert "number-corrections" in test.query_params
    test = write(test, "9")
    assert "number-corrections" not in test.query_params and photograph.NOT_KEPT in words(test)


@pytest.mark.parametrize("reloaded", [False, True])
def test_the_photograph_and_its_corrections_are_there_again_after_another_page(runs, reloaded: bool):
    lying = Image.open(io.BytesIO(page_of_numbers(4, 3))).rotate(90, expand=True)
    test = press(press(opened(file_of(lying)), TURN), "Drop")
    corrected = lines(test)
    if reloaded:
        test = open_page("repair", **address(test))
    away = AppTest.from_file(str(ROOT / "pages" / "repair.py"), default_timeout=60)
    away.query_params.update({"section": "phone", "number-from": "upload"})
    for key in (photograph_editing.EDITINGS, photograph_editing.TURNS, uploaded_pictures.CHOSEN):
        away.session_state[key] = test.session_state[key]
    assert lines(again(away)) == corrected
    assert address(away) == address(test), "so that a reload keeps it, too"
    press_key(away, "repair-number-upload-away")
    assert "number-upload" not in again(away).query_params


def test_undo_says_what_it_takes_back_and_shows_that_digit(runs):
    test = press(write(opened(page_of_numbers(4, 3)), "7"), "Next")
    press(test, "Next")
    assert test.button(key="photograph-undo").help == ("Takes back the last correction: 7 typed over line 1, digit 1.")
    assert about(press(test, "Undo"))["chosen"] == 0


def test_a_page_on_its_side_can_be_turned(runs):
    upright = page_of_numbers(4, 3)
    lying = Image.open(io.BytesIO(upright)).rotate(90, expand=True)
    test = press(opened(file_of(lying)), TURN)
    assert [len(line) for line in lines(test)] == [4, 3]
    assert lines(test) == lines(opened(upright)), "as if it had been upright"
    assert lines(open_page("repair", **address(test))) == lines(test), "the address keeps it"
    for _ in range(3):
        press(test, TURN)
    assert "number-turn" not in test.query_params


def test_what_the_repair_changed_is_named():
    draft = draft_of(photograph.read_page(page_of_numbers(3)))
    before, after = np.eye(10)[[1, 2, 3]], np.eye(10)[[1, 7, 3]]
    digits = draft.page.images
    readings = Readings(digits, digits, digits, before, after)
    said = photograph.what_to_check(draft, readings)
    assert "in 1 digit: line 1, digit 2 from 2 to 7." in said
    assert said.startswith("Every digit was read with at least 90% certainty. ")
    unsure = Readings(digits, digits, digits, after, 0.8 * after)
    assert "less than 90% sure of 3 digits: look at the dashed boxes" in photograph.what_to_check(draft, unsure)
    assert [box["look"] for box in photograph.boxes(draft, unsure.after)] == ["unsure"] * 3


def test_two_photographs_keep_their_own_corrections(runs):
    test = opened(page_of_numbers(4))
    first = lines(press(test, "Drop"))
    test.file_uploader[0].set_value(("other.png", page_of_numbers(2, 2), "image/png"))
    assert [len(line) for line in lines(again(test))] == [2, 2]
    test.file_uploader[0].set_value(("page.png", page_of_numbers(4), "image/png"))
    assert lines(again(test)) == first


def test_digits_can_be_damaged_before_they_are_read(runs):
    test = opened(page_of_numbers(3))
    assert "Digit 1, damaged" not in pictures(test)
    test.selectbox(key="repair-number-damage").select("hole")
    assert "Digit 1, damaged" in pictures(again(test))


def test_without_a_classifier_digits_are_shown_and_can_be_typed(runs):
    shutil.rmtree(runs / "classifier")
    test = opened(page_of_numbers(3))
    assert lines(test) == ["???"] and "no classifier" in words(test) and "Digit 1, repaired" in pictures(test)
    assert lines(write(test, "7")) == ["7??"]


def test_what_the_browser_asks_for_is_checked(runs, monkeypatch):
    editing = photograph_editing.Editing(draft_of(photograph.read_page(page_of_numbers(3))))
    asked: dict[str, Any] = {}
    monkeypatch.setattr(photograph.st, "session_state", {photograph.PIECE: {"asked": asked}})
    for wrong in ({}, {"digit": 3}, {"digit": -1}, {"digit": "1"}, {"digit": None, "write": "1"}):
        asked.clear()
        asked.update(wrong)
        photograph._asked(editing)
        assert (editing.chosen, editing.earlier) == (0, [])
    asked.clear()
    asked.update({"digit": 2, "write": "5"})
    photograph._asked(editing)
    assert editing.chosen == 2 and editing.draft.typed == ((None, None, "5"),)
    asked.update({"digit": 1, "write": "<b>"})
    photograph._asked(editing)
    assert editing.draft.typed == ((None, None, "5"),)


def test_a_digit_at_the_edge_is_cut_out_with_grey_beside_it():
    page = photograph.read_page(page_of_numbers(2))
    ((first, _),) = page.lines
    edge = photograph.cut_out(page, type(first)((0, 0, 10, 10), first.image, first.ink, 0, 0))
    assert edge.shape[0] == edge.shape[1] == 14 and (edge[:2] == 128).all() and not (edge[2:, 2:] == 128).all()


def test_what_cannot_be_read_is_one_sentence(runs):
    test = opened(b"no picture at all")
    assert len(test.error) == 1 and not test.code
