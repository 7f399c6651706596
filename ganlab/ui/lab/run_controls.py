"""Play, pause, step, speed, and the knobs that may be turned while it trains."""

from functools import partial

import streamlit as st

from ganlab import registry
from ganlab.jobs import Job, worker
from ganlab.runs import Run
from ganlab.ui.lab import setup_form, slow_motion
from ganlab.ui.shared import race_look
from ganlab.ui.shared.export_import import is_imported
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.problems import show_kept
from ganlab.ui.shared.run_look import Look, control
from ganlab.ui.shared.unfinished_runs import REFUSED, reopen

SPEEDS = {  # iterations a second
    "1 in 2 seconds": 0.5,
    "1 a second": 1.0,
    "5 a second": 5.0,
    "25 a second": 25.0,
    "100 a second": 100.0,
    "as fast as it goes": None,
}
FASTEST = "as fast as it goes"
ONE_NETWORK = ("generator", "discriminator")


def show(now: Look) -> None:
    """The controls for the state that the run is in; none for guests of a class."""
    if is_guest():
        return
    show_kept(REFUSED)
    run, job, race = now.run, now.job, race_look.at_work(now.run.path)
    if now.active and job is None:
        st.info("Another process is training this run. What it does is shown here as it happens.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="lab-controls"):
        if race is not None:
            open_both = partial(race_look.attach, race.run)
            control("Open both", open_both, "Shows this run beside the other one, with the controls of the two.")
        elif now.active and job is not None:
            _while_active(now, job)
        elif now.state in ("stopped", "interrupted", "failed") and run.config.own:
            control("Go on", lambda: reopen(run), "Goes on from the last saved moment.", "G", primary=True)
        slow_motion.controls(now)
        if not is_imported(run) and not run.config.pretrained:
            seed = run.config.seed
            _restart("Start over", run, seed, "Begins again with the same settings and the same seed.")
            _restart("Another seed", run, seed + 1, "Begins again with the same settings and the next seed.")


def _while_active(now: Look, job: Job) -> None:
    slow = slow_motion.is_on(now)
    play_or_pause(job, now.state, slow, "Does one iteration.")
    single = {"generator_updates", "discriminator_updates"} <= set(registry.get(now.run.model).live)
    if now.state == "paused" and single and not slow:
        for network in ONE_NETWORK:
            step = partial(job.step, network)
            control(f"Step {network}", step, f"Does one iteration in which only the {network} learns.")
    stop_and_speed(job)


def play_or_pause(job: Job, state: str, slow: bool, help: str) -> None:
    """What holds a training or a race, or has it go on, and the button of a single step, which does what slow motion
    shows where that is on."""
    if state == "paused":
        control("Play", job.resume, "Goes on training.", "G", primary=True)
        if slow:
            shown = "It is what slow motion shows, which then shows the iteration after it."
            control("Do this iteration", job.step, f"{help} {shown}", "S")
        else:
            control("Step", job.step, help, "S")
    else:
        control("Pause", job.pause, "Holds the training. Nothing is lost.", "P", primary=True, disabled=bool(job.asked))


def stop_and_speed(job: Job) -> None:
    """What ends a training or a race, and how fast it is to go."""
    control("Stop", lambda: worker.stop(job), "Ends the training and saves it.", "X", disabled=job.asked == "stop")
    st.selectbox(
        "Speed",
        list(SPEEDS),
        index=list(SPEEDS).index(_speed(job)),
        key=f"lab-speed-{job.run.name}",
        on_change=_paced,
        args=(job, f"lab-speed-{job.run.name}"),
        width=180,
    )


def _speed(job: Job) -> str:
    return next((words for words, pace in SPEEDS.items() if pace == job.pace), FASTEST)


def _paced(job: Job, key: str) -> None:
    job.pace = SPEEDS[st.session_state[key]]


def _restart(label: str, run: Run, seed: int, help: str) -> None:
    control(label, lambda: setup_form.begin(setup_form.again(run, seed)), help)
