"""How test images are read by the kind of damage, by its size and by class: a chart and a table of each."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from ganlab.data.damages import DAMAGES
from ganlab.evaluation import RepairFigures
from ganlab.ui.repair.outcomes import CLEAN, MARKS, TITLES, percent
from ganlab.ui.repair.trials import Trial, accuracies_of
from ganlab.ui.shared import charts


def show(trial: Trial, figures: RepairFigures, names: Sequence[str]) -> Any:
    """Three tabs; the first, which takes its time, is returned to be filled last."""
    st.subheader("Where it helps", anchor=False)
    by_kind, by_size, by_class = st.tabs(["By kind of damage", "By size of damage", "By class"])
    with by_size:
        sizes = {way: figures.by_size(way) for way in trial.names}
        if len(sizes[CLEAN]) == 1:
            low = sizes[CLEAN][0][0]
            st.info(
                f"Here every image has lost {low} pixels, so there are no sizes to compare. Choose another kind of "
                "damage."
            )
        else:
            rows = [f"{low} to {high} pixels lost" for low, high, _, _ in sizes[CLEAN]]
            _compare("quality-size", rows, {way: [part[3] for part in found] for way, found in sizes.items()})
            st.caption("The images fall into thirds, by how many of their 784 pixels are lost.")
    with by_class:
        shares = {way: figures.by_class(way) for way in trial.names}
        there = [label for label in range(len(names)) if label < 10 and not np.isnan(shares[CLEAN][label])]
        rows = [f"{names[label]} ({int((figures.labels == label).sum()):,})" for label in there]
        _compare("quality-class", rows, {way: [found[label] for label in there] for way, found in shares.items()})
        st.caption("The number in brackets says how many images of the class there are.")
    return by_kind


def by_kind(trial: Trial) -> None:
    found = [accuracies_of(trial, kind) for kind in DAMAGES]
    rows = [damage.title for damage in DAMAGES.values()]
    _compare("quality-kind", rows, {way: [shares[way] for shares in found] for way in trial.names})
    st.caption(" ".join(f"*{damage.title}*: {damage.words}." for damage in DAMAGES.values()))


def _compare(key: str, rows: Sequence[str], shares: Mapping[str, Sequence[float]]) -> None:
    """A chart, and the same as a table."""
    charts.show(draw_shares(rows, shares), key)
    st.table(
        [
            {"Read correctly": row, **{TITLES[way]: percent(found[place]) for way, found in shares.items()}}
            for place, row in enumerate(rows)
        ]
    )


def draw_shares(rows: Sequence[str], shares: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """A Plotly figure: for each row a line with a mark for each way, at the share that is read correctly."""
    marks = [
        charts.scatter(
            [None if np.isnan(share) else round(share, 4) for share in found],
            list(rows),
            name=TITLES[way],
            marker={
                "color": colour,
                "symbol": symbol,
                "size": 11,
                "line": {"width": 3 if way == CLEAN else 0, "color": colour},
            },
            hovertemplate=f"{TITLES[way]}: %{{x:.1%}}<extra>%{{y}}</extra>",
        )
        for way, found in shares.items()
        for colour, symbol in [MARKS[way]]
    ]
    xaxis = {"tickformat": ".0%", **charts.titled("read correctly")}
    yaxis = {"autorange": "reversed", "type": "category"}
    return charts.figure(marks, 110 + 34 * len(rows), xaxis, yaxis, margin={**charts.MARGIN, "r": 16})
