"""Two to four runs beside each other: samples at the same moment, curves, figures of merit, settings, and their ends.

All of it comes from what the runs have on disk; nothing here needs TensorFlow.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ganlab import comparison, quality
from ganlab.comparison import MOST
from ganlab.errors import GanlabError
from ganlab.runs import Run, layout, runs_folder
from ganlab.ui import grids, ticked, versus
from ganlab.ui.library import title_of
from ganlab.ui.words import plain, span

NONE = "–"


def show(names: Sequence[str]) -> None:
    """The whole page."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Back to all runs", on_click=ticked.back)
    st.title("Compare runs", anchor=False)
    found, problems = comparison.find(names, runs_folder())
    for sentence in problems:
        st.warning(plain(sentence))
    if len(found) > MOST:
        st.warning(f"{MOST} runs can be compared at once; these are the first {MOST} of {len(found)}.")
    found = found[:MOST]
    if len(found) < 2:
        st.info("It takes two runs to compare. Go back to all runs and tick two to four of them.")
    try:
        if found:
            _show(found)
    except (GanlabError, OSError):
        st.warning("One of these runs has just been deleted; reload the page to see the others.")


def lettered(runs: Sequence[Run]) -> list[str]:
    """A title for each run that no other one has."""
    return [f"{letter}: {title_of(run)}" for letter, run in zip("ABCD", runs, strict=False)]


def _show(runs: Sequence[Run]) -> None:
    titles = lettered(runs)
    for sentence in comparison.remarks(runs, {run.path: title for run, title in zip(runs, titles, strict=True)}):
        st.caption(plain(sentence))
    if any(run.state in layout.ACTIVE for run in runs):
        st.button("Show the latest", key="compare-latest", help="Reads again what the runs have recorded.")
    by = choose_by("compare-by", any(run.done for run in runs))
    _samples(runs, titles, by)
    left, right = st.columns(2, gap="large")
    with left:
        _curves(runs, titles, by)
    with right:
        _quality(runs, titles, by)
    _settings(runs, titles)
    _ends(runs, titles)


def saving(title: str) -> dict[str, Any]:
    """How Plotly shows a chart: with a single button, which saves it as a picture called so."""
    picture = {"format": "png", "filename": title, "scale": 2}
    return {"modeBarButtons": [["toImage"]], "displaylogo": False, "toImageButtonOptions": picture}


def choose_by(key: str, recorded: bool = True) -> str:
    """Whether runs are laid side by side by iterations or by seconds."""
    if not recorded:
        return "iterations"
    return st.segmented_control(
        "Compare by",
        list(versus.BY),
        format_func=versus.BY.__getitem__,
        default="iterations",
        required=True,
        key=key,
        bind="query-params",
        help="The same iteration asks which learns more from as many updates; the same second, which learns more in "
        "the same time on this machine.",
    )


def _samples(runs: Sequence[Run], titles: Sequence[str], by: str) -> None:
    st.subheader("Samples at the same moment", anchor=False)
    st.caption("Drag: every run shows the last samples that it kept until then, always from the same random numbers.")
    grids.show([grids.samples(run) for run in runs], titles, by, key="compare-grids")


def _curves(runs: Sequence[Run], titles: Sequence[str], by: str) -> None:
    shared = comparison.curve_titles(runs)
    st.subheader("Curves", anchor=False)
    if not shared:
        st.caption("There is no curve that two of these runs have recorded.")
        return
    name = st.selectbox("Curve", list(shared), format_func=shared.__getitem__, key="compare-curve", bind="query-params")
    st.plotly_chart(
        versus.curve(runs, titles, name, by, shared[name]), key="compare-curves", config=saving(shared[name])
    )
    without = [title for run, title in zip(runs, titles, strict=True) if name not in run.curves or not run.done]
    if without:
        st.caption(plain(f"Without this curve: {', '.join(without)}."))


def _quality(runs: Sequence[Run], titles: Sequence[str], by: str) -> None:
    st.subheader("How good the samples are", anchor=False)
    kept = {figure.name: figure for figure in comparison.measured(runs)}
    if not kept:
        st.caption(
            "None of these runs has kept figures of merit, numbers that say how good samples are. They are computed "
            "while a GAN trains."
        )
        return
    titles_of = {name: figure.title for name, figure in kept.items()}
    name = st.selectbox(
        "Figure of merit", list(kept), format_func=titles_of.__getitem__, key="compare-figure", bind="query-params"
    )
    drawn = versus.figure(runs, titles, kept[name], by)
    st.plotly_chart(drawn, key="compare-quality", config=saving(titles_of[name]))
    st.caption(f"{kept[name].help}{_floor_words(kept[name])}")
    of_what(runs)
    without = [
        title
        for run, title in zip(runs, titles, strict=True)
        if name not in comparison.figures(run)[1] or not len(comparison.figures(run)[0])
    ]
    if without:
        st.caption(plain(f"Without this figure: {', '.join(without)}."))


def of_what(runs: Sequence[Run]) -> None:
    """Says what figures of merit are of, and whether they compare."""
    words = comparison.of_what(runs)
    if words:
        st.caption(plain(words))


def _floor_words(figure: quality.Figure) -> str:
    return " The dotted line is what real images get." if figure.beside else ""


def _settings(runs: Sequence[Run], titles: Sequence[str]) -> None:
    st.subheader("Settings that differ", anchor=False)
    differ = comparison.differences(runs)
    if not differ:
        st.caption("None: these runs were started with the same settings.")
        return
    _table([[name, *(_written(value) for value in values)] for name, values in differ.items()], "Setting", titles)


def _ends(runs: Sequence[Run], titles: Sequence[str]) -> None:
    st.subheader("Where each ended", anchor=False)
    each = [comparison.ends(run) for run in runs]
    lines = [
        ["Iterations", *(f"{end['iterations']:,}" for end in each)],
        ["Time spent training", *(span(end["seconds"]) for end in each)],
    ]
    figures = {figure.name: figure.title for figure in quality.FIGURES}
    lines += _lines([end["quality"] for end in each], figures)
    lines += _lines([end["curves"] for end in each], comparison.all_curve_titles(runs))
    _table(lines, "At the end", titles)
    over = sorted({end["averaged_over"] for end in each if end["curves"]})
    if over:
        words = " or ".join(f"{number:,}" for number in over)
        st.caption(f"Losses and other curves are means of the last {words} iterations.")


def _lines(each: Sequence[dict[str, float]], titles: dict[str, str]) -> list[list[str]]:
    shown = [name for name in titles if any(name in found for found in each)]
    return [[titles[name], *(f"{found[name]:.4g}" if name in found else NONE for found in each)] for name in shown]


def _table(lines: Sequence[Sequence[str]], head: str, titles: Sequence[str]) -> None:
    heads = [head, *titles]
    st.table([{plain(name): plain(cell) for name, cell in zip(heads, line, strict=True)} for line in lines])


def _written(value: Any) -> str:
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)
