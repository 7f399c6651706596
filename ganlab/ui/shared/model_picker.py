"""Which model a page or a section looks into, loaded once and kept until its run has newer weights."""

import contextlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data, inference
from ganlab.errors import GanlabError
from ganlab.inference import AutoencoderRun, KeptDecoder, kept_decoder
from ganlab.runs import ACTIVE, Run, describe_length, layout, list_runs, resolve, runs_folder
from ganlab.runs.folders import PRETRAINED
from ganlab.startup import when_started
from ganlab.ui.shared.formatting import many, name_of, plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.run_labels import images_of, preset_of, spec_of, title_of

MOST_PLACES = 10_000  # test images on a map
WIDTH = 520  # pixels of the field where a model is chosen
Key = tuple[str, str, int]


@dataclass(frozen=True)
class Kind:
    """What a section can look into: models of these families; `query` is where the address names it, `noun` what people
    call it."""

    families: tuple[str, ...]
    query: str
    noun: str


GAN = Kind(("gan",), "gan", "GAN")
AUTOENCODER = Kind(("autoencoder",), "model", "autoencoder")


def choose(kind: Kind, label: str = "", query: str = "", default: str = "") -> Run | None:
    """The run that is looked at; None where there is nothing to choose from, with a way on."""
    query = query or kind.query
    offered = list_offered(kind)
    asked = st.query_params.get(query, "")
    if asked and asked not in offered:
        try:
            offered[asked] = _checked(kind, resolve(asked, runs_folder()))
        except GanlabError as error:
            st.warning(plain(str(error)))
    if not offered:
        st.info(f"There is no {kind.noun} to look into yet. Train one, for a minute at least, and come back.")
        if not is_guest() and st.button(f"Train {_a(kind)}", type="primary"):
            st.switch_page("pages/train.py")
        return None
    key = f"{query}-choice"
    if asked in offered:
        st.session_state[key] = asked
    elif st.session_state.get(key) not in offered:
        wanted = (str(PRETRAINED / default), default, *offered)
        st.session_state[key] = next(name for name in wanted if name in offered)
    label = label or f"{kind.noun[0].upper()}{kind.noun[1:]}"
    titles = {name: label_of(run) for name, run in offered.items()}
    kept = {"key": key, "on_change": _remember_choice, "args": (query, key)}
    return offered[st.selectbox(label, list(titles), format_func=titles.__getitem__, width=WIDTH, **kept)]


def _a(kind: Kind) -> str:
    return f"a{'n' if kind.noun[0] in 'aeiou' else ''} {kind.noun}"


def list_offered(kind: Kind) -> dict[str, Run]:
    """The runs that have weights, by the name that they are asked for by: own ones, newest first, then those that
    ship with ganlab."""
    own, shipped = list_runs(runs_folder())[0], list_runs(PRETRAINED)[0]
    taken = {run.path.name for run in own}
    named = {run.path.name: run for run in own}
    named |= {str(run.path) if run.path.name in taken else run.path.name: run for run in shipped}
    return {name: run for name, run in named.items() if _is(kind, run) and run.weights}


def _is(kind: Kind, run: Run) -> bool:
    spec = spec_of(run)
    return spec is not None and spec.family in kind.families


def _checked(kind: Kind, run: Run) -> Run:
    """The same run, if it can be looked into here; raises GanlabError if not."""
    if not _is(kind, run):
        raise GanlabError(
            f"{title_of(run)} ({run.id}) is not {_a(kind)}, so this section cannot show it. Choose another run."
        )
    if run.weights is None:
        raise GanlabError(f"The run {run.id} has not saved any weights yet. Let it train a little longer.")
    return run


def ships(run: Run) -> bool:
    """Whether it came with ganlab."""
    return run.path.is_relative_to(PRETRAINED)


def label_of(run: Run) -> str:
    about = ", ".join(filter(None, (title_of(run), images_of(run), preset_of(run))))
    return f"{about} ({'comes with ganlab' if ships(run) else run.path.name})"


def _remember_choice(query: str, key: str) -> None:
    st.query_params[query] = st.session_state[key]


def choose_loaded(kind: Kind, default: str) -> tuple[Any, Key] | None:
    """As `choose` and `load`, in one line, which on a wide screen leaves the section below as much room as it can."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        run = choose(kind, default=default)
        return None if run is None else load(run)


def choose_decoder(default: str) -> tuple[AutoencoderRun | KeptDecoder, Key] | None:
    """As `choose_loaded`, an autoencoder. Of one that ships it is only the decoder, which is there at once; the model
    itself, which `open_weights` gives, is loaded in the background."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        run = choose(AUTOENCODER, default=default)
        if run is None:
            return None
        kept = kept_decoder(run) if ships(run) else None
        if kept is None:
            return load(run)
        key = newest(run)
        when_started(partial(_load_behind, key))
        _say(run, key, kept.latent_size)
        return kept, key


def load(run: Run) -> tuple[Any, Key]:
    """As `open_newest`, with a sentence on the model."""
    model, key = open_newest(run)
    _say(run, key, model.latent_size)
    return model, key


def _say(run: Run, key: Key, latent_size: int) -> None:
    numbers = many(latent_size, "latent number")
    facts = f"After {trained_for(key)}. It draws each image from {numbers}."
    if run.state in ACTIVE:
        facts += " It is still training: images here are drawn with the weights that it saved last."
    st.caption(facts)


@st.cache_resource(max_entries=12, show_spinner=False)
def _load_behind(key: Key) -> None:
    """`open_weights` where nobody watches; what goes wrong is said to who needs the model."""
    with contextlib.suppress(GanlabError):
        open_weights(key)


