"""More trainings for a sweep, asked for where its results are read: more seeds, and what was skipped."""

from collections.abc import Sequence

import streamlit as st

from ganlab.jobs import Request, sweep_additions, worker
from ganlab.jobs.sweep_course import Work, paces_of, seconds_of
from ganlab.jobs.sweeps import reopen_sweep
from ganlab.runs.sweep_records import MOST_TRAININGS, SweepMember
from ganlab.training.waiting import about
from ganlab.ui.runs.sweep_shown import Shown
from ganlab.ui.shared import sweep_look
from ganlab.ui.shared.formatting import listed, many, plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.problems import show_errors

USUAL = 2  # more seeds


def show(shown: Shown) -> None:
    """The buttons; nothing while the sweep is at work, and for guests."""
    row = shown.row
    if row.state == "running" or is_guest():
        return
    skipped = any(member.state == "skipped" for member in row.members)
    with st.container(horizontal=True, vertical_alignment="center"):
        menu = st.popover("Add seeds", key="add-seeds", on_change="rerun")
        if menu.open:
            with menu:
                _seeds(shown)
        if skipped and not row.sweep.config.stops_early:
            help = "Trains what was left out after all. What had begun goes on from where it was."
            if st.button("Train the skipped", key="train-skipped", help=help):
                _begin(shown, skipped=True)


def _seeds(shown: Shown) -> None:
    """How many more, what becomes of that, and the start; or why there can be none."""
    row, settings = shown.row, shown.found.settings
    if row.sweep.config.stops_early:
        st.caption(plain(sweep_additions.why_not(row.sweep.config)))
        return
    most = (MOST_TRAININGS - len(row.members)) // len(settings)
    if most < 1:
        st.caption(f"A sweep has {MOST_TRAININGS:,} trainings at most, so no seed can be added to this one.")
        return
    count = int(st.number_input("More seeds for each setting", 1, most, min(USUAL, most), key="more-seeds"))
    seeds = sweep_additions.next_seeds(str(count), row.members)
    members = sweep_additions.with_seeds(row.sweep.config, row.members, seeds)
    added = members[len(row.members) :]
    also = " What is left of the others comes first." if any(not member.over for member in row.members) else ""
    also += " What failed is tried again." if any(member.state == "failed" for member in row.members) else ""
    seconds = _seconds(shown, added)
    time = "" if seconds is None else f", about {about(seconds)} here"
    named = f"the seed{'' if count == 1 else 's'} {listed(map(str, seeds))}"
    words = f"**{many(len(added), 'more training')}{time}**, with {named}. What is finished stays as it is.{also}"
    st.markdown(words)
    if st.button(f"Train {len(added):,} more", type="primary", key="train-more"):
        _begin(shown, seeds)


def _seconds(shown: Shown, added: Sequence[SweepMember]) -> float | None:
    """About how long these take here; None where that is not known. Each is as long as another of its setting."""
    lengths = {}
    for setting in shown.found.settings:
        known = (run.total for run in setting.runs if run is not None)
        lengths[repr(setting.values)] = next(known, 0)
    work = [Work(place, 1.0, lengths[repr(member.values)]) for place, member in enumerate(added)]
    if not all(one.iterations for one in work):
        return None
    return seconds_of(work, paces_of(Request(**dict(shown.row.sweep.config.base)), added))


def _begin(shown: Shown, seeds: Sequence[int] = (), skipped: bool = False) -> None:
    """Puts the sweep into the line and leaves for its page, or says why not."""
    with show_errors():
        worker.add(reopen_sweep(shown.row.sweep.path, seeds=seeds, skipped=skipped))
        sweep_look.open_sweep(shown.row.key)
