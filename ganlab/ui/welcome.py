"""The pieces of Home; none of them needs TensorFlow."""

import os

import streamlit as st

from ganlab import data, images
from ganlab.backend import has_started
from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.models._common import CLASSES
from ganlab.runs import list_runs, runs_folder
from ganlab.runs.folders import shipped
from ganlab.training.devices import choose, devices, processor
from ganlab.ui.forms import ask_for_form
from ganlab.ui.live import STATES, job_heading, unfinished
from ganlab.ui.words import plain

SHIPPED = "conditional-gan"
ANY = "All"
WALL = 96
WALL_COLUMNS = 12
POLL_SECONDS = 2.0


def wall() -> None:
    """Digits that the pretrained model was stored with, of all classes in turn, and which of them to show."""
    try:
        digits = shipped(SHIPPED).samples()
    except GanlabError:
        digits = None
    if digits is None or not len(digits):
        st.info("The pretrained model is missing from this copy; training works all the same.")
        return
    place = st.empty()
    names = [ANY, *map(str, range(CLASSES))]
    asked = st.pills("Ask it for a digit", names, default=ANY, required=True, key="wall")
    kind = "handwritten-looking digits"
    if asked != ANY:
        digits, kind = digits[int(asked) :: CLASSES], f"handwritten-looking {asked}s"
    place.image(
        images.png(images.sheet(digits[:WALL], WALL_COLUMNS, scale=2)),
        caption="Drawn by the conditional GAN that ships with ganlab: it draws the digit that it is asked for. None of "
        "these was ever written by a hand.",
        width="stretch",
        output_format="PNG",
        alt=f"A wall of {kind}, all generated",
    )


def ways_in() -> None:
    """What a person can begin with."""
    _way(
        "See fives appear within seconds",
        "The smallest GAN and a single digit: a hundred iterations, from noise to fives.",
        "pages/train.py",
        {"model": "digit-gan", "new": "1"},
        primary=True,
    )
    _way(
        "Choose your own training",
        "GANs and autoencoders, MNIST, Fashion-MNIST or your own images, every setting within reach.",
        "pages/train.py",
        {"new": "1"},
    )
    count = len(list_runs(runs_folder())[0])
    _way(
        "Look back at a run",
        f"{count} kept on this machine: scrub through their iterations." if count else "Runs that you train are kept.",
        "pages/runs.py",
        {},
    )


def _way(label: str, words: str, page: str, query: dict[str, str], primary: bool = False) -> None:
    with st.container(border=True, gap="small"):
        kind = "primary" if primary else "secondary"
        if st.button(label, type=kind, width="stretch", key=f"way-{label}"):
            if "model" in query:
                ask_for_form()
            st.switch_page(page, query_params=query)
        st.caption(words)


def now() -> None:
    """What is being trained, kept up to date while it is; else what was interrupted."""
    st.fragment(run_every=POLL_SECONDS if worker.current() else None)(_now)()


def _now() -> None:
    job = worker.current()
    if job is None:
        if st.session_state.pop("home-busy", False):
            st.rerun()
        unfinished(_open)
        return
    st.session_state["home-busy"] = True
    view = worker.view(job)
    name = plain(job_heading(job))
    waiting = len(worker.waiting()) - 1
    line = f", {waiting} more in line" if waiting else ""
    with st.container(border=True, key="now"):
        words = f"**Now:** {name}. {STATES[view.state]}, {view.iteration:,} of {view.total:,} iterations{line}."
        st.progress(min(1.0, view.iteration / view.total) if view.total else 0.0, text=words)
        if st.button("Watch", key="watch-now"):
            _open(job.run.name)


def _open(name: str) -> None:
    st.switch_page("pages/train.py", query_params={"run": name})


def machine() -> None:
    """What this machine offers, in plain words."""
    with st.container(key="machine", gap="small"):
        _machine()


def _machine() -> None:
    st.markdown("**On this machine**")
    cores = os.cpu_count() or 1
    lines = [f"Computing is done by {_device()}; {cores} processor core{'s are' if cores > 1 else ' is'} at hand."]
    lines += [data.describe(name) for name in data.NAMES]
    lines.append(f"Everything that you train is kept in {runs_folder()}.")
    for words in lines:
        st.caption(words)


def _device() -> str:
    """What training would use, as far as that can be told without starting TensorFlow."""
    if not has_started():
        return f"the processor, {processor()}, or a GPU where there is one"
    return choose("auto", devices()).title
