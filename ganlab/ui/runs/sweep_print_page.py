"""The printable page of a sweep: what was asked, what came out, and whether that is more than chance."""

from typing import Any

import numpy as np
import streamlit as st

from ganlab.errors import GanlabError
from ganlab.evaluation import sweep_results, sweep_tables
from ganlab.evaluation.sweep_curves import LOSSES, Curve
from ganlab.evaluation.sweep_tables import Trained
from ganlab.knobs import value_in_words
from ganlab.metrics.metric_catalog import Figure
from ganlab.runs import Run, describe_length, runs_folder
from ganlab.runs.sweep_records import MOST_TRAININGS
from ganlab.runs.sweeps import resolve_sweep
from ganlab.ui.runs import print_charts, sweep_charts, sweep_list, sweep_shown
from ganlab.ui.runs.paper import figure, paper
from ganlab.ui.runs.sweep_list import SweepRow
from ganlab.ui.runs.sweep_shown import Shown
from ganlab.ui.shared import sample_grids, sweep_look
from ganlab.ui.shared.formatting import day, listed, many, plain
from ganlab.ui.shared.pictures import sheet
from ganlab.ui.shared.run_states import STATES
from ganlab.ui.shared.sweep_labels import by, done_in_words, sweep_data, varied

MOST_ROWS = 40  # of the table
MOST_LOSSES = 2  # of which a chart each is drawn
MOST_SENTENCES = 12  # on trainings that did not come to their end
CHANCE = (
    "The best combination is compared with each other one: between which two numbers does the difference of their "
    "means lie in 95 of 100 cases? If 0 is not between them, the difference is more than the seeds' own. Among many "
    "combinations, some difference will look so by chance."
)


