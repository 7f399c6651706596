"""What came out of a sweep: which settings are better, by how much, and whether that is more than chance.

All of it comes from what the sweep and its runs have on disk; nothing here needs TensorFlow.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas
import streamlit as st

from ganlab.errors import GanlabError
from ganlab.evaluation import sweep_curves, sweep_tables
from ganlab.metrics.metric_catalog import Figure
from ganlab.runs import runs_folder
from ganlab.runs.sweeps import resolve_sweep
from ganlab.ui.runs import run_list, sweep_charts, sweep_list, sweep_more, sweep_shown
from ganlab.ui.runs.sweep_charts import AROUND
from ganlab.ui.runs.sweep_list import SweepRow
from ganlab.ui.runs.sweep_shown import MOST, Shown
from ganlab.ui.shared import sample_grids, sweep_look
from ganlab.ui.shared.fields import IN_SESSION, download, segments, select
from ganlab.ui.shared.formatting import day, many, plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.overlay_charts import saving
from ganlab.ui.shared.run_pages import LAB, page_of
from ganlab.ui.shared.run_states import STATE_COLOURS, STATES
from ganlab.ui.shared.sweep_labels import by, done_in_words, varied

NO_COLOUR = (sweep_charts.OTHERS, "solid")
MOST_SENTENCES = 6  # on trainings that did not come to their end; others are folded away
STATE_WORDS = {"planned": "not begun", "begun": "begun", sweep_tables.DELETED: "run deleted"}


def show(name: str) -> None:
    """The whole page."""
    head = st.container(horizontal=True, vertical_alignment="center")
    head.button("Back to all runs", on_click=back)
    try:
        row = sweep_list.row_of(resolve_sweep(name, runs_folder()))
        _heading(row)
        run_list.answer(row)
        with head:
            sweep_list.open_button(row, "Open the sweep")
            st.button(
                "Printable page",
                key="print-sweep",
                help="What came out of this sweep on one page, for paper or as a PDF.",
                on_click=st.query_params.from_dict,
                args=({sweep_shown.PRINTED: row.key},),
            )
            sweep_list.menu(row)
        _show(row)
    except GanlabError as error:
        st.error(plain(str(error)))
    except OSError:
        st.error("This sweep, or one of its runs, has just been deleted. Reload the page.")


def back() -> None:
    """Leads to the list."""
    st.query_params.pop(sweep_look.QUERY, None)


def _heading(row: SweepRow) -> None:
    config = row.sweep.config
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(plain(row.title), anchor=False, width="content")
        st.badge(STATES[row.state], color=STATE_COLOURS.get(row.state, "gray"))  # pyright: ignore
    values = [f"{label} {said}" for label, said in varied(row.sweep).items()]
    drawn = f"{config.sample} combinations drawn at random" if config.sample else ""
    facts = [done_in_words(row.members), *values, drawn, many(len(row.seeds), "seed"), day(config.created), row.key]
    st.caption(plain(" · ".join(filter(None, facts))))
    if row.state == "running":
        st.button("Show the latest", key="sweep-latest", help="Read again what the trainings have recorded.")


def _show(row: SweepRow) -> None:
    shown = sweep_shown.read(row)
    found, vary = shown.found, row.sweep.config.vary
    st.info(plain(found.verdict))
    sweep_more.show(shown)
    if found.figure and len(vary) in (1, 2):
        left, right = st.columns(2, gap="large")
        with left:
            _over_settings(shown)
        with right:
            _curves(shown)
    else:
        if found.figure and len(vary) == 3:
            _over_settings(shown)
        _curves(shown)
    _table(shown)
    _samples(shown)
    _not_ended(sweep_tables.not_ended(shown.trained, found.settings))
    _trainings(shown)


def _over_settings(shown: Shown) -> None:
    figure = shown.found.figure
    assert figure
    st.header(f"{figure.title} by {by(shown.called.values())}", anchor=False)
    if not any(setting.summary.n for setting in shown.found.settings):
        st.caption(sweep_shown.NOTHING_MEASURED)
        return
    drawn, words = sweep_shown.over_settings(shown)
    varied = len(shown.called)
    if varied == 3:
        words += " Drag along an axis to see only the lines that pass there; click on the axis to see all again."
    st.plotly_chart(drawn, key="map-sweep" if varied == 2 else "sweep-over", config=saving(figure.title))
    st.caption(words)


def _curves(shown: Shown) -> None:
    st.header("Curves", anchor=False)
    known = {curve.key: curve for curve in sweep_shown.curves_of(shown)}
    if not known:
        st.caption("No training has recorded anything yet.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = select("Curve", sweep_curves.titles(list(known.values())), "sweep-curve", width=320)
        around = segments(
            "Around the mean",
            AROUND,
            sweep_charts.RANGE,
            "sweep-around",
            format_func=AROUND.__getitem__,
            label_visibility="visible",
        )
    settings = shown.found.settings
    if len(settings) > MOST:
        words = [setting.words for setting in settings]
        st.multiselect(
            "Settings in colour",
            words,
            [words[number] for number in shown.looks],
            key=shown.asked,
            max_selections=MOST,
            help="Those of the samples below, until you choose others. The means of all others are grey.",
            **IN_SESSION,
        )
    st.plotly_chart(sweep_shown.curves(shown, known[key], around), key="sweep-curves", config=saving(known[key].title))
    st.caption(sweep_shown.OF_CURVES)


def _table(shown: Shown) -> None:
    st.header("What each combination came to", anchor=False)
    found, figures = shown.found, shown.figures
    chosen = [figure for figure in figures if figure == found.figure]
    others = [figure for figure in figures if figure != found.figure]
    rows = sweep_tables.table(shown.called, found, shown.trained, chosen + others)
    st.dataframe(
        _frame(rows),
        key="sweep-table",
        hide_index=True,
        column_config=_settings_columns(shown.called, rows)
        | {name: column for figure in figures for name, column in _columns(figure).items()},
        height="content" if len(rows) <= 12 else 460,
    )
    st.caption(
        "Of finished trainings, after their last iteration. The mean and the standard deviation (how far the seeds are "
        "apart) of each metric; a click on a column's head sorts by it."
    )


def _columns(figure: Figure) -> dict[str, Any]:
    number = "percent" if figure.share else "%.4g"
    return {
        sweep_tables.mean_of(figure): st.column_config.NumberColumn(format=number, help=figure.help),
        sweep_tables.spread_of(figure): st.column_config.NumberColumn(format=number),
    }


def _settings_columns(called: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How the values of settings are written: numbers with six digits where they have as many."""
    numbers = [label for label in called.values() if any(isinstance(row[label], float) for row in rows)]
    return {label: st.column_config.NumberColumn(format="%.6g") for label in numbers}


