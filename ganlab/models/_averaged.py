"""GANs whose samples come from an average of the generator's weights, trained by one pass through both networks."""

import keras
import numpy as np
import tensorflow as tf

from ganlab.models._base import average, draw_again, fold, judge_again
from ganlab.models._gan import GAN, Step, curves_of

LAZY = 16  # updates between two penalties


class AveragedGAN(GAN):
    """A generator, a running average of its weights ("averaged"), from which samples come, and a discriminator that
    gives logits, float32 `[n, 1 + classes]`.

    With `classes`, an image of one of them can be asked for: the generator's inputs are the latents followed by the
    class as 0s and a 1, and the logit of an image of class k is the sum of the discriminator's first and of its
    k-th after that (a projection: Miyato and Koyama, "cGANs with projection discriminator", 2018).

    `loss` is "non-saturating" (Goodfellow and others, 2014), "hinge" (Lim and Ye, "Geometric GAN", 2017),
    "relativistic" (Jolicoeur-Martineau, 2018) or "least-squares" (Mao and others, 2017), whose outputs are no logits
    but estimates of P(real) themselves. `penalty` weighs R1, the discriminator's squared slope at real images
    (Mescheder, Geiger and Nowozin, 2018), taken every `LAZY` updates (Karras and others, 2020). `averaging` is how
    much of the average an update keeps (Yazici and others, "The unusual effectiveness of averaging", 2019). Each batch
    is used in `updates` parts, with an update of both networks on each.
    """

    def __init__(
        self,
        generator: keras.Model,
        averaged: keras.Model,
        discriminator: keras.Model,
        generator_optimizer: keras.optimizers.Optimizer,
        discriminator_optimizer: keras.optimizers.Optimizer,
        loss: str,
        penalty: float,
        averaging: float,
        classes: int = 0,
        updates: int = 1,
    ) -> None:
        super().__init__(
            generator,
            discriminator,
            generator_optimizer,
            discriminator_optimizer,
            averaged_update,
            pixels="unit",
            logits=True,
            averaged=averaged,
        )
        self.kind, self.penalty, self.averaging = loss, penalty, averaging
        self.classes, self.updates = classes, updates
        self.uses_labels = classes > 0
        self.latent_size -= classes

    @property
    def sampler(self) -> keras.Model:
        return self.networks["averaged"]

    def inference_state(self) -> dict[str, keras.Variable]:
        return self.weights_of("averaged")

    def step(self, batches: tuple[tf.Tensor, ...], key: tf.Tensor) -> Step:
        reals = self.scale(batches[0])
        labels = tf.cast(batches[1], tf.int32) if self.classes else None
        found = []
        for part in range(self.updates):
            some = None if labels is None else labels[part :: self.updates]
            found.append(averaged_update(self, reals[part :: self.updates], fold(key, part), some))
        curves, fakes = zip(*found, strict=True)
        means = {name: tf.add_n([one[name] for one in curves]) / len(found) for name in curves[0]}
        return means, tf.concat(fakes, axis=0)

    def told_again(
        self, batches: tuple[tf.Tensor, ...], key: tf.Tensor, before: dict[str, list[tf.Tensor]]
    ) -> tf.Tensor | None:
        if self.updates > 1:  # the discriminator of the last one is neither that of before nor that of now
            return None
        labels = tf.cast(batches[1], tf.int32) if self.classes else None
        images = draw_again(self.generator, self.inputs_from(tf.shape(batches[0])[0], fold(key, 0), labels))
        outputs = judge_again(self.discriminator, before["discriminator"], images)
        return tf.reduce_mean(self.chance(self.logits_of(outputs, labels)))

    def inputs_from(self, n: tf.Tensor, key: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """What the generator learns from: noise, and the classes asked for, int32 `[n]`, where there are any."""
        noise = self.noise(n, fold(key, 0))
        return noise if labels is None else tf.concat([noise, tf.one_hot(labels, self.classes)], axis=1)

    def preview_inputs(self, n: int, seed: int) -> np.ndarray:
        """Latents, float32 `[n, latent_size]`, followed by classes in turn, `[n, classes]`, where there are any."""
        return self.with_classes(super().preview_inputs(n, seed), np.arange(n) % max(1, self.classes))

    def with_classes(self, latents: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """The generator's inputs from latents `[n, latent_size]` and classes `[n]`."""
        return np.concatenate([latents, np.eye(self.classes, dtype=np.float32)[labels]], 1) if self.classes else latents

    def logits_of(self, outputs: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """A logit for each image, `[n]`, from the discriminator's outputs and the classes asked for."""
        if labels is None:
            return outputs[:, 0]
        return outputs[:, 0] + tf.gather(outputs[:, 1:], labels, batch_dims=1)

    def chance(self, logits: tf.Tensor) -> tf.Tensor:
        """The probability of being real, `[n]`, from logits `[n]`. What lowers the squares the most where 1 is real and
        0 is generated is the share of real images among all that look so: P(real) itself, cut off at both ends."""
        return tf.clip_by_value(logits, 0.0, 1.0) if self.kind == "least-squares" else tf.sigmoid(logits)

    def p_real(self, outputs: tf.Tensor) -> tf.Tensor:
        """The probability of being real, `[n]`, of images that no class was asked of."""
        if not self.classes:
            return self.chance(outputs[:, 0])
        if self.kind == "least-squares":
            return self.chance(outputs[:, 0] + tf.reduce_mean(outputs[:, 1:], axis=1))
        mean = tf.reduce_logsumexp(outputs[:, 1:], axis=1) - tf.math.log(float(self.classes))
        return tf.sigmoid(outputs[:, 0] + mean)


def averaged_update(model: AveragedGAN, reals: tf.Tensor, key: tf.Tensor, labels: tf.Tensor | None = None) -> Step:
    """One batch of fakes and one look of the discriminator serve both networks; both gradients are taken before either
    is applied. `labels`, int32 `[n]`, are the reals' classes, which are asked of the fakes, too."""
    n = tf.shape(reals)[0]
    latents = model.inputs_from(n, key, labels)
    first = tf.cast(model.optimizers["discriminator"].iterations, tf.int32)
    model.stage("noise", noise=latents[:, : model.latent_size], classes=labels)
    with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
        fakes = model.generator(latents, training=True)
        model.stage("fakes", "generator", noise=latents, fakes=fakes)
        outputs = model.discriminator(tf.concat([reals, fakes], axis=0), training=True)
        real, fake = model.logits_of(outputs[:n], labels), model.logits_of(outputs[n:], labels)
        g_loss, d_real, d_fake = losses(model.kind, real, fake)
        d_loss = d_real + d_fake
    generator, discriminator = model.generator.trainable_variables, model.discriminator.trainable_variables
    g_gradients, d_gradients = g_tape.gradient(g_loss, generator), d_tape.gradient(d_loss, discriminator)
    if model.penalty:
        slopes = tf.cond(
            first % LAZY == 0,
            lambda: penalty_gradients(model, reals, labels),
            lambda: [tf.zeros_like(variable) for variable in discriminator],
        )
        d_gradients = [one + LAZY * model.penalty * other for one, other in zip(d_gradients, slopes, strict=True)]
    p_reals, p_fakes = model.chance(real), model.chance(fake)

    def judged() -> dict[str, tf.Tensor]:
        found = judge_again(model.discriminator, discriminator, tf.concat([reals, fakes], axis=0))
        one, other = model.logits_of(found[:n], labels), model.logits_of(found[n:], labels)
        _, on_reals, on_fakes = losses(model.kind, one, other)
        again = {"of_reals": model.chance(one), "of_fakes": model.chance(other), "loss": (on_reals + on_fakes) / 2.0}
        return {"reals": reals, "fakes": fakes, **again}

    def redrawn() -> dict[str, tf.Tensor]:
        images = draw_again(model.generator, latents)
        found = judge_again(model.discriminator, discriminator, tf.concat([reals, images], axis=0))
        one, other = model.logits_of(found[:n], labels), model.logits_of(found[n:], labels)
        return {"fakes": images, "of_fakes": model.chance(other), "loss": losses(model.kind, one, other)[0]}

    def fooled(images: tf.Tensor) -> tf.Tensor:
        found = judge_again(model.discriminator, discriminator, tf.concat([reals, images], axis=0))
        pair = model.logits_of(found[:n], labels), model.logits_of(found[n:], labels)
        return losses(model.kind, *pair)[0] * tf.cast(n, tf.float32)

    seen = {"reals": reals, "fakes": fakes, "of_reals": p_reals, "of_fakes": p_fakes}
    model.stage("answers", "discriminator", **seen)
    model.stage("loss", "discriminator", {"discriminator_loss": d_loss / 2.0}, again=judged, **seen)
    figures = {"generator_loss": g_loss}
    model.stage("loss", "generator", figures, again=redrawn, pull=fooled, fakes=fakes, of_fakes=p_fakes)
    model.make_steps(generator=g_gradients, discriminator=d_gradients)
    average(model.sampler, model.generator, model.averaging, model.optimizers["generator"].iterations)
    model.stage("average", "averaged")
    return curves_of(g_loss, d_real, d_fake, p_reals, p_fakes, p_fakes), fakes


def losses(kind: str, real: tf.Tensor, fake: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """The generator's loss, and the discriminator's on reals and on fakes, scalars, from logits `[n]`."""
    if kind == "hinge":
        d_real, d_fake, g_loss = tf.nn.relu(1.0 - real), tf.nn.relu(1.0 + fake), -fake
    elif kind == "relativistic":  # one comparison of a real and a fake, half of it for each
        d_real = d_fake = tf.nn.softplus(fake - real) / 2.0
        g_loss = tf.nn.softplus(real - fake)
    elif kind == "least-squares":
        d_real, d_fake, g_loss = (real - 1.0) ** 2, fake**2, (fake - 1.0) ** 2
    else:
        d_real, d_fake, g_loss = tf.nn.softplus(-real), tf.nn.softplus(fake), tf.nn.softplus(-fake)
    return tf.reduce_mean(g_loss), tf.reduce_mean(d_real), tf.reduce_mean(d_fake)


def penalty_gradients(model: AveragedGAN, reals: tf.Tensor, labels: tf.Tensor | None) -> list[tf.Tensor]:
    """Of half the mean squared slope of the logits at real images (R1), one for each of the discriminator's weights."""
    variables = model.discriminator.trainable_variables
    with tf.GradientTape() as outer:
        with tf.GradientTape() as tape:
            tape.watch(reals)
            total = tf.reduce_sum(model.logits_of(model.discriminator(reals, training=True), labels))
        slope = tf.reduce_mean(tf.reduce_sum(tape.gradient(total, reals) ** 2, axis=[1, 2, 3])) / 2.0
    found = zip(outer.gradient(slope, variables), variables, strict=True)
    return [tf.zeros_like(variable) if gradient is None else gradient for gradient, variable in found]
