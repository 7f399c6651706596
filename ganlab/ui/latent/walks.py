"""Walks between two images through a model's latent space, and adding what sets two classes apart."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from ganlab import images
from ganlab.data import drawing
from ganlab.inference import AutoencoderRun
from ganlab.inference.latents import straight
from ganlab.ui.shared.canvas import draw
from ganlab.ui.shared.fields import download, next_number, segments, upload
from ganlab.ui.shared.formatting import listed, numbers_in_words, plain
from ganlab.ui.shared.model_picker import Key, Placed, Places, choose_placed
from ganlab.ui.shared.pictures import picture, sheet
from ganlab.ui.shared.problems import show_errors

MOST_TYPICAL = 20  # of a class are offered
PAPER, PEN = 200, 14  # pixels: smaller than usual, as there may be two
FURTHEST = 20.0  # a coordinate that can be typed
FRAMES, GIF_SCALE = 25, 5
WIDTH = 960  # screen pixels of a strip, where there is room
BY_NUMBER = "Test image"  # a way to choose an end
# At first. Of the walks between the most typical images of two classes, drawn by `vae-16`, those from 2 to 9 are among
# the three pairs whose two paths differ most: by 10.2 grey levels on average, by 23.9 halfway (from 0 to 7, 7.2 and
# 13.9), and one can see why: the straight path is smeared halfway, the path through test images leaves that out.
DIGITS = {"A": "2", "B": "9", "plus": "7", "minus": "2"}


@dataclass(frozen=True)
class End:
    """Where a walk starts or ends: its latent numbers `[k]`, and its picture, uint8 `[28, 28]`."""

    code: np.ndarray
    image: np.ndarray


def show() -> None:
    """The whole section."""
    with show_errors():
        space = choose_placed("vae-16")  # the sharpest of those that come with ganlab
        ends = None if space is None else _ends(space)
        if space is not None and ends is not None:
            _walk(space, *ends)
            _arithmetic(space, ends[0])


def typical(places: Places, label: int) -> np.ndarray:
    """The numbers of a class's test images, `[m]`, the one nearest to the middle of the class first."""
    members = np.flatnonzero(places.labels == label)
    codes = places.means[members]
    return members[np.argsort(((codes - codes.mean(axis=0)) ** 2).sum(axis=1), kind="stable")]


@st.cache_data(max_entries=200, show_spinner=False)
def _encode(_model: AutoencoderRun, key: Key, image: np.ndarray) -> np.ndarray:
    return _model.encode(image[None])[0][0]


# The ends


def _ends(space: Placed) -> tuple[End, End] | None:
    """Both ends; None while one of them is missing, which is said."""
    if space.places.images is None:
        st.caption(
            f"{plain(space.places.source)} is not on this computer, so you see the model's copies of the test images."
        )
    found = []
    for column, name in zip(st.columns(2, gap="large"), "AB", strict=True):
        with column.container(border=True):
            found.append(_end(space, name))
    first, second = found
    if first is None or second is None:
        st.info("A walk needs two ends. It appears as soon as A and B are there.")
        return None
    return first, second


def _end(space: Placed, name: str) -> End | None:
    flat = space.model.latent_size == 2
    ways = {**WAYS, "Point": _point} if flat else WAYS
    st.markdown(f"**{name}**")
    way = segments(f"{name} is", ways, "Class", _by(name, flat))
    with show_errors():
        return ways[way](space, name)
    return None


