"""One run on the Train page: watched while it trains, looked back at during and after."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from ganlab import jobs, registry
from ganlab.errors import GanlabError
from ganlab.evaluation import run_summary
from ganlab.jobs import JobView, worker
from ganlab.jobs.sweeps import Sweep
from ganlab.runs import Run
from ganlab.runs.files import file_names
from ganlab.ui.shared import curve_plots, export_import, live_knobs, sweep_look
from ganlab.ui.shared.feed import question, send
from ganlab.ui.shared.formatting import many, plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.problems import show_errors, show_kept
from ganlab.ui.shared.run_labels import job_heading, title_of
from ganlab.ui.shared.run_look import Look, control, head, look
from ganlab.ui.shared.run_pages import in_the_lab, open_run
from ganlab.ui.shared.run_states import STATE_COLOURS, STATES, tell_if_settled
from ganlab.ui.shared.setting_fields import change_something
from ganlab.ui.shared.unfinished_runs import REFUSED, reopen, turn_to
from ganlab.ui.train import (
    downloads,
    frames,
    live_view,
    metrics_panel,
    next_steps,
    run_log,
    slow_motion,
    step_description,
    sweep_part,
    update_order,
    verdict_panel,
)

POLL_SECONDS = 0.45
LINE_SECONDS = 2.0
ANOTHER = "Opens the form for a new run. The run shown here goes on."
SOON = {  # where a training that is getting ready has been asked for something
    "pause": ". The training will pause after its first iteration.",
    "stop": ". The training will stop as soon as this is done.",
}


def show_run(path: Path) -> None:
    """The run, with its controls; polls while it is active, and reruns the page whenever its state changes."""
    with show_errors():
        _show(look(path))


def _show(now: Look) -> None:
    path = now.run.path
    _heading(now)
    _controls(now)
    slow_motion.show(now)
    if now.active or now.run.done:
        verdict_panel.show(now.run, now.active)
        show_live(now)
    else:  # nothing to look at
        next_steps.show(now.run)
    live_knobs.show(now)
    metrics_panel.show(now.run, now.active)
    if not is_guest():
        downloads.downloads(now.run)
    export_import.take_along(now.run, now.run.path.name)
    _extend(now)
    run_log.show(now.run)
    _details(now.run)
    if not now.active:
        follow_line(path)


def show_live(now: Look) -> None:
    """What it draws and its curves; polls while it is active, and reruns the page whenever its state changes."""
    path = now.run.path
    live_view.show(curve_plots.about(now.run, title_of(now.run)))
    st.fragment(run_every=POLL_SECONDS if now.active else None)(_poll)(path, now.state, _in_line(path), [])


def line(shown: Path | None) -> None:
    """What is being trained and what waits, apart from what is shown, with a way to each."""
    with st.container():  # however many there are, what is below keeps its place
        for job, words in _in_line(shown):
            (name,) = sweep_look.query_of(job).values()
            with st.container(horizontal=True, vertical_alignment="center", border=True, key=f"line-{name}"):
                st.markdown(f"**{words}:** {plain(job_heading(job))}", width="content")
                clicked = st.button("Watch", key=f"watch-{name}", on_click=_watch, args=(job,))
                if clicked and _is_for_the_lab(job):
                    open_run(job.run.name)


def _watch(job: jobs.Job) -> None:
    """Has the address show what a job does, unless it is for the Lab, to which the click then leads."""
    if not _is_for_the_lab(job):
        turn_to(**sweep_look.query_of(job))


def _is_for_the_lab(job: jobs.Job) -> bool:
    return not isinstance(job, Sweep) and in_the_lab(job.run)


def follow_line(shown: Path | None) -> None:
    """Draws the page anew when another training begins, ends, or moves up, for as long as there is one."""
    drawn = _in_line(shown)
    st.fragment(run_every=LINE_SECONDS if drawn else None)(_follow_line)(shown, drawn)


def _follow_line(shown: Path | None, drawn: list[tuple[jobs.Job, str]]) -> None:
    if _in_line(shown) != drawn:
        st.rerun()


def _in_line(shown: Path | None) -> list[tuple[jobs.Job, str]]:
    """The jobs that do not train the run, or the sweep, that is shown, each with its place in words."""
    others = [job for job in worker.waiting() if not sweep_look.is_about(job, shown)]
    return [(job, _place(worker.view(job))) for job in others]


def _place(view: JobView) -> str:
    if view.state != "queued":
        return "Training now"
    return f"Number {view.place + 1} in line" if view.place else "Next in line"


def _poll(path: Path, state: str, line: list[tuple[jobs.Job, str]], sent: list[JobView | None]) -> None:
    """Sends what is new since the view that was sent last, which `sent` keeps from one poll to the next."""
    if state == "preparing":
        _await_news(path, sent)
    try:
        now = look(path)
    except GanlabError:
        st.rerun()
    sent[:] = [now.view]
    preview = now.view.preview if now.view else None
    send(frames.frame(now.run, head(now, _words(now)), curve_plots.drawn(now.run), question(), preview))
    if now.state != state or (now.active and _in_line(path) != line):
        st.rerun()


def _await_news(path: Path, sent: Sequence[JobView | None]) -> None:
    """Waits for the first images and iterations for as long as a poll may take, so that they are shown at once and not
    with the poll after them. A page that is being drawn waits for nothing."""
    job = worker.find(path)
    if job and sent and sent[0]:
        told = sent[0].state, sent[0].message, sent[0].preview is None
        job.wait(POLL_SECONDS, lambda view: (view.state, view.message, view.preview is None) != told)


def _words(now: Look) -> str:
    view = now.view
    if view and now.state == "queued":
        return in_line(view)
    if view and view.message:
        soon = SOON.get(now.job.asked, "") if now.job and now.state == "preparing" else ""
        return view.message + ("" if view.fraction is None else f": {view.fraction:.0%}") + soon
    if view and view.stepped and now.state == "paused":
        spec = registry.get(now.run.model)
        order = spec.updates(spec.recorded(now.run.config.values))
        return f"Iteration {view.iteration:,}. {step_description.describe(spec, order, *view.stepped)}"
    return ""


def in_line(view: JobView) -> str:
    """When a waiting job starts."""
    if view.place:
        return f"Number {view.place + 1} in line. The training starts by itself when those before it are done."
    return "Next in line. The training starts by itself as soon as this machine has been timed."


def _heading(now: Look) -> None:
    run, config = now.run, now.run.config
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(plain(title_of(run)), anchor=False, width="content")
        st.badge(STATES.get(now.state, now.state), color=STATE_COLOURS.get(now.state, "gray"))  # pyright: ignore
        st.space("stretch")
        if not is_guest():
            help = "Opens the form with the settings of this run, for a new run."
            st.button("Change something", key="change", on_click=change_something, args=(run,), help=help)
            st.button("Set up another", key="another", on_click=turn_to, kwargs={"new": "1"}, help=ANOTHER)
    used = config.data
    facts = [f"Run {run.id}"]
    if used:
        facts.append(f"{many(used.images, 'image')}: {file_names(used.source)}")
        facts.append(f"on the {config.device.upper()}, in {config.precision}")
    else:
        facts.append(config.dataset)
    facts.append(f"seed {config.seed}")
    if export_import.is_imported(run):
        facts.append(export_import.origin(run) + ", without what is needed to train it further")
    st.caption(plain(" · ".join(facts)))
    sweep_part.tell(run)
    for notice in used.notices if used else ():
        st.info(plain(notice))
    status = run.status
    if now.state == "failed":
        kept = " What it had learned by the last good moment is kept." if run.done else ""
        st.error(plain(status.message or (now.view.message if now.view else "The training failed.")) + kept)
    elif now.state == "interrupted" and not export_import.is_imported(run):
        st.warning(
            "The program that trained this run ended before the run was done. Everything up to the last few seconds is "
            "kept. Resume goes on from there."
            if run.done
            else "The program ended before the first iteration of this run. Resume starts the training."
        )


def _controls(now: Look) -> None:
    run, job = now.run, now.job
    show_kept(REFUSED)
    sweep = sweep_look.at_work(run) if now.active else None
    if now.active and job is None:
        sweep_part.tell_who_trains(sweep, run)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if now.active and job is not None:
            if now.state == "paused":
                control("Resume", job.resume, "Goes on training.", "G", primary=True)
                control("Step", job.step, "Does one iteration, and says below what it did.", "S")
            elif now.state != "queued":
                soon = job.asked != ""  # it is getting ready, and will
                control("Pause", job.pause, "Holds the training. Nothing is lost.", "P", primary=True, disabled=soon)
            if sweep:
                sweep_part.skip_button(sweep, run)
            elif now.state == "queued":
                control("Take back", lambda: worker.stop(job), "Takes this training out of the line.", "X")
            else:
                help, ends = "Ends the training and saves it. It can be resumed later.", job.asked == "stop"
                control("Stop", lambda: worker.stop(job), help, "X", disabled=ends)
            if now.state != "queued":
                slow_motion.button(now)
            if now.state == "paused":
                update_order.show(run)
        elif now.state in ("stopped", "interrupted", "failed") and not export_import.is_imported(run):
            control("Resume", lambda: reopen(run), "Goes on from the last saved moment.", "G", primary=True)
        if not now.active:
            slow_motion.button(now)
            if run.done:
                next_steps.next_steps(run)


def _extend(now: Look) -> None:
    """Below the result, as it is what a person may want after having seen it."""
    run = now.run
    trains_on = not run.config.pretrained and not export_import.is_imported(run)
    if now.state != "finished" or not run.done or not trains_on or is_guest():
        return
    key = f"more-{run.id}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input("More iterations", 1, 1_000_000, min(max(1, run.total), 1_000_000), key=key, width=180)
        control("Extend", lambda: reopen(run, run.total + st.session_state[key]), "Trains this run for longer.")
    tell_if_settled(run)


def _details(run: Run) -> None:
    """The settings of the run, and where its preset differs from what its source prints."""
    spec, config = registry.get(run.model), run.config
    preset = spec.presets.get(config.preset)
    with st.expander("Settings of this run, and its source"):
        st.markdown(f"{spec.summary} From {spec.source.title}, {spec.source.chapter} ({spec.source.year}).")
        st.markdown(spec.shown)
        for sentence in preset.mended if preset else ():
            st.markdown(f"- {sentence}")
        standard = spec.values(config.preset) if preset else {}
        usual = f"In {config.preset}"
        st.table(
            [
                {"Setting": k.label, "Value": str(run_summary.setting(run, k)), usual: str(standard.get(k.name))}
                for k in spec.knobs
            ]
        )
        if config.data:
            st.caption(f"Images: {plain(config.data.source)}.")
        if config.precision_reason:
            st.caption(plain(f"Precision {config.precision}: {config.precision_reason}."))
