"""The pieces of Home; none of them needs TensorFlow."""

import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from ganlab import data, jobs, registry
from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.models._common import CLASSES
from ganlab.runs import ACTIVE, Run, describe_length, list_runs, runs_folder
from ganlab.runs.folders import shipped
from ganlab.startup import has_started
from ganlab.training.devices import choose, devices, processor
from ganlab.ui.shared.formatting import many, plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.pictures import sheet
from ganlab.ui.shared.problems import show_errors
from ganlab.ui.shared.run_labels import heading_at, job_heading
from ganlab.ui.shared.run_pages import open_run
from ganlab.ui.shared.run_states import STATES
from ganlab.ui.shared.setting_fields import UNFOLDED
from ganlab.ui.shared.sweep_look import open_job
from ganlab.ui.shared.unfinished_runs import unfinished

SHIPPED = "conditional-gan"
FIRST = "digit-gan"  # what shows most the soonest
FIVES = "See fives appear within seconds"
ANY = "All"
WALL = 96
WALL_COLUMNS = 12
POLL_SECONDS = 2.0
_starting = threading.Lock()
_first: list[Path] = []  # the run that was started from Home last


def wall() -> None:
    """Digits that the pretrained model was stored with, of all classes in turn, and which of them to show."""
    try:
        digits = shipped(SHIPPED).samples()
    except GanlabError:
        digits = None
    if digits is None or not len(digits):
        st.info("The model that draws these digits is missing from this copy of ganlab. Everything else works.")
        return
    place = st.empty()
    names = [ANY, *map(str, range(CLASSES))]
    asked = st.pills("Ask for a digit", names, default=ANY, required=True, key="wall")
    kind = "handwritten-looking digits"
    if asked != ANY:
        digits, kind = digits[int(asked) :: CLASSES], f"handwritten-looking {asked}s"
    words = "Nobody wrote these digits: a GAN that comes with ganlab drew them. It draws whichever you ask for."
    with place:
        sheet(digits[:WALL], WALL_COLUMNS, f"A wall of {kind}, all drawn by a GAN", words)


def ways_in() -> None:
    """What a person can begin with; guests of a class begin no training."""
    if is_guest():
        words = "The digits that a network draws get better while you watch. The host decides what is trained."
        if _way("Watch what the host trains", words, main=True):
            st.switch_page("pages/train.py")
    else:
        _ways_to_train()
    words = (
        "The Lab: a GAN of points in the plane, small enough to see all of it at once, and to step, turn and wind back."
    )
    if _way("See how a GAN learns, from inside", words):
        st.switch_page("pages/lab.py")
    words = "See what each layer of a network makes of an image, cover a part of it, and watch the answer change."
    if _way("Look into a network, layer by layer", words):
        st.switch_page("pages/layers.py")
    words = "Drag over a map of digits and see them change, walk from one digit to another, or find your own drawing."
    if _way("Wander through what a model learned", words):
        st.switch_page("pages/latent.py")
    if _way("Repair a damaged digit", "Draw a digit with a gap, or damage one, and a GAN fills in what is missing."):
        st.switch_page("pages/repair.py")
    count = len(list_runs(runs_folder())[0])
    those = "1 run: see again how it" if count == 1 else f"{count} runs: see again how each"
    whose = "The host has" if is_guest() else "You have"
    kept = f"{whose} {those} learned, iteration by iteration."
    if _way("Look back at a run", kept if count else "Every training is kept as a run. There are none yet."):
        st.switch_page("pages/runs.py")


def _ways_to_train() -> None:
    spec = registry.get(FIRST)
    stands_in = "" if _images() == "mnist" else " It learns from the offline digits, because MNIST is not here yet."
    words = (
        f"One click trains the smallest GAN on a single digit: {spec.values()['iterations']} iterations, from noise to "
        f"fives.{stands_in}"
    )
    if _way(FIVES, words, main=True):
        _see_fives()
    words = (
        "GANs, autoencoders, classifiers and models that repair digits. They learn from MNIST, Fashion-MNIST or your "
        "own images."
    )
    if _way("Choose your own training", words):
        st.session_state[UNFOLDED] = True
        st.switch_page("pages/train.py", query_params={"new": "1"})


def _way(label: str, words: str, main: bool = False) -> bool:
    """A button and what it leads to; whether it was pressed."""
    with st.container(border=True, gap="small"):
        kind = "primary" if main else "secondary"
        pressed = st.button(label, type=kind, width="stretch", key=f"way-{label}")
        st.caption(words)
    return pressed


def _images() -> str:
    """What the first training learns from: what needs no download."""
    return "mnist" if data.is_here("mnist") else "offline"


def _see_fives() -> None:
    """Trains the smallest GAN, or says why not."""
    with show_errors():
        open_run(start_first())


def start_first() -> str:
    """Puts the first training into the line and returns its run's name; where the last one that began so is not over,
    as after a second click, the name of that one."""
    with _starting:
        if _first and _first[-1] in [job.run for job in worker.waiting()]:
            return _first[-1].name
        request = jobs.Request(FIRST, dataset=_images(), digits=registry.get(FIRST).digits)
        _first[:] = [worker.submit(jobs.create_run(request, runs_folder())).run]
        return _first[-1].name


def now() -> None:
    """What is being trained, here or by another program, kept up to date while it is; and what was interrupted."""
    busy = worker.current() is not None
    other = None if busy else _trained_elsewhere()
    st.fragment(run_every=POLL_SECONDS if busy or other else None)(_now)(busy, other)
    unfinished(open_run)


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
        _tell(
            "Now",
            job_heading(job),
            f"{how or STATES[view.state]}{line}",
            view.iteration,
            view.total,
            partial(open_job, job),
        )
    elif other is not None:
        try:
            run = Run(other)
        except GanlabError:  # deleted meanwhile
            st.rerun()
        state = run.state
        if state not in ACTIVE:
            st.rerun()
        how = f"{STATES[state]}, {run.done:,} of {describe_length(run.total)}" if run.total else STATES[state]
        _tell("Now, in another program", heading_at(other), how, run.done, run.total, partial(open_run, other.name))


def _tell(when: str, name: str, how: str, done: int, total: int, watch: Callable[[], None]) -> None:
    with st.container(border=True, key="now"):
        st.progress(min(1.0, done / total) if total else 0.0, text=f"**{when}:** {plain(name)}. {plain(how)}.")
        if st.button("Watch", key="watch-now"):
            watch()


def _trained_elsewhere() -> Path | None:
    """A run of this folder that another program trains."""
    runs = list_runs(runs_folder())[0]
    return next((run.path for run in runs if run.state in ACTIVE and run.state != "queued"), None)


def machine() -> None:
    """What this machine offers, in plain words; nothing for guests of a class."""
    if is_guest():
        return
    lines = [f"Training uses {_device()}. This machine has {many(os.cpu_count() or 1, 'processor core')}."]
    lines += [data.describe(name) for name in data.NAMES]
    lines.append(f"Everything that you train is kept in the folder {runs_folder()}.")
    with st.container(key="machine", gap="small"):
        st.markdown("**On this machine**")
        columns = st.columns(2, gap="large")
        for number, words in enumerate(lines):
            columns[number * len(columns) // len(lines)].caption(words)


def _device() -> str:
    """What training would use, as far as that can be told without starting TensorFlow."""
    if not has_started():
        return f"the processor ({processor()}), or a GPU if there is one"
    return choose("auto", devices()).title
