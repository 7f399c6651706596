"""The curves of a sweep's trainings, laid over each other: for each setting the mean over its seeds, with a band.

Seeds differ in how far they came and in when their samples were measured. So losses are averaged over the same
stretches of iterations in every run, and what is measured now and then is read off the straight line between two
measurements. Beyond its last iteration a run has no value: there the mean is of those that went on, and `Band.n` says
of how many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ganlab.evaluation import comparison
from ganlab.metrics import metric_catalog
from ganlab.registry import ModelSpec
from ganlab.runs import Run

LOSSES, MEASURED, TESTED = "curve", "measured", "tested"  # where a curve comes from
PIECE = 50_000  # iterations that are in memory at a time
MOST_LENGTHS = 200  # stretches, or moments, at which curves are compared


@dataclass(frozen=True)
class Curve:
    """A curve that runs have: where it comes from, its name there, and its title."""

    source: str
    name: str
    title: str

    @property
    def key(self) -> str:
        return f"{self.source}.{self.name}"


@dataclass(frozen=True)
class Band:
    """Of several curves, at each of `[k]` iterations: how many have a value there, int64; of these the mean, the
    lowest, the highest, and the standard deviation, float64, NaN where there is none (of one value the standard
    deviation is 0)."""

    n: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    spread: np.ndarray


def curves_of(spec: ModelSpec, runs: Sequence[Run], first: str | None = None) -> list[Curve]:
    """What at least one of the runs has recorded: what is measured of samples, the metric named `first` before others,
    then losses and other curves; these come first where nothing was measured more than once."""
    measured = {name for run in runs if len(run.records.quality) for name in run.config.quality}
    tested = {name for run in runs if len(run.records.validation) for name in run.config.validation}
    recorded = {name for run in runs if run.done for name in set(run.curves[1:]) - set(spec.silent(run.config.values))}
    figures = (*metric_catalog.SAMPLES, *metric_catalog.PLANE)
    titles = {curve.name: curve.title for curve in spec.curves}
    tests = {figure.name: figure.title for figure in metric_catalog.VALIDATION}
    known_tests = {name: tests.get(name) or f"{titles.get(name, name)}, test images" for name in spec.validation}
    seldom = [
        *(Curve(MEASURED, figure.name, figure.title) for figure in figures if figure.name in measured),
        *(Curve(TESTED, name, title) for name, title in known_tests.items() if name in tested),
    ]
    seldom.sort(key=lambda curve: curve.name != first)
    often = [Curve(LOSSES, curve.name, curve.title) for curve in spec.curves if curve.name in recorded]
    counts = (max(len(run.records.quality), len(run.records.validation)) for run in runs)
    return [*seldom, *often] if max(counts, default=0) > 1 else [*often, *seldom]


def laid_over(curve: Curve, runs: Sequence[Run], most: int = MOST_LENGTHS) -> tuple[np.ndarray, np.ndarray]:
    """A curve of runs at the same iterations, `most` at most: these, int64 `[k]`, and the values, float64 `[runs, k]`,
    NaN where a run has none."""
    if curve.source == LOSSES:
        longest = max((run.done for run in runs), default=0)
        width = max(1, -(-longest // most))
        at = np.minimum(np.arange(1, -(-longest // width) + 1, dtype=np.int64) * width, longest)
        return at, np.array([means(run, curve.name, width, len(at)) for run in runs]).reshape(len(runs), len(at))
    each = [measurements(run, curve) for run in runs]
    at = np.unique(np.concatenate([np.empty(0, np.int64), *(found for found, _ in each)]))
    if len(at) > most:
        at = at[np.unique(np.linspace(0, len(at) - 1, most).round().astype(int))]
    return at, np.array([between(*found, at) for found in each]).reshape(len(runs), len(at))


def means(run: Run, name: str, width: int, count: int) -> np.ndarray:
    """The means of a curve over `count` stretches of `width` iterations each, without values that are not finite;
    float64 `[count]`, NaN where there is none."""
    found, numbers = np.zeros(count), np.zeros(count, np.int64)
    if name in run.curves:
        column = run.curves.index(name)
        for start in range(0, min(run.done, count * width), PIECE):
            values = run.metrics(start, min(run.done, start + PIECE))[:, column].astype(np.float64)
            places, known = (start + np.arange(len(values))) // width, np.isfinite(values)
            found += np.bincount(places[known], values[known], count)
            numbers += np.bincount(places[known], minlength=count)
    return np.divide(found, numbers, out=np.full(count, np.nan), where=numbers > 0)


def measurements(run: Run, curve: Curve) -> tuple[np.ndarray, np.ndarray]:
    """After how many iterations, int64 `[n]`, a run was measured, and the values, float64 `[n]`; finite ones only."""
    at, by_name = comparison.tests(run) if curve.source == TESTED else comparison.figures(run)
    values = by_name.get(curve.name, np.full(len(at), np.nan)).astype(np.float64)
    return at[np.isfinite(values)], values[np.isfinite(values)]


def between(at: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Values `[n]` at iterations `[n]`, read off the straight lines between them at those that are wanted, `[k]`; NaN
    before the first and after the last one."""
    if not len(at):
        return np.full(len(wanted), np.nan)
    return np.interp(wanted, at, values, left=np.nan, right=np.nan)


def band(values: np.ndarray) -> Band:
    """What curves, float64 `[runs, k]`, have in common at each iteration, from where all that ever begin have begun:
    else their mean would jump with each that joins."""
    known = np.isfinite(values)
    known[:, : max((row.argmax() for row in known if row.any()), default=0)] = False
    n = known.sum(axis=0)
    kept = np.where(known, values, 0.0)

    def divided(sums: np.ndarray, by: np.ndarray) -> np.ndarray:
        return np.divide(sums, by, out=np.full(len(n), np.nan), where=n > 0)

    mean = divided(kept.sum(axis=0), n)
    squares = np.where(known, (values - mean) ** 2, 0.0).sum(axis=0)
    low, high = np.where(known, values, np.inf).min(0, initial=np.inf), np.where(known, values, -np.inf)
    high = high.max(0, initial=-np.inf)
    spread = np.sqrt(divided(squares, np.maximum(n - 1, 1)))
    return Band(n, mean, np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan), spread)


def titles(curves: Sequence[Curve]) -> Mapping[str, str]:
    """The titles by the curves' keys."""
    return {curve.key: curve.title for curve in curves}
