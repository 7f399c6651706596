"""The trainings of a sweep as rows: what each came to, which are shown, why some did not come to their end, and CSV."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ganlab.evaluation import comparison, sweep_statistics
from ganlab.evaluation.sweep_results import NAN, Results, Setting
from ganlab.metrics import metric_catalog
from ganlab.metrics.metric_catalog import Figure
from ganlab.runs import Run
from ganlab.runs.sweep_records import MemberState, SweepMember

NOT_ENDED: tuple[MemberState, ...] = ("failed", "skipped", "stopped early")
COMPARED, SEEDS = "Beside the best", "Seeds"  # columns
BEST, WORSE, LEVEL, UNKNOWN = "best mean", "worse", "may be chance", "too few seeds to tell"
DELETED = "deleted"  # a training whose run is gone, or damaged


@dataclass(frozen=True)
class Trained:
    """One training: its place in the sweep, which setting it is of (its number), its run, None where there is none, and
    the last values of its metrics by name, up to the end that the sweep gave it."""

    place: int
    member: SweepMember
    setting: int
    run: Run | None
    figures: Mapping[str, float]

    @property
    def state(self) -> str:
        """As the sweep has it, or that its run is gone."""
        return DELETED if self.member.run and self.run is None else self.member.state

    def value(self, figure: Figure | None) -> float:
        """The metric's value at the end of a training that is finished; else NaN."""
        if figure is None or self.member.state != "finished":
            return NAN
        return self.figures.get(figure.name, NAN)


def trainings(members: Sequence[SweepMember], settings: Sequence[Setting]) -> list[Trained]:
    """All trainings of a sweep in their order."""
    found = [
        Trained(place, members[place], number, run, last_figures(run, members[place]) if run else {})
        for number, setting in enumerate(settings)
        for place, run in zip(setting.places, setting.runs, strict=True)
    ]
    return sorted(found, key=lambda one: one.place)


def last_figures(run: Run, member: SweepMember) -> dict[str, float]:
    """The last finite value of each metric, by name; of a finished training up to where the sweep had it end, as a run
    may have been trained further since."""
    end = member.iterations if member.state == "finished" else None
    found = {}
    for at, by_name in (comparison.tests(run), comparison.figures(run)):
        for name, values in by_name.items():
            known = np.flatnonzero(np.isfinite(values) & (True if end is None else at <= end))
            if len(known):
                found[name] = float(values[known[-1]])
    return found


def figures_of(trained: Iterable[Trained], first: Figure | None) -> list[Figure]:
    """The metrics that say what is better and that a finished training has; the one that decides comes first."""
    known = {name for one in trained if one.member.state == "finished" for name in one.figures}
    each = (*metric_catalog.SAMPLES, *metric_catalog.PLANE, *metric_catalog.VALIDATION)
    found = [figure for figure in each if figure.good and figure.name in known and figure != first]
    return ([first] if first else []) + found


def measured_by(settings: Sequence[Setting], trained: Sequence[Trained], figure: Figure | None) -> tuple[Setting, ...]:
    """The same settings with the values of another metric."""
    return tuple(
        replace(setting, figures=tuple(trained[place].value(figure) for place in setting.places))
        for setting in settings
    )


def ranked(trained: Sequence[Trained], figure: Figure | None) -> list[Trained]:
    """The trainings that have a run and are over but not skipped, the best first; while none is, all that have a run.
    Those without a value at their end come last: of these the ones that went on for longer are taken for the better
    ones, as the others were stopped for being worse."""
    sign = -1.0 if figure is not None and figure.good == "high" else 1.0

    def order(one: Trained) -> tuple[bool, float]:
        value = one.value(figure)
        return (False, sign * value) if np.isfinite(value) else (True, -float(one.member.iterations))

    begun = [one for one in trained if one.run is not None]
    ended = [one for one in begun if one.member.over and one.member.state != "skipped"]
    return sorted(ended or begun, key=order)


def examples(trained: Sequence[Trained], figure: Figure | None) -> dict[str, Trained]:
    """The best training, one in the middle and the worst, by these words; fewer where there are fewer."""
    order = ranked(trained, figure)
    if len(order) < 3:
        return dict(zip(("Best", "Worst"), order, strict=False))
    return {"Best": order[0], "Middle": order[(len(order) - 1) // 2], "Worst": order[-1]}


def against_best(found: Results) -> list[str]:
    """For each setting, in their order, whether its difference from the best one is more than the seeds' own."""
    if found.best_setting is None:
        return [""] * len(found.settings)
    best = found.best_setting

    def said(setting: Setting) -> str:
        if setting is best or setting.summary.mean is None:
            return BEST if setting is best else ""
        between = sweep_statistics.difference(best.figures, setting.figures)
        return UNKNOWN if between is None else WORSE if between.clear else LEVEL

    return list(map(said, found.settings))


def not_ended(trained: Sequence[Trained], settings: Sequence[Setting]) -> list[str]:
    """A sentence on the trainings of each setting that failed, were skipped or stopped early, with the reason."""
    found: dict[tuple[int, str, str], list[int]] = {}
    for one in sorted(trained, key=lambda one: one.setting):
        if one.member.state in NOT_ENDED:
            found.setdefault((one.setting, one.member.state, one.member.why), []).append(one.member.seed)
    return [
        f"{settings[setting].words}, {_seeds(seeds)}: {state}. {why}".strip()
        for (setting, state, why), seeds in found.items()
    ]


def _seeds(seeds: Sequence[int]) -> str:
    *others, last = map(str, seeds)
    return f"seeds {', '.join(others)} and {last}" if others else f"seed {last}"


def table(
    called: Mapping[str, str], found: Results, trained: Sequence[Trained], figures: Sequence[Figure]
) -> list[dict[str, Any]]:
    """A row for each setting, as a dictionary: the values of what varies under what it is `called`; how it compares
    with the best one, and how many of its seeds have a value of the metric that decides; and of each metric the mean
    and the standard deviation over its seeds. None where there is no number."""
    rows: list[dict[str, Any]] = []
    for setting, said in zip(found.settings, against_best(found), strict=True):
        row: dict[str, Any] = {label: setting.values.get(name) for name, label in called.items()}
        if len(found.settings) > 1:
            row[COMPARED] = said
        row[SEEDS] = setting.summary.n
        for figure in figures:
            (measured,) = measured_by([setting], trained, figure)
            row[mean_of(figure)], row[spread_of(figure)] = measured.summary.mean, measured.summary.spread
        rows.append(row)
    return rows


def mean_of(figure: Figure) -> str:
    """What the column of means is called."""
    return f"{figure.title}, mean"


def spread_of(figure: Figure) -> str:
    """What the column of standard deviations is called."""
    return f"{figure.title}, standard deviation"


def members_csv(called: Sequence[str], trained: Sequence[Trained]) -> str:
    """A line for each training: the settings that vary, its seed, run, state, length and reason, and every metric."""
    names = list(dict.fromkeys(name for one in trained for name in one.figures))
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow([*called, "seed", "run", "state", "iterations", "reason", *names])
    for one in trained:
        member = one.member
        values = [member.values.get(name, "") for name in called]
        figures = [f"{one.figures[name]:.6g}" if name in one.figures else "" for name in names]
        lines.writerow([*values, member.seed, member.run, one.state, member.iterations, member.why, *figures])
    return text.getvalue()
