"""What becomes of the digits of a number: damaged if asked, repaired and read."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from ganlab.data import damages
from ganlab.ui.repair.model_choice import Models


@dataclass(frozen=True)
class Readings:
    """What becomes of `n` digits: as written, damaged and repaired, uint8 `[n, 28, 28]`, and their probabilities before
    and after the repair, float32 `[n, 10]`; None where there is no classifier."""

    written: np.ndarray
    damaged: np.ndarray
    repaired: np.ndarray
    before: np.ndarray | None
    after: np.ndarray | None


def repair_number(models: Models, written: np.ndarray, lost: np.ndarray | None, known: bool) -> Readings:
    """Damages digits, uint8 `[n, 28, 28]`, where `lost`, bool and as large, says (None: nowhere), repairs and reads
    them. `known` is whether the repair model is told where the damage is."""
    damaged = written if lost is None else damages.apply_damage(written, lost)
    repaired = models.repair(damaged, lost if known else None, 1)[:, 0]
    return Readings(written, damaged, repaired, *models.read(damaged, repaired))


@st.cache_data(max_entries=30, show_spinner="Repairing and reading the digits")
def repair(_models: Models, key: Any, written: np.ndarray, lost: np.ndarray | None, known: bool) -> Readings:
    return repair_number(_models, written, lost, known)
