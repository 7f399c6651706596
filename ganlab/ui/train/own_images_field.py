"""The user's own images on the Train page: a path, or files that are uploaded and then have one."""

from typing import Any

import streamlit as st

from ganlab.data import uploaded_images
from ganlab.data.own_images import UPLOADS
from ganlab.errors import GanlabError
from ganlab.runs import runs_folder
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.progress_bar import progress_bar

TAKEN_ARE = (
    "Pictures, with one folder for each class; MNIST's own IDX files; an npz, npy, csv or mat file of images; or a zip "
    "of any of these. Images of other sizes than 28x28 are scaled, and colours are made grey."
)
UNTAKEN = "The uploaded files could not be used. Remove them, or choose others."
NOWHERE = "Say where your own images are, or upload them."
PLACE = "place"  # the field's key, and its name in the address
TAKEN, REFUSED = "upload-taken", "upload-refused"  # in the session: which files were stored last, and why they were not


def ask() -> tuple[str, str]:
    """The path of the user's own images; what is uploaded is stored first, and its path put into the field. And why
    there is nothing to learn from, else ""."""
    field = st.container()
    files = st.file_uploader(
        "Or upload them",
        accept_multiple_files=True,
        key="upload",
        help=f"{TAKEN_ARE} Files that belong together are uploaded together, or as a zip of at most "
        f"{uploaded_images.MOST_BYTES // 2**20} MB.",
    )
    if files:
        _take(files)
    if problem := st.session_state.get(REFUSED) if files else "":
        st.error(plain(problem))
    hint = "a folder, a file, or a zip"
    place = field.text_input("Where they are", key=PLACE, placeholder=hint, help=TAKEN_ARE, bind="query-params").strip()
    return place, UNTAKEN if problem else "" if place else NOWHERE


def _take(files: list[Any]) -> None:
    """Stores what has just been uploaded, once."""
    ids = [file.file_id for file in files]
    if st.session_state.get(TAKEN) == ids:
        return
    try:
        with progress_bar(st.empty(), "Unpacking the files") as report:
            named = [(file.name, file.getvalue()) for file in files]
            stored = uploaded_images.store(named, runs_folder() / UPLOADS, report)
        st.session_state[PLACE] = str(stored)
        st.session_state[REFUSED] = ""
    except GanlabError as problem:
        st.session_state[REFUSED] = str(problem)
    st.session_state[TAKEN] = ids
