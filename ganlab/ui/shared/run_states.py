"""What the states of a run are called, and what goes on with one that has ended."""

import streamlit as st

from ganlab import diagnosis
from ganlab.runs import Run
from ganlab.ui.shared.run_labels import spec_of

SETTLED = (
    "The learning rate of this run (how far each update goes) has fallen to a hundredth by now, so more iterations "
    "change little. Start a new run with a longer length instead."
)
STATES = {
    "queued": "Waiting in line",
    "preparing": "Getting ready",
    "running": "Training",
    "paused": "Paused",
    "stopped": "Stopped",
    "finished": "Finished",
    "failed": "Failed",
    "interrupted": "Interrupted",
}
STATE_COLOURS = {"running": "green", "paused": "orange", "failed": "red", "interrupted": "orange", "finished": "blue"}


def tell_if_settled(run: Run) -> None:
    """Beside a field for more iterations: that they change little, where learning rates have fallen already."""
    spec = spec_of(run)
    if spec is not None and 0 < spec.falls(run.config.values) <= run.done:
        st.caption(SETTLED)


VERDICT_COLOURS = {
    diagnosis.HEALTHY: "green",
    diagnosis.DONE: "blue",
    diagnosis.EARLY: "gray",
    diagnosis.UNMEASURED: "gray",
    diagnosis.UNSEEN: "gray",
    diagnosis.DIVERGED: "red",
}
