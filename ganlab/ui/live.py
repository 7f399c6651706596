"""One run on the Train page: watched while it trains, looked at afterwards."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ganlab import images, jobs, registry
from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.runs import Run, layout
from ganlab.ui import plots

POLL_SECONDS = 0.4
STRIP = 20  # first generated images of the latest iterations
REFUSED = "refused"  # in the session: what the last click was answered with
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


def show_run(path: Path) -> None:
    """The run, with its controls; polls while it is active, and reruns the page once when that ends."""
    try:
        active = _look(path)[1] in layout.ACTIVE
    except GanlabError as error:
        st.error(str(error))
        return
    st.fragment(run_every=POLL_SECONDS if active else None)(_draw)(path, active)


def _look(path: Path) -> tuple[Run, str, jobs.Job | None, jobs.JobView | None]:
    """The run, its state, and the job that trains it in this process, with its view, while there is one."""
    run = Run(path)
    registry.get(run.model)  # a run of an architecture that has been removed cannot be shown
    job = worker.find(run.path)
    view = worker.view(job) if job else None
    if job is None or view is None or not view.active:
        state = run.state
        if view and view.state == "failed" and state == "interrupted":  # the disk did not take the reason any more
            return run, "failed", None, view
        return run, state, None, None
    return run, view.state, job, view


def _draw(path: Path, was_active: bool) -> None:
    try:
        run, state, job, view = _look(path)
    except GanlabError as error:
        if was_active:
            st.rerun()  # without the polls
        st.error(str(error))
        return
    if was_active != (state in layout.ACTIVE):
        st.rerun()  # with polls, or without
    status = run.status
    _heading(run, status, state, view)
    _controls(run, state, job)
    _progress(run, status, state, view)
    if run.done:
        generated, real, curves = st.columns([1, 1, 2])
        _images(run, view, generated, real)
        with curves:
            _curves(run)
        _strip(run)


def _heading(run: Run, status: dict[str, Any], state: str, view: jobs.JobView | None) -> None:
    spec = registry.get(run.model)
    config = run.config
    digits = "class " + ", ".join(map(str, config["digits"])) if config.get("digits") else "all classes"
    st.subheader(f"{spec.title}, {digits}", anchor=False)
    used = config.get("data")
    where = f"{used['images']:,} images from {used['source']}" if used else str(config.get("dataset"))
    how = f" · {config['device']}, {config['precision']}" if used else ""
    st.caption(f"Run {run.id} · {where}{how} · seed {config.get('seed')}")
    for notice in used["notices"] if used else ():
        st.info(notice)
    if state == "failed":
        kept = " What was learnt until the last good moment is kept." if run.done else ""
        st.error((status["message"] or (view.message if view else "The training failed.")) + kept)


def _controls(run: Run, state: str, job: jobs.Job | None) -> None:
    if state in layout.ACTIVE and job is None:
        st.info("This run is being trained by another process; it is shown here as it goes.")
        return
    if REFUSED in st.session_state:
        st.error(st.session_state.pop(REFUSED))
    with st.container(horizontal=True):
        if state in layout.ACTIVE and job is not None:
            if state == "paused":
                _button("Resume", job.resume, "Go on training.", primary=True)
                _button("Step", job.step, "Do a single iteration.")
            elif state in ("running", "preparing"):
                _button("Pause", job.pause, "Hold the training; nothing is lost.", primary=True)
            _button("Stop", lambda: worker.stop(job), "End the training and save it; it can be resumed later.")
        elif state in ("stopped", "interrupted", "failed"):
            _button("Resume", lambda: _reopen(run), "Go on from the last saved moment.", primary=True)
        elif state == "finished" and "pretrained" not in run.config:
            key = f"more-{run.id}"
            st.number_input("Iterations more", 1, 1_000_000, min(max(1, run.total), 1_000_000), key=key, width=180)
            with st.container(vertical_alignment="bottom", height="stretch"):
                _button("Extend", lambda: _reopen(run, run.total + st.session_state[key]), "Train this run for longer.")


def _button(label: str, action: Callable[[], object], help: str, primary: bool = False) -> None:
    """A callback acts once for a click; a poll that comes with it would draw the page, and act, a second time."""
    kind = "primary" if primary else "secondary"
    st.button(label, help=help, type=kind, key=f"control-{label}", on_click=_act, args=(action,))


def _act(action: Callable[[], object]) -> None:
    try:
        action()
    except GanlabError as error:
        st.session_state[REFUSED] = str(error)
        return
    time.sleep(0.25)  # the worker answers within a chunk; then the page shows its new state at once


def _reopen(run: Run, iterations: int | None = None) -> None:
    worker.submit(jobs.reopen_run(run, iterations))


def _progress(run: Run, status: dict[str, Any], state: str, view: jobs.JobView | None) -> None:
    live = state in layout.ACTIVE
    done = max(run.done, view.iteration if view else status["iteration"])
    words = STATES.get(state, state)
    if view and state == "queued":
        words = f"{words}, number {view.place + 1}"
    if view and view.message:
        share = "" if view.fraction is None else f" {view.fraction:.0%}"
        words = f"{words}: {view.message}{share}"
    total = run.total
    speed = view.speed if view else 0.0
    with st.container(horizontal=True, gap="large"):
        st.metric("State", STATES.get(state, state), width="content")
        st.metric("Iteration", f"{done:,}" + (f" of {total:,}" if total else ""), width="content")
        if live:
            st.metric("Speed", f"{speed:.3g} a second" if speed else "–", width="content")
            st.metric("Time left", _time(total - done, speed), width="content")
        else:
            st.metric("Time spent", _span(status["seconds"]), width="content")
    st.progress(min(1.0, done / total) if total else 0.0, text=words)


def _time(iterations: int, speed: float) -> str:
    return _span(iterations / speed) if speed else "–"


def _span(seconds: float) -> str:
    """Seconds in words, for example `2 min 5 s`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s" if whole or not seconds else "under 1 s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _images(run: Run, view: jobs.JobView | None, generated: DeltaGenerator, real: DeltaGenerator) -> None:
    columns = registry.get(run.model).preview_columns
    preview = view.preview if view and view.preview else run.preview()
    if preview is not None:
        iteration, drawn = preview
        generated.image(
            images.png(images.sheet(drawn, columns, scale=2)),
            caption=f"Generated, after {iteration:,} iterations: always from the same random numbers",
            width="stretch",
        )
    reals = run.reals()[: columns**2]
    if len(reals):
        real.image(
            images.png(images.sheet(reals, columns, scale=2)), caption="Real, from the training images", width="stretch"
        )


