"""Where a digit comes from, and what damages it: a `Task` for the model."""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data
from ganlab.data import damages, drawing
from ganlab.errors import GanlabError
from ganlab.evaluation import Outcome, telling
from ganlab.evaluation.repair_example import EXAMPLES
from ganlab.ui.repair import uploaded_pictures, url_fields
from ganlab.ui.repair.model_choice import Models, load
from ganlab.ui.repair.outcomes import DAMAGE_TITLES
from ganlab.ui.shared.canvas import PEN, draw
from ganlab.ui.shared.formatting import name_of, plain
from ganlab.ui.shared.model_picker import AUTOENCODER, GAN, Digits, digits, list_offered
from ganlab.ui.shared.pictures import picture
from ganlab.ui.shared.run_labels import title_of

PAPER = 280  # pixels, ten for each of the model's
MARKER = 30  # pixels of the paper
TALL, APART = 0.6, 0.2  # of the writing's height: parts so tall and so far apart are two digits
SAMPLES = 100
LARGEST_HOLE = 20


@dataclass(frozen=True)
class Task:
    """A damaged image, uint8 `[28, 28]`; its mask, bool `[28, 28]`, True where damaged, or None where the model is not
    told; and the image as it was, where that is known."""

    damaged: np.ndarray
    mask: np.ndarray | None
    original: np.ndarray | None

    @property
    def digest(self) -> str:
        """The same for the same task."""
        parts = (self.damaged, self.mask, self.original)
        return hashlib.sha256(b"|".join(b"" if part is None else part.tobytes() for part in parts)).hexdigest()[:16]


@dataclass(frozen=True)
class Source:
    """An image, uint8 `[28, 28]`, and the file that it was uploaded as, if it was, with whether that shows a digit."""

    image: np.ndarray
    file: bytes | None = None
    digit: bool = True


def example(models: Models) -> tuple[Task, Outcome | None] | None:
    """A test image with the chapter's hole, if possible one that is read correctly only once it is repaired, with what
    becomes of it where that came with the model; None where there are no images on this computer."""
    kept = models.kept_example
    if kept is not None:
        outcome = Outcome(kept["repaired"], kept.get("before"), kept.get("after"))
        return damage(kept["original"], kept["mask"], known=True), outcome
    try:
        real = digits(models.dataset)
    except GanlabError:
        return None
    place, lost = _telling(models, models.key, real.images[:EXAMPLES], real.labels[:EXAMPLES])
    return damage(real.images[place], lost, known=True), None


@st.cache_data(show_spinner=False)
def _telling(_models: Models, key: Any, images: np.ndarray, labels: np.ndarray) -> tuple[int, np.ndarray]:
    return telling(_models.repairer, _models.reader, images, labels)


def damage(image: np.ndarray, lost: np.ndarray, known: bool) -> Task:
    """The task of repairing an image, uint8 `[28, 28]`, that is lost where bool `[28, 28]` says; `known` is whether
    the model is told where. Raises GanlabError where nothing is left."""
    if lost.all():
        raise GanlabError(
            "The damage covers the whole picture, so there is nothing left to repair from. Take some of it back with "
            "Undo or the rubber, or choose a smaller damage."
        )
    return Task(damages.apply_damage(image[None], lost[None])[0], lost if known else None, image)


def two_digits(ink: np.ndarray) -> bool:
    """Whether writing, uint8 `[h, w]`, has two tall parts that lie far apart side by side."""
    from scipy import ndimage

    labelled = np.empty(ink.shape, np.int32)
    ndimage.label(ink > 127, np.ones((3, 3)), labelled)
    boxes = [box for box in ndimage.find_objects(labelled) if box is not None]
    if not boxes:
        return False
    height = max(down.stop for down, _ in boxes) - min(down.start for down, _ in boxes)
    tall = sorted((across.start, across.stop) for down, across in boxes if down.stop - down.start >= TALL * height)
    ends = np.maximum.accumulate([stop for _, stop in tall]) if tall else []
    return any(start - end >= APART * height for (start, _), end in zip(tall[1:], ends, strict=False))


