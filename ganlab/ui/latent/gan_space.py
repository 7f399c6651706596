"""A GAN's space: samples to pick, lock and nudge, walks between them, directions, and how they came to be."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data, images
from ganlab.errors import GanlabError
from ganlab.inference import GANRun
from ganlab.latents import directions, nudge, straight, walk
from ganlab.runs import Run, layout
from ganlab.ui.latent.chosen import GAN, choose, load, ships, stamp
from ganlab.ui.words import plain

SAMPLES, COLUMNS = 24, 6
LARGEST_SEED = 999_999
LEG = 11  # images from one picked sample to the next; odd, so that one lies halfway
GIF_LEG, GIF_MILLISECONDS = 16, 80
NEIGHBOURS = 8
DIRECTIONS, DIRECTION_LATENTS = 5, 3000
REACH, DIRECTION_STEPS = 3.0, 7  # standard deviations to either side, and the images of a strip
STRIP = 12  # images in a row of the strip over all snapshots, at most
SHEET = 8  # images in a row of the sheet at one snapshot
PARTS = ("Walk", "Nudge", "Directions", "How it learnt")
AS_DRAWN = "as drawn"
PLACES = {str(place + 1): place for place in range(SAMPLES)}
FIRST_PICKS = "1-2"

STYLE = f"""
<style>
.st-key-gan-samples, .st-key-gan-neighbours {{
  display: grid; gap: 0.3rem; grid-template-columns: repeat({COLUMNS}, minmax(0, 1fr));
}}
.st-key-gan-neighbours {{ grid-template-columns: repeat({NEIGHBOURS}, minmax(0, 1fr)); }}
:is(.st-key-gan-samples, .st-key-gan-neighbours) button {{
  position: relative; display: block; padding: 4px; min-height: 0; width: 100%;
}}
:is(.st-key-gan-samples, .st-key-gan-neighbours) button :is(div, span, p) {{ display: block; width: 100%; margin: 0; }}
:is(.st-key-gan-samples, .st-key-gan-neighbours) img {{
  display: block; width: 100%; height: auto; max-height: none; object-fit: fill !important;
  image-rendering: pixelated; border-radius: 3px;
}}
.st-key-gan-samples button span[data-testid="stIconMaterial"] {{
  position: absolute; top: 4px; right: 4px; width: 1.25rem; height: 1.25rem; padding: 0.125rem; font-size: 1rem;
  color: #fff; background: #000b; border-radius: 3px;
}}
.st-key-gan-samples button :has(> span[data-testid="stIconMaterial"]) {{ height: 0; }}
@media (max-width: 640px) {{
  .st-key-gan-neighbours {{ grid-template-columns: repeat(4, minmax(0, 1fr)); }}
}}
</style>
"""


@dataclass(frozen=True)
class Space:
    """A GAN and the samples that are on the page: `latents` is float32 `[24, size]`, `digits` the class of each, int
    `[24]`, or None of a GAN that is not told any; `picks` their places in the order of picking; `kept` holds the
    latents of the locked ones by their place. `key` says which weights it draws with."""

    gan: GANRun
    key: tuple[str, str, int]
    latents: np.ndarray
    digits: np.ndarray | None
    truncation: float
    picks: list[int]
    kept: dict[int, np.ndarray]

    @property
    def run(self) -> Run:
        return self.gan.run

    @property
    def place(self) -> int:
        """Of the sample that was picked last."""
        return self.picks[-1]

    @property
    def name(self) -> str:
        """What that sample is called on the page."""
        return f"sample {self.place + 1}"

    @property
    def digit(self) -> int | None:
        """The class of that sample, where there are classes."""
        return None if self.digits is None else int(self.digits[self.place])

    def draw(self, latents: np.ndarray, digits: np.ndarray | int | None) -> np.ndarray:
        """uint8 `[n, 28, 28]` of latents `[n, size]`, after truncation, in classes `[n]`, or all in one."""
        if digits is not None:
            digits = np.broadcast_to(digits, len(latents))
        return _draw(self.gan, self.key, (self.truncation * latents).astype(np.float32), digits)

    def along_the_way(self, leg: int) -> np.ndarray | None:
        """The classes of a walk between the picked samples, `leg` images a stretch: each keeps that of its start."""
        return None if self.digits is None else self.digits[self.picks[:-1]].repeat(leg)


def show() -> None:
    """The whole section."""
    run = choose(GAN)
    if run is None:
        return
    try:
        gan, key = load(run)
        _explore(gan, key)
    except GanlabError as error:
        st.error(plain(str(error)))


def _explore(gan: GANRun, key: tuple[str, str, int]) -> None:
    st.html(STYLE)
    left, right = st.columns([2, 3], gap="large")
    with left:
        space = _samples(gan, key)
    with right:
        tabs = st.tabs(PARTS, key="gan-part", bind="query-params")
        for tab, part, least in zip(tabs, (_walk, _neighbours, _directions, _history), (2, 1, 1, 1), strict=True):
            if tab.open:
                with tab:
                    if len(space.picks) < least:
                        st.info("Pick two samples or more to walk between them." if least > 1 else "Pick a sample.")
                    else:
                        part(space)


# The samples


@st.cache_data(max_entries=200, show_spinner=False)
def _draw(_gan: GANRun, key: tuple[str, str, int], latents: np.ndarray, digits: np.ndarray | None) -> np.ndarray:
    return _decode(_gan, latents, digits)


def _decode(gan: Any, latents: np.ndarray, digits: np.ndarray | None) -> np.ndarray:
    return gan.decode(latents) if digits is None else gan.decode(latents, digits=digits)


def _samples(gan: GANRun, key: tuple[str, str, int]) -> Space:
    """The sheet, with what decides which samples are on it."""
    st.caption("Each image is drawn from a random point of the space. Press one to pick it, and again to let it go.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = st.number_input(
            "Seed", 0, LARGEST_SEED, 0, key="gan-seed", bind="query-params", help="The same seed, the same points."
        )
        st.button("Others", key="gan-others", on_click=_other_samples, help="Draws all but the locked ones anew.")
        digits = _digits(gan)
    truncation = st.slider("Truncation", 0.0, 1.5, 1.0, 0.05, key="gan-truncation", bind="query-params")
    st.caption("Below 1, all points move towards the middle: more typical images, less varied. Above 1, the opposite.")
    kept = st.session_state.setdefault(f"gan-kept-{gan.run.path}", {})
    latents = gan.latents(SAMPLES, seed)
    for place, latent in kept.items():
        latents[place] = latent
    space = Space(gan, key, latents, digits, truncation, _picks(), kept)
    with st.container(key="gan-samples"):
        for place, drawn in enumerate(space.draw(latents, digits)):
            _sample(space, place, drawn)
    with st.container(horizontal=True):
        _locking(space)
    return space


def _digits(gan: Any) -> np.ndarray | None:
    """The class of each sample, int `[24]`; None of a GAN that is not told which class to draw."""
    count = getattr(gan, "classes", 0)
    if not count:
        return None
    known = data.class_names_of(gan.run.config)
    learnt = [label for label in gan.run.config.get("digits") or range(count) if label < count]
    names = {known[label] if label < len(known) else str(label): label for label in learnt}
    if st.session_state.get("gan-class", AS_DRAWN) not in (AS_DRAWN, *names):  # chosen for another GAN
        del st.session_state["gan-class"]
    chosen = st.selectbox(
        "Class",
        [AS_DRAWN, *names],
        key="gan-class",
        bind="query-params",
        help="This GAN is told which class to draw. As drawn: each sample has a class of its own, one after the other.",
        width=140,
    )
    labels = learnt if chosen == AS_DRAWN else [names[chosen]]
    return np.resize(np.array(labels), SAMPLES)


def _other_samples() -> None:
    st.session_state["gan-seed"] = (st.session_state["gan-seed"] + 1) % (LARGEST_SEED + 1)


def _picks() -> list[int]:
    """The places that the address names, in the order of picking."""
    named = st.query_params.get("gan-picked", FIRST_PICKS).split("-")
    return list(dict.fromkeys(PLACES[name] for name in named if name in PLACES))


def _pick(places: Sequence[int]) -> None:
    st.query_params["gan-picked"] = "-".join(str(place + 1) for place in places) or "none"


def _sample(space: Space, place: int, drawn: np.ndarray) -> None:
    picked, locked = place in space.picks, place in space.kept
    after = [other for other in space.picks if other != place] + ([] if picked else [place])
    _image_button(
        f"Sample {place + 1}{', picked' if picked else ''}{', locked' if locked else ''}",
        drawn,
        f"gan-sample-{place + 1}",
        _pick,
        after,
        type="primary" if picked else "secondary",
        icon=":material/lock:" if locked else None,
    )


def _image_button(name: str, drawn: np.ndarray, key: str, on_click: Callable, *args, **look) -> None:
    """A button that is an image, uint8 `[28, 28]`; for its size see `STYLE`."""
    address = f"data:image/png;base64,{base64.b64encode(images.png(drawn)).decode()}"
    st.button(f"![{name}]({address})", key=key, on_click=on_click, args=args, width="stretch", **look)


def _locking(space: Space) -> None:
    if not space.picks:
        return
    if all(place in space.kept for place in space.picks):
        st.button("Unlock picked", key="gan-lock", on_click=_unlock, args=(space.kept, space.picks))
    else:
        chosen = {place: space.latents[place] for place in space.picks}
        words = "The picked samples then stay when others are drawn."
        st.button("Lock picked", key="gan-lock", on_click=space.kept.update, args=(chosen,), help=words)
    st.button("Pick none", key="gan-none", on_click=_pick, args=([],))


def _unlock(kept: dict[int, np.ndarray], places: Sequence[int]) -> None:
    for place in places:
        kept.pop(place, None)


def _strip(drawn: np.ndarray, columns: int, alt: str) -> None:
    st.image(images.png(images.sheet(drawn, columns, scale=2)), alt=alt, width="stretch", output_format="PNG")


# What can be done with the picked ones


def _walk(space: Space) -> None:
    """From each picked sample to the next, along the arc and along the line."""
    names = ", ".join(str(place + 1) for place in space.picks[:-1]) + f" and {space.picks[-1] + 1}"
    stops = space.latents[space.picks]
    arc, line = walk(stops, LEG), walk(stops, LEG, straight)
    st.caption(f"A walk between samples {names}, in the order in which you picked them; a row for each stretch.")
    if space.digits is not None and len(set(space.digits[space.picks])) > 1:
        st.caption("Each stretch keeps the class of the sample where it starts, as nothing lies between two classes.")
    st.markdown("**Along the arc**")
    drawn = space.draw(arc, space.along_the_way(LEG))
    _strip(drawn, LEG, f"A walk along the arc between samples {names}")
    st.markdown("**Along the straight line**")
    _strip(space.draw(line, space.along_the_way(LEG)), LEG, f"A walk along the straight line between samples {names}")
    share = np.linalg.norm(line[LEG // 2]) / np.linalg.norm(stops[:2], axis=1).mean()
    st.caption(
        "Random points all lie about equally far from the middle of the space. The arc keeps that distance; halfway "
        f"the first straight line is at {share:.0%} of it, where the GAN has hardly ever drawn while it learnt."
    )
    file = f"{space.run.path.name}-walk"
    with st.container(horizontal=True):
        st.download_button(
            "Walk as PNG",
            lambda: images.png(images.sheet(drawn, LEG, scale=4)),
            f"{file}.png",
            "image/png",
            on_click="ignore",
        )
        st.download_button(
            "Walk as GIF",
            lambda: _there_and_back(space.draw(walk(stops, GIF_LEG), space.along_the_way(GIF_LEG))),
            f"{file}.gif",
            "image/gif",
            on_click="ignore",
            help="An animation of the arc, there and back.",
        )


def _there_and_back(drawn: np.ndarray) -> bytes:
    """A GIF file of uint8 `[n, 28, 28]`, forwards and backwards without end."""
    frames = drawn.repeat(8, axis=1).repeat(8, axis=2)
    return images.gif(list(frames), GIF_MILLISECONDS, there_and_back=True)


def _neighbours(space: Space) -> None:
    """Small random steps away from a sample, to be taken in its place."""
    st.caption(f"Small random steps away from {space.name}. Press one to have it in its place, locked.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size = st.slider(
            "How far",
            0.05,
            1.0,
            0.3,
            0.05,
            key="gan-nudge",
            persist_state="session",
            help="At 0 it would be the sample itself; at 1 it is one that has nothing to do with it.",
        )
        st.button("Other steps", key="gan-steps", on_click=_other_steps)
    near = nudge(space.latents[space.place], size, NEIGHBOURS, st.session_state.get("gan-nudge-seed", 0))
    with st.container(key="gan-neighbours"):
        for number, drawn in enumerate(space.draw(near, space.digit), 1):
            key = f"gan-neighbour-{number}"
            _image_button(f"Take step {number}", drawn, key, _take, space.kept, space.place, near[number - 1])


def _other_steps() -> None:
    st.session_state["gan-nudge-seed"] = st.session_state.get("gan-nudge-seed", 0) + 1


def _take(kept: dict[int, np.ndarray], place: int, latent: np.ndarray) -> None:
    """Has a latent in a sample's place, and looks for other steps from there."""
    kept[place] = latent
    _other_steps()


