"""A run as an object to use: uint8 images in and out."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ganlab import registry
from ganlab.backend import start_tensorflow
from ganlab.errors import GanlabError
from ganlab.runs import Run, resolve, runs_folder

BATCH = 256  # images at a time
SCORE_SAMPLES = 16  # draws from the posterior for one score
IMPORTANCE_BATCH = 50  # importance samples of an image at a time
MOST_SAMPLES = 100_000
BROWSER_LAYERS = {
    "Activation": "activation",
    "Conv2D": "convolution",
    "Conv2DTranspose": "transposed",
    "Dense": "dense",
    "FourierFeatures": "waves",
}
TURN = threading.Lock()  # pages that ask at the same time take turns


def describe_networks(spec: registry.ModelSpec, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Each network's `parameters`, `input` shape, and `layers` with `kind`, `output` shape and `parameters`."""
    start_tensorflow()
    from ganlab.models import create

    return {name: _describe(network) for name, network in create(spec, values).networks.items()}


def _describe(network: Any) -> dict[str, Any]:
    return {
        "parameters": network.count_params(),
        "input": list(network.input_shape[1:]),
        "layers": [
            {
                "kind": type(layer).__name__,
                "output": list(layer.output.shape[1:]),
                "parameters": layer.count_params(),
            }
            for layer in network.layers
        ],
    }


class TrainedModel:
    """A run's networks with its weights, ready to use; `latent_size` numbers describe an image."""

    def __init__(self, run: Run, weights: Path | None = None) -> None:
        """`weights` is one of the run's snapshots; without it the newest weights are used. Raises GanlabError."""
        start_tensorflow()
        import tensorflow as tf

        from ganlab import models
        from ganlab.models import _weights

        self.run = run
        weights = weights or run.weights
        if weights is None:
            raise GanlabError(f"The run {run.id} has not kept any weights yet; let it train a little longer.")
        spec = registry.get(run.model)
        with TURN:
            self._model = models.create(spec, spec.values(changes=run.config["values"]))
            numbers = _weights.load(weights, self._model.inference_state(), _weights.ITERATION)
        self.iteration = int(numbers[_weights.ITERATION])
        self._generate = tf.function(self._model.preview, reduce_retracing=True)

    @property
    def latent_size(self) -> int:
        return self._model.latent_size

    def latents(self, n: int, seed: int = 0) -> np.ndarray:
        """What `sample` draws from: standard normal, float32 `[n, latent_size]`."""
        if not 1 <= n <= MOST_SAMPLES:
            raise GanlabError(f"Between 1 and {MOST_SAMPLES:,} samples can be drawn at a time, not {n}.")
        if seed < 0:
            raise GanlabError(f"The seed is a whole number from 0, not {seed}.")
        return self._model.preview_inputs(n, seed)

    def sample(self, n: int, seed: int = 0) -> np.ndarray:
        """`n` generated images, uint8 `[n, 28, 28]`; the same for the same seed, whatever else is asked for."""
        return self.decode(self.latents(n, seed))

    def decode(self, latents: np.ndarray) -> np.ndarray:
        """The images, uint8 `[n, 28, 28]`, of latents `[n, latent_size]`. Raises GanlabError for another shape."""
        latents = np.asarray(latents, np.float32)
        if latents.ndim != 2 or latents.shape[1] != self.latent_size or not np.isfinite(latents).all():
            raise GanlabError(f"Latents are finite numbers, {self.latent_size} for each image.")
        return _in_batches(self._generate, latents)

    def take_weights(self, weights: Path) -> None:
        """Goes over to another of the run's snapshots, which is quicker than building networks anew. Raises
        GanlabError."""
        from ganlab.models import _weights

        with TURN:
            numbers = _weights.load(weights, self._model.inference_state(), _weights.ITERATION)
        self.iteration = int(numbers[_weights.ITERATION])


