"""The chapter's inpainting GAN: it draws a whole image anew from one with a hole."""

import keras
import numpy as np
import tensorflow as tf

from ganlab.data import damages
from ganlab.models import _draws
from ganlab.models._base import draw_again, fold, judge_again
from ganlab.models._gan import curves_of
from ganlab.models._repairer import SEED, Repairer


class InpaintGAN(Repairer):
    """The chapter's: the generator draws the whole image anew from the damaged one, and knows no mask.

    `own_statistics` says that the fakes that the discriminator learns from are normalised by their batch, as those
    that the generator learns from are; without it, by the moving statistics (`predict`).
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        generator_optimizer: keras.optimizers.Optimizer,
        discriminator_optimizer: keras.optimizers.Optimizer,
        hole: tuple[int, int, int],
        own_statistics: bool,
    ) -> None:
        super().__init__(
            {"generator": generator, "discriminator": discriminator},
            {"generator": generator_optimizer, "discriminator": discriminator_optimizer},
            "signed",
        )
        self.hole = hole
        self.own_statistics = own_statistics

    def call(self, images, training=None):
        """Whole images, float32 `[n, 28, 28, 1]` in [-1, 1], from damaged ones."""
        return self.networks["generator"](images, training=training)

    def inference_state(self) -> dict[str, keras.Variable]:
        return self.weights_of("generator")

    def example_damage(self, n: int) -> np.ndarray:
        rng = np.random.default_rng(SEED)
        return np.array([damages.hole(rng, *self.hole) for _ in range(n)]).reshape(-1, 28, 28)

    def repair(self, images: tf.Tensor, damage: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        damaged = tf.where(damage, tf.zeros_like(images), images)
        return self.display(self.networks["generator"](self.scale(damaged), training=False))

    def _damaged(self, images: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
        scaled = self.scale(images)
        return tf.where(random_holes(tf.shape(images)[0], key, *self.hole), -1.0, scaled)

    def told_again(
        self, batches: tuple[tf.Tensor, ...], key: tf.Tensor, before: dict[str, list[tf.Tensor]]
    ) -> tf.Tensor | None:
        repaired = draw_again(self.networks["generator"], self._damaged(batches[-1], fold(key, 1)))
        discriminator = self.networks["discriminator"]
        weights = [variable.value for variable in discriminator.trainable_variables]
        return tf.reduce_mean(judge_again(discriminator, weights, repaired))

    def step(self, batches: tuple[tf.Tensor, ...], key: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        """One update of the discriminator on reals (0.9) and repairs of other images (0) together; then one of the
        generator, on images damaged anew, towards 1."""
        reals, others, anew = batches if len(batches) == 3 else (batches[0],) * 3
        generator, discriminator = self.networks["generator"], self.networks["discriminator"]
        n = tf.shape(reals)[0]
        before = [tf.identity(v) for v in generator.non_trainable_variables] if self.own_statistics else []
        damaged = self._damaged(others, fold(key, 0))
        self.stage("damage", damaged=damaged)
        fakes = tf.stop_gradient(generator(damaged, training=self.own_statistics))
        how = None if self.own_statistics else {"moving": 1.0}
        self.stage("fakes", "generator", how, damaged=damaged, fakes=fakes)
        for variable, value in zip(generator.non_trainable_variables if before else [], before, strict=True):
            variable.assign(value)  # the moving statistics follow the generator's own batches alone
        labels = tf.concat([tf.fill([n, 1], 0.9), tf.zeros([n, 1])], axis=0)
        with tf.GradientTape() as tape:
            both = tf.concat([self.scale(reals), fakes], axis=0)
            outputs = discriminator(both, training=True)
            losses = keras.losses.binary_crossentropy(labels, outputs)
            loss = tf.reduce_mean(losses)
        d_real, d_fake = tf.reduce_mean(losses[:n]), tf.reduce_mean(losses[n:])

        def judged(images: tf.Tensor) -> tf.Tensor:
            weights = [variable.value for variable in discriminator.trainable_variables]
            return judge_again(discriminator, weights, images)[:, 0]

        def both_judged() -> dict[str, tf.Tensor]:
            found = judged(both)
            loss = tf.reduce_mean(keras.losses.binary_crossentropy(labels, found[:, tf.newaxis]))
            return {"reals": both[:n], "fakes": fakes, "of_reals": found[:n], "of_fakes": found[n:], "loss": loss}

        def redrawn() -> dict[str, tf.Tensor]:
            made = draw_again(generator, damaged)
            found = judged(made)
            loss = tf.reduce_mean(keras.losses.binary_crossentropy(tf.ones([n, 1]), found[:, tf.newaxis]))
            return {"fakes": made, "of_fakes": found, "loss": loss}

        seen = {"reals": both[:n], "fakes": fakes, "of_reals": outputs[:n, 0], "of_fakes": outputs[n:, 0]}
        self.stage("answers", "discriminator", **seen)
        self.stage("loss", "discriminator", {"discriminator_loss": (d_real + d_fake) / 2.0}, again=both_judged, **seen)
        self.descend("discriminator", tape, loss)
        damaged = self._damaged(anew, fold(key, 1))
        self.stage("damage", damaged=damaged)
        with tf.GradientTape() as tape:
            repaired = generator(damaged, training=True)
            fooled = discriminator(repaired, training=True)
            g_loss = tf.reduce_mean(keras.losses.binary_crossentropy(tf.ones_like(fooled), fooled))
        self.stage("fakes", "generator", damaged=damaged, fakes=repaired)
        self.stage(
            "loss",
            "generator",
            {"generator_loss": g_loss},
            again=redrawn,
            pull=lambda images: -tf.math.log(judged(images)),
            fakes=repaired,
            of_fakes=fooled[:, 0],
        )
        self.descend("generator", tape, g_loss)
        return curves_of(g_loss, d_real, d_fake, outputs[:n, 0], outputs[n:, 0], fooled[:, 0]), repaired


def random_holes(n: tf.Tensor, key: tf.Tensor, size: int, low: int, high: int) -> tf.Tensor:
    """Squares of `size` pixels, bool `[n, 28, 28, 1]`, first row and column each drawn from `low` to `high`."""
    starts = _draws.integers([2, n, 1], key, low, high + 1)
    inside = (tf.range(28) >= starts) & (tf.range(28) < starts + size)
    return (inside[0][:, :, tf.newaxis] & inside[1][:, tf.newaxis, :])[..., tf.newaxis]
