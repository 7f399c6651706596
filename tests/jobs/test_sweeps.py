"""Sweeps: many trainings as one thing, stopped, killed and gone on with."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from ganlab.errors import GanlabError
from ganlab.evaluation import sweep_results
from ganlab.jobs import Training, create_run
from ganlab.jobs.sweep_course import Course
from ganlab.jobs.sweep_requests import SweepRequest
from ganlab.jobs.sweeps import Sweep, create_course, create_sweep, reopen_sweep, train_in_turn
from ganlab.runs import Run, SweepFolder, delete, layout, left_in_line, list_runs
from ganlab.runs.records import MeasuredOn
from ganlab.training.events import Iterations, Started
from tests.conftest import ROOT, request_for, until

PATIENCE = 120.0
RATE = "learning_rate"
LONG = 1_000_000


def two_by_two(iterations: int = 30) -> SweepRequest:
    return SweepRequest(request_for("plane-vae", iterations), {RATE: [0.001, 0.01]}, (0, 5))


def in_order(sweep: SweepFolder) -> list[Run]:
    return [run for _, run in sweep.runs()]


def same(ours: Run, theirs: Run) -> None:
    """Equal records and weights, bit for bit, but for the seconds."""
    assert ours.done == theirs.done > 0 and ours.config.values == theirs.config.values
    np.testing.assert_array_equal(ours.metrics()[:, 1:], theirs.metrics()[:, 1:])
    np.testing.assert_array_equal(ours.first_images(), theirs.first_images())
    np.testing.assert_array_equal(ours.quality()[1][-1], theirs.quality()[1][-1])
    assert ours.weights and theirs.weights
    with np.load(ours.weights) as left, np.load(theirs.weights) as right:
        for name in right.files:
            np.testing.assert_array_equal(left[name], right[name])


KILLED = """
import os, signal, sys
from pathlib import Path
from ganlab.jobs.sweeps import create_course, train_in_turn
from ganlab.runs import writer
from ganlab.runs.records import MeasuredOn
from ganlab.training.events import Iterations
from tests.jobs.test_sweeps import two_by_two
writer.CHECKPOINT_SECONDS = 0.0
runs = []
for told in train_in_turn(create_course(two_by_two(), Path(sys.argv[1]))):
    runs += [told.run] if told.run not in runs else []
    if len(runs) == 2 and isinstance(told.event, Iterations) and told.event.iteration < 30:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_sweep_that_was_killed_goes_on_and_equals_one_straight(tmp_path, worker):
    straight = create_course(two_by_two(), tmp_path / "straight")
    list(train_in_turn(straight))
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "killed")], cwd=ROOT, env={**os.environ})
    assert killed.returncode == -signal.SIGKILL
    (folder,) = (tmp_path / "killed" / layout.SWEEPS).iterdir()
    sweep = SweepFolder(folder)
    assert [member.state for member in sweep.members] == ["finished", "begun", "planned", "planned"]
    first, second = in_order(sweep)
    assert second.state == "interrupted" and 0 < second.done < 30 and layout.checkpoints(second.path)
    assert sweep.state == "stopped" and left_in_line(tmp_path / "killed") == []
    untouched = (first.path / "metrics.f32").stat().st_mtime_ns, (first.path / layout.STATUS).stat().st_mtime_ns
    job = reopen_sweep(folder)
    worker.add(job)
    assert job.wait(PATIENCE).state == "finished", job.view()
    assert untouched == (
        (first.path / "metrics.f32").stat().st_mtime_ns,
        (first.path / layout.STATUS).stat().st_mtime_ns,
    )
    assert [run.id for run in in_order(sweep)][:2] == [first.id, second.id] and sweep.state == "finished"
    for ours, theirs in zip(in_order(sweep), in_order(straight.folder), strict=True):
        same(ours, theirs)
    assert len({run.id for run in in_order(sweep)}) == 4 == len(list_runs(tmp_path / "killed")[0])
    with pytest.raises(GanlabError, match="nothing is left to do"):
        reopen_sweep(folder)
    assert sweep.state == "finished", "the lock is free again"


def test_a_run_that_its_killed_process_did_not_write_down_is_found(tmp_path):
    course = create_course(two_by_two(), tmp_path)
    before = course.folder.members
    writer = course.open(course.ready()[0])
    writer.close()
    course.folder.note(before)
    again = Course(course.folder)
    assert again.members[0].run == writer.path.name and again.members[0].state == "begun"
    again.open(again.ready()[0]).close()
    assert len(list_runs(tmp_path)[0]) == 1
    delete(Run(writer.path))
    assert Course(course.folder).members[0] == before[0], "a run that was deleted is begun anew"
    course.folder.close()


def begin(worker, folder: Path, request: SweepRequest) -> Sweep:
    sweep = create_sweep(request, folder)
    worker.add(sweep)
    return sweep