def _class(space: Placed, name: str) -> End:
    """A typical test image of a class."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = _label(space, f"Class of {name}", name)
        offered = typical(space.places, label)[:MOST_TYPICAL]
        key, most = f"walk-{name}-number-{len(offered)}", len(offered)
        words = "Number 1 is nearest to the middle of its class: the most typical image."
        number = st.number_input(
            f"Which for {name}", 1, most, 1, key=key, persist_state="session", help=words, width=140
        )
        st.button("Show another one", key=f"walk-{name}-next", on_click=next_number, args=(key, most))
    return _test_image(space, name, int(offered[number - 1]))


def _test_image(space: Placed, name: str, index: int) -> End:
    code, originals = space.places.means[index], space.places.images
    image = space.draw(code[None])[0] if originals is None else originals[index]
    copy = ", as the model copies it" if originals is None else ""
    picture(image, f"{name}: test image {index + 1:,}{copy}")
    return End(code, image)


def _label(space: Placed, words: str, name: str) -> int:
    """The class that is chosen."""
    classes = space.classes
    names, key = list(classes), f"walk-{name}-class"
    if st.session_state.get(key, names[0]) not in names:  # chosen for a model of other images
        del st.session_state[key]
    first = names.index(DIGITS[name]) if DIGITS[name] in names else 0
    return classes[st.selectbox(words, names, first, key=key, bind="query-params", width=130)]


def start_from(name: str, index: int, flat: bool) -> None:
    """Has the test image `index` as A or B when the section is shown next."""
    st.query_params.update({_by(name, flat): BY_NUMBER, f"walk-{name}-image": str(index + 1)})


def _by(name: str, flat: bool) -> str:
    """The key of what an end is chosen by: a field of its own, as a kept "Point" is no choice without a plane."""
    return f"walk-{name}-by{'-2' if flat else ''}"


def _by_number(space: Placed, name: str) -> End:
    """Any test image; a click on the plane leads here."""
    key, most = f"walk-{name}-image", len(space.places.means)
    if st.session_state.get(key, 1) > most:  # chosen for a model of other images
        del st.session_state[key]
    words = "You can also pick it on the plane: click it there."
    number = st.number_input(f"Number of {name}", 1, most, 1, key=key, bind="query-params", help=words, width=200)
    return _test_image(space, name, number - 1)


def _drawn(space: Placed, name: str) -> End | None:
    ink = draw(f"walk-{name}-drawing", PAPER, PAPER, PEN, f"Draw {name} here")
    return None if ink is None else _of(space, name, drawing.center(ink))


def _uploaded(space: Placed, name: str) -> End | None:
    found = upload(f"A picture for {name}", f"walk-{name}-upload", space.model.run.config)
    return None if found is None else _of(space, name, found[0])


def _of(space: Placed, name: str, image: np.ndarray) -> End:
    """A picture from outside, uint8 `[28, 28]`."""
    picture(image, f"{name}, as the model sees it")
    return End(_encode(space.model, space.key, image), image)


def _point(space: Placed, name: str) -> End:
    """Typed coordinates on a plane."""
    with st.container(horizontal=True):
        code = np.array([_coordinate(name, axis) for axis in ("across", "up")], np.float32)
    image = space.draw(code[None])[0]
    picture(image, f"{name}: what the model draws there")
    return End(code, image)


def _coordinate(name: str, axis: str) -> float:
    key, first = f"walk-{name}-{axis}", -1.0 if name == "A" else 1.0
    words = f"{name}, {axis}"
    return st.number_input(words, -FURTHEST, FURTHEST, first, 0.1, "%.2f", key=key, bind="query-params", width=150)


WAYS: dict[str, Callable[[Placed, str], End | None]] = {
    "Class": _class,
    BY_NUMBER: _by_number,
    "Drawing": _drawn,
    "Upload": _uploaded,
}


# The walk


def nearest_stops(means: np.ndarray, start: np.ndarray, end: np.ndarray) -> list[int]:
    """Which of means `[n, k]` lie nearest to the quarter points of a line; none twice, and none that is an end."""
    free = (means != start).any(axis=1) & (means != end).any(axis=1)
    found: list[int] = []
    for point in straight(start, end, 5)[1:4]:
        if free.any():
            distances = np.where(free, ((means - point) ** 2).sum(axis=1), np.inf)
            found.append(int(distances.argmin()))
            free[found[-1]] = False
    return found


def along(stops: np.ndarray, n: int) -> np.ndarray:
    """`n` points, float32 `[n, k]`, from stop to stop `[m, k]`, as many on each stretch; through each of them, if n - 1
    is a multiple of m - 1."""
    at = np.linspace(0, len(stops) - 1, n)
    return np.stack([np.interp(at, range(len(stops)), axis) for axis in stops.T], axis=1).astype(np.float32)


def mix(first: np.ndarray, second: np.ndarray, n: int) -> np.ndarray:
    """`n` images, uint8 `[n, 28, 28]`, fading from one, uint8 `[28, 28]`, to the other."""
    return np.rint(straight(first.ravel(), second.ravel(), n)).astype(np.uint8).reshape(n, 28, 28)


def ways(space: Placed, a: End, b: End, stops: list[int], n: int) -> np.ndarray:
    """The walk in each of the three ways, uint8 `[3, n, 28, 28]`: straight, through the stops, and by pixels."""
    through = np.stack([a.code, *space.places.means[stops], b.code])
    drawn = space.draw(np.concatenate([straight(a.code, b.code, n), along(through, n)]))
    return np.stack([drawn[:n], drawn[n:], mix(a.image, b.image, n)])


def _walk(space: Placed, a: End, b: End) -> None:
    st.header("From A to B", anchor=False)
    n = st.slider("Images in a row", 5, 21, 9, 4, key="walk-steps", bind="query-params", width=400)
    stops = nearest_stops(space.places.means, a.code, b.code)
    strips = ways(space, a, b, stops, n)
    _row(
        strips[0],
        "Straight from A to B",
        "Straight through the latent space",
        f"The model describes each image by {numbers_in_words(space.model.latent_size)}. Each image in this row is "
        "drawn from a point on the straight line between the numbers of A and those of B.",
    )
    _row(
        strips[1],
        "From A to B past test images",
        "Past real images",
        f"The same walk with detours: it passes {_passed(stops)}, whose latent numbers lie nearest to the straight "
        "line. Halfway between two images the model may have to draw what it never learned to draw. Near real images "
        "it draws better.",
    )
    _row(
        strips[2],
        "From A to B, pixel by pixel",
        "Without a model",
        "For comparison, A fades out while B fades in, pixel by pixel. Halfway you see both at once, one "
        "through the other. The model changes one shape into the other instead, though its image halfway may be a "
        "smudge that is no digit, too.",
    )
    film = _film(space, space.key, a.code, b.code, a.image, b.image, tuple(stops))
    _player(film)
    _downloads(space, strips, film)


def _row(drawn: np.ndarray, alt: str, title: str, about: str) -> None:
    """A walk, uint8 `[n, 28, 28]`, below what is to be said of it."""
    st.markdown(f"**{title}**")
    st.caption(about)
    sheet(drawn, len(drawn), alt, scale=max(1, WIDTH // (30 * len(drawn) + 2)), width=WIDTH)


def _passed(stops: list[int]) -> str:
    """Test images, by their places, in words."""
    if not stops:
        return "no other image, as there is none"
    return f"test image{'s' if len(stops) > 1 else ''} {listed(f'{stop + 1:,}' for stop in stops)}"


@st.cache_data(max_entries=32, show_spinner=False)
def _film(
    _space: Placed,
    key: Key,
    start: np.ndarray,
    end: np.ndarray,
    first: np.ndarray,
    last: np.ndarray,
    stops: tuple[int, ...],
) -> bytes:
    """A GIF file of the three ways next to each other, there and back."""
    drawn = ways(_space, End(start, first), End(end, last), list(stops), FRAMES)
    frames = [images.sheet(drawn[:, frame], 3, GIF_SCALE) for frame in range(FRAMES)]
    return images.gif(frames, there_and_back=True)


def _player(film: bytes) -> None:
    if st.toggle("Play the walk", value=True, key="walk-play", persist_state="session"):
        words = "From A to B and back: straight, past test images, and pixel by pixel"
        st.container(width=GIF_SCALE * 92).image(film, alt=words, width="stretch")
        st.caption(f"{words}.")


def _downloads(space: Placed, strips: np.ndarray, film: bytes) -> None:
    file = f"{space.model.run.path.name}-walk"
    with st.container(horizontal=True):
        rows = images.png(images.sheet(strips.reshape(-1, 28, 28), strips.shape[1], scale=4))
        download("Download as PNG", rows, f"{file}.png", help="The three rows, one below the other.")
        download("Download as GIF", film, f"{file}.gif", help="The animation, from A to B and back.")


# Arithmetic


def _arithmetic(space: Placed, a: End) -> None:
    st.header("Arithmetic with latent numbers", anchor=False)
    st.caption(
        "Latent numbers can be added and subtracted. The average of one class minus the average of another is what "
        "makes the two classes different. Added to the numbers of A, it may turn A into the other class, in the same "
        "handwriting."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        plus = _label(space, "Add class", "plus")
        minus = _label(space, "Subtract class", "minus")
        words = "How much of the difference is added: 1 is all of it."
        strength = st.slider("Strength", 0.0, 2.0, 1.0, 0.1, key="walk-strength", bind="query-params", help=words)
    added, taken = (space.places.means[space.places.labels == label].mean(axis=0) for label in (plus, minus))
    drawn = space.draw(np.stack([a.code, added, taken, a.code + strength * (added - taken)]))
    names = {label: plain(name) for name, label in space.classes.items()}
    texts = (
        "A, as the model copies it",
        f"plus the average {names[plus]}",
        f"minus the average {names[minus]}",
        "Result",
    )
    with st.container(horizontal=True, key="walk-sum"):
        for image, text in zip(drawn, texts, strict=True):
            picture(image, text)
