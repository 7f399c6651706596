"""Latent: wander through what a model learnt."""

import streamlit as st

from ganlab.ui.guard import enter_by_the_router
from ganlab.ui.latent import drawn, gan_space, odd, plane, side, walk

SECTIONS = {
    "plane": ("The plane", plane.show),
    "walk": ("Walks", walk.show),
    "drawn": ("Your own digit", drawn.show),
    "side": ("Side by side", side.show),
    "odd": ("Odd one out", odd.show),
    "gan": ("A GAN's space", gan_space.show),
}


def remember() -> None:
    """A bound field would have the address name the section by its title."""
    st.query_params["section"] = st.session_state["section"]


enter_by_the_router()
st.title("Latent space", anchor=False)
st.markdown(
    "A generative model draws each image from a handful of numbers, its **latent variables**. Here you move through "
    "the space of these numbers and see what the model draws at each place."
)
asked = st.query_params.get("section", "plane")
st.session_state["section"] = asked if asked in SECTIONS else "plane"
section = st.segmented_control(
    "What to look at",
    list(SECTIONS),
    format_func=lambda name: SECTIONS[name][0],
    required=True,
    key="section",
    on_change=remember,
    label_visibility="collapsed",
)
SECTIONS[section or "plane"][1]()
