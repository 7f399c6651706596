"""What the page of a run says where the run is one training of a sweep."""

import streamlit as st

from ganlab import registry
from ganlab.evaluation.sweep_results import in_words
from ganlab.jobs.sweeps import Sweep
from ganlab.runs import Run
from ganlab.ui.shared import sweep_look
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.run_look import control
from ganlab.ui.shared.unfinished_runs import turn_to

SKIP = (
    "Ends this training for good and goes on with the next one. What it has learned is kept, but its setting is then "
    "compared with a seed less; with fewer than three, chance cannot be told from a difference."
)


def tell(run: Run) -> None:
    """Which training of which sweep it is, with a way to that; nothing for any other run."""
    sweep = sweep_look.of(run)
    if sweep is None or run.config.sweep is None:
        return
    place, members = run.config.sweep.place, sweep.members
    words = f"Training {place + 1} of {len(members)} of a sweep (trainings that differ in settings or in seeds)"
    if place < len(members):
        member = members[place]
        words += f": {in_words(registry.get(run.model), member.values)}, seed {member.seed}"
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="sweep-part"):
        st.markdown(f"{plain(words)}.", width="content")
        st.button("Open the sweep", key="open-sweep", on_click=turn_to, kwargs={sweep_look.QUERY: sweep.id})


def tell_who_trains(sweep: Sweep | None, run: Run) -> None:
    """Who trains a run that is no job of its own here: another process, or Ray for a sweep, which can do without it."""
    if sweep is None:
        st.info("Another process is training this run. What it does is shown here as it happens.")
        return
    st.info("Ray trains this run for its sweep. What it does is shown here some seconds later.")
    skip_button(sweep, run)


def skip_button(sweep: Sweep, run: Run) -> None:
    """Leaves a training out that its sweep has at work."""
    part = run.config.sweep
    if part is not None:
        control("Skip this one", lambda: sweep.skip(part.place), SKIP)
