"""Two autoencoders next to each other: their maps, what they draw on them, and which of them can be sampled."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data
from ganlab.inference import AutoencoderRun
from ganlab.models import _planes
from ganlab.ui.latent.plane import plane, shown
from ganlab.ui.latent.slices import reach
from ganlab.ui.shared import charts
from ganlab.ui.shared.fields import points_seed
from ganlab.ui.shared.formatting import name_of, numbers_in_words, plain
from ganlab.ui.shared.model_picker import (
    AUTOENCODER,
    Digits,
    Key,
    Placed,
    Places,
    choose,
    digits,
    load,
    places,
    reconstruct,
)
from ganlab.ui.shared.pictures import sheet
from ganlab.ui.shared.problems import show_errors
from ganlab.ui.shared.run_labels import title_of
from ganlab.ui.shared.theme import GROUND, LOOKS, MARK

LEFT, RIGHT = ("left", "autoencoder"), ("right", "vae")  # in the address, and what is there at first
MOST_POINTS = 3000  # of the map; more only cover each other
GRID = 15  # images in a row of the decoded grid
SAMPLES, COLUMNS = 36, 6
JUDGED = 1000  # test images for the reconstruction
DRAWS, NEIGHBOURS = 2000, 15
USUAL = 0.99


@dataclass(frozen=True)
class Side(Placed):
    """One of the two: `name` is where it stands ("left" or "right")."""

    name: str

    @property
    def title(self) -> str:
        return plain(title_of(self.model.run))


@dataclass(frozen=True)
class Figures:
    """Nats, and shares from 0 to 1: what they mean is said where they are shown."""

    reconstruction: float
    reached: float
    holes: float
    overlap: float


def show() -> None:
    """The whole section."""
    st.markdown(
        "Two models that learned to squeeze images into a few numbers and to draw the images again from these numbers. "
        "Look for **holes**, where no image lies and the model never learned to draw anything, and for **overlaps**, "
        "where images of different classes lie on top of each other."
    )
    sides = []
    for column, (query, default) in zip(st.columns(2, gap="large"), (LEFT, RIGHT), strict=True):
        with column:
            run = choose(AUTOENCODER, query.capitalize(), query, default)
            if run is None:  # nor is there one for the other side
                return
            with show_errors():
                loaded = load(run)
                sides.append(Side(*loaded, places(*loaded), query))
    with show_errors():
        if sides:
            _compare(sides)


def _compare(sides: list[Side]) -> None:
    """Row by row, so that what is to be compared is side by side, or on a phone one below the other."""
    real = digits(sides[0].dataset)
    if len({side.key for side in sides}) < len(sides):
        st.info("Both sides show the same model. Choose another one on one side.")
    _heading(
        "The maps",
        "Where each model puts test images, from which it did not learn. Click a class in the legend to hide it. "
        "Random points, from which such a model draws new images, fall inside the dashed circle 99% of the time. The "
        "small square is the part that the grid further down shows.",
    )
    _row(sides, _map)
    flat = [side for side in sides if side.model.latent_size == 2]
    if len(flat) == 2:
        _heading(
            "The same place on both",
            "Drag the marker on one side, and the other marker follows: both models draw from the same two numbers. "
            "Both squares show as much as the smaller of the two maps.",
        )
        most = min(reach(side.places.means[shown(len(side.places.labels))]) for side in flat)
        _row(flat, lambda side: plane(side.model, side.key, f"pad-{side.name}", "side", most))
    _heading(
        "What each model draws where",
        f"What the model draws at {GRID} x {GRID} places in the small square. A good map changes smoothly from "
        "digit to digit.",
    )
    _row(sides, _grid)
    _heading(
        "Sampling",
        "What each model draws from random points, which come from one normal distribution around the middle, N(0, I). "
        "A VAE learns to put its images just there. A plain autoencoder puts them anywhere, so random points miss most "
        "of them or fall between them.",
    )
    with st.container(horizontal=True, vertical_alignment="bottom", width=400):
        seed = points_seed("side-seed", "side-others")
    _row(sides, lambda side: _samples(side, seed))
    _heading("Copies", f"Above, one image of each class ({plain(real.source)}); below, each model's copy of it.")
    _row(sides, lambda side: _copies(side, real))
    st.header("In numbers", anchor=False)
    _figures(sides, real)
    st.markdown(
        "**What to see.** Nothing tells a plain autoencoder how far apart to put its images, so its map is wide, with "
        "long arms and holes between them. Its copies may even be better, but a random point hits either the crowded "
        "middle or a hole. A VAE pays for every step away from the middle, and blurs each place a little while it "
        "learns. So its map is dense and round, random points land where images are, and it can draw new images from "
        "them. The price is overlap: where classes share a place, it draws something in between."
    )


def _heading(title: str, about: str) -> None:
    st.header(title, anchor=False)
    st.caption(about)


def _row(sides: list[Side], part: Any) -> None:
    columns = st.columns(2, gap="large")
    for side in sides:
        with columns[side.name == RIGHT[0]]:
            st.markdown(f"**{side.title}**, {side.name}")
            part(side)


# The rows


def _map(side: Side) -> None:
    size = side.model.latent_size
    if size != 2:
        words = numbers_in_words(size)
        st.info(f"This model describes an image by {words}, so it has no flat map. Choose a model with two.")
        return
    names = data.class_names_of(side.model.run.config)
    charts.show(draw_map(side.places.means, side.places.labels, names), f"map-{side.name}")


def draw_map(means: np.ndarray, labels: np.ndarray, names: tuple[str, ...]) -> dict[str, Any]:
    """A Plotly figure of means `[n, 2]` coloured by labels `[n]`; of many, 3,000 evenly spread."""
    chosen = charts.spread(len(means), MOST_POINTS)
    means, labels = means[chosen].round(3), labels[chosen]
    dots = [
        {
            "type": "scattergl",
            "mode": "markers",
            "name": name_of(names, label),
            "x": means[labels == label, 0].tolist(),
            "y": means[labels == label, 1].tolist(),
            "marker": {"size": 5, "opacity": 0.75, "color": colour, "symbol": symbol},
            "hoverinfo": "name",
        }
        for label in np.unique(labels).tolist()
        for colour, symbol in [LOOKS[label % len(LOOKS)]]
    ]
    radius, edge = _radius(2), float(_planes.quantiles(GRID)[-1])
    line = {"color": MARK, "width": 2}
    shapes = [
        {"type": "circle", **_box(radius), "line": {**line, "dash": "dash"}},
        {"type": "rect", **_box(edge), "line": line},
    ]
    legend = {"orientation": "h", "y": -0.08, "yanchor": "top", "itemsizing": "constant", "bgcolor": GROUND}
    return charts.flat_map(dots, 460, _range(means[:, 0]), _range(means[:, 1]), legend=legend, shapes=shapes)


def _range(values: np.ndarray) -> list[float]:
    """From where to where an axis goes that shows values `[n]` and the circle whole."""
    reach = _radius(2)
    low, high = min(-reach, float(values.min())), max(reach, float(values.max()))
    room = 0.04 * (high - low)
    return [low - room, high + room]


def _box(reach: float) -> dict[str, float]:
    return {"x0": -reach, "x1": reach, "y0": -reach, "y1": reach}


def _grid(side: Side) -> None:
    if side.model.latent_size != 2:
        st.caption("Without a map there is no grid.")
    else:
        drawn = side.draw(_planes.square(_planes.quantiles(GRID)))
        sheet(drawn, GRID, f"What the model on the {side.name} draws on a grid over the middle of its map")


def _samples(side: Side, seed: int) -> None:
    drawn = side.draw(side.model.latents(SAMPLES, seed))
    sheet(drawn, COLUMNS, f"{SAMPLES} samples of the model on the {side.name}, seed {seed}")


def _copies(side: Side, real: Digits) -> None:
    shown = real.images[one_of_each(real.labels)]
    copies = reconstruct(side.model, side.key, shown)
    sheet(np.concatenate([shown, copies]), len(shown), f"Test images, and the copies by the model on the {side.name}")


def one_of_each(labels: np.ndarray) -> np.ndarray:
    """The places of the first image of each class, by class, of labels `[n]`."""
    return np.unique(labels, return_index=True)[1]


# The figures


def _figures(sides: list[Side], real: Digits) -> None:
    found = [measure(side.model, side.key, side.places, real) for side in sides]
    judged = f"{min(JUDGED, len(real.images)):,}"
    for name, about, values in (
        (
            "Lost in copies",
            f"What copies of {judged} test images lose on average, in nats (units of information). Less is better.",
            [f"{figures.reconstruction:.1f} nats" for figures in found],
        ),
        (
            "Reached by sampling",
            f"The share of test images that lie where {USUAL:.0%} of random points fall (inside the dashed circle). "
            "More is better: images like the others are hardly ever drawn.",
            [f"{figures.reached:.0%}" for figures in found],
        ),
        (
            "Holes",
            f"The share of {DRAWS:,} points, spread as widely as the map is, that are further from every test image "
            f"than {USUAL:.0%} of the test images are from their nearest neighbour. Less is better.",
            [f"{figures.holes:.0%}" for figures in found],
        ),
        (
            "Overlap",
            f"The share of test images whose {NEIGHBOURS} nearest neighbours are most often of another class. Less is "
            "better.",
            [f"{figures.overlap:.0%}" for figures in found],
        ),
    ):
        text, shown = st.columns(2, gap="large", vertical_alignment="center")
        text.markdown(f"**{name}.** {about}")
        with shown.container(horizontal=True):
            for side, value in zip(sides, values, strict=True):
                st.metric(f"{side.title}, {side.name}", value)


@st.cache_data(max_entries=20, show_spinner="Measuring")
def measure(_model: AutoencoderRun, key: Key, _places: Places, _real: Digits) -> Figures:
    """The figures of a model with the test images on its map, and others to copy."""
    nats = _model.nats(_real.images[:JUDGED])[:, 0]
    means, labels = _places.means, _places.labels
    return Figures(float(nats.mean()), reached(means), holes(means), overlap(means, labels))


def _radius(size: int) -> float:
    """How far from the middle the usual share of draws from N(0, I) stays, in `size` dimensions."""
    from scipy.stats import chi2

    return float(np.sqrt(chi2.ppf(USUAL, size)))


def reached(means: np.ndarray) -> float:
    """The share of means `[n, k]` among the places where nearly all draws from N(0, I) fall."""
    return float((np.linalg.norm(means, axis=1) <= _radius(means.shape[1])).mean())


def holes(means: np.ndarray) -> float:
    """The share of draws from a normal distribution with the centre and spread of means `[n, k]`, n > 1, that are
    farther from each of them than nearly all are from their nearest neighbour.

    Draws from N(0, I) would not show the holes of a map that is far wider than they reach.
    """
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=1).fit(means)
    usual = np.quantile(near.kneighbors()[0], USUAL)
    spread = np.atleast_2d(np.cov(means.T))
    draws = np.random.default_rng(0).multivariate_normal(means.mean(axis=0), spread, DRAWS)
    return float((near.kneighbors(draws)[0] > usual).mean())


def overlap(means: np.ndarray, labels: np.ndarray) -> float:
    """The share of means `[n, k]` with labels `[n]` whose nearest neighbours are most often of another label."""
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(means) - 1)).fit(means)
    found = labels[near.kneighbors(return_distance=False)]
    kinds = np.unique(labels)
    votes = (found[:, :, None] == kinds).sum(axis=1)
    own = votes[np.arange(len(labels)), np.searchsorted(kinds, labels)]
    return float((own < votes.max(axis=1)).mean())
