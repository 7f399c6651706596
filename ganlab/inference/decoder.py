"""The decoder of a pretrained model, for whoever runs it without TensorFlow."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ganlab.runs import Run


@dataclass(frozen=True)
class KeptDecoder:
    """What is on disk of an autoencoder's decoder: `latent_size` numbers describe an image."""

    run: Run
    layers: list[dict[str, Any]]
    arrays: dict[str, np.ndarray]
    latent_size: int

    def decoder_layers(self) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
        """As that of an `AutoencoderRun`."""
        return self.layers, dict(self.arrays)


def kept_decoder(run: Run) -> KeptDecoder | None:
    """The decoder of a run that came with its description and a map of the test images, else None."""
    found, places = run.decoder(), run.map()
    return None if found is None or places is None else KeptDecoder(run, *found, places["means"].shape[1])
