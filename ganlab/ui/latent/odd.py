"""How usual images are by a model's own score: the most and least usual test images, and a candidate among them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data, images
from ganlab.data import drawing
from ganlab.errors import GanlabError
from ganlab.inference import SCORE_SAMPLES, AutoencoderRun
from ganlab.ui.canvas import draw
from ganlab.ui.latent.chosen import AUTOENCODER, Digits, Key, Places, choose, digits, load, places
from ganlab.ui.words import plain

EXTREMES, COLUMNS = 20, 10
BINS = 60
LARGEST_SEED = 999_999
EVERY = "all"
EMPTY = np.zeros((28, 28), np.uint8)
NALISNICK = "https://arxiv.org/abs/1810.09136"
FASHION = "fashion-mnist"
NOUNS = {"mnist": "digits", "offline": "digits", FASHION: "garments"}


def show() -> None:
    """The whole section."""
    run = choose(AUTOENCODER, default="vae")
    if run is None:
        return
    try:
        model, key = load(run)
        judge = Judge(model, key, places(model, key))
        _explain(judge)
        _candidate(judge)
        _extremes(judge)
        _limits(judge)
    except GanlabError as error:
        st.error(plain(str(error)))


# The score


@dataclass(frozen=True)
class Verdict:
    """What a model says of an image: its score and the parts of it in nats, and its copy, uint8 `[28, 28]`."""

    score: float
    reconstruction: float
    kl: float
    copy: np.ndarray


@dataclass(frozen=True)
class Judge:
    """A model with the test images that it has scored, and which weights it scores with."""

    model: AutoencoderRun
    key: Key
    places: Places

    @property
    def dataset(self) -> str:
        return str(self.model.run.config["dataset"])

    @property
    def noun(self) -> str:
        """What its images are called."""
        return NOUNS.get(self.dataset, "images")

    def of(self, image: np.ndarray) -> Verdict:
        return _verdict(self.model, self.key, image)

    def worse(self, score: float) -> float:
        """The share of test images that score less."""
        return float((self.places.scores < score).mean())


@st.cache_data(max_entries=200, show_spinner=False)
def _verdict(_model: AutoencoderRun, key: Key, image: np.ndarray) -> Verdict:
    image = image[None]
    reconstruction, kl = _model.nats(image, SCORE_SAMPLES)[0].tolist()
    return Verdict(float(_model.score(image)[0]), reconstruction, kl, _model.reconstruct(image)[0])


def _explain(judge: Judge) -> None:
    if judge.model.variational:
        st.markdown(
            "A VAE can say how usual an image is. Its **score** (the ELBO) is a bound on the logarithm of the "
            "probability that it gives to the image, in nats: of two images, one that scores 10 nats less is about "
            "22,000 times less probable by this bound. Higher is more usual."
        )
    else:
        st.markdown(
            "A plain autoencoder has no probabilities. Its **score** is minus the reconstruction: how many nats its "
            "copy of an image is off, written as a negative number. Higher is a better copy, and so more usual."
        )


# The candidate


def _candidate(judge: Judge) -> None:
    st.subheader("A candidate", anchor=False)
    st.caption("Hand the model any image, and see where it is among the test images.")
    kind = st.segmented_control(
        "Candidate",
        list(CANDIDATES),
        default="Corrupted digit",
        required=True,
        key="odd-candidate",
        bind="query-params",
        label_visibility="collapsed",
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        try:
            image = CANDIDATES[kind](judge)
        except GanlabError as error:
            st.error(plain(str(error)))
            return
    if image is not None:
        with right:
            _place(judge, image)


def _place(judge: Judge, image: np.ndarray) -> None:
    """An image, uint8 `[28, 28]`, with its copy and its score among the others."""
    verdict = judge.of(image)
    st.markdown(f"**{judge.worse(verdict.score):.1%} of real {judge.noun} score worse.**")
    chart = draw_scores(judge.places.scores, verdict.score)
    st.plotly_chart(chart, key="odd-scores", config={"displayModeBar": False})
    with st.container(horizontal=True):
        for picture, caption in ((image, "Seen as 28 x 28"), (verdict.copy, "Its reconstruction")):
            _picture(_png(picture), caption)
    with st.container(horizontal=True, key="odd-parts"):
        st.metric("Score", f"{verdict.score:.1f}")
        st.metric("Reconstruction", f"{verdict.reconstruction:.1f}")
        if judge.model.variational:
            st.metric("KL divergence", f"{verdict.kl:.1f}")
    if judge.model.variational:
        st.caption(
            "All in nats. The score is minus the sum of two parts: the reconstruction, what the copy loses, and the KL "
            "divergence, how much it takes to say where on the map the image is."
        )
    else:
        st.caption("In nats. The score is minus the reconstruction, what the copy loses.")


def _png(image: np.ndarray) -> bytes:
    return images.png(image.repeat(6, axis=0).repeat(6, axis=1))


def _picture(file: bytes, words: str) -> None:
    st.image(file, caption=words, alt=words, width=168, output_format="PNG")


def draw_scores(scores: np.ndarray, score: float) -> dict[str, Any]:
    """A Plotly figure: a histogram of scores `[n]` with a line at one. One that is far off stands at the border, as the
    histogram would otherwise be too narrow to read."""
    low, high = float(scores.min()), float(scores.max())
    room = max(high - low, 1.0) / 2
    at = float(np.clip(score, low - room, high + room))
    off = "" if at == score else " (farther left)" if score < at else " (farther right)"
    counts, edges = np.histogram(scores, BINS)
    bars = {
        "type": "bar",
        "x": ((edges[1:] + edges[:-1]) / 2).round(2).tolist(),
        "y": counts.tolist(),
        "width": float(edges[1] - edges[0]),
        "marker": {"color": "#1b9e77"},
        "hovertemplate": "%{y} test images around %{x:.0f} nats<extra></extra>",
    }
    line = {"color": "#d95f02", "width": 3, "dash": "solid" if at == score else "dot"}
    layout = {
        "height": 280,
        "margin": {"l": 8, "r": 8, "t": 36, "b": 8},
        "bargap": 0,
        "showlegend": False,
        "xaxis": {"title": {"text": "score in nats"}, "automargin": True, "zeroline": False},
        "yaxis": {"title": {"text": "test images"}, "automargin": True},
        "shapes": [{"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line}],
        "annotations": [
            {
                "x": at,
                "y": 1.0,
                "yref": "paper",
                "yanchor": "bottom",
                "xanchor": "left" if at < low else "right" if at > high else "center",
                "showarrow": False,
                "text": f"candidate, {score:,.0f}{off}",
            }
        ],
    }
    return {"data": [bars], "layout": layout}


# Where candidates come from: each returns uint8 `[28, 28]`, or None where there is none yet


def _corrupted(judge: Judge) -> np.ndarray:
    real = digits(judge.dataset)
    name = st.selectbox("What happens to it", list(CORRUPTIONS), key="odd-corruption", bind="query-params")
    corruption = CORRUPTIONS[name]
    strength = st.slider("Strength", 0.0, 1.0, 0.5, 0.05, key="odd-strength", bind="query-params")
    original = _one_of(real)
    seed = 0
    if corruption.random:
        help = "The same seed, the same chances: where the hole is, for example."
        seed = st.number_input("Seed", 0, LARGEST_SEED, 0, key="odd-seed", bind="query-params", help=help)
    _picture(_png(original), "As it was")
    return corruption.of(original, strength, seed)


def _one_of(real: Digits) -> np.ndarray:
    """An image that is chosen by its number."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        most = len(real.images)
        # its own field for each count: a number that another data set does not reach would be an error
        number = st.number_input("Number", 1, most, 1, key=f"odd-number-{most}", persist_state="session")
        st.button("Next", key="odd-next", on_click=_next, args=(f"odd-number-{most}", most))
    st.caption(f"{plain(real.source)}, image {number:,} of {most:,}.")
    return real.images[number - 1]


