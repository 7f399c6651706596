"""A digit of one's own in a model's latent space, read anew after every stroke."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data
from ganlab.data import drawing
from ganlab.errors import GanlabError
from ganlab.inference import AutoencoderRun
from ganlab.inference.latents import straight
from ganlab.ui.latent.counterpart import Counterpart, find_counterpart
from ganlab.ui.latent.slices import most_varied
from ganlab.ui.latent.walks import WIDTH, typical
from ganlab.ui.shared import charts
from ganlab.ui.shared.canvas import draw
from ganlab.ui.shared.fields import IN_SESSION, segments, upload
from ganlab.ui.shared.formatting import many, name_of, plain
from ganlab.ui.shared.model_picker import Key, Placed, Places, about_score, choose_placed
from ganlab.ui.shared.pictures import picture, sheet
from ganlab.ui.shared.problems import show_errors
from ganlab.ui.shared.theme import LOOKS, MARK

NEAREST, STEPS = 5, 9
MOST_POINTS = 2000  # of the map; more only cover each other
LEAST_REACH = 3.0  # of the map to either side
CLOSE = 4.0  # standard deviations to either side that are seen from close by
LEAST_GAP = 0.11  # between the names of two classes, as a share of the map's reach
EMPTY = np.zeros((28, 28), np.uint8)
SEEN = "What the model sees"


@dataclass(frozen=True)
class Reading:
    """What a model makes of an image, uint8 `[28, 28]`.

    The mean and standard deviation of its latent numbers, float32 `[k]` each (`spread` is None for a plain
    autoencoder); its copy; its score in nats and the share of test images that score less, 0 to 1; the nearest test
    images, their numbers `[m]` and uint8 `[m, 28, 28]`; and the walk to a class's most typical test image, uint8
    `[9, 28, 28]`.
    """

    image: np.ndarray
    mean: np.ndarray
    spread: np.ndarray | None
    copy: np.ndarray
    score: float
    worse: float
    nearest: np.ndarray
    neighbours: np.ndarray
    walk: np.ndarray


def show() -> None:
    """The whole section."""
    with show_errors():
        placed = choose_placed("vae-16")  # with fewer numbers a clean 2 comes back as something else
        if placed is not None:
            _warm(placed, placed.key)
            st.fragment(_drawing)(placed, find_counterpart(placed.model))


def read_drawing(model: AutoencoderRun, where: Places, image: np.ndarray, towards: int | None = None) -> Reading:
    """Reads an image, uint8 `[28, 28]`; the walk is to the class `towards`, or the map's first. One encoding and one
    decoding of all that is shown, as somebody is waiting."""
    label = int(where.labels.min()) if towards is None else towards
    means, log_variances = model.encode(image[None])
    nearest = np.argsort(((where.means - means) ** 2).sum(axis=1), kind="stable")[:NEAREST]
    path = straight(means[0], where.means[typical(where, label)[0]], STEPS)  # starts with the copy
    known = where.images is not None
    drawn = model.decode(path if known else np.concatenate([path, where.means[nearest]]))
    score = float(model.score(image[None])[0])
    return Reading(
        image,
        means[0],
        np.exp(log_variances[0] / 2) if model.variational else None,
        drawn[0],
        score,
        float((where.scores < score).mean()),
        nearest,
        where.images[nearest] if where.images is not None else drawn[STEPS:],
        drawn[:STEPS],
    )


@st.cache_resource(max_entries=6, show_spinner="Getting the model ready")
def _warm(_placed: Placed, key: Key) -> None:
    """Reads an empty image, as the first image of all takes long."""
    read_drawing(_placed.model, _placed.places, EMPTY)


@st.cache_data(max_entries=50, show_spinner=False)
def _read(_placed: Placed, key: Key, image: np.ndarray, towards: int) -> Reading:
    return read_drawing(_placed.model, _placed.places, image, towards)


def _drawing(placed: Placed, other: Counterpart | None) -> None:
    """All that follows the strokes."""
    model, where = placed.model, placed.places
    left, right = st.columns([1, 2], gap="large")
    try:
        with left:
            image = _image(model)
        if image is None:
            right.info(
                "Draw a digit, a 2 for example, or upload a picture of one. What the model makes of it appears here."
            )
            return
        below = st.container()
        names = data.class_names_of(model.run.config)
        with below:
            st.header("A walk to another digit", anchor=False)
            towards = _towards(placed.classes)
        reading = _read(placed, placed.key, image, towards)
    except GanlabError as error:
        right.error(plain(str(error)))
        return
    with below:
        _strip(reading.walk, f"A walk from your digit to a typical {name_of(names, towards)}")
    with right:
        _copies(reading, other)
        said = f"Score: **{reading.score:.1f} nats**. {reading.worse:.1%} of the test images score lower."
        st.markdown(said, help=about_score(model))
        axes = most_varied(where.means)
        st.caption(_place(reading, axes))
        if len(axes) == 2:
            _map(placed.key, replace(where, means=where.means[:, axes]), _along(reading, axes), names)
            if st.button("Show your digit on the plane", help="There you can drag a marker away from its place."):
                _go_to_plane(model, reading)
        _neighbours(where, reading, names)


def _go_to_plane(model: AutoencoderRun, reading: Reading) -> None:
    """Opens the plane with the image's place and spread marked on it."""
    spread = np.zeros_like(reading.mean) if reading.spread is None else reading.spread
    at, mark = (",".join(f"{n:.3f}" for n in numbers) for numbers in (reading.mean, [*reading.mean, *spread]))
    place = {"model": st.session_state["model-choice"], "at": at, "mark": f"{model.run.id}:{mark}"}
    st.query_params.update({**place, "section": "plane"})
    st.rerun()


