"""`sweep` on the command line."""

import json
import os
import signal
import threading

import pytest

from ganlab.jobs.sweep_requests import SweepRequest
from ganlab.jobs.sweeps import create_course
from ganlab.runs import Run, list_runs, list_sweeps
from tests.cli.test_cli import run_cli  # noqa: F401 (a fixture)
from tests.conftest import request_for, small, until

FIXED = [word for name, value in small("plane-vae").items() for word in ("--set", f"{name}={value}")]
RATES = ["--vary", "learning_rate=0.001..0.01:2:log"]


def test_a_sweep_on_the_command_line(run_cli, tmp_path):  # noqa: F811
    runs = tmp_path / "runs"
    status, lines, _ = run_cli("sweep", "plane-vae", "--iterations", "5", *FIXED, *RATES, "--seed", "7", "--json")
    first, *trainings, last = map(json.loads, lines)
    assert status == 0 and (first["event"], first["trainings"], first["left"]) == ("created", 2, 2)
    assert [(one["place"], one["values"], one["seed"], one["state"]) for one in trainings] == [
        (0, {"learning_rate": 0.001}, 7, "finished"),
        (1, {"learning_rate": 0.01}, 7, "finished"),
    ]
    assert (last["event"], last["trainings"], last["by"]) == ("finished", 2, "jensen_shannon")
    assert last["sweep"] == first["sweep"] and last["best"] in [one["run"] for one in trainings]
    figures = {setting["runs"][0]: setting["mean"] for setting in last["settings"]}
    assert figures[last["best"]] == min(figures.values()) and "it cannot be told" in last["words"]
    assert Run(last["best"]).config.values["encoder_units"] == 8
    (sweep,) = list_sweeps(runs)[0]
    status, lines, _ = run_cli("sweep", "--resume", sweep.id)
    assert status == 0 and lines[0] == f"Every training of the sweep {sweep.id} is over; nothing is left to do."
    assert f"The best run is {last['best']}." in lines and lines[-1] == last["words"]
    status, lines, _ = run_cli("sweep", "--resume", sweep.id, "--add-seeds", "1", "--json")
    first, *trainings, last = map(json.loads, lines)
    assert status == 0 and (first["trainings"], first["left"], last["trainings"]) == (4, 2, 4)
    assert [(one["place"], one["seed"], one["state"]) for one in trainings] == [(2, 8, "finished"), (3, 8, "finished")]
    assert [setting["n"] for setting in last["settings"]] == [2, 2]
    status, lines, _ = run_cli("runs", "delete", sweep.id, "--json")
    assert status == 0 and len(json.loads(lines[0])["runs"]) == 4
    assert not list_runs(runs)[0] and not list_sweeps(runs)[0]


def test_a_sweep_is_gone_on_with_and_told_to_people(run_cli, tmp_path):  # noqa: F811
    course = create_course(SweepRequest(request_for("plane-vae", 5), seeds=(3,)), tmp_path / "runs")
    course.folder.close()
    status, lines, _ = run_cli("sweep", "--resume", course.folder.id)
    text = "\n".join(lines)
    assert status == 0 and lines[0] == f"Sweep {course.folder.path}" and lines[1].startswith("1 training: ")
    assert "The same settings, seed 3: finished." in lines and "The best run is " in text
    assert "Jensen-Shannon divergence, mean" in text and "their spread is not known" in text


def test_ctrl_c_stops_it_and_says_how_to_go_on(run_cli, tmp_path):  # noqa: F811
    def interrupt() -> None:
        until(lambda: any(run.done for run in list_runs(tmp_path / "runs")[0]))
        os.kill(os.getpid(), signal.SIGINT)

    presses = threading.Thread(target=interrupt)
    presses.start()
    status, lines, _ = run_cli("sweep", "plane-vae", "--iterations", "1000000", *FIXED, *RATES)
    presses.join()
    (sweep,) = list_sweeps(tmp_path / "runs")[0]
    assert status == 130 and lines[-1] == f"Stopped. Go on with: python -m ganlab sweep --resume {sweep.path}"
    assert [member.state for member in sweep.members] == ["begun", "planned"] and sweep.state == "stopped"
    assert next(sweep.runs())[1].state == "stopped"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Name a model"),
        (["nothing"], "There is no architecture"),
        (["plane-vae", "--vary", "mood=1,2"], "has no setting 'mood'"),
        (["plane-vae", "--vary", "learning_rate"], "NAME=V1,V2"),
        (["plane-vae", "--set", "mood=1"], "NAME=VALUE"),
        (["plane-vae", "--seeds", "many"], "Seeds are written"),
        (["plane-vae", "--seeds", "1500"], "1 to 1,000 trainings"),
        (["plane-vae", "--on", "mars"], "not on 'mars'"),
        (["plane-vae", *RATES, "--sample", "5"], "From 1 to 2"),
        (["plane-vae", "--early"], "at least two settings"),
        (["plane-vae", "--preset", "best"], "no preset"),
        (["--resume", "gone"], "There is no sweep 'gone'"),
        (["--resume", "gone", "--seeds", "3"], "nothing else to train"),
        (["plane-vae", "--resume", "gone"], "nothing else to train"),
        (["plane-vae", "--add-seeds", "2"], "name it with --resume"),
    ],
)
def test_a_sweep_that_cannot_be_is_one_sentence_and_leaves_nothing(run_cli, tmp_path, words, said):  # noqa: F811
    status, lines, error = run_cli("sweep", *words)
    assert status == 2 and said in error and error.count("\n") == 1 and not lines
    assert not list_runs(tmp_path / "runs")[0] and not list_sweeps(tmp_path / "runs")[0]
