"""The networks of an architecture, layer by layer, on the Train page."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from ganlab import registry
from ganlab.inference import describe_networks
from ganlab.registry import ModelSpec


def draw_networks(spec: ModelSpec, values: Mapping[str, Any]) -> None:
    """They are built only once somebody opens this."""
    with st.expander("The networks, layer by layer", key=f"networks-{spec.name}", on_change="rerun") as box:
        if not box.open:
            return
        try:
            with st.spinner("Building the networks to see their shapes"):
                found = _networks(spec.name, tuple(sorted(values.items())))
        except ValueError as error:
            st.caption(f"Networks with these settings cannot be built: {error}")
            return
        st.caption(
            "Each box is a layer, with the shape of its output. Coloured boxes have parameters, the numbers that "
            "training adjusts; the small figure counts them."
        )
        st.html(network_html(found))


@st.cache_data(show_spinner=False, max_entries=50)
def _networks(name: str, values: tuple[tuple[str, Any], ...]) -> dict[str, dict[str, Any]]:
    return describe_networks(registry.get(name), dict(values))


def network_html(networks: Mapping[str, Mapping[str, Any]]) -> str:
    """The networks as rows of boxes."""
    parts = []
    for name, network in networks.items():
        boxes = [f"<li><b>Input</b>{_shape(network['input'])}</li>"]
        for layer in network["layers"]:
            count = f"<br><small>{layer['parameters']:,}</small>" if layer["parameters"] else ""
            kind = ' class="weighty"' if layer["parameters"] else ""
            words = html.escape(layer["kind"])
            boxes.append(f"<li{kind}><b>{words}</b>{_shape(layer['output'])}{count}</li>")
        title, size = html.escape(name.capitalize()), f"{network['parameters']:,} parameters"
        parts.append(f"<section><strong>{title}</strong> <small>{size}</small><ol>{''.join(boxes)}</ol></section>")
    return f'<div class="networks">{"".join(parts)}</div>'


def _shape(shape: Sequence[int]) -> str:
    return " × ".join(str(size) for size in shape)
