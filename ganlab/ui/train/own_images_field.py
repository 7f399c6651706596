"""The user's own images on the Train page: a path, or files that are uploaded and then have one."""

from typing import Any

import streamlit as st

from ganlab.data import uploaded_images
from ganlab.errors import GanlabError
from ganlab.runs import runs_folder
from ganlab.ui.shared.formatting import plain

PLACE = "place"  # the field's key, and its name in the address
TAKEN, REFUSED = "upload-taken", "upload-refused"  # in the session: which files were stored last, and why they were not


def ask() -> str:
    """The path of the user's own images; what is uploaded is stored first, and its path put into the field."""
    field = st.container()
    files = st.file_uploader(
        "Or upload them",
        [kind[1:] for kind in uploaded_images.KINDS],
        accept_multiple_files=True,
        key="upload",
        help="A zip file with one folder of pictures for each class; or pictures, which are one class together; or "
        f"an .npz file. At most {uploaded_images.MOST_BYTES // 2**20} MB.",
    )
    if files:
        _take(files)
    if problem := st.session_state.get(REFUSED) if files else "":
        st.error(plain(problem))
    help = "An .npz file with the arrays x_train and y_train, or a folder with one sub-folder of images for each class."
    hint = "a folder, or an .npz file"
    return field.text_input("Where they are", key=PLACE, placeholder=hint, help=help, bind="query-params").strip()


def _take(files: list[Any]) -> None:
    """Stores what has just been uploaded, once."""
    ids = [file.file_id for file in files]
    if st.session_state.get(TAKEN) == ids:
        return
    bar = st.progress(0.0, "Unpacking the files")

    def report(doing: str, fraction: float | None) -> None:
        bar.progress(fraction or 0.0, plain(doing))

    try:
        named = [(file.name, file.getvalue()) for file in files]
        stored = uploaded_images.store(named, runs_folder() / uploaded_images.FOLDER, report)
        st.session_state[PLACE] = str(stored)
        st.session_state[REFUSED] = ""
    except GanlabError as problem:
        st.session_state[REFUSED] = str(problem)
    finally:
        bar.empty()
    st.session_state[TAKEN] = ids
