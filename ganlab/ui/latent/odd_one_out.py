"""How usual images are by a model's own score: the most and least usual test images, and one of your own among them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data
from ganlab.data import drawing
from ganlab.inference import SCORE_SAMPLES, AutoencoderRun
from ganlab.ui.latent.corruptions import CORRUPTIONS
from ganlab.ui.shared import charts
from ganlab.ui.shared.canvas import draw
from ganlab.ui.shared.fields import IN_SESSION, next_number, seed, segments, upload
from ganlab.ui.shared.formatting import name_of, plain
from ganlab.ui.shared.model_picker import Digits, Key, Placed, choose_placed, digits
from ganlab.ui.shared.pictures import picture, sheet
from ganlab.ui.shared.problems import show_errors
from ganlab.ui.shared.theme import POINTED_OUT, TEST_IMAGES

EXTREMES, COLUMNS = 20, 10
BINS = 60
PICTURE, SCALE = 168, 6  # screen pixels of an image, and of each of its pixels
EVERY = "all"
EMPTY = np.zeros((28, 28), np.uint8)
NALISNICK = "https://arxiv.org/abs/1810.09136"
FASHION = "fashion-mnist"
NOUNS = {"mnist": "digits", "offline": "digits", FASHION: "garments"}


def show() -> None:
    """The whole section."""
    with show_errors():
        judge = choose_placed("vae")
        if judge is not None:
            _explain(judge)
            _candidate(judge)
            _extremes(judge)
            _limits(judge)


# The score


@dataclass(frozen=True)
class Verdict:
    """What a model says of an image: its score and the parts of it in nats, and its copy, uint8 `[28, 28]`."""

    score: float
    reconstruction: float
    kl: float
    copy: np.ndarray


@st.cache_data(max_entries=200, show_spinner=False)
def _verdict(_model: AutoencoderRun, key: Key, image: np.ndarray) -> Verdict:
    image = image[None]
    reconstruction, kl = _model.nats(image, SCORE_SAMPLES)[0].tolist()
    return Verdict(float(_model.score(image)[0]), reconstruction, kl, _model.reconstruct(image)[0])


def _noun(judge: Placed) -> str:
    """What the images of its data set are called."""
    return NOUNS.get(judge.dataset, "images")


def _explain(judge: Placed) -> None:
    if judge.model.variational:
        st.markdown(
            "A VAE can say how usual an image is. Its **score** is a lower bound (the ELBO) on the logarithm of the "
            "probability that the VAE gives to the image; the higher, the more usual. Scores are in nats, units of "
            "information: by this bound, an image that scores 10 nats less than another is about 22,000 times less "
            "probable."
        )
    else:
        st.markdown(
            "A plain autoencoder knows no probabilities. Its **score** is minus what its copy of an image loses, in "
            "nats (units of information). The higher the score, the better the copy, and so the more usual the image."
        )


# The candidate


def _candidate(judge: Placed) -> None:
    st.header("Test an image", anchor=False)
    st.caption("Give the model any image, and compare its score with those of the test images.")
    kind = segments("Which image", CANDIDATES, "Damaged digit", "odd-candidate")
    left, right = st.columns([2, 3], gap="large")
    image = None
    with left, show_errors():
        image = CANDIDATES[kind](judge)
    if image is not None:
        with right:
            _place(judge, image)


def _place(judge: Placed, image: np.ndarray) -> None:
    """An image, uint8 `[28, 28]`, with its copy and its score among the others."""
    verdict = _verdict(judge.model, judge.key, image)
    st.markdown(f"**{judge.worse(verdict.score):.1%} of the real {_noun(judge)} score lower.**")
    charts.show(draw_scores(judge.places.scores, verdict.score), "odd-scores")
    with st.container(horizontal=True):
        picture(image, "What the model sees", PICTURE, SCALE)
        picture(verdict.copy, "The model's copy", PICTURE, SCALE)
    with st.container(horizontal=True, key="odd-parts"):
        st.metric("Score", f"{verdict.score:.1f}")
        st.metric("Lost in the copy", f"{verdict.reconstruction:.1f}")
        if judge.model.variational:
            st.metric("Spent on the latent numbers", f"{verdict.kl:.1f}")
    if judge.model.variational:
        st.caption(
            "All in nats. The score is minus the sum of two parts: what the copy loses of the image (the "
            "reconstruction loss), and how much information it takes to say which latent numbers the image has (the KL "
            "divergence)."
        )
    else:
        st.caption("In nats. The score is minus what the copy loses of the image.")


def draw_scores(scores: np.ndarray, score: float) -> dict[str, Any]:
    """A Plotly figure: a histogram of scores `[n]` with a line at one. One that is far off stands at the border, as the
    histogram would otherwise be too narrow to read."""
    low, high = float(scores.min()), float(scores.max())
    room = max(high - low, 1.0) / 2
    at = float(np.clip(score, low - room, high + room))
    off = "" if at == score else " (further left)" if score < at else " (further right)"
    counts, edges = np.histogram(scores, BINS)
    bars = {
        "type": "bar",
        "x": ((edges[1:] + edges[:-1]) / 2).round(2).tolist(),
        "y": counts.tolist(),
        "width": float(edges[1] - edges[0]),
        "marker": {"color": TEST_IMAGES},
        "hovertemplate": "%{y} test images around %{x:.0f} nats<extra></extra>",
    }
    line = {"color": POINTED_OUT, "width": 3, "dash": "solid" if at == score else "dot"}
    layout = {
        "height": 280,
        "margin": {**charts.MARGIN, "t": 36},
        "bargap": 0,
        "showlegend": False,
        "xaxis": {**charts.titled("score in nats"), "automargin": True, "zeroline": False},
        "yaxis": {**charts.titled("test images"), "automargin": True},
        "shapes": [{"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line}],
        "annotations": [
            {
                "x": at,
                "y": 1.0,
                "yref": "paper",
                "yanchor": "bottom",
                "xanchor": "left" if at < low else "right" if at > high else "center",
                "showarrow": False,
                "text": f"your image, {score:,.0f}{off}",
            }
        ],
    }
    return {"data": [bars], "layout": layout}


# Where candidates come from: each returns uint8 `[28, 28]`, or None where there is none yet


def _corrupted(judge: Placed) -> np.ndarray:
    real = digits(judge.dataset)
    name = st.selectbox("How it is damaged", list(CORRUPTIONS), key="odd-corruption", bind="query-params")
    corruption = CORRUPTIONS[name]
    strength = st.slider("Strength", 0.0, 1.0, 0.5, 0.05, key="odd-strength", bind="query-params")
    original = _one_of(real)
    number = 0
    if corruption.random:
        help = "The same seed damages the image in the same way: the hole is in the same place, for example."
        number = seed("odd-seed", help)
    picture(original, "Before the damage", PICTURE, SCALE)
    return corruption.of(original, strength, number)


def _one_of(real: Digits) -> np.ndarray:
    """An image that is chosen by its number."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        most = len(real.images)
        # its own field for each count: a number that another data set does not reach would be an error
        number = st.number_input("Image number", 1, most, 1, key=f"odd-number-{most}", persist_state="session")
        st.button("Next image", key="odd-next", on_click=next_number, args=(f"odd-number-{most}", most))
    st.caption(f"{plain(real.source)}, image {number:,} of {most:,}.")
    return real.images[number - 1]