def _strip(run: Run) -> None:
    latest = run.first_images(max(0, run.done - STRIP))
    if len(latest):
        st.image(
            images.png(images.sheet(latest, STRIP, scale=2)),
            caption=f"The first generated image of each of the last {len(latest)} iterations",
            width="stretch",
        )


def _curves(run: Run) -> None:
    rows = run.metrics()
    titles = {curve.name: curve.title for curve in registry.get(run.model).curves}
    column = {name: index for index, name in enumerate(run.curves)}
    iterations = np.arange(1, len(rows) + 1)

    def named(*names: str) -> list[tuple[str, np.ndarray]]:
        return [(titles[name], rows[:, column[name]]) for name in names if name in column]

    st.markdown("**Losses**")
    st.plotly_chart(
        plots.curves(iterations, named("generator_loss", "discriminator_loss"), "loss"),
        key="losses",
        config={"displaylogo": False},
    )
    st.caption("How badly each network does at its own game. Neither should win: watch the images, too.")
    st.markdown("**What the discriminator thinks**")
    figure = plots.curves(
        iterations,
        named("p_real_of_reals", "p_real_of_fakes", "discriminator_accuracy"),
        "probability",
        half_line=True,
        unit_range=True,
    )
    st.plotly_chart(figure, key="beliefs", config={"displaylogo": False})
    st.caption("P(real) is how sure it is that an image is real; at 1/2, the dotted line, it can only guess.")