def _frame(rows: Sequence[Mapping[str, Any]]) -> pandas.DataFrame:
    """Rows as a table that sorts; a column with values of several kinds, such as numbers and words, as words."""
    frame = pandas.DataFrame(rows)
    for name in frame.columns:
        kinds = {type(row[name]) for row in rows if row[name] is not None}
        if len(kinds) > 1 and not kinds <= {int, float}:
            frame[name] = [None if row[name] is None else str(row[name]) for row in rows]
    return frame


def _samples(shown: Shown) -> None:
    runs = {words: one.run for words, one in shown.examples.items() if one.run is not None}
    if not runs:
        return
    st.header("Samples at the same iteration", anchor=False)
    if any(run.config.points for run in runs.values()):
        sweep_shown.points(shown)
        return
    st.caption("Drag the slider: each training shows the newest samples it had by then.")
    sample_grids.show(
        [sample_grids.samples(run) for run in runs.values()],
        list(runs),
        "iterations",
        key="sweep-grids",
        looks=[shown.looks.get(one.setting, NO_COLOUR) for one in shown.examples.values()],
    )


def _not_ended(sentences: Sequence[str]) -> None:
    if sentences:
        st.header("Trainings that did not come to their end", anchor=False)
        for sentence in sentences[:MOST_SENTENCES]:
            st.markdown(f"- {plain(sentence)}")
        if len(sentences) > MOST_SENTENCES:
            with st.expander(f"{len(sentences) - MOST_SENTENCES} more"):
                st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences[MOST_SENTENCES:]))


def _trainings(shown: Shown) -> None:
    """All of them, folded away, with a way to each run; and as a file."""
    called, trained, figures = shown.called, shown.trained, shown.figures
    with st.expander(f"All {many(len(trained), 'training')}", key="sweep-trainings"):
        rows = []
        for one in trained:
            line: dict[str, Any] = {label: one.member.values.get(name) for name, label in called.items()}
            line |= {"Seed": one.member.seed, "State": STATE_WORDS.get(one.state, one.state)}
            line |= {"Iterations": one.member.iterations}
            line |= {figure.title: one.figures.get(figure.name) for figure in figures}
            where = "lab" if one.run and page_of(one.run) == LAB else "train"
            line["Run"] = f"/{where}?run={one.member.run}" if one.run else None
            rows.append(line)
        kinds = {figure.title: _columns(figure)[sweep_tables.mean_of(figure)] for figure in figures}
        link = st.column_config.LinkColumn(display_text="Open", help="Opens the run in another tab.")
        st.dataframe(
            _frame(rows),
            key="sweep-members",
            hide_index=True,
            column_config={**_settings_columns(called, rows), **kinds, "Run": link},
        )
    if is_guest():
        return
    download(
        "Download all trainings as CSV",
        sweep_tables.members_csv(list(called), trained).encode(),
        f"{shown.row.key}.csv",
        key="sweep-csv",
    )
