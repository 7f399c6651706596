"""Charts on paper: arrays in, what Plotly draws out, as plain dictionaries in fixed light colours."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ganlab.ui.shared.charts import LEGEND, across, numbers, scatter, spread, titled
from ganlab.ui.shared.theme import CURVES, DAMAGED, REPAIRED, ROLES, RUNS

COLOURS = {name: ROLES[role][0] for name, role in CURVES.items()}  # paper is light
COLOURS |= {"accuracy_damaged": DAMAGED, "accuracy_repaired": REPAIRED}
DASHES = ("solid", "dash", "dashdot")  # so that curves are told apart without their colours, and from a dotted line
INK, GRID = "#22262b", "#dddddd"
MARGIN = {"l": 8, "r": 8, "t": 30, "b": 16}
LOOK = {"paper_bgcolor": "white", "plot_bgcolor": "white", "font": {"color": INK, "size": 12}}
AXIS = {"gridcolor": GRID, "zeroline": False, "linecolor": INK, "ticks": "outside", "automargin": True}
SHADES = (("#000000", 2.5), ("#444444", 1.75), ("#747474", 1.25), ("#a0a0a0", 1.0), ("#c8c8c8", 1.0))  # the best first
TICKS = 5  # on an axis of numbers
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


def on_paper(chart: dict[str, Any]) -> dict[str, Any]:
    """The same chart in the fixed light colours of paper."""
    layout = {**chart["layout"], **LOOK, "margin": MARGIN}
    axes = {name: {**AXIS, **layout[name]} for name in ("xaxis", "yaxis") if name in layout}
    return {**chart, "layout": {**layout, **axes}}


def parallel(trace: Mapping[str, Any]) -> dict[str, Any]:
    """Parallel axes, `trace` as Plotly has them, drawn as lines on white, as Plotly's own are coarse on paper. The
    better, the darker: better is less of what they are coloured by, or more, where `reversescale` says so."""
    dimensions, line = trace["dimensions"], trace["line"]
    found, marks = [], []
    for place, dimension in enumerate(dimensions):
        values = np.asarray(dimension["values"], np.float64)
        ends = values if len(values) else np.zeros(1)
        ticks = np.unique(dimension.get("tickvals", np.linspace(ends.min(), ends.max(), TICKS)))
        low, high = min(ends.min(), ticks.min()), max(ends.max(), ticks.max())
        wide = high - low or 1.0
        found.append((values - low) / wide)
        texts = dimension.get("ticktext", [f"{tick:.3g}" for tick in ticks])
        side = {"xanchor": "left", "xshift": 5} if place == len(dimensions) - 1 else {"xanchor": "right", "xshift": -5}
        marks += [_text(place, (tick - low) / wide, said, side) for tick, said in zip(ticks, texts, strict=True)]
        marks.append(_text(place, 1.0, dimension["label"], {"yanchor": "bottom", "yshift": 10, "font": {"size": 13}}))
    order = np.argsort(np.asarray(line["color"], np.float64) * (-1 if line.get("reversescale") else 1), kind="stable")
    shaded = [(part, look) for part, look in zip(np.array_split(order, len(SHADES)), SHADES, strict=True) if len(part)]
    lines = [
        scatter(
            [*range(len(found)), None] * len(part),
            [number for one in part.tolist() for number in (*(float(axis[one]) for axis in found), None)],
            "lines",
            line={"color": shade, "width": width},
            hoverinfo="skip",
        )
        for part, (shade, width) in reversed(shaded)
    ]
    stands = {"type": "line", "y0": 0, "y1": 1, "line": {"color": INK, "width": 1}}
    layout = {
        "height": 360,
        "margin": {"l": 40, "r": 40, "t": 70, "b": 16},
        "showlegend": False,
        "xaxis": {"visible": False, "range": [-0.4, len(found) - 0.6]},
        "yaxis": {"visible": False, "range": [-0.05, 1.05]},
        "shapes": [{**stands, "x0": place, "x1": place} for place in range(len(found))],
        "annotations": marks,
    }
    return {"data": lines, "layout": {**layout, **LOOK}}


def _text(x: float, y: float, text: str, side: Mapping[str, Any]) -> dict[str, Any]:
    """A text on white, on some side of a place."""
    return {"x": x, "y": float(y), "text": text, "showarrow": False, "bgcolor": "rgba(255, 255, 255, 0.8)", **side}


def _layout(x_title: str, y_title: str) -> dict[str, Any]:
    return {
        "height": 300,
        "margin": MARGIN,
        **LOOK,
        "legend": LEGEND,
        "xaxis": {**AXIS, **titled(x_title)},
        "yaxis": {**AXIS, **titled(y_title)},
    }
