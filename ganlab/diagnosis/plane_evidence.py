"""What a verdict on a model of points in the plane is given on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from ganlab.data.points import PLANE
from ganlab.metrics import plane
from ganlab.registry import ModelSpec
from ganlab.runs import Run, plane_pictures
from ganlab.runs.plane_history import PlaneHistory

LOOKS = 48  # moments looked at, spread over the stretch that a verdict is on
LONGEST = 12_000  # iterations of that stretch, so that a long run is judged by what it does lately
MOST_VALUES = 2_000  # of a curve looked at
NEAR = 0.25  # of the way from a mode to the next one: so close to it a point belongs to it
LATELY = 0.5  # from this share of the stretch on
BINS, SAMPLES = 40, 2500  # with which divergences are measured in training


def _none() -> np.ndarray:
    return np.empty(0, np.float32)


@dataclass(frozen=True)
class PlaneEvidence:
    """What a verdict on a run in the plane is given on, all in plain arrays.

    It is on the stretch of `done - begin` iterations after the first `begin` ones: on what came after a knob was
    `turned` last, and not longer ago than 12,000 iterations. `message` is the run's own, where it has failed.

    `modes` are the middles of the separate parts of the data, float64 `[m, 2]` (none where nobody knows of any),
    `extent` is half the side of the square that is shown and `spread` how far real points are from their middle (root
    mean squared), in units of the plane. `curves` are float32 `[n]` by name, evenly over the stretch. After `looked`
    iterations (int64 `[p]`), `points`, float32 `[p, points, 2]`, is where the followed latents lay, and `arrows`,
    float32 `[p]`, how long the median arrow was (change of the loss for a unit of the plane). `quality` are metrics,
    float32 `[k]` by name, after `measured` iterations (int64 `[k]`), and `real` what real points get in their place.
    """

    done: int
    total: int
    begin: int = 0
    turned: bool = False
    message: str = ""
    gan: bool = True
    probability: bool = True
    modes: np.ndarray = field(default_factory=lambda: np.empty([0, 2]))
    extent: float = 5.0
    spread: float = 2.0
    curves: Mapping[str, np.ndarray] = field(default_factory=dict)
    looked: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    points: np.ndarray = field(default_factory=lambda: np.empty([0, 0, 2], np.float32))
    arrows: np.ndarray = field(default_factory=_none)
    measured: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    quality: Mapping[str, np.ndarray] = field(default_factory=dict)
    real: Mapping[str, float] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """Iterations of the stretch."""
        return self.done - self.begin

    def at(self, share: float) -> float:
        """The iteration at a share of the stretch."""
        return self.begin + share * self.length

    def part(self, name: str, first: float) -> np.ndarray:
        """A curve from a share of the stretch on."""
        values = self.curves.get(name, _none())
        return values[int(first * len(values)) :]

    def seen(self, first: float, last: float = 1.0) -> np.ndarray:
        """Which looks lie between two shares of the stretch, bool `[p]`."""
        return (self.looked > self.at(first)) & (self.looked <= self.at(last))

    def figure(self, name: str, first: float = 0.0, last: float = 1.0) -> np.ndarray:
        """What a metric was between two shares of the stretch, where it could be computed."""
        values = self.quality.get(name, _none())
        if not len(values):
            return values
        at = self.measured
        return values[(at > self.at(first)) & (at <= self.at(last)) & np.isfinite(values)]

    @property
    def apart(self) -> float:
        """How far a mode is from its nearest neighbour, at the closest; the spread of the data where there is none."""
        if len(self.modes) < 2:
            return self.spread
        between = np.linalg.norm(self.modes[:, None] - self.modes[None], axis=2)
        return float(between[between > 0].min())

    def shares(self) -> np.ndarray:
        """The share of the followed points near each mode at each look, float64 `[p, m]`."""
        found = np.zeros([len(self.points), len(self.modes)])
        for number, points in enumerate(self.points.astype(np.float64)):
            distances = np.linalg.norm(points[:, None] - self.modes[None], axis=2)
            distances = np.where(np.isfinite(distances), distances, np.inf)
            near = distances.min(axis=1, initial=np.inf) < NEAR * self.apart
            found[number] = np.bincount(distances[near].argmin(axis=1), minlength=len(self.modes)) / max(1, len(points))
        return found


def gather_plane(run: Run, spec: ModelSpec) -> PlaneEvidence:
    """What a run in the plane has recorded, or what is stored of it beside a pretrained one."""
    config, history = run.config, PlaneHistory(run)
    done = history.done
    turns = [turn.iteration for turn in run.lasting_turns if turn.iteration < done]
    begin = max([done - LONGEST, 0, *turns])
    looked, points, numbers = history.between(begin + 1, done, LOOKS)
    arrows = np.linalg.norm(plane_pictures.moment_parts(run, numbers)["arrows"], axis=2)
    measured, figures = history.quality()
    late = measured > begin
    known, reals = PLANE.get(config.dataset), run.reals()
    spread = float(np.sqrt(((reals - reals.mean(axis=0)) ** 2).sum(axis=1).mean())) if len(reals) else 0.0
    return PlaneEvidence(
        done=done,
        total=run.total,
        begin=begin,
        turned=begin in turns,
        message=run.status.message,
        gan="generator" in spec.parameters,
        probability=plane_pictures.gives_probability(run),
        modes=np.asarray(known.modes if known else np.empty([0, 2]), np.float64),
        extent=config.extent or 5.0,
        spread=spread or (config.extent or 5.0) / 2.0,
        curves=_curves(run, history, begin, done),
        looked=looked.astype(np.int64),
        points=points,
        arrows=np.median(arrows, axis=1) if len(arrows) else _none(),
        measured=measured[late],
        quality=dict(zip(config.quality, figures[late].T, strict=True)),
        real=dict(_of_reals(config.dataset, config.extent or 5.0)),
    )


def _curves(run: Run, history: PlaneHistory, begin: int, done: int) -> dict[str, np.ndarray]:
    kept = history.curves()
    if kept is not None:
        rows = kept[1][kept[0] > begin]
    else:
        rows = run.metrics(begin, done)
        rows = rows[:: max(1, len(rows) // MOST_VALUES)]
    return dict(zip(run.curves, rows.T, strict=True))


@lru_cache(maxsize=16)
def _of_reals(dataset: str, extent: float) -> tuple[tuple[str, float], ...]:
    """The metrics of as many other real points, where the data's density is known."""
    if dataset not in PLANE:
        return ()
    draw = np.random.default_rng(0)
    (ours, _), (theirs, _) = (PLANE[dataset].sample(count, draw) for count in (SAMPLES, 2 * SAMPLES))
    cells = (plane.histogram(points, extent, BINS) for points in (ours, theirs))
    return (
        ("jensen_shannon", plane.jensen_shannon(*cells)),
        ("sliced_wasserstein", plane.sliced_wasserstein(ours, theirs)),
    )
