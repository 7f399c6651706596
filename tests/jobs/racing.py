"""Races of small networks, and what they are measured by."""

from ganlab import jobs
from ganlab.jobs import Worker, race_standings, races
from ganlab.jobs.race_standings import parse_finish
from ganlab.jobs.races import create_race
from ganlab.runs import Run
from tests.conftest import request_for

PATIENCE = 900.0


LONG = 1_000_000


class Figures:
    """In place of measuring: the left side's samples are `LEFT` over the iteration, the right side's `RIGHT`."""

    LEFT, RIGHT = 1000.0, 499.0
    built = 0

    def __init__(self, *args, **kwargs) -> None:
        self.scale = (self.LEFT, self.RIGHT)[Figures.built % 2]
        Figures.built += 1

    def about(self) -> dict:
        return {}

    def go_on(self, iteration, seconds):
        return iteration, {"frechet": self.scale / iteration, "frechet_floor": 0.5}

    def finish(self, iteration, seconds):
        yield self.go_on(iteration, seconds)


def quick(**others) -> jobs.Request:
    return request_for("dense-gan", None, digits=(5,), **others)


def slow(**others) -> jobs.Request:
    return request_for("digit-gan", None, digits=(5,), **others)


def other(**others) -> jobs.Request:
    """As quick as the first, but with settings of its own."""
    return quick(values={"learning_rate": 0.01}, **others)


def start(
    worker: Worker, folder, finish: str, left=None, right=None, longest: float = race_standings.LONGEST
) -> races.Race:
    race = create_race(left or quick(), right or other(), parse_finish(finish, longest), folder)
    worker.add(race)
    return race


def runs_of(race: races.Race) -> list[Run]:
    return [Run(side.run) for side in race.parts]


def ended(race: races.Race) -> list[Run]:
    assert not race.wait(PATIENCE).active, race.view()
    return runs_of(race)
