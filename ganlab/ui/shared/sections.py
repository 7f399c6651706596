"""Pages of several sections, of which one is shown; the address says which."""

from collections.abc import Callable, Mapping

import streamlit as st

QUERY = "section"


def show_one(sections: Mapping[str, tuple[str, Callable[[], None]]], label: str, key: str, query: str = QUERY) -> None:
    """Lets the person choose between `sections`, by name their title and what shows them, and shows the chosen one,
    the first one at first. The address names it as its `query`."""
    asked = st.query_params.get(query)
    st.session_state[key] = asked if asked in sections else next(iter(sections))
    st.segmented_control(
        label,
        list(sections),
        format_func=lambda name: sections[name][0],
        required=True,
        key=key,
        on_change=_remember,
        args=(key, query),
        label_visibility="collapsed",
    )
    sections[st.session_state[key]][1]()


def _remember(key: str, query: str) -> None:
    """A bound field would have the address name the section by its title."""
    st.query_params[query] = st.session_state[key]
