"""What the program that ran before left behind, offered on Home and on Train."""

import time
from collections.abc import Callable, Sequence

import streamlit as st

from ganlab import jobs
from ganlab.jobs import worker
from ganlab.runs import Run, RunWriter, describe_length, last_trained, left_in_line, runs_folder
from ganlab.ui.shared import sweep_look
from ganlab.ui.shared.formatting import many, plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.problems import keep_errors, show_kept
from ganlab.ui.shared.run_labels import heading_at, spec_of, title_of
from ganlab.ui.shared.run_pages import in_the_lab, open_run
from ganlab.ui.shared.sweep_labels import sweep_title
from ganlab.ui.shared.theme import turned

STARTED = time.time()  # of the server
REFUSED = "refused"  # in the session: what the last click was answered with
MOST_TOLD = 3  # of the trainings that were left in line, by their titles


def open_here(name: str) -> None:
    """Shows a run on the Train page, from there, or in the Lab."""
    if in_the_lab(name):
        open_run(name)
    watch(name)
    st.rerun()


def unfinished(show: Callable[[str], None] = open_here) -> None:
    """What the program that ran before left behind. Where nothing is being trained and the last training was
    interrupted, or stopped before the server was started anew, says so, with a way to its run by name, or to its sweep;
    and offers what waited in line. Nothing for guests of a class."""
    if is_guest():
        return
    waiting = left_in_line(runs_folder())
    if not worker.current():
        own = last_trained(runs_folder())
        if own is not None and own.id not in [run.id for run in waiting]:
            _unfinished(own, show)
    if waiting:
        _left(waiting)


def _left(waiting: Sequence[Run]) -> None:
    """Trainings whose turn did not come, with ways to have them done or not."""
    one = len(waiting) == 1
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="left-in-line"):
        titles = "; ".join(plain(heading_at(run.path)) for run in waiting[:MOST_TOLD])
        more = f"; and {len(waiting) - MOST_TOLD} more" if len(waiting) > MOST_TOLD else ""
        st.markdown(f"**Left in line when the program ended:** {titles}{more}.", width="content")
        them = "it" if one else "them"
        st.button(f"Put {them} back in line", key="line-again", on_click=_line_up, args=(waiting,))
        help = f"Takes {them} out of the line. What is recorded of {them} stays on the Runs page."
        st.button(f"Leave {them} out", key="line-forget", help=help, on_click=_forget, args=(waiting,))
    show_kept(REFUSED)


def _line_up(waiting: Sequence[Run]) -> None:
    with keep_errors(REFUSED):
        for run in waiting:
            reopen(run)


def _forget(waiting: Sequence[Run]) -> None:
    with keep_errors(REFUSED):
        for run in waiting:
            writer = RunWriter(run.path)
            writer.status("stopped")
            writer.close()


def _unfinished(run: Run, show: Callable[[str], None]) -> None:
    state = run.state
    if not (state == "interrupted" or (state == "stopped" and run.status.updated < STARTED)):
        return
    if spec_of(run) is None:
        return
    title, done = title_of(run), run.done
    moment = f"after {describe_length(done)}" if done else "before its first iteration"
    sweep = sweep_look.of(run)
    sweep = sweep if sweep and sweep.state == "stopped" else None
    if sweep:
        title, done = sweep_title(sweep), sum(member.over for member in sweep.members)
        moment = f"after {many(done, 'training')}" if done else "in its first training"
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="unfinished"):
        words = f"**Not finished:** {plain(title)}. It was {state} {moment}. Open it to go on."
        st.markdown(words, width="content")
        if st.button("Open", key="open-unfinished"):
            if sweep:
                sweep_look.open_sweep(sweep.id)
            else:
                show(run.path.name)


def turn_to(**query: str) -> None:
    """Has the address of the Train page name something else than the run, the race, the sweep or the form that
    it named, and the page begin at its top."""
    for other in ("new", "race", "run", "section", "sweep"):
        st.query_params.pop(other, None)
    st.query_params.update(query)
    turned()


def watch(name: str) -> None:
    """Has the address show a run on the Train page."""
    turn_to(run=name)


def reopen(run: Run, iterations: int | None = None) -> None:
    worker.submit(jobs.reopen_run(run, iterations))
