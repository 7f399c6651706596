"""The form of an architecture, made from its knobs."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ganlab.knobs import Knob, Value
from ganlab.registry import ModelSpec


def knob_field(knob: Knob, value: Value, key: str) -> Any:
    """One input field; what comes back is of the knob's own kind."""
    if knob.kind is bool:
        return st.toggle(knob.label, bool(value), help=knob.help, key=key)
    if knob.choices:
        return st.selectbox(knob.label, knob.choices, knob.choices.index(str(value)), help=knob.help, key=key)
    kind: Any = knob.kind
    return st.number_input(
        knob.label,
        min_value=None if knob.low is None else kind(knob.low),
        max_value=None if knob.high is None else kind(knob.high),
        value=kind(value),
        step=kind(knob.step or 1),
        format="%d" if kind is int else "%.6g",
        help=knob.help,
        key=key,
    )


def knob_form(spec: ModelSpec, values: Mapping[str, Value], key: str) -> dict[str, Any]:
    """All fields of an architecture, a heading for each group; the first knob, its length, stands alone."""
    chosen: dict[str, Any] = {}
    length, others = spec.knobs[0], spec.knobs[1:]
    chosen[length.name] = knob_field(length, values[length.name], f"{key}-{length.name}")
    with st.expander("More settings"):
        for group in dict.fromkeys(knob.group for knob in others):
            st.markdown(f"**{group}**")
            members = [knob for knob in others if knob.group == group]
            columns = st.columns(3)
            for index, knob in enumerate(members):
                with columns[index % 3]:
                    chosen[knob.name] = knob_field(knob, values[knob.name], f"{key}-{knob.name}")
    return chosen
