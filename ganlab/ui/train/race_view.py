"""A race being watched: both sides' samples, losses and metrics live, who is ahead, and at the end what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.evaluation import comparison, sample_readings
from ganlab.jobs import JobView, book_races, race_outcome, race_standings, worker
from ganlab.jobs.race_standings import Finish
from ganlab.runs import ACTIVE, Run
from ganlab.runs.files import file_names
from ganlab.training.waiting import roughly
from ganlab.ui.shared import compare_selection, overlay_charts, sample_grids
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.overlay_charts import choose_by, saving
from ganlab.ui.shared.problems import show_kept
from ganlab.ui.shared.race_look import QUERY, Look, at_work, attach, look, look_again
from ganlab.ui.shared.run_labels import classes_of
from ganlab.ui.shared.run_states import STATE_COLOURS, STATES
from ganlab.ui.shared.unfinished_runs import REFUSED, turn_to, watch
from ganlab.ui.train.run_view import control, in_line

POLL_SECONDS = 0.5  # of samples and standing
CHART_SECONDS = 2.0
LOSSES = ("generator_loss", "discriminator_loss")


def is_asked_for(path: Path) -> bool:
    """Whether the race of this run is to be shown rather than the run alone; the address then says so."""
    if st.query_params.get(QUERY) and "run" not in st.query_params:
        return True
    job = at_work(path)
    if job is None:
        return False
    attach(job.run)
    return True


def show(path: Path) -> None:
    """The race of this run, with its controls; polls while it goes on."""
    try:
        now = look(path)
    except GanlabError as error:
        st.warning(plain(str(error)))
        st.button("Open the run that is left", key="race-left", on_click=watch, args=(path.name,))
        return
    if now.runs[0].config.points:
        st.info("This is a race of two that learn points in the plane. The Lab shows both.")
        if st.button("Open it in the Lab", type="primary", key="race-lab"):
            st.switch_page("pages/lab.py", query_params={QUERY: path.name})
        return
    _heading(now)
    _controls(now)
    if not now.active and not any(run.done for run in now.runs):  # nothing to look at
        return
    poll = POLL_SECONDS if now.active else None
    st.fragment(run_every=poll)(_poll)(path, now.state)
    if not now.active:
        _next_steps(now)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.header("Samples", anchor=False)
        st.fragment(run_every=poll)(_samples)(path)
    with right:
        st.header("Curves", anchor=False)
        by = choose_by("race-by")
        charts = st.fragment(run_every=CHART_SECONDS if now.active else None)(_charts)
        charts(path, by, True)
    charts(path, by, False)


def _heading(now: Look) -> None:
    left, right = now.titles
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(plain(f"{left} against {right}"), anchor=False, width="content")
        st.badge(STATES[now.state], color=STATE_COLOURS.get(now.state, "gray"))  # pyright: ignore
        st.space("stretch")
        form = {"new": "1", "section": "race"}
        if not is_guest():
            st.button("Set up another", key="another", on_click=turn_to, kwargs=form, help="This race goes on.")
    config = now.runs[0].config
    used = config.data
    facts = [f"A race {now.finish.words}", file_names(used.source) if used else config.dataset]
    facts += [_classes(now.runs), f"seed {config.seed}"]
    st.caption(plain(" · ".join(facts)))
    for notice in dict.fromkeys(n for run in now.runs for n in (run.config.data.notices if run.config.data else ())):
        st.info(notice)
    for title, other, run in zip((left, right), (right, left), now.runs, strict=True):
        if run.state == "failed":
            goes_on = f" {other} goes on." if now.active else ""
            st.error(plain(f"{title} failed: {run.status.message}{goes_on}"))
    if now.state == "interrupted":
        st.warning(
            "The program that ran this race ended before the race did. Both runs are kept as far as they had come."
        )


def _classes(runs: Sequence[Run]) -> str:
    left, right = map(classes_of, runs)
    return left if left == right else f"{left} on the left, {right} on the right"


def _controls(now: Look) -> None:
    job = now.job
    if now.active and job is None:
        st.info("Another program runs this race. You can watch it here.")
        return
    show_kept(REFUSED)
    if job is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if now.state == "queued":
            control("Take back", lambda: worker.stop(job), "Take this race out of the queue.", "X")
            return
        if now.state == "paused":
            control("Resume", job.resume, "Both sides go on.", "G", primary=True)
        else:
            control("Pause", job.pause, "Both sides wait. Nothing is lost.", "P", primary=True)
        help = "End the race and save both runs. You can resume each run by itself."
        control("Stop", lambda: worker.stop(job), help, "X")


def _poll(path: Path, state: str) -> None:
    now = look_again(path)
    if now is None or now.state != state:
        st.rerun()
    with st.container(key="race-standing"):
        if now.active:
            _progress(now)
        if now.state not in ("queued", "preparing"):
            _standing(now)


def _samples(path: Path) -> None:
    now = look_again(path)
    if now is None:
        return
    shown = [_newest(run, view) for run, view in zip(now.runs, now.views or [None, None], strict=True)]
    sample_grids.show(shown, now.titles, "iterations", key="race-grids", scrub=False)


def _newest(run: Run, view: JobView | None) -> sample_grids.Samples:
    kept = view.preview[:2] if view and view.preview else run.preview()
    if kept is None:
        return sample_grids.samples(run)
    return sample_grids.at(run, [kept[0]], [kept[1]])


def _progress(now: Look) -> None:
    if now.job and now.state in ("queued", "preparing"):
        view = worker.view(now.job)
        words = in_line(view) if now.state == "queued" else f"{view.message or 'Getting ready'}…"
        st.progress(min(1.0, view.fraction or 0.0), text=words)
        return
    share, left = progress(now.runs, now.finish)
    words = ""
    if left:
        words = f"{'At most' if now.finish.kind == 'frechet' else 'About'} {roughly(left)} left"
    elif left is not None:
        words = "The last samples are being measured and read"
    st.progress(share, text=words)


def progress(runs: Sequence[Run], finish: Finish) -> tuple[float, float | None]:
    """The share of a race that is over, from 0 to 1, and the seconds that are left, None while that cannot be told."""
    going = [side for side in race_standings.standing(runs, finish).sides if side.state in ACTIVE]
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
    kept = race_standings.result(now.runs[0]) if not now.active else None
    if kept:
        with st.container(border=True):
            _result(now, kept)
        return
    found = race_standings.standing(now.runs, now.finish)
    words = race_outcome.describe(found, now.titles, now.finish, False)
    if not now.active:
        words = f"The race was stopped before its finish. {words}"
    st.markdown(plain(words))
    if found.leads.keys() & {"frechet"}:
        st.caption(plain(race_outcome.caveat(found)))


def _result(now: Look, found: race_standings.Standing) -> None:
    """What came of the race: what was found here, beside what the book says where it is a book's race."""
    st.markdown(f"**{plain(race_outcome.headline(found, now.titles, now.finish, True))}**")
    here = race_outcome.details(found, now.titles, now.finish, True)
    when = race_outcome.moments(found, now.titles)
    told = book_races.experiment_of(now.runs[0])
    if told:
        book, ours = st.columns([2, 3], gap="large")
        book.markdown(f"**The book.** {plain(told.claim)}")
        ours.markdown(f"**Here.** {plain(' '.join([*([when] if when else []), *here]))}")
        book.caption("This is one race from one seed. Another seed may give another result.")
    else:
        st.markdown(plain(" ".join([*here, when])))
    seen = race_outcome.caveat(found)
    if seen:
        st.caption(f"**What the metrics see.** {plain(seen)}")


