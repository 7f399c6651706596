"""Runs on disk of which a diagnosis is known: recorded as training would, without training."""

from pathlib import Path
from typing import Any

import numpy as np

from ganlab import registry
from ganlab.data.offline import load_offline
from ganlab.metrics import metric_catalog
from ganlab.runs import Run, RunWriter, layout

DONE = 100
SNAPSHOTS = (25, 50, 75, 100)


def make(
    folder: Path, kind: str = "collapsed", model: str = "digit-gan", state: Any = "finished", **config: Any
) -> Run:
    """A run of 100 iterations; `kind` is "collapsed" (every sample the same image), "healthy" (samples are real digits,
    which cover most real ones), "unmeasured" (the same without a metric) or "early" (the same after ten iterations).
    Its Fréchet distance was lowest, 20, after half of them, and is 60."""
    spec, done = registry.get(model), 10 if kind == "early" else DONE
    about = {"model": model, "preset": "published", "values": spec.values(), "dataset": "offline", "digits": [5]}
    about |= {"iterations": DONE, "curves": ["seconds", *(curve.name for curve in spec.curves)], "seed": 3}
    about |= {"preview_images": 16, "quality": list(metric_catalog.COLUMNS)}
    writer = RunWriter.create(folder, **(about | config))
    digits = load_offline()
    rows = np.full([done, len(about["curves"])], 0.5, np.float32)
    rows[:, 0] = np.arange(done)
    same = digits.x_train[:1].repeat(done, axis=0)
    writer.iterations(rows, same if kind == "collapsed" else digits.x_train[:done])
    for iteration in range(0, done + 1, 5):
        samples = digits.x_train[64:80] if kind != "collapsed" else same[:16]
        writer.preview(iteration, samples if iteration else np.zeros_like(samples))
    writer.reals(digits.x_train[:64])
    if kind != "early":
        coverage = {"coverage": 0.8} if kind == "healthy" else {}
        for iteration, distance in zip(SNAPSHOTS, (40.0, 20.0, 50.0, 60.0), strict=True):
            if kind != "unmeasured":
                writer.quality(iteration, {"frechet": distance, "frechet_floor": 0.5, **coverage})
            writer.snapshot(iteration, lambda path: np.savez(path, nothing=np.zeros(1)))
    writer.progress(done, 5.0)
    writer.status(state)
    writer.close()
    return Run(writer.path)


def snapshots(run: Run) -> list[int]:
    return [layout.iteration_of(file) for file in layout.snapshots(run.path)]
