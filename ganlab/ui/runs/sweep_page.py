"""What came out of a sweep: which settings are better, by how much, and whether that is more than chance.

All of it comes from what the sweep and its runs have on disk; nothing here needs TensorFlow.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas
import streamlit as st

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.evaluation import sweep_curves, sweep_results, sweep_tables
from ganlab.evaluation.sweep_results import Results, Setting
from ganlab.evaluation.sweep_tables import Trained
from ganlab.metrics.metric_catalog import Figure
from ganlab.registry import ModelSpec
from ganlab.runs import describe_length, plane_pictures, runs_folder
from ganlab.runs.sweeps import resolve_sweep
from ganlab.ui.runs import run_list, sweep_charts, sweep_list
from ganlab.ui.runs.sweep_charts import AROUND
from ganlab.ui.runs.sweep_list import SweepRow
from ganlab.ui.shared import sample_grids, sweep_look
from ganlab.ui.shared.fields import IN_SESSION, download, segments, select
from ganlab.ui.shared.formatting import day, many, plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.overlay_charts import saving
from ganlab.ui.shared.run_pages import LAB, page_of
from ganlab.ui.shared.run_states import STATE_COLOURS, STATES
from ganlab.ui.shared.sweep_labels import by, done_in_words, varied
from ganlab.ui.shared.theme import RUNS

MOST = len(RUNS)  # settings in colour
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
    facts = [done_in_words(row.members), *values, drawn, many(len(config.seeds), "seed"), day(config.created), row.key]
    st.caption(plain(" · ".join(filter(None, facts))))
    if row.state == "running":
        st.button("Show the latest", key="sweep-latest", help="Read again what the trainings have recorded.")


def _show(row: SweepRow) -> None:
    spec = registry.get(row.sweep.config.base.model)
    found = sweep_results.results(row.sweep)
    members = row.sweep.members
    trained = sweep_tables.trainings(members, found.settings)
    figures = sweep_tables.figures_of(trained, found.figure)
    vary = row.sweep.config.vary
    called = sweep_results.labels(spec.knobs, vary)
    found = _chosen_metric(found, trained, figures)
    st.info(plain(found.verdict))
    chosen = examples(found, trained)
    asked = f"sweep-shown-{row.key}-{found.figure.name if found.figure else ''}"
    looks = _looks(found.settings, chosen.values(), st.session_state.get(asked))
    if found.figure and len(vary) in (1, 2):
        left, right = st.columns(2, gap="large")
        with left:
            _over_settings(found, called, vary)
        with right:
            _curves(row, spec, found, trained, looks, asked)
    else:
        if found.figure and len(vary) == 3:
            _over_settings(found, called, vary)
        _curves(row, spec, found, trained, looks, asked)
    _table(called, found, trained, figures)
    _samples(found.settings, chosen, looks)
    _not_ended(sweep_tables.not_ended(trained, found.settings))
    _trainings(row, called, trained, figures)


def _chosen_metric(found: Results, trained: Sequence[Trained], figures: Sequence[Figure]) -> Results:
    """The results by the metric that somebody chooses."""
    if len(figures) < 2:
        return found
    named = {figure.name: figure for figure in figures}
    name = select(
        "Compare by",
        {name: figure.title for name, figure in named.items()},
        "sweep-metric",
        help="The metric that all of this page goes by: a number that says how good samples are.",
        width=320,
    )
    st.caption(named[name].help)
    return sweep_results.compared(sweep_tables.measured_by(found.settings, trained, named[name]), named[name])


def examples(found: Results, trained: Sequence[Trained]) -> dict[str, Trained]:
    """The trainings whose samples are shown, by what they are called."""
    chosen = sweep_tables.examples(trained, found.figure)
    return {
        f"{place if found.figure else number + 1}: {found.settings[one.setting].words}, seed {one.member.seed}": one
        for number, (place, one) in enumerate(chosen.items())
    }


def _looks(
    settings: Sequence[Setting], chosen: Iterable[Trained], asked: Sequence[str] | None
) -> dict[int, tuple[str, str]]:
    """The colour and dash of settings by their numbers: of all where there are few, else of those of the chosen
    trainings, or of those that somebody has asked for, by their words."""
    if len(settings) <= MOST:
        shown = list(range(len(settings)))
    else:
        shown = list(dict.fromkeys(one.setting for one in chosen))
        if asked is not None:
            words = [setting.words for setting in settings]
            shown = [words.index(one) for one in asked if one in words]
    return dict(zip(shown, RUNS, strict=False))


def _over_settings(found: Results, called: Mapping[str, str], vary: Mapping[str, Sequence[Any]]) -> None:
    figure = found.figure
    assert figure
    st.header(f"{figure.title} by {by(called.values())}", anchor=False)
    if not any(setting.summary.n for setting in found.settings):
        st.caption("No training is finished and measured yet.")
        return
    if len(vary) == 1:
        ((name, label),) = called.items()
        drawn = sweep_charts.over_values(found.settings, name, label, figure)
        words = "Each ring is one training. The vertical line is one standard deviation up and down from the mean."
    elif len(vary) == 2:
        drawn = sweep_charts.heat_map(found.settings, called, vary, figure)
        words = (
            "The mean over the seeds; the lighter, the better. A combination without a number was not trained to its "
            "end."
        )
    else:
        drawn = sweep_charts.parallel(found.settings, called, vary, figure)
        words = (
            "Each line is one combination of settings: blue is better, orange is worse. Drag along an axis to see only "
            "the lines that pass there; click on the axis to see all again."
        )
    st.plotly_chart(drawn, key="map-sweep" if len(vary) == 2 else "sweep-over", config=saving(figure.title))
    st.caption(words)


def _curves(
    row: SweepRow,
    spec: ModelSpec,
    found: Results,
    trained: Sequence[Trained],
    looks: Mapping[int, tuple[str, str]],
    asked: str,
) -> None:
    """Of all settings; `asked` is the key of the field that says which are in colour."""
    st.header("Curves", anchor=False)
    settings = found.settings
    runs = [one.run for one in trained if one.run is not None and one.run.done]
    known = {curve.key: curve for curve in sweep_curves.curves_of(spec, runs, found.figure and found.figure.name)}
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
    if len(settings) > MOST:
        words = [setting.words for setting in settings]
        st.multiselect(
            "Settings in colour",
            words,
            [words[number] for number in looks],
            key=asked,
            max_selections=MOST,
            help="Those of the samples below, until you choose others. The means of all others are grey.",
            **IN_SESSION,
        )
    curve = known[key]
    at, values = sweep_curves.laid_over(curve, runs, sweep_charts.points(len(settings)))
    numbers = [one.setting for one in trained if one.run is not None and one.run.done]
    bands = []
    for number, setting in enumerate(settings):
        each = values[[place for place, of in enumerate(numbers) if of == number]]
        bands.append((setting.words, sweep_curves.band(each), each))
    drawn = sweep_charts.curves(at, bands, looks, around, curve.title, f"{row.key} {key}")
    st.plotly_chart(drawn, key="sweep-curves", config=saving(curve.title))
    st.caption(
        "Each thick line is the mean over the seeds of one combination of settings. Where some of its trainings ended "
        "earlier, it is the mean of those that went on."
    )


def _table(called: Mapping[str, str], found: Results, trained: Sequence[Trained], figures: Sequence[Figure]) -> None:
    st.header("What each combination came to", anchor=False)
    chosen = [figure for figure in figures if figure == found.figure]
    others = [figure for figure in figures if figure != found.figure]
    rows = sweep_tables.table(called, found, trained, chosen + others)
    st.dataframe(
        _frame(rows),
        key="sweep-table",
        hide_index=True,
        column_config=_settings_columns(called, rows)
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


def _samples(settings: Sequence[Setting], chosen: Mapping[str, Trained], looks: Mapping[int, tuple[str, str]]) -> None:
    runs = {words: one.run for words, one in chosen.items() if one.run is not None}
    if not runs:
        return
    st.header("Samples at the same iteration", anchor=False)
    if any(run.config.points for run in runs.values()):
        _points(chosen)
        return
    st.caption("Drag the slider: each training shows the newest samples it had by then.")
    sample_grids.show(
        [sample_grids.samples(run) for run in runs.values()],
        list(runs),
        "iterations",
        key="sweep-grids",
        looks=[looks.get(one.setting, NO_COLOUR) for one in chosen.values()],
    )


def _points(chosen: Mapping[str, Trained]) -> None:
    """Points in the plane, at the last moment that all of these trainings have come to."""
    runs = {words: one.run for words, one in chosen.items() if one.run is not None and one.run.preview_count}
    if not runs:
        st.caption("No points yet.")
        return
    moment = min(int(run.preview_iterations()[-1]) for run in runs.values())
    for column, (title, run) in zip(st.columns(len(runs)), runs.items(), strict=True):
        (at, *_), pictures = plane_pictures.pictures(run, 1, moment, moment)
        column.markdown(f"**{plain(title)}**")
        words = f"After {describe_length(int(at))}"
        column.image(pictures[0], words, "stretch", alt=f"Points of {title}. {words}", output_format="PNG")


def _not_ended(sentences: Sequence[str]) -> None:
    if sentences:
        st.header("Trainings that did not come to their end", anchor=False)
        for sentence in sentences[:MOST_SENTENCES]:
            st.markdown(f"- {plain(sentence)}")
        if len(sentences) > MOST_SENTENCES:
            with st.expander(f"{len(sentences) - MOST_SENTENCES} more"):
                st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences[MOST_SENTENCES:]))


def _trainings(row: SweepRow, called: Mapping[str, str], trained: Sequence[Trained], figures: Sequence[Figure]) -> None:
    """All of them, folded away, with a way to each run; and as a file."""
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
        f"{row.key}.csv",
        key="sweep-csv",
    )
