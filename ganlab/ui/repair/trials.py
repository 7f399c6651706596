"""A repair model and a classifier tried on test images: measured in pieces, with progress, and kept."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from ganlab import data
from ganlab.data.damages import DAMAGES
from ganlab.errors import GanlabError
from ganlab.evaluation import MEAN_FILL, RepairFigures, evaluate_repair
from ganlab.inference import ClassifierRun, RepairRun
from ganlab.permission import REFUSED, allowed
from ganlab.runs import Run
from ganlab.ui.repair.model_choice import Models, load
from ganlab.ui.repair.outcomes import CLEAN, DAMAGED, REPAIRED, WITHOUT
from ganlab.ui.shared import model_picker
from ganlab.ui.shared.formatting import many

BASELINE = "repair-gan-without-critic"
KEPT_FIGURES, KEPT_ACCURACIES = 3, 300


@dataclass(frozen=True)
class Trial:
    """What is tried: who repairs, who reads, and on which images.

    `ways` are the repairers by what is said of them, the chosen one as `REPAIRED`; `key` says which weights they are.
    """

    ways: Mapping[str, RepairRun]
    reader: ClassifierRun
    key: Hashable
    used: data.Dataset
    known: bool
    seed: int
    count: int

    @property
    def compared(self) -> bool:
        """Whether the same network without its critic is among them."""
        return WITHOUT in self.ways

    @property
    def names(self) -> list[str]:
        """All that is read, from the whole images to the repaired ones."""
        return [CLEAN, DAMAGED, MEAN_FILL, *self.ways]


def prepare(models: Models, reader: ClassifierRun, known: bool, seed: int, count: int) -> Trial:
    """Adds the same network without its critic, where one for the same images ships with ganlab. Raises GanlabError."""
    used = images_for(models.repairer.run)
    ways, keys = {REPAIRED: models.repairer}, list(models.key)
    baseline = _baseline(models.repairer.run)
    if baseline is not None:
        ways[WITHOUT], key = load(baseline)
        keys.append(key)
    count = min(count, len(used.x_test))
    return Trial(ways, reader, (*keys, used.fingerprint, known, seed, count), used, known, seed, count)


def _baseline(run: Run) -> Run | None:
    path = Path(model_picker.PRETRAINED) / BASELINE
    try:
        found = Run(path)
    except GanlabError:
        return None
    same = data.class_names_of(found.config) == data.class_names_of(run.config)
    return found if same and found.model == run.model and found.config.preset != run.config.preset else None


def images_for(run: Run) -> data.Dataset:
    """The images of the classes that a run has learned, from its data set or what stands in for it, without a download.

    Raises GanlabError where there are none, or none to test on.
    """
    used = model_picker.images_of_dataset(run.config.dataset).select(run.config.digits)
    if not len(used.x_test):
        raise GanlabError(f"{used.title} has no test images to damage and repair; choose a model of another data set.")
    used.check_readable()
    return used


@st.cache_resource
def _kept() -> tuple[OrderedDict[Hashable, RepairFigures], OrderedDict[Hashable, dict[str, float]]]:
    """The latest figures, which are large, and accuracies, for all sessions of this server."""
    return OrderedDict(), OrderedDict()


def measure(trial: Trial, damage: str) -> RepairFigures:
    """What was measured for one kind of damage; where it is not known yet, it is measured now, with a progress bar."""
    figures, _ = _kept()
    key = (trial.key, damage)
    found = figures.get(key)
    if found is None:
        found = _evaluate(trial, damage)
        _keep(figures, key, found, KEPT_FIGURES)
    return found


def accuracies_of(trial: Trial, damage: str) -> dict[str, float]:
    """The share read correctly by the names in `Trial.names`; as `measure`, but the figures are not kept."""
    known = _kept()[1].get((trial.key, damage))
    return known or _accuracies(trial, _evaluate(trial, damage))


def _accuracies(trial: Trial, figures: RepairFigures) -> dict[str, float]:
    return {name: figures.accuracy(name) for name in trial.names}


def _evaluate(trial: Trial, damage: str) -> RepairFigures:
    if not allowed():  # said without having tried, as it is no wrong of a guest to come here
        raise GanlabError(REFUSED.format("measure this. What the host has measured is shown here"))
    bar = st.progress(0.0, "Starting")

    def report(what: str, share: float | None) -> None:
        tested = f"{DAMAGES[damage].title}, {many(trial.count, 'image')}"
        bar.progress(share or 0.0, f"{tested}: {what[0].lower()}{what[1:]}")

    try:
        found = evaluate_repair(
            trial.ways, trial.reader, damage, trial.known, trial.seed, trial.count, trial.used, report
        )
    finally:
        bar.empty()
    _keep(_kept()[1], (trial.key, damage), _accuracies(trial, found), KEPT_ACCURACIES)
    return found


def _keep(kept: OrderedDict, key: Hashable, value: object, most: int) -> None:
    kept[key] = value
    while len(kept) > most:
        kept.popitem(last=False)


def interval(share: float, n: int) -> tuple[float, float]:
    """Between which shares the true one lies, 19 times in 20, where `share` of `n` were found (Wilson, 1927)."""
    z = 1.96
    middle, room = share + z * z / (2 * n), z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return float((middle - room) / (1 + z * z / n)), float((middle + room) / (1 + z * z / n))


def really_differ(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two ways differ in which images come out right, bool `[n]` each, by more than chance would (McNemar,
    1947)."""
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    return (only_first - only_second) ** 2 > 1.96**2 * (only_first + only_second)
