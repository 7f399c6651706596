"""Whether repairs look real: how far what fills the hole lies from real strokes, and what changed beside the damage."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from ganlab.evaluation import RepairFigures
from ganlab.metrics import metric_catalog
from ganlab.ui.repair.outcomes import REPAIRED, TITLES, WITHOUT, percent
from ganlab.ui.repair.trials import Trial, really_differ
from ganlab.ui.shared.formatting import many

SEARCHED = 10_000  # training images among which real strokes are looked for
STROKES = "real strokes"
LEAST = 10  # images
ROWS = {**TITLES, STROKES: "Real strokes of similar images"}


@dataclass(frozen=True)
class Fidelity:
    """The Fréchet distance of what fills the holes from what was there, by way, `STROKES` among them; and which is the
    smaller one, -1 for the repair's, 0 where the images do not tell: beside real strokes, and beside the network
    without a critic."""

    distances: dict[str, float]
    beside_strokes: int
    beside_without: int


def show(trial: Trial, figures: RepairFigures, damage: str) -> None:
    """What is said of it; the measuring takes a second or two for each thousand images."""
    st.subheader("Does it look real?", anchor=False)
    if not figures.alike:
        st.caption("This is measured for the hole only, where every image has lost a square of the same size.")
    elif trial.count < LEAST:
        st.caption(f"To say this takes at least {LEAST} test images.")
    else:
        found = _measure(trial.used.x_train[:SEARCHED], figures, (trial.key, damage))
        first = [STROKES, *(way for way in trial.names if way in figures.repaired)]
        st.table(
            [{"What fills the hole": ROWS[way], "Fréchet distance": written(found.distances[way])} for way in first]
        )
        st.markdown(f"**{verdict(found, trial.count)}**")
        st.caption(
            "The **Fréchet distance** says how far the fillings as a group are from the strokes that were there. Lower "
            "is better; 0 means that they vary in the very same way. It looks at how fillings vary and not at single "
            "images: a blur can be read well and still be unlike any real stroke. For *real strokes*, each hole is "
            "filled from the training image that looks most like the rest of the image. Few images make such distances "
            "too large, so they are estimated for endlessly many, from how they shrink from half of these images to "
            "all of them."
        )
        if trial.compared:
            st.markdown(f"**{which_is_better(figures, found)}**")
            st.caption(f"{CHANCE} {lengths(trial)}")
    if not trial.compared:
        st.caption(
            "For these images ganlab has no network that was trained without its critic, so there is only the mean "
            "fill to compare with."
        )


CHANCE = (
    "A difference counts if chance alone would make one as large less than 1 time in 20. How large chance makes it is "
    "seen from random halves of the images."
)


@st.cache_data(max_entries=20, show_spinner="Comparing the fillings with real strokes")
def _measure(_known: np.ndarray, _figures: RepairFigures, key: Hashable) -> Fidelity:
    distances, smaller = _figures.frechet_limits({STROKES: _figures.strokes_of(_known), **_figures.repaired})
    return Fidelity(distances, smaller[REPAIRED, STROKES], smaller.get((REPAIRED, WITHOUT), 0))


def written(distance: float) -> str:
    """To a hundredth at most, as more digits than these depend on chance."""
    return f"{distance:.2f}" if distance < 1 else metric_catalog.number(distance)


def verdict(found: Fidelity, count: int) -> str:
    """Whether the repairs look real, in a sentence."""
    ours, strokes = (written(found.distances[way]) for way in (REPAIRED, STROKES))
    numbers = f"{ours} against {strokes}"
    if found.beside_strokes > 0:
        return f"The repairs do not yet look as real as real strokes of similar images ({numbers})."
    return f"The repairs look as real as real strokes, as far as {many(count, 'image')} can show ({numbers})."


def which_is_better(figures: RepairFigures, found: Fidelity) -> str:
    """Which of the two networks, with a critic or without, is better at what."""
    names = ("the network with the critic", "the one without")
    right = [figures.accuracy(way) for way in (REPAIRED, WITHOUT)]
    read = f"{percent(right[0])} with the critic, {percent(right[1])} without"
    if really_differ(figures.right(REPAIRED), figures.right(WITHOUT)):
        first = f"The classifier reads more repairs correctly from {names[int(right[1] > right[0])]} ({read})"
    else:
        first = f"The classifier reads the repairs of both networks about equally well ({read})"
    distances = [written(found.distances[way]) for way in (REPAIRED, WITHOUT)]
    apart = f"distance {distances[0]} with the critic, {distances[1]} without"
    if found.beside_without:
        second = f"the repairs of {names[int(found.beside_without > 0)]} look more real ({apart})"
    else:
        second = f"neither network's repairs clearly look more real ({apart})"
    return f"{first}; {second}."


def lengths(trial: Trial) -> str:
    """A sentence on two networks that learned for different times; "" where they learned for the same."""
    chosen, without = (trial.ways[way].iteration for way in (REPAIRED, WITHOUT))
    if chosen == without:
        return ""
    return (
        f"The chosen model learned for {chosen:,} iterations and the one without a critic for {without:,}, which may "
        "explain part of a difference."
    )


def show_outside(trial: Trial, figures: RepairFigures) -> None:
    """Whether a repair left the rest of the images alone."""
    st.subheader("What changed outside the damage", anchor=False)
    outside, rest = figures.changed_outside(REPAIRED), int((~figures.masks).sum())
    model: Any = trial.ways[REPAIRED]
    if trial.known:
        changed = f"{outside:,}" if outside else "none"
        why = " This model draws the whole image anew." if outside and not model.keeps_the_rest else ""
        st.markdown(
            f"Of the {rest:,} pixels outside the damage, in {many(trial.count, 'image')}, the repair changed "
            f"**{changed}**.{why}"
        )
        return
    repaired = figures.repaired[REPAIRED].astype(int)
    darker = int((repaired < figures.damaged).sum())
    removed = f"at {darker:,} pixels it made strokes thinner or removed them" if darker else "it removed none"
    st.markdown(
        f"The model was not told where the damage is. Outside the damage it changed {outside:,} of {rest:,} pixels, in "
        f"{many(trial.count, 'image')}. It added strokes; **{removed}**."
    )
