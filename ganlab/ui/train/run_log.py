"""What a person did with a run: knobs turned, single steps, iterations looked at slowly, pauses."""

import streamlit as st

from ganlab.runs import Run
from ganlab.ui.shared import live_knobs
from ganlab.ui.shared.formatting import plain

MOST = 100  # lines, the last ones
WORDS = {
    "step": "Iteration {:,}: made as a single step",
    "slow motion": "Iteration {:,}: looked at in slow motion",
    "paused": "After {:,} iterations: paused",
    "resumed": "After {:,} iterations: resumed",
}


def show(run: Run) -> None:
    """The list, folded, where there is anything to tell."""
    found = lines(run)
    if not found:
        return
    with st.expander("What was done with it", key="run-log"):
        left_out = len(found) - MOST
        if left_out > 0:
            st.caption(f"The last {MOST} of {len(found):,}; all of them are in the run's log.json.")
        st.markdown("\n".join(f"- {plain(line)}" for line in found[-MOST:]))


def lines(run: Run) -> list[str]:
    """A line for each thing, in the order of the iterations."""
    names = live_knobs.names(run)
    told = []
    for turn in run.lasting_turns:
        name = names.get(turn.name, turn.name)
        told.append((turn.iteration, 0, f"After {turn.iteration:,} iterations: {name} set to {turn.value:g}"))
    told += [(act.iteration, 1, WORDS[act.what].format(act.iteration)) for act in run.log.acts]
    return [line for *_, line in sorted(told, key=lambda one: one[:2])]