def _directions(space: Space) -> None:
    """The directions in which the GAN's drawings vary most."""
    steps, shares = _find_directions(space.gan, space.key, space.digit)
    st.caption(
        f"The {len(steps)} directions in which what this GAN makes of the space's points varies most, found without "
        f"anybody naming them. Each row shows {space.name} moved along one of them, from 3 standard deviations (the "
        "usual spread of random points) on one side to 3 on the other. Say what you see by naming them."
    )
    result = st.container(horizontal=True, vertical_alignment="center")
    names = _name_directions(space, len(steps))
    rows, keys = [], [f"gan-move-{index}-{space.run.path}" for index in range(len(steps))]
    for key, name, share in zip(keys, names, shares, strict=True):
        slide, strip = st.columns([2, 3], vertical_alignment="center")
        slide.slider(
            f"{plain(name)} ({share:.0%} of the variance)", -REACH, REACH, 0.0, 0.1, key=key, persist_state="session"
        )
        rows.append(strip)
    moves = np.array([st.session_state[key] for key in keys], np.float32)
    for index, (strip, name) in enumerate(zip(rows, names, strict=True)):
        along = np.tile(moves, (DIRECTION_STEPS, 1))
        along[:, index] = np.linspace(-REACH, REACH, DIRECTION_STEPS)
        with strip:
            _strip(
                space.draw(space.latents[space.place] + along @ steps, space.digit),
                DIRECTION_STEPS,
                f"{space.name.capitalize()} moved along {name}",
            )
    with result:
        _moved(space, space.latents[space.place] + moves @ steps, keys)


