"""What came of a sweep, read from what its runs have on disk; nothing here needs TensorFlow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ganlab import inference, registry
from ganlab.evaluation import comparison, sweep_statistics
from ganlab.evaluation.sweep_statistics import Summary
from ganlab.knobs import Knob, value_in_words
from ganlab.metrics import metric_catalog
from ganlab.metrics.metric_catalog import Figure
from ganlab.registry import ModelSpec
from ganlab.runs import Run, SweepFolder
from ganlab.runs.sweep_records import MemberState, SweepMember

NAN = float("nan")


@dataclass(frozen=True)
class Setting:
    """One combination of the varied settings' values: in words, its trainings by their places in the sweep, their
    states, their runs (None of one that has not begun or was deleted), and the metric's value at the end of each that
    is finished, else NaN."""

    values: Mapping[str, Any]
    words: str
    places: tuple[int, ...]
    states: tuple[MemberState, ...]
    runs: tuple[Run | None, ...]
    figures: tuple[float, ...]

    @property
    def summary(self) -> Summary:
        return sweep_statistics.summary(self.figures)


@dataclass(frozen=True)
class Results:
    """All settings of a sweep in their order, what they are compared by (None where nothing says how good they are),
    the run whose value is best, the setting whose mean is best, and which differences are more than the seeds' own."""

    figure: Figure | None
    settings: tuple[Setting, ...]
    best: Run | None
    best_setting: Setting | None
    verdict: str


def figure_of(spec: ModelSpec, dataset: str | None) -> Figure | None:
    """By which metric trainings of an architecture on a data set are put in order; None where there is none."""
    return metric_catalog.deciding(spec.family, spec.validation, dataset in inference.JUDGES)


def value_at(run: Run, figure: Figure, iteration: int) -> float:
    """The last value of a metric up to and with that iteration; NaN where none was measured."""
    at, values = _measured(run, figure)
    known = np.flatnonzero(np.isfinite(values) & (at <= iteration))
    return float(values[known[-1]]) if len(known) else NAN


def was_measured(run: Run, figure: Figure, iteration: int) -> bool:
    """Whether that metric was taken after just so many iterations, also where it came to no number."""
    return iteration in _measured(run, figure)[0]


def _measured(run: Run, figure: Figure) -> tuple[np.ndarray, np.ndarray]:
    for at, by_name in (comparison.figures(run), comparison.tests(run)):
        if figure.name in by_name:
            return at, by_name[figure.name].astype(np.float64)
    return np.empty(0, np.int64), np.empty(0)


def labels(knobs: Iterable[Knob], names: Iterable[str]) -> dict[str, str]:
    """What settings are called, by their names."""
    known = {knob.name: knob.label for knob in knobs}
    return {name: known.get(name, name.capitalize()) for name in names}


def in_words(spec: ModelSpec, values: Mapping[str, Any]) -> str:
    """A combination of values, such as `Learning rate 0.01, batch size 50`; of none, `the same settings`."""
    called = labels(spec.knobs, values)
    parts = [f"{called[name]} {value_in_words(value)}" for name, value in values.items()]
    return ", ".join([*parts[:1], *map(within, parts[1:])]) or "The same settings"


def within(words: str) -> str:
    """The same words inside a sentence: without a capital, but for those of an abbreviation such as KL."""
    return words[0].lower() + words[1:] if words[1:2].islower() else words


def groups(members: Sequence[SweepMember]) -> list[list[int]]:
    """The places of the trainings that differ only in their seeds, setting by setting in their order."""
    found: dict[str, list[int]] = {}
    for place, member in enumerate(members):
        found.setdefault(repr(sorted(member.values.items())), []).append(place)
    return list(found.values())


def results(sweep: SweepFolder, members: Sequence[SweepMember] | None = None) -> Results:
    """What is known of a sweep now, at work or not; `members` are its trainings, where they have been read already.
    Raises GanlabError where its architecture is no more."""
    spec = registry.get(sweep.config.base.model)
    figure = figure_of(spec, sweep.config.base.dataset)
    members = sweep.members if members is None else members
    settings = []
    for places in groups(members):
        each = [members[place] for place in places]
        runs = tuple(sweep.run_of(member) for member in each)
        figures = tuple(map(partial(end_of, figure=figure), each, runs))
        settings.append(
            Setting(
                each[0].values,
                in_words(spec, each[0].values),
                tuple(places),
                tuple([member.state for member in each]),
                runs,
                figures,
            )
        )
    return compared(tuple(settings), figure)


def compared(settings: tuple[Setting, ...], figure: Figure | None) -> Results:
    """Settings with the figures of their trainings, put in order by these."""
    if figure is None:
        return Results(None, settings, None, None, "No metric says how good samples of these images are.")
    good = figure.good or "low"
    values = {within(setting.words): setting.figures for setting in settings}
    order = sweep_statistics.rank(values, good)
    best_setting = next((setting for setting in settings if order and within(setting.words) == order[0]), None)
    each_run = {
        run.id: (run, value)
        for setting in settings
        for run, value in zip(setting.runs, setting.figures, strict=True)
        if run is not None and np.isfinite(value)
    }
    ranked = sweep_statistics.rank({name: [value] for name, (_, value) in each_run.items()}, good)
    best = each_run[ranked[0]][0] if ranked else None
    if len(settings) == 1:
        said = _alone(settings[0], figure)
    else:
        said = sweep_statistics.verdict(values, good, figure.title, partial(written, figure))
    return Results(figure, settings, best, best_setting, said)


def ranked(found: Results) -> list[int]:
    """The settings by their numbers: the best mean first, and last those without a value."""
    values = {str(number): setting.figures for number, setting in enumerate(found.settings)}
    good = (found.figure and found.figure.good) or "low"
    order = [int(name) for name in sweep_statistics.rank(values, good)]
    return order + [number for number in range(len(found.settings)) if number not in set(order)]


def end_of(member: SweepMember, run: Run | None, figure: Figure | None) -> float:
    """The metric at the end of a training that is finished, also where its run was trained further since."""
    if run is None or figure is None or member.state != "finished":
        return NAN
    return value_at(run, figure, member.iterations)


def _alone(setting: Setting, figure: Figure) -> str:
    """Of a sweep over seeds alone, how far they are apart."""
    found = setting.summary
    if found.spread is None:
        return f"{figure.title} was not measured for two seeds, so their spread is not known."
    mean, spread = written(figure, found.mean), written(figure, found.spread)
    return f"{figure.title} is {mean} on average over {found.n} seeds, with a standard deviation of {spread}."


def written(figure: Figure, value: float | None) -> str:
    """A value of the metric as people read it."""
    return comparison.written(figure.name, value)


def to_json(found: Results) -> dict[str, Any]:
    """The same for programs: `by`, `best` (the path of a run), a row for each setting, and the verdict."""
    return {
        "by": found.figure.name if found.figure else None,
        "best": str(found.best.path) if found.best else None,
        "settings": [
            {
                "values": dict(setting.values),
                "states": list(setting.states),
                "runs": [str(run.path) if run else None for run in setting.runs],
                "figures": [value if np.isfinite(value) else None for value in setting.figures],
                "mean": setting.summary.mean,
                "spread": setting.summary.spread,
                "n": setting.summary.n,
            }
            for setting in found.settings
        ],
        "words": found.verdict,
    }
