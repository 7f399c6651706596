"""What came of a sweep, read from what its runs have on disk; nothing here needs TensorFlow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ganlab import data, inference, registry
from ganlab.evaluation import comparison, sweep_statistics
from ganlab.evaluation.sweep_statistics import Summary
from ganlab.metrics import metric_catalog
from ganlab.metrics.metric_catalog import Figure
from ganlab.registry import ModelSpec
from ganlab.runs import Run, SweepFolder
from ganlab.runs.sweep_records import SweepMember

NAN = float("nan")


@dataclass(frozen=True)
class Setting:
    """One combination of the varied settings' values: in words, its trainings by their places in the sweep, their runs
    (None of one that has not begun or was deleted), and the metric's value of each, NaN where there is none; `whole`
    says that none of them is still to go on or was stopped early."""

    values: Mapping[str, Any]
    words: str
    places: tuple[int, ...]
    runs: tuple[Run | None, ...]
    figures: tuple[float, ...]
    whole: bool

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
    columns, (at, rows) = run.config.quality, run.quality()
    if figure.name not in columns:
        columns, (at, rows) = run.config.validation, run.validation()
    if figure.name not in columns:
        return np.empty(0, np.int64), np.empty(0)
    return at, rows[:, columns.index(figure.name)].astype(np.float64)


def in_words(spec: ModelSpec, values: Mapping[str, Any]) -> str:
    """A combination of values, such as `Learning rate 0.01, batch size 50`; of none, `the same settings`."""
    labels = {knob.name: knob.label for knob in spec.knobs}
    parts = [f"{labels.get(name, name.capitalize())} {_written(value)}" for name, value in values.items()]
    words = ", ".join(part if at == 0 else part[0].lower() + part[1:] for at, part in enumerate(parts))
    return words or "The same settings"


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def groups(members: tuple[SweepMember, ...]) -> list[list[int]]:
    """The places of the trainings that differ only in their seeds, setting by setting in their order."""
    found: dict[str, list[int]] = {}
    for place, member in enumerate(members):
        found.setdefault(repr(sorted(member.values.items())), []).append(place)
    return list(found.values())


def results(sweep: SweepFolder) -> Results:
    """What is known of a sweep now, at work or not. Raises GanlabError where its architecture is no more."""
    spec = registry.get(sweep.config.base.model)
    figure = figure_of(spec, sweep.config.base.dataset)
    members = sweep.members
    settings = []
    for places in groups(members):
        each = [members[place] for place in places]
        runs = tuple(sweep.run_of(member) for member in each)
        figures = [value_at(run, figure, run.total) if run and figure and run.total else NAN for run in runs]
        values, whole = each[0].values, all(member.state in ("finished", "failed", "skipped") for member in each)
        settings.append(Setting(values, in_words(spec, values), tuple(places), runs, tuple(figures), whole))
    if figure is None:
        what = "points" if data.is_points(sweep.config.base.dataset) else "images"
        return Results(None, tuple(settings), None, None, f"Nothing measures how good samples of these {what} are.")
    good = figure.good or "low"
    whole = {setting.words: setting for setting in settings if setting.whole}
    order = sweep_statistics.rank({words: setting.figures for words, setting in whole.items()}, good)
    compared = {words: setting.figures for words, setting in whole.items()}
    each_run = {
        str(run.path): (value if good == "low" else -value, run)
        for setting in whole.values()
        for run, value in zip(setting.runs, setting.figures, strict=True)
        if run is not None and np.isfinite(value)
    }
    best = min(each_run.values(), key=lambda one: one[0])[1] if each_run else None
    said = sweep_statistics.verdict(compared, good, figure.title)
    return Results(figure, tuple(settings), best, whole[order[0]] if order else None, said)


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
                "runs": [str(run.path) if run else None for run in setting.runs],
                "figures": [value if np.isfinite(value) else None for value in setting.figures],
                "mean": setting.summary.mean,
                "spread": setting.summary.spread,
                "n": setting.summary.n,
                "whole": setting.whole,
            }
            for setting in found.settings
        ],
        "words": found.verdict,
    }
