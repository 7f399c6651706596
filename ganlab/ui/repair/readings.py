"""What becomes of the digits of a number, remembered while its settings stay."""

from typing import Any

import numpy as np
import streamlit as st

from ganlab.reading import Readings, read_digits
from ganlab.ui.repair.model_choice import Models


@st.cache_data(max_entries=30, show_spinner="Repairing and reading the digits")
def repair(_models: Models, key: Any, written: np.ndarray, lost: np.ndarray | None, known: bool) -> Readings:
    """As `read_digits`, by the models that a person chose, whose `key` says which."""
    return read_digits(written, _models.reader, _models.repairer, lost, known)
