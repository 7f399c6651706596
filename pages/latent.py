"""Latent: wander through what a model learned."""

import streamlit as st

from ganlab.ui.latent import gan_space, odd_one_out, own_digit, plane, two_models, walks
from ganlab.ui.shared.sections import show_one
from ganlab.ui.shared.streamlit_patches import enter_by_the_router

SECTIONS = {
    "plane": ("A VAE's plane", plane.show),
    "gan": ("A GAN's space", gan_space.show),
    "walk": ("Walks", walks.show),
    "drawn": ("Your own digit", own_digit.show),
    "side": ("Side by side", two_models.show),
    "odd": ("Odd one out", odd_one_out.show),
}

enter_by_the_router()
st.title("Latent space", anchor=False)
st.markdown(
    "A generative model draws each image from a few **latent numbers**. Move through the space of "
    "these numbers, and watch the image change."
)
show_one(SECTIONS, "What to look at", "section")
