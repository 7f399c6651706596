"""What the list of runs is narrowed down to, kept for this session.

Leaving the list takes its fields out of the address, and the browser's Back leads to an address that has none of them.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

FIELDS = ("search", "state", "sort", "members", "page")  # of the list, by their keys, their names in the address
KEPT, TAKING_UP = "kept-list", "taking-up-list"


def take_up() -> None:
    """Fills the fields as they were left, where the page is just being entered by an address that names none of them;
    called before they are drawn."""
    kept = st.session_state.get(KEPT, {})
    if st.session_state.pop(TAKING_UP, False):
        st.session_state.update(kept)
    elif kept and not set(FIELDS) & set(st.query_params) and not _changed(kept):
        st.query_params.pop("run", None)  # which Open left there
        st.session_state[TAKING_UP] = True
        st.rerun()  # in a run that the browser's Back began, fields take their values from the address alone


def _changed(kept: Mapping[str, Any]) -> bool:
    """Whether it was by hand that the fields became what they are."""
    return any(st.session_state.get(name, value) != value for name, value in kept.items())


def keep() -> None:
    """Remembers what the address says; called after the fields were drawn."""
    st.session_state[KEPT] = {name: st.session_state[name] for name in FIELDS if name in st.query_params}


def leave(**query: str) -> None:
    """Has the address name something else in place of the fields, in one step of the browser's history."""
    others = {name: value for name, value in st.query_params.items() if name not in FIELDS}
    st.query_params.from_dict({**others, **query})
