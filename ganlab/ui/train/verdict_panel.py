"""The verdict on a run on the Train page: one calm line, kept up to date while it trains, and what to try."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from ganlab import diagnosis, registry
from ganlab.diagnosis import Diagnosis, Try
from ganlab.errors import GanlabError
from ganlab.runs import Run, choose, describe_length
from ganlab.ui.shared.formatting import plain, value_in_words
from ganlab.ui.shared.problems import keep_errors, show_kept
from ganlab.ui.shared.run_states import VERDICT_COLOURS
from ganlab.ui.shared.setting_fields import fields, fill_form
from ganlab.ui.shared.unfinished_runs import reopen

POLL_SECONDS = 3.0
HOLDS = 3  # looks in a row that must agree on another verdict before it is shown
STEADY, LEAVING, REFUSED, NOTE = "diagnosis", "diagnosis-leaving", "diagnosis-refused", "diagnosis-note"
_alone = ThreadPoolExecutor(1, "diagnosis")  # made in the threads of the polls, each would leave megabytes behind


@dataclass(frozen=True)
class Steady:
    """A verdict on show, which another takes the place of only once that has been given `HOLDS` times in a row."""

    shown: Diagnosis
    other: str = ""
    times: int = 0

    def next(self, found: Diagnosis) -> "Steady":
        """What is on show after the next verdict; the same verdict with newer figures is shown at once."""
        if found.name == self.shown.name:
            return Steady(found)
        times = self.times + 1 if found.name == self.other else 1
        return Steady(found) if times >= HOLDS else replace(self, other=found.name, times=times)


def show(run: Run, active: bool) -> None:
    """The verdict on a run, what to try, and which of its weights are in use."""
    st.session_state.pop(NOTE, None)
    st.fragment(run_every=POLL_SECONDS if active else None)(_panel)(run.path, active)


def explain() -> None:
    """Above the Train form: which run's settings it was filled with, and what is different in them."""
    note = st.session_state.get(NOTE)
    if note and note[0] == st.query_params.get("model"):
        st.info(plain(note[1]))


def _panel(path: Path, active: bool) -> None:
    if st.session_state.pop(LEAVING, False):
        st.rerun()
    try:
        run = Run(path)
        found = _alone.submit(diagnosis.diagnose, run).result()
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
        _in_use(run)
        _offers(run, [one for one in found.tries if one.iteration is None or one.iteration != run.chosen])


def _steady(path: Path, found: Diagnosis) -> Diagnosis:
    kept: tuple[Path, Steady] | None = st.session_state.get(STEADY)
    steady = kept[1].next(found) if kept and kept[0] == path else Steady(found)
    st.session_state[STEADY] = (path, steady)
    return steady.shown


def _in_use(run: Run) -> None:
    if run.chosen is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Use the newest again", key="diagnosis-newest", on_click=_use, args=(run.path, None))
        st.markdown(
            f"This run is now used as it was after {describe_length(run.chosen)}: on the Latent page, for samples, in "
            "an export. If you train it further, it goes on from its end and uses the newest again.",
            width="content",
        )


def _offers(run: Run, tries: Sequence[Try]) -> None:
    """A button for each thing to try, and what each does; advice that no button can follow stands alone."""
    for one in tries:
        if one.is_advice:
            st.markdown(f"**{plain(one.label)}.** {plain(one.text)}")
    buttons = [one for one in tries if not one.is_advice]
    if not buttons:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("**What to try**", width="content")
        for number, one in enumerate(buttons):
            does, what = _action(one)
            st.button(one.label, help=one.text, key=f"try-{number}", on_click=does, args=(run.path, what))
    with st.expander("What each of these does"):
        st.markdown("\n".join(f"- **{plain(one.label)}**: {plain(one.text)}" for one in buttons))


def _action(one: Try) -> tuple[Callable[[Path, Any], None], Any]:
    if one.settings:
        return _set_up, one.settings
    return (_train_on, one.length) if one.length is not None else (_use, one.iteration)


def _use(path: Path, iteration: int | None) -> None:
    with keep_errors(REFUSED):
        choose(Run(path), iteration)


def _train_on(path: Path, length: int) -> None:
    with keep_errors(REFUSED):
        reopen(Run(path), length)
        st.session_state[LEAVING] = True  # the whole page shows that it trains again


def _set_up(path: Path, settings: dict[str, Any]) -> None:
    """Fills the Train form with the settings of a run, but for these; it goes on as it is, and nothing starts yet."""
    with keep_errors(REFUSED):
        run = Run(path)
        filled = fields(run, settings)
        knobs = {knob.name: knob.label for knob in registry.get(run.model).knobs}
        changes = [
            f"{knobs[name]} {value_in_words(value)} instead of {value_in_words(run.config.values[name])}"
            for name, value in settings.items()
        ]
        words = f"The form has the settings of run {run.id}, but {', '.join(changes)}. Press Start for a new run."
        st.session_state[NOTE] = (run.model, words)
        st.session_state[LEAVING] = True
        st.query_params.from_dict(fill_form(run.model, filled))
