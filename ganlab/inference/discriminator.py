"""A GAN's discriminator by itself: what it takes for real, and which pixels decide that."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.inference.trained_models import TURN, as_images, in_batches
from ganlab.startup import start_tensorflow

NETWORK = "discriminator"


class Discriminator:
    """The discriminator of `model`, a GAN of `ganlab.models`, with the weights that it has there.

    Where `probability` is false, it gives scores without a scale in place of P(real).
    """

    def __init__(self, model: Any) -> None:
        import tensorflow as tf

        self.probability = bool(model.probability)
        self._p_real = tf.function(model.p_real_of, reduce_retracing=True, autograph=False)
        self._slopes = tf.function(model.slopes_of, reduce_retracing=True, autograph=False)

    def p_real(self, images: np.ndarray) -> np.ndarray:
        """How likely it holds uint8 `[n, 28, 28]` to be real, float32 `[n]`. Raises GanlabError for other images."""
        return in_batches(self._p_real, as_images(images))

    def slopes(self, images: np.ndarray) -> np.ndarray:
        """By how much each pixel, from 0 to 1, would raise that: the gradient, float32 `[n, 28, 28]`. Raises
        GanlabError for other images."""
        return in_batches(self._slopes, as_images(images))


def from_weights(model: str, values: Mapping[str, Any], weights: Mapping[str, np.ndarray]) -> Discriminator:
    """The discriminator of the architecture `model` with these settings and `weights`, which are named as in a
    checkpoint. Raises GanlabError where they belong to other networks."""
    start_tensorflow()
    from ganlab import models

    spec = registry.get(model)
    with TURN:
        made = models.create(spec, spec.values(changes=values))
        variables = made.weights_of(NETWORK)
        shapes = {name: tuple(variable.shape) for name, variable in variables.items()}
        if {name: array.shape for name, array in weights.items()} != shapes:
            raise GanlabError("The weights of the discriminator belong to networks of another shape.")
        for name, variable in variables.items():
            variable.assign(weights[name].astype(variable.dtype))
        return Discriminator(made)