def show(name: str) -> None:
    """All of it, below what is only for the screen."""
    try:
        row = sweep_list.row_of(resolve_sweep(name, runs_folder()))
        with st.container(key="screen"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button("Back to the results", on_click=_back, args=(row.key,))
                st.caption("To print this page, or save it as a PDF: Ctrl+P, on a Mac Command+P.")
            shown = sweep_shown.read(row)
        with paper():
            _show(shown)
    except GanlabError as error:
        st.error(plain(str(error)))
    except OSError:
        st.error("This sweep, or one of its runs, has just been deleted. Reload the page.")


def _back(name: str) -> None:
    st.query_params.from_dict({sweep_look.QUERY: name})


def _show(shown: Shown) -> None:
    st.title(plain(shown.row.title), anchor=False)
    _asked(shown)
    _answer(shown)
    _over_settings(shown)
    _curves(shown)
    _table(shown)
    _samples(shown)
    _not_ended(shown)


def _asked(shown: Shown) -> None:
    """What is trained, what varies, and what all trainings have in common."""
    row, spec = shown.row, shown.spec
    config = row.sweep.config
    st.caption(plain(f"Sweep {row.key} · {STATES[row.state]}, {done_in_words(row.members)} · {day(config.created)}"))
    lines = [f"{spec.summary} From {spec.source.title}, {spec.source.chapter} ({spec.source.year})."]
    seeds = f"{many(len(row.seeds), 'seed')} ({', '.join(map(str, row.seeds))})"
    values = [f"{label} {said}" for label, said in varied(row.sweep, MOST_TRAININGS).items()]
    drawn = f" Of these combinations, {config.sample} were drawn at random." if config.sample else ""
    lines.append(f"**What varies.** {plain('; '.join([*values, seeds]))}.{drawn}")
    lines.append(f"**What is the same.** {plain(_the_same(row, shown))}.")
    if config.stops_early:
        rounds = listed(f"{length:,}" for length in config.lengths[:-1])
        lines.append(f"**Stopped early.** The worse half of the settings that were left, after {rounds} iterations.")
    st.markdown("\n\n".join(lines))


def _the_same(row: SweepRow, shown: Shown) -> str:
    base, knobs = row.sweep.config.base, shown.spec.knobs
    fixed = sweep_results.labels(knobs, {name: value for name, value in base.values.items() if name != "iterations"})
    lengths = set(row.sweep.config.lengths[-1:]) or {one.run.total for one in shown.trained if one.run}
    return "; ".join(
        [
            sweep_data(row.sweep),
            *([f"preset {base.preset or next(iter(shown.spec.presets))}"] if "preset" not in shown.called else []),
            *(f"{sweep_results.within(label)} {value_in_words(base.values[name])}" for name, label in fixed.items()),
            *([describe_length(lengths.pop())] if len(lengths) == 1 else []),
            f"computed in {base.precision}",
        ]
    )


def _answer(shown: Shown) -> None:
    """The metric, and which differences are more than chance."""
    found = shown.found
    st.header("More than chance?", anchor=False)
    st.markdown(plain(found.verdict))
    if found.figure:
        compared = f" {CHANCE}" if len(found.settings) > 1 else ""
        st.caption(plain(f"{found.figure.title}: {found.figure.help}{compared}"))


def _over_settings(shown: Shown) -> None:
    found, varied = shown.found, len(shown.called)
    if not found.figure or not varied or not any(setting.summary.n for setting in found.settings):
        return
    chart, words = sweep_shown.over_settings(shown)
    if varied == 3:
        chart = print_charts.parallel(chart["data"][0])
        words = "Each line is one combination of settings: the darker, the better."
    else:
        chart = print_charts.on_paper(chart)
    figure("over", f"{found.figure.title} by {by(shown.called.values())}", chart, words)


def _curves(shown: Shown) -> None:
    """What decides, and the first losses: each a chart."""
    grey = " The other combinations are grey." if len(shown.looks) < len(shown.found.settings) else ""
    words = f"{sweep_shown.OF_CURVES} The bands are from the lowest to the highest of the seeds.{grey}"
    for number, curve in enumerate(_telling(sweep_shown.curves_of(shown), shown)):
        chart = print_charts.on_paper(sweep_shown.curves(shown, curve, sweep_charts.RANGE))
        figure(f"curve-{curve.name}", curve.title, chart, "" if number else words)


def _telling(known: list[Curve], shown: Shown) -> list[Curve]:
    name = shown.found.figure and shown.found.figure.name
    seldom = [curve for curve in known if curve.source != LOSSES and curve.name == name]
    return seldom + [curve for curve in known if curve.source == LOSSES][:MOST_LOSSES]


def _table(shown: Shown) -> None:
    """The settings, the best first, by the metric that decides alone."""
    found = shown.found
    if not found.figure:
        return
    rows = sweep_tables.table(shown.called, found, shown.trained, [found.figure])
    ranked = sweep_results.ranked(found)
    st.header("What each combination came to", anchor=False)
    st.table([_in_words(rows[place], found.figure, shown) for place in ranked[:MOST_ROWS]])
    left = len(rows) - MOST_ROWS
    more = f" Of {left:,} more, each training is in the CSV file of the results." if left > 0 else ""
    st.caption(
        f"The best first.{more} {found.figure.title} of finished trainings, after their last iteration: the mean and "
        "the standard deviation (how far the seeds are apart)."
    )


def _in_words(row: dict[str, Any], figure: Figure, shown: Shown) -> dict[str, str]:
    """A row of the table as it is read on paper."""
    varied = shown.called.values()
    shorter = {sweep_tables.mean_of(figure): "Mean", sweep_tables.spread_of(figure): "Standard deviation"}
    found = {}
    for name, value in row.items():
        if name in shorter:
            found[shorter[name]] = sweep_results.written(figure, value)
        else:
            found[name] = value_in_words(value) if name in varied else str(value)
    return found


def _samples(shown: Shown) -> None:
    """Those of the best training, one in the middle and the worst, after as many iterations as all of them have."""
    runs = {words: one for words, one in shown.examples.items() if one.run is not None}
    if not runs:
        return
    with st.container(key="figure-samples"):
        st.header("Samples at the same iteration", anchor=False)
        if any(one.run and one.run.config.points for one in runs.values()):
            sweep_shown.points(shown)
            return
        moment = min(_newest(one.run) for one in runs.values() if one.run)
        for column, (words, one) in zip(st.columns(len(runs)), runs.items(), strict=True):
            with column:
                _sheet(shown, words, one, moment)


def _newest(run: Run) -> int:
    """After how many iterations the newest samples were drawn."""
    return int(run.preview_iterations()[-1]) if run.preview_count else run.done


def _sheet(shown: Shown, words: str, one: Trained, moment: int) -> None:
    assert one.run
    drawn = sample_grids.samples(one.run)
    until = [place for place, iteration in enumerate(drawn.iterations.tolist()) if iteration <= moment]
    if not until:
        st.caption(plain(f"{words}: no samples yet."))
        return
    iteration = describe_length(int(drawn.iterations[until[-1]]))
    figure, value = shown.found.figure, ""
    if figure and np.isfinite(one.value(figure)):
        value = f" {figure.title} at its end: {sweep_results.written(figure, one.value(figure))}."
    said = plain(f"{words}, after {iteration}.{value}")
    sheet(drawn.images[until[-1]], drawn.columns, said, said)


def _not_ended(shown: Shown) -> None:
    sentences = sweep_tables.not_ended(shown.trained, shown.found.settings)
    if sentences:
        st.header("Trainings that did not come to their end", anchor=False)
        left = len(sentences) - MOST_SENTENCES
        more = [f"- And {left} more, each with its reason in the CSV file of the results."] if left > 0 else []
        st.markdown("\n".join([*(f"- {plain(sentence)}" for sentence in sentences[:MOST_SENTENCES]), *more]))
