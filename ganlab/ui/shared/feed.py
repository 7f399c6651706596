"""The feed of a view in the browser, which is all that a poll redraws: frames go there, questions come from there."""

from typing import Any

import streamlit as st

from ganlab.ui.shared.assets import component


def question() -> Any:
    """What the view in this session's browser asks for, as it came from there; None at first."""
    feed = st.session_state.get("feed")
    return feed.get("ask") if feed else None


def send(frame: bytes) -> None:
    """Hands a frame to the view."""
    piece = component("ganlab_feed", "shared/feed")
    piece(key="feed", data=frame, on_ask_change=_asked)


def _asked() -> None:
    """The question is read at the next run of the feed, which comes with it."""
