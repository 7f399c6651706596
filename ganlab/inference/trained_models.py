"""A run as an object to use: uint8 images in and out."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.inference.layers import Inside
from ganlab.runs import Run
from ganlab.startup import start_tensorflow

MOST_SAMPLES = 100_000
EXAMPLES = 100
BATCH = 256  # images at a time
TURN = threading.Lock()  # pages that ask at the same time take turns


class TrainedModel:
    """A run's networks with its weights, ready to use."""

    def __init__(self, run: Run, weights: Path | None = None) -> None:
        """`weights` is one of the run's snapshots; without it the newest weights are used. Raises GanlabError."""
        start_tensorflow()
        from ganlab import models
        from ganlab.models import _weights

        self.run = run
        weights = weights or run.weights
        if weights is None:
            raise GanlabError(f"The run {run.id} has not kept any weights yet; let it train a little longer.")
        spec = registry.get(run.model)
        with TURN:
            self._model = models.create(spec, spec.recorded(run.config.values))
            numbers = _weights.load(weights, self._model.inference_state(), _weights.ITERATION)
        self.iteration = int(numbers[_weights.ITERATION])

    def examples(self, images: np.ndarray) -> np.ndarray:
        """Something that the model makes, of `images`, uint8 `[n, 28, 28]`, where it needs some: what half precision
        may not spoil, float or uint8, in grey levels."""
        raise NotImplementedError

    def take_weights(self, weights: Path) -> None:
        """Goes over to another of the run's snapshots, which is quicker than building networks anew. Raises
        GanlabError."""
        from ganlab.models import _weights

        with TURN:
            numbers = _weights.load(weights, self._model.inference_state(), _weights.ITERATION)
        self.iteration = int(numbers[_weights.ITERATION])

    def save_weights(self, path: Path) -> None:
        """Writes what using the model needs as one of a run's files of weights."""
        from ganlab.models import _weights

        _weights.save(path, self._model.inference_state(), **{_weights.ITERATION: self.iteration})

    def networks(self) -> dict[str, Any]:
        """The networks that using the model takes, by name."""
        names = dict.fromkeys(name.partition("/")[0] for name in self._model.inference_state())
        return {name: self._model.networks[name] for name in names}

    def kept_networks(self) -> dict[str, Any]:
        """The networks whose weights are those of this iteration, by name, those that using the model takes first."""
        return self.networks()

    def inside(self, network: str | None = None) -> Inside:
        """One of the `kept_networks` with its layers, the first one without a name. Raises GanlabError."""
        if registry.get(self.run.model).family == "plane":
            raise GanlabError(f"{self.run.id} learns points; what its units give over the plane is shown in the Lab.")
        kept = self.kept_networks()
        name = next(iter(kept)) if network is None else network
        if name not in kept:
            why = f"has not kept its {name}" if name in self._model.networks else f"has no network {name!r}"
            raise GanlabError(f"{self.run.id} {why}. It can be asked for: {', '.join(kept)}.")
        if name not in self._insides:
            self._insides = {**self._insides, name: Inside(kept[name])}
        return self._insides[name]

    _insides: Mapping[str, Inside] = MappingProxyType({})

    def given(self, inputs: np.ndarray, network: str | None = None) -> np.ndarray:
        """What goes into a network, float32, of images uint8 `[n, 28, 28]`: `[n, 28, 28, 1]` in its range; of latents
        `[n, latent_size]`: themselves. Raises GanlabError."""
        if self.inside(network).takes_images:
            return self._model.scale(as_images(inputs)).numpy()
        return self.network_latents(inputs)

    def network_latents(self, latents: np.ndarray) -> np.ndarray:
        """What a network that draws takes, float32 `[n, k]`, of latents."""
        raise NotImplementedError

    def activations(self, inputs: np.ndarray, network: str | None = None) -> dict[str, np.ndarray]:
        """What each layer of a network gives, float32 `[n, ...]` by the layer's name, in the order of the layers: see
        `ganlab.models._layer_names.named_layers`. The network is used and does not learn (`training=False`).

        `inputs` are images, uint8 `[n, 28, 28]`, or for a network that draws latents, `[n, latent_size]`. What else a
        network takes, such as the damage that a repairer is told and its noise, is 0; a GAN that can be asked for
        classes is asked for all in turn, or for those that follow the latents as 0s and a 1. `network` is one of
        `kept_networks`, without it the first. Raises GanlabError.
        """
        inside, given = self.inside(network), self.given(inputs, network)
        if not len(inputs):
            raise GanlabError("There is nothing to look at: give at least one input.")
        with TURN:
            return inside.outputs(given)

    def as_images(self, outputs: np.ndarray) -> np.ndarray:
        """What a network that draws gives, float32 `[n, 28, 28, 1]`, as images, uint8 `[n, 28, 28]`."""
        return self._model.display(outputs).numpy()

    def about(self) -> dict[str, Any]:
        """What a program that uses these networks itself has to know of them; JSON-able."""
        spec = registry.get(self.run.model)
        return {"title": spec.title, "family": spec.family, "pixels": self._model.pixels}


