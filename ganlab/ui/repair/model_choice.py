"""Which model repairs and which classifier reads, chosen from those that come with ganlab and the user's own runs.

All sections of the Repair page ask here, and the address keeps the choice: `model` and `reader`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data, inference
from ganlab.errors import GanlabError
from ganlab.inference import ClassifierRun, RepairRun, TrainedModel
from ganlab.runs import ACTIVE, Run, describe_length
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.model_picker import Key, Kind, choose, stamp

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
    if reader is not None and not _fit(models.dataset, reader.run.config.dataset):
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


def _fit(first: str, second: str) -> bool:
    return data.class_names(first) == data.class_names(second)


def load(run: Run) -> tuple[Any, Key]:
    """The model with the newest weights that a run has kept, and which those are; kept until there are newer ones.
    Raises GanlabError."""
    weights = run.weights
    if weights is None:
        raise GanlabError(f"The run {run.id} has just been deleted.")
    key = (str(run.path), str(weights), stamp(weights))
    return _open(*key), key


@st.cache_resource(
    max_entries=6, show_spinner="Loading the models. The first time takes several seconds, as TensorFlow has to start."
)
def _open(path: str, weights: str, stamp: int) -> Any:
    """The model, warm: the first image of all takes long."""
    model = inference.load_weights(Run(Path(path)), Path(weights))
    empty = np.zeros((1, 28, 28), np.uint8)
    if isinstance(model, ClassifierRun):
        model.classify(empty)
    elif isinstance(model, RepairRun):
        (model.alternatives if model.has_noise else model.repair)(empty, None)
    return model
