"""Layers: what every layer of a network makes of an input."""

import streamlit as st

from ganlab.ui.layers import layers_page
from ganlab.ui.shared.streamlit_patches import enter_by_the_router

enter_by_the_router()
st.title("Layers", anchor=False)
st.markdown(
    "A network is a row of **layers**, each of which makes new numbers of what the layer before it gives. Choose a "
    "network and what goes in, and look at what every layer makes of it, unit by unit."
)
layers_page.show()