def test_one_place_in_line_paused_skipped_stopped_and_gone_on_with(tmp_path, worker):
    request = SweepRequest(request_for("plane-vae", LONG), {RATE: [0.001, 0.01, 0.1]})
    sweep = create_sweep(request, tmp_path)
    other = create_sweep(two_by_two(), tmp_path)
    worker.add(sweep)
    worker.add(other)
    until(lambda: sweep.view().state == "running")
    assert worker.waiting() == [sweep, other] and worker.view(other).place == 1
    assert worker.find(sweep.run) is sweep.parts[0]
    sweep.pause()
    until(lambda: sweep.view().state == "paused")
    first = sweep.run
    until(lambda: Run(first).state == "paused")
    assert sweep.view().total == 3 * LONG
    now = sweep.progress()
    assert (now.at_work, now.over, now.left) == ((0,), 0, 3)
    sweep.skip(2)
    sweep.skip(0)
    sweep.resume()
    until(lambda: sweep.run != first and sweep.view().state == "running")
    assert Run(first).state == "stopped" and Run(first).done > 0
    worker.stop(other)
    worker.stop(sweep)
    assert sweep.wait(PATIENCE).state == "stopped"
    assert [member.state for member in sweep.folder.members] == ["skipped", "begun", "skipped"]
    assert sweep.folder.members[0].iterations == Run(first).done
    with pytest.raises(GanlabError, match="is over"):
        sweep.skip(0)
    again = reopen_sweep(sweep.folder.path)
    with pytest.raises(GanlabError, match="at work already"):
        reopen_sweep(sweep.folder.path)
    assert again.run == sweep.run and again.progress().left == 1
    again.stop()
    worker.add(again)
    assert again.wait(PATIENCE).state == "stopped"
    again = reopen_sweep(sweep.folder.path, skipped=True)
    assert [member.state for member in again.folder.members] == ["begun", "begun", "planned"] and again.run == first
    again._cancel()
    assert other.view().state == "stopped" and other.folder.state == "stopped"


def test_a_training_that_fails_does_not_stop_the_others_and_is_tried_again(tmp_path, worker):
    request = SweepRequest(request_for("plane-gan", 6), {"packing": [3, 2]})  # 16 points cannot be packs of 3
    sweep = begin(worker, tmp_path, request)
    assert sweep.wait(PATIENCE).state == "finished"
    failed, fine = sweep.folder.members
    assert failed.state == "failed" and "packs of 3" in failed.why and fine.state == "finished"
    found = sweep_results.results(sweep.folder)
    assert found.best.id == fine.run and np.isnan(found.settings[0].figures[0])
    again = reopen_sweep(sweep.folder.path)
    worker.add(again)
    assert again.wait(PATIENCE).state == "finished" and len(list_runs(tmp_path)[0]) == 2
    assert [member.state for member in again.folder.members] == ["failed", "finished"]


class Figures:
    """In place of measuring: the distances of the samples of one training after the other."""

    distances: ClassVar[list[float]] = []

    def __init__(self, *args, **kwargs) -> None:
        self.distance = Figures.distances.pop(0)

    def about(self) -> MeasuredOn:
        return MeasuredOn()

    def go_on(self, iteration, seconds):
        return None

    def finish(self, iteration, seconds):
        yield iteration, {"frechet": self.distance}


def test_stopping_early_keeps_the_better_half_with_all_seeds_and_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr("ganlab.jobs.training.Measuring", Figures)
    Figures.distances = [10.0, 20.0, 60.0, 25.0, 14.0, 12.0]  # the lucky seed of the worse setting is the best of all
    request = SweepRequest(request_for("dense-gan", 20, digits=(5,)), {RATE: [0.001, 0.01]}, seeds=(0, 1), early=True)
    course = create_course(request, tmp_path)
    assert course.lengths == (10, 20) and course.iterations() == (0, 4 * 10 + 2 * 10)
    told = [(told.run, Run(told.run).total) for told in train_in_turn(course) if isinstance(told.event, Started)]
    assert [length for _, length in told] == [10] * 4 + [20] * 2
    members = course.folder.members
    assert [member.state for member in members] == ["stopped early", "finished"] * 2
    assert [member.iterations for member in members] == [10, 20, 10, 20]
    assert members[0].why == members[2].why
    assert members[0].why == (
        "Stopped after 10 iterations: by Fréchet distance (35.0 on average over its seeds), its settings were not "
        "among the best 1 of 2."
    )
    found = sweep_results.results(course.folder)
    assert found.best.id == members[3].run and found.settings[1].figures == (14.0, 12.0)
    assert found.settings[0].summary.n == 0, "what was stopped early does not compare"
    Figures.distances = [14.0]
    alone = create_course(SweepRequest(request.base, {RATE: [0.01]}), tmp_path / "alone")
    list(train_in_turn(alone))
    same(in_order(course.folder)[1], in_order(alone.folder)[0])


def test_closing_the_iterator_stops_resumably_and_what_was_not_measured_is_measured_again(tmp_path):
    events = train_in_turn(create_course(SweepRequest(request_for("plane-vae", 30)), tmp_path))
    told = next(event for event in events if isinstance(event.event, Iterations))
    events.close()
    sweep = SweepFolder(told.sweep)
    assert sweep.state == "stopped" and Run(told.run).state == "stopped"
    sweep.hold()
    course = Course(sweep)
    step = course.ready()[0]
    writer = course.open(step)
    writer.status("finished")  # as where a stop comes while the last samples are measured
    writer.close()
    course.close(step, stopped=True)
    assert course.members[0].state == "begun"
    list(train_in_turn(course))
    assert sweep.state == "finished" and in_order(sweep)[0].quality()[0][-1] == 30


def test_a_training_that_is_held_after_every_iteration_is_measured_at_its_end(tmp_path):
    writer = create_run(request_for("dense-gan", 4, digits=(5,)), tmp_path)
    list(Training(writer, chunk_limit=lambda: 1, measured_at_end=True))
    assert Run(writer.path).quality()[0].tolist() == [4]
