"""The classifier family: images in, a probability for each of ten classes out."""

import keras
import numpy as np
import tensorflow as tf

from ganlab.models import _common
from ganlab.models._base import LiveModel, Pixels, fold, judge_again
from ganlab.models._distortion import distort

BATCH = 500  # images read at a time for validation


class Classifier(LiveModel):
    """Reads images; its network gives logits, float32 `[n, 10]`.

    `augment` is how far training images are turned, stretched and moved at random (0 is not at all): 1 is up to 15
    degrees, a tenth of their size and 2 pixels. Watched are the test images that it is least sure of.
    """

    uses_labels = True

    def __init__(
        self,
        network: keras.Model,
        optimizer: keras.optimizers.Optimizer,
        pixels: Pixels,
        augment: float = 0.0,
        smoothing: float = 0.0,
    ) -> None:
        super().__init__({"classifier": network}, {"classifier": optimizer}, pixels)
        self.augment = augment
        self.smoothing = smoothing

    @property
    def network(self) -> keras.Model:
        return self.networks["classifier"]

    def call(self, images, training=None):
        """Logits, float32 `[n, 10]`, of images float32 `[n, 28, 28, 1]` in the network's range."""
        return self.network(images, training=training)

    def read(self, images: tf.Tensor) -> tf.Tensor:
        """Logits, float32 `[n, 10]`, of uint8 `[n, 28, 28]`."""
        return self.network(self.scale(images), training=False)

    def features(self, images: tf.Tensor) -> tf.Tensor:
        """What the network's last layer makes its answers from, float32 `[n, size]`, of uint8 `[n, 28, 28]`."""
        if not hasattr(self, "_trunk"):
            self._trunk = keras.Model(self.network.inputs, self.network.layers[-1].input)
        return tf.cast(self._trunk(self.scale(images), training=False), tf.float32)

    def step(self, batches: tuple[tf.Tensor, ...], key: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        images, labels = self.scale(batches[0]), batches[1]
        self.stage("batch", reals=images, labels=labels)
        if self.augment:
            images = distort(images, self.augment, fold(key, 0), -1.0 if self.pixels == "signed" else 0.0)
            self.stage("distort", reals=images, labels=labels)
        wanted = tf.one_hot(labels, _common.CLASSES)

        def losses(logits: tf.Tensor) -> tf.Tensor:
            return keras.losses.categorical_crossentropy(
                wanted, logits, from_logits=True, label_smoothing=self.smoothing
            )

        def judged_again(pictures: tf.Tensor) -> tf.Tensor:
            weights = [variable.value for variable in self.network.trainable_variables]
            return judge_again(self.network, weights, pictures)

        def surely(logits: tf.Tensor) -> tf.Tensor:
            """The probability given to the right class, `[n]`."""
            return tf.reduce_sum(wanted * tf.nn.softmax(logits), axis=1)

        def again() -> dict[str, tf.Tensor]:
            now = judged_again(images)
            read = {"reals": images, "labels": labels, "probabilities": tf.nn.softmax(now)}
            return {**read, "sure": surely(now), "loss": tf.reduce_mean(losses(now))}

        with tf.GradientTape() as tape:
            logits = self.network(images, training=True)
            loss = tf.reduce_mean(losses(logits))
        curves = {"loss": loss, "accuracy": accuracy(logits, labels)}
        read = {"reals": images, "labels": labels, "probabilities": tf.nn.softmax(logits)}
        self.stage("answers", "classifier", {"accuracy": curves["accuracy"]}, **read)
        self.stage(
            "loss",
            "classifier",
            {"loss": loss},
            again=again,
            pull=lambda pictures: losses(judged_again(pictures)),
            sure=surely(logits),
            **read,
        )
        self.descend("classifier", tape, loss)
        return curves, images

    def validate(self, images: np.ndarray, labels: np.ndarray) -> dict[str, float]:
        """Cross-entropy in nats and accuracy over uint8 `[n, 28, 28]` and their classes, uint8 `[n]`."""
        if not hasattr(self, "_read"):
            self._read = tf.function(
                self.read, input_signature=[tf.TensorSpec([None, 28, 28], tf.uint8)], autograph=False
            )
        logits = tf.concat([self._read(images[at : at + BATCH]) for at in range(0, len(images), BATCH)], axis=0)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.cast(labels, tf.int32), logits)
        return {"loss": float(tf.reduce_mean(losses)), "accuracy": float(accuracy(logits, labels))}

    def watch_inputs(self, n: int, seed: int, test: np.ndarray) -> np.ndarray:
        return test[: _common.READ]

    def watch(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The images that it is least sure of, and for every input the class read and how sure it is, `[m, 2]`."""
        probabilities = tf.nn.softmax(self.read(inputs))
        sure = tf.reduce_max(probabilities, axis=1)
        count = _common.LEAST_SURE.count
        worst = tf.argsort(sure)[:count]
        images = tf.gather(inputs, worst)
        images = tf.pad(images, [[0, tf.maximum(0, count - tf.shape(images)[0])], [0, 0], [0, 0]])
        read = tf.cast(tf.argmax(probabilities, axis=1), tf.float32)
        return images, tf.stack([read, sure], axis=1)

    def preview_inputs(self, n: int, seed: int) -> np.ndarray:
        raise NotImplementedError("a classifier draws nothing")


def accuracy(logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """Share of images, float32, whose likeliest class is the right one."""
    return tf.reduce_mean(tf.cast(tf.argmax(logits, axis=1) == tf.cast(labels, tf.int64), tf.float32))
