"""Which model repairs and which classifier reads, chosen from those that come with ganlab and the user's own runs.

All sections of the Repair page ask here, and the address keeps the choice: `model` and `reader`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data, inference
from ganlab.errors import GanlabError
from ganlab.inference import ClassifierRun, RepairRun, TrainedModel
from ganlab.runs import ACTIVE, Run, describe_length
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.model_picker import Key, Kind, choose, open_newest

REPAIRER = Kind("repair", "model", "repair model")
READER = Kind("classifier", "reader", "classifier")


@dataclass(frozen=True)
class Models:
    """A model that repairs, a classifier that reads (None where there is none), which weights they are, and what the
    classes are called."""

    repairer: RepairRun
    reader: ClassifierRun | None
    key: tuple[Key, Key | None]
    names: tuple[str, ...]

    @property
    def dataset(self) -> str:
        """What the repair model learned from."""
        return self.repairer.run.config.dataset

    @property
    def of_digits(self) -> bool:
        """Whether both learned from digits, which telephone numbers are made of, and not garments."""
        return data.class_names_of(self.repairer.run.config) == self.names == data.DIGIT_NAMES

    def repair(self, damaged: np.ndarray, mask: np.ndarray | None, count: int) -> np.ndarray:
        """Repairs of `damaged`, uint8 `[n, 28, 28]`, by a model that is told the `mask`, bool and as large, or nothing:
        uint8 `[n, count, 28, 28]`, or `[n, 1, 28, 28]` of a model that can make only one."""
        if self.repairer.has_noise:
            return self.repairer.alternatives(damaged, mask, count)
        return self.repairer.repair(damaged, mask)[:, None]

    def read(self, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None]:
        """How the classifier reads two arrays of images, uint8 `[n, 28, 28]` each: float32 `[n, 10]` each, or None."""
        if self.reader is None:
            return None, None
        read = self.reader.classify(np.concatenate([first, second]))
        return read[: len(first)], read[len(first) :]


def choose_models() -> Models | None:
    """Two select boxes, and the models that they name, loaded; None where there is no model to repair with, or it
    cannot be loaded, which is said."""
    left, right = st.columns(2)
    with left:
        repairing = choose(REPAIRER, "Repaired by", default="repair-gan")
    if repairing is None:
        return None
    if READER.query not in st.query_params:
        st.session_state.pop(f"{READER.query}-choice", None)  # so that the default goes with the repair model
    with right:
        judge = inference.JUDGES.get(repairing.config.dataset, "classifier")
        reading = choose(READER, "Read by", default=judge)
    try:
        with left:
            repairer, key = load(repairing)
            _say(repairer)
        with right:
            reader, read_key = load(reading) if reading is not None else (None, None)
            if reader is not None:
                _say(reader)
    except GanlabError as error:
        st.error(plain(str(error)))
        return None
    judged = reader if reader is not None else repairer
    models = Models(repairer, reader, (key, read_key), data.class_names_of(judged.run.config))
    if reader is not None and data.class_names(models.dataset) != data.class_names(reader.run.config.dataset):
        st.warning(
            "The repair model and the classifier learned from different kinds of images, so what the classifier reads "
            "means little. Choose two that learned from the same kind."
        )
    return models


def _say(model: TrainedModel) -> None:
    """How far a model is trained."""
    facts = f"Trained for {describe_length(model.iteration)}."
    if model.run.state in ACTIVE:
        facts += " It is still training. This page uses its newest saved copy."
    st.caption(facts)


def load(run: Run) -> tuple[Any, Key]:
    """The model with the newest weights that a run has kept, and which those are. Raises GanlabError."""
    model, key = open_newest(run)
    _warm(model, key)
    return model, key


@st.cache_resource(max_entries=12, show_spinner="Getting the model ready")
def _warm(_model: Any, key: Key) -> None:
    """Has it read or repair an empty image, as the first image of all takes long."""
    empty = np.zeros((1, 28, 28), np.uint8)
    if isinstance(_model, ClassifierRun):
        _model.classify(empty)
    elif isinstance(_model, RepairRun):
        (_model.alternatives if _model.has_noise else _model.repair)(empty, None)
