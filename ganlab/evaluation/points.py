"""How good samples in the plane are: which parts of the data they have found, and how far they are from it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ganlab import data
from ganlab.data import Dataset
from ganlab.data.points import PLANE
from ganlab.errors import GanlabError
from ganlab.inference import PlaneRun
from ganlab.metrics import metric_catalog, plane
from ganlab.permission import needs
from ganlab.runs.records import MeasuredOn

SAMPLES = 2500  # as in the papers that count modes
BINS = 40  # of a histogram, along each side of the square
SHARE = 0.05  # of the seconds trained, that metrics may take
SOONEST = 0.25  # seconds from one measurement to the next
WIDTH = 1.06  # of the kernel with which the density of samples is estimated, times Silverman's rule for two dimensions


def measure_points(samples: np.ndarray, used: Dataset) -> dict[str, float]:
    """The metrics of `metric_catalog.PLANE`, and both Kullback-Leibler divergences, of samples `[n, 2]` beside the test
    points; NaN of those that count modes where the data has no separate ones."""
    known = PLANE.get(used.name)
    found = {"modes": float("nan"), "high_quality": float("nan")}
    if known and len(known.modes):
        found["modes"] = float(plane.modes_captured(samples, known.modes, known.sigma))
        found["high_quality"] = plane.high_quality(samples, known.modes, known.sigma)
    real = plane.histogram(used.x_test, used.extent, BINS)
    made = plane.histogram(samples, used.extent, BINS)
    return found | {
        "jensen_shannon": plane.jensen_shannon(real, made),
        "kullback_leibler": plane.kullback_leibler(real, made),
        "reverse_kullback_leibler": plane.kullback_leibler(made, real),
        "sliced_wasserstein": plane.sliced_wasserstein(samples, used.x_test),
    }


@needs("measure how good a model is")
def evaluate_plane(model: PlaneRun, n: int = SAMPLES, seed: int = 0) -> dict[str, Any]:
    """What `measure_points` says of `n` samples of a run, and `modes_of`, how many modes the data has (None where
    it has no separate ones; `modes` and `high_quality` are then None, too), `samples`, `bins` and `extent` of the
    histograms, and `from_optimum`: how far the discriminator's P(real) is on average from the best there is, p / (p
    + q), at test points and samples, None where the density of the data is not known or the discriminator gives no
    probability; q is estimated from the samples. Raises GanlabError."""
    used = data.load(model.run.config.dataset)
    if not used.points:
        raise GanlabError(f"{used.title} holds images, but {model.run.id} learned points.")
    samples = model.sample(n, seed)
    found: dict[str, Any] = {name: float(value) for name, value in measure_points(samples, used).items()}
    known = PLANE.get(used.name)
    modes_of = len(known.modes) if known else 0
    if modes_of:
        found["modes"] = int(found["modes"])
    else:
        found["modes"] = found["high_quality"] = None
    found |= {"modes_of": modes_of or None, "samples": n, "bins": BINS, "extent": used.extent, "data": used.title}
    return found | {"iteration": model.iteration, "from_optimum": _from_optimum(model, used, samples)}


def _from_optimum(model: PlaneRun, used: Dataset, samples: np.ndarray) -> float | None:
    known = PLANE.get(used.name)
    if known is None or known.log_density is None or not model.probability:
        return None
    places = np.concatenate([used.x_test[: len(samples)], samples])
    width = WIDTH * float(np.mean(samples.std(axis=0))) * len(samples) ** (-1 / 6)
    if known.sigma:
        width = min(width, known.sigma)
    optimum = plane.optimal_discriminator(known.log_density(places), plane.kernel_density(samples, places, width))
    return plane.distance_from_optimum(model.discriminate(places), optimum)


@dataclass(eq=False)
class PlaneMeasuring:
    """Measures samples of a model of points while it trains, in a twentieth of its time at most.

    `draw(n)` gives samples, float32 `[n, 2]`; `used` is what it is trained on. It has the methods that
    `ganlab.evaluation.periodic_evaluation.Measuring` has.
    """

    draw: Callable[[int], np.ndarray]
    used: Dataset
    hurried: Callable[[], bool] = lambda: False

    def __post_init__(self) -> None:
        self._due, self._last = 0.0, -1

    def about(self) -> MeasuredOn:
        """What all metrics are of."""
        return MeasuredOn(samples=SAMPLES)

    def go_on(self, iteration: int, seconds: float) -> tuple[int, dict[str, float]] | None:
        """The metrics after so many iterations, if it is time for them."""
        if seconds < self._due or self.hurried():
            return None
        return self._measure(iteration, seconds)

    def finish(self, iteration: int, seconds: float) -> Iterator[tuple[int, dict[str, float]]]:
        """The metrics at the end."""
        if iteration > self._last:
            yield self._measure(iteration, seconds)

    def _measure(self, iteration: int, seconds: float) -> tuple[int, dict[str, float]]:
        start = time.perf_counter()
        found = measure_points(self.draw(SAMPLES), self.used)
        took = time.perf_counter() - start
        self._due, self._last = seconds + max(SOONEST, took / SHARE), iteration
        return iteration, {figure.name: found[figure.name] for figure in metric_catalog.PLANE}
