"""Small trainings of a class's guests in the Lab, where the host allows them."""

from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ganlab import jobs, registry
from ganlab.data.points import PLANE
from ganlab.errors import GanlabError
from ganlab.jobs.guest_line import HOST_FIRST, MODEL, MOST_ITERATIONS, MOST_SEED, line
from ganlab.runs.records import ACTIVE
from ganlab.ui.shared import fields
from ganlab.ui.shared.class_state import state
from ganlab.ui.shared.formatting import many, plain
from ganlab.ui.shared.problems import keep_errors, show_kept

POLL_SECONDS = 1.0
LENGTH = "guest-iterations"  # in the session and the address
REFUSED = "guest-refused"  # in the session: why a training was not put into the line
NOT_NOW = "Here you can look at what comes with ganlab and at what the host trains. The host can let guests train, too."


def show() -> Path | None:
    """The form of a guest, and how far its training is; returns that training's run, if it is to be looked at."""
    context = get_script_run_ctx()
    by = context.session_id if context else ""
    if not state.guests_train:
        show_kept(REFUSED)
        st.info(NOT_NOW)
        return None
    job, before = line.place(by)
    busy = before is not None or (job is not None and job.view().state in ACTIVE)
    with st.container(border=True, key="guest-form"):
        _form(by, busy)
        show_kept(REFUSED)
        if problem := line.problem(by):
            st.error(plain(problem))
        st.fragment(run_every=POLL_SECONDS if busy else None)(_follow)(by, _signs(by))
    if job is None or "run" in st.query_params:
        return None
    return job.run


def _form(by: str, busy: bool) -> None:
    spec = registry.get(MODEL)
    columns = st.columns([4, 4, 3, 2, 3], vertical_alignment="bottom")
    with columns[0]:
        data = fields.select("Data", {name: points.title for name, points in PLANE.items()}, "data")
    with columns[1]:
        preset = fields.select("Preset", {name: name for name in spec.presets}, f"{spec.name}.preset")
    with columns[2]:
        length = st.number_input(
            f"Iterations, up to {MOST_ITERATIONS:,}",
            100,
            MOST_ITERATIONS,
            MOST_ITERATIONS,
            100,
            key=LENGTH,
            bind="query-params",
        )
    with columns[3]:
        seed = fields.seed("seed", "The same seed gives the same run.", MOST_SEED)
    with columns[4]:
        if busy:
            st.button("Stop", key="guest-stop", on_click=line.stop, args=(by,), width="stretch")
        else:
            request = jobs.Request(spec.name, preset, dataset=data, iterations=int(length), seed=seed)
            kind = {"type": "primary", "key": "guest-start", "width": "stretch"}
            st.button("Train it", on_click=_ask, args=(by, request), **kind)  # pyright: ignore[reportArgumentType]
    st.caption(f"{PLANE[data].words} **{preset}**: {spec.presets[preset].summary}")


def _ask(by: str, request: jobs.Request) -> None:
    with keep_errors(REFUSED):
        if not state.guests_train:
            raise GanlabError("The host has just ended the trainings of guests, so yours was not begun.")
        line.ask(by, request)
        for name in ("run", "race", "at"):
            st.query_params.pop(name, None)


def _signs(by: str) -> tuple:
    """What the page is drawn anew for when it changes."""
    job, before = line.place(by)
    return before is None, job and job.run, job and job.view().state


def _follow(by: str, drawn: tuple) -> None:
    job, before = line.place(by)
    if _signs(by) != drawn:
        st.rerun()
    if before is not None:
        waits = f" {HOST_FIRST}." if jobs.worker.current() is not None else ""
        ahead = f"{many(before, 'training')} of others before yours" if before else "Yours is next"
        st.caption(f"In line: {ahead}. Who has trained least comes first.{waits}")
    elif job is not None and job.view().message:
        st.caption(plain(f"{job.view().message}."))
