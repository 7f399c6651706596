"""The published models in Keras alone, as somebody would write them today: a model and `fit` over a `tf.data` pipeline.

A GAN is a `keras.Model` with a `train_step` of its own, the others are compiled with their losses. Networks are those
of ganlab's `published` presets from nothing but Keras's own layers, with Keras's own optimisers. `printed_loop` is
the loop that a GAN's source prints.
"""

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from benchmarks import training
from ganlab import models
from ganlab.registry import ModelSpec

Run = Callable[[int], None]


class FittedGAN(keras.Model):
    """Two networks and the order in which `train_step` updates them."""

    def __init__(self, generator: keras.Model, discriminator: keras.Model, values: Mapping[str, Any]) -> None:
        super().__init__()
        self.generator, self.discriminator, self.values = generator, discriminator, values
        self.cross_entropy = keras.losses.BinaryCrossentropy(from_logits=isinstance(self, Simultaneous))

    def compile(self, optimizers: Callable[[str], keras.optimizers.Optimizer], **others: Any) -> None:
        super().compile(**others)
        self.optimizers = {name: optimizers(name) for name in ("generator", "discriminator")}

    def noise(self, n: int | None = None) -> tf.Tensor:
        return tf.random.normal([n or self.values["batch_size"], self.values["latent_size"]])

    def learn(self, name: str, loss: Callable[[], tf.Tensor]) -> tf.Tensor:
        """One update of a network."""
        weights = getattr(self, name).trainable_variables
        with tf.GradientTape() as tape:
            found = loss()
        self.optimizers[name].apply(tape.gradient(found, weights), weights)
        return found


class Alternating(FittedGAN):
    """GANs in Action, chapters 3 and 4."""

    def train_step(self, data: tf.Tensor) -> dict[str, tf.Tensor]:
        n = self.values["batch_size"]
        fakes = self.generator(self.noise(), training=False)

        def judged(images: tf.Tensor, label: float) -> tf.Tensor:
            return self.cross_entropy(tf.fill([n, 1], label), self.discriminator(images, training=True))

        on_reals = self.learn("discriminator", lambda: judged(data, 1.0))
        on_fakes = self.learn("discriminator", lambda: judged(fakes, 0.0))
        loss = self.learn("generator", lambda: judged(self.generator(self.noise(), training=True), 1.0))
        return {"generator_loss": loss, "discriminator_loss": (on_reals + on_fakes) / 2.0}


class Joint(FittedGAN):
    """Advanced Deep Learning with R, chapter 9."""

    def train_step(self, data: tf.Tensor) -> dict[str, tf.Tensor]:
        n, spread = self.values["batch_size"], self.values["label_noise"]

        def labels(low: float) -> tf.Tensor:
            return tf.random.uniform([n, 1], low, low + spread)

        with tf.GradientTape() as tape:
            fakes = self.generator(self.noise(), training=True)
            both = tf.concat([tf.stop_gradient(fakes), data], axis=0)
            wanted = tf.concat([labels(1.0 - spread), labels(0.0)], axis=0)
            d_loss = self.learn(
                "discriminator", lambda: self.cross_entropy(wanted, self.discriminator(both, training=True))
            )
            g_loss = self.cross_entropy(labels(0.0), self.discriminator(fakes, training=True))
        weights = self.generator.trainable_variables
        self.optimizers["generator"].apply(tape.gradient(g_loss, weights), weights)
        return {"generator_loss": g_loss, "discriminator_loss": d_loss}


class Simultaneous(FittedGAN):
    """The TensorFlow tutorial's `train_step`."""

    def train_step(self, data: tf.Tensor) -> dict[str, tf.Tensor]:
        with tf.GradientTape() as of_generator, tf.GradientTape() as of_discriminator:
            fakes = self.generator(self.noise(), training=True)
            real, fake = self.discriminator(data, training=True), self.discriminator(fakes, training=True)
            g_loss = self.cross_entropy(tf.ones_like(fake), fake)
            d_loss = self.cross_entropy(tf.ones_like(real), real) + self.cross_entropy(tf.zeros_like(fake), fake)
        generator, discriminator = self.generator.trainable_variables, self.discriminator.trainable_variables
        gradients = of_generator.gradient(g_loss, generator), of_discriminator.gradient(d_loss, discriminator)
        self.optimizers["generator"].apply(gradients[0], generator)
        self.optimizers["discriminator"].apply(gradients[1], discriminator)
        return {"generator_loss": g_loss, "discriminator_loss": d_loss}


