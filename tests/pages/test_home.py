"""Home in every state."""

import threading
import time
from pathlib import Path

import pytest

from ganlab import jobs
from ganlab.jobs import worker
from ganlab.runs import Run
from ganlab.ui.shared import unfinished_runs
from tests.conftest import request_for, trained_run, until
from tests.pages.steps import again, asked, being_trained, labels, make, press
from tests.pages.steps import open_page as page
from tests.pages.train_steps import frame, train, words


@pytest.fixture
def runs(beside_shipped):
    return beside_shipped


def test_home_says_what_is_here_and_what_is_running(runs):
    text = words(page("home"))
    assert "scikit-learn" in text and str(runs) in text and "Now:" not in text
    job = train(runs)
    until(lambda: job.view().state == "running")
    test = page("home")
    assert "Now:" in words(test) and "Dense GAN, all classes" in words(test) and "Watch" in labels(test)


def test_home_in_every_state(runs):
    empty = page("home")
    assert "Every training is kept as a run. There are none yet." in words(empty) and "Now:" not in words(empty)
    assert "MNIST has no usable file" in words(empty), "without data it says what stands in"
    assert len(empty.get("imgs") or empty.get("image")) == 1
    trained_run(runs, iterations=3)
    (runs / "foreign").mkdir()
    (runs / "foreign" / "config.json").write_text("{}")
    assert "You have 1 run: see again how it learned, iteration by iteration." in words(page("home"))
    failed = make(runs, message="The disk is full.")
    failed.status("failed", "The disk is full.")
    failed.close()
    assert "Now:" not in words(page("home")) and "Not finished" not in words(page("home"))
    first = train(runs)
    train(runs)
    until(lambda: first.view().state == "running")
    assert "Training, " in words(page("home")) and "1 more in line" in words(page("home"))
    first.pause()
    until(lambda: first.view().state == "paused")
    assert "Paused, " in words(page("home"))


@pytest.mark.parametrize("name", ["home", "train"])
def test_after_a_restart_what_was_interrupted_or_stopped_is_offered(runs, name, monkeypatch):
    assert "interrupted" not in words(page(name))
    run = make(runs, digits=[5])
    run.status("running")
    run.close()  # without a word, as in a power cut
    test = page(name)
    assert "Dense GAN, class 5. It was interrupted after 30 iterations. Open it to go on." in words(test)
    assert "Open" in labels(test)
    if name == "train":  # from Home only a real server leads to another page
        press(test, "Open")
        assert asked(test, "run") == run.run.id and "Resume" in labels(test)

    job = train(runs)
    assert "It was interrupted" not in words(page(name, new="1")), "something is at work now"
    worker.stop(job)
    job.wait(60)
    assert "Not finished" not in words(page(name)), "another run was worked on since, and stopped by hand"
    monkeypatch.setattr(unfinished_runs, "STARTED", time.time())
    assert "Dense GAN, all classes. It was stopped" in words(page(name))


def leave_in_line(runs: Path, **others) -> Run:
    """A run that waits in the line of a program that ends."""
    writer = jobs.create_run(request_for("dense-gan", 10**6, **others), runs)
    writer.close()
    return writer.run


@pytest.mark.parametrize("name", ["home", "train"])
def test_what_waited_in_line_at_a_power_cut_can_be_put_back_or_left_out(runs, name):
    one = leave_in_line(runs, digits=(3,))
    text = "**Left in line when the program ended:** Dense GAN, class 3"
    assert f"{text}." in words(page(name)) and "Not finished" not in words(page(name))
    others = [leave_in_line(runs, digits=(digit,)) for digit in (4, 5, 6)]
    test = page(name)
    assert f"{text}; Dense GAN, class 4; Dense GAN, class 5; and 1 more." in words(test)
    press(test, "Leave them out")
    assert "Left in line" not in words(test) and {run.state for run in (one, *others)} == {"stopped"}

    last = leave_in_line(runs, digits=(7,))
    test = page(name)
    press(test, "Put it back in line")
    assert worker.find(last.path) in worker.waiting() and "Left in line" not in words(test)


def test_a_run_that_never_began_says_so(runs):
    test = page("train", run=leave_in_line(runs).id)
    assert "before the first iteration of this run" in words(test) and "Resume" in labels(test)


@pytest.mark.parametrize("config", [{"model": "removed"}, {"pretrained": {}}, {"imported": {"file": "", "id": "a"}}])
@pytest.mark.parametrize("name", ["home", "train"])
def test_an_interrupted_run_that_cannot_go_on_is_not_offered(runs, name, config):
    make(runs, **config).close()
    assert "It was interrupted" not in words(page(name))


def test_home_tells_what_another_program_trains(runs):
    run = make(runs, iterations=1000, digits=[5])
    run.close()
    with being_trained(run.path):
        test = page("home")
        assert "**Now, in another program:** Dense GAN, class 5. Training, 30 of 1,000 iterations." in words(test)
        assert "Watch" in labels(test) and "Not finished" not in words(test)
    again(test)
    assert "Now, in another program" not in words(test) and "It was interrupted" in words(test)
    theirs = make(runs, model="theirs")
    theirs.close()
    with being_trained(theirs.path):
        assert f"**Now, in another program:** {theirs.path.name}. Training, " in words(page("home"))


def test_while_it_gets_ready_home_says_how_far_it_is_and_clicks_are_answered(runs, monkeypatch):
    go_on = threading.Event()
    monkeypatch.setattr("ganlab.jobs.training.start_tensorflow", lambda: go_on.wait(60))
    job = worker.submit(jobs.create_run(request_for("vae", None), runs))
    until(lambda: job.view().message == "Starting TensorFlow")
    assert "all classes. Starting TensorFlow." in words(page("home"))
    test = page("train", run=job.run.name)
    press(test, "Pause")
    assert frame(test)[0]["words"] == "Starting TensorFlow. The training will pause after its first iteration."
    assert test.button(key="control-Pause").disabled and not test.button(key="control-Stop").disabled
    press(test, "Stop")
    assert frame(test)[0]["words"] == "Starting TensorFlow. The training will stop as soon as this is done."
    assert test.button(key="control-Stop").disabled
    go_on.set()
    until(lambda: job.view().state == "stopped")


def test_home_without_the_pretrained_model_says_so(runs, monkeypatch):
    monkeypatch.setattr("ganlab.runs.folders.PRETRAINED", runs / "none")
    assert "missing from this copy" in words(page("home"))
