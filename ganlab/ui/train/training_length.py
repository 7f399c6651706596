"""How long a training is to be, on the Train page, and how long a person will wait for it here."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import streamlit as st

from ganlab import data, jobs
from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.registry import ModelSpec
from ganlab.runs import describe_length
from ganlab.sharing import reproduce
from ganlab.training.waiting import Others, Pace, about, known_pace, roughly
from ganlab.ui.shared.formatting import many

QUICK_SECONDS = 60.0  # about what a quick look takes, where the speed is known
QUICK_ITERATIONS = 500  # a quick look, where it is not
BUSY = 0.4  # of the machine at work for other programs, from which the time needed is no promise
TIMING = "Timing a few iterations to see how long the training will take on this machine…"
others = Others()


def is_in_full() -> bool:
    """Whether the training is to be as long as its settings say, before the choice between lengths is drawn."""
    titles = {title: kind for kind, title in reproduce.LENGTHS.items()}
    chosen = st.session_state.get("length") or titles.get(st.query_params.get("length", ""))
    return chosen in (None, "full")


def choose_length(spec: ModelSpec, request: jobs.Request) -> tuple[jobs.Request, int | None]:
    """The request, for as long as is chosen, and its iterations; None where images have not been counted."""
    full = in_full(spec, request)
    pace = known_pace(jobs.pace(request))
    quick = _quick(full, pace)
    options = {"full": _in_words(request, full)}
    if quick is not None:
        options["quick"] = describe_length(quick)
    if "epochs" in request.values:
        options["given"] = "a number of iterations"
    how = st.radio(
        "How long",
        list(options),
        format_func=reproduce.LENGTHS.__getitem__,
        captions=list(options.values()),
        horizontal=True,
        label_visibility="collapsed",
        key="length",
        bind="query-params",
    )
    if how == "full":
        return request, full
    length = full if quick is None else quick
    if how == "given":
        length = st.number_input("Iterations", 1, jobs.LONGEST, full or 1_000, key="iterations", bind="query-params")
    assert length is not None
    instead = _in_words(request, full)
    st.caption(f"The training stops after {describe_length(length)}" + (f", not after {instead}." if instead else "."))
    return replace(request, iterations=length), length


def in_full(spec: ModelSpec, request: jobs.Request) -> int | None:
    """Iterations that the settings ask for; None where that depends on images that have not been counted."""
    if "iterations" in request.values:
        return int(request.values["iterations"])
    dataset = request.dataset
    counted = _count(dataset, data.stamp(dataset)) if dataset and data.is_here(dataset) else None
    if counted is None:
        return None
    labels = request.digits or tuple(counted)
    total = sum(counted.get(label, 0) for label in labels)
    return spec.iterations(request.values, total) if total else None


@st.cache_data(show_spinner="Counting the images", max_entries=8)
def _count(dataset: str, stamp: str) -> dict[int, int] | None:
    """Training images of each class."""
    try:
        labels = data.load(dataset, download=False).y_train
    except GanlabError:
        return None
    return {label: int(n) for label, n in enumerate(np.bincount(labels)) if n}


def _in_words(request: jobs.Request, length: int | None) -> str:
    iterations = describe_length(length) if length else ""
    count = request.values.get("epochs")
    epochs = many(count, "epoch") if count else ""
    return ", ".join(filter(None, [epochs, iterations]))


def _quick(length: int | None, pace: Pace | None) -> int | None:
    """Iterations of a quick look; None where the whole training is hardly longer."""
    quick = QUICK_ITERATIONS if pace is None else max(20, round(QUICK_SECONDS / pace.iteration, -1))
    quick = int(float(f"{quick:.1g}"))
    return quick if length is None or quick < 0.7 * length else None


def tell_time(requests: Sequence[jobs.Request], say: Callable[[Pace, float], str]) -> None:
    """Says how long it will take here, once that is known of these trainings, and has them timed where it is not. `say`
    puts it into words: from the pace of the first, and the share of this machine that other programs keep busy."""
    by_itself = os.environ.get("GANLAB_WARM") != "0"
    waiting = bool(_unknown(requests)) and ("timing" in st.session_state or by_itself)
    st.fragment(run_every=1.0 if waiting else None)(_time_needed)(requests, say)


def _unknown(requests: Sequence[jobs.Request]) -> list[jobs.Request]:
    """Those that were neither trained nor timed here."""
    return [request for request in requests if known_pace(jobs.pace(request)) is None]


def _time_needed(requests: Sequence[jobs.Request], say: Callable[[Pace, float], str]) -> None:
    timed = [replace(request, iterations=None) for request in _unknown(requests)]
    pace = known_pace(jobs.pace(requests[0]))
    if pace is not None and not timed:
        if st.session_state.pop("timing", None):
            st.rerun()
        st.markdown(say(pace, others.share() or 0.0))
        return
    asked: tuple[list[str], Future] | None = st.session_state.get("timing")
    if asked and set(map(jobs.pace, timed)) <= set(asked[0]):
        if not asked[1].done():
            st.caption(TIMING)
        elif error := asked[1].exception():
            st.caption(f"It is not known how long the training will take: {error}")
        return
    if worker.current() is not None:
        st.caption("How long it will take can be timed once the current training is over.")
    elif os.environ.get("GANLAB_WARM") == "0":
        if st.button("How long will it take here?", key="time-it"):
            _begin_timing(timed)
            st.rerun()
    elif st.session_state.get("settled") == repr(timed):  # nothing has changed for a second
        _begin_timing(timed)
        st.caption(TIMING)
    else:
        st.session_state["settled"] = repr(timed)
        st.caption("A few iterations are about to be timed, to see how long it will take here.")


def sentence(pace: Pace, length: int | None, busy: float) -> str:
    """How long a training takes at this pace, how that is known, and what may make it longer."""
    source = "a few iterations that were timed here" if pace.timed else "the last training with these settings here"
    if length is None:
        words = f"An iteration takes about {roughly(pace.iteration)} on this machine, judging by {source}."
    else:
        words = f"**About {about(pace.seconds(length))} on this machine**, judging by {source}: {_rate(pace)}."
    return words + tell_busy(busy)


def tell_busy(busy: float) -> str:
    """What makes it longer than was said, where other programs keep the machine busy."""
    if busy < BUSY:
        return ""
    return f" Other programs keep {busy:.0%} of this machine busy now, so it may take longer."


def _rate(pace: Pace) -> str:
    rate = 1 / pace.iteration
    return f"{rate:.2g} iterations a second" if rate < 100 else f"{rate:,.0f} iterations a second"


def _begin_timing(requests: Sequence[jobs.Request]) -> None:
    before: tuple[list[str], Future] | None = st.session_state.get("timing")
    if before:
        before[1].cancel()
    paces = list(map(jobs.pace, requests))
    st.session_state["timing"] = (paces, worker.call(lambda: [jobs.time_here(request) for request in requests]))
