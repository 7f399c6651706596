"""A convolutional variational autoencoder of two latent dimensions, of our own, made to be sharp and small.

The decoder sees its two numbers through Fourier features (Tancik and others, 2020), which is what helps most; what
each change to the recipe bought stands in docs/latent.md. Kingma and Welling, "Auto-encoding variational Bayes", 2014.
"""

from collections.abc import Mapping
from typing import Any

from ganlab.knobs import Knob
from ganlab.models import _common
from ganlab.registry import ModelSpec, Preset, Source, register


def build_encoder(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    from ganlab.models._autoencoder import heads

    width = values["encoder_filters"] or values["filters"]
    images = keras.Input([28, 28, 1])
    hidden = images
    for filters in (width, 2 * width, 4 * width):
        hidden = layers.Conv2D(filters, 3, 2, "same", activation="gelu", dtype=dtype)(hidden)
    hidden = layers.Flatten(dtype=dtype)(hidden)
    hidden = layers.Dense(8 * width, activation="gelu", dtype=dtype)(hidden)
    return keras.Model(images, heads(hidden, values["latent_size"], ("mean", "log_variance")), name="encoder")


def build_decoder(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    from ganlab.models._layers import FourierFeatures

    width, units = values["filters"], values["units"]
    waves = [FourierFeatures(values["waves"], dtype="float32")] if values["waves"] else []
    return keras.Sequential(
        [
            keras.Input([values["latent_size"]]),
            *waves,
            layers.Dense(units // 2, activation="gelu", dtype=dtype),
            layers.Dense(units, activation="gelu", dtype=dtype),
            layers.Dense(7 * 7 * 2 * width, activation="gelu", dtype=dtype),
            layers.Reshape([7, 7, 2 * width], dtype=dtype),
            layers.Conv2DTranspose(width, 4, 2, "same", activation="gelu", dtype=dtype),
            layers.Conv2DTranspose(width // 2 or 1, 4, 2, "same", activation="gelu", dtype=dtype),
            layers.Conv2D(1, 3, padding="same", dtype=dtype),
            layers.Activation("sigmoid", dtype="float32"),
        ],
        name="decoder",
    )


def build(values: Mapping[str, Any], dtype: str) -> Any:
    from ganlab.models._autoencoder import Autoencoder
    from ganlab.models._optimizers import Adam, warmed_cosine

    return Autoencoder(
        build_encoder(values, dtype),
        build_decoder(values, dtype),
        Adam(warmed_cosine(values["learning_rate"], values["iterations"])),
        kl_weight=values["kl_weight"],
        augment=values["augment"],
    )


def spec(
    name: str, latent_size: int, iterations: int, units: int, waves: int, parameters: Mapping[str, int], **words: Any
) -> ModelSpec:
    """The architecture in two dimensions, or in more."""
    return ModelSpec(
        name=name,
        family="autoencoder",
        source=Source("ganlab", "after Kingma and Welling, 2014", 2026),
        knobs=(
            _common.iterations(iterations),
            _common.batch_size(128),
            _common.learning_rate(0.002),
            _common.kl_weight(1.0),
            _common.augment(0.0, "the images that the encoder sees in training are"),
            _common.latent_size(latent_size),
            Knob(
                "encoder_filters",
                "Encoder's filters",
                0,
                "How many feature detectors the first convolution of the encoder has. 0 is as many as Filters says.",
                low=0,
                high=128,
                step=1,
                group="Networks",
            ),
            _common.filters(16),
            _common.units(units),
            _common.waves(waves),
        ),
        build=build,
        draws=("shuffled",),
        curves=_common.VAE_CURVES,
        parameters=parameters,
        keeps="losses, reconstructions, where test images lie in the plane, and images decoded from the plane.",
        panels=_common.AUTOENCODER_PANELS,
        validation=("loss", "reconstruction", "kl"),
        places=_common.PLACES,
        falls=_common.falls_to_the_end,
        **words,
    )


register(
    spec(
        "vae-conv",
        2,
        14_000,
        512,
        64,
        {"encoder": 155_012, "decoder": 979_969},
        title="Convolutional VAE",
        summary="Our own VAE (variational autoencoder) with two latent numbers. It is about as sharp as two numbers "
        "allow, and small enough to run in a browser.",
        presets={
            "tuned": Preset(
                "The settings of the pretrained model that comes with ganlab: all digits, 14,000 iterations of 128 "
                "images."
            )
        },
        card="The sharpest map of all digits that two numbers allow.",
    )
)
