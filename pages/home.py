"""Home: what is here, what this machine offers, and the ways in."""

import streamlit as st

from ganlab.ui.home.front_page import machine, now, wall, ways_in
from ganlab.ui.shared.streamlit_patches import enter_by_the_router

enter_by_the_router()
st.title("Watch a computer learn to draw digits", anchor=False)
st.markdown(
    "A **GAN** (generative adversarial network) is a pair of networks: the *generator* draws, the *discriminator* "
    "tries to tell its drawings from real ones, and each gets better by playing against the other."
)
now()
left, right = st.columns([3, 2], gap="large")
with left:
    wall()
with right:
    ways_in()
machine()
