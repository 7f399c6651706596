"""The deep convolutional GAN of "GANs in Action" (Langr and Bok, 2019), chapter 4."""

from collections.abc import Mapping
from typing import Any

from ganlab.models import _common, _orders
from ganlab.registry import ModelSpec, Preset, Source, register


def build_generator(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    from ganlab.models._layers import normalisation

    filters, slope = values["generator_filters"], values["leaky_slope"]
    return keras.Sequential(
        [
            keras.Input([values["latent_size"]]),
            layers.Dense(7 * 7 * 2 * filters, dtype=dtype),
            layers.Reshape([7, 7, 2 * filters], dtype=dtype),
            layers.Conv2DTranspose(filters, 3, strides=2, padding="same", dtype=dtype),
            *normalisation(values, dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            layers.Conv2DTranspose(-(-filters // 2), 3, padding="same", dtype=dtype),
            *normalisation(values, dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            layers.Conv2DTranspose(1, 3, strides=2, padding="same", dtype=dtype),
            layers.Activation("tanh", dtype="float32"),
        ],
        name="generator",
    )


def build_discriminator(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    from ganlab.models._layers import normalisation

    filters, slope = values["discriminator_filters"], values["leaky_slope"]
    return keras.Sequential(
        [
            keras.Input([28, 28, 1]),
            layers.Conv2D(filters, 3, strides=2, padding="same", dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            layers.Conv2D(2 * filters, 3, strides=2, padding="same", dtype=dtype),
            *normalisation(values, dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            layers.Conv2D(4 * filters, 3, strides=2, padding="same", dtype=dtype),
            *normalisation(values, dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            layers.Flatten(dtype=dtype),
            layers.Dense(1, dtype=dtype),
            layers.Activation("sigmoid", dtype="float32"),
        ],
        name="discriminator",
    )


def build(values: Mapping[str, Any], dtype: str) -> Any:
    from ganlab.models._gan import GAN, alternating_update
    from ganlab.models._optimizers import Adam

    return GAN(
        build_generator(values, dtype),
        build_discriminator(values, dtype),
        Adam(values["learning_rate"]),
        Adam(values["learning_rate"]),
        alternating_update,
        pixels="signed",
    )


register(
    ModelSpec(
        name="dcgan",
        title="DCGAN",
        family="gan",
        summary="The classic convolutional GAN, with batch normalisation. It draws all ten digits, most of them "
        "convincingly.",
        source=Source("GANs in Action", "chapter 4", 2019),
        knobs=(
            _common.iterations(20_000),
            _common.batch_size(128),
            _common.learning_rate(0.001),
            _common.latent_size(100),
            _common.generator_filters(128),
            _common.discriminator_filters(32),
            _common.leaky_slope(0.01),
            _common.normalised(True),
        ),
        presets={
            "published": Preset(
                "As in the chapter: all digits, 20,000 iterations of 128 images.",
                mended=(
                    "While the generator learns, batch normalisation in the frozen discriminator uses the batch that "
                    "it sees, as Keras did when the chapter was written. With the rule of today's Keras this model "
                    "does not learn.",
                    "The chapter's text says that the discriminator's last layer of maps is 3x3x128. Its code makes "
                    "4x4x128.",
                ),
            )
        },
        build=build,
        draws=("replacement",),
        curves=_common.TOLD_GAN_CURVES,
        updates=_orders.alternating,
        told=_orders.NORMALISED_TOLD,
        parameters={"generator": 1_637_121, "discriminator": 95_489},
        card="The classic: convolutions and batch normalisation, and clear digits of every class.",
        keeps="both losses, the discriminator's accuracy and 4x4 samples, every 1,000 iterations.",
    )
)
