"""The deeper GAN of "Advanced Deep Learning with R", chapter 9: one more convolution in each network."""

from collections.abc import Mapping
from typing import Any

from ganlab.models import _common, _orders, digit_gan
from ganlab.registry import ModelSpec, Preset, register


def build(values: Mapping[str, Any], dtype: str) -> Any:
    from keras import layers

    slope = values["leaky_slope"]
    generator = digit_gan.generator(
        values,
        dtype,
        extra=[
            layers.Conv2D(2 * values["generator_filters"], 5, padding="same", dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
        ],
    )
    discriminator = digit_gan.discriminator(
        values,
        dtype,
        extra=[
            layers.Conv2D(values["discriminator_filters"], 4, strides=2, dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
        ],
    )
    return digit_gan.assemble(generator, discriminator, values)


register(
    ModelSpec(
        name="digit-gan-deep",
        title="Deeper digit GAN",
        family="gan",
        summary="The digit GAN with one more convolution in each network. The chapter finds its digits clearer; an "
        "iteration takes about twice as long.",
        source=digit_gan.SOURCE,
        knobs=digit_gan.KNOBS,
        presets={
            "published": Preset(
                "As in the chapter: fives, 100 iterations of 50 images, noisy and inverted labels.",
                mended=(
                    "Pixels are scaled to the range from 0 to 1, although the generator's last layer (tanh) reaches "
                    "down to -1. The chapter does so, and so does ganlab. What falls below 0 is shown as black.",
                    "The chapter prints 148,866 parameters for the discriminator, because it counts the frozen "
                    "weights twice. There are 74,433.",
                ),
            )
        },
        build=build,
        draws=("file",),
        curves=_common.TOLD_GAN_CURVES,
        updates=_orders.joint,
        told=_orders.JOINT_TOLD,
        parameters={"generator": 276_801, "discriminator": 74_433},
        card="The digit GAN with one more layer in each network. Do its fives come sooner?",
        keeps=digit_gan.KEEPS,
        real_columns=8,
        digits=(5,),
    )
)
