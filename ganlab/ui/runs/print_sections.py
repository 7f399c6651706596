"""What a chapter shows of a network that reads or repairs, on the printable page of a run."""

import numpy as np
import streamlit as st

from ganlab import data, registry
from ganlab.evaluation.comparison import written
from ganlab.models._common import REPAIR_CURVES
from ganlab.runs import Run, describe_length
from ganlab.ui.shared import digit_row
from ganlab.ui.shared.charts import spread
from ganlab.ui.shared.formatting import name_of
from ganlab.ui.shared.pictures import sheet
from ganlab.ui.shared.run_labels import spec_of

TRIPLES = 4  # in a row: original, damaged, repaired
MOST_SHEETS, MOST_ROWS = 6, 12  # after epochs


def show(run: Run) -> None:
    """Nothing for other architectures, and nothing of what a run has not kept."""
    spec = spec_of(run)
    if spec is None or spec.places_are == "plane":
        return
    _accuracies(run, spec)
    _ten(run, spec)
    if spec.places_are == "repaired":
        _threes(run, spec)


def _accuracies(run: Run, spec: registry.ModelSpec) -> None:
    """The shares that are read correctly after each epoch."""
    iterations, values = run.validation()
    titles = {curve.name: curve.title for curve in (*spec.curves, *REPAIR_CURVES)}
    columns = {name: at for at, name in enumerate(run.config.validation) if name.startswith("accuracy")}
    if not len(iterations) or not columns or not np.isfinite(values[:, list(columns.values())]).any():
        return
    with st.container(key="figure-accuracies"):
        st.header("Read correctly", anchor=False)
        st.table(
            [
                {
                    "Epoch": str(row + 1),
                    "Iterations": f"{iterations[row]:,}",
                    **{titles[name]: written(name, float(values[row, at])) for name, at in columns.items()},
                }
                for row in spread(len(iterations), MOST_ROWS).tolist()
            ]
        )
        st.caption(
            "The share of images that it reads correctly, among images that it does not learn from."
            if spec.places_are == "read"
            else "The share of test images that a classifier reads correctly. The classifier comes with ganlab and has "
            "no part in the training."
        )


def _ten(run: Run, spec: registry.ModelSpec) -> None:
    """Ten test images with what they show and what is read in them."""
    reals, labels, read, newest = run.reals(), run.labels(), run.places(), run.preview()
    if newest is None:
        return
    count = min(len(reals), len(labels), len(read))
    panels = []
    if spec.places_are == "repaired":
        panels = np.split(newest[1], len(spec.panels))
        count = min(count, spec.panels[0].count)
    if not count:
        return
    names = data.class_names_of(run.config)

    def reading(when: str, best: int, label: int, sure: float | None = None) -> digit_row.Reading:
        return digit_row.Reading(when, name_of(names, best), best == label, sure)

    digits = []
    for place in digit_row.one_of_each(labels[:count]):
        label, told = int(labels[place]), read[place]
        pictures = np.stack([reals[place], *(panel[place] for panel in panels)])
        if not panels:
            readings = [reading("", int(told[0]), label, float(told[1]))]
        elif told[0] < 0:  # there is no classifier for these images
            readings = []
        else:
            readings = [reading(when, int(best), label) for when, best in zip(("before:", "after:"), told, strict=True)]
        digits.append(digit_row.Digit(name_of(names, label), pictures, readings))
    with st.container(key="figure-ten"):
        count = "Ten" if len(digits) == 10 else len(digits)
        st.header(f"{count} test images after {describe_length(newest[0])}", anchor=False)
        digit_row.show(digits)
        above = "From top to bottom: original, damaged, repaired. " if panels else ""
        below = "Below each image: what it shows" + (", and what the classifier reads." if digits[0].readings else ".")
        st.caption(above + below)


def _threes(run: Run, spec: registry.ModelSpec) -> None:
    """Sheets of images in threes: at the start, and after each epoch the preview that was made nearest to its end."""
    originals = run.reals()[: spec.panels[0].count]
    shown = [(words, kept) for words, index in sheets(run) if (kept := run.preview(index))]
    if not len(originals) or not shown:
        return
    st.header("Original, damaged and repaired", anchor=False)
    for words, (iteration, preview) in shown:
        parts = [part[: len(originals)] for part in np.split(preview, len(spec.panels))]
        triples = np.stack([originals, *parts], axis=1).reshape(-1, 28, 28)
        caption = f"{words}, after {describe_length(iteration)}"
        with st.container(key=f"figure-threes-{iteration}"):
            sheet(triples, 3 * TRIPLES, f"Original, damaged and repaired, in threes: {caption}", f"{caption}.")


def sheets(run: Run) -> list[tuple[str, int]]:
    """Which kept previews are shown: what to say of each, and its number."""
    kept, (ends, _) = run.preview_iterations(), run.validation()
    if not len(kept):
        return []
    first = min(int(np.searchsorted(kept, 1)), len(kept) - 1)  # the one before it is of a network that has not begun
    found = {first if not len(ends) or kept[first] < ends[0] else 0: "At the start"}
    for epoch in spread(len(ends), MOST_SHEETS).tolist() if len(ends) else [None]:
        index = len(kept) - 1 if epoch is None else int(np.abs(kept - ends[epoch]).argmin())
        found.setdefault(index, "The newest" if epoch is None else f"Epoch {epoch + 1}")
    return [(words, index) for index, words in sorted(found.items())]
