"""Which model repairs and which classifier reads, chosen from those that come with ganlab and the user's own runs.

All sections of the Repair page ask here, and the address keeps the choice: `model` and `reader`.
"""

import contextlib
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data, inference
from ganlab.errors import GanlabError
from ganlab.inference import ClassifierRun, RepairRun
from ganlab.runs import ACTIVE, Run
from ganlab.startup import when_started
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.model_picker import Key, Kind, choose, newest, open_newest, open_weights, ships, trained_for

REPAIRER = Kind(("repair",), "model", "repair model")
READER = Kind(("classifier",), "reader", "classifier")


@dataclass(frozen=True)
class Models:
    """The run of a model that repairs, and of a classifier that reads (None where there is none), and which weights of
    theirs are used. The models themselves are loaded when they are first asked for, which may raise GanlabError."""

    repairing: Run
    reading: Run | None
    key: tuple[Key, Key | None]

    @property
    def repairer(self) -> RepairRun:
        return open_weights(self.key[0])

    @property
    def reader(self) -> ClassifierRun | None:
        return None if self.key[1] is None else open_weights(self.key[1])

    def load(self) -> None:
        """Has both models loaded, and answer once, as the first image of all takes long. Raises GanlabError."""
        for key in filter(None, self.key):
            _warm(open_weights(key), key)

    @property
    def dataset(self) -> str:
        """What the repair model learned from."""
        return self.repairing.config.dataset

    @property
    def names(self) -> tuple[str, ...]:
        """What the classes are called."""
        return data.class_names_of((self.reading or self.repairing).config)

    @property
    def of_digits(self) -> bool:
        """Whether both learned from digits, which telephone numbers are made of, and not garments."""
        return data.class_names_of(self.repairing.config) == self.names == data.DIGIT_NAMES

    @property
    def has_critic(self) -> bool:
        """Whether a critic ranks the repairs of a model that makes several."""
        return bool(self.repairing.config.values.get("adversarial_weight"))

    @property
    def kept_example(self) -> dict[str, np.ndarray] | None:
        """The worked example that came with the repair model, if it was read by this classifier."""
        with contextlib.suppress(GanlabError):
            judge = inference.judge_for(self.dataset)
            if ships(self.repairing) and judge and self.reading and judge.path == self.reading.path:
                return self.repairing.example()
        return None


def choose_models(at_once: bool = True) -> Models | None:
    """Two select boxes, and the models that they name; None where there is no model to repair with, or it cannot be
    loaded, which is said. Unless they are wanted `at_once`, models that ship with an example are loaded in the
    background."""
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
        models = Models(repairing, reading, (newest(repairing), None if reading is None else newest(reading)))
        waits = at_once or models.kept_example is None
        for run, key, place in zip((repairing, reading), models.key, (left, right), strict=True):
            if run is not None and key is not None:
                with place:
                    if waits:
                        _warm(open_weights(key), key)
                    _say(run, key)
    except GanlabError as error:
        st.error(plain(str(error)))
        return None
    if not waits:
        when_started(partial(_load_behind, models, models.key))
    if reading is not None and data.class_names(models.dataset) != data.class_names(reading.config.dataset):
        st.warning(
            "The repair model and the classifier learned from different kinds of images, so what the classifier reads "
            "means little. Choose two that learned from the same kind."
        )
    return models


def _say(run: Run, key: Key) -> None:
    """How far a model is trained."""
    facts = f"Trained for {trained_for(key)}."
    if run.state in ACTIVE:
        facts += " It is still training. This page uses its newest saved copy."
    st.caption(facts)


def load(run: Run) -> tuple[Any, Key]:
    """The model with the newest weights that a run has kept, and which those are. Raises GanlabError."""
    model, key = open_newest(run)
    _warm(model, key)
    return model, key


@st.cache_resource(max_entries=12, show_spinner=False)
def _load_behind(_models: Models, key: tuple[Key, Key | None]) -> None:
    """`Models.load` where nobody watches; what goes wrong is said to who needs the models."""
    with contextlib.suppress(GanlabError):
        _models.load()


@st.cache_resource(max_entries=12, show_spinner="Getting the model ready")
def _warm(_model: Any, key: Key) -> None:
    """Has it read or repair an empty image, as the first image of all takes long."""
    empty = np.zeros((1, 28, 28), np.uint8)
    if isinstance(_model, ClassifierRun):
        _model.classify(empty)
    elif isinstance(_model, RepairRun):
        (_model.alternatives if _model.has_noise else _model.repair)(empty, None)
