"""The page of a sweep in each state, and what other pages say of sweeps, without a browser."""

import re
from functools import partial
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ganlab.jobs import worker
from ganlab.jobs.sweep_requests import SweepRequest, checked_sweep
from ganlab.jobs.sweeps import Sweep, create_sweep
from ganlab.runs import Run, SweepFolder
from ganlab.runs.records import SweepPart
from tests.conftest import request_for, until
from tests.pages.steps import again, asked, being_trained, finish, labels, make, open_page, press, press_key
from tests.pages.train_steps import train
from tests.pages.train_steps import words as read

page = partial(open_page, "train")
LONG = 10**6
PATIENCE = 120.0


@pytest.fixture(autouse=True)
def end_all():
    yield
    for job in worker.jobs():
        worker.stop(job)
        job.wait(PATIENCE)


@pytest.fixture
def led(monkeypatch) -> list[tuple[str, dict]]:
    """The pages that were left for, which cannot be drawn here, with their addresses."""
    found = []
    monkeypatch.setattr(st, "switch_page", lambda page, query_params: found.append((page, query_params)))
    return found


def asked_for(rates=(0.001, 0.002, 0.003, 0.004), iterations: int = 30, **others) -> SweepRequest:
    return SweepRequest(request_for("dense-gan", iterations, digits=(5,)), {"learning_rate": rates}, **others)


def left(runs: Path, *changes: dict, **others) -> SweepFolder:
    """A sweep on disk, nobody's work, whose trainings have these changes; those with a `run` have one in that state."""
    described, members = checked_sweep(asked_for(**others))
    sweep = SweepFolder.create(runs, members, **described)
    known = list(members)
    for place, given in enumerate(changes):
        if state := given.pop("run", ""):
            part = SweepPart(id=sweep.id, place=place)
            message = given.get("why", "") if state == "failed" else ""
            writer = make(runs, sweep=part, quality=["frechet"])
            writer.quality(30, {"frechet": 12.34})
            writer.status(state, message)
            writer.close()
            given["run"] = writer.path.name
        known[place] = known[place].changed(**given)
    sweep.note(tuple(known))
    sweep.close()
    return sweep


DONE = {"run": "finished", "state": "finished", "stages": 1, "iterations": 30}


def words(test: AppTest) -> str:
    """The page's texts without their Markdown."""
    return re.sub(r"[\\*]", "", read(test))


def table(test: AppTest) -> list[list[str]]:
    """The rows of the table of trainings, as they are read."""
    return rows_of(test, "State")