def _name_directions(space: Space, n: int) -> list[str]:
    """What the user calls them."""
    standard = [f"Direction {index + 1}" for index in range(n)]
    with st.popover("Name them"):
        given = [
            st.text_input(
                name,
                key=f"gan-name-{index}-{space.run.path}",
                max_chars=30,
                placeholder="for example slant",
                persist_state="session",
            )
            for index, name in enumerate(standard)
        ]
    return [(name or "").strip() or usual for name, usual in zip(given, standard, strict=True)]


def _moved(space: Space, latent: np.ndarray, keys: Sequence[str]) -> None:
    """The sample as it is and as the sliders have it."""
    alt = f"{space.name.capitalize()} as it is, and moved as the sliders say"
    drawn = space.draw(np.stack([space.latents[space.place], latent]), space.digit)
    st.image(images.png(images.sheet(drawn, 2, scale=3)), "As it is, and moved", alt=alt, output_format="PNG")
    args = (space.kept, space.place, latent, keys)
    words = f"Has the moved one as {space.name}, locked."
    st.button("Take the moved one", key="gan-take", on_click=_take_moved, args=args, help=words)
    st.button("All sliders to 0", key="gan-back", on_click=_to_the_middle, args=(keys,))


def _take_moved(kept: dict[int, np.ndarray], place: int, latent: np.ndarray, keys: Sequence[str]) -> None:
    kept[place] = latent
    _to_the_middle(keys)