def _next(key: str, most: int) -> None:
    st.session_state[key] = st.session_state[key] % most + 1


def _drawn(judge: Judge) -> np.ndarray | None:
    ink = draw("odd-drawing")
    if ink is None:
        st.info("Draw a digit, or anything else; the score appears with the first stroke.")
        return None
    return drawing.center(ink)


def _uploaded(judge: Judge) -> np.ndarray | None:
    file = st.file_uploader("A picture of a digit, or of anything else", key="odd-upload")
    if file is None:
        return None
    digit = data.class_names_of(judge.model.run.config) == data.DIGIT_NAMES
    image, notices = drawing.read_upload(file.getvalue(), digit)
    for notice in notices:
        st.caption(plain(notice))
    _picture(file.getvalue(), "As it was")
    return image


def _garment(judge: Judge) -> np.ndarray | None:
    if not data.is_here(FASHION):
        st.info(
            "Fashion-MNIST is not on this computer yet. It is fetched when a model is trained on it; then its images "
            "can be candidates here."
        )
        return None
    return _one_of(digits(FASHION))


def _offline(judge: Judge) -> np.ndarray:
    return _one_of(digits("offline"))


def _empty(judge: Judge) -> np.ndarray:
    st.caption("All black: the simplest image there is, and no digit at all.")
    return EMPTY


CANDIDATES: dict[str, Callable[[Judge], np.ndarray | None]] = {
    "Corrupted digit": _corrupted,
    "Drawn": _drawn,
    "Uploaded": _uploaded,
    "Fashion-MNIST": _garment,
    "Offline digit": _offline,
    "Empty image": _empty,
}


# Corruptions of an image, uint8 `[28, 28]`, with a strength from 0, which changes nothing, to 1


