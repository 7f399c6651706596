"""How good a GAN's samples are beside real images: every metric of the catalog, from as many of each."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ganlab.data import Dataset
from ganlab.errors import GanlabError
from ganlab.images import as_points
from ganlab.inference import ClassifierRun
from ganlab.metrics import classes
from ganlab.metrics.discriminating import confusion
from ganlab.metrics.diversity import mean_distance
from ganlab.metrics.frechet import frechet_distance
from ganlab.metrics.kernel import kernel_distance
from ganlab.metrics.manifold import density_and_coverage
from ganlab.metrics.metric_catalog import CLASSES, COLUMNS
from ganlab.metrics.nearest import nearest

NEIGHBOURS = 5  # of density and coverage, as their authors recommend
LEAST = 2 * NEIGHBOURS  # images from which anything can be said at all
PIECE = 250  # images between two steps
THOUSANDTHS = 1000.0  # in which kernel distances are given
Step = tuple[str, float]  # what is about to be done, and the fraction of it that is over


@dataclass(frozen=True)
class Measurement:
    """Metrics by their names in the catalog, NaN where one cannot be computed; of each sample, which of the
    training images searched is nearest, int64 `[n]`, and how far it is, float64 `[n]`; and the discriminator's
    confusion matrix, int64 `[2, 2]` (see `metrics.discriminating`), where there is a discriminator."""

    figures: dict[str, float]
    nearest: np.ndarray
    distances: np.ndarray
    confusion: np.ndarray | None


class Merit:
    """Measures samples of one run; what they are compared with is worked out once.

    `used` are the images of the classes that the run is trained on; `judge` is a classifier that knows such images.
    Without one there is no metric that needs reading. `count` is how many samples, real training images and test images
    are compared (see `count_of`). Nearest images are searched for among `searched` of the training images, without it
    all. What real images get, `floor`, is the same comparison with the test images in place of the samples: as many
    images, compared with the same training images, and as independent of them as samples are. Raises GanlabError where
    there are too few images to say anything.
    """

    def __init__(
        self, used: Dataset, judge: ClassifierRun | None, n: int = 10_000, searched: int | None = None
    ) -> None:
        self.used, self.judge = used, judge
        self.count = count_of(used, n)
        if self.count < LEAST:
            raise GanlabError(
                f"There are too few images of {used.title} to measure samples with: {self.count}; "
                f"it takes at least {LEAST} training images, and as many test images and samples."
            )
        random = np.random.default_rng(0)  # images of one's own may lie sorted by class
        self.reals = used.x_train[_some(len(used.x_train), self.count, random)]
        self.tests = used.x_test[_some(len(used.x_test), self.count, random)]
        self.searched = _some(len(used.x_train), searched or len(used.x_train), random)
        self.shares = classes.label_shares(used.y_train, len(CLASSES)) if judge else np.full(len(CLASSES), np.nan)
        self._asked = np.flatnonzero(self.shares > 0.0)  # the classes that the run learns from
        self.floor: dict[str, float] = {}
        self.nearest_real = np.empty(0)  # distances of test images to the training images searched
        self._features = np.empty([0, 0], np.float32)
        self._ready = False

    def prepare(self) -> Iterator[Step]:
        """Works out what samples are compared with, in steps; `measure` does it by itself."""
        if self.judge:
            self._features = yield from self._read(self.reals, "Reading real training images")
            if len(self.tests):
                others = yield from self._read(self.tests, "Reading real test images")
                yield "Comparing real images with real images", 0.0
                self.floor["frechet_floor"] = frechet_distance(self._features, others)
                yield "Comparing real images with real images", 0.3
                self.floor["kernel_floor"] = THOUSANDTHS * kernel_distance(self._features, others)
                yield "Comparing real images with real images", 0.6
                density, coverage = density_and_coverage(self._features, others, NEIGHBOURS)
                self.floor |= {"density_real": density, "coverage_real": coverage}
                read = self._as_read(self.judge.classify_features(others))
                self.floor |= {f"{name}_real": value for name, value in read.items() if name not in CLASSES}
        yield "Measuring how different real images are", 0.0
        self.floor["diversity_real"] = mean_distance(as_points(self.reals))
        if len(self.tests):
            _, self.nearest_real = yield from self._nearest(
                self.tests, "Finding the training image most like each test image"
            )
            self.floor["nearest_real"] = float(self.nearest_real.mean())
        self._ready = True

    def measure(
        self,
        samples: np.ndarray,
        p_real_of_reals: np.ndarray | None = None,
        p_real_of_fakes: np.ndarray | None = None,
    ) -> Generator[Step, None, Measurement]:
        """Measures `count` samples, uint8 `[count, 28, 28]`, in steps. `p_real_of_reals` and `p_real_of_fakes`, `[n]`
        each, are what the discriminator says of test images and of samples. Raises ValueError for another count."""
        if len(samples) != self.count:
            raise ValueError(f"{self.count} samples are compared with as many real images, not {len(samples)}")
        if not self._ready:
            yield from self.prepare()
        found = dict.fromkeys(COLUMNS, float("nan")) | self.floor
        if self.judge:
            features = yield from self._read(samples, "Reading samples")
            yield "Comparing samples with real images", 0.0
            found["frechet"] = frechet_distance(features, self._features)
            yield "Comparing samples with real images", 0.3
            found["kernel"] = THOUSANDTHS * kernel_distance(features, self._features)
            yield "Comparing samples with real images", 0.6
            found["density"], found["coverage"] = density_and_coverage(self._features, features, NEIGHBOURS)
            found |= self._as_read(self.judge.classify_features(features))
        yield "Measuring how different samples are", 0.0
        found["diversity"] = mean_distance(as_points(samples))
        places, distances = yield from self._nearest(samples, "Finding the training image most like each sample")
        found["nearest"] = float(distances.mean())
        told = None
        if p_real_of_reals is not None and p_real_of_fakes is not None and len(self.tests):
            told = confusion(p_real_of_reals, p_real_of_fakes)
            found["right_on_reals"], found["right_on_fakes"] = map(float, np.diag(told) / told.sum(axis=1))
        return Measurement(found, self.searched[places], distances, told)

    def _as_read(self, read: np.ndarray) -> dict[str, float]:
        """The metrics that follow from the probabilities `[n, classes]` that the classifier gives; where a run learns
        from all classes there is none that it was asked for."""
        shares = classes.class_shares(read)
        found = dict(zip(CLASSES, map(float, shares), strict=True))
        if len(self._asked) < len(CLASSES):
            found["asked"] = float(shares[self._asked].sum())
        return found | {"divergence": classes.divergence(shares, self.shares), "confidence": classes.certainty(read)}

    def _read(self, images: np.ndarray, what: str) -> Generator[Step, None, np.ndarray]:
        assert self.judge
        return np.concatenate((yield from _by_pieces(images, what, self.judge.features)))

    def _nearest(self, images: np.ndarray, what: str) -> Generator[Step, None, tuple[np.ndarray, np.ndarray]]:
        known = self.used.x_train[self.searched]
        found = yield from _by_pieces(images, what, lambda piece: nearest(piece, known))
        places, distances = map(np.concatenate, zip(*found, strict=True))
        return places, distances


def _by_pieces(
    images: np.ndarray, what: str, function: Callable[[np.ndarray], Any]
) -> Generator[Step, None, list[Any]]:
    """What a function gives for `PIECE` images at a time."""
    found = []
    for at in range(0, len(images), PIECE):
        yield what, at / len(images)
        found.append(function(images[at : at + PIECE]))
    return found


def count_of(used: Dataset, n: int) -> int:
    """How many of each are compared: `n`, or fewer where there are fewer training or test images."""
    return min(n, len(used.x_train), len(used.x_test) or n)


def finish(
    steps: Generator[Step, None, Measurement], report: Callable[[str, float], None] = lambda what, share: None
) -> Measurement:
    """Goes through all steps, tells `report` of each before it is done, and returns what they came to."""
    while True:
        try:
            report(*next(steps))
        except StopIteration as end:
            return end.value


def _some(n: int, count: int, random: np.random.Generator) -> np.ndarray:
    """Which `count` of `n`, in their order, int64; all where there are no more."""
    return np.arange(n) if count >= n else np.sort(random.choice(n, count, replace=False))
