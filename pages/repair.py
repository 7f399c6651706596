"""Repair: have digits with gaps filled in, and see how they are read before and after."""

import streamlit as st

from ganlab.ui.repair import how_good, number_damage, one_digit, phone_number
from ganlab.ui.shared.sections import QUERY, show_one
from ganlab.ui.shared.streamlit_patches import enter_by_the_router

SECTIONS = {
    "one": ("One digit", one_digit.show),
    "phone": ("Phone number", phone_number.show),
    "quality": ("How good is it?", how_good.show),
}

enter_by_the_router()
st.title("Repair", anchor=False)
st.markdown(
    "Handwriting can arrive with gaps: a rubber slipped, a pen skipped, a tablet lost some pixels. Here a **repair "
    "model**, a network that learned to draw digits, fills the gaps. A **classifier**, a network that learned to read "
    "digits, says what it reads before and after."
)
if st.query_params.get(QUERY) != "quality":
    st.query_params.pop(number_damage.PART, None)
show_one(SECTIONS, "What to do", "repair-section")