def open_newest(run: Run) -> tuple[Any, Key]:
    """The model with the newest weights that the run has kept, and which those are. Raises GanlabError."""
    key = newest(run)
    return open_weights(key), key


def newest(run: Run) -> Key:
    """Which weights are the newest that the run has kept. Raises GanlabError where it has none any more."""
    weights = run.weights
    if weights is None:
        raise GanlabError(f"The run {run.id} has just been deleted.")
    return (str(run.path), str(weights), stamp(weights))


def open_weights(key: Key) -> Any:
    """The model with these weights, loaded once. Raises GanlabError."""
    return _open(*key)


def trained_for(key: Key) -> str:
    """After how many iterations weights were kept, in words."""
    return describe_length(layout.iteration_of(Path(key[1])))


def stamp(file: Path) -> int:
    """When the file was written; a run that trains on may have just put another in its place."""
    with contextlib.suppress(OSError):
        return file.stat().st_mtime_ns
    return 0


@st.cache_resource(
    max_entries=12,
    show_spinner="Loading the model. The first time takes a few seconds longer, as TensorFlow starts, too.",
)
def _open(path: str, weights: str, stamp: int) -> Any:
    return inference.load_weights(Run(Path(path)), Path(weights))


@st.cache_data(max_entries=200, show_spinner=False)
def decode(_model: AutoencoderRun, key: Key, latents: np.ndarray) -> np.ndarray:
    """What a model draws, uint8 `[n, 28, 28]`, of latents, float32 `[n, k]`."""
    return _model.decode(latents)


@st.cache_data(max_entries=50, show_spinner=False)
def reconstruct(_model: AutoencoderRun, key: Key, images: np.ndarray) -> np.ndarray:
    """A model's copies of images; both uint8 `[n, 28, 28]`."""
    return _model.reconstruct(images)


def images_of_dataset(dataset: str) -> data.Dataset:
    """A data set, without downloading anything, kept until its images are others, as when a training has downloaded
    them. Raises GanlabError where there are none."""
    return _read(dataset, data.stamp(dataset))


@st.cache_resource(max_entries=4, show_spinner="Reading the images")
def _read(dataset: str, stamp: str) -> data.Dataset:
    return data.load(dataset, download=False)


@dataclass(frozen=True)
class Digits:
    """Real images, uint8 `[n, 28, 28]`, with their labels `[n]`, and a sentence that says which they are."""

    images: np.ndarray
    labels: np.ndarray
    source: str


def digits(dataset: str, part: str = "test") -> Digits:
    """The `part` ("train" or "test") of a data set, without downloading anything: else the offline digits.

    Raises GanlabError where there is neither.
    """
    found = images_of_dataset(dataset)
    test = part == "test" and len(found.x_test) > 0
    images, labels = (found.x_test, found.y_test) if test else (found.x_train, found.y_train)
    return Digits(images[:MOST_PLACES] if test else images, labels[:MOST_PLACES] if test else labels, found.title)


def about_score(model: AutoencoderRun) -> str:
    """What the score of an image means."""
    if model.variational:
        return (
            "Scores are in nats, units of information. The score is a lower bound (the ELBO) on the logarithm of the "
            "probability that the model gives to the image: the higher, the more usual the image."
        )
    return (
        "Scores are in nats, units of information. The score is minus what the model's copy of the image loses: the "
        "higher, the better the copy."
    )


@dataclass(frozen=True)
class Places:
    """Where test images lie: means `[n, k]` and scores (nats, `[n]`), float32; labels uint8 `[n]`.

    `images` are the originals, uint8 `[n, 28, 28]`, where they are on this computer.
    """

    means: np.ndarray
    labels: np.ndarray
    scores: np.ndarray
    images: np.ndarray | None
    source: str


def places(model: AutoencoderRun | KeptDecoder, key: Key) -> Places:
    """The map of a model: the one that it was published with, else made from the images of its data set."""
    return _places(model, key, data.stamp(model.run.config.dataset))


@st.cache_resource(max_entries=4, show_spinner="Placing the test images on the map")
def _places(_model: AutoencoderRun | KeptDecoder, key: Key, stamp: str) -> Places:
    run = _model.run
    kept = run.map()
    if kept is not None:
        real = digits(run.config.dataset) if data.is_here(run.config.dataset) else None
        images = real.images if real is not None and np.array_equal(kept["labels"], real.labels) else None
        title = run.config.data.title if run.config.data else ""
        return Places(kept["means"], kept["labels"], kept["scores"], images, title)
    assert isinstance(_model, AutoencoderRun)
    real = digits(run.config.dataset)
    means, _ = _model.encode(real.images)
    return Places(means, real.labels, _model.score(real.images), real.images, real.source)


@dataclass(frozen=True)
class Placed:
    """An autoencoder, which weights it has, and the test images that it has placed."""

    model: AutoencoderRun
    key: Key
    places: Places

    @property
    def dataset(self) -> str:
        """What the model learned from."""
        return self.model.run.config.dataset

    @property
    def classes(self) -> dict[str, int]:
        """The labels of the classes that the map has, by their names."""
        names = data.class_names_of(self.model.run.config)
        return {name_of(names, label): label for label in np.unique(self.places.labels).tolist()}

    def draw(self, latents: np.ndarray) -> np.ndarray:
        """uint8 `[n, 28, 28]` of latents `[n, k]`."""
        return decode(self.model, self.key, latents.astype(np.float32))

    def worse(self, score: float) -> float:
        """The share of test images that score less."""
        return float((self.places.scores < score).mean())


def choose_placed(default: str) -> Placed | None:
    """The chosen autoencoder, as `choose_loaded`, with its map."""
    loaded = choose_loaded(AUTOENCODER, default)
    return None if loaded is None else Placed(*loaded, places(*loaded))
