"""The plane: the decoder under a marker that is dragged, the map of the test images, and one of them more closely."""

import math
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data
from ganlab.inference import AutoencoderRun, KeptDecoder
from ganlab.ui.latent.slices import pack_slices, reach
from ganlab.ui.latent.walks import start_from
from ganlab.ui.shared.assets import component, text
from ganlab.ui.shared.formatting import name_of
from ganlab.ui.shared.model_picker import Key, Places, about_score, choose_decoder, digits, open_weights, places
from ganlab.ui.shared.packing import pack
from ganlab.ui.shared.pictures import sheet
from ganlab.ui.shared.problems import show_errors
from ganlab.ui.shared.theme import PALETTE

SHOWN = 2000  # test images on the map
NEIGHBOURS = 5
SCALE = 4  # screen pixels for a pixel of an image


def show() -> None:
    """The whole section."""
    with show_errors():
        loaded = choose_decoder("vae-conv")
        if loaded is None:
            return
        model, key = loaded
        if model.latent_size < 2:
            st.info("This model has a single latent number, so it has no plane. Choose a model with more.")
            return
        where = places(model, key)
        plane(model, key)
        _explain(model, where)
        st.fragment(_closer)(model, key, where)


def plane(
    model: AutoencoderRun | KeptDecoder, key: Key, name: str = "plane", group: str = "", most: float = math.inf
) -> None:
    """The piece itself. Pads of one `group` share the place of their marker; a pad goes as far as `most` at most."""
    piece = component("ganlab_plane", "latent/plane", css=text("shared/piece.css"))
    piece(key=name, data=_pack(model, key, group, most))


def _explain(model: AutoencoderRun | KeptDecoder, where: Places) -> None:
    words = (
        "Drag the marker, or move it with the arrow keys: your browser runs the **decoder**, the network that draws an "
        f"image from latent numbers. Dots are test images of {where.source}, from which the model did not learn, where "
        "its **encoder** puts them, the network that finds the latent numbers of an image. Near the pointer the dots "
        "turn into numerals, which say what class an image belongs to."
    )
    if model.latent_size > 2:
        words += (
            f" This is a flat **slice** through a space of {model.latent_size} dimensions. Moving across and up "
            "changes two of them and leaves the others as they are. The two are numbers of the model, or principal "
            "directions: mixtures of the numbers along which the test images vary most (the percentage is the share of "
            "their variance). A test image stands at its own values of these two, whatever its other numbers are. So "
            "images side by side here may be far apart in the space, and the drawing under a dot need not look like "
            "its image."
        )
    st.caption(words)


@st.cache_data(max_entries=4, show_spinner="Preparing the plane")
def _pack(_model: AutoencoderRun | KeptDecoder, key: Key, group: str, most: float) -> bytes:
    """All that the browser needs: the decoder, and the test images of the map."""
    where = places(_model, key)
    layers, arrays = _model.decoder_layers()
    numbers = shown(len(where.labels))
    means = where.means[numbers]
    head: dict[str, Any] = {}
    if _model.latent_size > 2:
        head["slice"], more = pack_slices(where)
        arrays |= more
    arrays |= {"places": means.astype(np.float32), "labels": where.labels[numbers]}
    if where.images is not None:
        arrays["images"] = where.images[numbers]
    head |= {
        "model": "/".join(map(str, key)),
        "run": _model.run.id,
        "layers": layers,
        "size": _model.latent_size,
        "group": group,
        "reach": min(reach(means), most),
        "classes": list(data.class_names_of(_model.run.config)),
        "numbers": numbers.tolist(),
        "palette": PALETTE,
    }
    return pack(head, arrays)


def shown(n: int) -> np.ndarray:
    """Which of `n` test images are on the map, int64, in order."""
    return np.sort(np.random.default_rng(0).permutation(n)[:SHOWN])


def _closer(shown: AutoencoderRun | KeptDecoder, key: Key, where: Places) -> None:
    """The test image that was clicked; clicks on the plane rerun this alone."""
    line = component("ganlab_plane_line", "latent/plane_line")
    dataset = shown.run.config.dataset
    picked: Any = line(key=f"plane-line-{dataset}", on_pick_change=_picked).get("pick")
    if not isinstance(picked, int | float) or not 0 <= picked < len(where.labels):
        return
    index = int(picked)
    st.header("A closer look at this test image", anchor=False)
    with show_errors():
        _look(shown if isinstance(shown, AutoencoderRun) else open_weights(key), key, where, index)


def _look(model: AutoencoderRun, key: Key, where: Places, index: int) -> None:
    dataset = model.run.config.dataset
    code = where.means[index : index + 1]
    reconstructed = model.decode(code)
    columns = st.columns([1, 1, 2, 4], gap="medium")
    if where.images is not None:
        _images(columns[0], where.images[index : index + 1], "Original")
    _images(columns[1], reconstructed, "The model's copy")
    name = name_of(data.class_names_of(model.run.config), int(where.labels[index]))
    worse = float((where.scores < where.scores[index]).mean())
    at = f", at ({code[0, 0]:.2f}, {code[0, 1]:.2f})" if model.latent_size == 2 else ""
    columns[2].markdown(f"Test image {index + 1:,}, class **{name}**{at}.")
    columns[2].markdown(
        f"Its score is **{where.scores[index]:.1f} nats**; {worse:.0%} of the test images score lower.",
        help=about_score(model),
    )
    _neighbours(columns[3], where, index, reconstructed[0], dataset)
    with st.container(horizontal=True):
        for name, words in (("A", "Walk from this image"), ("B", "Walk to this image")):
            help = f"Makes it {name}, one end of a walk between two images."
            if st.button(words, key=f"plane-walk-{name}", help=help):
                _go_to_walk(model, name, index)


def _go_to_walk(model: AutoencoderRun, name: str, index: int) -> None:
    """Opens the walks, with all the ends that were picked on this model's plane."""
    picked = st.session_state.setdefault(f"plane-picked-{model.run.path}", {})
    picked[name] = index
    for end, number in picked.items():
        start_from(end, number, flat=model.latent_size == 2)
    st.query_params.update({"model": st.session_state["model-choice"], "section": "walk"})
    st.rerun()


def _neighbours(column: Any, where: Places, index: int, reconstructed: np.ndarray, dataset: str) -> None:
    """The nearest training images, by their pixels."""
    train = digits(dataset, "train")
    image = reconstructed if where.images is None else where.images[index]
    nearest = nearest_images(train.images, image, NEIGHBOURS)
    of = "original" if where.images is not None else "copy, as the data set of the original is not on this computer"
    words = f"The {NEIGHBOURS} training images of {train.source} whose pixels are nearest to the {of}"
    _images(column, train.images[nearest], words)


def nearest_images(images: np.ndarray, image: np.ndarray, n: int) -> np.ndarray:
    """Which `n` of uint8 `[m, 28, 28]` have the least Euclidean distance from uint8 `[28, 28]`, the nearest first."""
    (_, flat), wanted = _flat(images), image.reshape(-1).astype(np.float32)
    distances = (flat**2).sum(axis=1) - 2.0 * (flat @ wanted)
    return np.argsort(distances, kind="stable")[:n]


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={np.ndarray: id})
def _flat(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """With the images themselves: they are known again by where they are, which must not become another's place."""
    return images, images.reshape(len(images), -1).astype(np.float32)


def _images(column: Any, shown: np.ndarray, words: str) -> None:
    with column:
        sheet(shown, len(shown), words, words, SCALE, "content")


def _picked() -> None:
    """The image is read by the rerun that comes with it."""
