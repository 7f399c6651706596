"""Corrections one after the other, and as a text for an address."""

import pytest

from ganlab.errors import GanlabError
from ganlab.reading import DROP, JOIN, SPLIT, WRITE, Correction, Draft, as_text, draft_of, from_text, read_page
from tests.conftest import page_of_numbers

ALL = [Correction(3, WRITE, "7"), Correction(5, SPLIT), Correction(2, JOIN), Correction(10, DROP), Correction(1, WRITE)]


@pytest.fixture(scope="module")
def draft() -> Draft:
    """Two lines, of four digits and of three."""
    return draft_of(read_page(page_of_numbers(4, 3)))


def test_corrections_become_a_text_and_again_corrections():
    assert as_text(ALL) == "3w7-5s-2j-10d-1w" and from_text(as_text(ALL)) == ALL
    assert as_text([]) == "" and from_text("") == []


@pytest.mark.parametrize("text", ["0w7-x", "0w7-5s3", "0w7-d", "0w7-1w12", "0w7-\u0663w1", "0w7--1d", "0w7-<b>"])
def test_a_text_counts_up_to_what_is_no_correction(text: str):
    assert from_text(text) == [Correction(0, WRITE, "7")]


def test_each_does_what_it_says_in_words(draft: Draft):
    did = [(one.words(draft), one.apply(draft)) for one in (*ALL[:3], Correction(0, DROP), ALL[4])]
    assert [words for words, _ in did] == [
        "7 typed over line 1, digit 4",
        "line 2, digit 2 cut in two",
        "line 1, digit 3 joined with the next",
        "line 1, digit 1 dropped",
        "line 1, digit 2 back to what the classifier reads",
    ]
    assert did[0][1].typed[0] == (None, None, None, "7")
    assert [[len(line) for line in after.typed] for _, after in did[1:4]] == [[4, 4], [3, 3], [3, 3]]


@pytest.mark.parametrize("wrong", [Correction(7, DROP), Correction(3, JOIN), Correction(0, WRITE, "x")])
def test_what_cannot_be_done_is_a_sentence(draft: Draft, wrong: Correction):
    with pytest.raises(GanlabError):
        wrong.apply(draft)
