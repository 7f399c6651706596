"""The damage that each digit of a number gets, and a way to what it does to many numbers."""

import streamlit as st

from ganlab.ui.repair import url_fields
from ganlab.ui.repair.outcomes import DAMAGE_TITLES
from ganlab.ui.shared.sections import QUERY

NONE = "none"
PART = "part"  # in the address: to which part of the section on quality the page scrolls


def choose(fallback: str) -> tuple[str, int, bool]:
    """The kind of damage that each digit gets, `fallback` until a person chooses one, its seed, and whether the model
    is told where it is."""
    kinds = {NONE: "None", **DAMAGE_TITLES}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = url_fields.select("Damage to each digit", "number-damage", kinds, fallback, width=220)
        if kind == NONE:
            return NONE, 0, False
        seed = url_fields.seed("Seed of the damage", "number-damage-seed", "gives the same damage", width=180)
        return kind, seed, url_fields.tells_damage("number-told")


def way_to_figures(kind: str, known: bool) -> None:
    """A button to the section that counts how many numbers go wrong, with the same models and damage."""
    words = "Tests these two models on damaged test images, and works out how many numbers a day would be wrong."
    if not st.button("How many numbers would go wrong in a day?", key="repair-number-figures", help=words):
        return
    if kind != NONE:
        url_fields.put("test-damage", kind)
        url_fields.put("test-known", "known" if known else "unknown")
    st.query_params.update({QUERY: "quality", PART: "day"})
    st.rerun()
