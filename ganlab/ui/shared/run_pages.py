"""On which page a run is watched: images on the Train page, points of the plane in the Lab."""

import contextlib
from pathlib import Path

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.runs import Run, resolve, runs_folder

TRAIN, LAB = "pages/train.py", "pages/lab.py"
IN_THE_LAB = "This training is about points in the plane, which are shown in the Lab."


def page_of(run: Run) -> str:
    """The file of the page that shows this run."""
    return LAB if run.config.points else TRAIN


def in_the_lab(name: str | Path) -> bool:
    """Whether the run of this name, or in this folder, is one for the Lab; False where there is none."""
    with contextlib.suppress(GanlabError):
        return page_of(resolve(str(name), runs_folder())) == LAB
    return False


def open_run(name: str) -> None:
    """Leaves for the page that shows the run of this name."""
    st.switch_page(LAB if in_the_lab(name) else TRAIN, query_params={"run": name})


def lead_to_the_lab(run: Run) -> None:
    """In place of a run that this page cannot show: a sentence, and the way to it."""
    st.info(IN_THE_LAB)
    if st.button("Open in the Lab", type="primary", key="open-lab"):
        open_run(run.path.name)
