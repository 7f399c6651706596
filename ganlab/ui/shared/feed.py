"""The feed of a view in the browser, which is all that a poll redraws: frames go there, questions come from there."""

from typing import Any

import numpy as np
import streamlit as st

from ganlab.ui.shared.assets import component


def question(key: str = "feed") -> Any:
    """What the view that this feed serves asks for, as it came from this session's browser; None at first."""
    feed = st.session_state.get(key)
    return feed.get("ask") if feed else None


def asked_range(wanted: Any, done: int) -> tuple[int, int] | None:
    """First and last iteration, from 1 to `done`, of a pair that a question holds; None where nothing sensible was
    asked for."""
    if not (isinstance(wanted, list) and len(wanted) == 2 and all(isinstance(end, int | float) for end in wanted)):
        return None
    if not all(np.isfinite(wanted)) or done < 1:
        return None
    first, last = (int(np.clip(round(end), 1, done)) for end in sorted(wanted))
    return first, last


def send(frame: bytes, key: str = "feed") -> None:
    """Hands a frame to the view of the run that the frame's head names. Each feed of a page has a key of its own."""
    piece = component("ganlab_feed", "shared/feed")
    piece(key=key, data=frame, on_ask_change=_asked)


def _asked() -> None:
    """The question is read at the next run of the feed, which comes with it."""
