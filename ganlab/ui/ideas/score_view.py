"""What is a good score: real digits that are changed on purpose, and which metrics notice."""

from typing import Any

import numpy as np
import streamlit as st

from ganlab import data
from ganlab.data.changes import CHANGES, STEPS, changed, halves
from ganlab.metrics.metric_catalog import BY_NAME, Figure, percent, written
from ganlab.sharing import idea_assets
from ganlab.ui.shared.assets import component
from ganlab.ui.shared.packing import pack
from ganlab.ui.shared.problems import show_errors

CHANGE, STRENGTH = "change", "strength"  # in the address
EACH = 4  # images of every class that are shown
COPIED = Figure(
    "copied",
    "Share of copies",
    "The share of samples that are nearer to a training image than all but a hundredth of real images are. Lower is "
    "better.",
    "low",
    share=True,
)


def show(css: str, key: str, data: Any) -> None:
    """The whole piece."""

    def take() -> None:
        asked = (st.session_state.get(key) or {}).get("asked") or {}
        st.query_params.update({name: str(asked[name]) for name in (CHANGE, STRENGTH) if name in asked})

    with show_errors():
        name = st.query_params.get(CHANGE, "")
        strength = st.query_params.get(STRENGTH, "")
        wanted = int(strength) if strength.isdecimal() and len(strength) == 1 else 0
        frame = _frame(name if name in CHANGES else next(iter(CHANGES)), min(wanted, STEPS))
        component("ganlab_idea_score", "ideas/score", css=css)(key=key, data=frame, on_asked_change=take)


@st.cache_data(max_entries=60, show_spinner=False)
def _frame(name: str, strength: int) -> bytes:
    head, arrays = idea_assets.load("score")
    figures, spread = arrays["figures"], arrays["spread"]
    used = data.load("offline", download=False)
    known, part = halves(used)
    shown = np.concatenate([np.flatnonzero(part.labels == label)[:EACH] for label in np.unique(part.labels)])
    shown = shown.reshape(-1, EACH).T.ravel()  # a column for each class
    sheets = np.stack([changed(part, known.images, name, step)[shown] for step in range(STEPS + 1)])
    replaced = (sheets != sheets[:1]).any(axis=(2, 3)) & (name in ("drop", "copy"))
    change = CHANGES[name]
    rows = figures[head["changes"].index(name)]
    about = (
        f"{len(shown)} of {head['images']} real digits ({head['title'].lower()}) that stand in for samples. They are "
        f"compared with {head['images']} others, the training set."
    )
    if name in ("drop", "copy"):
        about += " Framed: another image has taken the place."
    if used.fingerprint != head["fingerprint"]:
        about += " These images differ a little from those that the metrics are of: other versions made them."
    how = (
        "Bars say how far a metric is from what untouched images get, in units of what chance does to it (the "
        "standard deviation over eight other halves of the data), in steps of equal factors. Within the dashed lines, "
        "at three of these units, it does not notice. Of metrics for which neither way is better, bars are grey: they "
        "rise to the right, and fall to the left."
    )
    metrics = []
    for place, each in enumerate(head["figures"]):
        figure = COPIED if each == COPIED.name else BY_NAME[each]
        values = rows[:, place].tolist()
        said = [_written(figure, value) for value in values]
        metrics.append({"title": figure.title, "help": figure.help, "good": figure.good, "written": said})
    moved = np.abs(figures - figures[:, :1]) / spread
    return pack(
        {
            "change": name,
            "strength": strength,
            "changes": [(each, CHANGES[each].title) for each in CHANGES],
            "amounts": ["untouched", *(change.unit.format(f"{amount:g}") for amount in change.amounts)],
            "metrics": metrics,
            "about": about,
            "how": how,
            "columns": len(shown) // EACH,
            "most": float(moved.max()),
        },
        {
            "sheets": sheets,
            "replaced": replaced.astype(np.uint8),
            "figures": rows.astype(np.float32),
            "spread": spread,
        },
    )


def _written(figure: Figure, value: float) -> str:
    return percent(value) if figure is COPIED else written(figure.name, value)