class GANRun(TrainedModel):
    """A trained GAN, ready to draw."""

    def first_layer(self, latents: np.ndarray) -> np.ndarray:
        """What the generator's first layer makes of latents `[n, latent_size]`, float32 `[n, units]`: every generator
        here begins with a Dense layer, which leaves the activation to the next."""
        with TURN:
            return self._model.generator.layers[0](latents).numpy().reshape(len(latents), -1)


class AutoencoderRun(TrainedModel):
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
            tf.function(function, reduce_retracing=True) for function in (encode, nats, log_weights)
        )

    def encode(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and log-variance, float32 `[n, latent_size]` each, of the posterior of uint8 `[n, 28, 28]`.

        The log-variances of a plain autoencoder, which names a point, are 0.
        """
        found = _in_batches(self._encode, as_images(images))
        return found[:, 0], found[:, 1]

    def decoder_layers(self) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
        """The decoder for a program that runs it itself (assets/decoder.js): its layers, and their arrays by name, in
        half precision as its 16 bits."""
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
                    arrays[about[name]] = getattr(layer, name).numpy().astype(np.float16).view(np.uint16)
            layers.append(about)
        return layers, arrays

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """What decoding the means of uint8 `[n, 28, 28]` gives, the same shape."""
        return self.decode(self.encode(images)[0])

    def nats(self, images: np.ndarray, samples: int = 1, seed: int = 0) -> np.ndarray:
        """Reconstruction and KL divergence in nats, float32 `[n, 2]`, of uint8 `[n, 28, 28]`: expectations over
        `samples` draws from the posterior. Their sum is the negative bound (ELBO)."""
        images = as_images(images)
        draws = [_in_batches(self._nats, images, (seed, draw)) for draw in range(samples)]
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
            found.append(_in_batches(self._log_weights, copies, (seed, 1000 + start)).reshape(len(images), count))
        weights = np.concatenate(found, axis=1).astype(np.float64)
        most = weights.max(axis=1, keepdims=True)
        return (most[:, 0] + np.log(np.exp(weights - most).mean(axis=1))).astype(np.float32)


def as_images(images: np.ndarray) -> np.ndarray:
    """The same images, if they are uint8 `[n, 28, 28]`; raises GanlabError if not."""
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (28, 28):
        raise GanlabError("Images are whole numbers from 0 to 255 (uint8), 28 x 28 for each.")
    return images


def _in_batches(function: Callable[..., Any], inputs: np.ndarray, key: tuple[int, int] | None = None) -> np.ndarray:
    """`function` over the inputs, `BATCH` at a time, each batch with a key of its own where there is randomness."""
    found = []
    for number, start in enumerate(range(0, max(1, len(inputs)), BATCH)):
        keys = () if key is None else (np.array([key[0] + number, key[1]], np.int32),)
        with TURN:
            found.append(function(inputs[start : start + BATCH], *keys).numpy())
    return np.concatenate(found)


FAMILIES: Mapping[str, type[TrainedModel]] = {"gan": GANRun, "autoencoder": AutoencoderRun}


def load(run: str | Path | Run, runs: str | Path | None = None) -> Any:
    """The run of this path, id or pretrained name, ready to use: a GANRun or an AutoencoderRun. Raises GanlabError."""
    found = run if isinstance(run, Run) else resolve(str(run), runs_folder(runs))
    return FAMILIES[registry.get(found.model).family](found)


def load_weights(run: Run, weights: Path) -> Any:
    """As `load`, with one of the files of weights that the run has kept."""
    return FAMILIES[registry.get(run.model).family](run, weights)


def load_autoencoder(run: str | Path | Run, runs: str | Path | None = None) -> AutoencoderRun:
    """As `load`; raises GanlabError where the run is of another family."""
    found = run if isinstance(run, Run) else resolve(str(run), runs_folder(runs))
    if registry.get(found.model).family != "autoencoder":
        raise GanlabError(
            f"{found.id} is no autoencoder, so there is nothing to encode with; choose a VAE or the like."
        )
    return AutoencoderRun(found)
