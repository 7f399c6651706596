"""Repair: have digits with gaps filled in, and see how they are read before and after."""

import streamlit as st

from ganlab.ui.guard import enter_by_the_router
from ganlab.ui.repair import one, phone, quality

SECTIONS = {
    "one": ("One digit", one.show),
    "phone": ("Phone number", phone.show),
    "quality": ("How good is it?", quality.show),
}


def remember() -> None:
    """A bound field would have the address name the section by its title."""
    st.query_params["section"] = st.session_state["repair-section"]


enter_by_the_router()
st.title("Repair", anchor=False)
st.markdown(
    "Handwriting arrives with gaps: a rubber slipped, a pen skipped, a tablet dropped some pixels. A **generator**, "
    "a network that learnt to draw digits, fills the gaps in, and a **classifier**, a network that learnt to read "
    "them, says what it reads before and after."
)
asked = st.query_params.get("section", "one")
st.session_state["repair-section"] = asked if asked in SECTIONS else "one"
section = st.segmented_control(
    "What to do",
    list(SECTIONS),
    format_func=lambda name: SECTIONS[name][0],
    required=True,
    key="repair-section",
    on_change=remember,
    label_visibility="collapsed",
)
SECTIONS[section or "one"][1]()
