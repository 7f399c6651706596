"""Latent: wander through what a model learned."""

import streamlit as st

from ganlab.ui.guard import enter_by_the_router
from ganlab.ui.latent import drawn, gan_space, odd, plane, side, walk
from ganlab.ui.sections import show_one

SECTIONS = {
    "plane": ("A VAE's plane", plane.show),
    "gan": ("A GAN's space", gan_space.show),
    "walk": ("Walks", walk.show),
    "drawn": ("Your own digit", drawn.show),
    "side": ("Side by side", side.show),
    "odd": ("Odd one out", odd.show),
}

enter_by_the_router()
st.title("Latent space", anchor=False)
st.markdown(
    "A generative model draws each image from a few **latent numbers**. Move through the space of "
    "these numbers, and watch the image change."
)
show_one(SECTIONS, "What to look at", "section")
