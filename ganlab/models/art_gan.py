"""The GAN class of a tutorial on digital art with GANs: convolutions, batch normalisation and dropout."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ganlab.models import _common, _orders
from ganlab.registry import GENERATED, ModelSpec, Preset, Source, register


def build_generator(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    from ganlab.models._layers import BatchNormalization

    filters, slope = values["generator_filters"], values["leaky_slope"]
    return keras.Sequential(
        [
            keras.Input([values["latent_size"]]),
            layers.Dense(7 * 7 * 2 * filters, use_bias=False, dtype=dtype),
            BatchNormalization(dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            layers.Reshape([7, 7, 2 * filters], dtype=dtype),
            layers.Conv2DTranspose(filters, 4, strides=2, padding="same", use_bias=False, dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            BatchNormalization(dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            layers.Conv2DTranspose(1, 4, strides=2, padding="same", dtype=dtype),
            layers.Activation("tanh", dtype="float32"),
        ],
        name="generator",
    )


def build_discriminator(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    from ganlab.models._layers import BatchNormalization, Dropout

    filters, slope, dropout = values["discriminator_filters"], values["leaky_slope"], values["dropout"]
    return keras.Sequential(
        [
            keras.Input([28, 28, 1]),
            layers.Conv2D(filters, 3, strides=2, padding="same", dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            BatchNormalization(dtype=dtype),
            Dropout(dropout, dtype=dtype),
            layers.Conv2D(2 * filters, 3, strides=2, padding="same", dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            BatchNormalization(dtype=dtype),
            Dropout(dropout, dtype=dtype),
            layers.Flatten(dtype=dtype),
            layers.Dense(4 * filters, dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            layers.Dense(1, dtype=dtype),
            layers.Activation("sigmoid", dtype="float32"),
        ],
        name="discriminator",
    )


def build(values: Mapping[str, Any], dtype: str) -> Any:
    from ganlab.models._gan import GAN, alternating_update
    from ganlab.models._optimizers import Adam

    rate, beta_1 = values["learning_rate"], values["beta_1"]
    return GAN(
        build_generator(values, dtype),
        build_discriminator(values, dtype),
        Adam(rate, beta_1=beta_1),
        Adam(rate, beta_1=beta_1),
        alternating_update,
        pixels="signed",
    )


register(
    ModelSpec(
        name="art-gan",
        title="Art GAN",
        family="gan",
        summary="A small convolutional GAN from a tutorial on making art, corrected so that it learns.",
        source=Source("A tutorial on digital art with GANs", "its GAN class", 2023),
        knobs=(
            _common.epochs(50),
            _common.batch_size(32),
            _common.learning_rate(2e-4),
            _common.beta_1(0.5),
            _common.latent_size(100),
            _common.generator_filters(64),
            _common.discriminator_filters(32),
            _common.leaky_slope(0.2),
            _common.dropout(0.3),
        ),
        presets={
            "published": Preset(
                "As in the tutorial: all digits in file order, 50 epochs in batches of 32.",
                mended=(
                    "The printed loop cannot learn: the discriminator never sees a generated image, it is told that "
                    "real images are fake, and three unrelated networks are built. Here the discriminator learns that "
                    "real images are 1, then that generated images are 0; then the generator learns to get a 1, on "
                    "fresh noise.",
                    "While the generator learns, batch normalisation in the frozen discriminator uses the batch that "
                    "it sees, as in an older Keras.",
                ),
            )
        },
        build=build,
        draws=("file",),
        curves=_common.TOLD_GAN_CURVES,
        updates=_orders.alternating,
        told=_orders.NORMALISED_TOLD,
        parameters={"generator": 784_641, "discriminator": 420_865},
        card="Small and quick: clear digits of every class after a few minutes.",
        keeps="the discriminator's loss and accuracy in per cent and the generator's loss, in one chart; and 5x5 "
        "samples.",
        panels=(replace(GENERATED, columns=5),),
    )
)
