"""What tells one run from another at a glance: how good it came out, and which of its settings are not its preset's.

All of it is read from what the run has on disk; nothing here needs TensorFlow.
"""

from collections.abc import Mapping
from typing import Any, TypeGuard

import numpy as np

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.knobs import Knob
from ganlab.runs import Run

MOST = 4  # settings that are named


def metric(run: Run) -> str:
    """The one number that says most about how good a run is, with its name: for a GAN the last Fréchet distance, for
    others the last reading, or loss, on test images; "" where nothing was measured."""
    frechet = _last(*_columns(run, "quality")) or (run.measured() or {})
    distance, floor = frechet.get("frechet"), frechet.get("frechet_floor")
    if _known(distance):
        beside = f" (between real images: {brief(floor)})" if _known(floor) else ""
        return f"Fréchet distance {brief(distance)}{beside}"
    record = run.config.get("pretrained") or {}
    found = _last(*_columns(run, "validation")) or dict(record.get("validation", {}))
    if _known(found.get("accuracy_repaired")):
        before = found.get("accuracy_damaged")
        beside = f" ({_percent(before)} while damaged)" if _known(before) else ""
        return f"{_percent(found['accuracy_repaired'])} of repaired test images read correctly{beside}"
    if _known(found.get("accuracy")):
        return f"{_percent(found['accuracy'])} of test images read correctly"
    for name, words in (("loss", "loss"), ("reconstruction", "reconstruction loss")):
        if _known(found.get(name)):
            return f"{words.capitalize()} on test images {brief(found[name])}"
    return ""


def _columns(run: Run, name: str) -> tuple[list[str], np.ndarray]:
    """The names of what was recorded now and then, and its values, `[n, columns]`."""
    _, values = run.quality() if name == "quality" else run.validation()
    return list(run.config.get(name, ())), values


def _last(names: list[str], values: np.ndarray) -> dict[str, float]:
    """The last finite value of each."""
    found = {}
    for name, column in zip(names, values.T, strict=False):
        finite = column[np.isfinite(column)]
        if len(finite):
            found[name] = float(finite[-1])
    return found


def _known(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and bool(np.isfinite(value))


def brief(value: float) -> str:
    """A number with two or three digits, never as 1.01e+03."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _percent(share: float) -> str:
    return f"{share:.1%}"


def changed_settings(run: Run) -> list[str]:
    """The settings that are not as the run's preset has them, for example `300 iterations instead of 20,000`, and its
    seed where that is not 0. Raises GanlabError where the architecture, or its preset, is no more."""
    spec, config = registry.get(run.model), run.config
    preset, values = spec.values(config["preset"]), config["values"]
    found = []
    usual = _usual_length(spec, preset, config)
    if run.total and usual and run.total != usual:
        found.append(f"{run.total:,} iterations instead of {usual:,}")
    for knob in spec.knobs:
        if knob.name not in ("iterations", "epochs") and values.get(knob.name, preset[knob.name]) != preset[knob.name]:
            found.append(_in_words(knob, values[knob.name], preset[knob.name]))
    if config.get("seed"):
        found.append(f"Seed {config['seed']}")
    return found


def _usual_length(spec: registry.ModelSpec, preset: Mapping[str, Any], config: Mapping[str, Any]) -> int:
    """How many iterations the preset asks for; 0 where that depends on images that are not known yet."""
    if "iterations" in preset:
        return int(preset["iterations"])
    images = (config.get("data") or {}).get("images", 0)
    return spec.iterations({**preset, "batch_size": config["values"]["batch_size"]}, images) if images else 0


def _in_words(knob: Knob, value: Any, usual: Any) -> str:
    """For example `Learning rate 1e-05 instead of 0.001`."""
    if knob.kind is bool:
        return f"{knob.label} {'on' if value else 'off'}"
    words = [f"{one:,}" if knob.kind is int else f"{one:g}" if knob.kind is float else one for one in (value, usual)]
    return f"{knob.label} {words[0]} instead of {words[1]}"


def in_brief(run: Run) -> list[str]:
    """Both, as far as they are known: of a run whose architecture or preset is no more, the metric alone."""
    try:
        changes = changed_settings(run)
    except GanlabError:
        changes = []
    more = [f"{len(changes) - MOST} more settings changed"] if len(changes) > MOST + 1 else changes[MOST:]
    return [part for part in (metric(run), *changes[:MOST], *more) if part]
