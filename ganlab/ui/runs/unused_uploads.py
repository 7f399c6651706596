"""Uploads of images that no run uses, on the Runs page: their sizes, a way to delete them, and a way back."""

import datetime
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from ganlab.jobs import uploads
from ganlab.jobs.uploads import Upload
from ganlab.runs import describe_size
from ganlab.ui.shared.formatting import day, many, plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.problems import keep_errors, show_errors, show_kept

PROBLEM = "uploads-problem"  # in the session: why an upload was not deleted, or not brought back


def show(folder: Path) -> None:
    """A row for each of them; nothing where there is none, and for guests of a class."""
    if is_guest():
        return
    show_kept(PROBLEM)
    with show_errors():
        unused, deleted = uploads.unused(folder), uploads.deleted(folder)
        if not unused and not deleted:
            return
        st.subheader("Uploads that no run uses", anchor=False)
        total = f"{many(len(unused), 'upload')}, {describe_size(sum(upload.size for upload in unused))}. "
        st.caption(
            f"{total if unused else ''}Images that you uploaded are kept until you delete them. While a run uses them "
            "or waits to train on them, they are not listed here."
        )
        for upload in unused:
            facts = f"{describe_size(upload.size)} · uploaded {_day(upload)}"
            _row(upload, facts, "Delete", "Delete these images. You can undo this for an hour.", uploads.delete, folder)
        for upload in deleted:
            facts = f"{describe_size(upload.size)} · deleted, and removed for good after an hour"
            _row(upload, facts, "Undo", "Bring these images back.", uploads.restore, folder)


def _row(upload: Upload, facts: str, words: str, help: str, action: Callable[[str, Path], None], folder: Path) -> None:
    with st.container(border=True, key=f"upload-{upload.key}"), _line():
        with st.container(gap="xxsmall"):
            st.markdown(f"**{plain(upload.name)}**")
            st.caption(plain(facts))
        key = f"{words.lower()}-upload-{upload.key}"
        st.button(words, key=key, help=help, on_click=_act, args=(action, upload.key, folder))


def _line():
    return st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")


def _act(action: Callable[[str, Path], None], key: str, folder: Path) -> None:
    with keep_errors(PROBLEM):
        action(key, folder)


def _day(upload: Upload) -> str:
    return day(datetime.datetime.fromtimestamp(upload.stored).isoformat())
