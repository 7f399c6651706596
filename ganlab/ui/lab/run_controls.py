"""Play, pause, step, speed, and the knobs that may be turned while it trains."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from ganlab import registry
from ganlab.jobs import Job, worker
from ganlab.knobs import Knob
from ganlab.runs import Run
from ganlab.ui.lab import setup_form
from ganlab.ui.shared.export_import import is_imported
from ganlab.ui.shared.problems import keep_errors, show_kept
from ganlab.ui.shared.run_look import Look, control
from ganlab.ui.shared.unfinished_runs import REFUSED, reopen

SPEEDS = {  # iterations a second
    "1 in 2 seconds": 0.5,
    "1 a second": 1.0,
    "5 a second": 5.0,
    "25 a second": 25.0,
    "100 a second": 100.0,
    "as fast as it goes": None,
}
FASTEST = "as fast as it goes"
ONE_NETWORK = ("generator", "discriminator")


def show(now: Look) -> None:
    """The controls for the state that the run is in."""
    show_kept(REFUSED)
    run, job = now.run, now.job
    if now.active and job is None:
        st.info("Another process is training this run. What it does is shown here as it happens.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="lab-controls"):
        if now.active and job is not None:
            _while_active(now, job)
        elif now.state in ("stopped", "interrupted", "failed") and run.config.own:
            control("Go on", lambda: reopen(run), "Goes on from the last saved moment.", "G", primary=True)
        if not is_imported(run) and not run.config.pretrained:
            seed = run.config.seed
            _restart("Start over", run, seed, "Begins again with the same settings and the same seed.")
            _restart("Another seed", run, seed + 1, "Begins again with the same settings and the next seed.")


def _while_active(now: Look, job: Job) -> None:
    if now.state == "paused":
        control("Play", job.resume, "Goes on training.", "G", primary=True)
        control("Step", job.step, "Does one iteration.", "S")
        if {"generator_updates", "discriminator_updates"} <= set(registry.get(now.run.model).live):
            for network in ONE_NETWORK:
                step = partial(job.step, network)
                control(f"Step {network}", step, f"Does one iteration in which only the {network} learns.")
    else:
        control("Pause", job.pause, "Holds the training. Nothing is lost.", "P", primary=True, disabled=bool(job.asked))
    control("Stop", lambda: worker.stop(job), "Ends the training and saves it.", "X", disabled=job.asked == "stop")
    st.selectbox(
        "Speed",
        list(SPEEDS),
        index=list(SPEEDS).index(_speed(job)),
        key=f"lab-speed-{job.run.name}",
        on_change=_paced,
        args=(job, f"lab-speed-{job.run.name}"),
        width=180,
    )


def _speed(job: Job) -> str:
    return next((words for words, pace in SPEEDS.items() if pace == job.pace), FASTEST)


def _paced(job: Job, key: str) -> None:
    job.pace = SPEEDS[st.session_state[key]]


def _restart(label: str, run: Run, seed: int, help: str) -> None:
    control(label, lambda: setup_form.begin(setup_form.again(run, seed)), help)


def knobs(now: Look) -> None:
    """Fields of what may be turned while it trains; each turn takes effect at once."""
    job = now.job
    if job is None or not now.active:
        return
    spec, config = registry.get(now.run.model), now.run.config
    offered = spec.turnable(spec.values(changes=config.values))
    values = job.turned()
    if not values:
        return
    idle = spec.idle(config.values)
    with st.expander("Turn while it trains", expanded=True, key="lab-knobs"):
        columns = st.columns(2)
        shown = [knob for knob in offered if knob.name not in idle]
        for index, knob in enumerate(shown):
            with columns[index % 2]:
                _knob(job, knob, values[knob.name])


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
    return f"lab-turn-{job.run.name}-{name}"


def turn(job: Job, name: str, value: float) -> None:
    """Turns a knob from a callback elsewhere on the page, and has its field show it. Raises GanlabError."""
    job.turn(name, value)
    st.session_state.pop(_key(job, name), None)


def _turn(job: Job, name: str, key: str) -> None:
    with keep_errors(REFUSED):
        job.turn(name, st.session_state[key])
