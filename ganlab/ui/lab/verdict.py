"""What to say of a run in the plane, and the buttons that may help: a knob turned while it trains, or another run."""

from collections.abc import Mapping
from pathlib import Path

from ganlab import diagnosis, jobs, registry
from ganlab.diagnosis import Diagnosis, Try
from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.knobs import Value
from ganlab.runs import Run
from ganlab.ui.lab import setup_form
from ganlab.ui.shared import live_knobs, verdicts
from ganlab.ui.shared.problems import keep_errors
from ganlab.ui.shared.unfinished_runs import reopen
from ganlab.ui.shared.verdicts import REFUSED


def show(run: Run, active: bool) -> None:
    """The verdict on a run as it is now, and what to try."""
    verdicts.watch(run, active, _below)


def _below(run: Run, found: Diagnosis) -> None:
    verdicts.offers(run, found.tries, _action)


def _action(one: Try) -> verdicts.Action:
    if one.turns:
        return _turn, one.turns
    return (_start, one.settings) if one.settings else (_train_on, one.length)


def _turn(path: Path, turns: Mapping[str, float]) -> None:
    with keep_errors(REFUSED):
        job = worker.find(path)
        if job is None:
            raise GanlabError("This run is not trained here any more, so its knobs cannot be turned.")
        for name, value in turns.items():
            live_knobs.turn(job, name, value)
        verdicts.leave()  # the fields of the knobs are elsewhere on the page


def _start(path: Path, settings: Mapping[str, Value]) -> None:
    """A new run with the settings of this one, as they have been turned, but for these."""
    with keep_errors(REFUSED):
        run = Run(path)
        spec, config = registry.get(run.model), run.config
        values = {**diagnosis.values_now(run, spec), **settings}
        preset = spec.known(config.preset)
        setup_form.begin(jobs.Request(spec.name, preset, values, config.dataset, seed=config.seed))
        verdicts.leave()


def _train_on(path: Path, length: int) -> None:
    with keep_errors(REFUSED):
        reopen(Run(path), length)
        verdicts.leave()
