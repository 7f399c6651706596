"""Two runs in the plane beside each other, on the same data and noise: both views in step, and one set of controls."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.jobs.races import create_race
from ganlab.runs import runs_folder
from ganlab.ui.lab import lab_view, race_words, run_controls, run_page, setup_form, slow_motion
from ganlab.ui.shared import live_knobs, race_look, run_look
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.problems import show_kept
from ganlab.ui.shared.race_look import Look
from ganlab.ui.shared.run_labels import images_of
from ganlab.ui.shared.run_look import control
from ganlab.ui.shared.run_states import STATE_COLOURS, STATES
from ganlab.ui.shared.unfinished_runs import REFUSED, watch

LEFT_OUT = ("flow", "gif")  # of both views, which are narrow
WORDS_SECONDS = 1.0


def show(path: Path) -> None:
    """The race of this run, with its controls; polls while it is active, and reruns the page whenever its state
    changes."""
    try:
        now = race_look.look(path)
    except GanlabError as error:
        st.warning(plain(str(error)))
        st.button("Open the run that is left", key="lab-race-left", on_click=watch, args=(path.name,))
        return
    hidden = run_page.listed(run_page.HIDE)
    _heading(now)
    sides = [run_look.look(run.path) for run in now.runs]
    slow = [slow_motion.is_on(side) for side in sides]
    if "controls" not in hidden and not is_guest():
        _controls(now, sides, any(slow))
    st.fragment(run_every=WORDS_SECONDS if now.active else None)(_words)(path)
    layers, moment = run_page.looked_at()
    titles = race_words.names(now.runs)
    columns = st.columns(2, gap="medium")
    for column, place, side, title, slowly in zip(columns, race_look.PLACES, sides, titles, slow, strict=True):
        run = side.run
        left_out = [part for part in (*LEFT_OUT, *hidden) if part in lab_view.HIDEABLE]
        if slowly and "flow" not in hidden:  # its boxes say which part of the networks a stage is about
            left_out.remove("flow")
        with column, st.container(key=f"lab-race-{place}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{plain(race_words.first_great(title))}**", width="content")
                words = "Shows this run by itself."
                st.button("Open", key=f"lab-open-{place}", on_click=watch, args=(run.path.name,), help=words)
            lab_view.show(run, title, layers, moment, left_out, place)
            if "knobs" not in hidden:
                live_knobs.show(side, expanded=True, place=place)
    st.fragment(run_every=run_page.POLL_SECONDS if now.active else None)(_poll)(path, now.state, [0, 0])


def _heading(now: Look) -> None:
    config, titles = now.runs[0].config, race_words.names(now.runs)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(plain(race_words.first_great(" against ".join(titles))), anchor=False, width="content")
        st.badge(STATES.get(now.state, now.state), color=STATE_COLOURS.get(now.state, "gray"))  # pyright: ignore
        facts = [images_of(now.runs[0]), f"seed {config.seed}", now.finish.words]
        st.caption(plain(" · ".join(facts)), width="content")
    for title, run in zip(titles, now.runs, strict=True):
        if run.state == "failed":
            st.error(plain(f"{race_words.first_great(title)} failed: {run.status.message}"))


def _controls(now: Look, sides: Sequence[run_look.Look], slow: bool) -> None:
    show_kept(REFUSED)
    job = now.job
    if now.active and job is None:
        st.info("Another process runs this race. What it does is shown here as it happens.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="lab-controls"):
        if job is not None and now.state == "queued":
            control("Take back", lambda: worker.stop(job), "Takes this race out of the line.", "X")
        elif job is not None:
            run_controls.play_or_pause(job, now.state, slow, "Does one iteration on each side.")
            run_controls.stop_and_speed(job)
        slow_motion.of_one(sides)
        seed = now.runs[0].config.seed
        control("Start over", lambda: _begin(now, seed), "Begins this race again with the same seed.")
        control("Another seed", lambda: _begin(now, seed + 1), "Begins this race again with the next seed.")


def _begin(now: Look, seed: int) -> None:
    left, right = (setup_form.again(run, seed) for run in now.runs)
    setup_form.begin_race(create_race(left, right, now.finish, runs_folder()))


def _words(path: Path) -> None:
    now = race_look.look_again(path)
    if now is None:
        return
    if now.job and now.state in ("queued", "preparing"):
        view = worker.view(now.job)
        st.markdown(plain(f"{view.message or 'It waits in line until the training before it is done'}…"))
    else:
        st.markdown(plain(race_words.ahead(now.runs, race_words.names(now.runs), not now.active)))


def _poll(path: Path, state: str, sent: list[int]) -> None:
    """Sends both views what is new; `sent` keeps from one poll to the next up to which iteration moments went out to
    each."""
    now = race_look.look_again(path)
    if now is None:
        st.rerun()
    for number, (place, run) in enumerate(zip(race_look.PLACES, now.runs, strict=True)):
        try:
            asked, sent[number] = run_page.send_new(run_look.look(run.path), sent[number], f"feed-{place}")
        except GanlabError:  # deleted in this very moment, which the page says
            st.rerun()
        if number == 0:  # the other one looks at the same
            run_page.remember(asked, run)
    if now.state != state:
        st.rerun()
