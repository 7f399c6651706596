"""What goes into the network: an image or latent numbers, chosen by the person; and many of them to compare with."""

import contextlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data
from ganlab.data import drawing
from ganlab.errors import GanlabError
from ganlab.inference import GANRun, RepairRun
from ganlab.ui.layers.choice import Network
from ganlab.ui.shared.canvas import draw
from ganlab.ui.shared.fields import LARGEST_SEED, next_number, segments, upload
from ganlab.ui.shared.formatting import name_of
from ganlab.ui.shared.model_picker import Digits, digits

MANY = 100  # inputs that units are compared over
PAPER = 224  # pixels
FIRST = 4  # latent numbers that have a slider
FURTHEST = 4.0
HOLE = slice(10, 18)  # rows and columns, as of the chapter's hole in its middle place
KIND, NUMBER, SEED, CLASS, CUT = "layers-input", "layers-number", "layers-seed", "layers-class", "layers-cut"
TEST, DRAWING, UPLOAD, GENERATED = KINDS = ("Test image", "Drawing", "Upload", "Generated")
EMPTY = {DRAWING: "Draw a digit, a 2 for example.", UPLOAD: "Choose a picture of a digit."}


@dataclass(frozen=True)
class Given:
    """One input, an image, uint8 `[28, 28]`, or latents, float32 `[k]`, and what it is, in words."""

    value: np.ndarray
    words: str


@dataclass(frozen=True)
class Many:
    """Inputs to compare with, uint8 `[n, 28, 28]` or float32 `[n, k]`; what they are called; and of each the number in
    the field that chooses it."""

    inputs: np.ndarray
    called: str
    numbers: np.ndarray


def choose(network: Network) -> Given | None:
    """The input that was chosen; None while there is none, which is said. Raises GanlabError."""
    return _image(network) if network.inside.takes_images else _latents(network)


def many(network: Network) -> Many | None:
    """Many inputs of the kind that the network takes; None where no images are on this computer."""
    if not network.inside.takes_images:
        latents = np.concatenate([network.model.latents(1, seed) for seed in range(MANY)])  # pyright: ignore
        return Many(latents, f"the seeds 0 to {MANY - 1}", np.arange(MANY))
    real = _real(network)
    if real is None:
        return None
    images = _cut(network, real.images[:MANY])
    return Many(images, f"{len(images)} test images", 1 + np.arange(len(images)))


def _real(network: Network) -> Digits | None:
    with contextlib.suppress(GanlabError):
        return digits(network.model.run.config.dataset)
    return None


# Images


def _image(network: Network) -> Given | None:
    real = _real(network)
    offered = [kind for kind in KINDS if kind != GENERATED or isinstance(network.model, GANRun)]
    if real is None:
        st.caption("Its test images are not on this computer, so draw a picture or choose one of your own.")
        offered.remove(TEST)
    kind = segments("What goes in", offered, offered[0], KIND, wrap=True)
    made = {
        TEST: lambda: None if real is None else _test_image(network, real),
        DRAWING: _drawn,
        UPLOAD: lambda: _uploaded(network),
        GENERATED: lambda: _generated(network),
    }[kind]()
    if made is None:
        st.info(EMPTY.get(kind, "There is no image yet."))
        return None
    return Given(_cut(network, made.value[None])[0], made.words)


def _test_image(network: Network, real: Digits) -> Given:
    most = len(real.images)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.number_input("Number", 1, most, 1, key=NUMBER, bind="query-params", width=130)
        st.button("Next", key="layers-next", on_click=next_number, args=(NUMBER, most))
    if isinstance(network.model, RepairRun):
        words = "A repair model is made for damaged images. Off: the image goes in whole."
        st.toggle("Cut a hole into it", True, key=CUT, bind="query-params", help=words)
    name = name_of(data.class_names_of(network.model.run.config), int(real.labels[number - 1]))
    return Given(real.images[number - 1], f"Test image {number:,} of {real.source}, class {name}")


def _cut(network: Network, images: np.ndarray) -> np.ndarray:
    """Test images as the network gets them: a repair model, with a hole."""
    if isinstance(network.model, RepairRun) and st.session_state.get(CUT):
        images = images.copy()
        images[:, HOLE, HOLE] = 0
    return images


def _drawn() -> Given | None:
    ink = draw("layers-drawing", PAPER, PAPER, round(PAPER / 14))
    return None if ink is None else Given(drawing.center(ink), "Your drawing, centred as test images are")


def _uploaded(network: Network) -> Given | None:
    found = upload("A picture of a digit", "layers-upload", network.model.run.config)
    return None if found is None else Given(found[0], "Your picture, as the network sees it")


def _generated(network: Network) -> Given:
    seed = st.number_input("Seed", 0, LARGEST_SEED, 0, key=SEED, bind="query-params", width=130)
    image = network.model.sample(1, seed)[0]  # pyright: ignore[reportAttributeAccessIssue]
    return Given(image, f"An image that the generator draws from seed {seed}")


# Latents


def _latents(network: Network) -> Given:
    model: Any = network.model
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = "The same seed draws the same latent numbers."
        seed = st.number_input("Seed", 0, LARGEST_SEED, 0, key=SEED, bind="query-params", width=130, help=words)
        st.button("Next", key="layers-next-seed", on_click=_next_seed)
    latents = model.latents(1, seed)[0]
    size = min(FIRST, len(latents))
    st.caption(f"Seed {seed} draws {len(latents)} latent numbers. Add something to the first {size}:")
    for place in range(size):
        latents[place] += _slider(place, latents[place])
    asked = _class(model) if getattr(model, "classes", 0) else None
    if asked is not None:
        latents = np.concatenate([latents, np.eye(model.classes, dtype=np.float32)[asked]])
    return Given(latents, f"Latent numbers of seed {seed}" + ("" if asked is None else f", class {asked}"))


def _slider(place: int, first: float) -> float:
    """How far a latent number is moved from what the seed has drawn."""
    key = f"layers-z{place + 1}"
    label = f"To number {place + 1}, which is {first:.2f}".replace("-", "−")
    return st.slider(label, -FURTHEST, FURTHEST, 0.0, 0.1, "%+.1f", key=key, bind="query-params")


def _class(model: GANRun) -> int:
    names = data.class_names_of(model.run.config)
    options = list(range(model.classes))
    return st.selectbox(
        "Class",
        options,
        format_func=lambda label: name_of(names, label),
        key=CLASS,
        bind="query-params",
        width=130,
    )


def _next_seed() -> None:
    st.session_state[SEED] = (st.session_state[SEED] + 1) % (LARGEST_SEED + 1)


def go_to(number: int, image: bool) -> None:
    """For a callback: has one of the many inputs go in, a test image or a seed."""
    if image:
        st.session_state[KIND] = TEST
    st.session_state[NUMBER if image else SEED] = number
