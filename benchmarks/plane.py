"""What the presets of plane-gan do to the parts of their data: `python -m benchmarks.plane`.

Trains each preset on points of the plane, once for each seed, by ganlab's own loop, and prints a table. The data are 8
Gaussians on a circle (the ring) or 25 on a lattice (the grid); each Gaussian is a mode. Of 2,500 samples, those within
3 standard deviations of the nearest mode are of high quality, and a mode is kept that has at least one of them, as in
Srivastava and others (2017). The points that a run follows, 256 of them, show whether the generator stays where it is:
a mode is held while a tenth of them are near it. Exits with 1 where a preset does not do what it is for.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ganlab import models, registry
from ganlab.knobs import Value
from ganlab.training.events import Iterations
from ganlab.training.loop import TrainingConfig, train

MODEL = "plane-gan"
DATA = {"tuned-grid": "grid"}  # others are for the ring
BETTER = ("tuned", "unrolled", "packed", "wgan-gp")  # keep more modes than collapse, with the same seed
POINTS, SAMPLES = 20_000, 2500
LOOK = 250  # iterations between two looks at the points that are followed
HELD = 0.1  # of the points that are followed; of 25 modes not every one can have so many
GOOD = {"tuned": 0.93, "tuned-grid": 0.8}  # of the samples, beside all modes


@dataclass(frozen=True)
class Plane:
    """Points, float32 `[n, 2]`, around modes, float64 `[m, 2]`; `near` is well below half the way between two modes."""

    points: np.ndarray
    modes: np.ndarray
    deviation: float
    near: float


def plane(name: str) -> Plane:
    if name == "ring":
        angles = np.arange(8) * np.pi / 4
        modes, deviation = 2 * np.stack([np.cos(angles), np.sin(angles)], axis=1), 0.02
    else:
        steps = np.arange(-4, 5, 2.0)
        modes, deviation = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2), 0.05
    drawn = np.random.default_rng(1)
    chosen = drawn.integers(0, len(modes), POINTS)
    points = (modes[chosen] + deviation * drawn.standard_normal([POINTS, 2])).astype(np.float32)
    return Plane(points, modes, deviation, 0.5)


def nearest(data: Plane, points: np.ndarray, within: float) -> np.ndarray:
    """How many of the points each mode has within such a distance, int `[m]`."""
    distances = np.linalg.norm(points[:, None] - data.modes[None], axis=2)
    found = distances.argmin(axis=1)[distances.min(axis=1) < within]
    return np.bincount(found, minlength=len(data.modes))


@dataclass(frozen=True)
class Outcome:
    """`kept` modes and the share of samples of high quality in the end; over the second half of the training, how many
    modes were `held` at a time (the median), how many different ones `in_all`, and how far a point `moved` in 1,000
    iterations (the median, in units of the plane). `complete` is the first look at which every mode had a point that is
    followed within 3 deviations, and after how many `seconds` of training."""

    kept: int
    quality: float
    held: float
    in_all: int
    moved: float
    complete: tuple[int, float] | None


def measure(data: Plane, preset: str, seed: int, changes: Mapping[str, Value]) -> Outcome:
    spec = registry.get(MODEL)
    values = spec.values(preset, changes)
    model = models.create(spec, values, "float32", seed)
    curves = tuple(curve.name for curve in spec.curves)
    total, batch = int(values["iterations"]), int(values["batch_size"])
    config = TrainingConfig(total, batch, spec.draws, curves, seed, preview_images=0, closely=True)
    looks, times, done = [], [], 0
    for event in train(model, data.points, config):
        if isinstance(event, Iterations):
            for index in range(-done % LOOK, len(event.images), LOOK):
                looks.append(event.images[index].astype(np.float64))
                times.append(event.rows[index, 0])
            done += len(event.images)
    samples = model.preview(model.preview_inputs(SAMPLES, 5)).numpy()
    good = nearest(data, samples, 3 * data.deviation)
    late = looks[len(looks) // 2 :]
    held = np.array([nearest(data, points, data.near) >= HELD * len(points) for points in late])
    apart = 1000 // LOOK
    moved = [np.median(np.linalg.norm(b - a, axis=1)) for a, b in zip(late, late[apart:], strict=False)]
    full = [n for n, points in enumerate(looks) if nearest(data, points, 3 * data.deviation).all()]
    return Outcome(
        int((good > 0).sum()),
        float(good.sum() / SAMPLES),
        float(np.median(held.sum(axis=1))),
        int(held.any(axis=0).sum()),
        float(np.median(moved)) if moved else 0.0,
        (full[0] * LOOK, float(times[full[0]])) if full else None,
    )


def row(preset: str, name: str, found: Sequence[Outcome]) -> str:
    def each(values: Sequence[float], digits: int = 0) -> str:
        return " ".join(f"{value:.{digits}f}" for value in values)

    complete = " ".join("-" if o.complete is None else f"{o.complete[0]:,} ({o.complete[1]:.0f} s)" for o in found)
    cells = (
        preset,
        name,
        each([o.kept for o in found]),
        each([100 * o.quality for o in found]) + " %",
        each([o.held for o in found]) if name == "ring" else "",
        each([o.in_all for o in found]) if name == "ring" else "",
        each([o.moved for o in found], 2),
        complete,
    )
    return "| " + " | ".join(cells) + " |"


def keeps_its_word(preset: str, modes: int, found: Sequence[Outcome], collapsed: Sequence[Outcome]) -> bool:
    """Whether it does what it is for, with every seed; `collapsed` is what `collapse` did, if it was trained."""
    if preset in GOOD and not all(o.kept == modes and o.complete and o.quality >= GOOD[preset] for o in found):
        return False
    if preset in BETTER and collapsed:
        return all(o.kept > c.kept for o, c in zip(found, collapsed, strict=True))
    if preset == "collapse":
        return all(o.kept < modes / 2 for o in found)
    if preset == "cycle":
        return all(o.held < modes / 2 and o.in_all > o.held and o.moved > 0.5 for o in found)
    if preset == "vanishing":
        return all(o.held < modes / 2 and o.moved < 0.05 for o in found)
    return True


def main() -> None:
    presets = registry.get(MODEL).presets
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", nargs="+", choices=presets, default=list(presets))
    parser.add_argument("--data", choices=("ring", "grid"), help="without it, what each preset is for")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--iterations", type=int, help="in place of each preset's own")
    chosen = parser.parse_args()
    changes = {"iterations": chosen.iterations} if chosen.iterations else {}
    print("| preset | data | modes kept | high quality | held | in all | moved | complete after |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    outcomes: dict[str, list[Outcome]] = {}
    for preset in chosen.preset:
        data = plane(on := chosen.data or DATA.get(preset, "ring"))
        outcomes[preset] = [measure(data, preset, seed, changes) for seed in chosen.seeds]
        print(row(preset, on, outcomes[preset]), flush=True)
    broken = []
    for preset, found in outcomes.items():
        modes = len(plane(chosen.data or DATA.get(preset, "ring")).modes)
        if not keeps_its_word(preset, modes, found, outcomes.get("collapse", [])):
            broken.append(preset)
    if broken:
        print(f"These do not do what they are for with every seed: {', '.join(broken)}.")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
