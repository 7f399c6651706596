"""The autoencoder family: an encoder, a decoder, and a few numbers between them."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganlab.models import _common, _draws, _planes
from ganlab.models._base import LiveModel, fold
from ganlab.models._distortion import distort

BATCH = 500  # images encoded at a time for validation


class Autoencoder(LiveModel):
    """Encodes an image in `latent_size` numbers and decodes it from them again; pixels are in [0, 1].

    The encoder gives float32 `[n, 2 * latent_size]`, means and log-variances of the posterior, where the model is
    variational (Kingma and Welling, "Auto-encoding variational Bayes", 2014), else `[n, latent_size]`. The decoder
    gives float32 `[n, 28, 28, 1]`. One optimiser trains both. In training, the encoder sees images turned, stretched
    and moved at random, as far as `augment` says (as for `distort`), and the decoder learns to give them as they were:
    an encoder that never sees an image twice does not learn by heart where each belongs.
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        optimizer: keras.optimizers.Optimizer,
        variational: bool = True,
        kl_weight: float = 1.0,
        augment: float = 0.0,
    ) -> None:
        super().__init__({"encoder": encoder, "decoder": decoder}, {"both": optimizer}, "unit")
        self.variational = variational
        self.kl_weight = kl_weight
        self.augment = augment
        self.latent_size = decoder.input_shape[-1]

    def trained_by(self, optimizer: str) -> list[keras.Variable]:
        return [variable for network in self.networks.values() for variable in network.trainable_variables]

    @property
    def encoder(self) -> keras.Model:
        return self.networks["encoder"]

    @property
    def decoder(self) -> keras.Model:
        return self.networks["decoder"]

    def call(self, images, training=None):
        """Reconstructions, float32 `[n, 28, 28, 1]`, of images in [0, 1]."""
        return self.decoder(self.encode(images, training)[0], training=training)

    def encode(self, images: tf.Tensor, training: bool | None = False) -> tuple[tf.Tensor, tf.Tensor]:
        """Means and log-variances, `[n, latent_size]` each, of images in [0, 1]; a plain one is quite sure (zeros)."""
        outputs = self.encoder(images, training=training)
        if not self.variational:
            return outputs, tf.zeros_like(outputs)
        return outputs[:, : self.latent_size], outputs[:, self.latent_size :]

    def logits(self, latents: tf.Tensor, training: bool | None = False) -> tf.Tensor:
        """What the decoder's last layer, a sigmoid, makes images of latents from: `[n, 28, 28, 1]`."""
        if not hasattr(self, "_logits"):
            self._logits = keras.Model(self.decoder.inputs, self.decoder.layers[-1].input)
        return tf.cast(self._logits(latents, training=training), tf.float32)

    def parts(
        self, images: tf.Tensor, key: tf.Tensor, training: bool, seen: tf.Tensor | None = None
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Reconstruction (nats) and KL divergence (nats) of each image, `[n]`, and the reconstructions; `seen` are the
        images as the encoder sees them, if they are others."""
        mean, log_variance = self.encode(images if seen is None else seen, training)
        latents = mean
        if self.variational:
            spread = tf.exp(0.5 * log_variance)
            self.stage("encode", "encoder", reals=images, mean=mean, spread=spread)
            latents += spread * _draws.normal(tf.shape(mean), key)
            self.stage("draw", reals=images, mean=mean, latents=latents)
        else:
            self.stage("encode", "encoder", reals=images, mean=mean)
        logits = self.logits(latents, training)
        outputs = tf.sigmoid(logits)
        self.stage("decode", "decoder", reals=images, latents=latents, fakes=outputs)
        return cross_entropy(images, logits, outputs), divergence(mean, log_variance), outputs

    def step(self, batches: tuple[tf.Tensor, ...], key: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        images = self.scale(batches[0])
        self.stage("batch", reals=images)
        seen = None
        if self.augment:
            seen = distort(images, self.augment, fold(key, 1), 0.0)
            self.stage("distort", reals=seen)
        with tf.GradientTape() as tape:
            nats, kl, outputs = self.parts(images, fold(key, 0), True, seen)
            loss = tf.reduce_mean(nats + self.kl_weight * kl) if self.variational else tf.reduce_mean(nats)
        curves = self._curves(nats, kl)

        def again() -> dict[str, tf.Tensor]:
            now = self.parts(images, fold(key, 0), True, seen)
            shown = {"reals": images, "fakes": now[2], "nats": now[0]}
            return {**shown, "kl": now[1]} if self.variational else shown

        shown = {"reals": images, "fakes": outputs, "nats": nats, "kl": kl}
        self.stage("loss", "", curves, again=again, pull=lambda made: reconstruction(images, made), **shown)
        self.descend("both", tape, loss)
        return curves, outputs

    def _curves(self, nats: tf.Tensor, kl: tf.Tensor) -> dict[str, tf.Tensor]:
        nats, kl = tf.reduce_mean(nats), tf.reduce_mean(kl)
        return {"loss": nats + kl, "reconstruction": nats, "kl": kl} if self.variational else {"reconstruction": nats}

    def log_weights(self, images: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
        """log p(x, z) - log q(z | x) in nats, `[n]`, for a draw z of each posterior; images are in [0, 1]."""
        mean, log_variance = self.encode(images)
        noise = _draws.normal(tf.shape(mean), key)
        latents = mean + tf.exp(0.5 * log_variance) * noise
        prior_to_posterior = 0.5 * tf.reduce_sum(tf.square(noise) + log_variance - tf.square(latents), axis=1)
        logits = self.logits(latents)
        return prior_to_posterior - cross_entropy(images, logits, tf.sigmoid(logits))

    def validate(self, images: np.ndarray, labels: np.ndarray) -> dict[str, float]:
        """The curves' values over uint8 `[n, 28, 28]`, with the same random numbers every time."""
        if not hasattr(self, "_parts"):
            self._parts = tf.function(
                lambda batch, number: self.parts(self.scale(batch), fold(tf.constant([0, 0]), number), False)[:2],
                input_signature=[tf.TensorSpec([None, 28, 28], tf.uint8), tf.TensorSpec([], tf.int32)],
                autograph=False,
            )
        found = [self._parts(images[at : at + BATCH], tf.constant(at)) for at in range(0, len(images), BATCH)]
        nats, kl = (tf.concat(part, axis=0) for part in zip(*found, strict=True))
        return {name: float(value) for name, value in self._curves(nats, kl).items()}

    def preview_inputs(self, n: int, seed: int) -> np.ndarray:
        """Latents from N(0, I), float32 `[n, latent_size]`; the first of them are the same for every larger n."""
        return np.random.default_rng(seed).standard_normal([n, self.latent_size], np.float32)

    def preview(self, inputs: tf.Tensor) -> tf.Tensor:
        """uint8 `[n, 28, 28]` decoded from latents float32 `[n, latent_size]`."""
        return self.display(self.decoder(inputs, training=False))

    def watch_inputs(self, n: int, seed: int, test: np.ndarray) -> np.ndarray:
        return test[: _common.PLACES]

    def watch(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Images for the panels, reconstructions and the plane decoded; and where the inputs lie in it."""
        mean, _ = self.encode(self.scale(inputs))
        grid = _planes.grid(_common.DECODED.columns, self.latent_size)
        count = _common.RECONSTRUCTED.count
        shown = tf.pad(mean[:count], [[0, tf.maximum(0, count - tf.shape(mean)[0])], [0, 0]])  # of very few images
        places = tf.cast(tf.pad(mean[:, :2], [[0, 0], [0, max(0, 2 - self.latent_size)]]), tf.float32)
        return self.preview(tf.concat([shown, tf.constant(grid)], axis=0)), places


def reconstruction(images: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    """Binary cross-entropy of each image, in nats, summed over its pixels: `[n]`."""
    return 784.0 * tf.reduce_mean(keras.losses.binary_crossentropy(images, outputs), axis=[1, 2])


@tf.custom_gradient
def cross_entropy(images: tf.Tensor, logits: tf.Tensor, outputs: tf.Tensor) -> Any:
    """`reconstruction` of images by outputs, `[n, 28, 28, 1]` each, that are the sigmoids of logits: `[n]`.

    Its gradient, which goes to the logits, is what differentiating comes to; to write it down saves a dozen passes over
    the pixels.
    """

    def gradient(upstream: tf.Tensor) -> tuple[None, tf.Tensor, None]:
        return None, (outputs - images) * upstream[:, tf.newaxis, tf.newaxis, tf.newaxis], None

    return tf.reduce_sum(tf.nn.softplus(logits) - images * logits, axis=[1, 2, 3]), gradient


def divergence(mean: tf.Tensor, log_variance: tf.Tensor) -> tf.Tensor:
    """KL divergence, in nats, of each posterior from N(0, I): `[n]` (Kingma and Welling 2014, appendix B)."""
    return 0.5 * tf.reduce_sum(tf.exp(log_variance) + tf.square(mean) - 1.0 - log_variance, axis=1)


def dense_decoder(values: Mapping[str, Any], dtype: str) -> keras.Model:
    """The chapter's decoder."""
    return keras.Sequential(
        [
            keras.Input([values["latent_size"]]),
            keras.layers.Dense(values["units"], activation="relu", dtype=dtype),
            keras.layers.Dense(784, dtype=dtype),
            keras.layers.Reshape([28, 28, 1], dtype=dtype),
            keras.layers.Activation("sigmoid", dtype="float32"),
        ],
        name="decoder",
    )


def dense_encoder(values: Mapping[str, Any], dtype: str, outputs: tuple[str, ...]) -> keras.Model:
    """The chapter's encoder, with a layer of its own for each of the `outputs`."""
    images = keras.Input([28, 28, 1])
    hidden = keras.layers.Flatten(dtype=dtype)(images)
    hidden = keras.layers.Dense(values["units"], activation="relu", dtype=dtype)(hidden)
    return keras.Model(images, heads(hidden, values["latent_size"], outputs), name="encoder")


def heads(hidden: Any, size: int, names: tuple[str, ...]) -> Any:
    """Float32 `[n, size * len(names)]`: a dense layer for each name, side by side."""
    parts = [keras.layers.Dense(size, dtype="float32", name=name)(hidden) for name in names]
    return keras.layers.Concatenate(dtype="float32")(parts) if len(parts) > 1 else parts[0]
