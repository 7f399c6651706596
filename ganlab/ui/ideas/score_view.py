"""What is a good score: real digits that are changed on purpose, and which metrics notice."""

import numpy as np
import streamlit as st

from ganlab import data
from ganlab.data.changes import CHANGES, STEPS, changed, halves
from ganlab.metrics.metric_catalog import BY_NAME, Figure, percent, written
from ganlab.sharing import idea_assets
from ganlab.ui.shared.packing import pack

EACH = 3  # images of every class that are shown
COPIED = Figure(
    "copied",
    "Share of copies",
    "The share of samples that are nearer to a training image than all but a hundredth of real images are. Lower is "
    "better.",
    "low",
    share=True,
)


@st.cache_data(max_entries=1, show_spinner=False)
def frame() -> bytes:
    """Of each change at strengths from 0 to `STEPS` some images, which of them have given way to others, and what the
    metrics are. Raises GanlabError."""
    head, arrays = idea_assets.load("score")
    figures, spread = arrays["figures"], arrays["spread"]
    used = data.load("offline", download=False)
    known, part = halves(used)
    shown = np.concatenate([np.flatnonzero(part.labels == label)[:EACH] for label in np.unique(part.labels)])
    shown = shown.reshape(-1, EACH).T.ravel()  # a column for each class
    sheets = np.stack(
        [
            [changed(part, known.images, name, strength)[shown] for strength in range(STEPS + 1)]
            for name in head["changes"]
        ]
    )
    replaced = (sheets != sheets[:, :1]).any(axis=(3, 4))
    replaced &= np.array([name in ("drop", "copy") for name in head["changes"]])[:, None, None]
    about = (
        f"{len(shown)} of {head['images']} real digits ({head['title'].lower()}) that stand in for samples. They are "
        f"compared with {head['images']} others, the training set. Framed: another image has taken the place."
    )
    if used.fingerprint != head["fingerprint"]:
        about += " These images differ a little from those that the metrics are of: other versions made them."
    how = (
        "A bar says how far a metric has moved from what untouched images get. Its unit is how much the metric differs "
        "by chance alone (the standard deviation over eight other halves of the data), and each step of the scale is "
        "so many times the one before. Within the dashed lines, at three units, the metric does not notice. Of metrics "
        "for which neither way is better, bars are grey: they rise to the right, and fall to the left."
    )
    metrics = [COPIED if name == COPIED.name else BY_NAME[name] for name in head["figures"]]
    return pack(
        {
            "changes": [_about(name) for name in head["changes"]],
            "metrics": [{"title": one.title, "help": one.help, "good": one.good} for one in metrics],
            "written": [
                [[_written(*pair) for pair in zip(metrics, row, strict=True)] for row in rows]
                for rows in figures.tolist()
            ],
            "about": about,
            "how": how,
            "columns": len(shown) // EACH,
            "most": float((np.abs(figures - figures[:, :1]) / spread).max()),
        },
        {"sheets": sheets, "replaced": replaced.astype(np.uint8), "figures": figures, "spread": spread},
    )


def _about(name: str) -> dict[str, object]:
    change = CHANGES[name]
    amounts = ["untouched", *(change.unit.format(f"{amount:g}") for amount in change.amounts)]
    return {"name": name, "title": change.title, "amounts": amounts}


def _written(figure: Figure, value: float) -> str:
    return percent(value) if figure is COPIED else written(figure.name, value)