def _image(model: AutoencoderRun) -> np.ndarray | None:
    """What is drawn or uploaded, as the model sees it, uint8 `[28, 28]`; None where there is nothing yet."""
    if segments("Where it comes from", ("Draw", "Upload"), "Draw", "drawn-by") == "Draw":
        ink = draw("drawn-drawing")
        return None if ink is None else drawing.center(ink)
    found = upload("A picture of a digit", "drawn-upload", model.run.config)
    return None if found is None else found[0]


def _towards(classes: dict[str, int]) -> int:
    """The class that the walk goes to."""
    key, last = f"drawn-towards-{'-'.join(map(str, classes.values()))}", list(classes)[-1]
    label = "Walk to a typical image of class"
    return classes[segments(label, classes, last, key, label_visibility="visible", **IN_SESSION)]


def _strip(shown: np.ndarray, words: str, width: int = WIDTH) -> None:
    """A row of images, `width` screen pixels wide where there is room."""
    with st.container(width=width):
        sheet(shown, len(shown), words, scale=3)


def _copies(reading: Reading, other: Counterpart | None) -> None:
    """The image, its copy, and the copy of another model that has more numbers for it, or fewer."""
    shown = [(reading.image, SEEN), (reading.copy, from_numbers(len(reading.mean)))]
    if other is not None:
        shown.append((other.copy(reading.image), from_numbers(other.size)))
    with st.container(horizontal=True, gap="small"):  # three fit beside each other on a phone
        for image, words in shown:
            picture(image, words)
    if other is not None:
        st.caption(why(*sorted((len(reading.mean), other.size))))


def from_numbers(size: int) -> str:
    return f"Copy from {many(size, 'number')}"


def why(few: int, many: int) -> str:
    """What `few` numbers can keep of an image, and what `many` can."""
    return (
        "The model keeps only a few latent numbers of your digit, and draws the copy from them. "
        f"{'One number has' if few == 1 else f'{few} numbers have'} room for which digit it is and little more: digits "
        "that were written differently share one place, so the copy is a blurred average, sometimes of another digit. "
        f"{many} numbers keep much more of your own strokes."
    )


def _along(reading: Reading, axes: list[int]) -> Reading:
    """The same reading in a few of its numbers."""
    spread = None if reading.spread is None else reading.spread[axes]
    return replace(reading, mean=reading.mean[axes], spread=spread)


def _place(reading: Reading, axes: list[int]) -> str:
    """Where the image lies on a map along these axes, in words."""
    shown, size = _along(reading, axes), len(reading.mean)
    at = ", ".join(f"{number:.2f}" for number in shown.mean)
    if size == 1:
        words = f"The model describes your digit by one number, {at}"
    elif size == 2:
        words = f"The model describes your digit by two numbers, ({at}), its place on the map"
    else:
        names = " and ".join(str(axis + 1) for axis in axes)
        words = (
            f"The model describes your digit by {size} numbers. The map shows numbers {names}, which differ most "
            "between test images. Images that are close together on the map may differ in the other numbers. Your "
            f"digit is at ({at})"
        )
    if shown.spread is None:
        return f"{words}. A plain autoencoder does not say how sure it is of this."
    spread = " and ".join(f"{number:.2f}" for number in shown.spread)
    words += f", and the model is sure of this to within about {spread} (one standard deviation)."
    if len(axes) == 2:
        words += (
            " The ellipses on the map show one and two standard deviations: of all places that the encoder considers "
            "possible, 39% lie in the inner ellipse and 86% in the outer one."
        )
    return words


def _map(key: Key, where: Places, reading: Reading, names: tuple[str, ...]) -> None:
    dots = faint_points(key, where.means, where.labels)
    whole, close = st.columns([3, 2], vertical_alignment="center")
    with whole:
        charts.show(draw_place(dots, label_classes(where, names, reading.mean), reading), "map-drawn")
    if reading.spread is not None:
        with close:
            charts.show(draw_close(dots, reading), "map-close")
            st.caption("The same place from close by, with the test images around it.")


