"""`ganlab data PATH`, and the same from Python."""

import json
import sys

import pytest

import ganlab
from ganlab import cli
from tests.data.layouts_written import WORDS, X, Y, npz


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["ganlab", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_a_data_set_is_described_as_json_and_in_words(tmp_path, monkeypatch, capsys):
    path = str(npz(tmp_path / "pets.npz", X=X / 255, y=WORDS[Y]))
    assert call(monkeypatch, "data", path, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    described = ganlab.describe_data(path)
    assert isinstance(described, ganlab.DataDescription) and told == described.to_json()
    assert told == {
        "layout": "npz with images and labels",
        "images": 36,
        "test_images": 4,
        "classes": 4,
        "class_names": WORDS.tolist(),
        "shape": [28, 28],
        "notices": ["Pixels from 0 to 1 were scaled to 0 to 255."],
        "fingerprint": described.fingerprint,
    }
    assert call(monkeypatch, "data", path) == 0
    said = capsys.readouterr().out
    assert "36 to learn from, 4 for testing" in said and "4 (cat, dog, emu, fox)" in said and "were scaled" in said


def test_published_data_sets_are_described_too():
    described = ganlab.describe_data("offline")
    assert (described.images, described.test_images, described.classes) == (1500, 297, 10)
    assert described.layout == "published" and described.class_names == tuple("0123456789")


def test_what_cannot_be_read_is_one_sentence_and_status_2(tmp_path, monkeypatch, capsys):
    (tmp_path / "notes.txt").write_text("nothing")
    for path, said in (
        (tmp_path / "notes.txt", "found no images"),
        (tmp_path / "gone", "There is no data set"),
    ):
        assert call(monkeypatch, "data", str(path), "--json") == 2
        printed = capsys.readouterr()
        assert said in printed.err and len(printed.err.splitlines()) == 1 and not printed.out
        with pytest.raises(ganlab.GanlabError, match=said):
            ganlab.describe_data(path)
