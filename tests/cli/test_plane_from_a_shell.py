"""Points in the plane from a shell: trained, drawn, measured, exported, and what is said of them."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import ganlab
from ganlab import cli, inference
from ganlab.runs import Run
from tests.conftest import trained_run

MEASURED = {
    "modes",
    "modes_of",
    "high_quality",
    "jensen_shannon",
    "kullback_leibler",
    "reverse_kullback_leibler",
    "sliced_wasserstein",
}


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """Calls the command line; returns its exit status, its output and its complaints."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["ganlab", *map(str, words)])
        monkeypatch.setenv("GANLAB_RUNS", str(tmp_path / "runs"))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


@pytest.fixture
def trained(tmp_path) -> Run:
    return Run(trained_run(tmp_path / "runs", "plane-gan", 60))


def test_a_training_says_points_where_points_are_meant(call, tmp_path):
    words = ["train", "plane-gan", "--iterations", 3, "--generator-units", 8, "--discriminator-units", 8]
    status, said, _ = call(*words, "--turn", "2:r1=0.5")
    assert status == 0 and "Training on 20,000 points: " in said and "images" not in said
    (path,) = (tmp_path / "runs").iterdir()
    assert [(turn.iteration, turn.name, turn.value) for turn in Run(path).turns] == [(2, "r1", 0.5)]
    wrongs = {"2:r1": "A turn is written as", "2:clip=1": "cannot be turned", "2:r1=1e9": "must be from"}
    for turn, says in wrongs.items():
        status, _, wrong = call(*words, "--turn", turn)
        assert status == 2 and says in wrong and len(wrong.splitlines()) == 1


def test_points_are_drawn_as_a_table_an_array_and_a_picture(call, trained, tmp_path):
    expected = inference.load(trained).sample(30, 4)
    for kind in ("csv", "npy", "png"):
        status, said, _ = call("sample", trained.id, "-n", 30, "--seed", 4, "-o", tmp_path / f"points.{kind}", "--json")
        assert status == 0 and json.loads(said)["n"] == 30
    np.testing.assert_array_equal(np.load(tmp_path / "points.npy"), expected)
    head, *rows = csv.reader((tmp_path / "points.csv").open())
    assert head == ["x", "y"]
    np.testing.assert_allclose(np.array(rows, float), expected, rtol=1e-5)
    assert Image.open(tmp_path / "points.png").size == (320, 320)
    assert "can be written" in call("sample", trained.id, "-o", tmp_path / "points.txt")[2]
    assert "only a conditional GAN can" in call("sample", trained.id, "--digit", 3, "-o", tmp_path / "three.png")[2]


def test_a_run_is_measured_as_json_and_in_words(call, trained):
    status, said, _ = call("evaluate", "plane", trained.id, "-n", 300, "--json")
    found = json.loads(said)
    assert status == 0 and set(found) >= MEASURED and found["modes_of"] == 8 and found["samples"] == 300
    assert "modes found:" in call("evaluate", "plane", trained.id, "-n", 300)[1]
    assert "is no model of points in the plane" in call("evaluate", "plane", "dcgan")[2]


def test_lists_sheets_comparisons_and_removals_know_points(call, trained, tmp_path):
    assert trained.id in call("runs", "list")[1]
    shown = json.loads(call("runs", "show", trained.id, "--json")[1])
    assert shown["iteration"] == 60 and "modes" in shown["diagnosis"]["what"] and shown["dataset"] == "ring"
    sheet = tmp_path / "sheet.png"
    assert call("runs", "sheet", trained.id, "-o", sheet, "--first", 5, "--last", 9, "--columns", 5)[0] == 0
    assert Image.open(sheet).size == (5 * 114 + 2, 114 + 2)
    other = trained_run(tmp_path / "runs", "plane-gan", 60, seed=1)
    status, said, _ = call("compare", trained.id, other.name)
    assert status == 0 and "Modes found" in said and "Measured on 2,500 samples of each run." in said
    assert "One side of this race learns points" in call("race", "plane-gan", "dense-gan", "--dataset", "ring")[2]
    assert call("runs", "prune", trained.id)[0] == 0 and Run(trained.path).pruned == 60
    assert call("runs", "delete", trained.id, "--yes")[0] == 0 and not trained.path.exists()


def test_an_export_comes_back_through_the_shell(call, trained, tmp_path):
    assert call("export", trained.id, "-o", tmp_path / "run.zip")[0] == 0
    status, said, _ = call("import", tmp_path / "run.zip", "--json")
    assert status == 0 and json.loads(said)["id"] == f"{trained.id}-2"


def test_a_data_set_of_points_is_described(call, tmp_path):
    found = json.loads(call("data", "ring", "--json")[1])
    assert (found["images"], found["test_images"], found["shape"], found["classes"]) == (20_000, 5_000, [2], 8)
    said = call("data", "ring")[1]
    assert "Points: 20,000 to learn from, 5,000 for testing" in said and "points in the plane" in said
    table = tmp_path / "own.csv"
    table.write_text("x,y\n" + "\n".join(f"{n},{n % 3}" for n in range(30)))
    described = ganlab.describe_data(table)
    assert (described.images, described.shape, described.layout) == (24, (2,), "table of points")
    assert described.sentence().startswith("24 points in the plane to learn from and 6 for testing")
    assert any("moved by" in notice for notice in described.notices)
    Path(table).write_text("x,y\n1,2\n1,nan\n")
    status, _, wrong = call("data", table)
    assert status == 2 and "no finite number" in wrong


def test_doctor_names_the_points_that_come_with_ganlab(call):
    assert "ring" in json.loads(call("doctor", "--json")[1])["data"]["points"]