@st.cache_resource(max_entries=4, show_spinner=False)
def faint_points(key: Key, _means: np.ndarray, _labels: np.ndarray) -> dict[str, Any]:
    """Faint dots for at most 2,000 of the test images."""
    chosen = charts.spread(len(_means), MOST_POINTS)
    looks = [LOOKS[label % len(LOOKS)] for label in _labels[chosen].tolist()]
    colours, symbols = ([look[part] for look in looks] for part in (0, 1))
    marker = {"size": 4, "opacity": 0.5, "color": colours, "symbol": symbols}
    x, y = _means[chosen, :2].round(2).T.tolist()
    return charts.scatter(x, y, marker=marker, hoverinfo="skip")


def label_classes(where: Places, names: tuple[str, ...], mark: np.ndarray) -> list[dict[str, Any]]:
    """The name of each class, written in its middle, or beside it where another one or the mark `[2]` is in the way."""
    classes = np.unique(where.labels).tolist()
    middles = np.stack([np.median(where.means[where.labels == label], axis=0) for label in classes])
    reach = max(LEAST_REACH, float(np.abs(where.means).max()))
    return [
        {
            "x": float(x),
            "y": float(y),
            "text": f"<b>{name_of(names, label)}</b>",
            "showarrow": False,
            "font": {"size": 13, "color": MARK},
            "bgcolor": "rgba(16, 18, 20, 0.8)",
            "bordercolor": LOOKS[label % len(LOOKS)][0],
            "borderpad": 1,
        }
        for label, (x, y) in zip(classes, apart(np.stack([*middles, mark]), LEAST_GAP * reach)[:-1], strict=True)
    ]


def apart(places: np.ndarray, least: float) -> np.ndarray:
    """Places `[n, 2]`, those that are nearer than `least` to another pushed away from it; the last one stays."""
    turns = np.arange(len(places))[:, None] + np.array([0, np.pi / 2])
    moved = places + 1e-3 * least * np.cos(turns)  # so that there is a way out for those at the same place
    for _ in range(200):
        gaps = moved[:, None] - moved
        lengths = np.linalg.norm(gaps, axis=2, keepdims=True) + np.eye(len(moved))[..., None] * 2 * least
        if (lengths >= 0.99 * least).all():
            break
        moved = moved + 0.5 * (gaps / lengths * np.maximum(0, least - lengths)).sum(axis=1)
        moved[-1] = places[-1]
    return moved


def draw_place(dots: dict[str, Any], labels: list[dict[str, Any]], reading: Reading) -> dict[str, Any]:
    """A Plotly figure: where an image lies among the dots, and its ellipses of one and two standard deviations."""
    x, y = reading.mean.tolist()
    reach = 1.05 * max(LEAST_REACH, *(float(np.abs(dots[axis]).max()) for axis in "xy"), abs(x), abs(y))
    marker = {"size": 22, "symbol": "cross-thin", "line": {"color": MARK, "width": 2}}
    words = "your digit<br>(%{x:.2f}, %{y:.2f})<extra></extra>"
    mark = charts.scatter([x], [y], marker=marker, hovertemplate=words)
    shapes = [] if reading.spread is None else [_ellipse(reading.mean, reading.spread, n) for n in (1, 2)]
    layout = {"showlegend": False, "annotations": labels, "shapes": shapes}
    layout |= {"uirevision": "kept"}  # a zoom outlives the next stroke
    return charts.flat_map([dots, mark], 420, [-reach, reach], [-reach, reach], **layout)


def draw_close(dots: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """A Plotly figure of what `draw_place` shows, from so close by that the ellipses of a reading with a spread can be
    told from a point."""
    assert reading.spread is not None
    reach = CLOSE * float(reading.spread.max())
    places = np.array([dots["x"], dots["y"]])
    near = np.flatnonzero(np.abs(places - reading.mean[:, None]).max(axis=0) <= reach)
    looks = {name: [dots["marker"][name][i] for i in near] for name in ("color", "symbol")}
    around = {axis: values[near].tolist() for axis, values in zip("xy", places, strict=True)}
    figure = draw_place(dots, [], reading)
    figure["data"][0] = {**dots, **around, "marker": {**dots["marker"], **looks, "size": 7}}
    layout = figure["layout"]
    for name, middle in zip(("xaxis", "yaxis"), reading.mean.tolist(), strict=True):
        layout[name] = {**layout[name], "range": [middle - reach, middle + reach], "nticks": 5}
    layout |= {"height": 260, "uirevision": None}
    return figure


def _ellipse(mean: np.ndarray, spread: np.ndarray, times: int) -> dict[str, Any]:
    (x0, y0), (x1, y1) = (mean - times * spread).tolist(), (mean + times * spread).tolist()
    return {"type": "circle", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "line": {"color": MARK, "width": 2}}


def _neighbours(where: Places, reading: Reading, names: tuple[str, ...]) -> None:
    classes = ", ".join(name_of(names, label) for label in where.labels[reading.nearest].tolist())
    words = f"The {len(reading.nearest)} test images whose latent numbers are nearest to your digit's"
    copies = "" if where.images is not None else " You see the model's copies, as the images are not on this computer."
    st.caption(f"{words}. Their classes: {plain(classes)}.{copies}")
    _strip(reading.neighbours, words, 460)
