"""The pieces of Home; none of them needs TensorFlow."""

import os
from pathlib import Path

import streamlit as st

from ganlab import data, images, registry
from ganlab.backend import has_started
from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.models._common import CLASSES
from ganlab.runs import Run, describe_length, layout, list_runs, runs_folder
from ganlab.runs.folders import shipped
from ganlab.training.devices import choose, devices, processor
from ganlab.ui.forms import fill_form, first_fields
from ganlab.ui.live import STATES, heading_at, job_heading, unfinished
from ganlab.ui.words import plain

SHIPPED = "conditional-gan"
FIRST = "digit-gan"  # what shows most the soonest
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
        {},
        form=FIRST,
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
        _kept(count) if count else "Runs that you train are kept.",
        "pages/runs.py",
        {},
    )


def _kept(count: int) -> str:
    return f"{count} kept on this machine: scrub through {'its' if count == 1 else 'their'} iterations."


def _way(label: str, words: str, page: str, query: dict[str, str], form: str = "") -> None:
    """A button to a page; with `form`, to that architecture's form on it, as it first is."""
    with st.container(border=True, gap="small"):
        if st.button(label, type="primary" if form else "secondary", width="stretch", key=f"way-{label}"):
            st.switch_page(page, query_params=fill_form(form, first_fields(registry.get(form))) if form else query)
        st.caption(words)


def now() -> None:
    """What is being trained, here or by another program, kept up to date while it is; and what was interrupted."""
    busy = worker.current() is not None
    other = None if busy else _trained_elsewhere()
    st.fragment(run_every=POLL_SECONDS if busy or other else None)(_now)(busy, other)
    unfinished(_open)


def _now(busy: bool, other: Path | None) -> None:
    job = worker.current()
    if (job is not None) != busy:
        st.rerun()
    if job is not None:
        view = worker.view(job)
        waiting = len(worker.waiting()) - 1
        line = f", {waiting} more in line" if waiting else ""
        begun = view.total and view.state != "preparing"
        how = f"{STATES[view.state]}, {view.iteration:,} of {describe_length(view.total)}" if begun else view.message
        _tell("Now", job_heading(job), f"{how or STATES[view.state]}{line}", view.iteration, view.total, job.run.name)
    elif other is not None:
        try:
            run = Run(other)
        except GanlabError:  # deleted meanwhile
            st.rerun()
        state = run.state
        if state not in layout.ACTIVE:
            st.rerun()
        how = f"{STATES[state]}, {run.done:,} of {describe_length(run.total)}" if run.total else STATES[state]
        _tell("Now, in another program", heading_at(other), how, run.done, run.total, other.name)


def _tell(when: str, name: str, how: str, done: int, total: int, run: str) -> None:
    with st.container(border=True, key="now"):
        st.progress(min(1.0, done / total) if total else 0.0, text=f"**{when}:** {plain(name)}. {plain(how)}.")
        if st.button("Watch", key="watch-now"):
            _open(run)


def _trained_elsewhere() -> Path | None:
    """A run of this folder that another program trains."""
    runs = list_runs(runs_folder())[0]
    return next((run.path for run in runs if run.state in layout.ACTIVE and run.state != "queued"), None)


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
