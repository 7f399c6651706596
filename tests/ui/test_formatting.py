"""Figures and names as people read them."""

import re

import pytest

from ganlab.runs.files import file_names
from ganlab.training.waiting import about, roughly
from ganlab.ui.shared.formatting import JOINER, classes, day, plain, span


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (0.2, "under 1 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s"), (3660, "1 h 1 min")],
)
def test_spans(seconds, words):
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (41.6, "42 s"), (82, "1 min 20 s"), (119, "2 min"), (599, "10 min"), (1640, "27 min")],
)
def test_times_to_wait(seconds, words):
    assert about(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0123, "12 ms"), (3.14, "3.1 s"), (88, "88 s"), (100, "2 min"), (1640, "27 min"), (9000, "2.5 hours")],
)
def test_rough_times(seconds, words):
    assert roughly(seconds) == words


@pytest.mark.parametrize(
    ("created", "words"),
    [("2026-11-01T03:43:20+00:00", "1 Nov 2026, 03:43"), ("some day", "some day"), ("", "")],
)
def test_days(created, words):
    assert day(created) == words


def test_classes():
    assert (classes(None), classes([5]), classes((3, 8))) == ("all classes", "class 5", "classes 3, 8")
    assert classes((1, 2, 9), {1: "A", 2: "B"}) == "classes A, B, 9"


@pytest.mark.parametrize(
    "text", ["*a*", "_a_", "`a`", ":red[a]", "$a$", "<b>", "[a](b)", "# a", "a\\b", "~~a~~", "&amp;"]
)
def test_nothing_in_plain_text_means_anything_to_markdown(text):
    escaped = plain(text)
    assert escaped.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\") == text
    assert not set("*_`:$<>[]#~&|") & {b for a, b in zip(" " + escaped, escaped, strict=False) if a != "\\"}


ADDRESS = re.compile(r"https?://|www\.|[-.\w+]@[-\w]|:material/\w+:", re.IGNORECASE)  # Streamlit's, without escapes


@pytest.mark.parametrize(
    "text",
    ["see https://a.b/c", "HTTP://a.b", "(www.a.b)", "Www.a.b", "me@a.b", "a:material/delete:", "://www.www.a@b.c@d.e"],
)
def test_no_address_in_plain_text_becomes_a_link(text):
    unescaped = plain(text).replace("\\", "")
    assert ADDRESS.search(text) and not ADDRESS.search(unescaped)
    assert unescaped.replace(JOINER, "") == text


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("MNIST from /home/ada/data/mnist.npz (GANLAB_DATA)", "MNIST from mnist.npz (GANLAB_DATA)"),
        (r"MNIST from C:\Users\ada\mnist.npz (GANLAB_DATA)", "MNIST from mnist.npz (GANLAB_DATA)"),
        (r"No such file: 'C:\\Users\\ada\\mnist.npz'", "No such file: 'mnist.npz'"),
        ("own images from ~/data/mnist.npz", "own images from mnist.npz"),
        (
            "scikit-learn's digits, enlarged from 8x8, and/or others",
            "scikit-learn's digits, enlarged from 8x8, and/or others",
        ),
    ],
)
def test_paths_are_cut_down_to_their_files(text, short):
    assert file_names(text) == short