def _next_steps(now: Look) -> None:
    left, right = now.runs
    with st.container(horizontal=True, vertical_alignment="center"):
        words = "See their samples, curves, settings and metrics beside each other."
        if st.button("Compare both", type="primary", key="race-compare", help=words):
            both = f"{left.path.name},{right.path.name}"
            st.switch_page("pages/runs.py", query_params={compare_selection.COMPARED: both})
        for title, run, side in zip(now.titles, now.runs, ("left", "right"), strict=True):
            words = "Show this run by itself. There you can look back at it, or train it further."
            st.button(f"Open {title}", key=f"race-open-{side}", on_click=watch, args=(run.path.name,), help=words)


def _charts(path: Path, by: str, first: bool) -> None:
    """The chart that says most, or all others in a row."""
    now = look_again(path)
    if now is None:
        return
    drawn = _drawn(now, by)
    if not drawn and first:
        st.caption("Curves begin with the first iterations.")
    if not drawn:
        return
    shown = drawn[:1] if first else drawn[1:]
    for column, chart in zip(st.columns(max(1, len(shown))), shown, strict=False):
        with column:
            st.markdown(f"**{chart.title}**")
            st.plotly_chart(chart.figure, key=f"race-chart-{chart.key}", config=saving(chart.title))
            if chart.words:
                st.caption(plain(chart.words))
    if not first and not any(chart.key not in LOSSES for chart in drawn):
        st.caption("A chart of how good the samples are is added as soon as samples have been measured.")


@dataclass(frozen=True)
class Chart:
    key: str
    title: str
    figure: dict[str, Any]
    words: str = ""


def _drawn(now: Look, by: str) -> list[Chart]:
    """All charts of a race, those that say how good the samples are first."""
    asked = race_outcome.asked(race_standings.standing(now.runs, now.finish))
    title = f"Share of samples read as {asked}, faint ground made black"
    words = (
        f"By the classifier that comes with ganlab: {sample_readings.EACH} samples at each "
        f"moment, {sample_readings.LAST:,} at the last."
    )
    found = [Chart("share", title, overlay_charts.shares(now.runs, now.titles, by, "share of samples"), words)]
    for metric in comparison.measured(now.runs):
        if metric.name == "frechet" or (metric.name == "coverage" and not now.runs[0].config.digits):
            drawn = overlay_charts.figure(now.runs, now.titles, metric, by)
            beside = " The dotted line is what real images get." if metric.beside else ""
            of = comparison.of_what(now.runs) if metric.name == "frechet" else ""
            found.append(Chart(metric.name, metric.title, drawn, f"{metric.help}{beside} {of}".strip()))
    titles = comparison.all_curve_titles(now.runs)
    found += [
        Chart(name, titles[name], overlay_charts.curve(now.runs, now.titles, name, by, titles[name]))
        for name in LOSSES
        if name in titles
    ]
    return [chart for chart in found if chart.figure["data"]]
