"""A model that was published, as those that ship with ganlab, on the Train page, where it has no history to look back
at: what it makes, and where it can be used."""

import streamlit as st

from ganlab import images, registry
from ganlab.runs import Run
from ganlab.runs.folders import ships

SAMPLES, COLUMNS = 48, 12
WIDTH = 720
PLACES = {  # by family: what can be done with it, where, and what the address there needs beside its name
    "gan": ("Walk through its latent space", "pages/latent.py", {"section": "gan"}, "gan"),
    "autoencoder": ("Wander through what it learnt", "pages/latent.py", {}, "model"),
    "classifier": ("Have it read a digit", "pages/repair.py", {}, "reader"),
    "repair": ("Have it repair a digit", "pages/repair.py", {}, "model"),
}
MADE = {"repair": "Repaired by it.", "classifier": "Read by it."}


def show(run: Run) -> None:
    """Nothing for a run with its history."""
    if "pretrained" not in run.config:
        return
    which = "ships with ganlab" if ships(run) else "was published"
    st.info(f"This model {which}, without the history of its training: here is nothing to look back at.")
    samples = run.samples()[:SAMPLES]
    family = registry.get(run.model).family
    if len(samples):
        words = MADE.get(family, "Drawn by it.")
        sheet = images.png(images.sheet(samples, COLUMNS, scale=2))
        with st.container(width=WIDTH):
            alt = f"{len(samples)} images. {words}"
            st.image(sheet, caption=words, alt=alt, width="stretch", output_format="PNG")
    label, page, query, name = PLACES[family]
    with st.container(horizontal=True):
        if st.button(label, key="shipped-use", type="primary"):
            st.switch_page(page, query_params={**query, name: run.path.name})
        if st.button("Its figures", key="shipped-figures", help="How it was made, and what came of it."):
            st.switch_page("pages/runs.py", query_params={"figures": run.path.name})
