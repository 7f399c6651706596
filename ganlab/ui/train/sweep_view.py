"""A sweep being watched: how far its trainings are, each of them in a table, and one at work live."""

from collections.abc import Sequence
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st

from ganlab import registry
from ganlab.evaluation import sweep_results
from ganlab.evaluation.sweep_results import in_words
from ganlab.jobs import worker
from ganlab.jobs.ray_cluster import HERE
from ganlab.jobs.sweeps import Sweep, reopen_sweep
from ganlab.knobs import value_in_words
from ganlab.metrics.metric_catalog import Figure
from ganlab.runs.sweep_records import seeds_of
from ganlab.training.waiting import about
from ganlab.ui.shared import run_look, sweep_look
from ganlab.ui.shared.assets import text
from ganlab.ui.shared.formatting import listed, many, plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.problems import keep_errors, show_errors, show_kept
from ganlab.ui.shared.run_look import control
from ganlab.ui.shared.run_pages import open_run
from ganlab.ui.shared.run_states import STATE_COLOURS, STATES
from ganlab.ui.shared.sweep_labels import done_in_words, sweep_data, sweep_title, varied
from ganlab.ui.shared.sweep_look import Look, look
from ganlab.ui.shared.unfinished_runs import REFUSED, turn_to, watch
from ganlab.ui.train import machines_field, sweep_at_work
from ganlab.ui.train.run_view import in_line, show_live
from ganlab.ui.train.sweep_part import SKIP

POLL_SECONDS = 1.0
MANY = 12  # trainings that are shown without scrolling
TALL = 440  # pixels of the table, where it is scrolled
SKIPPED = "sweep-skipped"  # in the session: the trainings that are to be skipped, by their places


def show(path: Path) -> None:
    """The sweep in this folder, with its controls; polls while it goes on."""
    with show_errors():
        _show(look(path))


def _show(now: Look) -> None:
    _heading(now)
    _controls(now)
    sweep_at_work.tell_dashboard(now)
    st.fragment(run_every=POLL_SECONDS if now.active else None)(_poll)(now.folder.path, _signs(now))
    _table(now)
    if now.job and now.active and not is_guest():
        _skip_others(now, now.job)
    _live(now)


def _heading(now: Look) -> None:
    config = now.folder.config
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(plain(sweep_title(now.folder)), anchor=False, width="content")
        st.badge(STATES[now.state], color=STATE_COLOURS.get(now.state, "gray"))  # pyright: ignore
        st.space("stretch")
        form = {"new": "1", "section": "sweep"}
        if not is_guest():
            st.button("Set up another", key="another", on_click=turn_to, kwargs=form, help="This sweep goes on.")
    facts = [f"{label} {said}" for label, said in varied(now.folder).items()]
    if config.sample:
        facts.append(f"{many(config.sample, 'combination')} of these, drawn at random")
    numbers = seeds_of(now.now.members)
    seeds = f"seed{'' if len(numbers) == 1 else 's'} {', '.join(map(str, numbers))}"
    facts = [f"Sweep {config.id}", *facts, seeds, sweep_data(now.folder)]
    if config.stops_early:
        facts.append(f"half of the settings stopped after {_rounds(config.lengths)}")
    st.caption(plain(" · ".join(facts)))
    if now.state == "interrupted":
        st.warning(
            "The program that ran this sweep ended before the sweep did. What was finished is kept. Go on begins where "
            "the training at work was saved last."
        )
    elif now.state == "failed":
        st.error(plain(now.message))


def _rounds(lengths: Sequence[int]) -> str:
    """After how many iterations a half is stopped, each time."""
    return f"{listed(f'{length:,}' for length in lengths[:-1])} iterations"


def _controls(now: Look) -> None:
    job = now.job
    if now.active and job is None:
        st.info("Another program runs this sweep. What it has done is shown here as it happens.")
    show_kept(REFUSED)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if now.active and job:
            _controls_at_work(now, job)
        elif not now.active:
            _go_on(now)
        if now.now.count("finished"):
            kind = "secondary" if now.now.left else "primary"
            help = "Compares the settings: the best one, and which differences are more than chance."
            if st.button("See what came of it", type=kind, key="sweep-results", help=help):
                st.switch_page("pages/runs.py", query_params={sweep_look.QUERY: now.folder.id})


def _controls_at_work(now: Look, job: Sweep) -> None:
    if now.state == "queued":
        control("Take back", lambda: worker.stop(job), "Takes the sweep out of the line.", "X")
        return
    if now.state == "paused":
        control("Resume", job.resume, "Goes on with the training at work.", "G", primary=True)
    else:
        help = "Holds the training at work, and with it all that come after it. Nothing is lost."
        control("Pause", job.pause, help, "P", primary=True, disabled=job.asked != "")
    help = "Ends the sweep and saves it. You can go on with it later."
    control("Stop", lambda: worker.stop(job), help, "X", disabled=job.asked == "stop")
    at = sweep_at_work.chosen(now.now.at_work)
    if at is not None:
        control("Skip this one", lambda: job.skip(at), SKIP)


def _go_on(now: Look) -> None:
    path, failed = now.folder.path, now.now.count("failed")

    def again() -> None:
        worker.add(reopen_sweep(path, on))

    on = machines_field.ask_again(now.folder.config.on) if now.now.left or failed else HERE
    if now.now.left:
        more = " Those that failed are tried again." if failed else ""
        help = f"Trains what is left. What is finished stays as it is.{more}"
        control("Go on", again, help, "G", primary=True)
    elif failed:
        control("Try the failed again", again, "Trains those that failed once more. What is finished stays as it is.")
    if now.now.count("skipped") and not now.folder.config.stops_early:
        help = "Trains what was left out after all, together with what is left."
        control("Train the skipped", lambda: worker.add(reopen_sweep(path, skipped=True)), help)