def _to_the_middle(keys: Sequence[str]) -> None:
    for key in keys:
        st.session_state[key] = 0.0


@st.cache_data(max_entries=16, show_spinner="Looking for the directions in which it varies most")
def _find_directions(_gan: GANRun, key: tuple[str, str, int], digit: int | None) -> tuple[np.ndarray, np.ndarray]:
    """By what the first layer makes of many latents; where it is told a class, too, by their images in that class."""
    latents = _gan.latents(DIRECTION_LATENTS, seed=1)
    if digit is None:
        return directions(latents, _gan.first_layer(latents), DIRECTIONS)
    drawn = _decode(_gan, latents, np.full(len(latents), digit))
    return directions(latents, drawn.reshape(len(drawn), -1).astype(np.float32), DIRECTIONS)


def _history(space: Space) -> None:
    """The same points as earlier copies of the generator drew them."""
    files = layout.snapshots(space.run.path)
    if not files:
        st.info(
            "This GAN came without the earlier copies of itself that a run of your own keeps while it trains."
            if ships(space.run)
            else "This run has no earlier copies of its generator: it is too young, or they were pruned to save space."
        )
        return
    try:
        stamps = tuple((str(file), stamp(file)) for file in files)
        latents = (space.truncation * space.latents).astype(np.float32)
        drawn = _through(str(space.run.path), stamps, latents, space.digits)
    except GanlabError as error:
        st.error(plain(str(error)))
        return
    iterations = [layout.iteration_of(file) for file in files]
    st.caption(f"The same points, drawn by {len(files)} copies of the generator that were kept while it learnt.")
    st.markdown(f"**{space.name.capitalize()}**, from {iterations[0]:,} to {iterations[-1]:,} iterations")
    rows = -(-len(files) // STRIP)
    _strip(
        drawn[:, space.place],
        -(-len(files) // rows),
        f"{space.name.capitalize()} as {len(files)} copies of the generator drew it",
    )
    if len(files) > 1:
        at = st.select_slider(
            "All samples after how many iterations",
            iterations,
            iterations[-1],
            format_func="{:,}".format,
            key=f"gan-snapshot-{space.run.path}",
            persist_state="session",
        )
    else:
        at = iterations[0]
    _strip(drawn[iterations.index(at)], SHEET, f"All samples after {at:,} iterations")


@st.cache_data(max_entries=16, show_spinner="Drawing with each of the copies that were kept while it learnt")
def _through(
    path: str, snapshots: tuple[tuple[str, int], ...], latents: np.ndarray, digits: np.ndarray | None = None
) -> np.ndarray:
    """uint8 `[snapshots, n, 28, 28]` of latents `[n, size]`, in classes `[n]` if it is told any; building the networks
    once is what makes it quick."""
    files = [Path(file) for file, _ in snapshots]
    gan = GANRun(Run(Path(path)), files[0])
    drawn = [_decode(gan, latents, digits)]
    for file in files[1:]:
        gan.take_weights(file)
        drawn.append(_decode(gan, latents, digits))
    return np.stack(drawn)
