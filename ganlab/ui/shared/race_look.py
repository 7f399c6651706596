"""A race at one moment, for the pages that watch it."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.jobs import JobView, race_standings, worker
from ganlab.jobs.race_standings import Finish
from ganlab.jobs.races import Race
from ganlab.runs import ACTIVE, Run, resolve
from ganlab.ui.shared.unfinished_runs import turn_to

PLACES = ("left", "right")  # of the two
QUERY = "race"  # in the address: the name of one of the two runs


@dataclass(frozen=True)
class Look:
    """A race at one moment; the job while it is being run in this process."""

    runs: tuple[Run, Run]
    finish: Finish
    state: str
    job: Race | None = None

    @property
    def active(self) -> bool:
        return self.state in ACTIVE

    @property
    def titles(self) -> list[str]:
        return race_standings.names(self.runs)

    @property
    def views(self) -> list[JobView]:
        return [worker.view(side) for side in self.job.parts] if self.job else []


def at_work(path: Path) -> Race | None:
    """The race that waits or is being run in this process and that this run is part of."""
    return next((job for job in worker.waiting() if isinstance(job, Race) and path in [p.run for p in job.parts]), None)


def attach(path: Path) -> None:
    """Has the address name the race of this run."""
    turn_to(**{QUERY: path.name})


def look(path: Path) -> Look:
    """Raises GanlabError where the run was in no race, or where one of the two is gone."""
    run = Run(path)
    if not run.config.race:
        raise GanlabError(f"The run {run.id} was not in a race.")
    left, right = (resolve(name, path.parent) for name in run.config.race.sides)
    runs, finish, job = (left, right), race_standings.finish_of(run), at_work(run.path)
    for side in runs:
        registry.get(side.model)
    if job:
        return Look(runs, finish, worker.view(job).state, job)
    states = [side.state for side in runs]
    if race_standings.result(run):
        return Look(runs, finish, "failed" if states == ["failed"] * 2 else "finished")
    order = (*reversed(ACTIVE), "interrupted", "stopped", "failed")
    return Look(runs, finish, next((state for state in order if state in states), "stopped"))


def look_again(path: Path) -> Look | None:
    """For a poll: None where one of the two has been deleted meanwhile."""
    with contextlib.suppress(GanlabError):
        return look(path)
    return None
