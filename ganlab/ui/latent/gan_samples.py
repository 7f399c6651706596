"""The samples on the sheet of a GAN's space: random points that can be picked and locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data
from ganlab.inference import GANRun
from ganlab.runs import Run
from ganlab.ui.shared.fields import points_seed
from ganlab.ui.shared.formatting import name_of
from ganlab.ui.shared.pictures import image_button

SAMPLES, COLUMNS = 24, 6
NEIGHBOURS = 8
AS_DRAWN = "as drawn"
PLACES = {str(place + 1): place for place in range(SAMPLES)}
FIRST_PICKS = "3-12"  # of those of the first seed that come with ganlab two good ones, a 7 and a 2

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


@st.cache_data(max_entries=200, show_spinner=False)
def _draw(_gan: GANRun, key: tuple[str, str, int], latents: np.ndarray, digits: np.ndarray | None) -> np.ndarray:
    return decode(_gan, latents, digits)


def decode(gan: Any, latents: np.ndarray, digits: np.ndarray | None) -> np.ndarray:
    return gan.decode(latents) if digits is None else gan.decode(latents, digits=digits)


def show_samples(gan: GANRun, key: tuple[str, str, int]) -> Space:
    """The sheet, with what decides which samples are on it."""
    st.caption(
        "Each sample is drawn from a random point of the space. Press one to pick it; press it again to let it go."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = points_seed("gan-seed", "gan-others", "Replaces all samples but the locked ones.")
        digits = _digits(gan)
    truncation = st.slider("Truncation", 0.0, 1.5, 1.0, 0.05, key="gan-truncation", bind="query-params")
    st.caption(
        "Below 1, all points move towards the middle of the space: images get more typical and less varied. Above 1 "
        "they do the opposite."
    )
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
    learned = [label for label in gan.run.config.digits or range(count) if label < count]
    names = {name_of(known, label): label for label in learned}
    options = [AS_DRAWN, *names]
    if st.session_state.get("gan-class", AS_DRAWN) not in options:  # chosen for another GAN
        del st.session_state["gan-class"]
    help = "This GAN is told which class to draw. As drawn means that the samples go through the classes in turn."
    chosen = st.selectbox("Class", options, key="gan-class", bind="query-params", help=help, width=140)
    labels = learned if chosen == AS_DRAWN else [names[chosen]]
    return np.resize(np.array(labels), SAMPLES)


def _picks() -> list[int]:
    """The places that the address names, in the order of picking."""
    named = st.query_params.get("gan-picked", FIRST_PICKS).split("-")
    return list(dict.fromkeys(PLACES[name] for name in named if name in PLACES))


def has_picked() -> bool:
    """Whether somebody picked the samples, which are else those that the page begins with."""
    return "gan-picked" in st.query_params


def _pick(places: Sequence[int]) -> None:
    st.query_params["gan-picked"] = "-".join(str(place + 1) for place in places) or "none"


def _sample(space: Space, place: int, drawn: np.ndarray) -> None:
    picked, locked = place in space.picks, place in space.kept
    after = [other for other in space.picks if other != place] + ([] if picked else [place])
    name = f"Sample {place + 1}{', picked' if picked else ''}{', locked' if locked else ''}"
    look = {"type": "primary" if picked else "secondary", "icon": ":material/lock:" if locked else None}
    image_button(name, drawn, f"gan-sample-{place + 1}", on_click=_pick, args=(after,), **look)


def _locking(space: Space) -> None:
    if not space.picks:
        return
    if all(place in space.kept for place in space.picks):
        st.button("Unlock the picked ones", key="gan-lock", on_click=_unlock, args=(space.kept, space.picks))
    else:
        chosen = {place: space.latents[place] for place in space.picks}
        words = "Locked samples stay when you draw others."
        st.button("Lock the picked ones", key="gan-lock", on_click=space.kept.update, args=(chosen,), help=words)
    st.button("Let all go", key="gan-none", on_click=_pick, args=([],))


def _unlock(kept: dict[int, np.ndarray], places: Sequence[int]) -> None:
    for place in places:
        kept.pop(place, None)
