"""Whether the classifier is as often correct as it claims: the reliability curve, and the calibration error."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from ganlab.evaluation import RepairFigures
from ganlab.metrics.calibration import calibration_error, reliability
from ganlab.ui.repair.outcomes import CLEAN, DAMAGED, MARKS, REPAIRED, TITLES
from ganlab.ui.shared import charts

FEWEST = 5  # images behind a mark of the reliability curve


def show(figures: RepairFigures) -> None:
    st.subheader("Can you trust how sure it is?", anchor=False)
    errors = {way: calibration_error(figures.read[way], figures.labels) for way in (CLEAN, DAMAGED, REPAIRED)}
    chart = draw_reliability({way: (figures.read[way], figures.labels) for way in errors})
    left, right = st.columns([3, 2], gap="large")
    with left:
        charts.show(chart, "quality-reliability")
    right.markdown(
        "A classifier is **calibrated** if it is correct as often as it claims: of all images that it is 90% sure of, "
        "it reads 90% correctly, and its marks lie on the dotted line. Below the line it is surer than it should be. "
        "On average, how sure it is and how often it is correct differ by "
        + ", ".join(f"{error:.1%} for {WHAT[way]}" for way, error in errors.items())
        + f" (the expected calibration error; 0% is best). Marks for fewer than {FEWEST} images are left out."
    )


WHAT = {CLEAN: "undamaged images", DAMAGED: "damaged images", REPAIRED: "repaired images"}


def draw_reliability(read: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
    """A Plotly figure: the share read correctly over how sure the classifier was, of each way's probabilities `[n, 10]`
    and labels `[n]`; the larger a mark, the more images, and none for fewer than `FEWEST`."""
    marks = []
    for way, (probabilities, labels) in read.items():
        found = reliability(probabilities, labels, 10)
        there = found.count >= FEWEST
        colour, symbol = MARKS[way]
        sizes = 6 + 12 * np.sqrt(found.count[there] / found.count.sum())
        symbol = "triangle-up" if way == CLEAN else symbol
        words = f"{TITLES[way]}, %{{customdata}} images: %{{x:.1%}} sure, %{{y:.1%}} correct<extra></extra>"
        marks.append(
            charts.scatter(
                found.sure[there].round(4).tolist(),
                found.right[there].round(4).tolist(),
                "lines+markers",
                name=TITLES[way],
                customdata=found.count[there].astype(int).tolist(),
                line={"color": colour, "width": 1},
                marker={"color": colour, "symbol": symbol, "size": sizes.round(1).tolist()},
                hovertemplate=words,
            )
        )
    axis = {"range": [0, 1.03], "tickformat": ".0%"}
    xaxis, yaxis = {**axis, **charts.titled("how sure it was")}, {**axis, **charts.titled("read correctly")}
    ideal = {"type": "line", "x0": 0, "y0": 0, "x1": 1, "y1": 1, "line": {"dash": "dot", "color": "#888888"}}
    return charts.figure(marks, 340, xaxis, yaxis, shapes=[ideal])
