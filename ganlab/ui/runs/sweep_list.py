"""Sweeps on the list of runs: one row for each, whatever many trainings it has, and what can be done with it.

A row is made of the two files of its sweep. Its best settings, for which every run is looked at, come in afterwards,
like the verdicts of runs.
"""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.evaluation import sweep_results
from ganlab.runs import SweepFolder, delete_sweep, describe_size, layout, list_sweeps, thumbnails
from ganlab.runs.files import read_record_or
from ganlab.runs.records import RunTitle
from ganlab.runs.sweep_records import SweepMember, seeds_of
from ganlab.ui.runs import run_list
from ganlab.ui.runs.run_list import ANSWER, POLL_SECONDS, THUMBNAIL_WIDTH, THUMBNAILS, WORDS, Listed
from ganlab.ui.shared import list_filters, sweep_look
from ganlab.ui.shared.charts import spread
from ganlab.ui.shared.formatting import day, many, plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.pictures import sheet
from ganlab.ui.shared.run_states import STATE_COLOURS
from ganlab.ui.shared.sweep_labels import done_in_words, sweep_data, sweep_title, varied

_best: dict[Path, tuple[int, str]] = {}  # what was said of the best settings, and when the list had changed last


@dataclass(frozen=True)
class SweepRow(Listed):
    """A sweep as it is listed."""

    sweep: SweepFolder
    members: tuple[SweepMember, ...]

    @property
    def seeds(self) -> tuple[int, ...]:
        """Also those that were added since it was asked for."""
        return seeds_of(self.members)

    def size(self) -> int:
        return sum(run.size() for _, run in self.sweep.runs())


def rows(folder: Path) -> tuple[list[SweepRow], list[str]]:
    """All sweeps, newest first, and a sentence for each that cannot be read."""
    sweeps, problems = list_sweeps(folder)
    found = []
    for sweep in sweeps:
        try:
            found.append(row_of(sweep))
        except GanlabError as error:
            problems.append(str(error))
    return found, problems


def row_of(sweep: SweepFolder) -> SweepRow:
    """Raises GanlabError where its list of trainings cannot be read."""
    members, state, config = sweep.members, sweep.state, sweep.config
    spec = registry.find(config.base.model)
    title, model = sweep_title(sweep), spec.title if spec else config.base.model
    words = [title, sweep.id, config.base.model, sweep_data(sweep), "sweep", WORDS[state], *varied(sweep)]
    return SweepRow(
        key=sweep.id,
        title=title,
        model=model,
        state=state,
        iteration=sum(member.iterations for member in members),
        created=config.created,
        text=" ".join(words).lower(),
        sweep=sweep,
        members=members,
    )


def runs_of(listed: Iterable[SweepRow]) -> set[str]:
    """The names of the runs that sweeps are made of, which have no rows of their own."""
    return {member.run for row in listed for member in row.members if member.run}


def asked_for(search: str, listed: Iterable[SweepRow], folder: Path) -> set[str]:
    """Those of them that somebody searches for by name: by a run's own name or its sweep's, or by the title that a
    person gave it."""
    wanted = run_list.words_of(search)
    if not wanted:
        return set()
    found = {name for row in listed for name in runs_of([row]) if {name.lower(), row.key.lower()} & set(wanted)}
    for name in runs_of(listed) - found:
        title = read_record_or(folder / name / layout.TITLE, RunTitle()).title.lower()
        if title and any(word in title for word in wanted):
            found.add(name)
    return found


def show(row: SweepRow) -> DeltaGenerator | None:
    """One row, with its buttons; returns where its best settings belong, unless it follows its sweep by itself."""
    best = None
    with run_list.framed(row) as (pictures, facts, controls):
        with pictures:
            _strip(row)
        with facts:
            if row.state == "running":
                st.fragment(run_every=POLL_SECONDS)(_follow)(row)
            else:
                best = _facts(row)
        with controls:
            _buttons(row)
    return best


def _strip(row: SweepRow) -> None:
    """The newest image of a few trainings, spread over the settings."""
    each = [[row.members[place] for place in places] for places in sweep_results.groups(row.members)]
    begun = [next((one for one in found if one.run and one.state != "skipped"), None) for found in each]
    begun = [member for member in begun if member is not None]
    drawn = []
    for place in spread(len(begun), THUMBNAILS).tolist():
        run = row.sweep.run_of(begun[place])
        with contextlib.suppress(GanlabError, OSError):  # deleted just now, or damaged
            images = thumbnails(run, 2)[1] if run else []
            drawn += [images[-1]] if len(images) else []
    if not drawn:
        st.caption("No images yet")
        return
    alt = f"The newest images of {len(drawn)} of its trainings, each with other settings"
    sheet(
        np.stack(drawn), len(drawn), alt if len(drawn) > 1 else "An image of one of its trainings", width=_wide(drawn)
    )


def _wide(drawn: Sequence[np.ndarray]) -> int:
    return THUMBNAIL_WIDTH * len(drawn)


