"""What a race is asked for: its finish, its two sides, their precision and learning rate."""

import math
from dataclasses import replace

import pytest

from ganlab import jobs
from ganlab.errors import GanlabError
from ganlab.jobs import race_standings, races
from ganlab.jobs.race_outcome import describe
from ganlab.jobs.race_standings import Finish, parse_finish
from ganlab.jobs.races import create_race
from ganlab.runs import Run
from ganlab.training import devices
from tests.conftest import request_for
from tests.jobs.racing import PATIENCE, ended, other, quick, runs_of, slow, start


@pytest.mark.parametrize(
    ("text", "finish"),
    [
        ("iterations:100", Finish("iterations", 100)),
        ("iterations:20,000", Finish("iterations", 20_000)),
        ("seconds:1.5", Finish("seconds", 1.5)),
        ("frechet:20", Finish("frechet", 20)),
    ],
)
def test_a_finish_is_written_as_its_kind_and_a_number(text, finish):
    assert parse_finish(text) == finish
    assert (
        finish.seconds == {"iterations": math.inf, "seconds": finish.at, "frechet": race_standings.LONGEST}[finish.kind]
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", "iterations", "iterations:x", "iterations:nan", "steps:5", "iterations:0", "iterations:1.5"),
        *("iterations:1e12", "seconds:0", "seconds:-1", "seconds:inf", "frechet:0", "frechet:inf"),
    ],
)
def test_a_finish_that_cannot_be_is_a_sentence(text):
    with pytest.raises(GanlabError):
        parse_finish(text)
    with pytest.raises(GanlabError):
        parse_finish("frechet:5", longest=-1)


@pytest.mark.parametrize(
    ("left", "right", "finish", "said"),
    [
        (quick(), request_for("vae", None), "iterations:5", "Only GANs can race"),
        (quick(), quick(), "iterations:5", "same settings"),
        (replace(quick(), iterations=7), quick(), "iterations:5", "same settings"),
        (quick(), slow(seed=1), "iterations:5", "the same seed"),
        (quick(), slow(dataset="fashion-mnist"), "iterations:5", "the same images"),
        (quick(dataset="mine.npz"), slow(dataset="mine.npz"), "frechet:5", "there is none for your own images"),
        (quick(), slow(values={"batch_size": -1}), "iterations:5", "Batch size"),
        (quick(seed=-1), slow(seed=-1), "iterations:5", "seed"),
    ],
)
def test_a_race_that_cannot_be_is_refused_and_leaves_nothing_behind(tmp_path, left, right, finish, said):
    with pytest.raises(GanlabError, match=said):
        create_race(left, right, parse_finish(finish), tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_left_run_goes_where_the_right_one_is_refused(tmp_path, monkeypatch):
    create, calls = jobs.create_run, []

    def refuse(request, folder):
        calls.append(request)
        if len(calls) == 2:
            raise GanlabError("The disk is full.")
        return create(request, folder)

    monkeypatch.setattr(jobs, "create_run", refuse)
    with pytest.raises(GanlabError, match="disk is full"):
        create_race(quick(), slow(), Finish("iterations", 5), tmp_path)
    assert len(calls) == 2 and not list(tmp_path.iterdir())


def test_two_models_may_race_on_classes_of_their_own(worker, tmp_path, figures):
    race = start(worker, tmp_path, "iterations:3", left=quick(), right=replace(quick(), digits=(8,)))
    left, right = ended(race)
    assert (left.config.digits, right.config.digits) == ((5,), (8,))
    assert race_standings.names([left, right]) == ["Dense GAN on 5", "Dense GAN on 8"]
    now = race_standings.result(left)
    assert now is not None and (now.leader, now.reason) == (None, ""), "distances from other digits do not compare"
    assert "each side is compared with its own digits" in describe(now, ["A", "B"], race.finish, True)


def test_a_race_remembers_which_experiment_it_repeats(tmp_path):
    for key in ("basic-deep", ""):
        race = create_race(quick(), slow(), Finish("iterations", 5), tmp_path, key)
        for side in race.parts:
            side._writer.close()
            assert Run(side.run).config.race.experiment == key


@pytest.fixture
def bfloat16(monkeypatch):
    """Where trainings choose their own precision, this machine is said to be quicker in bfloat16."""
    chosen = "mixed_bfloat16", "it is quicker here"
    choose = devices.choose_precision
    monkeypatch.setattr(
        devices, "choose_precision", lambda wanted, *args, **more: chosen if wanted == "auto" else choose(wanted, *args)
    )


def test_both_sides_compute_in_the_same_precision_and_keep_it(worker, tmp_path, figures, bfloat16):
    for run in ended(
        start(worker, tmp_path, "iterations:3", left=quick(precision="auto"), right=other(precision="auto"))
    ):
        assert run.config.precision == "float32" and "both sides of a race" in run.config.precision_reason
        again = worker.submit(jobs.reopen_run(run, 5))
        assert not again.wait(PATIENCE).active
        assert (Run(run.path).done, Run(run.path).config.precision) == (5, "float32")
        assert Run(run.path).config.precision_reason == run.config.precision_reason


def test_a_side_has_the_precision_that_it_asks_for(worker, tmp_path, figures):
    left = quick(precision="mixed_bfloat16")
    found = [run.config for run in ended(start(worker, tmp_path, "iterations:2", left, other(precision="float32")))]
    assert [config.precision for config in found] == ["mixed_bfloat16", "float32"]
    assert [config.precision_reason for config in found] == ["as asked"] * 2
    with pytest.raises(GanlabError, match="same settings"):
        create_race(quick(precision="auto"), quick(precision="float32"), Finish("iterations", 5), tmp_path)


def test_how_long_an_iteration_takes_in_a_race_is_that_of_its_precision(monkeypatch):
    known = {"float32": 0.02, "auto": 0.01}
    monkeypatch.setattr(jobs, "seconds_per_iteration", lambda request: known.get(request.precision))
    assert races.seconds_per_iteration(quick(precision="auto")) == 0.02
    del known["float32"]
    assert races.seconds_per_iteration(quick(precision="auto")) == 0.01, "better than nothing"


def test_a_learning_rate_falls_within_the_time_of_the_race(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "seconds_per_iteration", lambda request: 0.01)

    def lengths(left, right, finish) -> list[int]:
        race = create_race(left, right, parse_finish(finish, 50), tmp_path)
        for side in race.parts:
            side._writer.close()
        return [run.config.values["iterations"] for run in runs_of(race)]

    def swift(**values) -> jobs.Request:
        return request_for("swift-gan", None, values=values)

    tuned = replace(slow(), digits=None, preset="tuned")
    assert lengths(swift(), replace(quick(), digits=None), "seconds:60") == [6000, 20_000], "the dense GAN's rate stays"
    assert lengths(tuned, swift(iterations=77), "frechet:5") == [5000, 77], "what is asked for is done"
    assert lengths(tuned, replace(tuned, preset="published"), "iterations:60") == [60, 60]
    assert lengths(swift(), tuned, "seconds:600000") == [1_000_000] * 2, "no more than the setting allows"
    monkeypatch.setattr(jobs, "seconds_per_iteration", lambda request: None)
    assert lengths(swift(), tuned, "seconds:60") == [18_000, 100], "nobody knows how long one takes"
