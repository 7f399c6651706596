"""What is said of a race of points: which side has found more of the data."""

from collections.abc import Sequence

import numpy as np

from ganlab.data.points import PLANE
from ganlab.evaluation.comparison import figures
from ganlab.runs import Run
from ganlab.ui.shared.run_labels import model_title, title_of

CLOSE = 0.05  # of the greater of two divergences: by so much they may differ by chance


def names(runs: Sequence[Run]) -> list[str]:
    """What to call two runs in the Lab: by what tells them apart, their models, else their presets, else their
    places."""
    titles = [title_of(run) if run.title else model_title(run) for run in runs]
    if titles[0] != titles[1]:
        return titles
    presets = [run.config.preset for run in runs]
    return presets if presets[0] != presets[1] else ["the left one", "the right one"]


def first_great(title: str) -> str:
    """As a sentence or a heading begins with it."""
    return title[:1].upper() + title[1:]


def ahead(runs: Sequence[Run], titles: Sequence[str], over: bool) -> str:
    """Who has found more modes, in a sentence or two; where the data has none to count, who is closer to it."""
    known = PLANE.get(runs[0].config.dataset)
    most = len(known.modes) if known else 0
    values = [_last(run, "modes" if most else "jensen_shannon") for run in runs]
    if None in values:
        return "" if over else "The samples of both sides are measured from time to time."
    left, right = (value or 0.0 for value in values)
    so_far = "" if over else " so far"
    if most:
        if left == right:
            return f"Both have found {left:.0f} of the {most} modes{so_far}."
        first = int(right > left)
        return (
            f"{first_great(titles[first])} has found more modes{so_far}: {max(left, right):.0f} of {most}, against "
            f"{min(left, right):.0f} with {titles[1 - first]}."
        )
    unit = "by the Jensen-Shannon divergence of their samples, where low is good"
    if abs(left - right) <= CLOSE * max(left, right):
        return f"Both are about as close to the data{so_far}, {unit}: {left:.2f} and {right:.2f}."
    first = int(right < left)
    return (
        f"{first_great(titles[first])} is closer to the data{so_far}, {unit}: {min(left, right):.2f} against "
        f"{max(left, right):.2f} with {titles[1 - first]}."
    )


def _last(run: Run, name: str) -> float | None:
    """The last finite value of a metric; None where there is none."""
    found = figures(run)[1].get(name, np.empty(0))
    finite = found[np.isfinite(found)]
    return float(finite[-1]) if len(finite) else None
