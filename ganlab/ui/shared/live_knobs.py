"""Fields of the knobs that may be turned while a run trains."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ganlab import registry
from ganlab.jobs import Job
from ganlab.knobs import Knob
from ganlab.runs import Run
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.problems import keep_errors
from ganlab.ui.shared.run_look import Look
from ganlab.ui.shared.unfinished_runs import REFUSED


def show(now: Look, expanded: bool = False, place: str = "") -> None:
    """A field for each knob that may be turned now; each turn takes effect at once, and is written down in the run. Of
    two runs beside each other, `place` says which one it is ("left" or "right")."""
    job = now.job
    if job is None or not now.active or is_guest():
        return
    spec, config = registry.get(now.run.model), now.run.config
    offered = spec.turnable(spec.recorded(config.values))
    values = job.turned()
    idle = spec.idle(config.values)
    shown = [knob for knob in offered if knob.name not in idle and knob.name in values]
    if not shown:
        return
    with st.expander("Turn while it trains", expanded=expanded, key=f"live-knobs-{place}" if place else "live-knobs"):
        columns = st.columns(2)
        for index, knob in enumerate(shown):
            with columns[index % 2]:
                _knob(job, knob, values[knob.name])


def names(run: Run) -> dict[str, str]:
    """What the knobs that may be turned are called."""
    spec = registry.get(run.model)
    return {knob.name: knob.label for knob in spec.turnable(spec.recorded(run.config.values))}


def _knob(job: Job, knob: Knob, value: float) -> None:
    kind: Callable[[Any], Any] = knob.kind
    key = _key(job, knob.name)
    if key not in st.session_state:
        st.session_state[key] = kind(value)
    st.number_input(
        knob.label,
        min_value=kind(knob.low),
        max_value=kind(knob.high),
        step=kind(knob.step or 1),
        format="%d" if knob.kind is int else "%.6g",
        help=f"{knob.help} It takes effect with the next iteration, and is written down in the run.",
        key=key,
        on_change=_turn,
        args=(job, knob.name, key),
    )


def _key(job: Job, name: str) -> str:
    return f"turn-{job.run.name}-{name}"


def turn(job: Job, name: str, value: float) -> None:
    """Turns a knob from a callback elsewhere on the page, and has its field show it. Raises GanlabError."""
    job.turn(name, value)
    st.session_state.pop(_key(job, name), None)


def _turn(job: Job, name: str, key: str) -> None:
    value = st.session_state[key]
    if value == job.turned().get(name):  # the field was only gone through
        return
    with keep_errors(REFUSED):
        job.turn(name, value)
