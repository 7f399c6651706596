"""What a training learns from, on the Train page: the data set and its classes, with some of the images."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ganlab import data
from ganlab.data.description import description_of
from ganlab.errors import GanlabError
from ganlab.registry import ModelSpec
from ganlab.sharing.reproduce import DATASETS, OWN
from ganlab.ui.shared import fields
from ganlab.ui.shared.formatting import classes, many, name_of, plain
from ganlab.ui.shared.pictures import sheet
from ganlab.ui.shared.progress_bar import progress_bar
from ganlab.ui.train import own_images_field

EXAMPLES = 20
UNREAD = "These images cannot be read, so there is nothing to learn from. Choose others."
MOST_KEPT = 8  # data sets whose examples are remembered


class Images(NamedTuple):
    """A data set's name or path, which of its classes (None is all), and the names of those on offer, by label; how
    many training images each has, where that is known; and why nothing can learn from them, else ""."""

    dataset: str
    digits: tuple[int, ...] | None
    names: dict[int, str]
    counts: dict[int, int]
    problem: str

    def words(self) -> str:
        """What will be learned from, for example: class 5: 21 of 270 training images."""
        said = classes(self.digits, self.names)
        if not self.counts:
            return said
        every = sum(self.counts.values())
        chosen = sum(self.counts.get(label, 0) for label in self.digits or self.counts)
        return (
            f"{said}: {many(every, 'training image')}"
            if chosen == every
            else f"{said}: {chosen:,} of {many(every, 'training image')}"
        )


class Seen(NamedTuple):
    """What is shown of a data set that is on this machine: class names, some training images of each class that has
    any, uint8 `[n, 28, 28]`, and how many there are; what it holds in a sentence, and notices."""

    names: dict[int, str]
    examples: dict[int, np.ndarray]
    counts: dict[int, int]
    held: str
    notices: str


_seen: dict[tuple[str, str], Seen] = {}  # by data set and its stamp, for all sessions


def pick_images(spec: ModelSpec) -> Images:
    """Which images, and which of their classes; only classes that have training images are on offer."""
    dataset, problem = fields.select("Images", DATASETS, "images", label_visibility="collapsed"), ""
    if dataset == OWN:
        dataset, problem = own_images_field.ask()
    seen, said = _look_into(dataset, st.empty())
    names = seen.names if seen else dict(enumerate(data.class_names(dataset)))
    first = [digit for digit in spec.digits or () if digit in names]
    chosen = fields.pick_classes("Classes", names, f"{spec.name}.classes", first)
    unread = bool(dataset) and seen is None and dataset not in data.NAMES
    if said:
        (st.error if unread else st.caption)(plain(said))
    if seen:
        shown = _examples(seen.examples, chosen)
        if len(shown):
            sheet(shown, EXAMPLES, "Some of the real images that it will learn from", scale=1)
    return Images(dataset, chosen, names, seen.counts if seen else {}, problem or (UNREAD if unread else ""))


def _look_into(dataset: str, place: DeltaGenerator) -> tuple[Seen | None, str]:
    """What can be shown of a data set at once, and what to say of it; a bar in `place` while it is read."""
    if not dataset:
        return None, ""
    if not data.is_here(dataset):
        return None, data.describe(dataset)
    try:
        seen = _read(dataset, data.stamp(dataset), place)
        described = data.describe(dataset)
    except GanlabError as error:
        return None, str(error)
    return seen, seen.notices if dataset in data.NAMES else f"{described} {seen.held} {seen.notices}"


def _read(dataset: str, stamp: str, place: DeltaGenerator) -> Seen:
    """The data set, read anew when `stamp` changes."""
    if (dataset, stamp) not in _seen:
        with progress_bar(place, "Reading the images") as report:
            found = data.load(dataset, report, download=False)
            names = {label: name_of(found.class_names, label) for label in np.unique(found.y_train).tolist()}
            examples = {label: found.x_train[found.y_train == label][:EXAMPLES].copy() for label in names}
            counts = {label: int((found.y_train == label).sum()) for label in names}
            held = description_of(found).sentence()
        for old in list(_seen)[: 1 - MOST_KEPT]:
            _seen.pop(old, None)
        _seen[dataset, stamp] = Seen(names, examples, counts, held, " ".join(found.notices))
    return _seen[dataset, stamp]


def _examples(examples: Mapping[int, np.ndarray], chosen: Sequence[int] | None) -> np.ndarray:
    """About `EXAMPLES` images, as many of each chosen class."""
    labels = [label for label in (chosen or examples) if label in examples]
    share = -(-EXAMPLES // max(1, len(labels)))
    picked = [examples[label][:share] for label in labels]
    return np.concatenate(picked)[:EXAMPLES] if picked else np.empty([0, 28, 28], np.uint8)