# Draw


def drawn_task() -> Task | None:
    """A drawing with gaps, whose damage the model is not told; None while the paper is empty."""
    image = _drawing("Draw a digit here, and leave a gap")
    return None if image is None else Task(image, None, None)


def _drawing(label: str) -> np.ndarray | None:
    """What is on the paper, as the model sees it, uint8 `[28, 28]`."""
    light = url_fields.toggle("Black on white", "light", False)
    ink = draw("repair-drawing", PAPER, PAPER, PEN, label, dark_on_light=light)
    if ink is None:
        return None
    _say_if_two(ink)
    return drawing.center(ink)


def _say_if_two(ink: np.ndarray) -> None:
    if two_digits(ink):
        st.warning(
            "This looks like two digits, but here they are repaired as one. The section **Phone number** repairs "
            "several digits."
        )


# Damage


def damaged_task(models: Models) -> Task | None:
    """A digit that is chosen and then damaged; None while something is missing, which is said."""
    st.markdown("**1. A digit**")
    source = SOURCES[url_fields.segments("Where it comes from", "from", SOURCE_TITLES, "test")](models)
    if source is None:
        return None
    st.markdown("**2. Its damage**")
    way = url_fields.segments("How it is damaged", "by", WAY_TITLES, "hole")
    if way != "paint":
        picture(source.image, "The digit as it is")
    return WAYS[way](source)


# Where digits come from


