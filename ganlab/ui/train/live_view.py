"""The live view in the browser, drawn once; what a poll brings comes by the feed (ganlab/ui/shared/feed.py)."""

from collections.abc import Mapping
from typing import Any

from ganlab.ui.shared.assets import component, text
from ganlab.ui.shared.theme import PALETTE, role_css


def show(about: Mapping[str, Any]) -> None:
    """Draws the live view for a run; `about` names it, its curves, and how its images lie (LiveAbout in types.d.ts)."""
    shared = ("shared/uPlot.min.css", "shared/piece.css", "shared/confusion.css", "shared/line_chart.css")
    piece = component("ganlab_live_view", "train/live_view", css=text(*shared) + role_css(".live"))
    piece(key="live-view", data={**about, "palette": PALETTE})
