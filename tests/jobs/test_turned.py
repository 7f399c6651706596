"""Trainings in the plane that somebody plays with: knobs are turned, single steps done, and all of it is repeated."""

import shlex
import time

import numpy as np
import pytest

from ganlab import cli, jobs
from ganlab.errors import GanlabError
from ganlab.runs import Run, Turn, layout
from ganlab.sharing import reproduce
from ganlab.training.events import Iterations, Started
from tests.conftest import request_for, train_run, until

LONG = 1_000_000
RATE = "generator_learning_rate"


def start(worker, folder, iterations=LONG, **others):
    return worker.submit(jobs.create_run(request_for("plane-gan", iterations, **others), folder))


def paused(worker, folder, iterations=LONG, **others):
    job = start(worker, folder, iterations, **others)
    until(lambda: job.view().state == "running")
    job.pause()
    until(lambda: job.view().state == "paused")
    return job


def same(one: Run, other: Run) -> None:
    """Curves, points and weights, bit for bit."""
    assert one.done == other.done
    np.testing.assert_array_equal(one.metrics()[:, 1:], other.metrics()[:, 1:])
    np.testing.assert_array_equal(one.first_images(), other.first_images())
    assert one.weights and other.weights
    with np.load(one.weights) as left, np.load(other.weights) as right:
        assert set(left) == set(right)
        for name in left:
            np.testing.assert_array_equal(left[name], right[name], err_msg=name)


def again(run: Run, folder, monkeypatch) -> Run:
    """The run that its own command makes, trained in this thread."""
    words, followed = shlex.split(reproduce.command(run)), []
    monkeypatch.setattr("ganlab.cli.train.follow", lambda writer, as_json: followed.append(writer))
    cli.cli.main([*words[3:], "--runs", str(folder)], standalone_mode=False)
    list(jobs.Training(followed[0]))
    return Run(followed[0].path)


def test_a_knob_turned_while_it_trains_is_written_down_and_made_again_by_the_command(worker, tmp_path, monkeypatch):
    job = paused(worker, tmp_path, 300)
    at = job.view().iteration
    assert job.turned()[RATE] == 0.001
    job.turn(RATE, 0.0123456789)
    job.turn("instance_noise", 0.25)
    job.step()
    until(lambda: job.view().iteration == at + 1)
    until(lambda: job.view().state == "paused")
    job.turn("discriminator_updates", 2)
    job.resume()
    job.wait(60)
    run = Run(job.run)
    assert run.state == "finished"
    assert [(turn.iteration, turn.name) for turn in run.turns] == [
        (at, RATE),
        (at, "instance_noise"),
        (at + 1, "discriminator_updates"),
    ]
    same(run, again(run, tmp_path / "again", monkeypatch))
    untouched = Run(train_run(tmp_path / "untouched", "plane-gan", 300))
    np.testing.assert_array_equal(untouched.first_images(0, at), run.first_images(0, at))
    assert not np.array_equal(untouched.first_images(), run.first_images()), "the knobs do something"


def test_a_checkpoint_before_the_turn_goes_on_to_the_same_end(tmp_path, monkeypatch):
    turns = (Turn(iteration=20, name=RATE, value=0.01), Turn(iteration=40, name="generator_updates", value=3))
    straight = Run(train_run(tmp_path / "straight", "plane-gan", 60, turns=turns))
    monkeypatch.setattr("ganlab.runs.writer.CHECKPOINT_SECONDS", 1e9)
    writer = jobs.create_run(request_for("plane-gan", 60, turns=turns), tmp_path / "killed")
    saved = 0
    for event in jobs.Training(writer, chunk_limit=lambda: 3):
        assert isinstance(event, Started | Iterations)
        if not saved and event.iteration > 10 and isinstance(event, Iterations):
            saved = event.iteration
            writer.checkpoint(saved, event.save, force=True)
        if event.iteration > 48:
            break  # and nothing of it is saved, as when it is killed
    writer.close()
    run = Run(writer.path)
    assert run.state == "interrupted" and run.done > 40
    assert [layout.iteration_of(path) for path in layout.checkpoints(run.path)] == [saved] and saved < 20
    list(jobs.Training(jobs.reopen_run(run)))
    same(Run(run.path), straight)


