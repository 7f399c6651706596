"""A finished GAN."""

import contextlib
from typing import Any

import numpy as np

from ganlab.errors import GanlabError
from ganlab.inference.discriminator import Discriminator
from ganlab.inference.trained_models import EXAMPLES, TURN, DrawingRun, in_batches
from ganlab.runs import layout

EXAMPLES_OF_EACH = 96  # class, where one can be asked for


class GANRun(DrawingRun):
    """A trained GAN, ready to draw; of a conditional one a class can be asked for."""

    def examples(self, images: np.ndarray) -> np.ndarray:
        return self.sample(EXAMPLES_OF_EACH * self.classes or EXAMPLES)

    @property
    def classes(self) -> int:
        """How many classes there are to ask for; 0 where none can be."""
        return self._model.classes

    def sample(self, n: int, seed: int = 0, digit: int | None = None) -> np.ndarray:
        """`n` generated images, uint8 `[n, 28, 28]`, of the class `digit`, else of all classes in turn where there are
        any; the same for the same seed and digit, whatever else is asked for. Raises GanlabError."""
        return self.decode(self.latents(n, seed), None if digit is None else np.full(n, digit))

    def decode(self, latents: np.ndarray, digits: np.ndarray | None = None) -> np.ndarray:
        """The images, uint8 `[n, 28, 28]`, of latents `[n, latent_size]` and, where classes can be asked for, of these
        classes `[n]`: without them of all in turn. Raises GanlabError for other shapes and classes."""
        return in_batches(self._generate, self._with_classes(self._checked(latents), digits))

    def _with_classes(self, latents: np.ndarray, digits: np.ndarray | None) -> np.ndarray:
        if not self.classes:
            if digits is not None:
                raise GanlabError(
                    f"{self.run.id} draws what it likes; only a conditional GAN can be asked for a class."
                )
            return latents
        asked = np.arange(len(latents)) % self.classes if digits is None else np.asarray(digits)
        whole = asked.shape == (len(latents),) and asked.dtype.kind in "iu"
        if not whole or ((asked < 0) | (asked >= self.classes)).any():
            raise GanlabError(f"A class is a whole number from 0 to {self.classes - 1}, one for each image.")
        return self._model.with_classes(latents, asked)

    def kept_networks(self) -> dict[str, Any]:
        """The one that draws; and the discriminator, where the run has kept the one that goes with it."""
        judging = {} if self.discriminator is None else {"discriminator": self._model.networks["discriminator"]}
        return {**self.networks(), **judging}

    def network_latents(self, latents: np.ndarray) -> np.ndarray:
        latents = np.asarray(latents, np.float32)
        if latents.ndim == 2 and latents.shape[1] > self.latent_size:
            wanted = np.eye(self.classes, dtype=np.float32)
            asked = latents[:, self.latent_size :]
            if asked.shape[1] != self.classes or not (asked[:, None] == wanted).all(axis=2).any(axis=1).all():
                raise GanlabError(
                    f"{self.run.id} takes {self.latent_size} latents"
                    + (f", which may be followed by a class as {self.classes} 0s and a 1." if self.classes else ".")
                )
            return self._with_classes(self._checked(latents[:, : self.latent_size]), asked.argmax(axis=1))
        return self._with_classes(self._checked(latents), None)

    @property
    def discriminator(self) -> Discriminator | None:
        """The discriminator that goes with the generator; None where the run has not kept it: a pretrained one has
        none."""
        if self._judging is None or self._judging[0] != self.iteration:
            self._judging = self.iteration, self._load_discriminator()
        return self._judging[1]

    def p_real(self, images: np.ndarray) -> np.ndarray | None:
        """How likely the `discriminator` holds uint8 `[n, 28, 28]` to be real, float32 `[n]`; None without one, and
        of one that gives scores."""
        judge = self.discriminator
        return judge.p_real(images) if judge and judge.probability else None

    _judging: tuple[int, Discriminator | None] | None = None

    def _load_discriminator(self) -> Discriminator | None:
        from ganlab.models import _weights

        for file in layout.checkpoints(self.run.path):
            if layout.iteration_of(file) != self.iteration or not hasattr(self._model, "p_real_of"):
                continue
            with contextlib.suppress(GanlabError), TURN:
                _weights.load(file, self._model.weights_of("discriminator"), _weights.ITERATION)
                return Discriminator(self._model)
        return None

    def first_layer(self, latents: np.ndarray) -> np.ndarray:
        """What the generator's first layer makes of latents `[n, latent_size]`, float32 `[n, units]`: every generator
        here begins with a Dense layer, which leaves the activation to the next."""
        with TURN:
            inputs = self._with_classes(latents, np.zeros(len(latents), int) if self.classes else None)
            return self._model.sampler.layers[0](inputs).numpy().reshape(len(latents), -1)
