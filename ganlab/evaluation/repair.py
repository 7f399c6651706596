"""How good repairs of damaged test images are, and what they are worth to a restaurant that reads phone numbers."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ganlab import data
from ganlab.data import damages
from ganlab.errors import GanlabError
from ganlab.inference import ClassifierRun, RepairRun
from ganlab.metrics.frechet import frechet_distance, limit_distances
from ganlab.metrics.nearest import nearest_around
from ganlab.permission import needs

MEAN_FILL = "mean fill"
ALTERNATIVES = 4  # repairs of one damage that are compared with each other ...
VARIED = 1000  # ... of so many images
PIECE = 256  # images between two reports


@dataclass(frozen=True)
class Restaurant:
    """The case of "Python Deep Learning Projects", chapter 13: tablets that take down telephone numbers."""

    sites: int = 35
    tables: int = 30
    sittings: int = 2
    digits: int = 10  # of a telephone number

    @property
    def numbers(self) -> int:
        """Telephone numbers written a day."""
        return self.sites * self.tables * self.sittings

    def wrong(self, accuracy: float) -> dict[str, float]:
        """What goes wrong a day where this share of digits is read correctly: `digits`, and telephone numbers, of which
        one wrong digit is enough to spoil one: `numbers_at_worst`, `numbers_at_best` (all wrong digits in as few as
        possible), and `numbers`, where they fall independently of each other."""
        digits = self.numbers * self.digits * (1.0 - accuracy)
        return {
            "digits": digits,
            "numbers": self.numbers * (1.0 - accuracy**self.digits),
            "numbers_at_worst": min(float(self.numbers), digits),
            "numbers_at_best": digits / self.digits,
        }


@dataclass(frozen=True)
class RepairFigures:
    """How a classifier reads the test images of a data set: clean, damaged, and repaired in each of several ways.

    `images`, `damaged` and `masks` are `[n, 28, 28]`; `repaired` and `read` are by way: the repaired images, and the
    probabilities `[n, 10]` that the classifier gives, where `read` also has "clean" and "damaged".
    """

    title: str
    labels: np.ndarray
    images: np.ndarray
    damaged: np.ndarray
    masks: np.ndarray
    repaired: Mapping[str, np.ndarray]
    read: Mapping[str, np.ndarray]

    def right(self, way: str) -> np.ndarray:
        """Whether each image is read correctly, bool `[n]`."""
        return self.read[way].argmax(axis=1) == self.labels

    def accuracy(self, way: str) -> float:
        return float(self.right(way).mean())

    def by_class(self, way: str) -> list[float]:
        """The accuracy on each of the ten classes; NaN where there is no image of it."""
        right = self.right(way)
        return [float(right[self.labels == k].mean()) if (self.labels == k).any() else float("nan") for k in range(10)]

    def confusion(self, way: str) -> np.ndarray:
        """How many images of each class (row) are read as which (column), int64 `[10, 10]`."""
        counts = np.zeros([10, 10], np.int64)
        np.add.at(counts, (self.labels, self.read[way].argmax(axis=1)), 1)
        return counts

    def by_size(self, way: str) -> list[tuple[int, int, int, float]]:
        """The images in thirds by how many pixels are lost, the fewest first; fewer parts where many lose as many. Of
        each part the fewest and the most lost pixels, its number of images, and the accuracy."""
        lost, right = self.masks.sum(axis=(1, 2)), self.right(way)
        part = np.searchsorted(np.unique(np.quantile(lost, [1 / 3, 2 / 3], method="lower")), lost)
        chosen = [part == number for number in np.unique(part)]
        return [
            (int(lost[one].min()), int(lost[one].max()), int(one.sum()), float(right[one].mean())) for one in chosen
        ]

    def worst(self, way: str) -> np.ndarray:
        """Which images are read wrongly, int64 `[k]`, those first of which the classifier is surest."""
        wrong = np.flatnonzero(~self.right(way))
        return wrong[np.argsort(-self.read[way][wrong].max(axis=1), kind="stable")]

    def changed_outside(self, way: str) -> int:
        """Pixels outside the damage that a repair has changed, in all images together."""
        return int(((self.repaired[way] != self.images) & ~self.masks).sum())

    def frechet(self, way: str) -> float:
        """The Fréchet distance between what fills the damage and what was there, where all damage is a square of the
        same size: on its pixels, from 0 to 1, as they are. NaN for other damage."""
        return self.frechet_of(self.repaired[way])

    def frechet_of(self, filled: np.ndarray) -> float:
        """As `frechet`, of other images, uint8 `[n, 28, 28]`, whose pixels fill the damage."""
        if not self.alike:
            return float("nan")
        return frechet_distance(self._lost_pixels(filled), self._lost_pixels(self.images))

    def frechet_limits(self, filled: Mapping[str, np.ndarray]) -> tuple[dict[str, float], dict[tuple[str, str], int]]:
        """As `frechet_of`, of several lots of images by name, but as it would be of endlessly many images; and of each
        two, which is the smaller one: -1 for the first, 1 for the second, 0 where that may be chance. Only where damage
        is `alike`."""
        crops = [self._lost_pixels(images) for images in filled.values()]
        found, spread = limit_distances(crops, self._lost_pixels(self.images))
        sure = np.abs(found[:, None] - found) > 1.96 * spread  # 19 times in 20
        signs = np.where(sure, np.sign(found[:, None] - found), 0).astype(int)
        names = list(filled)
        pairs = {(a, b): int(signs[i, j]) for i, a in enumerate(names) for j, b in enumerate(names)}
        return dict(zip(names, map(float, found), strict=True)), pairs

    @property
    def alike(self) -> bool:
        """Whether all damage is a rectangle of the same size."""
        sizes = {(mask.any(axis=1).sum(), mask.any(axis=0).sum(), mask.sum()) for mask in self.masks}
        return len(sizes) == 1 and (size := sizes.pop())[0] * size[1] == size[2]

    def strokes_of(self, known: np.ndarray) -> np.ndarray:
        """The images with real strokes in place of what was lost: those of the known image, uint8 `[m, 28, 28]`, that
        is most like the image around the damage. What repairs get that are real, of the same images with the same
        damage, but not what was there."""
        found = known[nearest_around(self.images, known, self.masks)]
        return np.where(self.masks, found, self.images).astype(np.uint8)

    def _lost_pixels(self, images: np.ndarray) -> np.ndarray:
        return images[self.masks].reshape(len(images), -1) / 255.0


def damage_test_images(
    used: data.Dataset, damage: str, seed: int, count: int | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The first `count` test images, their labels, the masks, and the damaged images, for a kind of damage."""
    images, labels = used.x_test[:count], used.y_test[:count]
    lost = damages.draw_masks(damage, len(images), seed)
    return images, labels, lost, damages.apply_damage(images, lost)


