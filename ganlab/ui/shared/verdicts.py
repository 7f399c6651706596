"""The verdict on a run on a page: one calm line, kept up to date while it trains, and buttons for what to try."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from ganlab import diagnosis
from ganlab.diagnosis import EARLY, Diagnosis, Try
from ganlab.errors import GanlabError
from ganlab.runs import Run
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.problems import show_kept
from ganlab.ui.shared.run_states import VERDICT_COLOURS

POLL_SECONDS = 3.0
HOLDS = 3  # looks in a row that must agree on another verdict before it is shown
STEADY, LEAVING, REFUSED = "diagnosis", "diagnosis-leaving", "diagnosis-refused"
Action = tuple[Callable[[Path, Any], None], Any]
"""The callback of a button, and what it is told beside the run's folder."""
_alone = ThreadPoolExecutor(1, "diagnosis")  # made in the threads of the polls, each would leave megabytes behind
_latest: dict[Path, tuple[float, Diagnosis | None]] = {}  # of what trains, for all who watch it: when it was made


@dataclass(frozen=True)
class Steady:
    """A verdict on show, which another takes the place of only once that has been given `HOLDS` times in a row; that it
    is too early for one is none."""

    shown: Diagnosis
    other: str = ""
    times: int = 0

    def next(self, found: Diagnosis) -> "Steady":
        """What is on show after the next verdict; the same verdict with newer figures is shown at once."""
        if found.name == self.shown.name or self.shown.name == EARLY:
            return Steady(found)
        times = self.times + 1 if found.name == self.other else 1
        return Steady(found) if times >= HOLDS else replace(self, other=found.name, times=times)


def watch(run: Run, active: bool, below: Callable[[Run, Diagnosis], None]) -> None:
    """The verdict on a run, looked at again every three seconds while it is active; `below` draws what comes with
    it."""
    st.fragment(run_every=POLL_SECONDS if active else None)(_panel)(run.path, active, below)


def leave() -> None:
    """Has the whole page be drawn anew after a click on a button of the verdict's."""
    st.session_state[LEAVING] = True


def _panel(path: Path, active: bool, below: Callable[[Run, Diagnosis], None]) -> None:
    if st.session_state.pop(LEAVING, False):
        st.rerun()
    try:
        run = Run(path)
        found = _alone.submit(_diagnose if active else diagnosis.diagnose, run).result()
    except GanlabError:  # deleted meanwhile, which the live view tells
        return
    if found is None:
        return
    found = _steady(path, found) if active else found
    with st.container(border=True, key="diagnosis", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(found.name.capitalize(), color=VERDICT_COLOURS.get(found.name, "orange"))  # pyright: ignore
            st.markdown(plain(found.what), width="content")
        st.caption(plain(found.why))
        show_kept(REFUSED)
        below(run, found)


def _diagnose(run: Run) -> Diagnosis | None:
    """One verdict for all who look at a training within half the time between two looks."""
    now = time.monotonic()
    for path in [path for path, (made, _) in _latest.items() if now - made > POLL_SECONDS / 2]:
        del _latest[path]
    if run.path not in _latest:
        _latest[run.path] = now, diagnosis.diagnose(run)
    return _latest[run.path][1]


def _steady(path: Path, found: Diagnosis) -> Diagnosis:
    kept: tuple[Path, Steady] | None = st.session_state.get(STEADY)
    steady = kept[1].next(found) if kept and kept[0] == path else Steady(found)
    st.session_state[STEADY] = (path, steady)
    return steady.shown


def offers(run: Run, tries: Sequence[Try], action: Callable[[Try], Action]) -> None:
    """A button for each thing to try, and what each does; advice that no button can follow stands alone. Guests of a
    class can do nothing of it."""
    if is_guest():
        return
    for one in tries:
        if one.is_advice:
            st.markdown(f"**{plain(one.label)}.** {plain(one.text)}")
    buttons = [one for one in tries if not one.is_advice]
    if not buttons:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("**What to try**", width="content")
        for number, one in enumerate(buttons):
            callback, what = action(one)
            st.button(one.label, help=one.text, key=f"try-{number}", on_click=callback, args=(run.path, what))
    with st.expander("What each of these does"):
        st.markdown("\n".join(f"- **{plain(one.label)}**: {plain(one.text)}" for one in buttons))
