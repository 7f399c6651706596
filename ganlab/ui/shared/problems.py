"""Errors as sentences on the page: at once, or on the page that is drawn next."""

import contextlib
from collections.abc import Iterator

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.ui.shared.formatting import plain


@contextlib.contextmanager
def show_errors() -> Iterator[None]:
    """Shows the sentence of a GanlabError that ends the block; what comes after the block goes on."""
    try:
        yield
    except GanlabError as error:
        st.error(plain(str(error)))


@contextlib.contextmanager
def keep_errors(key: str) -> Iterator[None]:
    """For callbacks, which draw nothing: keeps the sentence of a GanlabError that ends the block for `show_kept`."""
    try:
        yield
    except GanlabError as error:
        st.session_state[key] = str(error)


def show_kept(key: str) -> None:
    """Shows, once, the sentence that `keep_errors` has kept."""
    if key in st.session_state:
        st.error(plain(st.session_state.pop(key)))
