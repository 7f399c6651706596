"""The plane: the decoder under a marker that is dragged, the map of the test digits, and one of them more closely."""

from typing import Any

import numpy as np
import streamlit as st
from streamlit.components import v2

from ganlab import data, images
from ganlab.errors import GanlabError
from ganlab.inference import AutoencoderRun
from ganlab.ui.frames import pack
from ganlab.ui.latent.chosen import AUTOENCODER, Key, Places, choose, digits, load, places
from ganlab.ui.look import PALETTE
from ganlab.ui.stage import text
from ganlab.ui.words import plain

SHOWN = 2000  # test digits on the map
LEAST_REACH = 3.0  # of the pad to either side: N(0, I) hardly goes farther
NEIGHBOURS = 5
SCALE = 4  # screen pixels for a pixel of an image


def show() -> None:
    """The whole section."""
    run = choose(AUTOENCODER, default="vae-conv")
    if run is None:
        return
    try:
        model, key = load(run)
        if model.latent_size != 2:
            st.info(
                f"This model has {model.latent_size} latent variables, so there is no plane to look at; the other "
                "sections show it. Choose a model with two."
            )
            return
        where = places(model, key)
        _plane(_pack(model, key))
    except GanlabError as error:
        st.error(plain(str(error)))
        return
    st.caption(
        "Drag the marker, or move it with the arrow keys: the decoder runs here in your browser. Numbers are test "
        f"images of {where.source}, where the encoder puts them; the model has never learnt from them."
    )
    st.fragment(_closer)(model, key, where)


def _plane(data: bytes) -> None:
    piece = v2.component(
        "ganlab_plane", html=text("plane.html"), css=text("plane.css"), js=text("decoder.js", "unpack.js", "plane.js")
    )
    piece(key="plane", data=data)


@st.cache_data(max_entries=4, show_spinner="Preparing the plane")
def _pack(_model: AutoencoderRun, key: Key) -> bytes:
    """All that the browser needs: the decoder, and the test digits of the map."""
    where = places(_model, key)
    layers, arrays = _model.decoder_layers()
    numbers = shown(len(where.labels))
    means = where.means[numbers]
    arrays |= {"places": means.astype(np.float32), "labels": where.labels[numbers]}
    if where.images is not None:
        arrays["images"] = where.images[numbers]
    head = {
        "model": "/".join(map(str, key)),
        "layers": layers,
        "reach": max(LEAST_REACH, float(np.quantile(np.abs(means), 0.998)) * 1.03),
        "classes": list(data.class_names(str(_model.run.config["dataset"]))),
        "numbers": numbers.tolist(),
        "palette": PALETTE,
    }
    return pack(head, arrays)


def shown(n: int) -> np.ndarray:
    """Which of `n` test images are on the map, int64, in order."""
    return np.sort(np.random.default_rng(0).permutation(n)[:SHOWN])


def _closer(model: AutoencoderRun, key: Key, where: Places) -> None:
    """The test digit that was clicked; clicks on the plane rerun this alone."""
    line = v2.component("ganlab_plane_line", js=text("plane_line.js"))
    picked: Any = line(key="plane-line", on_pick_change=_picked).get("pick")
    if not isinstance(picked, int | float) or not 0 <= picked < len(where.labels):
        return
    index = int(picked)
    st.subheader("This digit, more closely", anchor=False)
    code = where.means[index : index + 1]
    reconstructed = model.decode(code)
    columns = st.columns([1, 1, 2, 4], gap="medium")
    if where.images is not None:
        _image(columns[0], where.images[index : index + 1], "Original", 1)
    _image(columns[1], reconstructed, "Reconstruction", 1)
    name = data.class_names(str(model.run.config["dataset"]))[where.labels[index]]
    worse = float((where.scores < where.scores[index]).mean())
    columns[2].markdown(f"Test image {index + 1:,}, class **{name}**, at ({code[0, 0]:.2f}, {code[0, 1]:.2f}).")
    columns[2].markdown(
        f"**{where.scores[index]:.1f} nats**: the {'bound (ELBO)' if model.variational else 'negative cross-entropy'}, "
        f"which says how well the model can account for this image; {worse:.0%} of the test images score lower."
    )
    _neighbours(columns[3], where, index, reconstructed[0], str(model.run.config["dataset"]))


def _neighbours(column: Any, where: Places, index: int, reconstructed: np.ndarray, dataset: str) -> None:
    """The nearest training images, by their pixels."""
    train = digits(dataset, "train")
    image = reconstructed if where.images is None else where.images[index]
    nearest = nearest_images(train.images, image, NEIGHBOURS)
    of = "original" if where.images is not None else "reconstruction, as its data set is not here"
    words = f"The {NEIGHBOURS} training images of {train.source} nearest to the {of} (by the distance of their pixels)"
    _image(column, train.images[nearest], words, NEIGHBOURS)


def nearest_images(images: np.ndarray, image: np.ndarray, n: int) -> np.ndarray:
    """Which `n` of uint8 `[m, 28, 28]` have the least Euclidean distance from uint8 `[28, 28]`, the nearest first."""
    flat, wanted = _flat(images), image.reshape(-1).astype(np.float32)
    distances = (flat**2).sum(axis=1) - 2.0 * (flat @ wanted)
    return np.argsort(distances, kind="stable")[:n]


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={np.ndarray: id})
def _flat(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype(np.float32)


def _image(column: Any, shown: np.ndarray, words: str, columns: int) -> None:
    sheet = images.sheet(shown, columns, SCALE)
    column.image(images.png(sheet), caption=words, alt=words, width=sheet.shape[1], output_format="PNG")


def _picked() -> None:
    """The digit is read by the rerun that comes with it."""
