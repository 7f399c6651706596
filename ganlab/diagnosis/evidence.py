"""What a verdict on a run is given on: curves, looks at its previews beside real images, metrics, settings.

A verdict speaks of what has lasted, so what is asked of the evidence is mostly a median over a part of the run.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ganlab import registry
from ganlab.images import as_points
from ganlab.metrics._points import squared_distances
from ganlab.registry import ModelSpec
from ganlab.runs import Run

LOOKS = 32  # previews looked at, spread over the run
MOST_VALUES = 10_000  # of a curve looked at, spread over the run: memory and time for a verdict do not grow with it
FEWEST_REALS = 2  # images that looks can be compared with
FEW_PREVIEWS = 8  # with fewer, first images of consecutive iterations are looked at instead
WINDOW = 16  # of them at a time


@dataclass(frozen=True)
class Evidence:
    """What a verdict is given on, all in plain arrays.

    `curves` are float32 `[n]` by name, values of the first iteration and every `step`-th one after it. `looks` are
    float32 `[p]` by name, of previews made after `looked` iterations (int64 `[p]`): `diversity` (mean distance between
    two samples), `nearest` (mean distance to the nearest real image kept), `light` (mean grey level) and `roughness`
    (mean difference of neighbouring pixels) as shares of what the real images have; `moved` and `away` (mean distance
    from the same latents' samples one look before, and at first) as shares of the real images' diversity. `quality` are
    metrics, float32 `[m]` by name, after `measured` iterations (int64 `[m]`), of `samples` samples and as many real
    images, None where that is not known; `checked` are those that somebody had measured with a button, `samples` among
    them, and `validation` curves on test images, after `validated`. `digits` are the classes it
    learns from, None for all. `noise` is how far labels are drawn from 0 and 1. `usual` is the length of its preset in
    iterations, 0 where that is not known; `rate` is its learning rate as a share of the preset's, the
    largest of several.
    `unseen` says that there are no real images to look at beside previews, and so no looks.
    """

    family: str
    done: int
    total: int
    message: str = ""
    digits: tuple[int, ...] | None = None
    noise: float = 0.0
    usual: int = 0
    rate: float = 1.0
    unseen: bool = False
    curves: Mapping[str, np.ndarray] = field(default_factory=dict)
    step: int = 1
    looked: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    looks: Mapping[str, np.ndarray] = field(default_factory=dict)
    measured: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    quality: Mapping[str, np.ndarray] = field(default_factory=dict)
    samples: int | None = None
    checked: Mapping[str, float] = field(default_factory=dict)
    validated: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    validation: Mapping[str, np.ndarray] = field(default_factory=dict)

    def part(self, name: str, first: float, last: float = 1.0) -> np.ndarray:
        """A curve from one share of the iterations so far to another."""
        values = self.curves.get(name, np.empty(0, np.float32))
        return values[int(first * len(values)) : max(1, int(last * len(values)))]

    def seen(self, name: str, first: float, last: float = 1.0) -> np.ndarray:
        """The same of what previews look like."""
        inside = (self.looked > first * self.done) & (self.looked <= last * self.done)
        values = self.looks[name][inside] if name in self.looks else np.empty(0, np.float32)
        return values[np.isfinite(values)]

    def figure(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """A metric where it could be computed: after which iterations, and its values."""
        values = self.quality.get(name, np.empty(0, np.float32))
        known = np.isfinite(values)
        return self.measured[: len(values)][known], values[known]


def gather(run: Run, looks: int = LOOKS) -> Evidence:
    """What a run has recorded, its images as numbers; `looks` is how many previews are looked at, at most."""
    spec = registry.get(run.model)
    status, config = run.status, run.config
    values = config.values
    done = run.done
    step = 2 ** max(0, math.ceil(math.log2(max(1, done) / MOST_VALUES)))
    rows = run.thinned_metrics(step)
    is_gan = spec.family == "gan"
    looked, seen = _look(run, looks) if is_gan else (np.empty(0, np.int64), {})
    measured, figures = run.quality()
    validated, validation = run.validation()
    return Evidence(
        family=spec.family,
        done=done,
        total=run.total,
        message=status.message,
        digits=config.digits,
        usual=_usual_length(spec, run),
        rate=_rate(spec, run),
        noise=0.0 if "label_noise" in spec.idle(values) else float(values.get("label_noise", 0.0)),
        unseen=is_gan and config.imported is not None and len(run.reals()) < FEWEST_REALS,
        curves=dict(zip(run.curves, rows.T, strict=True)),
        step=step,
        looked=looked,
        looks=seen,
        measured=measured,
        quality=dict(zip(config.quality, figures.T, strict=True)),
        samples=config.samples,
        checked=_checked(run),
        validated=validated,
        validation=dict(zip(config.validation, validation.T, strict=True)),
    )


def preset_values(spec: ModelSpec, run: Run) -> dict[str, Any]:
    """The settings of the preset that a run began with, or of the first one where that is gone."""
    return spec.values(spec.known(run.config.preset))


def _usual_length(spec: ModelSpec, run: Run) -> int:
    images = run.config.images
    values = preset_values(spec, run)
    return spec.iterations(values, images) if images or "iterations" in values else 0


def _rate(spec: ModelSpec, run: Run) -> float:
    values, usual = run.config.values, preset_values(spec, run)
    names = [knob.name for knob in spec.knobs if knob.name.endswith("learning_rate")]
    names = [name for name in names if name not in spec.idle(values) and usual[name] and name in values]
    return max((float(values[name]) / float(usual[name]) for name in names), default=1.0)


def _checked(run: Run) -> dict[str, float]:
    """The metrics that were measured with a button, unless that was in the first half of the run."""
    found = run.measured() or {}
    if not found.get("iteration", 0) > 0.5 * run.done:
        return {}
    names = ("frechet", "frechet_floor", "coverage", "coverage_real")
    kept = {name: float(found[name]) for name in names if isinstance(found.get(name), int | float)}
    shares = found.get("classes") or ()
    kept |= {f"class_{number}": float(share) for number, share in enumerate(shares) if share is not None}
    samples = found.get("samples")
    return kept | {"samples": float(samples)} if kept and isinstance(samples, int) else kept


def _look(run: Run, count: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    iterations = run.preview_iterations()
    reals = run.reals()
    if not len(iterations) or len(reals) < FEWEST_REALS:
        return np.empty(0, np.int64), {}
    if len(iterations) < FEW_PREVIEWS and run.done - run.pruned >= 2 * WINDOW:
        return _look_at_first_images(run, reals, count)
    kept = [preview for index in run.spread_previews(count) if (preview := run.preview(index))]
    return np.array([at for at, _ in kept], np.int64), describe([images for _, images in kept], reals)


def _look_at_first_images(run: Run, reals: np.ndarray, count: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """As for previews; as the images are not from the same latents, it is not known how far they have moved."""
    ends = np.unique(np.linspace(run.pruned + WINDOW, run.done, count).astype(np.int64))
    looks = describe([run.first_images(int(end) - WINDOW, int(end)) for end in ends], reals)
    unknown = np.full(len(ends), np.nan, np.float32)
    return ends, looks | {"moved": unknown, "away": unknown}


def describe(previews: Sequence[np.ndarray], reals: np.ndarray) -> dict[str, np.ndarray]:
    """What previews of the same latents, uint8 `[k, 28, 28]` each, look like beside at least two real images, uint8
    `[n, 28, 28]`: the `looks` of an Evidence, float32 `[previews]` each."""
    flat = as_points(reals)
    between = _distances(flat, flat) + np.diag(np.full(len(flat), np.nan, np.float32))
    diversity = max(float(np.nanmean(between)), 1e-6)
    nearest = max(float(np.nanmean(np.nanmin(between, axis=1))), 1e-6)
    light, roughness = max(float(flat.mean()), 1e-6), max(_roughness(reals), 1e-6)
    found: dict[str, list[float]] = {name: [] for name in ("diversity", "nearest", "light", "roughness")}
    found |= {"moved": [], "away": []}
    first = before = as_points(previews[0]) if previews else np.empty([0, 784], np.float32)
    for images in previews:
        now = as_points(images)
        apart = _distances(now, now)
        found["diversity"].append(float(apart.sum()) / max(1, len(now) * (len(now) - 1)) / diversity)
        found["nearest"].append(float(_distances(now, flat).min(axis=1).mean()) / nearest)
        found["light"].append(float(now.mean()) / light)
        found["roughness"].append(_roughness(images) / roughness)
        for name, other in (("moved", before), ("away", first)):
            found[name].append(float(np.sqrt(((now - other) ** 2).mean(axis=1)).mean()) / diversity)
        before = now
    return {name: np.array(values, np.float32) for name, values in found.items()}


def _distances(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Root mean squared difference of each pair of rows, float32 `[n, m]`."""
    return np.sqrt(squared_distances(ours, theirs) / ours.shape[1])


def _roughness(images: np.ndarray) -> float:
    grey = images.astype(np.float32) / 255.0
    return float((np.abs(np.diff(grey, axis=1)).mean() + np.abs(np.diff(grey, axis=2)).mean()) / 2.0)


def middle(values: np.ndarray) -> float:
    """The median; NaN, which no threshold is passed by, where there is nothing."""
    return float(np.median(values)) if len(values) else float("nan")
