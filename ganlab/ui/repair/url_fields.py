"""Fields of the Repair page whose choices the address keeps, so that they survive a refresh and can be shared."""

from collections.abc import Collection
from typing import Any

import streamlit as st


def choice(name: str, options: Collection[str], fallback: str) -> dict[str, Any]:
    """What a field takes beside its label and options: one of the options, kept in the address as `name`."""
    asked = st.query_params.get(name, "")
    return _field(name, asked if asked in options else fallback)


def number(name: str, low: int, high: int, fallback: int) -> dict[str, Any]:
    """As `choice`, for a number field from `low` to `high`."""
    asked = st.query_params.get(name, "")
    value = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else fallback
    return {"min_value": low, "max_value": high, **_field(name, value if low <= value <= high else fallback)}


def switch(name: str, fallback: bool) -> dict[str, Any]:
    """As `choice`, for a toggle: 1 is on, 0 is off."""
    return _field(name, {"1": True, "0": False}.get(st.query_params.get(name, ""), fallback))


def put(name: str, value: Any) -> None:
    """Has the field show another value from the next run on."""
    st.query_params[name] = str(int(value)) if isinstance(value, bool) else str(value)


def _field(name: str, value: Any) -> dict[str, Any]:
    key = f"repair-{name}"
    if st.session_state.get(key) != value:  # setting what is there would undo a click that is on its way
        st.session_state[key] = value
    return {"key": key, "on_change": _remember, "args": (name, key)}


def _remember(name: str, key: str) -> None:
    value = st.session_state[key]
    if value is not None:
        put(name, value)
