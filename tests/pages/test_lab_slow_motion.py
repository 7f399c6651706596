"""The Lab in slow motion, and its networks, in each state that a run can be in."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from ganlab import jobs
from ganlab.jobs import worker
from ganlab.runs import Run, layout
from ganlab.runs.plane_history import condensed
from ganlab.ui.lab import slow_motion
from ganlab.ui.shared import slow_stages
from tests.conftest import ROOT, train_run, until
from tests.pages.steps import again, open_page, press, sent
from tests.pages.steps import words as texts_of
from tests.pages.train_steps import frame

PLANE = {"dataset": "ring", "values": {"generator_units": 20, "discriminator_units": 8}}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return train_run(tmp_path_factory.mktemp("made"), "plane-gan", 6, **PLANE)


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A poll waits for the stages for as long as a busy machine needs."""
    monkeypatch.setattr(slow_stages, "PATIENCE", 60.0)


@pytest.fixture
def run(runs, made) -> Path:
    return shutil.copytree(made, runs / "plane")


@pytest.fixture
def training(runs):
    request = jobs.Request("plane-gan", iterations=10**6, precision="float32", **PLANE)
    job = worker.submit(jobs.create_run(request, runs))
    job.wait(60, lambda view: view.iteration > 3)
    yield job
    worker.stop(job)
    job.wait(60)


def button(test, label: str):
    return next(button for button in test.button if button.label == label)


def test_a_training_that_runs_is_to_be_paused_first(training):
    test = open_page("lab", run=training.run.name)
    assert button(test, "Slow motion").disabled
    assert "Pause the training first" in button(test, "Slow motion").help
    assert "slow" not in frame(test)[0]


def test_a_paused_training_shows_its_next_iteration_does_it_and_shows_the_one_after(training):
    training.pause()
    done = training.wait(60, lambda view: view.state == "paused" and view.speed == 0).iteration
    test = press(open_page("lab", run=training.run.name), "Slow motion")
    head, arrays = frame(test)
    slow = head["slow"]
    assert slow["iteration"] == done + 1 and slow["note"] == ""
    assert [stage["title"] for stage in slow["stages"]][:3] == [
        "Noise",
        "The generator's points",
        "The discriminator's answers",
    ]
    assert all((stage["name"], stage["network"]) in slow_motion.STAGES for stage in slow["stages"])
    step = [stage["network"] if stage["name"] == "step" else "" for stage in slow["stages"]].index("discriminator")
    assert {"reals", "fakes", "of_reals", "of_fakes"} <= {name.rsplit("/", 1)[1] for name in arrays if "/2/" in name}
    before, after = arrays["slow/0/heat"], arrays[f"slow/{step}/heat"]
    assert before.shape == (1600,) and not np.array_equal(before, after)
    assert not [one for one in test.button if one.label in ("Step", "Step generator")]
    test = press(test, "Do this iteration")
    until(lambda: training.view().iteration == done + 1)
    test = again(test)
    later = frame(test)[0]["slow"]
    assert later["iteration"] == done + 2 and later["token"] != slow["token"]
    training.turn("discriminator_updates", 0)
    rests = frame(again(test))[0]["slow"]
    assert rests["token"] != later["token"] and "rest" in [stage["name"] for stage in rests["stages"]]
    test = press(test, "Leave slow motion")
    assert "slow" not in frame(test)[0] and button(test, "Step")
    test = press(press(test, "Slow motion"), "Play")
    until(lambda: training.view().state == "running")
    assert "slow" not in frame(again(test))[0]


def test_a_finished_run_is_shown_from_its_checkpoint(run):
    test = press(open_page("lab", run="plane"), "Slow motion")
    slow = frame(test)[0]["slow"]
    assert slow["iteration"] == 7 and slow["note"] == "" and slow["stages"][-1]["name"] == "step"
    assert not [one for one in test.button if one.label == "Do this iteration"]
    assert "slow" not in frame(press(test, "Leave slow motion"))[0]


