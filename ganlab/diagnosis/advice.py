"""What to try after a verdict."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ganlab.diagnosis import verdicts
from ganlab.diagnosis.closeness import FEWEST, beside
from ganlab.diagnosis.evidence import preset_values
from ganlab.diagnosis.verdicts import Try
from ganlab.knobs import Knob
from ganlab.metrics.metric_catalog import number
from ganlab.registry import ModelSpec
from ganlab.runs import ACTIVE, Run, describe_length, layout

FEWEST_IN_A_BATCH = 16  # below, two batches of digits have little in common
USUAL_BATCH = 64
MUCH_NOISE = 0.2
FACTOR = 3.0  # how far a rate must be from its preset's to be put back there rather than halved
UNBALANCED = (verdicts.WINNING, verdicts.COLLAPSED, verdicts.OSCILLATING)  # the networks do not keep up with each other
LONGER = 3  # times the length of a run that took its preset's and is not there yet
WORSE = 1.05  # the last Fréchet distance over the best one from which going back is worth it


@dataclass(frozen=True)
class Kept:
    """A kept snapshot and its Fréchet distance, beside the last one that was measured and that of real images."""

    iteration: int
    distance: float
    last: float
    floor: float | None = None


def best_snapshot(run: Run) -> Kept | None:
    """The snapshot whose samples had the lowest Fréchet distance, between measurements as between the two next to it;
    None where none was measured, or where the newest is hardly worse."""
    at, values = run.quality()
    names = run.config.quality
    if "frechet" not in names or not len(at):
        return None
    distance = values[:, names.index("frechet")]
    floors = values[:, names.index("frechet_floor")] if "frechet_floor" in names else np.empty(0)
    floors = floors[np.isfinite(floors)]
    at, distance = at[np.isfinite(distance)], distance[np.isfinite(distance)]
    kept = [layout.iteration_of(file) for file in layout.snapshots(run.path)]
    kept = [iteration for iteration in kept if len(at) and at[0] <= iteration <= at[-1]]
    if not kept:
        return None
    distances = np.interp(kept, at, distance)
    best = int(distances.argmin())
    floor = float(floors[-1]) if len(floors) else None
    found = Kept(kept[best], float(distances[best]), float(distance[-1]), floor)
    return found if found.last > WORSE * found.distance else None


def suggest(verdict: str, spec: ModelSpec, run: Run, usual: int = 0, few: bool = False) -> Iterator[Try]:
    """What to try after a verdict, the likeliest first; `usual` is the preset's length in iterations, if known, and
    `few` says that samples were measured, but on too few images."""
    if verdict in (verdicts.HEALTHY, verdicts.EARLY, verdicts.UNSEEN):
        return
    if verdict == verdicts.UNMEASURED and few:
        yield Try(
            "More images",
            f"Learn from a data set with more images: samples are compared with as many training images and test "
            f"images as there are, and it takes at least {FEWEST} of each.",
        )
        return
    if verdict == verdicts.UNMEASURED:
        if run.state in ACTIVE:
            return  # they are measured on the way, or by a button once it is over
        text = "Press Measure under “How good are the samples?” to learn how close they are to real images."
        yield Try("Measure the samples", text)
        return
    kept = best_snapshot(run) if spec.family == "gan" else None
    if kept:
        yield Try(
            "Back to the best checkpoint",
            f"Uses the generator as it was after {describe_length(kept.iteration)}, when its Fréchet distance was "
            f"about {number(kept.distance)}, instead of {number(kept.last)} now{beside(kept.floor)}, wherever this run "
            "is used: on the Latent page, for samples, in an export. Nothing is deleted, and it can be undone.",
            iteration=kept.iteration,
        )
    yield from _longer(verdict, spec, run, usual)
    yield from _changes(verdict, spec, run)
    if verdict == verdicts.MEMORISING:
        yield Try("More images", "Learn from more images, or for a shorter time: what is seen too often is memorised.")


def _longer(verdict: str, spec: ModelSpec, run: Run, usual: int) -> Iterator[Try]:
    """More iterations, of this run or of a new one where this one's learning rate has fallen already."""
    if verdict not in (verdicts.TOO_SHORT, verdicts.NOT_THERE):
        return
    if run.done < run.total:
        doing = "Let it train on" if run.state in ACTIVE else "Resume it"
        yield Try(doing, f"It has done {run.done:,} of {describe_length(run.total)}.")
        if verdict == verdicts.NOT_THERE:
            return
    values = run.config.values
    longer = max(usual, run.total + 1) if verdict == verdicts.TOO_SHORT else LONGER * run.total
    if spec.falls(values):
        if "iterations" in values:
            text = (
                f"A new run with these settings, but {longer:,} iterations. Training this one further would not help: "
                "its learning rate has fallen to almost nothing."
            )
            yield Try(f"Train {longer:,} iterations", text, {"iterations": longer})
    elif run.state not in ACTIVE and run.config.own:
        text = f"Trains this run further, from {describe_length(run.done)} to {longer:,}."
        yield Try(f"Train on to {longer:,} iterations", text, length=longer)


def _changes(verdict: str, spec: ModelSpec, run: Run) -> Iterator[Try]:
    """New runs with other settings."""
    values, standard = run.config.values, preset_values(spec, run)
    knobs = {knob.name: knob for knob in spec.knobs if knob.name not in spec.idle(values)}
    rates = [knob for knob in knobs.values() if knob.name.endswith("learning_rate")]
    if verdict == verdicts.COLLAPSED and values["batch_size"] < FEWEST_IN_A_BATCH:
        text = (
            f"A new run with these settings, but {USUAL_BATCH} images in a batch, so that it sees more classes at once."
        )
        yield Try(f"Batches of {USUAL_BATCH}", text, {"batch_size": USUAL_BATCH})
    if verdict in (*UNBALANCED, verdicts.NOT_LEARNING, verdicts.DIVERGED, verdicts.TOO_SLOW):
        for knob in rates:
            usual, value = float(standard[knob.name]), float(values[knob.name])
            if not usual / FACTOR <= value <= usual * FACTOR:
                text = (
                    f"A new run with these settings, but the preset's {knob.label.lower()}: {usual:g} instead of "
                    f"{value:g}."
                )
                yield Try(f"Use the preset's {knob.label.lower()}", text, {knob.name: knob.check(usual)})
    if verdict in (*UNBALANCED, verdicts.DIVERGED, verdicts.DONE):
        for knob in _to_halve(verdict, rates):
            value = float(values[knob.name]) / 2.0
            if knob.low is None or value >= knob.low:
                rate = f"a {knob.label.lower()} of {value:g}"
                text = f"A new run with these settings, but {rate}, so that each step is smaller and safer."
                yield Try(f"Halve the {knob.label.lower()}", text, {knob.name: knob.check(value)})
    noise = knobs.get("label_noise")
    if noise and verdict in UNBALANCED and values["label_noise"] < MUCH_NOISE:
        value = noise.check(MUCH_NOISE)
        text = f"A new run with these settings, but label noise of {value:g}, so that the discriminator is never sure."
        yield Try("Add label noise", text, {"label_noise": value})


def _to_halve(verdict: str, rates: Sequence[Knob]) -> Sequence[Knob]:
    """Of one rate for each network, that of the network to blame."""
    blamed = {verdicts.WINNING: "discriminator", verdicts.COLLAPSED: "generator"}.get(verdict)
    chosen = [knob for knob in rates if blamed and knob.name.startswith(blamed)]
    return chosen or rates
