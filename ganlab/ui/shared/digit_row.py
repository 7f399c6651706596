"""A few digits in a row, each with what it shows and what a classifier reads: the books' own kind of figure."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from ganlab import images
from ganlab.ui.shared.formatting import sureness
from ganlab.ui.shared.pictures import base64_png

MOST = 10
STYLE = """
<style>
.tens { display: grid; gap: 0.5rem; grid-template-columns: repeat(10, minmax(0, 1fr)); }
.tens figure { margin: 0; text-align: center; font-size: 0.8rem; line-height: 1.35; overflow-wrap: anywhere; }
.tens img { display: block; width: 100%; image-rendering: pixelated; border-radius: 3px; margin-bottom: 0.25rem; }
.tens b { font-weight: 600; }
.tens .wrong { text-decoration: underline 2px #d55e00; text-underline-offset: 3px; }
@media (max-width: 640px) { .tens { grid-template-columns: repeat(5, minmax(0, 1fr)); } }
</style>
"""


@dataclass(frozen=True)
class Reading:
    """What a classifier reads: `when` is empty or says in which of the pictures; `sure` lies between 0 and 1, or is
    None where nobody knows."""

    when: str
    read: str
    right: bool
    sure: float | None = None

    @property
    def words(self) -> str:
        sure = "" if self.sure is None else f", {sureness(self.sure)}"
        return f"{self.when + ' ' if self.when else ''}read {self.read}{sure}{'' if self.right else ' (wrong)'}"


@dataclass(frozen=True)
class Digit:
    """What it shows, its pictures from top to bottom, uint8 `[k, 28, 28]`, and how they are read."""

    shows: str
    pictures: np.ndarray
    readings: Sequence[Reading]


def show(digits: Sequence[Digit]) -> None:
    """The figure."""
    st.html(STYLE)
    st.html(f'<div class="tens">{"".join(map(_figure, digits))}</div>')


def _figure(digit: Digit) -> str:
    file = base64_png(images.sheet(digit.pictures, 1), 3)
    said = "; ".join(reading.words for reading in digit.readings)
    alt = html.escape(f"Shows {digit.shows}; {said}" if said else f"Shows {digit.shows}", quote=True)
    lines = "".join(
        f"<br><span{'' if reading.right else ' class=wrong'}>{html.escape(reading.words)}</span>"
        for reading in digit.readings
    )
    return (
        f'<figure><img alt="{alt}" src="data:image/png;base64,{file}">'
        f"<figcaption><b>{html.escape(digit.shows)}</b>{lines}</figcaption></figure>"
    )


def one_of_each(labels: np.ndarray, seed: int | None = None) -> list[int]:
    """Ten places in labels, uint8 `[n]`: one of each class, the first or by `seed` any, in the order of the classes;
    where there are fewer classes, filled up with those that come first."""
    rng = None if seed is None else np.random.default_rng(seed)
    found = []
    for label in np.unique(labels)[:MOST]:
        members = np.flatnonzero(labels == label)
        found.append(int(members[0] if rng is None else rng.choice(members)))
    others = [place for place in range(len(labels)) if place not in found]
    return sorted([*found, *others[: MOST - len(found)]], key=lambda place: (labels[place], place))
