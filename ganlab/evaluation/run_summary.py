"""What tells one run from another at a glance: how good it came out, and which of its settings are not its preset's.

All of it is read from what the run has on disk; nothing here needs TensorFlow.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

import numpy as np

from ganlab import registry
from ganlab.data.points import PLANE
from ganlab.errors import GanlabError
from ganlab.knobs import Knob, value_in_words
from ganlab.models._common import REPAIRED_TESTED
from ganlab.runs import Run, RunConfig

MOST = 4  # settings that are named


def metric(run: Run) -> str:
    """The one number that says most about how good a run is, with its name: for a GAN the last Fréchet distance, for
    others the last reading, or loss, on test images, for points in the plane the modes found; "" where nothing was
    measured. It says when it was measured where that was before the run's last iteration."""
    frechet, at = _last(run.config.quality, *run.quality())
    if run.config.points:
        return _of_points(run, frechet, at)
    if not frechet:
        frechet = run.measured() or {}
        at = {"frechet": frechet.get("iteration")}
    distance, floor = frechet.get("frechet"), frechet.get("frechet_floor")
    if _known(distance):
        beside = f" (between real images: {brief(floor)})" if _known(floor) else ""
        return f"Fréchet distance {brief(distance)}{beside}{_when(run, at.get('frechet'))}"
    record = run.config.pretrained
    found, at = _last(run.config.validation, *run.validation())
    found = found or (record.validation if record else {})
    if _known(found.get("accuracy_repaired")):
        before = found.get("accuracy_damaged")
        beside = f" ({before:.1%} while damaged)" if _known(before) else ""
        which = f"the first test images ({REPAIRED_TESTED:,} at most)"
        read = f"{found['accuracy_repaired']:.1%} of {which} read correctly after repair{beside}"
        return read + _when(run, at.get("accuracy_repaired"))
    if _known(found.get("accuracy")):
        return f"{found['accuracy']:.1%} of test images read correctly{_when(run, at.get('accuracy'))}"
    for name, words in (("loss", "loss"), ("reconstruction", "reconstruction loss")):
        if _known(found.get(name)):
            return f"{words.capitalize()} on test images {brief(found[name])}{_when(run, at.get(name))}"
    return ""


def _of_points(run: Run, found: Mapping[str, float], at: Mapping[str, int]) -> str:
    """How much of the data samples in the plane have found."""
    known = PLANE.get(run.config.dataset)
    if known and len(known.modes) and _known(found.get("modes")):
        share = f", {found['high_quality']:.0%} of samples within one" if _known(found.get("high_quality")) else ""
        return f"{found['modes']:.0f} of {len(known.modes)} modes found{share}{_when(run, at.get('modes'))}"
    divergence = found.get("jensen_shannon")
    when = _when(run, at.get("jensen_shannon"))
    return f"Jensen-Shannon divergence {brief(divergence)}{when}" if _known(divergence) else ""


def _last(names: Sequence[str], at: np.ndarray, values: np.ndarray) -> tuple[dict[str, float], dict[str, int]]:
    """The last finite value of each column of values `[n, columns]`, and after which of the iterations `[n]` it was."""
    found, when = {}, {}
    for name, column in zip(names, values.T, strict=False):
        finite = np.flatnonzero(np.isfinite(column))
        if len(finite):
            found[name], when[name] = float(column[finite[-1]]), int(at[finite[-1]])
    return found, when


def _when(run: Run, iteration: int | None) -> str:
    """For example `, measured at iteration 1,200`; "" where that is the run's last, or is not known."""
    last = run.done or run.total  # one that comes with ganlab has lost its history
    return f", measured at iteration {iteration:,}" if isinstance(iteration, int) and iteration != last else ""


def _known(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and bool(np.isfinite(value))


def brief(value: float) -> str:
    """A number with two or three digits, never as 1.01e+03."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def changed_settings(run: Run) -> list[str]:
    """The settings that are not as the run's preset has them, for example `300 iterations instead of 20,000`, and its
    seed where that is not 0. Raises GanlabError where the architecture, or its preset, is no more."""
    spec, config = registry.get(run.model), run.config
    preset, values = spec.values(config.preset), config.values
    found = []
    usual = _usual_length(spec, preset, config)
    if run.total and usual and run.total != usual:
        found.append(f"{run.total:,} iterations instead of {usual:,}")
    for knob in spec.knobs:
        if knob.name not in ("iterations", "epochs") and values.get(knob.name, preset[knob.name]) != preset[knob.name]:
            found.append(_in_words(knob, values[knob.name], preset[knob.name]))
    if config.seed:
        found.append(f"Seed {config.seed}")
    return found


def _usual_length(spec: registry.ModelSpec, preset: Mapping[str, Any], config: RunConfig) -> int:
    """How many iterations the preset asks for; 0 where that depends on images that are not known yet."""
    if "iterations" in preset:
        return int(preset["iterations"])
    images = config.images
    return spec.iterations({**preset, "batch_size": config.values["batch_size"]}, images) if images else 0


def setting(run: Run, knob: Knob) -> Any:
    """A setting as it holds for the run now: its length is that to which it has been extended since."""
    spec, config = registry.get(run.model), run.config
    value = config.values.get(knob.name)
    if knob.name == "iterations":
        return run.total
    images = config.images
    if knob.name != "epochs" or not value or not images or spec.iterations(config.values, images) == run.total:
        return value
    return f"{run.total / spec.epoch(config.values, images):.3g} ({run.total:,} iterations)"


def _in_words(knob: Knob, value: Any, usual: Any) -> str:
    """For example `Learning rate 1e-05 instead of 0.001`."""
    words = f"{knob.label} {value_in_words(value)}"
    return words if knob.kind is bool else f"{words} instead of {value_in_words(usual)}"


def in_brief(run: Run) -> list[str]:
    """Both, as far as they are known: of a run whose architecture or preset is no more, the metric alone."""
    try:
        changes = changed_settings(run)
    except GanlabError:
        changes = []
    more = [f"{len(changes) - MOST} more settings changed"] if len(changes) > MOST + 1 else changes[MOST:]
    return [part for part in (metric(run), *changes[:MOST], *more) if part]
