"""Races of two models that learn points: the same noise and data on both sides, in step, and what is refused."""

import numpy as np
import pytest

from ganlab import jobs
from ganlab.errors import GanlabError
from ganlab.jobs import race_standings
from ganlab.jobs.race_standings import parse_finish
from ganlab.jobs.races import create_race
from ganlab.runs import Run
from ganlab.runs.plane_history import PlaneHistory
from tests.conftest import until
from tests.jobs.racing import LONG, ended, quick, runs_of, start

PATIENCE = 60.0
SMALL = {"generator_units": 8, "discriminator_units": 8, "generator_layers": 1, "discriminator_layers": 1}


def points(preset: str = "tuned", **others) -> jobs.Request:
    values = {**SMALL, "batch_size": 16, **others.pop("values", {})}
    return jobs.Request("plane-gan", preset, values, others.pop("dataset", "ring"), **others)


def longer(**others) -> jobs.Request:
    """The same networks that learn the same way; only the length that the race replaces is another one."""
    return points(values={"iterations": 77}, **others)


def followed(run: Run) -> np.ndarray:
    """The points of all its iterations, [iterations, points, 2]."""
    return PlaneHistory(run).exact(1, run.done)[1]


def test_sides_with_equal_settings_become_the_same_run_to_the_last_bit(worker, tmp_path):
    left, right = ended(start(worker, tmp_path, "iterations:40", points(), longer()))
    assert (left.done, right.done) == (40, 40) and left.state == right.state == "finished"
    np.testing.assert_array_equal(left.reals(), right.reals())
    np.testing.assert_array_equal(followed(left), followed(right))
    np.testing.assert_array_equal(left.metrics(0)[:, 1:], right.metrics(0)[:, 1:])  # all but the seconds


@pytest.mark.parametrize("finish", ["iterations:30", "seconds:0.3"])
def test_two_presets_learn_the_same_data_and_measure_both_sides(worker, tmp_path, finish):
    race = start(worker, tmp_path, finish, points("collapse"), points("packed"))
    left, right = ended(race)
    assert race.view().state == "finished" and left.state == right.state == "finished"
    np.testing.assert_array_equal(left.reals(), right.reals())
    assert left.done > 1 and right.done > 1
    assert len(left.quality()[0]) and len(right.quality()[0])
    assert race_standings.result(left) == race_standings.result(right)


def test_both_go_in_step_and_a_pause_leaves_both_after_the_same_iteration(worker, tmp_path):
    race = start(worker, tmp_path, f"iterations:{LONG}", points(), points(values={"discriminator_updates": 6}))
    until(lambda: all(side.view().iteration > 20 for side in race.parts), PATIENCE)
    race.pause()
    until(lambda: race.view().state == "paused", PATIENCE)
    left, right = runs_of(race)
    assert left.done == right.done
    done = left.done
    for steps in (1, 2):
        race.step()
        until(lambda steps=steps: left.done == right.done == done + steps, PATIENCE)
        until(lambda: race.view().state == "paused" and not race.gap())
    race.pace = 1000.0
    race.resume()
    until(lambda: min(left.done, right.done) > done + 10, PATIENCE)
    race.pace = 1.0
    until(lambda: not race.gap())
    worker.stop(race)
    assert [run.state for run in ended(race)] == ["stopped"] * 2


def test_a_slowed_race_does_as_many_iterations_a_second_on_each_side(worker, tmp_path):
    race = start(worker, tmp_path, "iterations:12", points(), longer())
    race.pace = 20.0
    left, right = ended(race)
    (rows,) = {len(run.metrics(0)) for run in (left, right)}
    assert rows == 12


@pytest.mark.parametrize(
    ("left", "right", "finish", "said"),
    [
        (points(), quick(), "iterations:5", "points and the other one images"),
        (quick(), points(), "iterations:5", "points and the other one images"),
        (points(), points(), "iterations:5", "same settings"),
        (points(), points("collapse", dataset="grid"), "iterations:5", "the same points"),
        (points(), points("collapse", seed=1), "iterations:5", "the same seed"),
        (points(), points("collapse"), "frechet:5", "learn points"),
    ],
)
def test_a_race_that_cannot_be_is_refused_in_a_sentence(tmp_path, left, right, finish, said):
    with pytest.raises(GanlabError, match=said) as refused:
        create_race(left, right, parse_finish(finish), tmp_path)
    assert str(refused.value).endswith(".") and not list(tmp_path.iterdir())
