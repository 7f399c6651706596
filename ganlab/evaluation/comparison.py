"""Several runs beside each other: which of their settings differ, how far each came, and what they can be compared by.

All of it is read from what the runs have on disk; nothing here needs TensorFlow.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ganlab import data, registry
from ganlab.errors import GanlabError
from ganlab.metrics import metric_catalog
from ganlab.runs import ACTIVE, Run, resolve
from ganlab.runs.records import Published

MOST = 4  # runs beside each other; more colours than that are not told apart for sure
NONE = "–"  # stands for a number that there is not
SHARES = ("class_", "accuracy")  # begin the names of curves and shares of classes that are given in percent
LAST = 100  # iterations over which curves are averaged at the end
SETTINGS = {
    "model": "Model",
    "preset": "Preset",
    "dataset": "Images",
    "digits": "Classes",
    "iterations": "Length, iterations",
    "seed": "Seed",
    "device": "Device",
    "precision": "Precision",
}


def find(names: Iterable[str], folder: Path) -> tuple[list[Run], list[str]]:
    """The runs of these names, each once, and a sentence for each name that leads to none."""
    found: dict[Path, Run] = {}
    problems = []
    for name in names:
        try:
            run = resolve(name, folder)
        except GanlabError as error:
            problems.append(str(error))
        else:
            found.setdefault(run.path, run)
    return list(found.values()), problems


def by_age(runs: Iterable[Run]) -> list[Run]:
    """The oldest run first, and of a race the left side, so that a run has the same letter and colour in whatever order
    it was chosen."""

    def age(run: Run) -> tuple[str, int, str]:
        sides = run.config.race.sides if run.config.race else ()
        return run.config.created, sides.index(run.id) if run.id in sides else 0, run.id

    return sorted(runs, key=age)


def settings(run: Run) -> dict[str, Any]:
    """Everything that was decided before the run began, by the words for it; of an architecture that has been removed,
    its knobs by their names."""
    config = run.config
    found: dict[str, Any] = {words: getattr(config, name) for name, words in SETTINGS.items()}
    if config.data:  # others may have stood in
        found["Images"] = config.data.title
    found["Classes"] = data.format_digits(config.digits)
    spec = registry.find(run.model)
    labels = {knob.name: knob.label for knob in spec.knobs} if spec else {}
    found["Model"] = spec.title if spec else run.model
    length = ("iterations", "epochs")  # said already
    return found | {labels.get(name) or name: value for name, value in config.values.items() if name not in length}


def differences(runs: Sequence[Run]) -> dict[str, list[Any]]:
    """Each setting in which the runs differ, and its value in each of them; None where a run has no such setting."""
    each = [settings(run) for run in runs]
    names = dict.fromkeys(name for found in each for name in found)
    table = {name: [found.get(name) for found in each] for name in names}
    return {name: values for name, values in table.items() if any(value != values[0] for value in values)}


def curve_titles(runs: Sequence[Run]) -> dict[str, str]:
    """The curves that at least two of the runs have recorded, with their titles; those of all the runs come first."""
    with_history = [run for run in runs if run.done]
    counts = Counter(name for run in with_history for name in run.curves[1:])
    shared = [name for name, count in counts.items() if count >= 2]
    titles = all_curve_titles(with_history)
    return {name: titles.get(name, name) for name in sorted(shared, key=lambda name: -counts[name])}


def all_curve_titles(runs: Sequence[Run]) -> dict[str, str]:
    """The titles of all curves that the runs' architectures have."""
    found: dict[str, str] = {}
    for run in runs:
        spec = registry.find(run.model)
        for curve in spec.curves if spec else ():
            found.setdefault(curve.name, curve.title)
    return found


def measured(runs: Sequence[Run]) -> list[metric_catalog.Figure]:
    """The metrics that at least one of the runs has kept and that are no floor of another."""
    kept = [figures(run) for run in runs]
    return [
        figure
        for figure in (*metric_catalog.SAMPLES, *metric_catalog.PLANE)
        if any(np.isfinite(values.get(figure.name, [])).any() for _, values in kept)
    ]


def figures(run: Run) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """After how many iterations, int64 `[n]`, which metrics the run's samples had, float32 `[n]` by name."""
    iterations, values = run.quality()
    return iterations, dict(zip(run.config.quality, values.T, strict=False))


