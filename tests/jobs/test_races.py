"""Races: both sides train equally long, each way of finishing, and what becomes of the runs."""

import json
import math

import numpy as np
import pytest

from ganlab import data, jobs, models
from ganlab.errors import GanlabError
from ganlab.evaluation import sample_readings
from ganlab.jobs import race_standings, races
from ganlab.jobs.race_outcome import describe
from ganlab.jobs.race_standings import Finish
from ganlab.jobs.races import create_race
from ganlab.runs import Run, RunWriter, layout
from tests.conftest import request_for, trained_run, until
from tests.jobs.racing import LONG, PATIENCE, Figures, ended, quick, runs_of, slow, start


def test_both_sides_have_trained_equally_long_at_any_time(worker, tmp_path, monkeypatch, no_figures):
    lanes, chunks, gaps = [], [], []
    advance = races._Lane.advance

    def watch(lane):
        lanes.append(lane) if lane not in lanes else None
        before = lane.seconds
        advance(lane)
        chunks.append(lane.seconds - before)
        gaps.append(abs(lanes[0].seconds - lanes[-1].seconds) if not any(one.over for one in lanes) else 0.0)

    monkeypatch.setattr(races._Lane, "advance", watch)
    left, right = ended(start(worker, tmp_path, "seconds:2", right=slow()))
    assert left.done > right.done > 5, "one model is much quicker than the other"
    assert sum(gap > 0 for gap in gaps) > 5
    for turn, gap in enumerate(gaps):
        assert gap <= max(chunks[: turn + 1]) + 1e-6


def test_a_race_over_iterations_is_won_by_the_better_samples(worker, tmp_path, figures):
    race = start(worker, tmp_path, "iterations:12", right=slow())
    left, right = ended(race)
    assert race.view().state == "finished" and (race.view().iteration, race.view().total) == (24, 24)
    for run in (left, right):
        assert (run.state, run.done, run.total) == ("finished", 12, 12)
        assert run.config.race.sides == (left.id, right.id)
        assert race_standings.finish_of(run) == Finish("iterations", 12)
    now = race_standings.result(left)
    assert now is not None and now == race_standings.result(right)
    assert (now.leader, now.reason) == (1, "frechet")
    assert now.sides[0].frechet == pytest.approx(1000 / 12) and now.sides[1].frechet == pytest.approx(499 / 12)
    words = describe(now, race_standings.names([left, right]), race.finish, over=True)
    assert words.startswith(
        "By Fréchet distance, Digit GAN is ahead: 41.6 against 83.3 (low is good; real images get 0.50)."
    )
    assert json.dumps(race_standings.to_json(now)) and race_standings.to_json(now)["winner"] == right.id


def test_a_race_over_seconds_counts_each_sides_own_training(worker, tmp_path, figures):
    race = start(worker, tmp_path, "seconds:1", right=slow())
    for run in ended(race):
        rows = run.metrics()
        assert rows[-1, 0] >= 1.0 and run.state == "finished" and run.total == run.done == len(rows)
        assert run.quality()[0][-1] == run.done, "the last samples are measured"
        assert run.config.values["iterations"] in (100, 20_000), "the settings are those that were asked for"
        assert race.parts[0].view().state == "finished"
        again = jobs.reopen_run(run, run.total + 5)
        again.close()


def test_a_race_to_a_quality_ends_when_one_side_reaches_it(worker, tmp_path, figures):
    race = start(worker, tmp_path, "frechet:50", right=slow(values={"latent_size": 8}))
    left, right = ended(race)
    now = race_standings.result(left)
    assert now is not None and now.reason == "reached" and now.leader is not None
    winner = (left, right)[now.leader]
    assert winner.state == "finished" and now.sides[now.leader].reached == pytest.approx(
        float(winner.metrics()[_first(winner, 50) - 1, 0])
    )
    assert "won: it reached a Fréchet distance of 50 after" in describe(
        now, race_standings.names([left, right]), race.finish, over=True
    )


def _first(run: Run, distance: float) -> int:
    iterations, values = run.quality()
    return int(iterations[values[:, run.config.quality.index("frechet")] <= distance][0])


def test_a_race_to_a_quality_that_nobody_reaches_ends_at_its_longest(worker, tmp_path, figures, monkeypatch):
    monkeypatch.setattr(Figures, "RIGHT", 10.0)  # well ahead, however unlike the numbers of iterations are
    race = start(worker, tmp_path, "frechet:0.0001", longest=0.5)
    left, right = ended(race)
    now = race_standings.result(right)
    assert now is not None and now.reason == "frechet"
    assert min(run.metrics()[-1, 0] for run in (left, right)) >= 0.5
    assert describe(now, ["A", "B"], race.finish, over=True).endswith(
        "Neither came to a Fréchet distance of 0.0001 in 0.5 s of training."
    )


