"""Two to four runs beside each other: samples at the same moment, curves, metrics, settings, and where each ended.

All of it comes from what the runs have on disk; nothing here needs TensorFlow.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.evaluation import comparison
from ganlab.evaluation.comparison import MOST, NONE, written
from ganlab.knobs import value_in_words
from ganlab.metrics import metric_catalog
from ganlab.runs import ACTIVE, Run, describe_length, plane_pictures, runs_folder
from ganlab.runs.plane_history import PlaneHistory
from ganlab.ui.shared import compare_selection, overlay_charts, sample_grids
from ganlab.ui.shared.fields import select
from ganlab.ui.shared.formatting import plain, span
from ganlab.ui.shared.overlay_charts import choose_by, saving
from ganlab.ui.shared.run_labels import title_of

# Metrics that the table of ends begins with; the others are folded away.
SHOWN = ("frechet", "coverage", "modes", "high_quality", "jensen_shannon")
READ = "Samples read as the class asked for"


def show(names: Sequence[str]) -> None:
    """The whole page."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Back to all runs", on_click=compare_selection.back)
    st.title("Compare runs", anchor=False)
    found, problems = comparison.find(names, runs_folder())
    for sentence in problems:
        st.warning(plain(sentence))
    if len(found) > MOST:
        st.warning(
            f"You can compare {MOST} runs at once. These are the first {MOST} of the {len(found)} that you chose."
        )
    found = comparison.by_age(found[:MOST])
    if len(found) < 2:
        st.info("It takes two runs to compare. Go back to all runs and tick two to four of them.")
    try:
        if found:
            _show(found)
    except (GanlabError, OSError):
        st.warning("One of these runs has just been deleted. Reload the page to see the others.")


def lettered(runs: Sequence[Run]) -> list[str]:
    """A title for each run that no other one has."""
    return [f"{letter}: {title_of(run)}" for letter, run in zip("ABCD", runs, strict=False)]


def _show(runs: Sequence[Run]) -> None:
    titles = lettered(runs)
    for sentence in comparison.remarks(runs, {run.path: title for run, title in zip(runs, titles, strict=True)}):
        st.caption(plain(sentence))
    if any(run.state in ACTIVE for run in runs):
        st.button("Show the latest", key="compare-latest", help="Read again what the runs have recorded.")
    by = choose_by("compare-by", any(run.done for run in runs))
    if len(runs) > 2:  # whose samples fill the width
        places = [st.container(), *st.columns(2, gap="large"), *st.columns(2, gap="large")]
    else:
        above, (left, right) = st.columns([1.5, 1], gap="large"), st.columns(2, gap="large")
        places = [*above, left, right, right]
    for place, part in zip(places, (_samples, _curves, _quality, _settings, _ends), strict=True):
        with place:
            part(runs, titles, by)


def _samples(runs: Sequence[Run], titles: Sequence[str], by: str) -> None:
    plane = [(run, title) for run, title in zip(runs, titles, strict=True) if run.config.points]
    others = [(run, title) for run, title in zip(runs, titles, strict=True) if not run.config.points]
    if plane:
        _points(plane)
    if not others:
        return
    st.header("Samples at the same moment", anchor=False)
    st.caption(
        "Drag the slider: each run shows the newest samples it had by then, always from the same latent numbers."
    )
    shown = [sample_grids.samples(run) for run, _ in others]
    sample_grids.show(shown, [title for _, title in others], by, key="compare-grids")


def _points(runs: Sequence[tuple[Run, str]]) -> None:
    """The newest moment of each run in the plane, under its title."""
    st.header("Points in the plane", anchor=False)
    for column, (run, title) in zip(st.columns(len(runs)), runs, strict=True):
        made = PlaneHistory(run).made
        column.markdown(f"**{plain(title)}**")
        if not made:
            column.caption("No points yet.")
            continue
        words = f"After {describe_length(made[-1])}"
        alt = f"Points of {title}. {words}"
        column.image(plane_pictures.last_picture(run), words, "stretch", alt=alt, output_format="PNG")


def _curves(runs: Sequence[Run], titles: Sequence[str], by: str) -> None:
    shared = comparison.curve_titles(runs)
    st.header("Curves", anchor=False)
    if not shared:
        st.caption("No two of these runs have recorded the same curve.")
        return
    name = select("Curve", shared, "compare-curve")
    drawn = overlay_charts.curve(runs, titles, name, by, shared[name])
    st.plotly_chart(drawn, key="compare-curves", config=saving(shared[name]))
    without = [title for run, title in zip(runs, titles, strict=True) if name not in run.curves or not run.done]
    if without:
        st.caption(plain(f"Without this curve: {', '.join(without)}."))


