"""Which network is looked into, and with which of the weights that its run has kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

import streamlit as st

from ganlab import inference
from ganlab.inference import TrainedModel
from ganlab.inference.layers import Inside
from ganlab.runs import ACTIVE, Run, describe_length, layout
from ganlab.ui.layers.layer_words import title_of_network
from ganlab.ui.shared.model_picker import Key, Kind, choose, open_newest, ships, stamp

IMAGES = Kind(("gan", "autoencoder", "classifier", "repair"), "model", "model of images")
DEFAULT = "classifier"
NETWORK, AT = "network", "at"  # in the address
PARTNERS = {"generator": "discriminator", "averaged": "discriminator"}


@dataclass(frozen=True)
class Network:
    """A network of a model, and which weights it has."""

    model: TrainedModel
    name: str
    key: Key

    @property
    def inside(self) -> Inside:
        return self.model.inside(self.name)


def choose_model() -> tuple[TrainedModel, Key] | None:
    """The chosen model with its newest weights; None where there is nothing to choose from. Raises GanlabError."""
    run = choose(IMAGES, default=DEFAULT)
    return None if run is None else open_newest(run)


@contextmanager
def chosen_network(newest: TrainedModel, key: Key) -> Iterator[Network]:
    """The network and the iteration that were chosen; nobody else changes its weights meanwhile. Raises GanlabError."""
    name = _choose_network(newest)
    files = {} if name not in newest.networks() else _kept(newest.run, newest.iteration)
    at = _choose_iteration(newest, list(files))
    _tell(newest, at, name)
    if at == newest.iteration:
        yield Network(newest, name, key)
        return
    oldest = files[min(files)]
    model, lock = _for_earlier(str(newest.run.path), str(oldest), stamp(oldest))
    with lock:
        if model.iteration != at:
            model.take_weights(files[at])
        yield Network(model, name, (str(newest.run.path), str(files[at]), stamp(files[at])))


def _choose_network(model: TrainedModel) -> str:
    names = list(model.kept_networks())
    asked = st.query_params.get(NETWORK)
    st.session_state["layers-network"] = name = asked if asked in names else names[0]
    if len(names) == 1:
        return name
    st.segmented_control(
        "Network",
        names,
        format_func=title_of_network,
        required=True,
        key="layers-network",
        on_change=_remember,
        args=(NETWORK, "layers-network"),
    )
    return name


def _kept(run: Run, newest: int) -> dict[int, Path]:
    """The snapshots of before its newest weights, by their iterations."""
    files = {layout.iteration_of(file): file for file in layout.snapshots(run.path)}
    return {iteration: file for iteration, file in files.items() if iteration != newest}


def _choose_iteration(newest: TrainedModel, earlier: list[int]) -> int:
    if not earlier:
        return newest.iteration
    options = sorted([*earlier, newest.iteration])
    asked = st.query_params.get(AT, "")
    at = int(asked) if asked.isdecimal() and int(asked) in options else newest.iteration
    st.session_state["layers-at"] = at
    st.select_slider(
        "After so many iterations",
        options,
        format_func="{:,}".format,
        key="layers-at",
        on_change=_remember,
        args=(AT, "layers-at"),
        help="The run has kept its weights at these moments of its training.",
    )
    return at


def _remember(query: str, key: str) -> None:
    st.query_params[query] = str(st.session_state[key])


def _tell(model: TrainedModel, at: int, name: str) -> None:
    """How far it was trained, and what of it is missing here."""
    words = f"After {describe_length(at)}."
    if model.run.state in ACTIVE:
        words += " The run is still training: these are the weights that it saved last."
    partner = PARTNERS.get(name)
    if partner and isinstance(model, inference.GANRun) and partner not in model.kept_networks():
        words += (
            " A model that comes with ganlab has not kept its discriminator, so only the network that draws is here."
            if ships(model.run)
            else " The run has not kept the discriminator that goes with these weights."
        )
    st.caption(words)


@st.cache_resource(max_entries=2, show_spinner="Loading the model once more, to go back to earlier weights")
def _for_earlier(path: str, weights: str, stamp: int) -> tuple[Any, RLock]:
    """A model that goes from one snapshot to another, as making its networks anew would take too long."""
    return inference.load_weights(Run(Path(path)), Path(weights)), RLock()
