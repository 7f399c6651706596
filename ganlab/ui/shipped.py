"""A model without the history of its training, as those that come with ganlab, on the Train page: what it makes, and
where it can be used."""

import streamlit as st

from ganlab import images, registry
from ganlab.runs import Run
from ganlab.runs.folders import ships

SAMPLES, COLUMNS = 48, 12
WIDTH = 720
PLACES = {  # by family: what can be done with it, where, and what the address there needs beside its name
    "gan": ("Walk through its latent space", "pages/latent.py", {"section": "gan"}, "gan"),
    "autoencoder": ("Explore its latent space", "pages/latent.py", {}, "model"),
    "classifier": ("Have it read a digit", "pages/repair.py", {}, "reader"),
    "repair": ("Have it repair a digit", "pages/repair.py", {}, "model"),
}
MADE = {"repair": "Images that this model repaired.", "classifier": "Images that this model read."}


def show(run: Run) -> None:
    """Nothing for a run with its history."""
    if "pretrained" not in run.config:
        return
    which = "comes with ganlab" if ships(run) else "was published"
    st.info(f"This model {which} without the history of its training, so there are no curves to look back at.")
    samples = run.samples()[:SAMPLES]
    family = registry.get(run.model).family
    if len(samples):
        words = MADE.get(family, "Images that this model generated.")
        sheet = images.png(images.sheet(samples, COLUMNS, scale=2))
        with st.container(width=WIDTH):
            alt = f"{len(samples)} images: {words}"
            st.image(sheet, caption=words, alt=alt, width="stretch", output_format="PNG")
    label, page, query, name = PLACES[family]
    with st.container(horizontal=True):
        if st.button(label, key="shipped-use", type="primary"):
            st.switch_page(page, query_params={**query, name: run.path.name})
        words = "Open the printable page: how this model was made, and its results."
        if st.button("Printable page", key="shipped-figures", help=words):
            st.switch_page("pages/runs.py", query_params={"figures": run.path.name})
