"""The live view's two pieces in the browser: the stage, drawn once, and the feed, which is all that a poll redraws."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ganlab.ui.shared.assets import component, text
from ganlab.ui.shared.theme import PALETTE, role_css


def stage(about: Mapping[str, Any]) -> None:
    """Draws the stage for a run; `about` names it, its curves, and how its images lie (StageAbout in types.d.ts)."""
    shared = ("shared/uPlot.min.css", "shared/piece.css", "shared/confusion.css", "shared/line_chart.css")
    piece = component("ganlab_stage", "train/stage", css=text(*shared) + role_css(".stage"))
    piece(key="stage", data={**about, "palette": PALETTE})


def question() -> Any:
    """What the stage in this session's browser asks for, as it came from there; None at first."""
    feed = st.session_state.get("feed")
    return feed.get("ask") if feed else None


def send(frame: bytes) -> None:
    """Hands a frame to the stage."""
    piece = component("ganlab_feed", "shared/feed")
    piece(key="feed", data=frame, on_ask_change=_asked)


def _asked() -> None:
    """The question is read at the next run of the feed, which comes with it."""
