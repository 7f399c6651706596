"""A paper to draw on with mouse, pen or finger: streamlit-drawable-canvas, with pen, rubber, undo, redo and clear.

The package draws strokes and sends them. Here they are kept, with the states before them, in the session; what the
package lacks in the browser is in canvas_tools.js.
"""

import base64
import io
import math
import random
import uuid
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from ganlab import images
from ganlab.ui.shared.assets import component, text

PEN = 20  # of 280 pixels: drawn on most of the paper, strokes come out as wide as MNIST's
THINNEST, WIDEST = 4, 48
SHARPNESS = 2  # pixels of the canvas for one of the drawing, for screens with fine pixels
FAR = 100_000  # pixels: higher than any canvas
STATES = 100  # that can be undone
MOST_STROKES = 2_000  # on one paper; what is drawn after them is not taken
Strokes = list[dict[str, Any]]  # as the package sends and takes them, in the order in which they were drawn


@dataclass
class Paper:
    """What was drawn on the paper `key` of this session: strokes, and the picture of them once it was sent."""

    key: str
    strokes: Strokes = field(default_factory=list)
    picture: str | None = None  # a PNG as an address
    past: list[tuple[Strokes, str | None]] = field(default_factory=list)
    future: list[tuple[Strokes, str | None]] = field(default_factory=list)
    begun: Strokes = field(default_factory=list)  # what the canvas was given to begin with
    # Grows whenever the canvas is given other strokes than were drawn on it. It begins anywhere: after the server began
    # anew, a browser first tells of a canvas and of steps that belong to an earlier paper.
    turn: int = field(default_factory=partial(random.randrange, 1_000_000))
    answered: int = 0  # the number of the last step that the browser asked for
    untouched: bool = True  # in this session
    restores: bool = True  # what the browser kept, until it has asked for a first step
    token: str = field(default_factory=lambda: uuid.uuid4().hex)  # which of all papers it is, over sessions

    def initial(self) -> dict[str, Any]:
        """What the canvas begins with: the strokes, after something unseen that tells by its place which turn it is."""
        unseen = {"type": "Rect", "left": self.turn, "width": 0, "height": 0, "strokeWidth": 0}
        return {"objects": [unseen, *self.begun]}

    def receive(self, objects: list[Any], picture: Any) -> None:
        """What the canvas sent. A canvas only adds strokes to those that it was given; one that sends fewer, or of an
        earlier turn, has not yet been given what this paper holds."""
        if not objects or not isinstance(picture, str) or not are_strokes(objects):
            return
        strokes = objects[1:]
        if objects[0].get("left") != self.turn or len(strokes) < len(self.strokes):
            return
        self.untouched = False
        first = max(len(self.strokes) + 1, len(strokes) - STATES)  # those before it could not be undone
        for count in range(first, len(strokes) + 1):  # several, where they were drawn quickly
            self._change(strokes[:count])
        self.strokes, self.picture = strokes, picture

    def step(self, name: str, kept: Any = None) -> None:
        """One of "undo", "redo", "clear", "restore" what the browser kept, and "again", for a canvas that lost it; any
        other, such as "tool", changes nothing here."""
        back, forth = (self.past, self.future) if name == "undo" else (self.future, self.past)
        if name in ("undo", "redo") and back:
            forth.append((self.strokes, self.picture))
            self.strokes, self.picture = back.pop()
        elif name == "clear":
            self._change([])
        elif name == "restore" and self.restores and isinstance(kept, list) and are_strokes(kept):
            self.past = [([*kept, *strokes], None) for strokes, _ in self.past]  # of who drew before this came
            self.strokes, self.picture = [*kept, *self.strokes], None
        elif name != "again":
            return
        self.untouched = self.restores = False
        self.begun = self.strokes
        self.turn += 1

    def _change(self, strokes: Strokes) -> None:
        self.past = [*self.past[1 - STATES :], (self.strokes, self.picture)]
        self.future = []
        self.strokes, self.picture = strokes, None


