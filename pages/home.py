"""Home: what is here, what this machine offers, and the ways in."""

import streamlit as st

from ganlab import data, images
from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.runs import resolve, runs_folder
from ganlab.ui.guard import enter_by_the_router
from ganlab.ui.live import STATES

enter_by_the_router()
st.title("ganlab", anchor=False)
st.markdown(
    "Watch a computer learn to draw digits. A **GAN** (generative adversarial network) is a pair of networks: one, "
    "the *generator*, draws; the other, the *discriminator*, tries to tell its drawings from real ones. Each gets "
    "better by playing against the other."
)

left, right = st.columns([3, 2], gap="large")
with left:
    try:
        wall = resolve("dcgan", runs_folder()).samples()
    except GanlabError:
        wall = None
    if wall is not None and len(wall):
        st.image(
            images.png(images.sheet(wall[:60], 10, scale=2)),
            caption="Drawn by the DCGAN that ships with ganlab. None of these digits was ever written by a hand.",
            width="stretch",
        )
    else:
        st.info("The pretrained model is missing from this copy; training works all the same.")

with right:
    if st.button("Train a GAN", type="primary", width="stretch"):
        st.switch_page("pages/train.py")
    st.caption("Pick an architecture and a digit, press Start, and watch it learn.")
    current = worker.current()
    if current is not None:
        view = worker.view(current)
        st.markdown(
            f"**Now:** {view.model}, {STATES[view.state].lower()}, {view.iteration:,} of {view.total:,} iterations."
        )
    st.markdown("**Images found here**")
    for name in data.NAMES:
        st.caption(data.describe(name))
    st.markdown("**Runs**")
    st.caption(f"Everything you train is kept in {runs_folder()}.")
