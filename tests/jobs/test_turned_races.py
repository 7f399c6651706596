"""Two in the plane beside each other with which somebody plays: knobs of each side are turned, slow motion is
looked at, and each side is repeated by itself and in a race again."""

from dataclasses import replace

import numpy as np
import pytest

from ganlab import jobs
from ganlab.errors import GanlabError
from ganlab.jobs.race_standings import parse_finish
from ganlab.jobs.races import Race, create_race
from ganlab.runs import Run, Turn
from tests.conftest import until
from tests.jobs.racing import ended, runs_of
from tests.jobs.test_point_races import PATIENCE, points
from tests.jobs.test_turned import RATE, again, same


def sides(**others) -> list[jobs.Request]:
    return [points("tuned", **others), points("collapse", **others)]


def held(worker, folder, finish: str = "iterations:40", left=None, right=None) -> Race:
    """A race that is paused before its first iteration."""
    first, second = sides()
    race = create_race(left or first, right or second, parse_finish(finish), folder)
    race.pause()
    worker.add(race)
    until(lambda: race.view().state == "paused", PATIENCE)
    return race


def step(race: Race) -> None:
    done = [side.view().iteration for side in race.parts]
    race.step()
    until(lambda: [side.view().iteration for side in race.parts] == [number + 1 for number in done])
    until(lambda: race.view().state == "paused")


@pytest.fixture
def turned(worker, tmp_path) -> tuple[Run, Run]:
    """Two runs, of which the left one was turned twice and the right one once, after different iterations."""
    race = held(worker, tmp_path / "turned")
    left, right = race.parts
    assert left.turned()[RATE] == 0.001 and set(right.turned()) > {RATE, "instance_noise"}
    left.turn(RATE, 0.0123456789)
    for _ in range(3):
        step(race)
    right.turn("instance_noise", 0.25)
    step(race)
    left.turn("discriminator_updates", 2)
    assert right.turned()["discriminator_updates"] == 1
    race.resume()
    one, other = ended(race)
    return one, other


def test_each_side_is_turned_by_itself_at_its_own_iteration_and_made_again_by_its_command(
    turned, tmp_path, monkeypatch
):
    left, right = turned
    assert [(turn.iteration, turn.name) for turn in left.turns] == [(0, RATE), (4, "discriminator_updates")]
    assert [(turn.iteration, turn.name, turn.value) for turn in right.turns] == [(3, "instance_noise", 0.25)]
    assert left.done == right.done == 40
    same(left, again(left, tmp_path / "again", monkeypatch))
    same(right, again(right, tmp_path / "again", monkeypatch))


def test_a_race_with_their_turns_is_the_same_race(worker, turned, tmp_path):
    planned = [replace(side, turns=run.turns) for side, run in zip(sides(), turned, strict=True)]
    race = create_race(planned[0], planned[1], parse_finish("iterations:40"), tmp_path / "again")
    worker.add(race)
    for one, other in zip(turned, ended(race), strict=True):
        same(one, other)
        assert one.turns == other.turns


def test_planned_turns_are_settings_in_which_two_sides_may_differ(tmp_path):
    turn = Turn(iteration=5, name="instance_noise", value=0.5)
    race = create_race(points(), points(turns=(turn,)), parse_finish("iterations:9"), tmp_path)
    for side in race.parts:
        side._writer.close()
    assert [run.turns for run in runs_of(race)] == [(), (turn,)]


def test_a_side_is_not_turned_before_it_has_begun_or_after_its_end_or_to_anything_else(worker, tmp_path):
    first, second = sides()
    race = create_race(first, second, parse_finish("iterations:3"), tmp_path)
    with pytest.raises(GanlabError, match="once the training has begun"):
        race.parts[0].turn(RATE, 0.1)
    worker.add(race)
    ended(race)
    with pytest.raises(GanlabError, match="until it ends"):
        race.parts[1].turn(RATE, 0.1)
    with pytest.raises(GanlabError, match="cannot be turned"):
        race.parts[1].turn("latent_size", 3)


def test_a_paused_race_shows_the_next_iteration_of_each_side_and_then_does_just_that(worker, tmp_path, monkeypatch):
    race = held(worker, tmp_path / "raced")
    left, right = race.parts
    with pytest.raises(GanlabError, match="begins after the first iteration"):
        left.slow_motion().result(PATIENCE)
    step(race)
    asked = [side.slow_motion() for side in race.parts]
    slow = [future.result(PATIENCE) for future in asked]
    assert [found.iteration for found in slow] == [1, 1] and left.slow_motion() is asked[0]
    assert slow[0].stages[2].caption != slow[1].stages[2].caption
    right.turn("discriminator_updates", 0)
    assert left.slow_motion() is asked[0] and right.slow_motion() is not asked[1]
    rests = right.slow_motion().result(PATIENCE)
    assert "rest" in [stage.name for stage in rests.stages]
    step(race)
    for side, found in ((left, slow[0]), (right, rests)):
        curves = {name: value for stage in found.stages for name, value in stage.figures.items()}
        run = Run(side.run)
        done = dict(zip(run.curves, run.metrics(1, 2)[0], strict=True))
        for name, value in curves.items():
            assert value == pytest.approx(done[name], rel=1e-5), name
    assert left.slow_motion().result(PATIENCE).iteration == 2
    race.resume()
    one, other = ended(race)
    same(one, again(one, tmp_path / "again", monkeypatch))
    same(other, again(other, tmp_path / "again", monkeypatch))
    with pytest.raises(GanlabError, match="Pause it first"):
        left.slow_motion().result(1)


def test_slow_motion_of_a_side_ends_with_the_pause_and_goes_wrong_by_itself(worker, tmp_path, monkeypatch):
    race = held(worker, tmp_path, "iterations:1000000")
    step(race)
    monkeypatch.setattr("ganlab.training.slow_motion.stages", lambda *args: 1 / 0)
    with pytest.raises(GanlabError, match="ZeroDivisionError"):
        race.parts[0].slow_motion().result(PATIENCE)
    step(race)
    assert [side.view().iteration for side in race.parts] == [2, 2]
    race.resume()
    until(lambda: race.view().state == "running")
    with pytest.raises(GanlabError, match="Pause it first"):
        race.parts[0].slow_motion().result(1)
    race.pause()
    until(lambda: race.view().state == "paused")
    worker.stop(race)
    runs = ended(race)
    assert [run.state for run in runs] == ["stopped"] * 2
    np.testing.assert_array_equal([run.done for run in runs], runs[0].done)
