"""A GAN's space: samples to pick, lock and nudge, walks between them, directions, and how they came to be."""

import streamlit as st

from ganlab.inference import GANRun
from ganlab.ui.latent import gan_history, gan_parts
from ganlab.ui.latent.gan_samples import STYLE, show_samples
from ganlab.ui.shared.model_picker import GAN, choose_loaded
from ganlab.ui.shared.problems import show_errors

DEFAULT = "swift-gan"  # the sharpest digits of the GANs that come with ganlab, and the one that has kept its history
PICK_MORE = "Pick two or more samples to walk between them."
PARTS = {  # what each shows, and how many picked samples it needs
    "Walk": (gan_parts.show_walk, 2),
    "Nudge": (gan_parts.show_neighbours, 1),
    "Directions": (gan_parts.show_directions, 1),
    "How it learned": (gan_history.show, 1),
}


def show() -> None:
    """The whole section."""
    with show_errors():
        loaded = choose_loaded(GAN, DEFAULT)
        if loaded is not None:
            _explore(*loaded)


def _explore(gan: GANRun, key: tuple[str, str, int]) -> None:
    st.html(STYLE)
    left, right = st.columns([2, 3], gap="large")
    with left:
        space = show_samples(gan, key)
    with right:
        tabs = st.tabs(list(PARTS), key="gan-part", bind="query-params")
        for tab, (part, least) in zip(tabs, PARTS.values(), strict=True):
            if tab.open:
                with tab:
                    if len(space.picks) < least:
                        st.info(PICK_MORE if least > 1 else "Pick a sample first.")
                    else:
                        part(space)
