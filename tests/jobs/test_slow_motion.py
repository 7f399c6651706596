"""Slow motion of a paused training, in the worker's thread, and of runs that nobody trains."""

import shutil

import numpy as np
import pytest

import ganlab
from ganlab import jobs
from ganlab.errors import GanlabError
from ganlab.jobs.slow_motion import iterations, slow_motion_of
from ganlab.runs import Run, RunWriter, layout, resolve
from ganlab.runs.records import MOST_ACTS, Act, RunLog, Turn
from ganlab.runs.writer import note_act
from tests.conftest import train_run, trained_run, until

PLANE = {"dataset": "ring", "values": {"generator_units": 8, "discriminator_units": 8}}


def request(iterations: int) -> jobs.Request:
    return jobs.Request("plane-gan", iterations=iterations, precision="float32", **PLANE)


def test_a_paused_training_shows_its_next_iteration_and_then_does_just_that(tmp_path, worker):
    job = worker.submit(jobs.create_run(request(10**6), tmp_path))
    job.wait(60, lambda view: view.iteration > 3)
    with pytest.raises(GanlabError, match="Pause it first"):
        job.slow_motion().result(1)
    job.pause()
    asked = job.slow_motion()  # at once, while it may still be at work
    slow = asked.result(60)
    view = job.wait(10, lambda view: view.state == "paused" and view.speed == 0)
    assert slow.iteration == view.iteration and slow.learns
    assert job.slow_motion() is asked
    job.step()
    after = job.wait(60, lambda later: later.iteration == view.iteration + 1)
    curves = {name: value for stage in slow.stages for name, value in stage.figures.items()}
    assert after.stepped
    for name, value in curves.items():
        assert value == pytest.approx(after.stepped[1][name], rel=1e-5), name
    again = job.slow_motion().result(60)
    assert again.iteration == slow.iteration + 1
    kept = Run(job.run).first_images(slow.iteration, slow.iteration + 1)[0]
    np.testing.assert_allclose(again.stages[0].tensors["followed"], kept.astype(np.float32), atol=0.01)
    job.resume()
    until(lambda: job.view().iteration > again.iteration + 1)
    worker.stop(job)
    assert job.wait(60).state == "stopped"
    with pytest.raises(GanlabError):
        job.slow_motion().result(1)


def test_what_goes_wrong_in_slow_motion_ends_only_that(tmp_path, worker, monkeypatch):
    monkeypatch.setattr("ganlab.training.slow_motion.stages", lambda *args: 1 / 0)
    job = worker.submit(jobs.create_run(request(10**6), tmp_path))
    job.wait(60, lambda view: view.iteration > 3)
    job.pause()
    with pytest.raises(GanlabError, match="ZeroDivisionError"):
        job.slow_motion().result(60)
    job.step()
    done = job.wait(10, lambda view: view.state == "paused" and view.speed == 0).iteration
    until(lambda: job.view().iteration >= done)
    assert job.view().active


def test_a_finished_run_is_shown_from_its_checkpoint_else_without_steps(tmp_path):
    path = train_run(tmp_path, "plane-gan", 6, **PLANE)
    run = Run(path)
    slow = slow_motion_of(run)
    assert slow.iteration == 6 and slow.learns
    assert [stage.network for stage in slow.stages if stage.learns] == ["discriminator", "generator"]
    assert slow_motion_of(run) is slow
    newest = layout.checkpoints(path)[0]
    newest.write_bytes(b"damaged")
    older = slow_motion_of(run)
    assert older.iteration <= 6
    for file in layout.checkpoints(path):
        file.unlink()
    less = slow_motion_of(run)
    assert less.iteration == 6 and not less.learns and not any(stage.learns for stage in less.stages)
    assert less.stages[2].caption == slow.stages[2].caption
    for file in layout.all_weights(path):
        file.unlink()
    shutil.rmtree(path / layout.SNAPSHOTS, ignore_errors=True)
    with pytest.raises(GanlabError, match="kept nothing"):
        slow_motion_of(run)


def test_an_iteration_that_was_kept_can_be_asked_for_and_another_cannot(tmp_path):
    run = Run(trained_run(tmp_path, "dense-gan", 12))
    offered = iterations(run)
    assert offered == sorted(offered) and offered[-1] == 13
    stages = ganlab.slow_motion(run, 13)
    again = ganlab.slow_motion(run.path)
    assert [stage.caption for stage in stages] == [stage.caption for stage in again]
    assert isinstance(stages[0], ganlab.Stage)
    assert stages[1].tensors["fakes"].shape[1:] == (28, 28) and "generator_loss" in stages[12].figures
    early = ganlab.slow_motion(str(run.path), offered[0])
    assert early[-1].name == "unknown", "a snapshot holds the generator alone"
    with pytest.raises(GanlabError, match=r"It can show iteration.* 13"):
        ganlab.slow_motion(run, 5_000)
    assert not run.log.acts, "nothing is written down of what a program asks"


def test_what_a_person_did_stands_in_the_log_once_each(tmp_path):
    run = Run(trained_run(tmp_path, "dense-gan", 12))
    for what, iteration in (("slow motion", 13), ("slow motion", 13), ("slow motion", 3)):
        note_act(run, what, iteration)
    assert [act.iteration for act in run.log.acts] == [13, 3]
    writer = RunWriter(run.path)
    writer.turns([Turn(iteration=12, name="generator_learning_rate", value=0.5)])
    writer.act("step", 14)
    writer.act("paused", 14)
    note_act(run, "slow motion", 15)  # who trains it holds its files
    writer.close()
    assert [act.what for act in run.log.acts] == ["slow motion", "slow motion", "step"] and len(run.turns) == 1
    note_act(Run(resolve("dcgan", tmp_path).path), "slow motion", 1)
    assert not resolve("dcgan", tmp_path).log.acts


def test_a_log_has_an_end():
    full = RunLog(acts=tuple(Act(iteration=number, what="step") for number in range(MOST_ACTS)))
    assert full.with_act("step", MOST_ACTS) is full
