"""A page with corrections by hand: what is typed stays with its digit, whatever is cut, joined or dropped."""

import csv
import io

import numpy as np
import pytest

from ganlab.data import strip
from ganlab.data.offline import load_offline
from ganlab.errors import GanlabError
from ganlab.reading import Draft, as_csv, draft_of, read_page
from tests.conftest import file_of

REAL = load_offline()


@pytest.fixture(scope="module")
def draft() -> Draft:
    """Two lines, of four digits and of three."""
    lines = [strip.compose(REAL.x_test[a:b], 0, 0.8, 3) for a, b in ((0, 4), (4, 7))]
    wide = max(line.shape[1] for line in lines)
    paper = np.concatenate([np.pad(line, ((40, 40), (40, 40 + wide - line.shape[1]))) for line in lines])
    return draft_of(read_page(file_of(255 - paper)))


def read_as(text: str, sure: float = 0.9) -> np.ndarray:
    """Probabilities of a classifier that reads this, `[n, 10]`."""
    read = np.full([len(text), 10], (1 - sure) / 9, np.float32)
    read[np.arange(len(text)), [int(digit) for digit in text]] = sure
    return read


def shape(draft: Draft) -> list[int]:
    assert [len(line) for line in draft.page.lines] == [len(line) for line in draft.typed]
    return [len(line) for line in draft.typed]


def test_lines_are_text_with_what_was_typed(draft: Draft):
    assert shape(draft) == [4, 3] and draft.places[4] == (1, 0)
    assert draft.texts(read_as("1234567")) == ["1234", "567"]
    typed = draft.write(1, "0").write(6, "9")
    assert typed.texts(read_as("1234567")) == ["1034", "569"] and draft.texts(None) == ["????", "???"]
    assert typed.write(1, None).texts(read_as("1234567")) == ["1234", "569"]
    assert draft.texts(read_as("1234567")) == ["1234", "567"], "an older one is as it was"


def test_what_was_typed_goes_with_its_digit(draft: Draft):
    typed = draft.write(0, "8").write(2, "9").write(5, "0")
    cut = typed.split(1)
    assert shape(cut) == [5, 3] and cut.texts(read_as("11111111")) == ["81191", "101"]
    joined = typed.join(0)
    assert shape(joined) == [3, 3] and joined.texts(read_as("111111")) == ["191", "101"]
    dropped = typed.drop(0)
    assert shape(dropped) == [3, 3] and dropped.texts(read_as("111111")) == ["191", "101"]


def test_what_is_cut_or_joined_is_read_anew(draft: Draft):
    typed = draft.write(2, "9")
    assert typed.split(2).texts(read_as("11111111")) == ["11111", "111"]
    assert typed.join(2).texts(read_as("111111")) == ["111", "111"]


def test_a_line_goes_with_its_last_digit_and_the_last_line_with_the_page(draft: Draft):
    left = draft.write(5, "0")
    for _ in range(4):
        left = left.drop(0)
    assert shape(left) == [3] and left.texts(read_as("111")) == ["101"]
    for _ in range(3):
        left = left.drop(0)
    assert shape(left) == [] and left.texts(np.zeros([0, 10])) == [] and left.texts(None) == []


def test_the_last_digit_of_a_line_has_none_to_join(draft: Draft):
    with pytest.raises(GanlabError, match="last digit of its line"):
        draft.join(3)


def test_the_table_says_what_was_read_and_how_surely(draft: Draft):
    after = read_as("1234567")
    after[1] = read_as("2", 0.5)
    table = as_csv(draft.write(1, "0"), read_as("7234567"), after)
    assert list(csv.reader(io.StringIO(table))) == [
        ["line", "number", "before_repair", "least_sure", "typed"],
        ["1", "1034", "7234", "0.900", "1"],
        ["2", "567", "567", "0.900", "0"],
    ]
    assert list(csv.reader(io.StringIO(as_csv(draft, None, None))))[1] == ["1", "????", "", "", "0"]
