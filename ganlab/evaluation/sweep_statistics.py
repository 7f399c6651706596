"""What the seeds of a sweep say: means, their spread, and which differences are more than chance.

Numbers in, numbers and sentences out. A training that is made again with another seed ends a little better or worse;
only a difference that is larger than this is one of the settings.

The interval of a difference is a bootstrap: both groups are drawn again and again from their own values, and the
differences of the means of what was drawn say how far chance reaches. Drawn from three or four values, that is much
too narrow (of equal settings with three normal values each it told 21% apart, in place of 5%), so it is made wider as
for Student's t: each group by the root of n / (n - 1), both by the quantile of t over that of the normal distribution.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

Good = Literal["low", "high"]
Values = Sequence[float] | np.ndarray
FEWEST = 3  # seeds from which a difference can be told from chance
MOST_NAMED = 4  # settings of which a sentence names each
DRAWS = 10_000
LEVEL = 0.95
NORMAL = 1.960  # the two-sided quantile of the normal distribution at that level, and of Student's t by its freedom
STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131)
STUDENT += (2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042)


@dataclass(frozen=True)
class Summary:
    """Of the values that there are: how many, their mean, and their standard deviation (of a sample; None of one)."""

    n: int
    mean: float | None
    spread: float | None


@dataclass(frozen=True)
class Difference:
    """By how much the mean of one group is above another's, and between which two numbers that is in 95 of 100
    cases; `clear` says that 0 is not between them."""

    mean: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        return self.low > 0 or self.high < 0


def summary(values: Values) -> Summary:
    """Values that are not finite, of trainings that failed, are left out."""
    found = finite(values)
    spread = float(found.std(ddof=1)) if len(found) > 1 else None
    return Summary(len(found), float(found.mean()) if len(found) else None, spread)


def finite(values: Values) -> np.ndarray:
    """Those of the values that are numbers, float64 `[n]`."""
    found = np.asarray(values, np.float64)
    return found[np.isfinite(found)]


def difference(first: Values, second: Values, seed: int = 0) -> Difference | None:
    """The mean of the first values less that of the second ones, with its interval, which the seed decides; None where
    one of the groups has fewer than `FEWEST` values."""
    return _difference(tuple(finite(first).tolist()), tuple(finite(second).tolist()), seed)


@lru_cache(maxsize=4096)
def _difference(first: tuple[float, ...], second: tuple[float, ...], seed: int) -> Difference | None:
    """It is asked for by a verdict and by a table, each time that a page is drawn."""
    groups = [np.array(first), np.array(second)]
    if min(map(len, groups)) < FEWEST:
        return None
    between = float(groups[0].mean() - groups[1].mean())
    rng = np.random.default_rng(seed)
    drawn = [_drawn_means(group - group.mean(), rng) for group in groups]
    low, high = np.quantile(drawn[0] - drawn[1], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    wider = _student(groups) / NORMAL
    return Difference(between, between + wider * float(low), between + wider * float(high))


def _drawn_means(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The means of as many values drawn from these, float64 `[DRAWS]`, made wider as one's own mean takes some."""
    n = len(values)
    return values[rng.integers(0, n, [DRAWS, n])].mean(axis=1) * math.sqrt(n / (n - 1))


def _student(groups: Sequence[np.ndarray]) -> float:
    """The quantile of Student's t for the difference of two means, with Welch's degrees of freedom, rounded down."""
    parts = [float(group.var(ddof=1)) / len(group) for group in groups]
    if not sum(parts):
        return STUDENT[0]  # of no spread at all, any width is none
    freedom = sum(parts) ** 2 / sum(part**2 / (len(group) - 1) for part, group in zip(parts, groups, strict=True))
    return STUDENT[min(int(freedom), len(STUDENT)) - 1]


def rank(groups: Mapping[str, Sequence[float]], good: Good) -> list[str]:
    """The names of the groups that have a value, the best mean first; of equal ones the first one given."""
    means = {name: found.mean for name, values in groups.items() if (found := summary(values)).mean is not None}
    return sorted(means, key=lambda name: means[name] if good == "low" else -means[name])


def verdict(
    groups: Mapping[str, Sequence[float]], good: Good, title: str, written: Callable[[float], str] = "{:.3g}".format
) -> str:
    """Which differences from the best of the groups, by name, are more than the seeds' own, in a sentence or two;
    `title` is that of the metric, whose values are `written` so."""
    order = rank(groups, good)
    if len(order) < 2:
        only = f"for {order[0]} alone" if order else "for no setting"
        return f"{title} was measured {only}, so there is nothing to compare."
    best, *others = order
    counts = {name: len(finite(groups[name])) for name in order}
    if counts[best] < FEWEST or all(counts[name] < FEWEST for name in others):
        fewest = min(order, key=lambda name: counts[name])
        return (
            f"The best mean is with {best}, but it cannot be told whether that is more than the seeds' own spread: for "
            f"that, each setting needs at least {FEWEST} seeds with a value, and {fewest} has {counts[fewest]}."
        )
    found = {name: difference(groups[best], groups[name]) for name in others}
    clear = [name for name, one in found.items() if one and one.clear]
    level = [name for name, one in found.items() if one and not one.clear]
    unknown = [name for name, one in found.items() if one is None]
    said = []
    better = {"low": "lower", "high": "higher"}[good]
    if clear:
        said.append(f"{title} is {better} with {best} than with {_listed(clear)}, by more than the seeds' own spread.")
    if level:
        means = [written(float(finite(groups[name]).mean())) for name in (best, *level)]
        against = f" ({means[0]} against {_listed(means[1:])})" if len(level) <= MOST_NAMED else ""
        said.append(
            f"With {best} the mean is {better} than with {_listed(level)}{against}, but that may be the seeds' own; "
            "more seeds can tell."
        )
    if unknown:
        said.append(f"Of {_listed(unknown)} it cannot be told: too few seeds have a value.")
    return " ".join(said)


def _listed(names: Sequence[str]) -> str:
    if len(names) > MOST_NAMED:
        return f"{len(names)} other settings"
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"
