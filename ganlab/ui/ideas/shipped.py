"""What pieces are sent that show trained models: files that ship with ganlab, packed for the browser."""

from typing import Any

import numpy as np
import streamlit as st

from ganlab import data
from ganlab.sharing import idea_assets
from ganlab.ui.shared.model_picker import digits
from ganlab.ui.shared.packing import pack
from ganlab.ui.shared.theme import PALETTE

EACH = 5  # images of a class that can be chosen


@st.cache_data(max_entries=1, show_spinner=False)
def normalised() -> bytes:
    """Numbers of two generators before their first batch normalisation. Raises GanlabError."""
    return pack(*idea_assets.load("batch"))


def drawn() -> bytes:
    """Decoders of the VAE at several weights of the KL, and where test images lie; of those that can be chosen their
    pixels, too, where the data set is on this computer. Raises GanlabError."""
    return _drawn(data.is_here("mnist"))


@st.cache_data(max_entries=2, show_spinner=False)
def _drawn(here: bool) -> bytes:
    head, arrays = idea_assets.load("draw")
    labels = arrays["labels"]
    numbers = [int(i) for label in range(10) for i in np.flatnonzero(labels == label)[:EACH]]
    more: dict[str, Any] = {"choices": [[int(labels[i]), i] for i in numbers], "palette": PALETTE}
    if here:
        test = digits("mnist")
        if (test.labels[: len(labels)] == labels).all():
            arrays["images"] = test.images[numbers]
    return pack(head | more, arrays)