def test_without_figures_who_is_done_sooner_is_said_and_over_seconds_nobody_wins(worker, tmp_path, no_figures):
    left, right = ended(start(worker, tmp_path, "iterations:8"))
    now = race_standings.result(left)
    assert now is not None and now.reason == "sooner"
    assert now.leader == int(right.metrics()[-1, 0] < left.metrics()[-1, 0])
    race = start(worker, tmp_path, "seconds:0.2")
    now = race_standings.result(ended(race)[0])
    assert now is not None and (now.leader, now.reason) == (None, "")
    assert describe(now, ["A", "B"], race.finish, over=True).startswith("Nobody won")


def test_the_last_samples_are_measured_and_read_in_earnest(worker, tmp_path):
    race = start(worker, tmp_path, "iterations:6", left=quick(), right=quick(values={"learning_rate": 0.01}))
    left, right = ended(race)
    now = race_standings.result(left)
    assert now is not None and now.reason in ("both", "split", "level")
    for run, side in zip((left, right), now.sides, strict=True):
        assert run.quality()[0].tolist()[-1] == 6
        assert side.frechet is not None and side.floor is not None and side.frechet > side.floor > 0
        read = run.config.race.read
        assert list(read.iterations) == [layout.iteration_of(file) for file in sample_readings.moments(run)]
        assert read.iterations[-1] == 6 and side.moments == len(read.iterations)
        assert (side.share, side.as_drawn) == (read.shares[-1], read.as_drawn[-1])
        assert side.asked == "a five" and side.share_of == sample_readings.LAST


def test_what_goes_wrong_with_reading_leaves_the_result(worker, tmp_path, monkeypatch, figures, capfd):
    def fail(*args):
        raise RuntimeError("a bug")

    monkeypatch.setattr(sample_readings, "judge_of", fail)
    left, _ = ended(start(worker, tmp_path, "iterations:4"))
    now = race_standings.result(left)
    assert now is not None and now.reason == "frechet" and now.sides[0].share is None
    assert "a bug" in capfd.readouterr().err


def test_the_runs_are_the_same_as_if_trained_alone(worker, tmp_path, figures):
    race = start(worker, tmp_path / "race", "iterations:30", right=slow())
    raced = ended(race)
    for run, request in zip(raced, (quick(), slow()), strict=True):
        alone = Run(trained_run(tmp_path / "alone", request.model, 30, digits=(5,)))
        np.testing.assert_array_equal(run.metrics()[:, 1:], alone.metrics()[:, 1:])
        np.testing.assert_array_equal(run.first_images(), alone.first_images())


def test_a_stopped_race_keeps_both_runs_and_each_goes_on_by_itself(worker, tmp_path, figures):
    race = start(worker, tmp_path / "race", "iterations:60")
    until(lambda: all(side.view().iteration > 0 for side in race.parts), PATIENCE)
    race.pause()
    until(lambda: race.view().state == "paused", PATIENCE)
    worker.stop(race)
    left, right = ended(race)
    assert race.view().state == left.state == right.state == "stopped" and race_standings.result(left) is None
    assert left.done < 60 or right.done < 60
    for run, values in zip((left, right), ({}, {"learning_rate": 0.01}), strict=True):
        if run.done < 60:
            list(jobs.Training(jobs.reopen_run(run)))
        again = Run(run.path)
        alone = Run(trained_run(tmp_path / "alone", iterations=60, digits=(5,), values=values))
        assert again.state == "finished"
        np.testing.assert_array_equal(again.metrics()[:, 1:], alone.metrics()[:, 1:])


def test_a_stopped_race_over_time_leaves_runs_of_a_length_to_go_on_to(worker, tmp_path, figures):
    race = start(worker, tmp_path, "seconds:100000")
    until(lambda: all(side.view().seconds > 0.5 for side in race.parts), PATIENCE)
    worker.stop(race)
    for run in ended(race):
        assert run.state == "stopped" and run.done < run.total <= jobs.LONGEST
        jobs.reopen_run(run).close()


def test_a_race_over_time_that_fails_while_it_gets_ready_leaves_runs_of_their_own_length(worker, tmp_path, monkeypatch):
    def refuse(*args, **others):
        raise GanlabError("There are no images.")

    monkeypatch.setattr(data, "load", refuse)
    race = start(worker, tmp_path, "seconds:60")
    lengths = [run.total for run in runs_of(race)]
    assert [run.state for run in ended(race)] == ["failed"] * 2
    assert [run.total for run in runs_of(race)] == lengths and max(lengths) < 100_000


def test_pause_holds_both_step_does_one_iteration_and_resume_goes_on(worker, tmp_path, figures):
    race = start(worker, tmp_path, f"iterations:{LONG}")
    until(lambda: all(side.view().iteration > 0 for side in race.parts), PATIENCE)
    race.pause()
    until(lambda: [run.state for run in runs_of(race)] == ["paused"] * 2, PATIENCE)
    until(lambda: race.view().state == "paused")
    held = [side.view().iteration for side in race.parts]
    assert [run.done for run in runs_of(race)] == held
    race.step()
    until(lambda: race.view().iteration == sum(held) + 1, PATIENCE)
    until(lambda: [side.view().state for side in race.parts] == ["paused"] * 2, PATIENCE)
    race.resume()
    until(lambda: race.view().iteration > sum(held) + 10, PATIENCE)
    assert all(side.view().state == "running" for side in race.parts)


