"""`compare` and `race` on the command line."""

import json
import signal
import subprocess
import sys
import time

import pytest

from ganlab.cli import terminal
from ganlab.jobs import JobView
from ganlab.runs import Run, list_runs
from tests.cli.test_cli import run_cli  # noqa: F401 (a fixture)
from tests.conftest import ROOT, small
from tests.evaluation.test_comparison import about, with_figures
from tests.pages.steps import finish

SHORT = ["--dataset", "offline", "--precision", "float32", "--digits", "5", "--runs"]


def settings(side: str, name: str = "dense-gan", **others) -> list[str]:
    return [word for key, value in {**small(name), **others}.items() for word in (f"--{side}", f"{key}={value}")]


SIDES = [*settings("left"), *settings("right", learning_rate=0.01)]


def test_compare_tells_what_differs_and_where_each_ended(run_cli, tmp_path):  # noqa: F811
    one = with_figures(tmp_path / "runs", {10: 40.0, 30: 20.0})
    two = finish(tmp_path / "runs", model="dcgan", seed=4)
    status, (line,), _ = run_cli("compare", one.id, two.id, "--json")
    found = json.loads(line)
    assert status == 0 and [run["id"] for run in found["runs"]] == [one.id, two.id]
    assert found["differences"]["Model"] == ["Dense GAN", "DCGAN"] and found["differences"]["Seed"] == [0, 4]
    assert found["runs"][0]["quality"]["frechet"] == 20.0 and found["runs"][1]["quality"] == {}
    assert found["runs"][0]["curves"]["generator_loss"] == pytest.approx(
        one.metrics()[:, one.curves.index("generator_loss")].mean()
    )
    status, lines, _ = run_cli("compare", one.id, two.id, "dcgan")
    text = "\n".join(lines)
    assert "do not compare" not in text
    assert status == 0 and "Fréchet distance" in text and "dcgan came without its history" in text
    heads = next(line for line in lines if line.startswith("Settings that differ"))
    assert heads.split()[-3:] == [one.id, two.id, "dcgan"]
    assert "The settings are the same." in "\n".join(run_cli("compare", one.id, finish(tmp_path / "runs").id)[1])


def test_compare_says_what_figures_are_of_and_where_they_do_not_compare(run_cli, tmp_path):  # noqa: F811
    one, two = (with_figures(tmp_path / "runs", {10: 40.0}, seed=seed, measuring=about()) for seed in (0, 1))
    other = with_figures(tmp_path / "runs", {10: 40.0}, measuring=about("mine", 500))
    assert run_cli("compare", one.id, two.id)[1][-1].endswith(
        "1,000 samples of each run, with the pretrained classifier “classifier”."
    )
    _, (line,), _ = run_cli("compare", one.id, other.id, "--json")
    (remark,) = json.loads(line)["remarks"]
    assert remark.endswith("measured with different classifiers and from different numbers of samples.")


def test_the_bar_of_a_race_shows_a_distance_with_that_of_real_images(tmp_path):
    run = with_figures(tmp_path, {10: 40.0, 30: 20.0})
    view = JobView(run.path, run.model, "running", 30, 30, 4.0, 1.0)
    assert terminal._figures(run.path, view) == "4.0 s, Fréchet distance 20.0 (real images 0.50)"
    assert terminal._figures(finish(tmp_path).path, view) == "4.0 s"


@pytest.mark.parametrize("names", [["gone", "dcgan"], ["dcgan"], ["dcgan", "dcgan"]])
def test_what_cannot_be_compared_is_one_sentence(run_cli, names):  # noqa: F811
    status, lines, error = run_cli("compare", *names)
    assert status == 2 and not lines and error.count("\n") == 1
    assert "There is no run" in error or "From two to 4 different runs" in error


def test_a_race_on_the_command_line(run_cli, tmp_path):  # noqa: F811
    runs = tmp_path / "runs"
    words = ["race", "dense-gan", "dense-gan", *SIDES, *SHORT, str(runs), "--finish", "iterations:5", "--seed", "3"]
    status, lines, _ = run_cli(*words, "--json")
    first, last = map(json.loads, lines)
    assert status == 0 and first["event"] == "created" and last["event"] == "finished"
    left, right = (Run(path) for path in first["runs"])
    assert (left.done, right.done, left.config.seed, left.config.digits) == (5, 5, 3, (5,))
    assert (left.config.values["units"], right.config.values["learning_rate"]) == (8, 0.01)
    assert last["winner"] in (left.id, right.id, None) and last["reason"] in ("both", "split", "level")
    assert "By Fréchet distance" in last["words"] and "share of samples read as a five" in last["words"]
    assert "with the pretrained classifier “classifier”" in last["words"]
    assert [side["run"] for side in last["sides"]] == [left.id, right.id]
    status, lines, _ = run_cli(*words, "--digits-right", "8")
    assert status == 0 and lines[0].startswith("Run ") and "each side is compared with its own digits" in lines[-1]
    assert "do not compare between the runs" in lines[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["dense-gan", "vae"], "Only GANs can race"),
        (["dense-gan", "nothing"], "There is no architecture"),
        (["dense-gan", "dense-gan"], "same settings"),
        (["dense-gan", "dcgan", "--finish", "soon"], "iterations:NUMBER"),
        (["dense-gan", "dcgan", "--finish", "seconds:0"], "more than 0"),
        (["dense-gan", "dcgan", "--left", "units"], "NAME=VALUE"),
        (["dense-gan", "dcgan", "--left", "height=3"], "NAME=VALUE"),
        (["dense-gan", "dcgan", "--left", "units=many"], "units"),
        (["dense-gan", "dcgan", "--preset-left", "best"], "no preset"),
        (["dense-gan", "dcgan", "--digits-right", "x"], "x"),
    ],
)
def test_a_race_that_cannot_be_is_one_sentence_and_leaves_nothing(run_cli, tmp_path, words, said):  # noqa: F811
    status, _, error = run_cli("race", *words)
    assert status == 2 and said in error and error.count("\n") == 1
    assert not list_runs(tmp_path / "runs")[0]


def test_ctrl_c_stops_the_race_and_saves_both(tmp_path):
    words = ["race", "dense-gan", "dense-gan", *SIDES, *SHORT, str(tmp_path), "--finish", "iterations:1000000"]
    command = [sys.executable, "-m", "ganlab", *words, "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    for _ in range(6000):
        if [run.done > 0 for run in list_runs(tmp_path)[0]] == [True, True]:
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=600)
    assert process.returncode == 130 and json.loads(out.splitlines()[-1])["event"] == "stopped"
    for run in list_runs(tmp_path)[0]:
        assert run.state == "stopped" and run.done > 0 and run.weights is not None