def _poll(path: Path, drawn: tuple) -> None:
    with show_errors():
        now = look(path)
        if _signs(now) != drawn:
            st.rerun()
        with st.container(key="sweep-progress"):
            _progress(now)


def _signs(now: Look) -> tuple:
    """What the page is drawn anew for when it changes."""
    asked = now.job.asked if now.job and now.active else ""
    return now.state, asked, now.now.at_work, [(member.state, member.run) for member in now.now.members]


def _progress(now: Look) -> None:
    view, found = now.view, now.now
    if view and now.state == "queued":
        st.progress(0.0, text=in_line(view))
        return
    share = view.iteration / view.total if view and view.total else found.over / len(found.members)
    counts = done_in_words(found.members)
    if found.at_work:
        counts += f", {len(found.at_work)} at work"
    waiting = found.left - len(found.at_work)
    if waiting:
        counts += f", {waiting} left"
    words = [f"**{counts}.**"]
    if now.active and found.left and now.job:
        left = found.seconds_left
        if left is None:
            words.append("How long the rest takes is not known yet.")
        else:
            words.append(f"About {about(left)} left." if left >= 1 else "Nearly done.")
    if view and now.state == "preparing" and view.message:
        words.append(f"{view.message}…")
    st.progress(min(1.0, share), text=" ".join(words))
    sweep_at_work.table(now)


def _table(now: Look) -> None:
    """All trainings; the numbers of those that have begun lead to their runs."""
    config, spec = now.folder.config, registry.get(now.folder.config.base.model)
    figure = sweep_results.figure_of(spec, config.base.dataset) if now.now.count("finished") else None
    found = [_row(now, place, figure) for place in range(len(now.now.members))]
    heads = ["Training", *sweep_results.labels(spec.knobs, config.vary).values(), "Seed", "State", "Iterations"]
    heads += [figure.title] if figure else []
    columns = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    lines = ["".join(f"<td>{cell}</td>" for cell in cells) for cells, _ in found]
    if any(why for _, why in found):
        columns += '<th scope="col">Why it ended</th>'
        words = [f'<td><div class="why">{escape(why)}</div></td>' if why else "<td></td>" for _, why in found]
        lines = [line + cell for line, cell in zip(lines, words, strict=True)]
    rows = "".join(f"<tr>{line}</tr>" for line in lines)
    style = f"<style>{text('train/sweep_table.css')}</style>"
    with st.container(key="sweep-table", height=TALL if len(found) > MANY else "content", border=len(found) > MANY):
        st.html(f'{style}<table class="sweep"><thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table>')


def _row(now: Look, place: int, figure: Figure | None) -> tuple[list[str], str]:
    """The cells of a training, as HTML, with the metric `figure` at its end where there is one, and why it ended before
    its end, as text."""
    member, at_work = now.now.members[place], place in now.now.at_work
    run = now.run(place)
    number = str(place + 1)
    if run:
        page = "lab" if run.config.points else "train"
        words = f"Training {number}: open its run"
        number = f'<a href="{page}?run={escape(run.id)}" target="_self" aria-label="{words}">{number}</a>'
    values = [member.values[name] for name in now.folder.config.vary]
    done = run.done if run and member.state == "begun" else member.iterations
    state = "planned" if member.state == "begun" and not done else member.state  # its run waits with the sweep
    if at_work:
        state = "paused" if now.state == "paused" else "at work"
    mark = f"<strong>{state.capitalize()}</strong>" if at_work else state.capitalize()
    cells = [*(escape(value_in_words(value)) for value in values), str(member.seed), mark]
    counted = [f"{done:,}" if done and not at_work else ""]
    if figure:
        finished = run is not None and member.state == "finished"
        counted.append(sweep_results.written(figure, sweep_results.end_of(member, run, figure)) if finished else "")
    return [number, *cells, *counted], "" if member.state == "skipped" else member.why


def _skip_others(now: Look, job: Sweep) -> None:
    """Which of the trainings that have not begun are to be left out."""
    planned = [place for place, member in enumerate(now.now.members) if member.state == "planned"]
    if not planned:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.multiselect(
            "Trainings to leave out",
            planned,
            key=SKIPPED,
            format_func=lambda place: f"{place + 1}: {_words(now, place)}",
            placeholder="Choose some that have not begun",
            width=420,
        )
        st.button("Skip these", key="skip-these", on_click=_skip, args=(job,))


def _skip(job: Sweep) -> None:
    with keep_errors(REFUSED):
        for place in st.session_state[SKIPPED]:
            job.skip(place)
    st.session_state[SKIPPED] = []


def _words(now: Look, place: int) -> str:
    member = now.now.members[place]
    return f"{in_words(registry.get(now.folder.config.base.model), member.values)}, seed {member.seed}"


def _live(now: Look) -> None:
    """The training at work, or the one of them that is chosen, as its own page shows it."""
    at = sweep_at_work.choose(now.now.at_work, partial(_words, now))
    run = None if at is None else now.run(at)
    if at is None or run is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(f"Training {at + 1} at work", anchor=False, width="content")
        words, key = "Shows this run by itself, with all that can be done with it.", "open-member"
        if not run.config.points:
            st.button("Open this run", key=key, help=words, on_click=watch, args=(run.id,))
        elif st.button("Open this run", key=key, help=words):
            open_run(run.id)
    st.caption(plain(_words(now, at)))
    seen = run_look.look(run.path)
    if not run.config.points and (seen.active or run.done):
        show_live(seen)
