"""The charts of a run on paper: arrays in, what Plotly draws out, as plain dictionaries in fixed light colours."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ganlab.ui.shared.charts import LEGEND, across, numbers, scatter, spread, titled
from ganlab.ui.shared.theme import CURVES, DAMAGED, REPAIRED, ROLES, RUNS

COLOURS = {name: ROLES[role][0] for name, role in CURVES.items()}  # paper is light
COLOURS |= {"accuracy_damaged": DAMAGED, "accuracy_repaired": REPAIRED}
DASHES = ("solid", "dash", "dashdot")  # so that curves are told apart without their colours, and from a dotted line
INK, GRID = "#22262b", "#dddddd"
MOST_POINTS = 1000  # of a scatter; more only cover each other
Named = Sequence[tuple[str, str, np.ndarray]]  # a curve's name, its title, and its values


def curves(iterations: np.ndarray, named: Named, y_title: str, probability: bool = False) -> dict[str, Any]:
    """Curves, each `[n]`, over iterations `[n]`; values that are not finite leave a gap.

    A curve has the colour of what it is about, as everywhere, or that of its place. A `probability` runs from 0 to 1,
    with a dotted line at the 0.5 of somebody who only guesses.
    """
    lines = [
        scatter(
            iterations.tolist(),
            numbers(values),
            "lines",
            name=title,
            line={"color": COLOURS.get(name, other), "width": 1.4, "dash": dash},
        )
        for (name, title, values), (other, _), dash in zip(named, RUNS, DASHES, strict=False)
    ]
    layout = _layout("iteration", y_title)
    if probability:
        layout["yaxis"]["range"] = [-0.02, 1.02]
        layout["shapes"] = [across(0.5, {"color": "#888888", "width": 1, "dash": "dot"})]
    return {"data": lines, "layout": layout}


def against(x: np.ndarray, y: np.ndarray, iterations: np.ndarray, x_title: str, y_title: str) -> dict[str, Any]:
    """`y` over `x`, both `[n]`: a dot for each iteration, coloured by it; of many, about 1,000 evenly spread."""
    chosen = spread(len(x), MOST_POINTS)
    marker = {
        "size": 5,
        "color": iterations[chosen].tolist(),
        "colorscale": "Viridis",
        "reversescale": True,
        "colorbar": {**titled("iteration"), "thickness": 12, "outlinewidth": 0},
    }
    dots = scatter(numbers(x[chosen]), numbers(y[chosen]), marker=marker, showlegend=False)
    return {"data": [dots], "layout": _layout(x_title, y_title)}


def correlation(x: np.ndarray, y: np.ndarray) -> float | None:
    """Pearson's correlation of the finite pairs of two curves, from -1 to 1; None where a curve does not move."""
    finite = np.isfinite(x) & np.isfinite(y)
    a, b = x[finite].astype(np.float64), y[finite].astype(np.float64)
    if len(a) < 2 or a.std() == 0 or b.std() == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def _layout(x_title: str, y_title: str) -> dict[str, Any]:
    axis = {"gridcolor": GRID, "zeroline": False, "linecolor": INK, "ticks": "outside", "automargin": True}
    return {
        "height": 300,
        "margin": {"l": 8, "r": 8, "t": 30, "b": 16},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "font": {"color": INK, "size": 12},
        "legend": LEGEND,
        "xaxis": {**axis, **titled(x_title)},
        "yaxis": {**axis, **titled(y_title)},
    }
