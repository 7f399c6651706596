"""The figures of the idea "What is a good score": what metrics say of real digits that are changed on purpose."""

from dataclasses import replace

import numpy as np

from ganlab import data
from ganlab.data.changes import CHANGES, STEPS, changed, halves
from ganlab.errors import GanlabError
from ganlab.evaluation import NEARER_THAN
from ganlab.evaluation.sample_metrics import Merit, finish
from ganlab.inference import judge_for, load_family
from ganlab.sharing.idea_assets import Asset, Report

FIGURES = ("frechet", "coverage", "density", "confidence", "divergence", "diversity", "nearest", "copied")
OTHER_HALVES = 8  # in which images that are not changed are measured, too


class Measuring:
    """The two halves of the offline digits that `seed` gives: one to change, and one to compare it with."""

    def __init__(self, seed: int = 0) -> None:
        judge = judge_for("offline")
        if judge is None:
            raise GanlabError("No classifier reads the offline digits.")
        self.used = data.load("offline", download=False)
        self.known, self.part = halves(self.used, seed)
        known, part = self.known, self.part
        split = replace(self.used, x_train=known.images, y_train=known.labels, x_test=part.images, y_test=part.labels)
        self.merit = Merit(split, load_family("classifier", judge), len(part.images))
        for _ in self.merit.prepare():
            pass

    @property
    def near(self) -> float:
        """The distance to the training images that only a hundredth of real images is nearer than."""
        return float(np.quantile(self.merit.nearest_real, NEARER_THAN))

    def measure(self, name: str, strength: int, near: float) -> list[float]:
        """`FIGURES` of one change at one strength, from 0 to 5. `copied` is the share of images that are nearer to a
        training image than `near`."""
        found = finish(self.merit.measure(changed(self.part, self.known.images, name, strength)))
        figures = found.figures | {"copied": float((found.distances < near).mean())}
        return [figures[name] for name in FIGURES]


def make(report: Report) -> Asset:
    """Arrays: `figures` float32 `[changes, 6, figures]`, in the order of `CHANGES`, of strengths from 0 to 5, and of
    `FIGURES`; and `spread` float32 `[figures]`, the standard deviation that these have by chance: of images that are
    not changed, over other halves of the data."""
    base = Measuring()
    rows, untouched = [], []
    for place, name in enumerate(CHANGES):
        report(f"Measuring {name}", place / len(CHANGES))
        rows.append([base.measure(name, strength, base.near) for strength in range(STEPS + 1)])
    for seed in range(1, 1 + OTHER_HALVES):
        report("Measuring other halves", seed / OTHER_HALVES)
        untouched.append(Measuring(seed).measure("blur", 0, base.near))
    head = {
        "figures": list(FIGURES),
        "changes": list(CHANGES),
        "title": base.used.title,
        "fingerprint": base.used.fingerprint,
        "images": base.merit.count,
        "near": base.near,
    }
    arrays = {"figures": np.array(rows, np.float32), "spread": np.std(untouched, axis=0, ddof=1).astype(np.float32)}
    judge = base.merit.judge
    return Asset(arrays, head, {"classifier": judge and judge.run.id, "source": base.used.source, "seed": 0})
