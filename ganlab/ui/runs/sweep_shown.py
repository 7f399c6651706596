"""What is shown of a sweep's results, on their page and on paper: read once, with the colours and charts of both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ganlab import registry
from ganlab.evaluation import sweep_curves, sweep_results, sweep_tables
from ganlab.evaluation.sweep_curves import Curve
from ganlab.evaluation.sweep_results import Results, Setting
from ganlab.evaluation.sweep_tables import Trained
from ganlab.metrics.metric_catalog import Figure
from ganlab.registry import ModelSpec
from ganlab.runs import Run, describe_length, plane_pictures
from ganlab.ui.runs import sweep_charts
from ganlab.ui.runs.sweep_list import SweepRow
from ganlab.ui.shared.fields import select
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.theme import RUNS

PRINTED = "figures"  # in the address: the run or the sweep whose printable page is shown
MOST = len(RUNS)  # settings in colour
NOTHING_MEASURED = "No training is finished and measured yet."
OF_CURVES = (
    "Each thick line is the mean over the seeds of one combination of settings. Where some of its trainings ended "
    "earlier, it is the mean of those that went on."
)


@dataclass(frozen=True)
class Shown:
    """The results of the sweep in this row, by the metric that somebody chose, and all its trainings; the setting and
    the run of those that have recorded something; what the settings that vary are `called`, and the metrics that were
    measured; the trainings whose samples are shown, by what they are called; the colour and dash of the settings that
    have one, by their numbers, and the key of the field that says which these are, `asked`."""

    row: SweepRow
    spec: ModelSpec
    found: Results
    trained: Sequence[Trained]
    begun: Sequence[tuple[int, Run]]
    called: Mapping[str, str]
    figures: Sequence[Figure]
    examples: Mapping[str, Trained]
    looks: Mapping[int, tuple[str, str]]
    asked: str


def read(row: SweepRow) -> Shown:
    """Reads it, and draws the field for the metric that all of it goes by. Raises GanlabError."""
    config = row.sweep.config
    spec = registry.get(config.base.model)
    found = sweep_results.results(row.sweep, row.members)
    trained = sweep_tables.trainings(row.members, found.settings)
    figures = sweep_tables.figures_of(trained, found.figure)
    found = _by_the_chosen_metric(found, trained, figures)
    chosen = examples(found, trained)
    asked = f"sweep-shown-{row.key}-{found.figure.name if found.figure else ''}"
    looks = _looks(found.settings, chosen.values(), st.session_state.get(asked))
    called = sweep_results.labels(spec.knobs, config.vary)
    begun = [(one.setting, one.run) for one in trained if one.run is not None and one.run.done]
    return Shown(row, spec, found, trained, begun, called, figures, chosen, looks, asked)


def _by_the_chosen_metric(found: Results, trained: Sequence[Trained], figures: Sequence[Figure]) -> Results:
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


def over_settings(shown: Shown) -> tuple[dict[str, Any], str]:
    """The chart of the metric over the settings that vary, of which there are 1 to 3, and what is to be said of it."""
    settings, called, figure = shown.found.settings, shown.called, shown.found.figure
    vary = shown.row.sweep.config.vary
    assert figure
    if len(vary) == 1:
        ((name, label),) = called.items()
        words = "Each ring is one training. The vertical line is one standard deviation up and down from the mean."
        return sweep_charts.over_values(settings, name, label, figure), words
    if len(vary) == 2:
        words = (
            "The mean over the seeds; the lighter, the better. A combination without a number was not trained to its "
            "end."
        )
        return sweep_charts.heat_map(settings, called, vary, figure), words
    words = "Each line is one combination of settings: blue is better, orange is worse."
    return sweep_charts.parallel(settings, called, vary, figure), words


def curves_of(shown: Shown) -> list[Curve]:
    """The curves that can be drawn, the most telling one first."""
    figure = shown.found.figure
    return sweep_curves.curves_of(shown.spec, [run for _, run in shown.begun], figure and figure.name)


def curves(shown: Shown, curve: Curve, around: str) -> dict[str, Any]:
    """The chart of a curve of all settings, with what is `around` the means of those in colour."""
    settings = shown.found.settings
    at, values = sweep_curves.laid_over(curve, [run for _, run in shown.begun], sweep_charts.points(len(settings)))
    places: list[list[int]] = [[] for _ in settings]
    for place, (number, _) in enumerate(shown.begun):
        places[number].append(place)
    each = [values[found] for found in places]
    bands = [(one.words, sweep_curves.band(drawn), drawn) for one, drawn in zip(settings, each, strict=True)]
    return sweep_charts.curves(at, bands, shown.looks, around, curve.title, f"{shown.row.key} {curve.key}")


def points(shown: Shown) -> None:
    """Draws points in the plane, at the last moment that all trainings whose samples are shown have come to."""
    runs = {words: one.run for words, one in shown.examples.items() if one.run is not None and one.run.preview_count}
    if not runs:
        st.caption("No points yet.")
        return
    moment = min(int(run.preview_iterations()[-1]) for run in runs.values())
    for column, (title, run) in zip(st.columns(len(runs)), runs.items(), strict=True):
        (at, *_), pictures = plane_pictures.pictures(run, 1, moment, moment)
        column.markdown(f"**{plain(title)}**")
        words = f"After {describe_length(int(at))}"
        column.image(pictures[0], words, "stretch", alt=f"Points of {title}. {words}", output_format="PNG")