def _quality(runs: Sequence[Run], titles: Sequence[str], by: str) -> None:
    st.header("How good the samples are", anchor=False)
    kept = {figure.name: figure for figure in comparison.measured(runs)}
    if not kept:
        st.caption(
            "None of these runs has kept metrics, numbers that say how good samples are. They are measured while a GAN "
            "trains long enough; of a run that is over, press Measure on its page."
        )
        return
    titles_of = {name: figure.title for name, figure in kept.items()}
    name = select("Metric", titles_of, "compare-figure")
    drawn = overlay_charts.figure(runs, titles, kept[name], by)
    st.plotly_chart(drawn, key="compare-quality", config=saving(titles_of[name]))
    st.caption(kept[name].help + (" The dotted line is what real images get." if kept[name].beside else ""))
    if words := comparison.of_what(runs):
        st.caption(plain(words))
    measured = [comparison.figures(run) for run in runs]
    without = [title for (at, of), title in zip(measured, titles, strict=True) if name not in of or not len(at)]
    if without:
        st.caption(plain(f"Without this metric: {', '.join(without)}."))


def _settings(runs: Sequence[Run], titles: Sequence[str], by: str) -> None:
    st.header("Settings that differ", anchor=False)
    differ = comparison.differences(runs)
    if not differ:
        st.caption("None: these runs were started with the same settings.")
        return
    _table([[name, *map(_written, values)] for name, values in differ.items()], "Setting", titles)


def _ends(runs: Sequence[Run], titles: Sequence[str], by: str) -> None:
    """The few numbers that matter, with a word on what is good; the others are folded away."""
    st.header("Where each ended", anchor=False)
    each = [comparison.ends(run) for run in runs]
    known = metric_catalog.BY_NAME
    lines = [
        ["Iterations", *(f"{end['iterations']:,}" for end in each), ""],
        ["Time spent training", *(span(end["seconds"]) for end in each), ""],
    ]
    for name in SHOWN:
        if any(name in end["quality"] for end in each):
            values = [written(name, end["quality"].get(name)) for end in each]
            lines.append([known[name].title, *values, _good(known[name], each)])
    read, drawn = zip(*(comparison.shares_read(run) for run in runs), strict=True)
    for shares, how in ((read, "faint ground made black"), (drawn, "as they were drawn")):
        if any(share is not None for share in shares):
            lines.append([f"{READ}, {how}", *(written("class_", share) for share in shares), "high"])
    if any(line[-1] for line in lines):
        _table(lines, "At the end", [*titles, "What is good"])
    else:
        _table([line[:-1] for line in lines], "At the end", titles)
    if any(share is not None for share in drawn):
        st.caption("A grey ground too faint to notice can make the classifier read another digit in samples as drawn.")
    everything = [
        [metric.title, *(metric_catalog.written_beside(metric.name, end["quality"]) for end in each)]
        for metric in (*metric_catalog.SAMPLES, *metric_catalog.PLANE)
        if any(metric.name in end["quality"] for end in each)
    ]
    curves = [end["curves"] for end in each]
    everything += [
        [title, *(written(name, found.get(name)) for found in curves)]
        for name, title in comparison.all_curve_titles(runs).items()
        if any(name in found for found in curves)
    ]
    if not everything:
        return
    with st.expander("All numbers", key="compare-all"):
        _table(everything, "At the end", titles)
        over = sorted({end["averaged_over"] for end in each if end["curves"]})
        if over:
            words = " or ".join(f"{number:,}" for number in over)
            st.caption(f"Losses and other curves are means of the last {words} iterations.")


def _good(metric: metric_catalog.Figure, each: Sequence[dict[str, Any]]) -> str:
    """What is good, and what real images get."""
    floors = [end["quality"][metric.beside] for end in each if metric.beside in end["quality"]]
    beside = f"; real images get {written(metric.name, floors[0])}" if floors else ""
    return f"{metric.good or ''}{beside}"


def _table(lines: Sequence[Sequence[str]], head: str, titles: Sequence[str]) -> None:
    heads = [head, *titles]
    st.table([{plain(name): plain(cell) for name, cell in zip(heads, line, strict=True)} for line in lines])


def _written(value: Any) -> str:
    return NONE if value is None else value_in_words(value)
