"""A second model beside the one that was chosen, to show what fewer latent numbers can keep of an image, or more."""

from dataclasses import dataclass

import numpy as np

from ganlab.inference import AutoencoderRun
from ganlab.ui.shared.model_picker import AUTOENCODER, Key, list_offered, open_newest, reconstruct, ships

FEW, MANY = "vae-conv", "vae-16"  # the sharpest models of two and of sixteen numbers that come with ganlab


@dataclass(frozen=True)
class Counterpart:
    model: AutoencoderRun
    key: Key

    @property
    def size(self) -> int:
        """How many latent numbers it has."""
        return self.model.latent_size

    def copy(self, image: np.ndarray) -> np.ndarray:
        """Its copy of an image, uint8 `[28, 28]`."""
        return reconstruct(self.model, self.key, image[None])[0]


def find_counterpart(model: AutoencoderRun) -> Counterpart | None:
    """A model that comes with ganlab, of the same images, with few numbers where `model` has many, and the other way
    round; None where there is none. Raises GanlabError."""
    wanted = FEW if model.latent_size > 2 else MANY
    for run in list_offered(AUTOENCODER).values():
        if ships(run) and run.path.name == wanted and run.config.dataset == model.run.config.dataset:
            return Counterpart(*open_newest(run))
    return None
