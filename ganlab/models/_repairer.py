"""What models that repair images have in common."""

import numpy as np
import tensorflow as tf

from ganlab.data import damages
from ganlab.models import _common
from ganlab.models._base import LiveModel

BATCH = 250
SEED = 7  # of the damage that is watched and validated; not of training's


class Repairer(LiveModel):
    """What models that repair have in common: `repair`, and what is watched of it."""

    def repair(self, images: tf.Tensor, damage: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Images uint8 `[n, 28, 28]`, whose pixels are lost where `damage`, bool `[n, 28, 28]`, is True, made whole:
        uint8 `[n, 28, 28]`. `noise`, float32 `[n, noise_size]`, decides between repairs, if the model
        has any; zeros give the plainest."""
        raise NotImplementedError

    noise_size = 0
    keeps_the_rest = False
    decides = False  # whether what it adds, untold, is nearly black or white

    def example_damage(self, n: int) -> np.ndarray:
        """The damage, bool `[n, 28, 28]`, that the model is watched on."""
        return damages.draw_masks("hole", n, SEED)

    def preview_inputs(self, n: int, seed: int) -> np.ndarray:
        raise NotImplementedError("a model that repairs draws nothing by itself")

    def watch_inputs(self, n: int, seed: int, test: np.ndarray) -> np.ndarray:
        return test[: _common.REPAIRED_READ]

    def watch(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Damaged and repaired images for the panels; and as which class the judge reads each input, damaged and
        repaired, `[m, 2]`: -1 without a judge."""
        n = inputs.shape[0]
        damage = tf.constant(self.example_damage(n))
        damaged = tf.where(damage, tf.zeros_like(inputs), inputs)
        repaired = self.repair(damaged, damage, tf.zeros([n, self.noise_size]))
        count = _common.DAMAGED.count
        shown = [
            tf.pad(images[:count], [[0, max(0, count - n)], [0, 0], [0, 0]])  # of very few images
            for images in (damaged, repaired)
        ]
        if self.judge is None:
            return tf.concat(shown, axis=0), -tf.ones([n, 2])
        read = [tf.cast(tf.argmax(self.judge(images), axis=1), tf.float32) for images in (damaged, repaired)]
        return tf.concat(shown, axis=0), tf.stack(read, axis=1)

    def validate(self, images: np.ndarray, labels: np.ndarray) -> dict[str, float]:
        """Shares of images, uint8 `[n, 28, 28]`, that the judge reads rightly damaged and repaired; the first
        `_common.REPAIRED_TESTED` of them. NaN without a judge."""
        judge = self.judge
        if judge is None:
            return dict.fromkeys(_common.REPAIR_VALIDATION, float("nan"))
        if not hasattr(self, "_both"):

            def both(damaged: tf.Tensor, damage: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
                repaired = self.repair(damaged, damage, tf.zeros([tf.shape(damaged)[0], self.noise_size]))
                return tf.argmax(judge(damaged), axis=1), tf.argmax(judge(repaired), axis=1)

            shape = [None, 28, 28]
            self._both = tf.function(
                both,
                input_signature=[tf.TensorSpec(shape, tf.uint8), tf.TensorSpec(shape, tf.bool)],
                autograph=False,
            )
        images, labels = images[: _common.REPAIRED_TESTED], labels[: _common.REPAIRED_TESTED]
        damage = self.example_damage(len(images))
        damaged = damages.apply_damage(images, damage)
        parts = [slice(at, at + BATCH) for at in range(0, len(images), BATCH)]
        found = [self._both(damaged[part], damage[part]) for part in parts]
        read = [np.concatenate([part[kind].numpy() for part in found]) for kind in (0, 1)]
        return {
            name: float((classes == labels).mean())
            for name, classes in zip(_common.REPAIR_VALIDATION, read, strict=True)
        }