def noise(image: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """With normal noise on each pixel."""
    added = 128 * strength * np.random.default_rng(seed).standard_normal(image.shape)
    return np.rint(image + added).clip(0, 255).astype(np.uint8)


def blur(image: np.ndarray, strength: float, seed: int = 0) -> np.ndarray:
    """As seen through a bad lens."""
    from PIL import Image, ImageFilter

    return np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(4 * strength)))


def hole(image: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """With a black square somewhere over the middle, where the strokes are."""
    side = round(20 * strength)
    top, left = np.random.default_rng(seed).integers(4, 25 - side, 2)
    holed = image.copy()
    holed[top : top + side, left : left + side] = 0
    return holed


def shift(image: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """Moved by up to 14 pixels in some direction; what leaves the image is lost."""
    angle = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    down, right = (round(14 * strength * way) for way in (np.sin(angle), np.cos(angle)))
    return np.pad(image, 14)[14 - down : 42 - down, 14 - right : 42 - right]


def invert(image: np.ndarray, strength: float, seed: int = 0) -> np.ndarray:
    """On the way to its negative, dark on light."""
    return np.rint((1 - strength) * image + strength * (255.0 - image)).astype(np.uint8)


def rotate(image: np.ndarray, strength: float, seed: int = 0) -> np.ndarray:
    """Turned to the left by up to half a turn."""
    from PIL import Image

    return np.asarray(Image.fromarray(image).rotate(180 * strength, Image.Resampling.BILINEAR))


@dataclass(frozen=True)
class Corruption:
    """`random` is whether the seed has a say."""

    of: Callable[[np.ndarray, float, int], np.ndarray]
    random: bool = False


CORRUPTIONS = {
    "Noise": Corruption(noise, random=True),
    "Blur": Corruption(blur),
    "Hole": Corruption(hole, random=True),
    "Shifted": Corruption(shift, random=True),
    "Inverted": Corruption(invert),
    "Rotated": Corruption(rotate),
}


# The test images


def _extremes(judge: Judge) -> None:
    st.subheader("The most and the least usual", anchor=False)
    names, known = data.class_names(judge.dataset), judge.places
    kinds = [EVERY, *(str(label) for label in np.unique(known.labels))]
    kind = st.segmented_control(
        "Class",
        kinds,
        format_func=lambda kind: kind if kind == EVERY or int(kind) >= len(names) else names[int(kind)],
        default=EVERY,
        required=True,
        key=f"odd-class-{'-'.join(kinds)}",
        persist_state="session",
    )
    wanted = np.flatnonzero(known.labels == int(kind)) if kind != EVERY else np.arange(len(known.labels))
    order = wanted[np.argsort(-known.scores[wanted], kind="stable")]
    what = "the test images themselves" if known.images is not None else "the model's copies of them"
    without = "" if known.images is not None else f", as {plain(known.source)} is not on this computer"
    st.caption(f"Of {len(order):,} test images ({plain(known.source)}), by their score. You see {what}{without}.")
    best, worst = order[:EXTREMES], order[::-1][:EXTREMES]
    for column, title, chosen in zip(st.columns(2, gap="large"), ("Most", "Least"), (best, worst), strict=True):
        with column:
            st.markdown(f"**{title} usual**: {known.scores[chosen[0]]:.1f} to {known.scores[chosen[-1]]:.1f} nats")
            shown = images.sheet(_pictures(judge, chosen), COLUMNS, scale=2)
            st.image(
                images.png(shown), alt=f"The {len(chosen)} {title.lower()} usual", width="stretch", output_format="PNG"
            )


def _pictures(judge: Judge, chosen: np.ndarray) -> np.ndarray:
    """Test images of these numbers, uint8 `[n, 28, 28]`, or what the model makes of where they lie."""
    known = judge.places
    return judge.model.decode(known.means[chosen]) if known.images is None else known.images[chosen]


# What it is worth


def _limits(judge: Judge) -> None:
    empty = judge.of(EMPTY).score
    share = judge.worse(empty)
    lesson = (
        "So a high score does not make an image a typical one."
        if share > 0.5
        else "This model is not taken in by it; many others are."
    )
    st.subheader("What such a score can tell, and what not", anchor=False)
    st.markdown(
        "A low score says that the model finds an image hard to copy: it has learnt nothing like it. A high score "
        "says less. Simple images, with few or thin strokes, are easy to copy and score high without being typical. "
        f"Take an empty image, which shows nothing at all: it scores {empty:.1f} nats, and {share:.1%} of real "
        f"{judge.noun} score worse. {lesson}"
    )
    st.markdown(
        f"[Nalisnick and others (2019)]({NALISNICK}) found that models like these often score images of quite another "
        "kind higher than those they learnt from. Take the score as a hint, not as proof that an image is a real one."
    )
