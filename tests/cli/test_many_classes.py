"""Own images of more classes than a classifier can tell apart are refused with a sentence, before anything is done."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from ganlab import cli, jobs
from ganlab.data import load
from ganlab.errors import GanlabError
from tests.conftest import request_for, trained_run

SAID = "letters.npz has 26 classes, but a classifier here can tell only 10 apart"


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("own") / "letters.npz"
    np.savez(path, images=np.zeros([52, 28, 28], np.uint8), labels=np.arange(52) % 26)
    return str(path)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, letters: str) -> dict[str, Path]:
    """A classifier and a repair GAN whose images are such now."""
    folder, found = tmp_path_factory.mktemp("runs"), {}
    for name in ("classifier", "repair-gan"):
        found[name] = trained_run(folder, name, 1)
        file = found[name] / "config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "dataset": letters}))
    return found


@pytest.mark.parametrize("command", ["classifier", "repair"])
def test_evaluating_is_one_sentence_and_status_2(runs, command, capsys, monkeypatch):
    words = ["classifier", str(runs["classifier"])]
    if command == "repair":
        words = ["repair", "--model", str(runs["repair-gan"]), "--classifier", str(runs["classifier"])]
    monkeypatch.setattr(sys, "argv", ["ganlab", "evaluate", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert SAID in error and "Traceback" not in error and len(error.strip().splitlines()) == 1


def test_a_classifier_is_not_trained_on_them(tmp_path, letters):
    training = jobs.Training(jobs.create_run(request_for("classifier", 1, dataset=letters), tmp_path))
    with pytest.raises(GanlabError, match=SAID):
        list(training)


def test_some_classes_of_them_are_fine(letters):
    load(letters).select((0, 9)).check_readable()
    with pytest.raises(GanlabError, match="has 11 classes"):
        load(letters).select((0, 10)).check_readable()