def rows_of(test: AppTest, head: str) -> list[list[str]]:
    """The rows of the table that has a column of this name."""
    (html,) = [one.proto.body for one in test.get("html") if f">{head}</th>" in one.proto.body]
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    return [[re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]


def links(test: AppTest) -> list[str]:
    (html,) = [one.proto.body for one in test.get("html") if "<table" in one.proto.body]
    return re.findall(r'href="([^"]*)"', html)


def begin(runs: Path, **others) -> Sweep:
    """A sweep that trains for long."""
    sweep = create_sweep(asked_for(iterations=LONG, **others), runs)
    worker.add(sweep)
    until(lambda: sweep.view().state == "running" and sweep.view().iteration > 0, PATIENCE)
    return sweep


# What was, and goes on


def test_a_finished_sweep_leads_to_its_runs_and_to_what_came_of_it(runs, led):
    why = "Stopped after 15 iterations: by Fréchet distance (240), its settings were not among the best 1 of 3."
    failed = {"run": "failed", "state": "failed", "why": "There is not enough <memory>.", "iterations": 12}
    early = {"run": "stopped", "state": "stopped early", "why": why, "iterations": 15}
    sweep = left(runs, dict(DONE), failed, early, {"state": "skipped"})
    test = page(sweep=sweep.id)
    assert "Dense GAN, class 5, by learning rate" in words(test) and "Finished" in words(test)
    assert "Learning rate 0.001, 0.002, 0.003, 0.004 · seed 0 · Offline digits" in words(test)
    assert "4 of 4 trainings done (1 failed, 1 skipped and 1 stopped early)" in words(test)
    assert table(test) == [
        ["Training", "Learning rate", "Seed", "State", "Iterations", "Fréchet distance", "Why it ended"],
        ["1", "0.001", "0", "Finished", "30", "12.3", ""],
        ["2", "0.002", "0", "Failed", "12", "", "There is not enough &lt;memory&gt;."],
        ["3", "0.003", "0", "Stopped early", "15", "", why],
        ["4", "0.004", "0", "Skipped", "", "", ""],
    ]
    assert links(test) == [f"train?run={member.run}" for member in sweep.members[:3]]
    assert "Go on" not in labels(test) and {"Try the failed again", "Train the skipped"} <= set(labels(test))
    assert not [piece for piece in test.get("bidi_component") if "live" in piece.proto.component_name]
    press(test, "See what came of it")
    assert led == [("pages/runs.py", {"sweep": sweep.id})]


def test_a_sweep_of_a_program_that_ended_goes_on(runs, monkeypatch):
    handed = []
    monkeypatch.setattr(worker, "add", handed.append)
    sweep = left(runs, dict(DONE), {"state": "begun"})
    begun = finish(runs, "running", sweep=SweepPart(id=sweep.id, place=1))  # whose lock is free
    sweep.note((sweep.members[0], sweep.members[1].changed(run=begun.id), *sweep.members[2:]))
    test = page(sweep=sweep.id)
    assert "Interrupted" in words(test) and "What was finished is kept" in words(test)
    assert "1 of 4 trainings done, 3 left." in words(test)
    assert table(test)[2] == ["2", "0.002", "0", "Begun", "30", ""], "as far as its run has come"
    press(test, "Go on")
    (job,) = handed
    assert (job.folder.id, job.run) == (sweep.id, begun.path)
    job._cancel()
    again(test)
    assert "Stopped" in words(test) and "Go on" in labels(test)


def test_a_sweep_that_is_not_there_is_said_to_be_so(runs):
    test = page(sweep="nowhere")
    assert "There is no sweep 'nowhere'" in words(test) and "Several at once" in str(test.button_group[0].options)


@pytest.mark.parametrize("name", ["home", "train"])
def test_what_was_interrupted_is_one_entry_that_leads_to_the_sweep(runs, name, led):
    sweep = left(runs, dict(DONE), {"run": "running", "state": "begun"})
    test = open_page(name)
    assert "Not finished: Dense GAN, class 5, by learning rate. It was interrupted after 1 training." in words(test)
    press_key(test, "open-unfinished")
    assert led == [("pages/train.py", {"sweep": sweep.id})]


def test_another_program_at_work_is_watched(runs):
    sweep = left(runs, dict(DONE), {"run": "stopped", "state": "begun"})
    sweep.hold()
    try:
        with being_trained(runs / sweep.members[1].run):
            test = page(sweep=sweep.id)
            assert "Another program runs this sweep" in words(test)
            assert table(test)[2][3] == "At work" and "Training 2 at work" in words(test)
            assert not {"Pause", "Stop", "Go on", "Skip these"} & set(labels(test))
    finally:
        sweep.close()


def test_several_at_work_are_counted_and_looked_at_one_by_one(runs):
    begun = {"run": "stopped", "state": "begun"}
    sweep = left(runs, dict(begun), dict(begun))
    first, second = (runs / member.run for member in sweep.members[:2])
    sweep.hold()
    try:
        with being_trained(first), being_trained(second):
            test = page(sweep=sweep.id)
            assert "0 of 4 trainings done, 2 at work, 2 left." in words(test)
            assert [row[3] for row in table(test)[1:]] == ["At work", "At work", "Planned", "Planned"]
            assert [row[::2] for row in rows_of(test, "Machine")[1:]] == [["1", "30 of 30"], ["2", "30 of 30"]]
            assert "Training 1 at work" in words(test)
            test.selectbox(key="sweep-at-work").set_value(1)
            assert "Training 2 at work" in words(again(test)) and "Learning rate 0.002, seed 0" in words(test)
    finally:
        sweep.close()


# While it is at work here


def test_it_is_paused_skipped_stopped_and_gone_on_with(runs):
    sweep = begin(runs)
    test = page()
    assert asked(test, "sweep") == sweep.folder.id, "what is at work is shown"
    assert "0 of 4 trainings done, 1 at work, 3 left." in words(test)
    assert [row[3] for row in table(test)[1:]] == ["At work", "Planned", "Planned", "Planned"]
    assert "Training 1 at work" in words(test) and "Learning rate 0.001, seed 0" in words(test)
    test.multiselect(key="sweep-skipped").set_value([2, 3])
    press(test, "Skip these")
    assert [row[3] for row in table(test)[3:]] == ["Skipped", "Skipped"] and not test.error
    first = sweep.run
    press(test, "Skip this one")
    until(lambda: sweep.run != first and sweep.view().state == "running", PATIENCE)
    press(again(test), "Pause")
    until(lambda: sweep.view().state == "paused", PATIENCE)
    again(test)
    assert [row[3] for row in table(test)[1:]] == ["Skipped", "Paused", "Skipped", "Skipped"]
    assert "Resume" in labels(test) and "Training 2 at work" in words(test)
    press(test, "Resume")
    press(test, "Stop")
    until(lambda: sweep.view().state == "stopped", PATIENCE)
    again(test)
    assert table(test)[2][3] == "Begun" and "3 of 4 trainings done (3 skipped), 1 left." in words(test)
    press(test, "Go on")
    until(lambda: worker.current() is not None and worker.current().view().state == "running", PATIENCE)
    assert worker.current().run == sweep.run, "the same run goes on"


def test_a_run_says_of_which_sweep_it_is_and_is_skipped_there(runs, led):
    sweep = begin(runs)
    first = sweep.run
    other = train(runs)
    home = open_page("home")
    assert "Now: Dense GAN, class 5, by learning rate" in words(home) and "1 more in line" in words(home)
    press(home, "Watch")
    assert led == [("pages/train.py", {"sweep": sweep.folder.id})]
    test = page(run=other.run.name)
    assert "Training now: Dense GAN, class 5, by learning rate" in words(test)
    press(test, "Watch")
    assert asked(test, "sweep") == sweep.folder.id and not asked(test, "run")
    press(test, "Open this run")
    assert asked(test, "run") == first.name
    assert "Training 1 of 4 of a sweep" in words(test) and "Learning rate 0.001, seed 0" in words(test)
    assert "Stop" not in labels(test), "which would begin it again"
    press(test, "Skip this one")
    until(lambda: sweep.run != first, PATIENCE)
    again(test)
    assert Run(first).state == "stopped" and "Open the sweep" in labels(test)
    press(test, "Open the sweep")
    assert asked(test, "sweep") == sweep.folder.id


def test_one_in_line_can_be_taken_back(runs):
    job = train(runs)
    sweep = create_sweep(asked_for(), runs)
    worker.add(sweep)
    test = page(sweep=sweep.folder.id)
    assert "Number 2 in line" in words(test) and table(test)[1][3] == "Planned"
    press(test, "Take back")
    assert sweep.folder.state == "stopped" and "Go on" in labels(test)
    worker.stop(job)