class DrawingRun(TrainedModel):
    """A trained model that draws: `latent_size` numbers describe an image."""

    def __init__(self, run: Run, weights: Path | None = None) -> None:
        super().__init__(run, weights)
        import tensorflow as tf

        self._generate = tf.function(self._model.preview, reduce_retracing=True, autograph=False)

    def examples(self, images: np.ndarray) -> np.ndarray:
        return self.sample(EXAMPLES)

    def about(self) -> dict[str, Any]:
        return {**super().about(), "latent_size": self.latent_size, "classes": getattr(self._model, "classes", 0)}

    @property
    def latent_size(self) -> int:
        return self._model.latent_size

    def latents(self, n: int, seed: int = 0) -> np.ndarray:
        """What `sample` draws from: standard normal, float32 `[n, latent_size]`."""
        if not 1 <= n <= MOST_SAMPLES:
            raise GanlabError(f"Between 1 and {MOST_SAMPLES:,} samples can be drawn at a time, not {n}.")
        if seed < 0:
            raise GanlabError(f"The seed is a whole number from 0, not {seed}.")
        return self._model.preview_inputs(n, seed)[:, : self.latent_size]

    def sample(self, n: int, seed: int = 0) -> np.ndarray:
        """`n` generated images, uint8 `[n, 28, 28]`; the same for the same seed, whatever else is asked for."""
        return self.decode(self.latents(n, seed))

    def decode(self, latents: np.ndarray) -> np.ndarray:
        """The images, uint8 `[n, 28, 28]`, of latents `[n, latent_size]`. Raises GanlabError for another shape."""
        return in_batches(self._generate, self._checked(latents))

    def network_latents(self, latents: np.ndarray) -> np.ndarray:
        return self._checked(latents)

    def _checked(self, latents: np.ndarray) -> np.ndarray:
        latents = np.asarray(latents, np.float32)
        if latents.ndim != 2 or latents.shape[1] != self.latent_size or not np.isfinite(latents).all():
            raise GanlabError(f"Latents are finite numbers, {self.latent_size} for each image.")
        return latents


def as_images(images: np.ndarray) -> np.ndarray:
    """The same images, if they are uint8 `[n, 28, 28]`; raises GanlabError if not."""
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (28, 28):
        raise GanlabError("Images are whole numbers from 0 to 255 (uint8), 28 x 28 for each.")
    return images


def in_batches(
    function: Callable[..., Any], inputs: np.ndarray, key: tuple[int, int] | None = None, *beside: np.ndarray
) -> np.ndarray:
    """`function` over the inputs and the arrays `beside` them, `BATCH` at a time, each batch with a key of its own
    where there is randomness."""
    if not len(inputs):  # not every kernel takes none
        one = [np.zeros([1, *array.shape[1:]], array.dtype) for array in (inputs, *beside)]
        return in_batches(function, one[0], key, *one[1:])[:0]
    found = []
    for number, start in enumerate(range(0, len(inputs), BATCH)):
        keys = () if key is None else (np.array([key[0] + number, key[1]], np.int32),)
        with TURN:
            found.append(function(*(array[start : start + BATCH] for array in (inputs, *beside)), *keys).numpy())
    return np.concatenate(found)
