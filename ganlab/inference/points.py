"""A finished model of points in the plane."""

from pathlib import Path
from typing import Any

import numpy as np

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.inference.trained_models import TURN, DrawingRun, in_batches
from ganlab.runs import Run

POINTS_AT_ONCE = 4096


class PlaneRun(DrawingRun):
    """A trained model of points, ready to draw more of them and to judge places."""

    def __init__(self, run: Run, weights: Path | None = None) -> None:
        super().__init__(run, weights)
        import tensorflow as tf

        if self.run.config.extent:
            self._model.extent = self.run.config.extent
        self._turn()
        self._model.watch_inputs(1, 0, run.reals())
        self._judge = tf.function(self._model.p_real_at, reduce_retracing=True, autograph=False)

    def take_weights(self, weights: Path) -> None:
        super().take_weights(weights)
        self._turn()

    def _turn(self) -> None:
        """Has the knobs that were turned while it trained be as they were with these weights."""
        spec = registry.get(self.run.model)
        offered = spec.turnable(spec.recorded(self.run.config.values))
        turned = {knob.name: float(knob.default) for knob in offered}
        turned |= {turn.name: turn.value for turn in self.run.turns if turn.iteration < self.iteration}
        with TURN:
            for name, value in turned.items():
                self._model.turn(name, value)

    @property
    def probability(self) -> bool:
        """Whether what it gives at a place is the probability of being real."""
        return self._model.probability

    def networks(self) -> dict[str, Any]:
        """The network that makes points, and the one that judges them; of an autoencoder its two."""
        found = super().networks()
        if "averaged" in found:
            del found["generator"]  # samples come from the average
        return found

    def about(self) -> dict[str, Any]:
        kept = {"uniform": self._model.uniform, "extent": self._model.extent, "packing": self._model.packing}
        noise = float(self._model.knobs.get("decoder_noise", 0.0))
        return {**super().about(), **kept, "probability": self.probability, "decoder_noise": noise}

    def examples(self, images: np.ndarray) -> np.ndarray:
        return self.sample(POINTS_AT_ONCE)

    def sample(self, n: int, seed: int = 0) -> np.ndarray:
        """`n` generated points, float32 `[n, 2]`; the same for the same seed, whatever else is asked for."""
        return self.decode(self.latents(n, seed))

    def decode(self, latents: np.ndarray) -> np.ndarray:
        """The points, float32 `[n, 2]`, of latents `[n, latent_size]`. Raises GanlabError for another shape."""
        return in_batches(self._generate, self._checked(latents))

    def discriminate(self, points: np.ndarray) -> np.ndarray:
        """What the model thinks of places `[n, 2]`, float32 `[n]`: the probability of being real, or with a loss that
        has none the discriminator's score; of an autoencoder the log-likelihood in nats. Raises GanlabError for
        another shape, and for what is no number."""
        points = np.asarray(points, np.float32)
        if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
            raise GanlabError("Points are finite numbers, two for each: [n, 2].")
        return in_batches(self._judge, points)

    def moment(self) -> np.ndarray:
        """What `ganlab.registry.Moment` says of the weights in use, float16."""
        with TURN:
            inputs = self._model.watch_inputs(1, self.run.config.seed, self.run.reals())
            return self._model.watch(inputs)[0].numpy()
