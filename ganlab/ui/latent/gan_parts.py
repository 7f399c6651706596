"""What can be done with the picked samples of a GAN's space: walk between them, nudge them, and find directions."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from ganlab import images
from ganlab.inference import GANRun
from ganlab.inference.latents import directions, nudge, straight, walk
from ganlab.ui.latent.gan_samples import NEIGHBOURS, Space, decode, has_picked
from ganlab.ui.shared.fields import download
from ganlab.ui.shared.formatting import listed, plain
from ganlab.ui.shared.pictures import image_button, sheet

LEG = 11  # images from one picked sample to the next; odd, so that one lies halfway
GIF_LEG, GIF_MILLISECONDS = 16, 80
DIRECTIONS, DIRECTION_LATENTS = 5, 3000
REACH, DIRECTION_STEPS = 3.0, 7  # standard deviations to either side, and the images of a strip


def show_walk(space: Space) -> None:
    """From each picked sample to the next, along the arc and along the line."""
    names = listed(str(place + 1) for place in space.picks)
    stops = space.latents[space.picks]
    arc, line = walk(stops, LEG), walk(stops, LEG, straight)
    if has_picked():
        st.caption(f"A walk between samples {names}, in the order in which you picked them, with a row for each pair.")
    else:
        st.caption(f"A walk between samples {names}, with which the page begins. Pick others for a walk of your own.")
    if space.digits is not None and len(set(space.digits[space.picks])) > 1:
        st.caption("Each row keeps the class of the sample where it starts, as there is nothing between two classes.")
    st.markdown("**Along the arc**")
    drawn = space.draw(arc, space.along_the_way(LEG))
    sheet(drawn, LEG, f"A walk along the arc between samples {names}")
    st.markdown("**Along the straight line**")
    sheet(space.draw(line, space.along_the_way(LEG)), LEG, f"A walk along the straight line between samples {names}")
    share = np.linalg.norm(line[LEG // 2]) / np.linalg.norm(stops[:2], axis=1).mean()
    st.caption(
        "All random points lie about equally far from the middle of the space. The arc keeps that distance. Halfway, "
        f"the first straight line is at {share:.0%} of it, where the GAN has hardly ever drawn while it learned."
    )
    file = f"{space.run.path.name}-walk"
    with st.container(horizontal=True):
        download("Download as PNG", lambda: images.png(images.sheet(drawn, LEG, scale=4)), f"{file}.png")
        download(
            "Download as GIF",
            lambda: _there_and_back(space.draw(walk(stops, GIF_LEG), space.along_the_way(GIF_LEG))),
            f"{file}.gif",
            help="An animation along the arc, there and back.",
        )


def _there_and_back(drawn: np.ndarray) -> bytes:
    """A GIF file of uint8 `[n, 28, 28]`, forwards and backwards without end."""
    frames = drawn.repeat(8, axis=1).repeat(8, axis=2)
    return images.gif(list(frames), GIF_MILLISECONDS, there_and_back=True)


def show_neighbours(space: Space) -> None:
    """Small random steps away from a sample, to be taken in its place."""
    st.caption(
        f"Small random steps away from {space.name}. Press one to put it in the place of {space.name} and lock it."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        help = "At 0 it would be the sample itself; at 1 it has nothing to do with the sample."
        size = st.slider("How far", 0.05, 1.0, 0.3, 0.05, key="gan-nudge", help=help, persist_state="session")
        st.button("Try other steps", key="gan-steps", on_click=_other_steps)
    near = nudge(space.latents[space.place], size, NEIGHBOURS, st.session_state.get("gan-nudge-seed", 0))
    with st.container(key="gan-neighbours"):
        for number, drawn in enumerate(space.draw(near, space.digit), 1):
            key, args = f"gan-neighbour-{number}", (space.kept, space.place, near[number - 1])
            image_button(f"Take step {number}", drawn, key, on_click=_take, args=args)


def _other_steps() -> None:
    st.session_state["gan-nudge-seed"] = st.session_state.get("gan-nudge-seed", 0) + 1


def _take(kept: dict[int, np.ndarray], place: int, latent: np.ndarray) -> None:
    """Has a latent in a sample's place, and looks for other steps from there."""
    kept[place] = latent
    _other_steps()