def test_a_race_waits_in_line_and_can_be_taken_back(worker, tmp_path, figures):
    first = worker.submit(jobs.create_run(request_for("dense-gan", LONG), tmp_path))
    race = start(worker, tmp_path, "iterations:5")
    until(lambda: first.view().state == "running", PATIENCE)
    assert worker.view(race).state == "queued" and worker.view(race).place == 1
    worker.stop(race)
    assert race.view().state == "stopped" and [run.state for run in runs_of(race)] == ["stopped"] * 2
    assert first.view().state == "running"
    for run in runs_of(race):
        RunWriter(run.path).close()  # nobody holds them any more


def test_a_run_of_a_race_is_found_and_may_then_be_trained_further(worker, tmp_path, figures):
    race = start(worker, tmp_path, "iterations:4")
    left, right = ended(race)
    assert [worker.find(run.path) for run in (left, right)] == list(race.parts)
    again = worker.submit(jobs.reopen_run(left, 8))
    assert worker.find(left.path) is again and again.wait(PATIENCE).state == "finished"
    kept = race_standings.result(Run(left.path))
    assert kept is not None and kept.sides[0].iterations == 4, "what came of the race stays as it was"


def fail_to_build(monkeypatch, *names: str) -> None:
    create = models.create

    def fail(spec, *args):
        if spec.name in names:
            raise GanlabError("There is not enough memory.")
        return create(spec, *args)

    monkeypatch.setattr(models, "create", fail)


def test_where_one_side_fails_the_other_goes_on_and_wins(worker, tmp_path, monkeypatch, figures):
    fail_to_build(monkeypatch, "dense-gan")
    race = start(worker, tmp_path, "iterations:5", right=slow())
    left, right = ended(race)
    assert race.view().state == "finished"
    assert (left.state, left.status.message) == ("failed", "There is not enough memory.")
    assert (right.state, right.done) == ("finished", 5)
    now = race_standings.result(right)
    assert now is not None and (now.leader, now.reason) == (1, "failure")
    assert describe(now, ["A", "B"], race.finish, over=True) == "B won, because A failed."


def test_a_side_that_diverges_at_once_says_so_where_time_decides(worker, tmp_path, monkeypatch, figures):
    create = models.create

    def break_step(spec, *args):
        model = create(spec, *args)
        if spec.name == "dense-gan":
            step = model.step

            def no_numbers(batches, key):
                curves, images = step(batches, key)
                return {name: value * math.nan for name, value in curves.items()}, images

            model.step = no_numbers
        return model

    monkeypatch.setattr(models, "create", break_step)
    left, right = ended(start(worker, tmp_path, "seconds:0.3", right=slow()))
    assert left.state == "failed" and left.status.message.startswith("The loss stopped being a number after 0 it")
    assert right.state == "finished" and right.metrics()[-1, 0] >= 0.3


def test_where_one_side_fails_on_the_way_the_other_goes_on(worker, tmp_path, monkeypatch, figures, capfd):
    write = RunWriter.iterations

    def fail(writer, rows, images):
        if writer.run.model == "digit-gan" and writer.run.done >= 2:
            raise RuntimeError("a bug")
        write(writer, rows, images)

    monkeypatch.setattr(RunWriter, "iterations", fail)
    left, right = ended(start(worker, tmp_path, "iterations:40", right=slow()))
    assert (left.state, left.done) == ("finished", 40) and right.state == "failed"
    assert "RuntimeError" in right.status.message and "Traceback" in capfd.readouterr().err


def test_where_both_fail_so_does_the_race_and_the_worker_lives_on(worker, tmp_path, monkeypatch, figures):
    with monkeypatch.context() as patch:
        fail_to_build(patch, "dense-gan")
        race = start(worker, tmp_path, "iterations:5")
        ended(race)
    assert (race.view().state, race.view().message) == ("failed", "There is not enough memory.")
    assert ended(start(worker, tmp_path, "iterations:3"))[0].state == "finished"


def test_stopped_while_it_prepares_both_runs_are_stopped(worker, tmp_path, figures):
    race = create_race(quick(), slow(), Finish("iterations", 5), tmp_path)
    race._prepare_side = lambda side: lambda what, fraction: worker.stop(race) or racing_stopped(race)  # type: ignore
    worker.add(race)
    assert [run.state for run in ended(race)] == ["stopped"] * 2 and race.view().state == "stopped"


def racing_stopped(race: races.Race) -> None:
    assert race._stopped
    raise jobs.Cancelled