def _of_the_test_images(models: Models) -> Source | None:
    real = digits(models.dataset)
    names = data.class_names(models.dataset)
    classes = {str(label): name_of(names, label) for label in np.unique(real.labels)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = url_fields.select("Class", "class", classes, "7" if "7" in classes else next(iter(classes)), width=140)
        members = np.flatnonzero(real.labels == int(label))
        number = url_fields.number("Number", "number", 1, len(members), 1, width=130)
        st.button("Next", key="repair-next", on_click=_next, args=(number, len(members)))
        st.button("At random", key="repair-random", on_click=_at_random, args=(real,))
    index = members[number - 1]
    st.caption(f"{plain(real.source)}, image {index + 1:,}: number {number:,} of the {len(members):,} of its class.")
    return Source(real.images[index])


def _next(number: int, most: int) -> None:
    url_fields.put("number", number % most + 1)


def _at_random(real: Digits) -> None:
    index = int(np.random.default_rng().integers(len(real.labels)))
    url_fields.put("class", int(real.labels[index]))
    url_fields.put("number", int((real.labels[: index + 1] == real.labels[index]).sum()))


def _uploaded(models: Models) -> Source | None:
    file = uploaded_pictures.ask("upload", "A picture of a digit", kinds=True)
    if file is None:
        return None
    image, notices = drawing.read_upload(file, models.of_digits)
    for notice in notices:
        st.caption(plain(notice))
    _say_if_two(image)
    return Source(image, file, models.of_digits)


def _of_a_run(models: Models) -> Source | None:
    """A sample of a model that generates digits."""
    runs = list_offered(GAN) | list_offered(AUTOENCODER)
    if not runs:
        st.info("There is no model yet that generates digits. Train a GAN or an autoencoder on the Train page first.")
        return None
    titles = {name: f"{title_of(run)} ({name})" for name, run in runs.items()}
    name = url_fields.select("Drawn by", "run", titles, "dcgan" if "dcgan" in runs else next(iter(runs)))
    number = url_fields.number("Sample", "sample", 1, SAMPLES, 1, width=130)
    return Source(_draw_samples(*load(runs[name]))[number - 1])


@st.cache_data(max_entries=8, show_spinner="Drawing samples")
def _draw_samples(_model: Any, key: tuple[str, str, int]) -> np.ndarray:
    """uint8 `[100, 28, 28]`."""
    return _model.sample(SAMPLES)


def _drawn(models: Models) -> Source | None:
    image = _drawing("Draw a digit here")
    return None if image is None else Source(image)


SOURCES: dict[str, Callable[[Models], Source | None]] = {
    "test": _of_the_test_images,
    "upload": _uploaded,
    "run": _of_a_run,
    "drawn": _drawn,
}
SOURCE_TITLES = {"test": "Test image", "upload": "Upload", "run": "A model", "drawn": "Drawing"}


# What damages them


def _painted(source: Source) -> Task | None:
    """Painted over: the strokes are the mask."""
    light = url_fields.toggle("Black on white", "light-mask", False)
    key = f"repair-mask-{hashlib.sha256(source.image.tobytes()).hexdigest()[:16]}"
    words = "Paint over the part that should be lost"
    ink = draw(key, PAPER, PAPER, MARKER, words, source.image, light, place="repair-mask")
    st.caption("A pixel of the digit is lost once a third of it is painted over.")
    if ink is None:
        return None
    cells = ink.reshape(28, PAPER // 28, 28, PAPER // 28).mean(axis=(1, 3))
    return damage(source.image, cells >= drawing.DAMAGED * 255, url_fields.tells_damage("told"))


def _hole(source: Source) -> Task | None:
    """The chapter's."""
    st.caption(
        f"The book *Python Deep Learning Projects* cuts a hole of {damages.HOLE_SIZE} x {damages.HOLE_SIZE} pixels. "
        f"The hole begins at a row and a column from {damages.HOLE_LOW} to {damages.HOLE_HIGH}, counted from 0."
    )
    with st.container(horizontal=True):
        size = url_fields.number("Size", "size", 1, LARGEST_HOLE, damages.HOLE_SIZE, width=130)
        row = url_fields.number("First row", "row", 0, 27, 10, width=130)
        column = url_fields.number("First column", "column", 0, 27, 10, width=130)
    lost = np.zeros((28, 28), bool)
    lost[row : row + size, column : column + size] = True
    return damage(source.image, lost, url_fields.tells_damage("told"))


def _random(source: Source) -> Task | None:
    with st.container(horizontal=True):
        kind = url_fields.select("Kind of damage", "damage", DAMAGE_TITLES, "strokes", width=190)
        seed = url_fields.seed("Seed", "seed", "gives the same damage")
    st.caption(f"{damages.DAMAGES[kind].title}: {damages.DAMAGES[kind].words}.")
    return damage(source.image, damages.draw_masks(kind, 1, seed)[0], url_fields.tells_damage("told"))


def _mask_file(source: Source) -> Task | None:
    """A picture that says what is lost; it fits the picture that was uploaded, or the 28 x 28 pixels of the digit."""
    file = uploaded_pictures.ask("mask-file", "A picture that is white where the digit is damaged, and black elsewhere")
    if file is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        mask, picture = Path(folder, "mask"), Path(folder, "picture")
        mask.write_bytes(file)
        if source.file is None:
            _, lost = drawing.prepare_with_mask(source.image, mask, digit=False)  # it stays as it is
            return damage(source.image, lost, url_fields.tells_damage("told"))
        picture.write_bytes(source.file)
        image, lost = drawing.prepare_with_mask(picture, mask, source.digit)
    task = damage(image, lost, url_fields.tells_damage("told"))
    return Task(task.damaged, task.mask, None)


def _as_it_is(source: Source) -> Task | None:
    st.caption("For a digit that already has gaps: nothing is added, and the model has to find the gaps by itself.")
    return Task(source.image, None, None)


WAYS: dict[str, Callable[[Source], Task | None]] = {
    "paint": _painted,
    "hole": _hole,
    "preset": _random,
    "mask": _mask_file,
    "none": _as_it_is,
}
WAY_TITLES = {"paint": "Paint", "hole": "Hole", "preset": "Random", "mask": "Mask file", "none": "None"}


def has_strokes() -> bool:
    """Whether a person draws in one of the two steps of damaging a digit, as far as the address says."""
    return st.query_params.get("from") == "drawn" or st.query_params.get("by") == "paint"
