"""Latent: wander through what a model learnt."""

import streamlit as st

from ganlab.ui.guard import enter_by_the_router
from ganlab.ui.latent import gan_space

SECTIONS = {
    "gan": ("A GAN's space", gan_space.show),
}

enter_by_the_router()
st.title("Latent space", anchor=False)
st.markdown(
    "A generative model draws each image from a handful of numbers, its **latent variables**. Here you move through "
    "the space of these numbers and see what the model draws at each place."
)
section = st.segmented_control(
    "What to look at",
    list(SECTIONS),
    default=next(iter(SECTIONS)),
    format_func=lambda name: SECTIONS[name][0],
    required=True,
    key="section",
    bind="query-params",
    label_visibility="collapsed",
)
SECTIONS[section][1]()
