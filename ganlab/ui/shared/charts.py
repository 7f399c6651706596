"""What the charts of the pages have in common: plain dictionaries, as Plotly takes them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from ganlab.ui.shared.theme import GROUND, GROUND_LINES

MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}
LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}  # above the chart, on the left


def figure(
    drawn: Sequence[Mapping[str, Any]], height: int, xaxis: Mapping[str, Any], yaxis: Mapping[str, Any], **layout: Any
) -> dict[str, Any]:
    """A chart that cannot be zoomed, with its legend above it; `layout` is what else its layout has."""
    axis = {"automargin": True, "fixedrange": True}
    usual = {"height": height, "margin": MARGIN, "legend": LEGEND}
    return {"data": list(drawn), "layout": {**usual, "xaxis": {**axis, **xaxis}, "yaxis": {**axis, **yaxis}, **layout}}


def flat_map(
    drawn: Sequence[Mapping[str, Any]], height: int, x_range: Sequence[float], y_range: Sequence[float], **layout: Any
) -> dict[str, Any]:
    """A map of a flat space, as dark in either theme as images are, with a unit as long on both axes; `layout` is what
    else its layout has."""
    axis = {"zeroline": False, **titled(""), "constrain": "domain", "gridcolor": GROUND_LINES}
    axes = {
        "xaxis": {**axis, "range": x_range},
        "yaxis": {**axis, "range": y_range, "scaleanchor": "x", "scaleratio": 1},
    }
    usual = {"height": height, "plot_bgcolor": GROUND, "margin": MARGIN}
    return {"data": list(drawn), "layout": {**usual, **axes, **layout}}


def scatter(x: Sequence[Any], y: Sequence[Any], mode: str = "markers", **more: Any) -> dict[str, Any]:
    """Marks, lines, or both, as `mode` says; `more` is what else they have."""
    return {"type": "scatter", "mode": mode, "x": x, "y": y, **more}


def numbers(values: np.ndarray) -> list[float | None]:
    """Numbers as a chart takes them: to seven digits, and None, a gap, where they are not finite."""
    return [float(f"{value:.7g}") if np.isfinite(value) else None for value in values.tolist()]


def across(y: float, line: Mapping[str, Any]) -> dict[str, Any]:
    """A level line over the whole width of a chart, for the `shapes` of its layout."""
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line}


def titled(title: str) -> dict[str, Any]:
    """The title of an axis, as the axis takes it."""
    return {"title": {"text": title}}


def show(chart: dict[str, Any], key: str, **more: Any) -> None:
    """Without Plotly's own buttons; `more` is what else `st.plotly_chart` takes."""
    st.plotly_chart(chart, key=key, config={"displayModeBar": False}, **more)


def spread(n: int, most: int) -> np.ndarray:
    """Which of `n` to draw to have at most so many, evenly spread, the first and the last among them: int64, in order.
    None where `n` is 0."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int))
