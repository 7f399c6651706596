"""The plain autoencoder that "GANs in Action" (Langr and Bok, 2019), chapter 2, explains before its VAE."""

from collections.abc import Mapping
from typing import Any

from ganlab.models import _common
from ganlab.registry import ModelSpec, Preset, Source, register


def build(values: Mapping[str, Any], dtype: str) -> Any:
    from ganlab.models._autoencoder import Autoencoder, dense_decoder, dense_encoder
    from ganlab.models._optimizers import RMSprop

    return Autoencoder(
        dense_encoder(values, dtype, ("mean",)),
        dense_decoder(values, dtype),
        RMSprop(values["learning_rate"]),
        variational=False,
    )


register(
    ModelSpec(
        name="autoencoder",
        title="Autoencoder",
        family="autoencoder",
        summary="A plain autoencoder: like the VAE, but nothing keeps its plane in order, so a random point of the "
        "plane rarely gives a digit.",
        source=Source("GANs in Action", "chapter 2", 2019),
        knobs=(
            _common.epochs(5),
            _common.batch_size(100),
            _common.learning_rate(0.001),
            _common.latent_size(2),
            _common.units(256),
        ),
        presets={
            "published": Preset(
                "As the chapter describes it, with networks of the same size as its VAE.",
                mended=("The chapter prints no code for this model. Sizes, loss and training are those of its VAE.",),
            )
        },
        build=build,
        draws=("shuffled",),
        curves=_common.AUTOENCODER_CURVES,
        parameters={"encoder": 201_474, "decoder": 202_256},
        card="It learns to copy digits, but its map is full of holes.",
        keeps="only the idea: an encoder, a decoder, and the difference between an original and its copy.",
        panels=_common.AUTOENCODER_PANELS,
        validation=("reconstruction",),
        places=_common.PLACES,
    )
)
