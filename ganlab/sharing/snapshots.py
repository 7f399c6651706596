"""Snapshots of a run made small enough to be given away: what a pretrained model shows of how it learned."""

import math
import zipfile
from pathlib import Path

import numpy as np

from ganlab import inference
from ganlab.permission import needs
from ganlab.runs import Run, layout
from ganlab.runs.files import replacing

STEPS = (16, 32, 64, 128)  # how many steps a spread of weights is divided into, the fewest first


def spread(iterations: list[int], most: int) -> list[int]:
    """At most so many of these iterations, in order: the first and the last, and more of the early ones, as a network
    changes most at first."""
    if most == 1 or not iterations:
        return iterations[-1:]
    places = np.geomspace(1, len(iterations), most)
    return [iterations[place] for place in np.unique(np.rint(places).astype(int) - 1)]


@needs("publish runs")
def keep_snapshots(run: Run, target: Path, most: int, tried: np.ndarray, faint: float) -> dict[str, float]:
    """Writes at most `most` snapshots of `run` into the pretrained folder `target`, as small as they get while what is
    drawn changes by less than `faint` grey levels on average; returns by iteration how much it does change.

    `tried` is what a model is shown that needs images. Raises GanlabError.
    """
    found = {layout.iteration_of(file): file for file in layout.snapshots(run.path)}
    changes = {}
    if not found:
        return changes
    model = inference.load_weights(run, next(iter(found.values())))
    for iteration in spread(sorted(found), most):
        whole, small = found[iteration], layout.snapshot(target, iteration)
        small.parent.mkdir(exist_ok=True)
        model.take_weights(whole)
        before = model.examples(tried).astype(float)
        change = math.inf
        for steps in STEPS:
            if change >= faint:
                shrink(whole, small, steps)
                model.take_weights(small)
                change = float(np.abs(model.examples(tried) - before).mean())
        changes[str(iteration)] = round(change, 4)
    return changes


def shrink(file: Path, target: Path, steps: int) -> None:
    """Copies an npz file with its kernels rounded to whole steps, of which `steps` make up their standard deviation,
    and packed well. Steps are powers of two, so that float16 holds their multiples."""
    with (
        np.load(file, allow_pickle=False) as arrays,
        replacing(target) as written,
        zipfile.ZipFile(written, "w", zipfile.ZIP_BZIP2) as out,
    ):
        for name, array in arrays.items():
            with out.open(f"{name}.npy", "w") as member:
                np.save(member, _rounded(array, steps), allow_pickle=False)


def _rounded(array: np.ndarray, steps: int) -> np.ndarray:
    if array.dtype.kind != "f" or array.ndim < 2:  # biases and the like are few, and matter more
        return array
    values = array.astype(np.float32)
    spread = float(values.std())
    if not spread:
        return array
    step = 2.0 ** np.round(np.log2(spread / steps))
    return (np.round(values / step) * step).astype(np.float16)
