"""A finished model that repairs digits."""

from pathlib import Path
from typing import Any

import numpy as np

from ganlab.errors import GanlabError
from ganlab.inference.trained_models import BATCH, EXAMPLES, TURN, TrainedModel, as_images, in_batches
from ganlab.runs import Run

MOST_ALTERNATIVES = 64
CANDIDATES = 4  # repairs that are made for each alternative


class RepairRun(TrainedModel):
    """A trained generator that repairs digits."""

    def __init__(self, run: Run, weights: Path | None = None) -> None:
        super().__init__(run, weights)
        import tensorflow as tf

        self._repair = tf.function(self._model.repair, reduce_retracing=True, autograph=False)
        images = [tf.TensorSpec([None, 28, 28], kind) for kind in (tf.uint8, tf.bool)]
        noise = tf.TensorSpec([None, self._model.noise_size], tf.float32)
        self._try = tf.function(self._repair_and_rank, [*images, noise], autograph=False)  # traced once: pages wait

    def about(self) -> dict[str, Any]:
        model = self._model
        own = {"keeps_the_rest": model.keeps_the_rest, "decides": model.decides, "noise_size": model.noise_size}
        return {**super().about(), **own}

    @property
    def has_noise(self) -> bool:
        """Whether one damage has several repairs."""
        return self._model.noise_size > 0

    @property
    def has_critic(self) -> bool:
        """Whether a critic judged its repairs while it learnt, and can rank them."""
        return self.has_noise and bool(self.run.config.values.get("adversarial_weight"))

    @property
    def keeps_the_rest(self) -> bool:
        """Whether pixels outside the damage come back as they were."""
        return self._model.keeps_the_rest

    def repair(self, images: np.ndarray, mask: np.ndarray | None = None, seed: int = 0) -> np.ndarray:
        """Whole images, uint8 `[n, 28, 28]`, from damaged ones of the same kind.

        `mask`, bool `[n, 28, 28]` or `[28, 28]`, is True where damaged. Without it the damage is not known: a
        RepairGAN then adds strokes and removes none, or nothing where one that learned from undamaged images sees
        hardly any missing.
        `seed` 0 is the plainest repair; others vary it. An image whose mask is empty is not damaged and stays as it is
        with a RepairGAN. Raises GanlabError.
        """
        images = as_images(images)
        masks = None if mask is None else as_masks(mask, len(images))
        return self._fill(images, masks, self._noise(len(images), seed))

    def alternatives(
        self, images: np.ndarray, mask: np.ndarray | None, k: int = 4, seed: int = 0, candidates: int = CANDIDATES
    ) -> np.ndarray:
        """`k` different repairs of each image, uint8 `[n, k, 28, 28]`, those that the critic thinks likeliest first.

        Made are `candidates` times as many, with the seeds from `seed` on. Chosen are the likeliest, then each time the
        one farthest from those chosen (Gonzalez, 1985). Without a critic the first is chosen first, and that order
        stays.
        Raises GanlabError where the model knows one repair for each damage.
        """
        if not self.has_noise:
            raise GanlabError(f"{self.run.id} makes one repair of each damage; choose a repair GAN for several.")
        if not 1 <= k <= MOST_ALTERNATIVES:
            raise GanlabError(f"Between 1 and {MOST_ALTERNATIVES} repairs can be made, not {k}.")
        images, masks = as_images(images), None if mask is None else as_masks(mask, len(images))
        noise = np.concatenate([self._noise(1, seed + number) for number in range(candidates * k)])
        found = [np.empty([0, k, 28, 28], np.uint8)]
        piece = max(1, BATCH // len(noise))
        for at in range(0, len(images), piece):
            lost = None if masks is None else masks[at : at + piece]
            found.append(self._choose(images[at : at + piece], lost, noise, k))
        return np.concatenate(found)

    def _choose(self, images: np.ndarray, masks: np.ndarray | None, noise: np.ndarray, k: int) -> np.ndarray:
        """`k` of the repairs that as many rows of noise make."""
        n, m = len(images), len(noise)
        lost = as_masks(None if masks is None else masks.repeat(m, axis=0), n * m)
        with TURN:
            made, scores = (part.numpy() for part in self._try(images.repeat(m, axis=0), lost, np.tile(noise, (n, 1))))
        scores = scores.reshape(n, m)
        made = made.reshape(n, m, 28, 28)
        chosen = farthest(made, scores.argmax(axis=1), k)
        order = np.argsort(-np.take_along_axis(scores, chosen, axis=1), axis=1, kind="stable")
        return np.take_along_axis(made, np.take_along_axis(chosen, order, axis=1)[:, :, None, None], axis=1)

    def _repair_and_rank(self, images: Any, damage: Any, noise: Any) -> tuple[Any, Any]:
        """Repairs of damaged images, and what the critic says of each, 0 where there is none."""
        made = self._model.repair(images, damage, noise)
        return made, self._model.rank(made, damage) if self.has_critic else 0.0 * noise[:, 0]

    def _fill(self, images: np.ndarray, mask: np.ndarray | None, noise: np.ndarray) -> np.ndarray:
        masks = as_masks(mask, len(images))
        made = in_batches(self._repair, images, None, masks, noise)
        return made if mask is None or not self.keeps_the_rest else np.where(masks, made, images)

    def _noise(self, n: int, seed: int) -> np.ndarray:
        if seed < 0:
            raise GanlabError(f"The seed is a whole number from 0, not {seed}.")
        size = [1, self._model.noise_size]
        noise = np.random.default_rng(seed).standard_normal(size, np.float32) if seed else np.zeros(size, np.float32)
        return noise.repeat(n, axis=0)  # so that an image's repair does not depend on those beside it

    def examples(self, images: np.ndarray) -> np.ndarray:
        damaged, mask = images[:EXAMPLES].copy(), np.zeros([28, 28], bool)
        mask[10:18, 10:18] = True
        damaged[:, mask] = 0
        return self.repair(damaged, mask)


def farthest(images: np.ndarray, first: np.ndarray, k: int) -> np.ndarray:
    """Of each row's images, uint8 `[n, m, 28, 28]`, the places of `k` that lie far apart, int64 `[n, k]`: the `first`,
    int64 `[n]`, then each time the one whose mean difference from the nearest of those chosen is largest. None is
    chosen twice."""
    points = images.reshape(*images.shape[:2], 28 * 28).astype(np.float32)
    chosen = first[:, None].astype(np.int64)
    apart = np.full(images.shape[:2], np.inf, np.float32)
    while chosen.shape[1] < k:
        last = np.take_along_axis(points, chosen[:, -1:, None], axis=1)
        apart = np.minimum(apart, np.abs(points - last).mean(axis=2))
        np.put_along_axis(apart, chosen, -1.0, axis=1)
        chosen = np.column_stack([chosen, apart.argmax(axis=1)])
    return chosen


def as_masks(mask: np.ndarray | None, n: int) -> np.ndarray:
    """The same masks, bool `[n, 28, 28]`, none where damaged if there is no mask; raises GanlabError if they are not
    masks for `n` images."""
    if mask is None:
        return np.zeros([n, 28, 28], bool)
    masks = np.asarray(mask)
    if masks.ndim == 2:
        masks = masks[None].repeat(n, axis=0)
    if masks.shape != (n, 28, 28) or masks.dtype != bool:
        raise GanlabError("A mask says of each of the 28 x 28 pixels of an image whether it is damaged (bool).")
    return masks