def show_directions(space: Space) -> None:
    """The directions in which the GAN's drawings vary most."""
    steps, shares = _find_directions(space.gan, space.key, space.digit)
    st.caption(
        f"The {len(steps)} directions of the space along which this GAN's drawings change most. They were found by "
        f"measuring what the GAN draws, not chosen by anybody. Each row shows {space.name} moved along one direction, "
        "from 3 standard deviations (the usual spread of random points) on one side to 3 on the other. Look for what "
        "changes, such as slant or thickness, and name it."
    )
    result = st.container(horizontal=True, vertical_alignment="center")
    names = _name_directions(space, len(steps))
    rows, keys = [], [f"gan-move-{index}-{space.run.path}" for index in range(len(steps))]
    for key, name, share in zip(keys, names, shares, strict=True):
        slide, row = st.columns([2, 3], vertical_alignment="center")
        slide.slider(
            f"{plain(name)} ({share:.0%} of the variance)", -REACH, REACH, 0.0, 0.1, key=key, persist_state="session"
        )
        rows.append(row)
    moves = np.array([st.session_state[key] for key in keys], np.float32)
    for index, (row, name) in enumerate(zip(rows, names, strict=True)):
        along = np.tile(moves, (DIRECTION_STEPS, 1))
        along[:, index] = np.linspace(-REACH, REACH, DIRECTION_STEPS)
        with row:
            drawn = space.draw(space.latents[space.place] + along @ steps, space.digit)
            sheet(drawn, DIRECTION_STEPS, f"{space.name.capitalize()} moved along {name}")
    with result:
        _moved(space, space.latents[space.place] + moves @ steps, keys)


def _name_directions(space: Space, n: int) -> list[str]:
    """What the user calls them."""
    names, look = [], {"max_chars": 30, "placeholder": "for example slant", "persist_state": "session"}
    with st.popover("Name the directions"):
        for index in range(n):
            usual = f"Direction {index + 1}"
            given = st.text_input(usual, key=f"gan-name-{index}-{space.run.path}", **look)
            names.append((given or "").strip() or usual)
    return names


def _moved(space: Space, latent: np.ndarray, keys: Sequence[str]) -> None:
    """The sample as it is and as the sliders have it."""
    alt = f"{space.name.capitalize()} as it is, and moved as the sliders say"
    drawn = space.draw(np.stack([space.latents[space.place], latent]), space.digit)
    sheet(drawn, 2, alt, "As it is, and moved", scale=3, width="content")
    args = (space.kept, space.place, latent, keys)
    words = f"Puts the moved image in the place of {space.name} and locks it."
    st.button("Keep the moved image", key="gan-take", on_click=_take_moved, args=args, help=words)
    st.button("Set all sliders to 0", key="gan-back", on_click=_to_the_middle, args=(keys,))


def _take_moved(kept: dict[int, np.ndarray], place: int, latent: np.ndarray, keys: Sequence[str]) -> None:
    kept[place] = latent
    _to_the_middle(keys)


def _to_the_middle(keys: Sequence[str]) -> None:
    for key in keys:
        st.session_state[key] = 0.0


@st.cache_data(max_entries=16, show_spinner="Looking for the directions in which the drawings change most")
def _find_directions(_gan: GANRun, key: tuple[str, str, int], digit: int | None) -> tuple[np.ndarray, np.ndarray]:
    """By what the first layer makes of many latents; where it is told a class, too, by their images in that class."""
    latents = _gan.latents(DIRECTION_LATENTS, seed=1)
    if digit is None:
        return directions(latents, _gan.first_layer(latents), DIRECTIONS)
    drawn = decode(_gan, latents, np.full(len(latents), digit))
    return directions(latents, drawn.reshape(len(drawn), -1).astype(np.float32), DIRECTIONS)
