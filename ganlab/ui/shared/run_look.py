"""A run at one moment, for the pages that watch it, and the controls of its training."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from ganlab import jobs, registry
from ganlab.jobs import guest_line, worker
from ganlab.runs import ACTIVE, Run
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.problems import keep_errors
from ganlab.ui.shared.run_states import STATES
from ganlab.ui.shared.unfinished_runs import REFUSED


@dataclass(frozen=True)
class Look:
    """A run at one moment; job and view while it is being trained in this process."""

    run: Run
    state: str
    job: jobs.Job | None = None
    view: jobs.JobView | None = None

    @property
    def active(self) -> bool:
        return self.state in ACTIVE


def look(path: Path) -> Look:
    """Raises GanlabError where there is no such run, or where its architecture has been removed."""
    run = Run(path)
    registry.get(run.model)
    job = worker.find(run.path) or guest_line.line.find(run.path)
    view = worker.view(job) if job else None
    if view and view.active:
        return Look(run, view.state, job, view)
    state = run.state
    if view and view.state == "failed" and state == "interrupted":  # the disk did not take the reason any more
        return Look(run, "failed", None, view)
    return Look(run, state)


def head(now: Look, words: str) -> dict[str, Any]:
    """What changes with every poll, apart from curves and images; `words` say what is being done."""
    view = now.view
    if view:
        iteration, seconds, speed = view.iteration, view.seconds, view.speed
    else:
        status = now.run.status
        iteration, seconds = max(now.run.done, status.iteration), status.seconds
        speed = _recorded_speed(now.run) if now.active else iteration / seconds if seconds else 0.0
    return {
        "state": now.state,
        "stateWords": STATES.get(now.state, now.state),
        "words": words,
        "live": now.active,
        "iteration": iteration,
        "total": now.run.total,
        "seconds": seconds,
        "speed": speed,
    }


def _recorded_speed(run: Run) -> float:
    """Iterations a second over the latest ones, for a run that another process trains."""
    rows = run.metrics(max(0, run.done - 50))
    return float((len(rows) - 1) / (rows[-1, 0] - rows[0, 0])) if len(rows) > 1 and rows[-1, 0] > rows[0, 0] else 0.0


def control(
    label: str, action: Callable[[], object], help: str, key: str = "", primary: bool = False, disabled: bool = False
) -> None:
    """A callback acts once for a click; a poll that comes with it would draw the page, and act, a second time. Guests
    of a class have no such button."""
    if is_guest():
        return
    st.button(
        label,
        help=f"{help} Key: {key}." if key else help,
        type="primary" if primary else "secondary",
        key=f"control-{label}",
        on_click=_act,
        args=(action,),
        shortcut=key.lower() or None,
        disabled=disabled,
    )


def _act(action: Callable[[], object]) -> None:
    with keep_errors(REFUSED):
        action()
        time.sleep(0.25)  # the worker answers within a chunk; then the page shows its new state at once
