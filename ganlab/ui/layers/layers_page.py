"""The page itself: a model and one of its networks, an input, and the view of all layers."""

from functools import partial
from typing import Any

import streamlit as st

from ganlab import data
from ganlab.inference import TrainedModel
from ganlab.ui.layers import frames, inputs
from ganlab.ui.layers.choice import choose_model, chosen_network
from ganlab.ui.shared.assets import component, text
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.model_picker import Key
from ganlab.ui.shared.packing import pack
from ganlab.ui.shared.problems import show_errors

VIEW = "layers-view"
SLOWLY = "How it learns: [one of its iterations in slow motion](train?run={}&slow=1)."
LAYER, UNIT, COVER = "layer", "unit", "cover"  # in the address


def show() -> None:
    with show_errors():
        found = choose_model()
        if found is not None:
            if not is_guest():
                st.markdown(SLOWLY.format(found[0].run.id))
            st.fragment(_look)(*found)


def _look(newest: TrainedModel, key: Key) -> None:
    """All that follows the choices, and runs by itself when one is made."""
    with show_errors():
        left, right = st.columns([1, 3], gap="large")
        with left, chosen_network(newest, key) as network:
            given = inputs.choose(network)
            if given is None:
                return
            asked = frames.settled(network, st.query_params.get(LAYER, ""), _number(UNIT) - 1, _number(COVER))
            names = data.class_names_of(newest.run.config)
            head, arrays = frames.frame(network, given, asked, frames.measure(network), names)
        with right:
            view = component("ganlab_layers", "layers/layers_view", css=text("shared/piece.css"))
            view(key=VIEW, data=pack(head, arrays), on_asked_change=partial(_asked, network.inside.takes_images))


def _number(name: str) -> int:
    asked = st.query_params.get(name, "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 8 else 0


def _asked(image: bool) -> None:
    """Takes what was chosen in the view into the address, from where the page reads it."""
    asked: Any = (st.session_state.get(VIEW) or {}).get("asked") or {}
    layer, unit, cover = (asked.get(name) for name in (LAYER, UNIT, COVER))
    if isinstance(layer, str):
        st.query_params[LAYER] = layer
    if isinstance(unit, int | float):
        st.query_params[UNIT] = str(int(unit) + 1)
    if isinstance(cover, int | float):
        st.query_params[COVER] = str(int(cover))
    number = asked.get("number")
    if isinstance(number, int | float) and number >= 0:
        inputs.go_to(int(number), image)
