"""A finished classifier."""

from pathlib import Path
from typing import Any

import numpy as np

from ganlab.inference.trained_models import TrainedModel, as_images, in_batches
from ganlab.runs import Run


class ClassifierRun(TrainedModel):
    """A trained classifier, ready to read."""

    def __init__(self, run: Run, weights: Path | None = None) -> None:
        super().__init__(run, weights)
        import tensorflow as tf

        self.temperature = run.config.pretrained.temperature if run.config.pretrained else 1.0
        any_count = [tf.TensorSpec([None, 28, 28], tf.uint8)]  # traced once, as a page waits for it
        self._read = tf.function(self.logits, any_count, autograph=False)
        self._features = tf.function(self._model.features, reduce_retracing=True, autograph=False)

    def logits(self, images: Any) -> Any:
        """Logits, a tensor float32 `[n, 10]`, of a tensor uint8 `[n, 28, 28]`, as the network gives them."""
        return self._model.read(images)

    def classify(self, images: np.ndarray) -> np.ndarray:
        """A probability for each class, float32 `[n, 10]`, of uint8 `[n, 28, 28]`.

        A published model's are calibrated: the logits are divided by its temperature (Guo and others, "On calibration
        of modern neural networks", 2017).
        """
        return self._calibrated(in_batches(self._read, as_images(images)))

    def _calibrated(self, logits: np.ndarray) -> np.ndarray:
        logits = logits.astype(np.float64) / self.temperature
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)

    def features(self, images: np.ndarray) -> np.ndarray:
        """What its answers are made from, float32 `[n, size]`, of uint8 `[n, 28, 28]`."""
        return in_batches(self._features, as_images(images))

    @property
    def features_size(self) -> int:
        """How many numbers `features` gives for each image."""
        return int(self._model.network.layers[-1].input.shape[-1])

    def classify_features(self, features: np.ndarray) -> np.ndarray:
        """As `classify`, from what `features` gives."""
        return self._calibrated(in_batches(self._model.network.layers[-1], features))

    def examples(self, images: np.ndarray) -> np.ndarray:
        return 255.0 * self.classify(images)

    def about(self) -> dict[str, Any]:
        return {**super().about(), "temperature": self.temperature}
