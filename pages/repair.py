"""Repair: have digits with gaps filled in, and see how they are read before and after."""

import streamlit as st

from ganlab.ui.guard import enter_by_the_router
from ganlab.ui.repair import one, phone, quality
from ganlab.ui.sections import show_one

SECTIONS = {
    "one": ("One digit", one.show),
    "phone": ("Phone number", phone.show),
    "quality": ("How good is it?", quality.show),
}

enter_by_the_router()
st.title("Repair", anchor=False)
st.markdown(
    "Handwriting arrives with gaps: a rubber slipped, a pen skipped, a tablet dropped some pixels. A **generator**, "
    "a network that learnt to draw digits, fills the gaps in, and a **classifier**, a network that learnt to read "
    "them, says what it reads before and after."
)
show_one(SECTIONS, "What to do", "repair-section")
