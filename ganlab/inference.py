"""A run as an object to use: uint8 images in and out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ganlab import registry
from ganlab.backend import start_tensorflow
from ganlab.errors import GanlabError
from ganlab.runs import Run, resolve, runs_folder

BATCH = 256  # images generated at a time
MOST_SAMPLES = 100_000


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


class GANRun:
    """A trained GAN, ready to draw."""

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
        self._model = models.create(spec, spec.values(changes=run.config["values"]))
        numbers = _weights.load(weights, self._model.inference_state(), _weights.ITERATION)
        self.iteration = int(numbers[_weights.ITERATION])
        self._generate = tf.function(self._model.preview)

    def sample(self, n: int, seed: int = 0) -> np.ndarray:
        """`n` generated images, uint8 `[n, 28, 28]`; the same for the same seed, whatever else is asked for."""
        if not 1 <= n <= MOST_SAMPLES:
            raise GanlabError(f"Between 1 and {MOST_SAMPLES:,} samples can be drawn at a time, not {n}.")
        if seed < 0:
            raise GanlabError(f"The seed is a whole number from 0, not {seed}.")
        latents = self._model.preview_inputs(n, seed)
        parts = [latents[start : start + BATCH] for start in range(0, n, BATCH)]
        return np.concatenate([self._generate(part).numpy() for part in parts])


def load(run: str | Path | Run, runs: str | Path | None = None) -> GANRun:
    """The run of this path, id or pretrained name, ready to use. Raises GanlabError."""
    return GANRun(run if isinstance(run, Run) else resolve(str(run), runs_folder(runs)))