def test_a_step_of_one_network_changes_only_that_one(worker, tmp_path):
    job = paused(worker, tmp_path)

    def weights() -> dict[str, np.ndarray]:
        until(lambda: Run(job.run).state == "paused" and layout.checkpoints(job.run))
        newest = layout.checkpoints(job.run)[0]
        assert layout.iteration_of(newest) == job.view().iteration
        with np.load(newest) as arrays:
            return {name: arrays[name] for name in arrays}

    def moved(before, after) -> set[str]:
        names = [name for name in before if name.startswith(("generator/", "discriminator/"))]
        return {name.split("/")[0] for name in names if not np.array_equal(before[name], after[name])}

    for number, only in enumerate(("generator", "discriminator", "")):
        before, at = weights(), job.view().iteration
        job.step(only)
        until(lambda at=at: job.view().iteration == at + 1 and job.view().state == "paused")
        until(lambda at=at: layout.iteration_of(layout.checkpoints(job.run)[0]) == at + 1)
        assert moved(before, weights()) == ({only} if only else {"generator", "discriminator"}), number
    assert job.turned()["generator_updates"] == job.turned()["discriminator_updates"] == 1.0


def test_steps_that_were_asked_for_at_once_are_done_one_after_the_other(worker, tmp_path):
    job = paused(worker, tmp_path)
    at = job.view().iteration
    for only in ("generator", "generator", "discriminator"):
        job.step(only)
    until(lambda: job.view().iteration == at + 3 and job.view().state == "paused")
    job.step()  # after which what was turned has been put back
    until(lambda: job.view().iteration == at + 4)
    turned = [(turn.iteration - at, turn.name.split("_")[0], turn.value) for turn in Run(job.run).turns]
    assert (0, "discriminator", 0.0) in turned and (1, "discriminator", 0.0) in turned
    assert (2, "generator", 0.0) in turned and (3, "generator", 1.0) in turned
    assert job.turned()["generator_updates"] == job.turned()["discriminator_updates"] == 1.0


def test_what_cannot_be_turned_is_a_sentence(worker, tmp_path, monkeypatch):
    job = paused(worker, tmp_path)
    for name, value, says in (
        ("latent_size", 3, "cannot be turned while"),
        (RATE, "fast", "must be a number"),
        ("generator_updates", 99, "must be from 0 to 10"),
    ):
        with pytest.raises(GanlabError, match=says):
            job.turn(name, value)
    with pytest.raises(GanlabError, match="cannot be turned"):
        job.step("critic")
    assert Run(job.run).turns == ()
    monkeypatch.setattr("ganlab.jobs.job.MOST_TURNS", 2)
    job.turn(RATE, 0.1)
    with pytest.raises(GanlabError, match="can be turned 2 times, and they have been"):
        job.turn(RATE, 0.2)
    worker.stop(job)
    job.wait(60)
    with pytest.raises(GanlabError, match="until it ends"):
        job.turn(RATE, 0.1)


def test_a_pace_is_held_and_given_up_at_once(worker, tmp_path):
    job = start(worker, tmp_path)
    until(lambda: job.view().state == "running")
    job.pace = 20.0
    time.sleep(0.3)  # the chunk that was being done
    begun, first = time.monotonic(), job.view().iteration
    time.sleep(1.5)
    done, spent = job.view().iteration - first, time.monotonic() - begun
    assert 1 <= done <= 20 * spent + 3
    job.pace = None
    first = job.view().iteration
    until(lambda: job.view().iteration > first + 200)


def test_images_and_points_are_not_taken_for_each_other(tmp_path):
    with pytest.raises(GanlabError, match="learns points in the plane, but mnist holds images"):
        jobs.create_run(jobs.Request("plane-gan", dataset="mnist"), tmp_path)
    with pytest.raises(GanlabError, match="learns images, but ring holds points"):
        jobs.create_run(jobs.Request("dcgan", dataset="ring"), tmp_path)
    table = tmp_path / "own.csv"
    table.write_text("x,y\n" + "\n".join(f"{n / 10},{n % 3}" for n in range(30)))
    writer = jobs.create_run(request_for("dense-gan", 5, dataset=str(table)), tmp_path)
    with pytest.raises(GanlabError, match=r"learns images, but own\.csv holds points"):
        list(jobs.Training(writer))
    assert "holds points" in Run(writer.path).status.message
    run = Run(train_run(tmp_path, "plane-gan", 5, dataset=str(table)))
    assert run.done == 5 and run.reals().shape == (24, 2)


def test_a_request_that_names_no_data_is_for_what_its_architecture_learns_from():
    assert jobs.Request("plane-gan").dataset == "ring" and jobs.Request("dcgan").dataset == "mnist"
    assert jobs.Request("dcgan", dataset="").dataset == "", "one's own, which are still to be named"
    assert jobs.Request("no-such").dataset is None


def test_a_race_of_points_is_refused_with_a_sentence(tmp_path):
    from ganlab.jobs import race_standings, races

    sides = [jobs.Request("plane-gan", dataset="ring"), jobs.Request("dense-gan", dataset="offline")]
    with pytest.raises(GanlabError, match="One side of this race learns points and the other one images"):
        races.create_race(sides[0], sides[1], race_standings.parse_finish("iterations:5", 60), tmp_path)
    assert not list(tmp_path.iterdir())