def tests(run: Run) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The same of what was tested on test images."""
    iterations, values = run.validation()
    return iterations, dict(zip(run.config.validation, values.T, strict=False))


def of_what(runs: Sequence[Run]) -> str:
    """What the metrics of the runs are of, in a sentence: which classifier read how many samples, or why they
    do not compare; "" where none of the runs has any."""
    with_figures = [run for run in runs if measured([run])]
    if not with_figures:
        return ""
    about = [run.config.measuring for run in with_figures]
    readers, counts = {one and one.extractor for one in about}, {one and one.samples for one in about}
    images = {_images(run) for run in with_figures}
    kinds = (("with different classifiers", readers), ("from different numbers of samples", counts))
    differ = [words for words, found in (*kinds, ("beside different real images", images)) if len(found) > 1]
    if differ:
        return f"These numbers do not compare between the runs: they were measured {' and '.join(differ)}."
    (reader,), (count,) = readers, counts
    if count is None:
        return ""
    if all(run.config.points for run in with_figures):
        return f"Measured on {count:,} samples of each run."
    if reader is None:
        return f"Measured on the pixels of {count:,} samples of each run, as no classifier knows these images."
    return f"Measured on {count:,} samples of each run, with the pretrained classifier “{reader}”."


def _images(run: Run) -> Any:
    """What tells the images that a run learns from apart from others."""
    config = run.config
    return (config.data and config.data.fingerprint) or (config.dataset, str(config.digits))


def seconds_at(run: Run, iterations: np.ndarray) -> np.ndarray:
    """The seconds of training after which each of `iterations`, `[n]`, was done, float64 `[n]`; 0 at the beginning.

    Reads the rows that it needs, not all of them.
    """
    records = run.records.metrics
    rows = (records.read(i - 1, i) if i > 0 else np.zeros([1, 1]) for i in iterations.tolist())
    return np.array([float(row[0, 0]) if len(row) else np.nan for row in rows], np.float64)


def ends(run: Run) -> dict[str, Any]:
    """How far the run came: `iterations`, `seconds`, `curves` (means of the last `averaged_over` iterations by name)
    and `quality` (the last metrics by name)."""
    status, done = run.status, run.done
    record = run.config.pretrained or Published()
    rows = run.metrics(max(0, done - LAST))[:, 1:].astype(np.float64)
    means = {}
    if len(rows):
        with np.errstate(invalid="ignore"):
            sums, counts = np.nansum(rows, axis=0), np.isfinite(rows).sum(axis=0)
            means = {name: float(s / n) for name, s, n in zip(run.curves[1:], sums, counts, strict=True) if n}
    last = {name: values[np.isfinite(values)] for name, values in figures(run)[1].items()}
    return {
        "iterations": done or status.iteration,
        "seconds": status.seconds or record.seconds,
        "averaged_over": len(rows) or record.averaged_over,
        "curves": means or dict(record.figures),
        "quality": {name: float(values[-1]) for name, values in last.items() if len(values)},
    }


def shares_read(run: Run) -> tuple[float | None, float | None]:
    """The shares of the last samples that the classifier reads as a class that the run was trained on: with their faint
    ground made black, as is known after a race, and as they were drawn. None where nobody knows."""
    read = run.config.reading
    if read:
        return read.shares[-1], read.as_drawn[-1]
    last = ends(run)["quality"]
    found = [last[name] for digit in run.config.digits or () if (name := f"class_{digit}") in last]
    return None, sum(found) if found else None


def written(name: str, value: float | None) -> str:
    """A metric, or a curve's value, of this name as people read it: shares in percent, else two or three digits."""
    if name in metric_catalog.BY_NAME or value is None or not np.isfinite(value):
        return metric_catalog.written(name, value)
    share = name.startswith(SHARES) or name.endswith("accuracy")
    return metric_catalog.percent(value) if share else metric_catalog.number(value)


def remarks(runs: Sequence[Run], called: Mapping[Path, str]) -> list[str]:
    """A sentence for each thing that is not as one might expect of a comparison; `called` are the runs' titles."""
    found = []
    for run in runs:
        name = called[run.path]
        if run.config.pretrained or (run.config.imported and not run.done):
            found.append(f"{name} came without its history: its last numbers and samples are here, but no curves.")
        elif run.state in ACTIVE:
            found.append(f"{name} is still training. You see how far it had come a moment ago.")
        elif not run.done:
            found.append(f"{name} has recorded no iteration yet.")
        if run.pruned:
            found.append(f"{name} was pruned to save space, so its samples are left from only a few moments.")
        if not registry.find(run.model):
            found.append(f"The architecture of {name}, {run.model}, has been removed. What the run recorded is here.")
    recorded = [run for run in runs if run.done]
    if len(recorded) > 1 and not curve_titles(runs):
        found.append(
            "These runs are of different kinds and share no curve. Their samples and settings can be compared."
        )
    return found
