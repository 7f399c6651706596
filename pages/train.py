"""Train: choose, start, watch, look back."""

from pathlib import Path

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.jobs.sweeps import Sweep
from ganlab.runs import Run, layout, resolve, resolve_sweep, runs_folder
from ganlab.ui.shared import race_look, sweep_look
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.run_pages import in_the_lab, lead_to_the_lab
from ganlab.ui.shared.sections import show_one
from ganlab.ui.shared.streamlit_patches import enter_by_the_router
from ganlab.ui.shared.unfinished_runs import unfinished
from ganlab.ui.train import race_form, race_view, sweep_form, sweep_view
from ganlab.ui.train.run_view import follow_line, line, show_run
from ganlab.ui.train.train_form import choose

SECTIONS = {
    "one": ("One training", choose),
    "race": ("A race of two", race_form.setup),
    "sweep": ("Several at once", sweep_form.setup),
}
NOTHING = "The host is training nothing now. As soon as a training begins, this page has a way to it."
SETTING_UP = "The host is setting up a training. Press Watch to see the one that goes on."
FORM = {"new", "model", "section"}  # in the address where another training is being set up


def attached() -> Path | None:
    """The folder of the run, race or sweep in the address, else of what is at work here, unless the address is that of
    a form: who fills one in is not taken away from it when a training begins in another tab."""
    name = st.query_params.get("run") or st.query_params.get(race_look.QUERY)
    sweep = st.query_params.get(sweep_look.QUERY)
    if name or sweep:
        try:
            return resolve(name, runs_folder()).path if name else resolve_sweep(sweep or "", runs_folder()).path
        except GanlabError as error:
            st.warning(plain(str(error)))
            return None
    current = worker.current()
    if current is None or FORM & set(st.query_params):
        return None
    is_sweep = isinstance(current, Sweep)
    if not is_sweep and in_the_lab(current.run):
        return None
    st.query_params.update(sweep_look.query_of(current))
    return current.folder.path if is_sweep else current.run


enter_by_the_router()
shown = attached()
if shown is None:
    st.title("Train", anchor=False)
    line(shown)
    if is_guest():
        st.info(NOTHING if worker.current() is None else SETTING_UP)
    else:
        unfinished()
        show_one(SECTIONS, "What to train", "train-section")
    follow_line(shown)
elif (shown / layout.SWEEP).exists():
    line(shown)
    sweep_view.show(shown)
    follow_line(shown)
elif in_the_lab(shown):
    st.title("Train", anchor=False)
    lead_to_the_lab(Run(shown))
    line(shown)
    follow_line(shown)
elif race_view.is_asked_for(shown):
    line(shown)
    race_view.show(shown)
    follow_line(shown)
else:
    line(shown)
    show_run(shown)
