"""A race being watched: both sides' samples, losses and figures of merit live, who is ahead, and at the end who won."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from ganlab import comparison, racing, registry
from ganlab.errors import GanlabError
from ganlab.jobs import JobView, worker
from ganlab.racing import Finish, Race
from ganlab.runs import Run, layout, resolve
from ganlab.runs.files import file_names
from ganlab.ui import grids, ticked, versus
from ganlab.ui.compare import choose_by, of_what, saving
from ganlab.ui.live import COLOURS, REFUSED, STATES, control, in_line, watch
from ganlab.ui.words import classes, plain, roughly

POLL_SECONDS = 0.5  # of samples and standing
CHART_SECONDS = 2.0
LOSSES = ("generator_loss", "discriminator_loss")
QUERY = "race"  # in the address: the name of one of the two runs


@dataclass(frozen=True)
class Look:
    """A race at one moment; the job while it is being run in this process."""

    runs: tuple[Run, Run]
    finish: Finish
    state: str
    job: Race | None = None

    @property
    def active(self) -> bool:
        return self.state in layout.ACTIVE

    @property
    def titles(self) -> list[str]:
        return racing.names(self.runs)

    @property
    def views(self) -> list[JobView]:
        return [worker.view(side) for side in self.job.parts] if self.job else []


def at_work(path: Path) -> Race | None:
    """The race that waits or is being run in this process and that this run is part of."""
    return next((job for job in worker.waiting() if isinstance(job, Race) and path in [p.run for p in job.parts]), None)


def is_asked_for(path: Path) -> bool:
    """Whether the race of this run is to be shown rather than the run alone; the address then says so."""
    if st.query_params.get(QUERY) and "run" not in st.query_params:
        return True
    job = at_work(path)
    if job is None:
        return False
    attach(job.run)
    return True


def attach(path: Path) -> None:
    """Has the address name the race of this run."""
    for name in ("new", "run", "section"):
        st.query_params.pop(name, None)
    st.query_params[QUERY] = path.name


def look(path: Path) -> Look:
    """Raises GanlabError where the run was in no race, or where one of the two is gone."""
    run = Run(path)
    if "race" not in run.config:
        raise GanlabError(f"The run {run.id} was not in a race.")
    left, right = (resolve(name, path.parent) for name in run.config["race"]["sides"])
    runs, finish, job = (left, right), racing.finish_of(run), at_work(run.path)
    for side in runs:
        registry.get(side.model)
    if job:
        return Look(runs, finish, worker.view(job).state, job)
    states = [side.state for side in runs]
    if racing.result(run):
        return Look(runs, finish, "failed" if states == ["failed"] * 2 else "finished")
    for state in (*reversed(layout.ACTIVE), "interrupted", "stopped", "failed"):
        if state in states:
            return Look(runs, finish, state)
    return Look(runs, finish, "stopped")


def show(path: Path) -> None:
    """The race of this run, with its controls; polls while it goes on."""
    try:
        now = look(path)
    except GanlabError as error:
        st.warning(plain(str(error)))
        st.button("Open the run that is left", key="race-left", on_click=watch, args=(path.name,))
        return
    _heading(now)
    _controls(now)
    if not now.active and not any(run.done for run in now.runs):  # nothing to look at
        return
    st.fragment(run_every=POLL_SECONDS if now.active else None)(_poll)(path, now.state)
    if not now.active:
        _ways_on(now)
    by = choose_by("race-by")
    st.fragment(run_every=CHART_SECONDS if now.active else None)(_charts)(path, by)


def _heading(now: Look) -> None:
    left, right = now.titles
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(plain(f"{left} against {right}"), anchor=False, width="content")
        st.badge(STATES[now.state], color=COLOURS.get(now.state, "gray"))  # pyright: ignore
        st.space("stretch")
        st.button("Set up another", key="another", on_click=_set_up_another, help="The one shown here goes on.")
    config = now.runs[0].config
    used = config.get("data")
    facts = [f"A race {now.finish.words}", file_names(used["source"]) if used else str(config["dataset"])]
    facts += [_classes(now.runs), f"seed {config['seed']}"]
    st.caption(plain(" · ".join(facts)))
    for notice in dict.fromkeys(n for run in now.runs for n in (run.config.get("data") or {}).get("notices", ())):
        st.info(notice)
    for title, run in zip(now.titles, now.runs, strict=True):
        if run.status["state"] == "failed":
            goes_on = " The other side goes on." if now.active else ""
            st.error(plain(f"{title} failed: {run.status['message']}{goes_on}"))
    if now.state == "interrupted":
        st.warning(
            "The program that ran this race ended before it was over. Both runs are kept as far as they had come."
        )


def _classes(runs: Sequence[Run]) -> str:
    left, right = (classes(run.config["digits"]) for run in runs)
    return left if left == right else f"{left} on the left, {right} on the right"


def _set_up_another() -> None:
    st.query_params.pop(QUERY, None)
    st.query_params["new"] = "1"
    st.query_params["section"] = "race"


def _controls(now: Look) -> None:
    job = now.job
    if now.active and job is None:
        st.info("This race is being run by another process; it is shown here as it goes.")
        return
    if REFUSED in st.session_state:
        st.error(st.session_state.pop(REFUSED))
    if job is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if now.state == "queued":
            control("Take back", lambda: worker.stop(job), "Take this race out of the line.", "X")
            return
        if now.state == "paused":
            control("Resume", job.resume, "Go on with both.", "G", primary=True)
        else:
            control("Pause", job.pause, "Hold both; nothing is lost.", "P", primary=True)
        control("Stop", lambda: worker.stop(job), "End the race and save both; each can be resumed by itself.", "X")


def _poll(path: Path, state: str) -> None:
    try:
        now = look(path)
    except GanlabError:
        st.rerun()
    if now.state != state:
        st.rerun()
    with st.container(key="race-standing"):
        if now.active:
            _progress(now)
        if now.state not in ("queued", "preparing"):
            _standing(now)
    shown = [_newest(run, view) for run, view in zip(now.runs, now.views or [None, None], strict=True)]
    grids.show(shown, now.titles, "iterations", key="race-grids", scrub=False)


def _newest(run: Run, view: JobView | None) -> grids.Samples:
    kept = view.preview[:2] if view and view.preview else run.preview()
    if kept is None:
        return grids.samples(run)
    return grids.at(run, [kept[0]], [kept[1]])


def _progress(now: Look) -> None:
    if now.job and now.state in ("queued", "preparing"):
        view = worker.view(now.job)
        words = f"{view.message}…" if view.message else "Getting ready…"
        if now.state == "queued":
            words = in_line(view)
        st.progress(min(1.0, view.fraction or 0.0), text=words)
        return
    share, left = progress(now.runs, now.finish)
    words = "" if left is None else f"about {roughly(left)} left" if left else "the last samples are being measured"
    if now.finish.kind == "frechet" and left:
        words = f"at most {roughly(left)} left"
    st.progress(share, text=words)


def progress(runs: Sequence[Run], finish: Finish) -> tuple[float, float | None]:
    """The share of a race that is over, from 0 to 1, and the seconds that are left, None while that cannot be told."""
    going = [side for side in racing.standing(runs, finish).sides if side.state in layout.ACTIVE]
    if not going:
        return 1.0, 0.0
    if finish.kind == "iterations":
        share = sum(min(1.0, side.iterations / finish.at) for side in going) / len(going)
        paces = [side.seconds / side.iterations if side.iterations else None for side in going]
        rest = [finish.at - side.iterations for side in going]
        left = None if None in paces else sum(n * (pace or 0.0) for n, pace in zip(rest, paces, strict=True))
        return share, left
    share = sum(min(1.0, side.seconds / finish.seconds) for side in going) / len(going)
    return share, sum(max(0.0, finish.seconds - side.seconds) for side in going)


def _standing(now: Look) -> None:
    kept = racing.result(now.runs[0]) if not now.active else None
    found = kept or racing.standing(now.runs, now.finish)
    own_digits = now.runs[0].config["digits"] != now.runs[1].config["digits"]
    words = racing.describe(found, now.titles, now.finish, kept is not None, own_digits)
    if kept:
        with st.container(border=True):
            st.markdown(f"**{plain(words)}**")
        return
    if not now.active:
        words = f"It did not come to its finish. {words}"
    st.markdown(plain(words))


def _ways_on(now: Look) -> None:
    left, right = now.runs
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Compare both", type="primary", key="race-compare", help="Curves, figures and samples, closely."):
            st.switch_page("pages/runs.py", query_params={ticked.COMPARED: f"{left.path.name},{right.path.name}"})
        for title, run, side in zip(now.titles, now.runs, ("left", "right"), strict=True):
            words = "Show this run by itself, to look back at it or to train it further."
            st.button(f"Open {title}", key=f"race-open-{side}", on_click=watch, args=(run.path.name,), help=words)


def _charts(path: Path, by: str) -> None:
    try:
        now = look(path)
    except GanlabError:
        return
    titles = comparison.all_curve_titles(now.runs)
    drawn: list[tuple[str, dict[str, Any], str]] = [
        (titles[name], versus.curve(now.runs, now.titles, name, by, titles[name]), "")
        for name in LOSSES
        if name in titles
    ]
    drawn += [
        (figure.title, versus.figure(now.runs, now.titles, figure, by), figure.help)
        for figure in comparison.measured(now.runs)
        if figure.name == "frechet"
    ]
    drawn = [chart for chart in drawn if chart[1]["data"]]
    if not drawn:
        st.caption("Curves begin with the first iterations.")
        return
    for index, (column, (title, figure, words)) in enumerate(zip(st.columns(len(drawn)), drawn, strict=True)):
        with column:
            st.markdown(f"**{title}**")
            st.plotly_chart(figure, key=f"race-chart-{index}", config=saving(title))
            if words:
                st.caption(f"{words} The dotted line is what real images get.")
                of_what(now.runs)
    if len(drawn) == len(LOSSES):
        st.caption("A figure that says how good the samples are is added as soon as it has been computed.")
