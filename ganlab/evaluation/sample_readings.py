"""What a classifier reads in the samples that a GAN drew at the moments of its training that its run has kept.

The share of samples that are read as the digit asked for answers a question that distances do not: from when on did
the network draw that digit? The pretrained classifiers were trained on digits on a black ground. A faint grey ground,
which hardly anybody sees, makes them read something else. So each sample is read twice, as it was drawn and with its
faint ground made black; the second share is the one to go by, and both are kept.
"""

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np

from ganlab import inference
from ganlab.errors import GanlabError
from ganlab.inference import ClassifierRun, GANRun
from ganlab.runs import Run, layout

GROUND = 40  # grey levels of 255 below which a pixel is ground
EACH = 100  # samples at each moment ...
LAST = 1000  # ... and at the last one
SEED = 0


def without_ground(images: np.ndarray) -> np.ndarray:
    """The same uint8 images with their faint pixels black."""
    return np.where(images < GROUND, 0, images).astype(np.uint8)


def read(run: Run, judge: ClassifierRun, going: Callable[[], bool] = lambda: True) -> dict[str, Any] | None:
    """The shares of samples that `judge` reads as one of the classes that the run was trained on, JSON-able: after
    which `iterations`, the `shares` without ground, those `as_drawn`, and how many `samples` the last ones are of.

    None where all classes were asked for, as any answer would be right, and once `going()` is false. Raises
    GanlabError.
    """
    asked, files = run.config.digits, moments(run)
    if not asked or not files:
        return None
    model = GANRun(run, files[0])
    found: dict[str, Any] = {"iterations": [], "shares": [], "as_drawn": [], "samples": LAST}
    for file in files:
        if not going():
            return None
        model.take_weights(file)
        count = LAST if file == files[-1] else EACH
        digits = np.resize(asked, count) if model.classes else None
        samples = model.decode(model.latents(count, SEED), digits)
        found["iterations"].append(model.iteration)
        for name, images in (("shares", without_ground(samples)), ("as_drawn", samples)):
            found[name].append(float(np.isin(judge.classify(images).argmax(axis=1), asked).mean()))
    return found


def moments(run: Run) -> list[Any]:
    """The files of the run's generator over its training, the newest last."""
    files = layout.snapshots(run.path)
    newest = run.weights
    if newest and (not files or layout.iteration_of(newest) > layout.iteration_of(files[-1])):
        files.append(newest)
    return files


def judge_if_here(dataset: str) -> ClassifierRun | None:
    """The classifier that comes with ganlab for a data set; None where there is none, or it is not in this copy."""
    with contextlib.suppress(GanlabError):
        judge = inference.judge_for(dataset)
        return inference.load(judge) if judge else None
    return None


def judge_of(run: Run) -> ClassifierRun | None:
    """The classifier that comes with ganlab for the run's images; None where there is none. Raises GanlabError."""
    judge = inference.judge_for(run.config.dataset)
    return inference.load(judge) if judge else None
