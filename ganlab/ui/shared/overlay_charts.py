"""Charts of several runs in one: a colour and a kind of dash for each, over iterations or over seconds."""

import html
from collections.abc import Sequence
from typing import Any

import numpy as np

from ganlab.evaluation import comparison
from ganlab.metrics import metric_catalog
from ganlab.runs import Run
from ganlab.ui.shared import charts, curve_means
from ganlab.ui.shared.fields import segments
from ganlab.ui.shared.theme import RUNS

BY = {"iterations": "Iterations", "seconds": "Seconds of training"}
FLOOR = "#8a8f96"
LEGEND = {"family": "sans-serif"}  # a font of the page's own is missing, and its words cut off, in a saved picture


def curve(runs: Sequence[Run], titles: Sequence[str], name: str, by: str, y_title: str) -> dict[str, Any]:
    """What Plotly draws of one curve of all runs that have recorded it; averaged where there are many iterations."""
    lines = []
    for run, title, (colour, dash) in zip(runs, titles, RUNS, strict=False):
        if name not in run.curves or not run.done:
            continue
        iterations, means = curve_means.curves(run)
        x = means[:, 0] if by == "seconds" else iterations
        lines.append(_line(title, x, means[:, run.curves.index(name)], colour, dash, "lines"))
    return _figure(lines, by, y_title)


def shares(runs: Sequence[Run], titles: Sequence[str], by: str, y_title: str) -> dict[str, Any]:
    """What Plotly draws of the share of samples that were read, when their race was over, as what was asked for; no
    lines where nothing was read."""
    lines = []
    for run, title, (colour, dash) in zip(runs, titles, RUNS, strict=False):
        read = run.config.reading
        if read:
            x = np.array(read.iterations)
            x = comparison.seconds_at(run, x) if by == "seconds" else x
            lines.append(_line(title, x, 100 * np.array(read.shares), colour, dash, "lines+markers"))
    drawn = _figure(lines, by, y_title)
    drawn["layout"]["yaxis"] |= {"range": [-3, 103], "ticksuffix": "%"}
    return drawn


def figure(runs: Sequence[Run], titles: Sequence[str], about: metric_catalog.Figure, by: str) -> dict[str, Any]:
    """What Plotly draws of one metric, with the floor, what real images get, where there is one."""
    lines, floors = [], []
    for run, title, (colour, dash) in zip(runs, titles, RUNS, strict=False):
        iterations, kept = comparison.figures(run)
        if about.name not in kept:
            continue
        x = comparison.seconds_at(run, iterations) if by == "seconds" else iterations
        lines.append(_line(title, x, kept[about.name], colour, dash, "lines+markers"))
        floor = kept.get(about.beside or "", np.empty(0))
        floors += floor[np.isfinite(floor)][-1:].tolist()
    drawn = _figure(lines, by, about.title)
    line = {"color": FLOOR, "width": 1.5, "dash": "dot"}
    levels = sorted({round(floor, 4) for floor in floors})
    drawn["layout"]["shapes"] = [charts.across(level, line) for level in levels]
    return drawn


def _line(title: str, x: np.ndarray, y: np.ndarray, colour: str, dash: str, mode: str) -> dict[str, Any]:
    kept = charts.spread(len(x), curve_means.MOST_POINTS)
    x, y = x[kept], y[kept]
    return charts.scatter(
        charts.numbers(x),
        charts.numbers(y.astype(np.float32).round(4)),
        mode,
        name=html.escape(title),
        line={"color": colour, "width": 2, "dash": dash},
        marker={"color": colour, "size": 6},
    )


def _figure(lines: list[dict[str, Any]], by: str, y_title: str) -> dict[str, Any]:
    return {
        "data": lines,
        "layout": {
            "height": 320,
            "margin": charts.MARGIN,
            "showlegend": True,
            "legend": {**charts.LEGEND, "font": LEGEND},
            "hovermode": "x unified",
            "uirevision": f"{by} {y_title}",
            "xaxis": {**charts.titled(BY[by].lower()), "automargin": True, "rangemode": "tozero"},
            "yaxis": {**charts.titled(y_title), "automargin": True},
        },
    }


def saving(title: str) -> dict[str, Any]:
    """How Plotly shows a chart: with a single button, which saves it as a picture called so."""
    picture = {"format": "png", "filename": title, "scale": 2}
    return {"modeBarButtons": [["toImage"]], "displaylogo": False, "toImageButtonOptions": picture}


def choose_by(key: str, recorded: bool = True) -> str:
    """Whether runs are laid side by side by iterations or by seconds."""
    if not recorded:
        return "iterations"
    help = (
        "By iterations, you see which run learns more from as many updates. By seconds, you see which run learns more "
        "in the same time on this machine."
    )
    look = {"label_visibility": "visible", "format_func": BY.__getitem__}
    return segments("Compare by", BY, "iterations", key, help=help, **look)
