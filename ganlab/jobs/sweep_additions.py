"""More trainings for a sweep that is not at work: other seeds for each of its settings, and those that were skipped.

sweep.json stays what was asked for in the beginning, and members.json lists what is trained. Added trainings stand
behind those that were there before, so each run keeps its place; which seeds were added is seen by comparing the two.
"""

from collections.abc import Sequence

from ganlab.errors import GanlabError
from ganlab.evaluation.sweep_results import groups
from ganlab.jobs.requests import check_seed
from ganlab.jobs.sweep_requests import check_count, parse_seeds
from ganlab.runs import SweepFolder
from ganlab.runs.sweep_records import SweepConfig, SweepMember, seeds_of

Members = tuple[SweepMember, ...]


def add(sweep: SweepFolder, seeds: Sequence[int] = (), skipped: bool = False) -> None:
    """Writes down that each setting of a sweep, whose lock is held, is trained with these seeds as well, and, where
    asked, that trainings that were skipped are not. Raises GanlabError."""
    members = sweep.members
    if skipped:
        members = with_skipped(sweep.config, members)
    if seeds:
        members = with_seeds(sweep.config, members, seeds)
    if seeds or skipped:
        sweep.note(members)


def with_seeds(config: SweepConfig, members: Members, seeds: Sequence[int]) -> Members:
    """A sweep's trainings with those of more seeds behind them: as in the beginning, each seed with all settings before
    the next one. Raises GanlabError."""
    _check_all_go_on(config)
    known = seeds_of(members)
    for place, seed in enumerate(seeds):
        check_seed(seed)
        if seed in known or seed in seeds[:place]:
            raise GanlabError(f"The seed {seed} is in the sweep {config.id} already; each seed is added once.")
    settings = [members[places[0]].values for places in groups(members)]
    check_count(len(members) + len(settings) * len(seeds))
    return (*members, *(SweepMember(values=values, seed=seed) for seed in seeds for values in settings))


def with_skipped(config: SweepConfig, members: Members) -> Members:
    """A sweep's trainings, of which those that were skipped are to be done after all; what had begun goes on. Raises
    GanlabError where there are none."""
    _check_all_go_on(config)
    if all(member.state != "skipped" for member in members):
        raise GanlabError(f"No training of the sweep {config.id} was skipped.")
    return tuple(
        member.changed(state="begun" if member.run else "planned") if member.state == "skipped" else member
        for member in members
    )


def next_seeds(text: str, members: Members) -> list[int]:
    """How many seeds, from the one after the highest on, or the seeds themselves: `2`, or `7,8`. Raises GanlabError."""
    return parse_seeds(text, max(seeds_of(members)) + 1)


def why_not(config: SweepConfig) -> str:
    """Why nothing can be added to a sweep that stops early."""
    return (
        f"Nothing can be added to the sweep {config.id}, as it stops settings early: which of them went on was decided "
        "by the trainings that it had then. Start a new sweep with more seeds."
    )


def _check_all_go_on(config: SweepConfig) -> None:
    if config.stops_early:
        raise GanlabError(why_not(config))
