"""A GAN of our own that draws the class that it is asked for: the Swift GAN with the class at both ends.

The generator is told the class beside the latents (Mirza and Osindero, "Conditional generative adversarial nets",
2014), the discriminator judges by projection (Miyato and Koyama, "cGANs with projection discriminator", 2018).
"""

from collections.abc import Mapping
from typing import Any

from ganlab.models import _common, _orders, swift_gan
from ganlab.registry import ModelSpec, Preset, Source, register


def build(values: Mapping[str, Any], dtype: str) -> Any:
    return swift_gan.assemble(values, dtype, _common.CLASSES)


register(
    ModelSpec(
        name="conditional-gan",
        title="Conditional GAN",
        family="gan",
        summary="Our own GAN that draws the digit you ask for, in as many ways as you like.",
        source=Source("ganlab", "after Mirza and Osindero, 2014", 2026),
        knobs=swift_gan.KNOBS,
        presets={"tuned": Preset("The settings of the pretrained model that comes with ganlab.")},
        build=build,
        draws=("shuffled",),
        curves=_common.GAN_CURVES,
        updates=_orders.averaged,
        falls=swift_gan.falls,
        parameters={"generator": 640_513, "averaged": 640_513, "discriminator": 187_115},
        card="Ask for a seven and you get a seven: the class is an input, as the random numbers are.",
        keeps="losses, samples of every class, and metrics of how good they are.",
    )
)
