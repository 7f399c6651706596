"""The first sketch of a tutorial on digital art with GANs: an upsampling generator, a dense discriminator."""

from collections.abc import Mapping
from typing import Any

from ganlab.models import _common, _orders
from ganlab.registry import ModelSpec, Preset, Source, register


def build_generator(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    from ganlab.models._layers import BatchNormalization

    filters = values["generator_filters"]
    return keras.Sequential(
        [
            keras.Input([values["latent_size"]]),
            layers.Dense(7 * 7 * 2 * filters, dtype=dtype),
            BatchNormalization(dtype=dtype),
            layers.ReLU(dtype=dtype),
            layers.Reshape([7, 7, 2 * filters], dtype=dtype),
            layers.UpSampling2D(2, dtype=dtype),
            layers.Conv2DTranspose(filters, 5, strides=2, padding="same", activation="relu", dtype=dtype),
            layers.Conv2DTranspose(1, 5, padding="same", dtype=dtype),
            layers.Activation("tanh", dtype="float32"),
        ],
        name="generator",
    )


def build_discriminator(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    from ganlab.models._layers import Dropout

    units, slope, dropout = values["units"], values["leaky_slope"], values["dropout"]
    return keras.Sequential(
        [
            keras.Input([28, 28, 1]),
            layers.Flatten(dtype=dtype),
            layers.Dense(units, dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            Dropout(dropout, dtype=dtype),
            layers.Dense(-(-units // 2), dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            Dropout(dropout, dtype=dtype),
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
        pixels="unit",
    )


register(
    ModelSpec(
        name="art-gan-dense",
        title="Art GAN, first sketch",
        family="gan",
        summary="A convolutional generator against a dense discriminator, from a tutorial, corrected so that it runs. "
        "It does not learn to draw digits: after the first minute the discriminator is right about every image, and "
        "then nothing that it says helps the generator. It is worth watching for that.",
        source=Source("A tutorial on digital art with GANs", "its first sketch", 2023),
        knobs=(
            _common.epochs(10),
            _common.batch_size(128),
            _common.learning_rate(0.001),
            _common.latent_size(100),
            _common.generator_filters(64),
            _common.units(128),
            _common.leaky_slope(0.2),
            _common.dropout(0.5),
        ),
        presets={
            "published": Preset(
                "As in the tutorial: all digits, 10 epochs in batches of 128.",
                mended=(
                    "The printed code cannot run: the generator's last layer doubles the image to 56x56, which the "
                    "discriminator does not accept. Here that layer keeps the size (its stride is 1).",
                    "The printed code gives the discriminator class labels. Here it is told what is real (1) and what "
                    "is generated (0).",
                    "In the printed code an epoch is one update on the first 128 images. Here it is 468 iterations "
                    "over all images, in file order.",
                ),
            )
        },
        build=build,
        draws=("file",),
        curves=_common.TOLD_GAN_CURVES,
        updates=_orders.alternating,
        told=_orders.NORMALISED_TOLD,
        parameters={"generator": 865_025, "discriminator": 108_801},
        card="A first sketch that goes wrong: watch a discriminator win and never lose again.",
        keeps="the discriminator's loss and accuracy, on real and on generated images separately, and the generator's "
        "loss.",
    )
)
