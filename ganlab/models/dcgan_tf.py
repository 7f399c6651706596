"""The DCGAN of the TensorFlow tutorials ("Deep Convolutional Generative Adversarial Network")."""

from collections.abc import Mapping
from typing import Any

from ganlab.models import _common, _orders
from ganlab.registry import ModelSpec, Preset, Source, register


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
            layers.Conv2DTranspose(filters, 5, padding="same", use_bias=False, dtype=dtype),
            BatchNormalization(dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            layers.Conv2DTranspose(-(-filters // 2), 5, strides=2, padding="same", use_bias=False, dtype=dtype),
            BatchNormalization(dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            layers.Conv2DTranspose(1, 5, strides=2, padding="same", use_bias=False, dtype=dtype),
            layers.Activation("tanh", dtype="float32"),
        ],
        name="generator",
    )


def build_discriminator(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    from ganlab.models._layers import Dropout

    filters, slope, dropout = values["discriminator_filters"], values["leaky_slope"], values["dropout"]
    return keras.Sequential(
        [
            keras.Input([28, 28, 1]),
            layers.Conv2D(filters, 5, strides=2, padding="same", dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            Dropout(dropout, dtype=dtype),
            layers.Conv2D(2 * filters, 5, strides=2, padding="same", dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            Dropout(dropout, dtype=dtype),
            layers.Flatten(dtype=dtype),
            layers.Dense(1, dtype=dtype),
            layers.Activation("linear", dtype="float32"),
        ],
        name="discriminator",
    )


def build(values: Mapping[str, Any], dtype: str) -> Any:
    from ganlab.models._gan import GAN, simultaneous_update
    from ganlab.models._optimizers import Adam

    return GAN(
        build_generator(values, dtype),
        build_discriminator(values, dtype),
        Adam(values["learning_rate"]),
        Adam(values["learning_rate"]),
        simultaneous_update,
        pixels="signed",
        logits=True,
        fakes=values["batch_size"],  # even beside the epoch's last, smaller batch
    )


register(
    ModelSpec(
        name="dcgan-tf",
        title="DCGAN of the TensorFlow tutorial",
        family="gan",
        summary="A DCGAN that trains both networks on the same generated images. It is slower, and very steady.",
        source=Source("TensorFlow tutorials", "Deep Convolutional GAN", 2019),
        knobs=(
            _common.epochs(50),
            _common.batch_size(256),
            _common.learning_rate(1e-4),
            _common.latent_size(100),
            _common.generator_filters(128),
            _common.discriminator_filters(64),
            _common.leaky_slope(0.3),
            _common.dropout(0.3),
        ),
        presets={"published": Preset("As in the tutorial: all digits, 50 shuffled epochs in batches of 256.")},
        build=build,
        draws=("shuffled",),
        curves=_common.GAN_CURVES,
        updates=_orders.simultaneous,
        parameters={"generator": 2_330_944, "discriminator": 212_865},
        card="TensorFlow's own tutorial: both networks learn at the same moment.",
        keeps="4x4 samples from the same 16 sets of latent numbers after every epoch, and a checkpoint every 5 epochs.",
    )
)
