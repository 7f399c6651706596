"""Fields of the Repair page whose choices the address keeps, so that they survive a refresh and can be shared.

Each takes its label, its name in the address, what it shows where the address says nothing of use, and what else the
field of Streamlit takes.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ganlab.ui.shared.fields import LARGEST_SEED


def segments(label: str, name: str, titles: Mapping[str, str], fallback: str) -> str:
    """One of a few choices beside each other, named by their keys in `titles`."""
    look = {"required": True, "label_visibility": "collapsed"}
    chosen = st.segmented_control(
        label, list(titles), format_func=titles.__getitem__, **look, **_choice(name, titles, fallback)
    )
    return chosen or fallback


def select(label: str, name: str, titles: Mapping[str, str], fallback: str, **more: Any) -> str:
    """One of several choices, named by their keys in `titles`."""
    more |= _choice(name, titles, fallback)
    return st.selectbox(label, list(titles), format_func=titles.__getitem__, **more)


def number(label: str, name: str, low: int, high: int, fallback: int, **more: Any) -> int:
    """A whole number from `low` to `high`."""
    asked = st.query_params.get(name, "")
    value = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else fallback
    return st.number_input(label, low, high, **more, **_field(name, value if low <= value <= high else fallback))


def seed(label: str, name: str, gives: str, fallback: int = 0, width: int = 130) -> int:
    """A seed; `gives` says what the same one gives."""
    return number(label, name, 0, LARGEST_SEED, fallback, help=f"The same seed {gives}.", width=width)


def toggle(label: str, name: str, fallback: bool, help: str | None = None) -> bool:
    """On or off, which are 1 and 0 in the address."""
    value = {"1": True, "0": False}.get(st.query_params.get(name, ""), fallback)
    return st.toggle(label, help=help, **_field(name, value))


def tells_damage(name: str) -> bool:
    """Whether the model may know where the damage is."""
    words = "On: the model fills only the damaged pixels. Off: the model has to find the gaps by itself."
    return toggle("Tell the model where the damage is", name, True, words)


def put(name: str, value: Any) -> None:
    """Has the field show another value from the next run on."""
    st.query_params[name] = str(int(value)) if isinstance(value, bool) else str(value)


def _choice(name: str, titles: Mapping[str, str], fallback: str) -> dict[str, Any]:
    asked = st.query_params.get(name, "")
    return _field(name, asked if asked in titles else fallback)


def _field(name: str, value: Any) -> dict[str, Any]:
    key = f"repair-{name}"
    if st.session_state.get(key) != value:  # setting what is there would undo a click that is on its way
        st.session_state[key] = value
    return {"key": key, "on_change": _remember, "args": (name, key, value)}


def _remember(name: str, key: str, shown: Any) -> None:
    """Puts what was chosen into the address, but not the usual value of a field that was away and comes back."""
    value = st.session_state[key]
    if value is not None and (value != shown or name in st.query_params):
        put(name, value)
