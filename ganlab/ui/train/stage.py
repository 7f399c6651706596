"""The live view in the browser, drawn once; what a poll brings comes by the feed (ganlab/ui/shared/feed.py)."""

from collections.abc import Mapping
from typing import Any

from ganlab.ui.shared.assets import component, text
from ganlab.ui.shared.theme import PALETTE, role_css


def stage(about: Mapping[str, Any]) -> None:
    """Draws the stage for a run; `about` names it, its curves, and how its images lie (StageAbout in types.d.ts)."""
    shared = ("shared/uPlot.min.css", "shared/piece.css", "shared/confusion.css", "shared/line_chart.css")
    piece = component("ganlab_stage", "train/stage", css=text(*shared) + role_css(".stage"))
    piece(key="stage", data={**about, "palette": PALETTE})
