"""The verdict on a run on the Train page, what to try, and which of its weights are in use."""

from pathlib import Path
from typing import Any

import streamlit as st

from ganlab import registry
from ganlab.diagnosis import Diagnosis, Try
from ganlab.knobs import value_in_words
from ganlab.runs import Run, choose, describe_length
from ganlab.ui.shared import verdicts
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.problems import keep_errors
from ganlab.ui.shared.setting_fields import fields, fill_form
from ganlab.ui.shared.unfinished_runs import reopen
from ganlab.ui.shared.verdicts import REFUSED

NOTE = "diagnosis-note"


def show(run: Run, active: bool) -> None:
    """The verdict on a run, what to try, and which of its weights are in use."""
    st.session_state.pop(NOTE, None)
    verdicts.watch(run, active, _below)


def explain() -> None:
    """Above the Train form: which run's settings it was filled with, and what is different in them."""
    note = st.session_state.get(NOTE)
    if note and note[0] == st.query_params.get("model"):
        st.info(plain(note[1]))


def _below(run: Run, found: Diagnosis) -> None:
    _in_use(run)
    tries = [one for one in found.tries if one.iteration is None or one.iteration != run.chosen]
    verdicts.offers(run, tries, _action)


def _in_use(run: Run) -> None:
    if run.chosen is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not is_guest():
            st.button("Use the newest again", key="diagnosis-newest", on_click=_use, args=(run.path, None))
        st.markdown(
            f"This run is now used as it was after {describe_length(run.chosen)}: on the Latent page, for samples, in "
            "an export. If you train it further, it goes on from its end and uses the newest again.",
            width="content",
        )


def _action(one: Try) -> verdicts.Action:
    if one.settings:
        return _set_up, one.settings
    return (_train_on, one.length) if one.length is not None else (_use, one.iteration)


def _use(path: Path, iteration: int | None) -> None:
    with keep_errors(REFUSED):
        choose(Run(path), iteration)


def _train_on(path: Path, length: int) -> None:
    with keep_errors(REFUSED):
        reopen(Run(path), length)
        verdicts.leave()  # the whole page shows that it trains again


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
        verdicts.leave()
        st.query_params.from_dict(fill_form(run.model, filled))
