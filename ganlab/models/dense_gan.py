"""The first GAN of "GANs in Action" (Langr and Bok, 2019), chapter 3: one hidden layer in each network."""

from collections.abc import Mapping
from typing import Any

from ganlab.models import _common, _orders
from ganlab.registry import ModelSpec, Preset, Source, register


def build_generator(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input([values["latent_size"]]),
            layers.Dense(values["units"], dtype=dtype),
            layers.LeakyReLU(values["leaky_slope"], dtype=dtype),
            layers.Dense(28 * 28, dtype=dtype),
            layers.Reshape([28, 28, 1], dtype=dtype),
            layers.Activation("tanh", dtype="float32"),
        ],
        name="generator",
    )


def build_discriminator(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input([28, 28, 1]),
            layers.Flatten(dtype=dtype),
            layers.Dense(values["units"], dtype=dtype),
            layers.LeakyReLU(values["leaky_slope"], dtype=dtype),
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
        name="dense-gan",
        title="Dense GAN",
        family="gan",
        summary="A GAN without convolutions, about the simplest there is. It does a hundred iterations or more a "
        "second.",
        source=Source("GANs in Action", "chapter 3", 2019),
        knobs=(
            _common.iterations(20_000),
            _common.batch_size(128),
            _common.learning_rate(0.001),
            _common.latent_size(100),
            _common.units(128),
            _common.leaky_slope(0.01),
        ),
        presets={"published": Preset("As in the chapter: all digits, 20,000 iterations of 128 images.")},
        build=build,
        draws=("replacement",),
        curves=_common.TOLD_GAN_CURVES,
        updates=_orders.alternating,
        told=_orders.ALTERNATING_TOLD,
        parameters={"generator": 114_064, "discriminator": 100_609},
        card="No convolutions at all: the simplest pair that draws digits.",
        keeps="both losses, the discriminator's accuracy and 4x4 samples, every 1,000 iterations.",
    )
)