class Inpainting(FittedGAN):
    """Python Deep Learning Projects, chapter 13, with ganlab's correction: repairs are normalised by their batch."""

    def train_step(self, data: tuple[tf.Tensor, ...]) -> dict[str, tf.Tensor]:
        reals, others, anew = data
        repairs = self.generator(self.damaged(others), training=True)
        labels = tf.concat([0.9 * tf.ones_like(reals[:, 0, 0]), tf.zeros_like(reals[:, 0, 0])], axis=0)
        both, holed = tf.concat([reals, repairs], axis=0), self.damaged(anew)
        d_loss = self.learn(
            "discriminator", lambda: self.cross_entropy(labels, self.discriminator(both, training=True))
        )

        def fooled() -> tf.Tensor:
            answers = self.discriminator(self.generator(holed, training=True), training=True)
            return self.cross_entropy(tf.ones_like(answers), answers)

        return {"generator_loss": self.learn("generator", fooled), "discriminator_loss": d_loss}

    def damaged(self, images: tf.Tensor) -> tf.Tensor:
        low, high, size = (self.values[f"hole_{name}"] for name in ("low", "high", "size"))
        starts = tf.random.uniform([2, tf.shape(images)[0], 1], low, high + 1, tf.int32)
        inside = (tf.range(28) >= starts) & (tf.range(28) < starts + size)
        return tf.where((inside[0][:, :, None] & inside[1][:, None, :])[..., None], -1.0, images)


class Sampling(keras.layers.Layer):
    """Latents from means and log-variances, whose divergence from N(0, I) becomes part of the loss."""

    def __init__(self, kl_weight: float) -> None:
        super().__init__()
        self.kl_weight, self.seeds = kl_weight, keras.random.SeedGenerator()

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        mean, log_variance = keras.ops.split(inputs, 2, axis=-1)
        kl = 0.5 * keras.ops.sum(keras.ops.exp(log_variance) + mean**2 - 1.0 - log_variance, axis=-1)
        self.add_loss(self.kl_weight * keras.ops.mean(kl))
        noise = keras.random.normal(keras.ops.shape(mean), seed=self.seeds)
        return mean + keras.ops.exp(0.5 * log_variance) * noise


GANS: dict[str, type[FittedGAN]] = {
    "dense-gan": Alternating,
    "digit-gan": Joint,
    "dcgan": Alternating,
    "dcgan-tf": Simultaneous,
    "inpaint-gan": Inpainting,
}


class Peer:
    """A compiled model, its networks by name, the data that `fit` goes through, and `run`, which does so many
    iterations.

    `images` are uint8 `[n, 28, 28]`, `labels` uint8 `[n]`; `how` goes to `compile`.
    """

    def __init__(
        self,
        spec: ModelSpec,
        values: Mapping[str, Any],
        images: np.ndarray,
        labels: np.ndarray,
        precision: str,
        **how: Any,
    ) -> None:
        ours = models.create(spec, values, precision)
        self.networks = {name: training.kerass_own(network) for name, network in ours.networks.items()}
        for name, own in self.networks.items():  # a clone forgets what its initial weights were
            own.set_weights(ours.networks[name].get_weights())
        if spec.name in GANS:
            self.model: keras.Model = GANS[spec.name](**self.networks, values=values)
            self.model.compile(lambda name: optimizer(spec.name, values, name), **how)
        elif spec.name == "vae":
            self.model = fitted_vae(self.networks, values)
            self.model.compile(
                optimizer(spec.name, values),
                loss=lambda images, decoded: 784.0 * keras.losses.binary_crossentropy(images, decoded),
                **how,
            )
        else:
            self.model = self.networks["classifier"]
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
            self.model.compile(optimizer(spec.name, values), loss=loss, metrics=["accuracy"], **how)
        self.data = pipeline(spec, values, images, labels, ours.pixels == "signed")

    def parameters(self) -> dict[str, int]:
        return {name: network.count_params() for name, network in self.networks.items()}

    def run(self, count: int) -> None:
        self.model.fit(self.data.take(count), shuffle=False, verbose=0)


