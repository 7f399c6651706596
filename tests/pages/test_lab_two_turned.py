"""Two beside each other in the Lab: knobs of each side are turned, and each side is looked at in slow motion."""

import json

import pytest

from ganlab import jobs
from ganlab.jobs import worker
from ganlab.jobs.race_standings import Finish
from ganlab.jobs.races import Race, create_race
from ganlab.runs import Run
from ganlab.ui.shared import slow_stages
from tests.conftest import unpack, until
from tests.pages.steps import again, asked, labels, open_page, press

SMALL = {"generator_units": 8, "discriminator_units": 8}
RATE = "Generator's learning rate"
PATIENCE = 60.0


def begin(folder, iterations: int) -> Race:
    left, right = (
        jobs.Request("plane-gan", preset, SMALL, "ring", precision="float32") for preset in ("tuned", "collapse")
    )
    race = create_race(left, right, Finish("iterations", iterations), folder)
    race.pause()
    worker.add(race)
    until(lambda: race.view().state == "paused", PATIENCE)
    return race


def step(race: Race, to: int) -> None:
    race.step()
    until(lambda: [side.view().iteration for side in race.parts] == [to] * 2, PATIENCE)
    until(lambda: race.view().state == "paused", PATIENCE)


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A poll waits for the stages for as long as a busy machine needs."""
    monkeypatch.setattr(slow_stages, "PATIENCE", PATIENCE)


@pytest.fixture
def race(runs):
    race = begin(runs, 10**6)
    step(race, 1)
    yield race
    worker.stop(race)
    race.wait(PATIENCE)


def page(race: Race):
    return open_page("lab", race=race.run.name, hide="form")


def knob(test, race: Race, number: int, name: str):
    return test.number_input(key=f"turn-{race.parts[number].run.name}-{name}")


def frames(test) -> list[tuple[dict, dict]]:
    """What the left view is sent, and the right one."""
    pieces = [one.proto for one in test.get("bidi_component") if one.proto.component_name == "ganlab_feed"]
    assert len(pieces) == 2
    return [unpack(piece.bytes) for piece in pieces]


def views(test) -> list[dict]:
    pieces = [one.proto for one in test.get("bidi_component") if one.proto.component_name == "ganlab_lab"]
    return [json.loads(piece.json) for piece in pieces]


def test_each_side_has_its_knobs_and_a_turn_of_one_is_not_one_of_the_other(race):
    test = page(race)
    left, right = (Run(side.run) for side in race.parts)
    assert [field.label for field in test.number_input].count(RATE) == 2
    assert knob(test, race, 1, "instance_noise").value == right.config.values["instance_noise"]
    knob(test, race, 0, "instance_noise").set_value(0.25)
    test = again(test)
    step(race, 2)
    assert [(turn.iteration, turn.name, turn.value) for turn in left.turns] == [(1, "instance_noise", 0.25)]
    assert not right.turns
    knob(test, race, 1, "discriminator_updates").set_value(2)
    test = again(test)
    step(race, 3)
    assert [(turn.iteration, turn.name, turn.value) for turn in right.turns] == [(2, "discriminator_updates", 2.0)]
    heads = [head for head, _ in frames(again(test))]
    assert [head["turns"][0]["words"] for head in heads] == ["Instance noise: 0.25", "Discriminator's updates: 2"]
    test = press(test, "Start over")
    made = [Run(race.run.parent / name) for name in Run(race.run.parent / asked(test, "race")).config.race.sides]
    assert [run.turns for run in made] == [left.turns, right.turns]
    begun = worker.current()
    assert begun is not None
    worker.stop(begun)


def test_knobs_can_be_left_out_by_the_address(race):
    test = open_page("lab", race=race.run.name, hide="knobs,form")
    assert RATE not in [field.label for field in test.number_input]


def test_one_side_is_shown_in_slow_motion_then_the_other_and_its_iteration_is_done_on_both(race):
    test = page(race)
    assert test.button_group(key="lab-slow-side").value == "left"
    assert all("flow" in view["hide"] for view in views(test))
    test = press(test, "Slow motion")
    (left, arrays), (right, _) = frames(test)
    assert left["slow"]["iteration"] == 2 and "slow" not in right
    assert left["slow"]["stages"][0]["title"] == "Noise" and "slow/0/heat" in arrays
    assert [("flow" in view["hide"]) for view in views(test)] == [False, True]
    test.button_group(key="lab-slow-side").set_value("right")
    test = again(test)
    (left, _), (right, arrays) = frames(test)
    assert "slow" not in left and right["slow"]["iteration"] == 2 and "slow/0/heat" in arrays
    assert "Step" not in labels(test)
    test = press(test, "Do this iteration")
    until(lambda: [side.view().iteration for side in race.parts] == [2, 2])
    until(lambda: race.view().state == "paused")
    test = again(test)
    assert frames(test)[1][0]["slow"]["iteration"] == 3
    test = press(test, "Leave slow motion")
    assert not any("slow" in head for head, _ in frames(test)) and "Step" in labels(test)
    assert test.button_group(key="lab-slow-side").value == "right", "the choice stays"
    test = press(press(test, "Slow motion"), "Play")
    until(lambda: race.view().state == "running")
    test = again(test)
    assert not any("slow" in head for head, _ in frames(test))
    (button,) = [button for button in test.button if button.label == "Slow motion"]
    assert button.disabled and "Pause the training first" in button.help


def test_a_finished_race_shows_each_side_from_its_checkpoint(runs):
    race = begin(runs, 4)
    race.resume()
    race.wait(PATIENCE)
    test = press(page(race), "Slow motion")
    (left, _), (right, _) = frames(test)
    assert left["slow"]["iteration"] == 5 and left["slow"]["stages"][-1]["name"] == "step" and "slow" not in right
    assert "Do this iteration" not in labels(test)
    test.button_group(key="lab-slow-side").set_value("right")
    (left, _), (right, _) = frames(again(test))
    assert "slow" not in left and right["slow"]["iteration"] == 5


def test_a_side_by_itself_leads_back_to_the_controls_of_both(race):
    test = open_page("lab", run=race.parts[1].run.name)
    assert "Play" not in labels(test) and RATE in [field.label for field in test.number_input]
    test = press(test, "Slow motion")
    ((head, _),) = [unpack(one.proto.bytes) for one in test.get("bidi_component") if one.proto.bytes]
    assert head["slow"]["iteration"] == 2
    test = press(test, "Open both")
    assert asked(test, "race") == race.run.name and "Play" in labels(test)
