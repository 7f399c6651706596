"""Where a trained model can be used; and, of one without the history of its training, as those that come with ganlab,
what it makes."""

import streamlit as st

from ganlab import registry
from ganlab.runs import Run, layout
from ganlab.runs.folders import ships
from ganlab.ui.shared.pictures import sheet

SAMPLES, COLUMNS = 48, 12
WIDTH = 720
PLACES = {  # by family: what can be done with it, where, and what the address there needs beside its name
    "gan": ("Walk through its latent space", "pages/latent.py", {"section": "gan"}, "gan"),
    "autoencoder": ("Explore its latent space", "pages/latent.py", {}, "model"),
    "classifier": ("Have it read a digit", "pages/repair.py", {}, "reader"),
    "repair": ("Have it repair a digit", "pages/repair.py", {}, "model"),
}
HISTORY = "How it learned"  # the part of Latent's section on GANs, as the address names it
MADE = {"repair": "Images that this model repaired.", "classifier": "Images that this model read."}


def show(run: Run) -> None:
    """Nothing for a run with its history."""
    if not run.config.pretrained:
        return
    which = "comes with ganlab" if ships(run) else "was published"
    st.info(f"This model {which} without the curves of its training, so there is nothing to look back at here.")
    samples = run.samples()[:SAMPLES]
    family = registry.get(run.model).family
    if len(samples):
        words = MADE.get(family, "Images that this model generated.")
        with st.container(width=WIDTH):
            sheet(samples, COLUMNS, f"{len(samples)} images: {words}", words)
    with st.container(horizontal=True):
        next_steps(run, primary=True)


def next_steps(run: Run, primary: bool = False) -> None:
    """Buttons to where a model is used, and to its printable page; nothing while it has no weights."""
    if run.weights is None:
        return
    label, page, query, name = PLACES[registry.get(run.model).family]
    if st.button(label, key="shipped-use", type="primary" if primary else "secondary"):
        st.switch_page(page, query_params={**query, name: run.path.name})
    words = "Shows what every layer of this model makes of an image or of latent numbers."
    if st.button("Look inside its layers", key="shipped-layers", help=words):
        st.switch_page("pages/layers.py", query_params={"model": run.path.name})
    if run.config.pretrained and layout.snapshots(run.path):
        words = "Shows what this model drew at several moments of its training."
        if st.button("See how it learned", key="shipped-history", help=words):
            st.switch_page(page, query_params={**query, name: run.path.name, "gan-part": HISTORY})
    words = "Opens the printable page: how this model was made, and its results."
    if st.button("Printable page", key="shipped-figures", help=words):
        st.switch_page("pages/runs.py", query_params={"figures": run.path.name})
