"""Ten test images, one of each class: as they were, damaged and repaired, and what is read in them."""

from typing import Any

import numpy as np
import streamlit as st

from ganlab.evaluation import RepairFigures
from ganlab.ui.repair import url_fields
from ganlab.ui.repair.outcomes import DAMAGED, REPAIRED
from ganlab.ui.shared import digit_row
from ganlab.ui.shared.fields import LARGEST_SEED


def show(figures: RepairFigures, names: tuple[str, ...]) -> None:
    """The figure, with a field for which ten."""
    st.subheader("Ten test images", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = url_fields.seed("Which ten (seed)", "ten-seed", "chooses the same images", width=160)
        following = (seed + 1) % (LARGEST_SEED + 1)
        st.button("Show another ten", key="ten-next", on_click=url_fields.put, args=("ten-seed", following))
    chosen = digit_row.one_of_each(figures.labels, seed)
    digit_row.show([digit(figures, names, place) for place in chosen])
    before, after = (int(figures.right(way)[chosen].sum()) for way in (DAMAGED, REPAIRED))
    st.caption(
        "Each column shows a test image as it was, damaged, and repaired. Below stand what it shows and what the "
        f"classifier reads before and after the repair. Of these {len(chosen)}, it reads {before} correctly before the "
        f"repair and {after} after it."
    )


def digit(figures: RepairFigures, names: tuple[str, ...], place: int) -> digit_row.Digit:
    """One of the images with its readings."""
    label = int(figures.labels[place])

    def reading(when: str, way: str) -> digit_row.Reading:
        read: Any = figures.read[way][place]
        best = int(read.argmax())
        return digit_row.Reading(when, names[best], best == label, float(read.max()))

    pictures = np.stack([figures.images[place], figures.damaged[place], figures.repaired[REPAIRED][place]])
    return digit_row.Digit(names[label], pictures, [reading("before:", DAMAGED), reading("after:", REPAIRED)])
