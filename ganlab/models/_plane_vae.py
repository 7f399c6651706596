"""A variational autoencoder of points in the plane, beside which a GAN shows what it is to have no likelihood."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganlab.models import _draws
from ganlab.models._autoencoder import divergence
from ganlab.models._base import fold
from ganlab.models._points import PointsModel
from ganlab.models._stage import Stage
from ganlab.registry import Moment

DRAWS, QUICK = 64, 8  # of the encoder, with which a likelihood is estimated, and for what is watched all the time
LEAST = -20.0  # nats: where the density is even lower there are no points, and the picture says no more than this


class PlaneVAE(PointsModel):
    """Encodes a point in `latent_size` numbers and decodes it from them again, with Gaussian noise around what the
    decoder gives (Kingma and Welling, "Auto-encoding variational Bayes", 2014). One optimiser trains both networks.

    The encoder gives float32 `[n, 2 * latent_size]`, means and log-variances, the decoder float32 `[n, 2]`. Latents
    that have two numbers more than the decoder takes, standard normal ones, say the noise of the point, too.
    """

    LIVE = ("decoder_noise", "kl_weight")

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        optimizer: keras.optimizers.Optimizer,
        values: Mapping[str, Any],
        moment: Moment,
    ) -> None:
        self.knobs: dict[str, tf.Variable] = {}
        super().__init__({"encoder": encoder, "decoder": decoder}, {"both": optimizer}, moment, values["latent_size"])
        self.knobs = {name: tf.Variable(values[name], dtype=tf.float32, trainable=False) for name in self.LIVE}
        self.draws = tf.constant(np.random.default_rng(0).standard_normal([DRAWS, 1, self.latent_size], np.float32))

    @property
    def sampler(self) -> keras.Model:
        return self.networks["decoder"]

    @property
    def deviation(self) -> tf.Variable:
        """The standard deviation of the decoder's noise, in units of the plane."""
        return self.knobs["decoder_noise"]

    def trained_by(self, optimizer: str) -> list[keras.Variable]:
        return [variable for network in self.networks.values() for variable in network.trainable_variables]

    def turn(self, name: str, value: float) -> None:
        if name in self.knobs:
            self.knobs[name].assign(value)
        else:
            super().turn(name, value)

    def call(self, points, training=None):
        """Reconstructions, float32 `[n, 2]`, of points."""
        return self.sampler(self.encode(points, training)[0], training=training)

    def encode(self, points: tf.Tensor, training: bool | None = False) -> tuple[tf.Tensor, tf.Tensor]:
        """Means and log-variances, `[n, latent_size]` each."""
        outputs = self.networks["encoder"](points, training=training)
        return outputs[:, : self.latent_size], outputs[:, self.latent_size :]

    def preview_inputs(self, n: int, seed: int) -> np.ndarray:
        """Latents, which are those of a model without noise, and the noise of the points, float32 `[n, latent_size +
        2]`; the first of them are the same for every larger n."""
        noise = np.random.default_rng([seed, 1]).standard_normal([n, 2], np.float32)
        return np.hstack([super().preview_inputs(n, seed), noise])

    def draw(self, latents: tf.Tensor) -> tf.Tensor:
        """Points, float32 `[n, 2]`: with noise where it is among the latents, else the middle of it."""
        points = super().draw(latents[:, : self.latent_size])
        if latents.shape[1] == self.latent_size:
            return points
        return points + self.deviation * latents[:, self.latent_size :]

    # The stages of an iteration: `step` does them in one graph, `slowly` one by one.

    def latents_of(self, mean: tf.Tensor, log_variance: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
        """Latents, `[n, latent_size]`, drawn where the encoder says that they are."""
        return mean + tf.exp(0.5 * log_variance) * _draws.normal(tf.shape(mean), fold(key, 0))

    def decode(self, latents: tf.Tensor) -> tf.Tensor:
        """The points `[n, 2]` that the decoder makes of latents while it learns."""
        return self.sampler(latents, training=True)

    def costs(
        self, points: tf.Tensor, outputs: tf.Tensor, mean: tf.Tensor, log_variance: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """The mean reconstruction loss and KL divergence, in nats, and the loss that is learned from."""
        nats = tf.reduce_mean(self.surprise(points, outputs))
        kl = tf.reduce_mean(divergence(mean, log_variance))
        return nats, kl, nats + self.knobs["kl_weight"] * kl

    def learn(self, slopes: list[tf.Tensor]) -> None:
        """The step of both networks that the optimiser makes of the loss's slopes in all their weights."""
        self.optimizers["both"].apply(slopes, self.trained_by("both"))

    def step(self, batches: tuple[tf.Tensor, ...], key: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        points = tf.cast(batches[0], tf.float32)
        with tf.GradientTape() as tape:
            mean, log_variance = self.encode(points, training=True)
            outputs = self.decode(self.latents_of(mean, log_variance, key))
            nats, kl, loss = self.costs(points, outputs, mean, log_variance)
        self.learn(tape.gradient(loss, self.trained_by("both")))
        return {"loss": nats + kl, "reconstruction": nats, "kl": kl}, outputs

    def slowly(
        self, batches: tuple[tf.Tensor, ...], key: tf.Tensor, learns: bool = True, unknown: Sequence[str] = ()
    ) -> Iterator[Stage]:
        from ganlab.models._plane_vae_slowly import stages

        return stages(self, batches, key, learns)

    def surprise(self, points: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
        """-log p(point | latents) in nats, `[..., n]`, of points `[n, 2]` for what was decoded, `[..., n, 2]`."""
        variance = self.deviation**2
        squared = tf.reduce_sum((points - outputs) ** 2, axis=-1)
        return 0.5 * squared / variance + tf.math.log(2.0 * math.pi * variance)

    def judge(self, points: tf.Tensor) -> tf.Tensor:
        """The log-likelihood of places `[n, 2]` in nats, float32 `[n]`, estimated with 64 draws of the encoder for
        each, weighted by importance, always from the same random numbers (Burda, Grosse and Salakhutdinov, "Importance
        weighted autoencoders", 2016): on average a little too low, most of all where there are no data."""
        return self.likelihood(points, DRAWS)

    def likelihood(self, points: tf.Tensor, count: int) -> tf.Tensor:
        """The same with so many draws, 64 of them at most."""
        mean, log_variance = self.encode(points)
        draws = self.draws[:count]
        latents = mean + tf.exp(0.5 * log_variance) * draws
        # log p(z) - log q(z | x); what both have of pi is left out
        weights = 0.5 * tf.reduce_sum(draws**2 + log_variance - latents**2, axis=-1)
        outputs = self.sampler(tf.reshape(latents, [-1, self.latent_size]), training=False)
        outputs = tf.reshape(tf.cast(outputs, tf.float32), [count, -1, 2])
        return tf.reduce_logsumexp(weights - self.surprise(points, outputs), axis=0) - math.log(count)

    def push(self, points: tf.Tensor) -> tf.Tensor:
        """Along which way a point gets likelier, and by how many nats for each unit of the plane: the slope of the
        likelihood, estimated with 8 draws."""
        with tf.GradientTape() as tape:
            tape.watch(points)
            likelihood = tf.reduce_sum(self.likelihood(points, QUICK))
        return tape.gradient(likelihood, points)

    def seen(self, places: tf.Tensor) -> tf.Tensor:
        return tf.maximum(self.likelihood(places, QUICK), LEAST)
