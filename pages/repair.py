"""Repair: have digits with gaps filled in, and see how they are read before and after."""

import streamlit as st

from ganlab.ui.guard import enter_by_the_router
from ganlab.ui.repair import one, phone, quality
from ganlab.ui.sections import QUERY, show_one

SECTIONS = {
    "one": ("One digit", one.show),
    "phone": ("Phone number", phone.show),
    "quality": ("How good is it?", quality.show),
}

enter_by_the_router()
st.title("Repair", anchor=False)
st.markdown(
    "Handwriting can arrive with gaps: a rubber slipped, a pen skipped, a tablet lost some pixels. Here a **repair "
    "model**, a network that learned to draw digits, fills the gaps. A **classifier**, a network that learned to read "
    "digits, says what it reads before and after."
)
if st.query_params.get(QUERY) != "quality":
    st.query_params.pop(phone.PART, None)
show_one(SECTIONS, "What to do", "repair-section")
