"""The inpainting GAN of "Python Deep Learning Projects" (Lamons, Kumar and Nagaraja, 2018), chapter 13."""

from collections.abc import Mapping
from typing import Any

from ganlab.knobs import Knob
from ganlab.models import _common, _orders
from ganlab.registry import ModelSpec, Preset, Source, register


def build_generator(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    from ganlab.models._layers import BatchNormalization, ToOneChannel

    filters = values["generator_filters"]

    def convolution(count: int, normalise: bool = True) -> list[Any]:
        found = [layers.Conv2D(count, 3, padding="same", dtype=dtype)]
        if normalise:
            found.append(BatchNormalization(dtype=dtype))
        return [*found, layers.Activation("relu", dtype=dtype)]

    return keras.Sequential(
        [
            keras.Input([28, 28, 1]),
            *convolution(filters),
            layers.AveragePooling2D(2, dtype=dtype),
            *convolution(2 * filters),
            layers.AveragePooling2D(2, dtype=dtype),
            *convolution(4 * filters),
            *convolution(4 * filters, False),
            layers.UpSampling2D(dtype=dtype),
            *convolution(2 * filters, False),
            layers.UpSampling2D(dtype=dtype),
            ToOneChannel(3, dtype=dtype),
            layers.Activation("tanh", dtype="float32"),
        ],
        name="generator",
    )


def build_discriminator(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    from ganlab.models._layers import Dropout

    filters, hidden = values["discriminator_filters"], []
    for factor, strides in ((1, 2), (2, 2), (4, 1)):
        hidden += [
            layers.Conv2D(factor * filters, 3, strides, "same", dtype=dtype),
            layers.LeakyReLU(0.2, dtype=dtype),
            Dropout(values["dropout"], dtype=dtype),
        ]
    return keras.Sequential(
        [
            keras.Input([28, 28, 1]),
            *hidden,
            layers.Flatten(dtype=dtype),
            layers.Dense(1, dtype=dtype),
            layers.Activation("sigmoid", dtype="float32"),
        ],
        name="discriminator",
    )


def build(values: Mapping[str, Any], dtype: str) -> Any:
    from ganlab.models._inpainting import InpaintGAN
    from ganlab.models._optimizers import Adam

    low = values["hole_low"]
    return InpaintGAN(
        build_generator(values, dtype),
        build_discriminator(values, dtype),
        Adam(values["generator_learning_rate"], beta_1=values["beta_1"]),
        Adam(values["discriminator_learning_rate"], beta_1=values["beta_1"]),
        (min(values["hole_size"], 28 - low), low, max(low, min(values["hole_high"], 28 - values["hole_size"]))),
        values["statistics"] == "batch",
    )


register(
    ModelSpec(
        name="inpaint-gan",
        title="Inpainting GAN",
        family="repair",
        summary="The generator gets digits with a hole in the middle and draws them whole. The discriminator sees "
        "only whole images.",
        source=Source("Python Deep Learning Projects", "chapter 13", 2018),
        knobs=(
            _common.epochs(5),
            _common.batch_size(128),
            _common.learning_rate(0.0002, "generator"),
            _common.learning_rate(0.0004, "discriminator"),
            _common.beta_1(0.5),
            _common.hole("size", 8, 1, "How many pixels wide and high the hole is."),
            _common.hole("low", 8, 0, "The first row and column in which a hole may begin, counted from 0."),
            _common.hole("high", 11, 0, "The last row and column in which a hole may begin, counted from 0."),
            Knob(
                "statistics",
                "Repairs for the discriminator",
                "batch",
                "Which mean and spread batch normalisation uses for the repairs that the discriminator learns from: "
                "those of their own batch (batch), or the running averages that finished repairs are drawn with "
                "(moving).",
                choices=("batch", "moving"),
            ),
            _common.generator_filters(32),
            _common.discriminator_filters(64),
            _common.dropout(0.2),
        ),
        presets={
            "published": Preset(
                "As in the chapter: an 8 x 8 hole, all digits, 5 epochs of 468 iterations.",
                mended=(
                    "For the repairs that the discriminator learns from, batch normalisation uses their own batch. "
                    "Drawn with `predict`, as printed, they differ from those that the generator learns from. The "
                    "discriminator then tells them apart at once, and the generator learns nothing from it.",
                ),
            )
        },
        build=build,
        draws=("replacement",) * 3,
        curves=_common.TOLD_GAN_CURVES,
        updates=_orders.inpainting,
        told=_orders.INPAINTING_TOLD,
        parameters={"generator": 315_521, "discriminator": 382_209},
        card="Digits with a hole, made whole by a generator that never knew what was there.",
        keeps="both losses; and original, damaged and repaired digits side by side, at the start and after each epoch.",
        panels=_common.REPAIR_PANELS,
        validation=_common.REPAIR_VALIDATION,
        places=_common.REPAIRED_READ,
        places_are="repaired",
        judged=True,
    )
)