def _drawn(judge: Placed) -> np.ndarray | None:
    ink = draw("odd-drawing")
    if ink is None:
        st.info("Draw a digit or anything else. The score appears after the first stroke.")
        return None
    return drawing.center(ink)


def _uploaded(judge: Placed) -> np.ndarray | None:
    found = upload("A picture of a digit, or of anything else", "odd-upload", judge.model.run.config)
    if found is None:
        return None
    image, file = found
    words = "Your picture"
    st.image(file, caption=words, alt=words, width=PICTURE, output_format="PNG")
    return image


def _garment(judge: Placed) -> np.ndarray | None:
    if not data.is_here(FASHION):
        st.info(
            "Fashion-MNIST is not on this computer yet. It is downloaded when you train a model on it. After that you "
            "can test its images here."
        )
        return None
    return _one_of(digits(FASHION))


def _empty(judge: Placed) -> np.ndarray:
    st.caption("All black: the simplest image there is, and not a digit.")
    return EMPTY


CANDIDATES: dict[str, Callable[[Placed], np.ndarray | None]] = {
    "Damaged digit": _corrupted,
    "Drawing": _drawn,
    "Upload": _uploaded,
    "Fashion-MNIST": _garment,
    "Offline digit": lambda judge: _one_of(digits("offline")),
    "Empty image": _empty,
}


# The test images


def _extremes(judge: Placed) -> None:
    st.header("The most and the least usual", anchor=False)
    names, known = data.class_names(judge.dataset), judge.places
    kinds = [EVERY, *(str(label) for label in np.unique(known.labels))]
    look = {"format_func": lambda kind: kind if kind == EVERY else name_of(names, int(kind)), **IN_SESSION}
    kind = segments("Class", kinds, EVERY, f"odd-class-{'-'.join(kinds)}", label_visibility="visible", **look)
    wanted = np.flatnonzero(known.labels == int(kind)) if kind != EVERY else np.arange(len(known.labels))
    order = wanted[np.argsort(-known.scores[wanted], kind="stable")]
    copies = "" if known.images is not None else " You see the model's copies, as the images are not on this computer."
    st.caption(
        f"Those with the highest and the lowest scores of {len(order):,} test images ({plain(known.source)}).{copies}"
    )
    best, worst = order[:EXTREMES], order[::-1][:EXTREMES]
    for column, title, chosen in zip(st.columns(2, gap="large"), ("Most", "Least"), (best, worst), strict=True):
        with column:
            st.markdown(f"**{title} usual**: {known.scores[chosen[0]]:.1f} to {known.scores[chosen[-1]]:.1f} nats")
            shown = judge.model.decode(known.means[chosen]) if known.images is None else known.images[chosen]
            sheet(shown, COLUMNS, f"The {len(chosen)} {title.lower()} usual")


# What it is worth


def _limits(judge: Placed) -> None:
    empty = _verdict(judge.model, judge.key, EMPTY).score
    share = judge.worse(empty)
    lesson = (
        "So a high score does not mean that an image is typical."
        if share > 0.5
        else "This model is not fooled by it; many others are."
    )
    st.header("What a score can tell, and what it cannot", anchor=False)
    st.markdown(
        "A low score says that the model cannot copy an image well: it has learned nothing like it. A high score "
        "says less. Simple images, with few or thin strokes, are easy to copy and score high without being typical. "
        f"An empty image, for example, scores {empty:.1f} nats, and {share:.1%} of the real {_noun(judge)} score "
        f"lower. {lesson}"
    )
    st.markdown(
        f"[Nalisnick and others (2019)]({NALISNICK}) found that models like these often give higher scores to images "
        "of quite another kind than to those that they learned from. Take a score as a hint, not as a proof."
    )
