"""`ganlab read`: numbers on photographs, from a shell."""

import json
import sys

import numpy as np
import pytest

import ganlab
from ganlab import cli
from ganlab.data import damages
from tests.conftest import file_of, page_of_numbers

COUNTS = (3, 4)  # digits in each line


@pytest.fixture
def page(tmp_path):
    """A clean page of two numbers, dark on light."""
    path = tmp_path / "page.png"
    path.write_bytes(page_of_numbers(*COUNTS))
    return path


@pytest.fixture
def read(tmp_path, monkeypatch, capsys):
    """Calls `ganlab read`; returns exit status, lines of stdout, stderr."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["ganlab", "read", *map(str, words)])
        monkeypatch.setenv("GANLAB_RUNS", str(tmp_path / "runs"))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return ended.value.code or 0, captured.out.splitlines(), captured.err

    return call


def test_each_line_of_writing_is_a_json_object_that_python_gives_as_well(read, page):
    status, lines, _ = read(page, "--json")
    said = [json.loads(line) for line in lines]
    assert status == 0 and [one["line"] for one in said] == [0, 1] and {one["picture"] for one in said} == {str(page)}
    for one, count in zip(said, COUNTS, strict=True):
        assert len(one["text"]) == len(one["repaired"]) == len(one["digits"]) == count
        for digit, letter, then in zip(one["digits"], one["text"], one["repaired"], strict=True):
            assert str(digit["read"]) == letter and str(digit["repaired"]) == then
            left, top, right, bottom = digit["box"]
            assert 0 <= left < right and 0 <= top < bottom and 0.1 <= digit["sure"] <= 1
            assert 0.1 <= digit["repaired_sure"] <= 1
    found = ganlab.read_numbers(page)
    assert [line.to_json() for line in found] == said
    assert [line.images.shape for line in found] == [(count, 28, 28) for count in COUNTS]
    assert all(line.images.dtype == line.repaired_images.dtype == np.uint8 for line in found)


def test_digits_are_damaged_if_asked_and_the_same_seed_damages_the_same(page):
    whole = ganlab.read_numbers(page)[0]
    first, again, other = (ganlab.read_numbers(page, damage="hole", seed=seed)[0] for seed in (1, 1, 2))
    lost = damages.draw_masks("hole", sum(COUNTS), 1)[: COUNTS[0]]
    np.testing.assert_array_equal(first.images, np.where(lost, 0, whole.images))
    np.testing.assert_array_equal(first.images, again.images)
    assert (first.images != other.images).any()
    with pytest.raises(ganlab.GanlabError, match="no damage 'fire'"):
        ganlab.read_numbers(page, damage="fire")


def test_pictures_without_a_number_are_a_sentence_each_and_a_failure_only_if_none_has_one(read, page, tmp_path):
    grey, text, missing = tmp_path / "grey.png", tmp_path / "notes.txt", tmp_path / "missing.png"
    grey.write_bytes(file_of(np.full([200, 300], 128, np.uint8)))
    text.write_text("no picture")
    status, lines, said = read(grey, text, missing)
    assert status == 2 and not lines
    assert [line.split(":")[0] for line in said.splitlines()] == [str(grey), str(text), str(missing)]
    status, lines, said = read(grey, page)
    assert status == 0 and len(lines) == len(COUNTS) and said.startswith(f"{grey}: ")
    assert lines[0].startswith(f"{page}, line 1: ")


def test_digits_that_the_classifier_is_not_sure_of_are_named(read, page, monkeypatch):
    monkeypatch.setattr("ganlab.reading.numbers.CERTAIN", 1.01)  # it is sure of nothing
    status, lines, _ = read(page)
    assert status == 0 and lines[0].endswith(" (less than 90% sure of digits 1, 2, 3)")
    monkeypatch.setattr("ganlab.reading.numbers.CERTAIN", 0.0)
    assert "sure of" not in "".join(read(page)[1])
    assert [line.unsure for line in ganlab.read_numbers(page)] == [[], []]


def test_an_ordinary_page_is_not_said_to_be_inverted_and_a_blank_one_has_no_numbers(read, page, tmp_path):
    assert "inverted" not in read(page)[2]
    blank = tmp_path / "blank.png"
    blank.write_bytes(file_of(np.full([300, 400], 220, np.uint8)))
    status, _, said = read(blank)
    assert status == 2 and "Choose a picture of dark numbers on a light background" in said