def draw(
    key: str,
    width: int = 280,
    height: int = 280,
    pen: int = PEN,
    label: str = "Draw a digit here",
    background: np.ndarray | None = None,
    dark_on_light: bool = False,
    place: str = "",
) -> np.ndarray | None:
    """What is drawn, light on dark, uint8 `[height, width]`, after every stroke; None while there is no ink.

    The paper is `width` pixels wide, or as wide as there is room; `pen` is the width in pixels that strokes have until
    the person changes it. A `background`, uint8 `[h, w]` of any size, is shown under the strokes, which are then
    orange and let it shine through; it is no part of what comes back. `dark_on_light` is only how the paper looks.

    The drawing outlives reruns and reloads of the page; another `key` is an empty paper. Of keys that share a `place`
    only the last one's drawing is kept, so that coming back to an earlier key starts with an empty paper, too.
    """
    from streamlit_drawable_canvas import st_canvas  # which can only be imported while Streamlit runs

    place = f"drawing-{place or key}"
    canvas, tools = f"{key}-canvas", f"{key}-tools"
    paper = st.session_state.get(place)
    if paper is None or paper.key != key:
        paper = st.session_state[place] = Paper(key)
    elif canvas not in st.session_state and len(paper.begun) != len(paper.strokes):
        paper.step("again")  # the page was left meanwhile
    erases, thick, _ = asked_of(_sent(tools, "asked"), pen, paper.token)
    settle = partial(_settle, paper, canvas, tools)
    under = None if background is None else _enlarged(background, SHARPNESS * width, SHARPNESS * height)
    with st.container(width=width, gap=None):
        st_canvas(
            stroke_width=SHARPNESS * thick,
            stroke_color="#000" if erases else "#fff",
            background_image=under,
            update_streamlit=False,  # it would wait for 200 ms; canvas_tools.js has it sent at once
            width=SHARPNESS * width,
            height=SHARPNESS * height,
            initial_drawing=paper.initial(),
            max_display_height=FAR + paper.answered,  # by which canvas_tools.js sees what has reached the canvas
            return_image_data=True,
            key=canvas,
            on_change=settle,
        )
        about = {
            "canvas": canvas,
            "key": key,
            "place": place,
            "width": width,
            "height": height,
            "label": label,
            "light": dark_on_light,
            "marks": background is not None,
            "tool": {"erases": erases, "width": thick},
            "token": paper.token,
            "answered": paper.answered,
            "far": FAR,
            "undo": bool(paper.past),
            "redo": bool(paper.future),
            "strokes": None if paper.untouched else paper.strokes,
            "begun": len(paper.begun),
            "unseen": bool(paper.strokes) and paper.picture is None,
        }
        buttons = component("ganlab_canvas_tools", "shared/canvas_tools", css=text("shared/piece.css"))
        buttons(key=tools, data=about, on_asked_change=settle)
    return read(paper.picture, width, height) if paper.strokes else None


def _settle(paper: Paper, canvas: str, tools: str) -> None:
    """Takes what the canvas and the tools have sent: strokes first, as whoever presses a button has drawn them."""
    drawing = _sent(canvas, "drawing")
    raw = drawing.get("raw")
    objects = raw.get("objects") if isinstance(raw, dict) else None
    paper.receive(objects if isinstance(objects, list) else [], drawing.get("data"))
    for number, name, kept in asked_of(_sent(tools, "asked"), PEN, paper.token)[2]:
        if number > paper.answered:
            paper.answered = number
            paper.step(name, kept)


def _sent(key: str, name: str) -> dict[str, Any]:
    """What a component's browser part has sent under this name; nothing where that is no object of JSON's."""
    found = st.session_state.get(key, {}).get(name)
    return found if isinstance(found, dict) else {}


def asked_of(sent: dict[str, Any], pen: int, token: str) -> tuple[bool, int, list[tuple[int, str, Any]]]:
    """Whether the rubber is in hand, how wide the pen is, and the steps that were asked for of the paper with this
    token: each a number, a name and what belongs to it. What is not of that shape is left out."""
    width, steps = sent.get("width"), sent.get("steps") if sent.get("token") == token else None
    if not isinstance(width, int | float) or not math.isfinite(width):
        width = pen
    taken = []
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, list) and len(step) in (2, 3) and isinstance(step[0], int) and isinstance(step[1], str):
            taken.append((step[0], step[1], step[2] if len(step) == 3 else None))
    return sent.get("erases") is True, min(max(int(width), THINNEST), WIDEST), taken


def are_strokes(objects: list[Any]) -> bool:
    """Whether these may be a paper's: so many at most, each an object of JSON's."""
    return len(objects) <= MOST_STROKES + 1 and all(isinstance(one, dict) for one in objects)


def _enlarged(picture: np.ndarray, width: int, height: int) -> bytes:
    """A PNG whose pixels are as wide and high as the canvas shows them, which would else blur them."""
    down, across = (np.arange(size) * old // size for size, old in zip((height, width), picture.shape, strict=True))
    return images.png(picture[np.ix_(down, across)])


def read(picture: Any, width: int, height: int) -> np.ndarray | None:
    """The ink in the canvas's picture, uint8 `[height, width]`; None where it has no ink or is none.

    The pen is white and the rubber black, on a paper that one can see through.
    """
    from PIL import Image

    try:
        file = io.BytesIO(base64.b64decode(str(picture).split(",")[-1], validate=True))
        with Image.open(file, formats=("PNG",)) as image:
            if image.size != (SHARPNESS * width, SHARPNESS * height):  # before it is unpacked, as it may be huge
                return None
            drawn = image.convert("LA")
    except (ValueError, OSError, Image.DecompressionBombError):  # nothing drawn yet, or no picture of ours
        return None
    light = Image.new("L", drawn.size)
    light.paste(drawn.getchannel("L"), mask=drawn.getchannel("A"))
    ink = np.asarray(light.reduce(SHARPNESS))
    return ink if ink.any() else None