@needs("measure how good a model is")
def evaluate_repair(
    ways: Mapping[str, RepairRun],
    classifier: ClassifierRun,
    damage: str = "hole",
    known: bool = True,
    seed: int = 0,
    count: int | None = None,
    dataset: str | data.Dataset | None = None,
    report: data.Progress = lambda what, share: None,
) -> RepairFigures:
    """Damages the test images of the classifier's data set (or of `dataset`, its name or itself), has each of the
    `ways` repair them, and has the classifier read them; beside them "mean fill", every lost pixel as it is on average.

    `known` is whether the repairers are told where the damage is. Repairs are those of seed 0, not ranked. Raises
    GanlabError.
    """
    report("Reading the images", None)
    named = isinstance(dataset, str | None)
    used = data.load(dataset or classifier.run.config.dataset) if named else dataset
    if not len(used.x_test):
        raise GanlabError("These images have no test images to damage and repair; choose another data set.")
    used.check_readable()
    images, labels, lost, damaged = damage_test_images(used, damage, seed, count)
    mean = np.rint(used.x_train.mean(axis=0)).astype(np.uint8)
    repaired = {MEAN_FILL: np.where(lost, mean, damaged).astype(np.uint8)}
    pieces = [slice(at, at + PIECE) for at in range(0, len(images), PIECE)]
    steps, done = len(pieces) * (2 * len(ways) + 3), itertools.count()

    def by_pieces(what: str, make: Callable[[slice], np.ndarray]) -> np.ndarray:
        found = []
        for piece in pieces:
            report(what, next(done) / steps)
            found.append(make(piece))
        return np.concatenate(found)

    for name, model in ways.items():
        repaired[name] = by_pieces(
            f"Repairing with {name}",
            lambda piece, model=model: model.repair(damaged[piece], lost[piece] if known else None, 0),
        )
    read = {
        name: by_pieces(f"Reading ({name})", lambda piece, shown=shown: classifier.classify(shown[piece]))
        for name, shown in {"clean": images, "damaged": damaged, **repaired}.items()
    }
    return RepairFigures(used.title, labels, images, damaged, lost, repaired, read)


def variety(repairs: np.ndarray, where: np.ndarray) -> float:
    """How far apart several repairs of the same images, uint8 `[n, k, 28, 28]`, lie where bool `[n, 28, 28]` says: the
    mean absolute difference between two of them, in grey levels from 0 to 255. NaN where that is nowhere."""
    k = repairs.shape[1]
    values = np.sort(np.moveaxis(repairs, 1, -1)[where], axis=-1)  # [pixels, k]
    if not values.size:
        return float("nan")
    total = values.sum(axis=0, dtype=np.int64) @ (2 * np.arange(k) - k + 1)  # whole numbers, so none is lost
    return float(total * 2 / (k * (k - 1) * len(values)))


@needs("measure how good a model is")
def evaluate_variety(model: RepairRun, found: RepairFigures, known: bool = True) -> float:
    """The `variety` inside the damage of the alternatives that a model has for the first `VARIED` images of `found`;
    NaN where it makes one repair only. `known` is whether it is told where the damage is."""
    if not model.has_noise:
        return float("nan")
    damaged, lost = found.damaged[:VARIED], found.masks[:VARIED]
    return variety(model.alternatives(damaged, lost if known else None, ALTERNATIVES), lost)
