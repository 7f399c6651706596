"""What the charts of the pages have in common: plain dictionaries, as Plotly takes them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}
LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}  # above the chart, on the left


def figure(
    drawn: Sequence[Mapping[str, Any]], height: int, xaxis: Mapping[str, Any], yaxis: Mapping[str, Any], **layout: Any
) -> dict[str, Any]:
    """A chart that cannot be zoomed, with its legend above it; `layout` is what else its layout has."""
    axis = {"automargin": True, "fixedrange": True}
    usual = {"height": height, "margin": MARGIN, "legend": LEGEND}
    return {"data": list(drawn), "layout": {**usual, "xaxis": {**axis, **xaxis}, "yaxis": {**axis, **yaxis}, **layout}}


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