def _facts(row: SweepRow) -> DeltaGenerator:
    seeds = many(len(row.seeds), "seed")
    values = [f"{name} {said}" for name, said in varied(row.sweep).items()]
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(row.title)}**", width="content")
            st.badge("Sweep", color="violet")
            st.badge(WORDS[row.state], color=STATE_COLOURS.get(row.state, "gray"))  # pyright: ignore
        st.caption(plain(" · ".join([done_in_words(row.members), *values, seeds, day(row.created)])))
        slot = st.empty()
        if (known := _best.get(row.sweep.path)) and known[0] == _changed(row.sweep):
            _write(slot, known[1])
        elif row.state == "running":
            _write(slot, find_best(row.sweep))
    return slot


def _follow(row: SweepRow) -> None:
    """The facts of a sweep at work; the whole page is drawn anew when its state changes."""
    try:
        now = row_of(SweepFolder(row.sweep.path))
    except GanlabError:  # deleted elsewhere
        st.rerun()
    if now.state != row.state:
        st.rerun()
    _facts(now)


def _changed(sweep: SweepFolder) -> int:
    """When the list of trainings was written last."""
    try:
        return (sweep.path / layout.MEMBERS).stat().st_mtime_ns
    except OSError:
        return 0


def find_best(sweep: SweepFolder) -> str:
    """Which settings have the best mean, in words; "" where that is not known. What was found is remembered until the
    list of trainings changes."""
    now = _changed(sweep)
    known = _best.get(sweep.path)
    if known is None or known[0] != now:
        try:
            known = now, _said(sweep_results.results(sweep), all(member.over for member in sweep.members))
        except Exception:  # whatever damaged files set off; the list goes on without
            known = now, ""
        _best[sweep.path] = known
    return known[1]


def _said(found: sweep_results.Results, over: bool) -> str:
    best, figure = found.best_setting, found.figure
    if best is None or figure is None:
        return ""
    summary = best.summary
    value = f"{figure.title} {sweep_results.written(figure, summary.mean)}"
    if len(found.settings) == 1:
        return f"{value} on average over {many(summary.n, 'seed')}" if summary.n > 1 else value
    seeds = f" on average over {many(summary.n, 'seed')}" if summary.n > 1 else ""
    return f"{'Best' if over else 'Best so far'}: {best.words} ({value}{seeds})"


def _write(slot: DeltaGenerator, best: str) -> None:
    if best:
        slot.caption(plain(best))


def fill(slots: dict[Path, DeltaGenerator | None]) -> None:
    """Says which settings are best in rows that are on the screen by now."""
    for path, slot in slots.items():
        with contextlib.suppress(GanlabError, OSError):  # a sweep may be deleted elsewhere at any moment
            if slot is not None:
                _write(slot, find_best(SweepFolder(path)))


def _buttons(row: SweepRow) -> None:
    open_button(row, "Open")
    st.button(
        "Results",
        key=f"results-{row.key}",
        help="Compare what came out with each of the settings.",
        on_click=list_filters.leave,
        kwargs={sweep_look.QUERY: row.key},
    )
    menu(row)


def open_button(row: SweepRow, words: str) -> None:
    """Leads to the trainings of a sweep."""
    if st.button(words, key=f"open-{row.key}", help="Show its trainings on the Train page."):
        sweep_look.open_sweep(row.key)


def menu(row: SweepRow) -> None:
    """What else can be done with a sweep, behind a button; nothing for guests of a class."""
    if is_guest():
        return
    popover = st.popover("More", key=f"more-{row.key}", on_change="rerun")
    if not popover.open:
        return
    with popover:
        st.caption(f"Folder {plain(str(row.sweep.path.relative_to(row.sweep.runs_folder)))}")
        if row.state == "running":
            st.caption("A sweep that is training cannot be deleted. To pause or stop it, open it.")
        else:
            _deleting(row)


def _deleting(row: SweepRow) -> None:
    runs = len(list(row.sweep.runs()))
    st.markdown(
        f"**Delete the sweep** removes what was asked for and how its trainings compare. Its {many(runs, 'run')} can "
        f"stay, each with a row of its own. Or delete for good all that they hold, which frees "
        f"{describe_size(row.size())}: images, curves, and networks."
    )
    if st.checkbox("I no longer need this sweep", key=f"delete-sure-{row.key}"):
        with st.container(horizontal=True):
            for words, with_runs in (("Delete, keep its runs", False), ("Delete with its runs", True)):
                st.button(words, key=f"{words}-{row.key}", on_click=_delete, args=(row, with_runs))


def _delete(row: SweepRow, with_runs: bool) -> None:
    """Does it once for a click, and keeps the answer for the page that is drawn next, which is the list."""
    try:
        count = len(list(row.sweep.runs()))
        delete_sweep(SweepFolder(row.sweep.path), with_runs)
    except GanlabError as error:
        st.session_state[ANSWER] = (row.key, False, plain(str(error)))
        return
    runs = f"with {many(count, 'run')}" if with_runs else f"and {many(count, 'run')} kept"
    st.session_state[ANSWER] = (row.key, True, plain(f"The sweep {row.title} ({row.key}) was deleted, {runs}."))
    st.query_params.pop(sweep_look.QUERY, None)
