"""The command line: what it prints, and how it answers bad input."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganlab import cli, data, registry
from ganlab.runs import Run
from tests.conftest import small, trained_run

SHORT = ["--dataset", "offline", "--precision", "float32", "--digits", "5"]


def flags(name: str) -> list[str]:
    return [word for key, value in small(name).items() for word in (f"--{key.replace('_', '-')}", str(value))]


@pytest.fixture
def run_cli(tmp_path, monkeypatch, capsys):
    """Calls the command line in this process; returns exit status, lines of stdout, stderr."""

    def call(*words: str) -> tuple[int, list[str], str]:
        monkeypatch.setattr(sys, "argv", ["ganlab", *words])
        monkeypatch.setenv("GANLAB_RUNS", str(tmp_path / "runs"))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return ended.value.code or 0, captured.out.splitlines(), captured.err  # type: ignore[return-value]

    return call


def test_models_lists_every_architecture(run_cli):
    status, lines, _ = run_cli("models", "--json")
    assert status == 0
    assert [json.loads(line)["name"] for line in lines] == [spec.name for spec in registry.specs()]
    assert len(run_cli("models")[1]) == len(registry.specs())


def test_describe_gives_networks_with_their_parameters(run_cli):
    status, (line,), _ = run_cli("describe", "dcgan", "--json")
    networks = json.loads(line)["networks"]
    assert status == 0
    assert networks["generator"]["parameters"] == 1_637_121
    assert networks["discriminator"]["parameters"] == 95_489
    assert sum(layer["parameters"] for layer in networks["generator"]["layers"]) == 1_637_121
    text = "\n".join(run_cli("describe", "art-gan")[1])
    assert "784,641" in text and "Note: The printed loop cannot learn" in text and "--batch-size" in text


def test_train_tells_one_json_object_a_line_with_the_run_in_each(run_cli, tmp_path):
    status, lines, _ = run_cli("train", "dense-gan", *SHORT, *flags("dense-gan"), "--iterations", "5", "--json")
    events = [json.loads(line) for line in lines]
    assert status == 0
    assert {event["run"] for event in events} == {str(next((tmp_path / "runs").iterdir()))}
    assert Path(events[0]["run"]).is_absolute()
    last = events[-1]
    assert (last["event"], last["iterations"]) == ("finished", 5) and last["seconds"] > 0
    assert events[1]["event"] == "started" and "scikit-learn" in events[1]["data"]["source"]
    assert [event["iteration"] for event in events if event["event"] == "progress"][-1] == 5


@pytest.mark.parametrize("name", [spec.name for spec in registry.specs()])
def test_every_knob_is_a_flag_and_reaches_the_run(run_cli, monkeypatch, tmp_path, name):
    monkeypatch.setattr("ganlab.cli.train.follow", lambda writer, as_json: None)  # it need not train
    spec = registry.get(name)
    wanted = {}
    for knob in spec.knobs:
        if knob.is_number and knob.name not in ("iterations", "epochs"):
            assert knob.low is not None and knob.high is not None
            wanted[knob.name] = knob.check(min(knob.high, max(knob.low, 4 if knob.kind is int else 0.25)))
    words = [word for key, value in wanted.items() for word in (f"--{key.replace('_', '-')}", str(value))]
    short = ["--dataset", spec.dataset] if spec.points else SHORT
    status, _, error = run_cli("train", name, *short, *words, "--iterations", "1", "--json")
    assert status == 0, error
    values = Run(next((tmp_path / "runs").iterdir())).config.values
    assert {key: values[key] for key in wanted} == wanted
    assert "--preset" in " ".join(run_cli("train", name, "--help")[1])


def test_runs_list_show_extend_sample_and_delete(run_cli, tmp_path):
    path = trained_run(tmp_path / "runs", iterations=6)
    (line,) = run_cli("runs", "list", "--json")[1]
    assert json.loads(line)["run"] == str(path) and json.loads(line)["state"] == "finished"
    assert path.name in "\n".join(run_cli("runs", "list")[1])
    shown = json.loads(run_cli("runs", "show", path.name, "--json")[1][0])
    assert shown["iteration"] == 6 and shown["figures"]["generator_loss"] > 0 and shown["size"] > 0
    assert "6 of 6" in "\n".join(run_cli("runs", "show", path.name)[1])
    assert json.loads(run_cli("runs", "extend", path.name, "--by", "4", "--json")[1][-1])["iterations"] == 10
    sheet, array = tmp_path / "grid.png", tmp_path / "grid.npy"
    assert run_cli("sample", path.name, "-n", "10", "--seed", "3", "-o", str(sheet))[0] == 0
    assert (
        json.loads(run_cli("sample", str(path), "-n", "10", "--seed", "3", "-o", str(array), "--json")[1][0])["n"] == 10
    )
    drawn = np.load(array)
    assert drawn.shape == (10, 28, 28) and drawn.dtype == np.uint8
    assert Image.open(sheet).size == (2 * (4 * 30 + 2), 2 * (3 * 30 + 2))
    assert np.asarray(Image.open(sheet))[4:60:2, 4:60:2].tolist() == drawn[0].tolist()
    first = tmp_path / "first.png"
    assert run_cli("runs", "sheet", path.name, "-o", str(first), "--first", "3", "--last", "4")[0] == 0
    shown = np.asarray(Image.open(first))[4:60:2, 4:60:2]
    assert shown.tolist() == Run(path).first_images(2, 3)[0].tolist()
    assert "none from 99 on" in run_cli("runs", "sheet", path.name, "-o", str(first), "--first", "99")[2]
    assert run_cli("runs", "delete", path.name, "--yes")[0] == 0
    assert not path.exists()


def test_runs_are_renamed_and_pruned_and_can_still_be_extended(run_cli, tmp_path):
    path = trained_run(tmp_path / "runs", iterations=6)
    status, (line,), _ = run_cli("runs", "rename", path.name, "My  fives", "--json")
    assert status == 0
    assert json.loads(line) == {"event": "renamed", "run": str(path), "title": "My  fives"}
    assert json.loads(run_cli("runs", "list", "--json")[1][0])["title"] == "My  fives"
    assert "My  fives" in run_cli("runs", "list")[1][0]
    assert "60 characters" in run_cli("runs", "rename", path.name, "x" * 61)[2]
    (line,) = run_cli("runs", "prune", path.name, "--json")[1]
    assert json.loads(line)["event"] == "pruned" and json.loads(line)["freed"] >= 6 * 28 * 28
    assert json.loads(line)["size"] == Run(path).size() and Run(path).done == 6
    assert "0 bytes freed" in " ".join(run_cli("runs", "prune", path.name)[1])
    sheet = str(tmp_path / "sheet.png")
    assert "was pruned" in run_cli("runs", "sheet", path.name, "-o", sheet)[2]
    assert json.loads(run_cli("runs", "extend", path.name, "--by", "4", "--json")[1][-1])["iterations"] == 10
    assert run_cli("runs", "sheet", path.name, "-o", sheet, "--first", "7")[0] == 0
    for command in (["rename", "dcgan", "Mine"], ["prune", "dcgan"]):
        status, _, error = run_cli("runs", *command)
        assert status == 2 and "ships with ganlab" in error


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "stylegan"], "There is no architecture 'stylegan'"),
        (["train", "dcgan", "--batch-size", "1"], "Batch size must be from"),
        (["train", "dcgan", "--batch-size", "many"], "Batch size must be a whole number"),
        (["train", "dcgan", "--digits", "11"], "11"),
        (["train", "dcgan", "--digits", "five"], "five"),
        (["train", "dcgan", "--seed", "-4"], "seed"),
        (["train", "dcgan", "--seed", "x"], "--seed"),
        (["train", "dcgan", "--iterations", "0"], "Iterations"),
        (["train", "dcgan-tf", "--iterations", "-3"], "length"),
        (["train", "dcgan", "--preset", "best"], "best"),
        (["train", "dcgan", "--precision", "float8"], "float8"),
        (["train", "dense-gan", "--dataset", "offline", "--device", "gpu:7", "--precision", "float32"], "gpu:7"),
        (["train", "dense-gan", "--dataset", "/nowhere/at/all"], "/nowhere/at/all"),
        (["train", "dcgan", "--colour", "red"], "--colour"),
        (["sample", "nothing", "-o", "x.png"], "no run 'nothing'"),
        (["sample", "dcgan", "-o", "x.gif"], "x.gif"),
        (["runs", "show", "nothing"], "no run 'nothing'"),
        (["runs", "resume", "nothing"], "no run 'nothing'"),
        (["runs", "rename", "nothing", "Title"], "no run 'nothing'"),
        (["runs", "prune", "nothing"], "no run 'nothing'"),
        (["describe", "nothing"], "no architecture 'nothing'"),
        (["fly"], "fly"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_one_sentence_and_status_2(run_cli, words, said):
    status, lines, error = run_cli(*words)
    assert status == 2
    assert said in error
    assert len(error.strip().splitlines()) == 1 and "Traceback" not in error
    assert all("error" not in line.lower() for line in lines)


def test_extend_wants_to_know_how_far_and_not_less_than_before(run_cli, tmp_path):
    path = trained_run(tmp_path / "runs", iterations=6)
    assert "--by" in run_cli("runs", "extend", path.name)[2]
    assert "not shorter" in run_cli("runs", "extend", path.name, "--iterations", "5")[2]
    assert "finished" in run_cli("runs", "resume", path.name)[2]


def test_a_read_only_place_is_one_sentence(run_cli, tmp_path):
    (tmp_path / "file").write_text("in the way")
    status, _, error = run_cli("train", "dense-gan", *SHORT, "--runs", str(tmp_path / "file" / "runs"))
    assert status == 2 and "cannot be written" in error and len(error.splitlines()) == 1
    run = trained_run(tmp_path / "runs", iterations=2)
    status, _, error = run_cli("sample", str(run), "-o", str(tmp_path / "no" / "such.png"))
    assert status == 2 and "such.png cannot be written" in error


def test_names_that_no_file_can_have_are_one_sentence(run_cli):
    for name in ("x" * 300, "~nobody-of-this-name", "a\0b"):
        status, _, error = run_cli("runs", "show", name)
        assert status == 2 and "There is no run" in error and len(error.splitlines()) == 1


def test_without_a_command_the_help_is_shown(run_cli):
    assert "Usage: python -m ganlab" in "\n".join(run_cli()[1]) and len(run_cli()[1]) > 10
    assert "dcgan-tf" in "\n".join(run_cli("train")[1])


def test_a_pretrained_model_is_shown_with_its_figures(run_cli):
    shown = json.loads(run_cli("runs", "show", "dcgan", "--json")[1][0])
    assert shown["iteration"] == 20_000 and shown["figures"]["discriminator_accuracy"] > 0.5


def test_doctor_tells_versions_devices_precision_and_data(run_cli):
    (line,) = run_cli("doctor", "--json")[1]
    found = json.loads(line)
    assert found["versions"]["tensorflow"] and found["devices"][0]["name"] == "cpu"
    assert found["precision"]["verdict"].endswith(".") and set(found["data"]) == {*data.NAMES, "points"}
    assert "Devices" in run_cli("doctor")[1]


def test_publishing_keeps_what_using_needs_and_says_how_it_was_made(run_cli, tmp_path):
    path = trained_run(tmp_path / "runs", iterations=6)
    target = tmp_path / "pretrained" / "tiny"
    status, (line,), _ = run_cli("runs", "publish", path.name, str(target), "--json")
    record = json.loads(line)
    assert status == 0 and record["run"] == str(target)
    assert record["commands"][0].startswith("python -m ganlab train dense-gan") and "--units 8" in record["commands"][0]
    assert {file.name for file in target.iterdir()} == {
        "config.json",
        "status.json",
        "weights-00000006.npz",
        "samples.npy",
    }
    run = Run(target)
    assert run.state == "finished" and len(run.samples()) == 100
    assert run_cli("sample", str(target), "-n", "4", "-o", str(tmp_path / "a.npy"))[0] == 0
    assert np.abs(np.load(tmp_path / "a.npy").astype(int) - run.samples()[:4]).max() <= 1
    assert "pretrained" in run_cli("runs", "extend", str(target), "--by", "5")[2]
    assert "exists already" in run_cli("runs", "publish", path.name, str(target))[2]


def test_ctrl_c_saves_and_says_how_to_go_on(tmp_path):
    command = [sys.executable, "-m", "ganlab", "train", "dense-gan", *SHORT, *flags("dense-gan")]
    process = subprocess.Popen(
        [*command, "--iterations", "1000000", "--runs", str(tmp_path), "--json"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "progress":
            break
    os.kill(process.pid, signal.SIGINT)
    last = json.loads(process.stdout.read().splitlines()[-1])
    assert process.wait() == 128 + signal.SIGINT
    run = Run(Path(last["run"]))
    assert last["event"] == "stopped" and run.state == "stopped" and run.done == last["iteration"]


def test_a_terminal_sees_a_bar_and_a_file_sees_sentences(tmp_path):
    command = [sys.executable, "-m", "ganlab", "train", "dense-gan", *SHORT, *flags("dense-gan"), "--iterations", "5"]
    done = subprocess.run([*command, "--runs", str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].startswith("Finished: 5 iterations")
    assert "scikit-learn" in done.stdout and done.stderr == ""
