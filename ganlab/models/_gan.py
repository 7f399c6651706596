"""The GAN family: a generator, a discriminator, and the three ways in which the sources update them."""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from ganlab.models import _draws
from ganlab.models._base import LiveModel, Pixels, draw_again, fold, judge_again

Step = tuple[dict[str, tf.Tensor], tf.Tensor]
Update = Callable[["GAN", tf.Tensor, tf.Tensor], Step]


class GAN(LiveModel):
    """A generator and a discriminator, trained against each other by `update`.

    `update(model, reals, key)` is one iteration: `reals` float32 `[n, 28, 28, 1]`, `key` int32 `[2]`.
    `inverted` says that the discriminator gives P(fake) instead of P(real). `fakes` is how many images an iteration
    generates; without it, as many as there are reals. `more` are other networks that belong to it, by name.
    """

    classes = 0  # of which one can be asked for

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        generator_optimizer: keras.optimizers.Optimizer,
        discriminator_optimizer: keras.optimizers.Optimizer,
        update: Update,
        pixels: Pixels,
        label_noise: float = 0.0,
        logits: bool = False,
        inverted: bool = False,
        fakes: int | None = None,
        **more: keras.Model,
    ) -> None:
        super().__init__(
            {"generator": generator, **more, "discriminator": discriminator},
            {"generator": generator_optimizer, "discriminator": discriminator_optimizer},
            pixels,
        )
        self.latent_size = generator.input_shape[-1]
        self.update = update
        self.label_noise = label_noise
        self.logits = logits
        self.inverted = inverted
        self.fakes = fakes

    @property
    def generator(self) -> keras.Model:
        return self.networks["generator"]

    @property
    def sampler(self) -> keras.Model:
        """The network that finished samples come from."""
        return self.generator

    @property
    def discriminator(self) -> keras.Model:
        return self.networks["discriminator"]

    def call(self, latents, training=None):
        """Images, float32 `[n, 28, 28, 1]` in the networks' range, from latents `[n, latent_size]`."""
        return self.sampler(latents, training=training)

    def step(self, batches: tuple[tf.Tensor, ...], key: tf.Tensor) -> Step:
        return self.update(self, self.scale(batches[0]), key)

    def told_again(
        self, batches: tuple[tf.Tensor, ...], key: tf.Tensor, before: dict[str, list[tf.Tensor]]
    ) -> tf.Tensor | None:
        n = self.fakes or tf.shape(batches[0])[0]
        images = draw_again(self.generator, self.noise(n, fold(key, 1 if self.update is alternating_update else 0)))
        if self.update is simultaneous_update:
            return tf.reduce_mean(self.p_real(judge_again(self.discriminator, before["discriminator"], images)))
        return tf.reduce_mean(self.p_real(self.judge_frozen(images)))

    def inference_state(self) -> dict[str, keras.Variable]:
        return self.weights_of("generator")

    def preview_inputs(self, n: int, seed: int) -> np.ndarray:
        """Latents, float32 `[n, latent_size]`; the first of them are the same for every larger n."""
        return np.random.default_rng(seed).standard_normal([n, self.latent_size], np.float32)

    def preview(self, inputs: tf.Tensor) -> tf.Tensor:
        """uint8 `[n, 28, 28]` from latents float32 `[n, latent_size]`."""
        return self.display(self.sampler(inputs, training=False))

    def noise(self, n: tf.Tensor | int, key: tf.Tensor) -> tf.Tensor:
        return _draws.normal([n, self.latent_size], key)

    def outputs_again(self, images: tf.Tensor, calls: int = 1) -> tf.Tensor:
        """The discriminator's outputs, `[n, 1]`, for images that it has just learned from, now; see `judge_again`."""
        weights = [variable.value for variable in self.discriminator.trainable_variables]
        return judge_again(self.discriminator, weights, images, calls)

    def cross_entropy(self, labels: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
        """Binary cross-entropy of each image, float32 `[n]`; labels and outputs are `[n, 1]`."""
        return keras.losses.binary_crossentropy(labels, outputs, from_logits=self.logits)

    def p_real(self, outputs: tf.Tensor) -> tf.Tensor:
        """The probability of being real, `[n]`, from the discriminator's outputs `[n, 1]`."""
        p = tf.sigmoid(outputs[:, 0]) if self.logits else outputs[:, 0]
        return 1.0 - p if self.inverted else p

    def p_real_of(self, images: tf.Tensor) -> tf.Tensor:
        """The probability of being real, float32 `[n]`, that the discriminator gives uint8 `[n, 28, 28]`, without
        changing anything."""
        return self.p_real(self.discriminator(self.scale(images), training=False))

    def seen(self, **judged: tuple[tf.Tensor, tf.Tensor]) -> dict[str, tf.Tensor]:
        """For a stage: images by kind, and P(real) of them, from the discriminator's outputs for them."""
        return {kind: images for kind, (images, _) in judged.items()} | {
            f"of_{kind}": self.p_real(outputs) for kind, (_, outputs) in judged.items()
        }

    def slopes_of(self, images: tf.Tensor) -> tf.Tensor:
        """By how much each pixel would raise the probability of being real, float32 `[n, 28, 28]`, for uint8
        `[n, 28, 28]`: the gradient with respect to pixels from 0 to 1."""
        pixels = tf.cast(images, tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(pixels)
            p_real = self.p_real_of(pixels)
        return 255.0 * tape.gradient(p_real, pixels)

    def judge_frozen(self, images: tf.Tensor) -> tf.Tensor:
        """The discriminator's outputs as a Keras of the chapters' time gave them when it was frozen.

        Batch normalisation uses the batch's statistics and leaves the moving ones alone.
        """
        network = self.discriminator
        outputs, _ = network.stateless_call(
            network.trainable_variables, network.non_trainable_variables, images, training=True
        )
        return outputs

    def curves(
        self, g_loss: tf.Tensor, d_real: tf.Tensor, d_fake: tf.Tensor, reals, fakes, told
    ) -> dict[str, tf.Tensor]:
        """The family's curves from the generator's loss, the discriminator's on reals and on fakes (scalars), its
        outputs for the reals and the fakes that it learned from, and those that the generator's loss is computed from,
        `[n, 1]` each."""
        return curves_of(g_loss, d_real, d_fake, self.p_real(reals), self.p_real(fakes), self.p_real(told))


def curves_of(
    g_loss: tf.Tensor,
    d_real: tf.Tensor,
    d_fake: tf.Tensor,
    p_reals: tf.Tensor,
    p_fakes: tf.Tensor,
    p_told: tf.Tensor,
) -> dict[str, tf.Tensor]:
    """The curves of `_common.TOLD_GAN_CURVES` from three losses, scalars, and the probabilities of being real, `[n]`.

    Where one look at the fakes serves both networks, the last is the same as the one before it, and architectures
    declare `_common.GAN_CURVES` alone.
    """
    right_reals = tf.reduce_mean(tf.cast(p_reals > 0.5, tf.float32))
    right_fakes = tf.reduce_mean(tf.cast(p_fakes <= 0.5, tf.float32))
    return {
        "generator_loss": g_loss,
        "discriminator_loss": (d_real + d_fake) / 2.0,
        "discriminator_accuracy": (right_reals + right_fakes) / 2.0,
        "p_real_of_reals": tf.reduce_mean(p_reals),
        "p_real_of_fakes": tf.reduce_mean(p_fakes),
        "p_real_told_generator": tf.reduce_mean(p_told),
        "discriminator_loss_on_reals": d_real,
        "discriminator_loss_on_fakes": d_fake,
        "accuracy_on_reals": right_reals,
        "accuracy_on_fakes": right_fakes,
    }


def fooling_stage(
    model: GAN,
    inputs: tf.Tensor,
    fakes: tf.Tensor,
    told: tf.Tensor,
    loss: tf.Tensor,
    of_each: Callable[[tf.Tensor], tf.Tensor],
    judge: Callable[[tf.Tensor], tf.Tensor] | None = None,
) -> None:
    """Says the stage in which the generator learns from what the discriminator told it of the fakes, `[n, 1]`, that it
    made of `inputs`. `of_each` gives each image's loss, `[n]`, from such outputs, and `judge` the outputs for images,
    with the signals dropped that were dropped then: without it, as a frozen discriminator gives them."""
    judge = judge or model.judge_frozen

    def redrawn() -> dict[str, tf.Tensor]:
        images = draw_again(model.generator, inputs)
        outputs = judge(images)
        return {**model.seen(fakes=(images, outputs)), "loss": tf.reduce_mean(of_each(outputs))}

    model.stage(
        "loss",
        "generator",
        {"generator_loss": loss},
        again=redrawn,
        pull=lambda images: of_each(judge(images)),
        **model.seen(fakes=(fakes, told)),
    )


def joint_update(model: GAN, reals: tf.Tensor, key: tf.Tensor) -> Step:
    """Advanced Deep Learning with R: one discriminator update on fakes and reals together, then one
    generator update on the same noise; labels are noisy and inverted (1 is fake).

    The fakes are the same before and after the discriminator's update, so they are made once.
    """
    n = tf.shape(reals)[0]
    latents = model.noise(n, fold(key, 0))
    spread = model.label_noise

    def labels(low: float, purpose: int) -> tf.Tensor:
        return _draws.uniform([n, 1], fold(key, purpose), low, low + spread)

    def judged() -> dict[str, tf.Tensor]:
        found = model.outputs_again(images)
        loss = model.cross_entropy(tf.concat([labels(1.0 - spread, 1), labels(0.0, 2)], axis=0), found)
        return {**model.seen(reals=(reals, found[n:]), fakes=(fakes, found[:n])), "loss": tf.reduce_mean(loss)}

    with tf.GradientTape() as generator_tape:
        model.stage("noise", noise=latents)
        fakes = model.generator(latents, training=True)
        model.stage("fakes", "generator", noise=latents, fakes=fakes)
        with tf.GradientTape() as tape:
            images = tf.concat([tf.stop_gradient(fakes), reals], axis=0)
            outputs = model.discriminator(images, training=True)
            losses = model.cross_entropy(tf.concat([labels(1.0 - spread, 1), labels(0.0, 2)], axis=0), outputs)
            d_loss = tf.reduce_mean(losses)
        d_fake, d_real = tf.reduce_mean(losses[:n]), tf.reduce_mean(losses[n:])
        seen = model.seen(reals=(reals, outputs[n:]), fakes=(fakes, outputs[:n]))
        model.stage("answers", "discriminator", **seen)
        model.stage("loss", "discriminator", {"discriminator_loss": (d_real + d_fake) / 2.0}, again=judged, **seen)
        model.descend("discriminator", tape, d_loss)
        told = model.judge_frozen(fakes)
        g_loss = tf.reduce_mean(model.cross_entropy(labels(0.0, 3), told))
    fooling_stage(model, latents, fakes, told, g_loss, lambda outputs: model.cross_entropy(labels(0.0, 3), outputs))
    model.descend("generator", generator_tape, g_loss)
    return model.curves(g_loss, d_real, d_fake, outputs[n:], outputs[:n], told), fakes


def alternating_update(model: GAN, reals: tf.Tensor, key: tf.Tensor) -> Step:
    """GANs in Action: the discriminator on reals, then on fakes, two updates; then the generator on fresh noise.

    The fakes come from the generator as it predicts (batch normalisation on its moving statistics).
    """
    n = tf.shape(reals)[0]
    noise = model.noise(n, fold(key, 0))
    model.stage("noise", noise=noise)
    fakes = model.generator(noise, training=False)
    model.stage("fakes", "generator", {"moving": 1.0}, noise=noise, fakes=fakes)

    def update_discriminator(kind: str, images: tf.Tensor, label: float) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            outputs = model.discriminator(images, training=True)
            loss = tf.reduce_mean(model.cross_entropy(tf.fill([n, 1], label), outputs))

        def judged() -> dict[str, tf.Tensor]:
            found = model.outputs_again(images)
            both = {"reals": (reals, model.outputs_again(reals))} if kind == "fakes" else {}
            loss = tf.reduce_mean(model.cross_entropy(tf.fill([n, 1], label), found))
            return {**model.seen(**both, **{kind: (images, found)}), "loss": loss}

        seen = model.seen(**{kind: (images, outputs)})
        model.stage("answers", "discriminator", **seen)
        model.stage("loss", "discriminator", {f"discriminator_loss_on_{kind}": loss}, again=judged, **seen)
        model.descend("discriminator", tape, loss)
        return loss, outputs

    d_real, real_outputs = update_discriminator("reals", reals, 1.0)
    d_fake, fake_outputs = update_discriminator("fakes", fakes, 0.0)
    fresh = model.noise(n, fold(key, 1))
    model.stage("noise", noise=fresh)
    with tf.GradientTape() as tape:
        fooling = model.generator(fresh, training=True)
        told = model.judge_frozen(fooling)
        g_loss = tf.reduce_mean(model.cross_entropy(tf.ones([n, 1]), told))
    model.stage("fakes", "generator", noise=fresh, fakes=fooling)
    fooling_stage(model, fresh, fooling, told, g_loss, lambda outputs: model.cross_entropy(tf.ones([n, 1]), outputs))
    model.descend("generator", tape, g_loss)
    return model.curves(g_loss, d_real, d_fake, real_outputs, fake_outputs, told), fakes


def simultaneous_update(model: GAN, reals: tf.Tensor, key: tf.Tensor) -> Step:
    """The TensorFlow tutorial: one batch of fakes serves both networks, and both gradients are taken before
    either is applied; the discriminator's loss is the sum of its loss on reals and on fakes."""
    n = tf.shape(reals)[0]
    count = model.fakes or n
    noise = model.noise(count, fold(key, 0))
    model.stage("noise", noise=noise)
    with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
        fakes = model.generator(noise, training=True)
        model.stage("fakes", "generator", noise=noise, fakes=fakes)
        real_outputs = model.discriminator(reals, training=True)
        fake_outputs = model.discriminator(fakes, training=True)
        d_real = tf.reduce_mean(model.cross_entropy(tf.ones([n, 1]), real_outputs))
        d_fake = tf.reduce_mean(model.cross_entropy(tf.zeros([count, 1]), fake_outputs))
        d_loss = d_real + d_fake
        g_loss = tf.reduce_mean(model.cross_entropy(tf.ones([count, 1]), fake_outputs))
    generator, discriminator = model.generator.trainable_variables, model.discriminator.trainable_variables
    g_gradients, d_gradients = g_tape.gradient(g_loss, generator), d_tape.gradient(d_loss, discriminator)

    def judged() -> dict[str, tf.Tensor]:
        real, fake = model.outputs_again(reals, 2), model.outputs_again(fakes)
        loss = tf.reduce_mean(model.cross_entropy(tf.ones([n, 1]), real))
        loss += tf.reduce_mean(model.cross_entropy(tf.zeros([count, 1]), fake))
        return {**model.seen(reals=(reals, real), fakes=(fakes, fake)), "loss": loss}

    seen = model.seen(reals=(reals, real_outputs), fakes=(fakes, fake_outputs))
    model.stage("answers", "discriminator", **seen)
    model.stage("loss", "discriminator", {"discriminator_loss": d_loss}, again=judged, **seen)
    fooling_stage(
        model,
        noise,
        fakes,
        fake_outputs,
        g_loss,
        lambda outputs: model.cross_entropy(tf.ones([count, 1]), outputs),
        model.outputs_again,
    )
    model.make_steps(generator=g_gradients, discriminator=d_gradients)
    curves = model.curves(g_loss, d_real, d_fake, real_outputs, fake_outputs, fake_outputs)
    return {**curves, "discriminator_loss": d_loss}, fakes
