"""The variational autoencoder of "GANs in Action" (Langr and Bok, 2019), chapter 2."""

from collections.abc import Mapping
from typing import Any

from ganlab.models import _common
from ganlab.registry import ModelSpec, Preset, Source, register


def build(values: Mapping[str, Any], dtype: str) -> Any:
    from ganlab.models._autoencoder import Autoencoder, dense_decoder, dense_encoder
    from ganlab.models._optimizers import RMSprop

    return Autoencoder(
        dense_encoder(values, dtype, ("mean", "log_variance")),
        dense_decoder(values, dtype),
        RMSprop(values["learning_rate"]),
        kl_weight=values["kl_weight"],
    )


register(
    ModelSpec(
        name="vae",
        title="VAE",
        family="autoencoder",
        summary="A variational autoencoder (VAE): it learns to describe any digit by two numbers, and to draw it from "
        "them.",
        source=Source("GANs in Action", "chapter 2", 2019),
        knobs=(
            _common.epochs(5),
            _common.batch_size(100),
            _common.learning_rate(0.001),
            _common.kl_weight(1.0),
            _common.latent_size(2),
            _common.units(256),
        ),
        presets={"published": Preset("As in the chapter: all digits, 5 epochs of 600 iterations.")},
        build=build,
        draws=("shuffled",),
        curves=_common.VAE_CURVES,
        parameters={"encoder": 201_988, "decoder": 202_256},
        card="Every digit becomes a point on a map, and every point of the map becomes a digit.",
        keeps="the loss on the test images after each epoch, where the test images lie in the plane, and the images "
        "decoded from the plane.",
        panels=_common.AUTOENCODER_PANELS,
        validation=("loss", "reconstruction", "kl"),
        places=_common.PLACES,
    )
)
