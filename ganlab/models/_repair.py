"""Our repair GAN: damaged images in, whole ones out, by a generator that a critic watches."""

from collections.abc import Callable
from functools import cache
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganlab.data import damages
from ganlab.models import _draws
from ganlab.models._base import fold
from ganlab.models._hands import in_other_hands
from ganlab.models._repairer import SEED, Repairer

KNOWN = 0.6  # share of the damage that the generator is told while it learns
APART = 0.06  # mean distance, of black to white, up to which repairs of the same damage are pushed apart
SMALL = 20.0  # pixels: damage smaller than this counts less
DECIDES = 0.35  # where nothing is told, ink above this becomes nearly white, ink below it nearly black ...
DECIDED = 4.0  # ... the more so the larger this is
LEAST = 4.0  # pixels of ink in all; where nothing is told, less is not added


def decided(ink: tf.Tensor, left: tf.Tensor) -> tf.Tensor:
    """What is to be added to images, both float32 `[n, 28, 28, 1]` in [0, 1], by a network that had to find out itself
    what is missing: where it is unsure, it says grey, and a grey fog is no stroke. So ink becomes nearly black or
    white, and what adds up to hardly any ink is left out."""
    odds = DECIDES / (1.0 - DECIDES)
    white, black = ink**DECIDED, (odds * (1.0 - ink)) ** DECIDED
    ink = white / (white + black)
    added = tf.reduce_sum((1.0 - left) * ink, axis=[1, 2, 3], keepdims=True)
    return tf.where(added >= LEAST, ink, 0.0)