def test_a_run_as_those_that_come_with_ganlab_says_what_it_lacks_and_shows_what_it_can(run):
    history = condensed(Run(run), 4)
    kept = {layout.CONFIG, layout.STATUS, layout.REALS, *(file.name for file in layout.all_weights(run))}
    for file in run.iterdir():
        if file.is_file() and file.name not in kept:
            file.unlink()
    shutil.rmtree(run / layout.SNAPSHOTS, ignore_errors=True)
    np.savez(run / layout.HISTORY, **history)  # pyright: ignore[reportArgumentType]
    test = press(open_page("lab", run="plane"), "Slow motion")
    slow = frame(test)[0]["slow"]
    assert slow["note"] == slow_stages.KEPT_NO_OPTIMISER
    assert "step" not in [stage["name"] for stage in slow["stages"]]


def test_a_vae_has_stages_and_a_figure_of_its_own(runs):
    path = train_run(runs, "plane-vae", 4, dataset="ring", values={"encoder_units": 8, "decoder_units": 8})
    test = press(open_page("lab", run=path.name), "Slow motion")
    head, arrays = frame(test)
    stages = head["slow"]["stages"]
    assert [stage["title"] for stage in stages] == [
        "The batch",
        "What the encoder says",
        "Latent numbers are drawn",
        "The decoder's points",
        "The loss",
        "The encoder's gradients",
        "The decoder's gradients",
        "The step of both networks",
    ]
    assert all((stage["name"], stage["network"]) in slow_motion.STAGES for stage in stages)
    assert {"slow/0/heat", "slow/0/reals", "slow/3/fakes", "slow/4/arrows", "slow/7/followed"} <= set(arrays)
    lit = {part for stage in stages for part in stage["lit"]}
    (piece,) = [one.proto for one in test.get("bidi_component") if one.proto.component_name == "ganlab_lab"]
    assert json.loads(piece.json)["figure"] == "vae"
    page = (ROOT / "ganlab/ui/lab/lab_view.html").read_text()
    figure = page.partition('data-figure="vae"')[2].partition("</section>")[0]
    assert lit == set(re.findall(r'data-part="([^"]+)"', figure)), "each box is lit once, and none is missing"


def test_what_the_view_has_is_not_sent_again(run, monkeypatch):
    now = slow_motion.Look(Run(run), "finished")
    monkeypatch.setattr(slow_motion.st, "session_state", {slow_motion.ON: Run(run).id})
    about, arrays = slow_motion.shown(now, None)
    assert about and arrays and "stages" in about
    again_about, none = slow_motion.shown(now, {"run": Run(run).id, "slow": about["token"]})
    assert again_about == {"token": about["token"], "iteration": 7} and not none
    assert slow_motion.shown(now, {"run": "another", "slow": about["token"]})[1]
    for file in [*layout.checkpoints(run), *layout.all_weights(run), *layout.snapshots(run)]:
        file.write_bytes(b"damaged")
    about, arrays = slow_motion.shown(now, None)
    assert about and about["token"] == "" and "damaged" in about["words"] and not arrays


def test_networks_are_shown_from_the_weights_nearest_before_the_iteration(run):
    test = open_page("lab", run="plane", at="2")
    assert not sent_networks(test)
    test.toggle(key="lab-networks").set_value(True)
    again(test)
    kept = sorted(layout.iteration_of(file) if "-" in file.stem else int(file.stem) for file in files(run))
    before = max(iteration for iteration in kept if iteration <= 2)
    assert f"the weights of iteration {before}, the newest that the run has kept up to iteration 2" in texts_of(test)
    ((head, arrays),) = sent_networks(test)
    assert [network["name"] for network in head["networks"]] == ["generator", "discriminator"]
    layers = head["networks"][0]["layers"]
    assert [(layer["shown"], layer["count"]) for layer in layers] == [(16, 20), (16, 20), (2, 2)]
    count = sum(layer["shown"] for network in head["networks"] for layer in network["layers"])
    assert arrays["values"].size == count * 40 * 40 and arrays["most"].size == count


def files(run: Path) -> list[Path]:
    return [*layout.snapshots(run), *layout.checkpoints(run), *layout.all_weights(run)]


def sent_networks(test) -> list:
    try:
        return [sent(test, "ganlab_networks")]
    except (StopIteration, IndexError, AssertionError, ValueError):
        return []