def optimizer(name: str, values: Mapping[str, Any], network: str = "") -> keras.optimizers.Optimizer:
    """A network's, where the model has several."""
    if name in ("digit-gan", "vae"):
        return keras.optimizers.RMSprop(values["learning_rate"])
    if name == "inpaint-gan":
        return keras.optimizers.Adam(values[f"{network}_learning_rate"], beta_1=values["beta_1"])
    return keras.optimizers.Adam(values["learning_rate"])


def fitted_vae(networks: Mapping[str, keras.Model], values: Mapping[str, Any]) -> keras.Model:
    images = keras.Input([28, 28, 1])
    latents = Sampling(values["kl_weight"])(networks["encoder"](images))
    return keras.Model(images, networks["decoder"](latents))


def pipeline(
    spec: ModelSpec, values: Mapping[str, Any], images: np.ndarray, labels: np.ndarray, signed: bool
) -> tf.data.Dataset:
    """What `fit` goes through without end, scaled: images, or images with what is wanted of them."""

    def scaled(batch: tf.Tensor, *wanted: tf.Tensor) -> Any:
        pixels = tf.cast(batch, tf.float32)[..., tf.newaxis]
        pixels = pixels / 127.5 - 1.0 if signed else pixels / 255.0
        if spec.name in GANS:
            return pixels
        return (pixels, pixels) if spec.name == "vae" else (pixels, *wanted)

    def draw(order: str) -> tf.data.Dataset:
        data = tf.data.Dataset.from_tensor_slices((images, labels) if spec.name == "classifier" else images)
        data = data if order == "file" else data.shuffle(len(images))
        return data.repeat().batch(values["batch_size"], drop_remainder=True).map(scaled, tf.data.AUTOTUNE)

    draws = [draw(order) for order in spec.draws]
    return (tf.data.Dataset.zip(tuple(draws)) if len(draws) > 1 else draws[0]).prefetch(tf.data.AUTOTUNE)


def printed_loop(spec: ModelSpec, values: Mapping[str, Any], images: np.ndarray, labels: np.ndarray) -> Run | None:
    """The loop that the source prints, in float32, where that is another than `fit`."""
    if spec.name in training.MODELS:
        step = training.published_loop(spec, values, images)
    elif spec.name in GANS:
        peer = Peer(spec, values, images, labels, "float32")
        step = printed_repairs(peer, values) if spec.name == "inpaint-gan" else printed_tutorial(peer)
    else:
        return None

    def run(count: int) -> None:
        for _ in range(count):
            step()

    return run


def printed_tutorial(peer: Peer) -> Callable[[], None]:
    """The TensorFlow tutorial's loop calls its compiled step for each batch."""
    step, batches = tf.function(peer.model.train_step), iter(peer.data)
    return lambda: step(next(batches)) and None


def printed_repairs(peer: Peer, values: Mapping[str, Any]) -> Callable[[], None]:
    """The loop of Python Deep Learning Projects: holes are made, and then `predict` and `train_on_batch` called."""
    generator, discriminator = peer.networks["generator"], peer.networks["discriminator"]
    discriminator.compile(optimizer("inpaint-gan", values, "discriminator"), "binary_crossentropy")
    n = values["batch_size"]
    labels = np.concatenate([np.full([n, 1], 0.9), np.zeros([n, 1])])
    batches = (tuple(map(np.asarray, batch)) for batch in peer.data)
    holed = peer.model.damaged
    reals, others, _ = next(batches)
    discriminator.train_on_batch(np.concatenate([reals, others]), labels)  # traced while it can be trained
    discriminator.trainable = False
    gan = keras.Sequential([generator, discriminator])
    gan.compile(optimizer("inpaint-gan", values, "generator"), "binary_crossentropy")

    def step() -> None:
        reals, others, anew = next(batches)
        repairs = generator.predict(holed(others), verbose=0)
        discriminator.train_on_batch(np.concatenate([reals, repairs]), labels)
        gan.train_on_batch(holed(anew), np.ones([n, 1]))

    return step
