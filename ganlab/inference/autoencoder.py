"""A finished autoencoder, plain or variational."""

from pathlib import Path
from typing import Any

import numpy as np

from ganlab.inference.trained_models import DrawingRun, as_images, in_batches
from ganlab.runs import Run

SCORE_SAMPLES = 16  # draws from the posterior for one score
IMPORTANCE_BATCH = 50  # importance samples of an image at a time
BROWSER_LAYERS = {
    "Activation": "activation",
    "Conv2D": "convolution",
    "Conv2DTranspose": "transposed",
    "Dense": "dense",
    "FourierFeatures": "waves",
}


class AutoencoderRun(DrawingRun):
    """A trained autoencoder, variational or plain, ready to encode, decode and judge."""

    def __init__(self, run: Run, weights: Path | None = None) -> None:
        super().__init__(run, weights)
        import tensorflow as tf

        model = self._model
        self.variational = model.variational

        def encode(images):
            return tf.stack(model.encode(model.scale(images)), axis=1)

        def nats(images, key):
            return tf.stack(model.parts(model.scale(images), key, False)[:2], axis=1)

        def log_weights(images, key):
            return model.log_weights(model.scale(images), key)

        self._encode, self._nats, self._log_weights = (
            tf.function(function, reduce_retracing=True, autograph=False) for function in (encode, nats, log_weights)
        )

    def encode(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and log-variance, float32 `[n, latent_size]` each, of the posterior of uint8 `[n, 28, 28]`.

        The log-variances of a plain autoencoder, which names a point, are 0.
        """
        found = in_batches(self._encode, as_images(images))
        return found[:, 0], found[:, 1]

    def decoder_layers(self) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
        """The decoder for a program that runs it itself (ganlab/ui/shared/decoder.js): its layers, and their
        arrays by name, in half precision as its 16 bits."""
        layers, places = self.decoder_plan()
        weights = self._model.weights_of("decoder")
        return layers, {name: _half(weights[place].numpy()) for name, place in places.items()}

    def decoder_plan(self) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """The layers of `decoder_layers`, and under which name the run's weights hold each of their arrays."""
        places = {id(variable): name for name, variable in self._model.weights_of("decoder").items()}
        layers, arrays = [], {}
        for index, layer in enumerate(self._model.decoder.layers):
            kind = type(layer).__name__
            if kind == "Reshape":
                continue
            about: dict[str, Any] = {"kind": BROWSER_LAYERS[kind]}
            if kind != "FourierFeatures":
                about["activation"] = layer.activation.__name__
            if kind.startswith("Conv"):
                about |= {"k": layer.kernel_size[0], "side": layer.input.shape[1], "stride": layer.strides[0]}
            for name in ("kernel", "bias"):
                if getattr(layer, name, None) is not None:
                    about[name] = f"{name}-{index}"
                    arrays[about[name]] = places[id(getattr(layer, name))]
            layers.append(about)
        return layers, arrays

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """What decoding the means of uint8 `[n, 28, 28]` gives, the same shape."""
        return self.decode(self.encode(images)[0])

    def nats(self, images: np.ndarray, samples: int = 1, seed: int = 0) -> np.ndarray:
        """Reconstruction and KL divergence in nats, float32 `[n, 2]`, of uint8 `[n, 28, 28]`: expectations over
        `samples` draws from the posterior. Their sum is the negative bound (ELBO)."""
        images = as_images(images)
        draws = [in_batches(self._nats, images, (seed, draw)) for draw in range(samples)]
        return np.mean(draws, axis=0)

    def score(self, images: np.ndarray) -> np.ndarray:
        """The bound (ELBO) on log p(image) in nats, float32 `[n]`, of uint8 `[n, 28, 28]`: higher is more usual.

        Of a plain autoencoder, which has no probabilities, minus the reconstruction's cross-entropy.
        """
        nats = self.nats(images, SCORE_SAMPLES)
        return -(nats.sum(axis=1) if self.variational else nats[:, 0])

    def importance_bound(self, images: np.ndarray, samples: int = 500, seed: int = 0) -> np.ndarray:
        """The importance-weighted bound in nats, float32 `[n]` (Burda, Grosse and Salakhutdinov, 2016, equation 8)."""
        images = as_images(images)
        found = []
        for start in range(0, samples, IMPORTANCE_BATCH):
            count = min(IMPORTANCE_BATCH, samples - start)
            copies = images.repeat(count, axis=0)
            found.append(in_batches(self._log_weights, copies, (seed, 1000 + start)).reshape(len(images), count))
        weights = np.concatenate(found, axis=1).astype(np.float64)
        most = weights.max(axis=1, keepdims=True)
        return (most[:, 0] + np.log(np.exp(weights - most).mean(axis=1))).astype(np.float32)


def _half(array: np.ndarray) -> np.ndarray:
    """Numbers in half precision, as their 16 bits."""
    return array.astype(np.float16).view(np.uint16)
