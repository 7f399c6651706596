"""GANs whose discriminator gives a score in place of a probability, kept from being steep by a penalty.

Wasserstein GANs (Arjovsky, Chintala and Bottou, 2017) with the gradient penalty of Gulrajani and others, "Improved
training of Wasserstein GANs", 2017.
"""

import keras
import tensorflow as tf

from ganlab.models import _draws
from ganlab.models._base import Pixels, average, draw_again, fold
from ganlab.models._gan import GAN, Step, fooling_stage


class ScoringGAN(GAN):
    """A generator and a discriminator (the paper's critic) that gives scores without a scale, float32 `[n, 1]`.

    Of each batch, the discriminator learns from `discriminator_updates` parts in turn, each with new fakes; then the
    generator learns once. `penalty` weighs how far the scores' slope is from 1 between real and generated images. With
    `averaged`, samples come from a running average of the generator's weights, of which an update keeps `averaging`.
    """

    probability = False

    def __init__(
        self,
        generator: keras.Model,
        averaged: keras.Model | None,
        discriminator: keras.Model,
        generator_optimizer: keras.optimizers.Optimizer,
        discriminator_optimizer: keras.optimizers.Optimizer,
        pixels: Pixels,
        discriminator_updates: int,
        penalty: float,
        averaging: float,
    ) -> None:
        super().__init__(
            generator,
            discriminator,
            generator_optimizer,
            discriminator_optimizer,
            scoring_update,
            pixels,
            logits=True,
            **({"averaged": averaged} if averaged else {}),
        )
        self.discriminator_updates, self.penalty, self.averaging = discriminator_updates, penalty, averaging

    @property
    def sampler(self) -> keras.Model:
        return self.networks.get("averaged", self.generator)

    def inference_state(self) -> dict[str, keras.Variable]:
        return self.weights_of("averaged" if "averaged" in self.networks else "generator")

    def p_real(self, outputs: tf.Tensor) -> tf.Tensor:
        """The score, `[n]`, from the discriminator's outputs `[n, 1]`; no probability, but in its place."""
        return outputs[:, 0]

    def told_again(
        self, batches: tuple[tf.Tensor, ...], key: tf.Tensor, before: dict[str, list[tf.Tensor]]
    ) -> tf.Tensor | None:
        n = self.part_size(tf.shape(batches[0])[0])
        images = draw_again(self.generator, self.noise(n, self.generator_key(key)))
        return tf.reduce_mean(self.p_real(self.judge_frozen(images)))

    def generator_key(self, key: tf.Tensor) -> tf.Tensor:
        """The key of the noise that the generator learns from."""
        return fold(key, 2 * self.discriminator_updates)

    def part_size(self, n: tf.Tensor) -> tf.Tensor:
        """How many images of a batch of `n` each update learns from."""
        return (n + self.discriminator_updates - 1) // self.discriminator_updates

    def between(self, reals: tf.Tensor, fakes: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
        """Images on the way from each real one to a generated one, each at a random place of it: `[n, 28, 28, 1]`."""
        share = _draws.uniform([tf.shape(reals)[0], 1, 1, 1], key)
        return reals + share * (fakes - reals)

    def slopes_at(self, images: tf.Tensor) -> tf.Tensor:
        """How steep the score is at each of these images, `[n, 28, 28, 1]`: the length of its gradient, `[n]`."""
        with tf.GradientTape() as tape:
            tape.watch(images)
            total = tf.reduce_sum(self.discriminator(images, training=True))
        squares = tf.reduce_sum(tape.gradient(total, images) ** 2, axis=[1, 2, 3])
        return tf.sqrt(squares + 1e-12)  # at 0 a root has no slope


def scoring_update(model: ScoringGAN, reals: tf.Tensor, key: tf.Tensor) -> Step:
    """Algorithm 1 of Gulrajani and others: so many updates of the discriminator, each on a part of the batch and on new
    fakes, then one of the generator on fresh noise."""
    n, updates = tf.shape(reals)[0], model.discriminator_updates
    size = model.part_size(n)
    found, made = [], []
    for number in range(updates):
        some = tf.gather(reals, (number * size + tf.range(size)) % n)  # around, where n cannot be split evenly
        curves, fakes = _tell(model, some, fold(key, 2 * number), fold(key, 2 * number + 1))
        found.append(curves)
        made.append(fakes)
    means = {name: tf.add_n([curves[name] for curves in found]) / updates for name in found[0]}
    noise = model.noise(size, model.generator_key(key))
    model.stage("noise", noise=noise)
    with tf.GradientTape() as tape:
        fakes = model.generator(noise, training=True)
        told = model.judge_frozen(fakes)
        g_loss = -tf.reduce_mean(told)
    model.stage("fakes", "generator", noise=noise, fakes=fakes)
    fooling_stage(model, noise, fakes, told, g_loss, lambda outputs: -outputs[:, 0])
    model.descend("generator", tape, g_loss)
    if model.averaging:
        average(model.sampler, model.generator, model.averaging, model.optimizers["generator"].iterations)
        model.stage("average", "averaged")
    curves = {"generator_loss": g_loss, **means, "score_told_generator": tf.reduce_mean(told)}
    return curves, tf.concat(made, axis=0)


def _tell(
    model: ScoringGAN, reals: tf.Tensor, key: tf.Tensor, place: tf.Tensor
) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
    """An update of the discriminator on reals and as many new fakes; what was found, and the fakes."""
    n = tf.shape(reals)[0]
    noise = model.noise(n, key)
    model.stage("noise", noise=noise)
    fakes = model.generator(noise, training=True)
    model.stage("fakes", "generator", noise=noise, fakes=fakes)
    between = model.between(reals, fakes, place)
    both = tf.concat([reals, fakes], axis=0)
    with tf.GradientTape() as tape:
        outputs = model.discriminator(both, training=True)
        of_reals, of_fakes = tf.reduce_mean(outputs[:n]), tf.reduce_mean(outputs[n:])
        slopes = model.slopes_at(between)
        penalty = model.penalty * tf.reduce_mean((slopes - 1.0) ** 2)
        loss = of_fakes - of_reals + penalty

    def judged() -> dict[str, tf.Tensor]:
        again = model.outputs_again(both)
        return model.seen(reals=(reals, again[:n]), fakes=(fakes, again[n:]))

    seen = model.seen(reals=(reals, outputs[:n]), fakes=(fakes, outputs[n:]))
    figures = {"discriminator_loss": of_fakes - of_reals}
    model.stage("answers", "discriminator", again=judged, **seen)
    model.stage("between", "discriminator", {"slope": tf.reduce_mean(slopes), "penalty": penalty}, between=between)
    model.stage("loss", "discriminator", {**figures, "penalty": penalty}, **seen)
    model.descend("discriminator", tape, loss)
    means = {"score_of_reals": of_reals, "score_of_fakes": of_fakes, "slope": tf.reduce_mean(slopes)}
    return {**figures, **means}, fakes