class RepairGAN(Repairer):
    """Ours: one generator for damage that is known and for damage that is not.

    Images are in [0, 1]. The generator gets `[image without what is lost, damage, whether it is known]`, float32
    `[n, 28, 28, 3]`, and noise `[n, noise_size]`, and gives ink, `[n, 28, 28, 1]`. Known damage is filled with it, and
    every other pixel stays; where damage is not known, ink is laid over the image, so that strokes are added and none
    removed. The critic sees the result beside the damage, `[n, 28, 28, 2]`, and gives a logit. What is used in the end
    is an average of the generator's weights over the last iterations ("averaged"). `damages` draws the masks that it
    learns from, as `training_damages` does: a third of a second that a model that is only used does without.
    """

    noise_size = 16
    keeps_the_rest = True

    def __init__(
        self,
        generator: keras.Model,
        averaged: keras.Model,
        critic: keras.Model,
        generator_optimizer: keras.optimizers.Optimizer,
        critic_optimizer: keras.optimizers.Optimizer,
        damages: Callable[[], np.ndarray],
        adversarial: float,
        diversity: float,
        penalty: float,
        undamaged: float = 0.0,
        other_hands: float = 0.0,
        decay: float = 0.998,
    ) -> None:
        self.critical = adversarial > 0.0
        networks = {"generator": generator, "averaged": averaged, "critic": critic}
        optimizers = {"generator": generator_optimizer, "critic": critic_optimizer}
        super().__init__(networks, optimizers, "unit")
        self.noise_size = generator.input_shape[1][-1]
        self.damages = damages
        self.adversarial, self.diversity, self.penalty, self.decay = adversarial, diversity, penalty, decay
        self.undamaged, self.other_hands = undamaged, other_hands
        self.decides = undamaged > 0.0

    def call(self, inputs, training=None):
        return self.networks["averaged"](inputs, training=training)

    def inference_state(self) -> dict[str, keras.Variable]:
        return self.weights_of("averaged", "critic")

    def example_damage(self, n: int) -> np.ndarray:
        return damages.draw_masks("hole", n, SEED)

    def draw(
        self, network: str, images: tf.Tensor, damage: tf.Tensor, known: tf.Tensor, noise: tf.Tensor, training: bool
    ) -> tf.Tensor:
        """Whole images in [0, 1], `[n, 28, 28, 1]`, from whole or damaged ones; `damage` and `known` are 0 or 1,
        `[n, 28, 28, 1]` and `[n, 1, 1, 1]`. While it learns, the network's own answer; later, where nothing is known,
        that answer `decided` if it `decides`."""
        left = images * (1.0 - damage)
        told = damage * known
        inputs = tf.concat([left, told, known * tf.ones_like(left)], axis=3)
        ink = self.networks[network]([inputs, noise], training=training)
        if self.decides and not training:
            ink = tf.where(known > 0.5, ink, decided(ink, left))
        return tf.where(known > 0.5, left + told * ink, left + (1.0 - left) * ink)

    def repair(self, images: tf.Tensor, damage: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """As of all repairers. Images none of whose pixels is said to be damaged are those whose damage is unknown."""
        known = tf.reduce_any(damage, axis=[1, 2])[:, tf.newaxis, tf.newaxis, tf.newaxis]
        scaled = self.scale(images)
        lost = tf.cast(damage, tf.float32)[..., tf.newaxis]
        made = self.display(self.draw("averaged", scaled, lost, tf.cast(known, tf.float32), noise, False))
        return tf.where(damage | ~known[..., 0], made, images)

    def rank(self, images: tf.Tensor, damage: tf.Tensor) -> tf.Tensor:
        """The critic's logit, float32 `[n]`, for repaired uint8 `[n, 28, 28]` beside their damage, bool: higher is
        more like a real digit to it."""
        return self.judge_real(self.scale(images), tf.cast(damage, tf.float32)[..., tf.newaxis])

    def judge_real(self, images: tf.Tensor, told: tf.Tensor) -> tf.Tensor:
        return self.networks["critic"](tf.concat([images, told], axis=3), training=True)[:, 0]

    def _damage(self, n: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
        """Damage of all kinds, float32 `[n, 28, 28, 1]`, mirrored at random."""
        drawn = self.damages()
        chosen = _draws.integers([n], fold(key, 0), 0, len(drawn))
        found = tf.cast(tf.gather(tf.constant(drawn), chosen), tf.float32)
        flips = _draws.uniform([2, n, 1, 1], fold(key, 1)) < 0.5
        found = tf.where(flips[0], found[:, ::-1], found)
        return tf.where(flips[1], found[:, :, ::-1], found)[..., tf.newaxis]

    def step(self, batches: tuple[tf.Tensor, ...], key: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        """One update of the generator and one of the critic, both from the same repairs.

        The first half of the images is repaired from two noises each, the second half without noise. The generator's
        loss is the cross-entropy to the lost pixels, a pixel, of the repair without noise, and of the mean of the two
        with noise, which leaves each of them free to be different (Ohayon and others, "High perceptual quality image
        denoising with a posterior sampling CGAN", 2021); and what the critic says (non-saturating logistic loss,
        Goodfellow and others, 2014). Where there is `diversity`, pairs are pushed apart up to a limit (Mao and others,
        "Mode seeking GANs", 2019). The mean distance in place of the cross-entropy ends in all black, as most lost
        pixels are black. The share `other_hands` of the images is first written in another hand; the share `undamaged`
        has no damage, and the generator is not told so.
        """
        images = self.scale(batches[0])
        self.stage("batch", reals=images)
        n = tf.shape(images)[0]
        half = n // 2
        if self.other_hands:
            images = in_other_hands(images, self.other_hands, fold(key, 3))
            self.stage("hands", reals=images)
        damage = self._damage(n, fold(key, 0))
        known = tf.cast(_draws.uniform([n, 1, 1, 1], fold(key, 1)) < KNOWN, tf.float32)
        if self.undamaged:
            damaged = _draws.uniform([n, 1, 1, 1], fold(key, 4)) >= self.undamaged
            damage, known = (tf.where(damaged, part, 0.0) for part in (damage, known))
        noise = _draws.normal([2 * half, self.noise_size], fold(key, 2))
        noise = tf.concat([noise[:half], tf.zeros([n - half, self.noise_size]), noise[half:]], axis=0)
        iteration = tf.cast(self.optimizers["generator"].iterations, tf.float32)
        lost = tf.maximum(tf.reduce_sum(damage, axis=[1, 2, 3]), SMALL)
        whole, lost_twice, told_twice = (tf.concat([part, part[:half]], axis=0) for part in (images, damage, known))
        self.stage("damage", reals=images, damaged=images * (1.0 - damage), damage=damage, known=known)
        self.stage("noise", noise=noise)
        with tf.GradientTape() as tape:
            made = self.draw("generator", whole, lost_twice, told_twice, noise, True)
            repaired, again = made[:n], made[n:]
            self.stage("fakes", "generator", damaged=images * (1.0 - damage), fakes=repaired)
            means = tf.concat([(repaired[:half] + again) / 2.0, repaired[half:]], axis=0)
            entropies = 784.0 * keras.losses.binary_crossentropy(images, means, axis=[1, 2, 3])
            loss = pixels = tf.reduce_mean(entropies / lost)
            g_loss = tf.constant(0.0)
            if self.critical:
                g_loss = tf.reduce_mean(tf.nn.softplus(-self.judge_real(made, lost_twice * told_twice)))
                loss += self.adversarial * g_loss
            if self.diversity:
                apart = tf.reduce_sum(tf.abs(again - repaired[:half]), axis=[1, 2, 3]) / lost[:half]
                if self.undamaged:  # nothing lost leaves nothing to vary
                    apart = tf.where(tf.reduce_sum(damage * images, axis=[1, 2, 3])[:half] > 1.0, apart, 0.0)
                loss -= self.diversity * tf.reduce_mean(tf.minimum(apart, APART))
        figures = {"pixel_loss": pixels, "generator_loss": g_loss} if self.critical else {"pixel_loss": pixels}
        self.stage("loss", "generator", figures, reals=images, fakes=repaired)
        self.descend("generator", tape, loss)
        decay = tf.minimum(self.decay, (1.0 + iteration) / (10.0 + iteration))
        pairs = zip(self.networks["averaged"].variables, self.networks["generator"].variables, strict=True)
        for averaged, own in pairs:
            averaged.assign(averaged + (1.0 - decay) * (own - averaged))
        self.stage("average", "averaged")
        curves = {"generator_loss": g_loss, "pixel_loss": pixels}
        if not self.critical:
            nothing = tf.constant(0.0)
            curves |= {"discriminator_loss": nothing, "p_real_of_reals": nothing, "p_real_of_fakes": nothing}
            return curves, repaired
        return curves | self._update_critic(images, tf.stop_gradient(repaired), damage * known, iteration), repaired

    def _update_critic(
        self, reals: tf.Tensor, fakes: tf.Tensor, told: tf.Tensor, iteration: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """Logistic loss, and every 16th time a penalty on its slope at real images (R1, lazily: Mescheder, Geiger and
        Nowozin, 2018; Karras and others, 2020)."""
        n = tf.shape(reals)[0]
        both, beside = tf.concat([reals, fakes], axis=0), tf.concat([told, told], axis=0)
        with tf.GradientTape() as tape:
            outputs = self.judge_real(both, beside)
            loss = tf.reduce_mean(tf.nn.softplus(-outputs[:n])) + tf.reduce_mean(tf.nn.softplus(outputs[n:]))
            total = loss + tf.cond(
                tf.equal(tf.math.floormod(iteration, 16.0), 0.0),
                lambda: 16.0 * self.penalty * self._steepness(reals, told),
                lambda: tf.constant(0.0),
            )
        p = tf.sigmoid(outputs)

        def judged() -> dict[str, tf.Tensor]:
            now = self.judge_real(both, beside)
            loss = tf.reduce_mean(tf.nn.softplus(-now[:n])) + tf.reduce_mean(tf.nn.softplus(now[n:]))
            p = tf.sigmoid(now)
            return {"reals": reals, "fakes": fakes, "of_reals": p[:n], "of_fakes": p[n:], "loss": loss}

        def pull(made: tf.Tensor) -> tf.Tensor:
            return tf.nn.softplus(-self.judge_real(made, told))

        seen = {"reals": reals, "fakes": fakes, "of_reals": p[:n], "of_fakes": p[n:]}
        self.stage("answers", "critic", pull=pull, **seen)
        self.stage("loss", "critic", {"discriminator_loss": loss}, again=judged, **seen)
        self.descend("critic", tape, total)
        return {
            "discriminator_loss": loss,
            "p_real_of_reals": tf.reduce_mean(p[:n]),
            "p_real_of_fakes": tf.reduce_mean(p[n:]),
        }

    def _steepness(self, reals: tf.Tensor, told: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as inner:
            inner.watch(reals)
            judged = tf.reduce_sum(self.judge_real(reals, told))
        return 0.5 * tf.reduce_mean(tf.reduce_sum(tf.square(inner.gradient(judged, reals)), axis=[1, 2, 3]))


@cache
def training_damages(kinds: tuple[str, ...], each: int, seed: int) -> np.ndarray:
    """`each` masks of every kind, uint8 `[len(kinds) * each, 28, 28]`."""
    drawn: list[Any] = [damages.draw_masks(kind, each, seed) for kind in kinds]
    return np.concatenate(drawn).astype(np.uint8)
