"""A GAN of our own, made to be sharp soon on two CPU cores.

Small networks whose work is in the inner 14 x 14 pixels (the layout after Radford, Metz and Chintala, "DCGAN", 2015),
with batch normalisation (Ioffe and Szegedy, 2015) in the generator alone; R1 taken lazily (Mescheder, Geiger and
Nowozin, 2018; Karras and others, 2020), two rates (Heusel and others, 2017), He's initialisation (2015), rates that
fall along a cosine (Loshchilov and Hutter, 2017) and averaged weights (Yazici and others, 2019).
"""

from collections.abc import Mapping
from typing import Any

from ganlab.knobs import Knob
from ganlab.models import _common, _orders
from ganlab.registry import ModelSpec, Preset, Source, register

INITIAL = "he_normal"
KNOBS = (
    _common.iterations(18_000),
    _common.batch_size(32),
    _common.learning_rate(0.008, "generator"),
    _common.learning_rate(0.002, "discriminator"),
    _common.beta_1(0.0),
    Knob(
        "loss",
        "Loss",
        "non-saturating",
        "What each network is rewarded for: how sure it is (non-saturating), how sure it is up to a limit (hinge), or "
        "how much more real one kind of image looks than the other (relativistic).",
        choices=("non-saturating", "hinge", "relativistic"),
    ),
    Knob(
        "penalty",
        "Slope penalty",
        0.1,
        "How strongly the discriminator is kept from changing its mind over small changes in an image (the R1 "
        "penalty). More is steadier, and the samples are less sharp.",
        low=0.0,
        high=100.0,
        step=0.05,
    ),
    Knob(
        "averaging",
        "Averaging",
        0.998,
        "Samples come from a running average of the generator's weights. This is how much of the average each "
        "iteration keeps; 0 is no averaging.",
        low=0.0,
        high=0.9999,
        step=0.001,
    ),
    _common.latent_size(64),
    _common.generator_filters(128),
    _common.discriminator_filters(32),
)


def build_generator(values: Mapping[str, Any], dtype: str, name: str, classes: int = 0) -> Any:
    """Latents, and the class as 0s and a 1 where there are `classes`, to images in [0, 1]."""
    import keras
    from keras import layers

    from ganlab.models._layers import BatchNormalization

    filters = values["generator_filters"]
    inner = max(filters // 2, min(filters, 32))

    def normalised() -> list[Any]:
        return [BatchNormalization(dtype=dtype), layers.Activation("relu", dtype=dtype)]

    return keras.Sequential(
        [
            keras.Input([values["latent_size"] + classes]),
            layers.Dense(7 * 7 * filters, kernel_initializer=INITIAL, dtype=dtype),
            layers.Reshape([7, 7, filters], dtype=dtype),
            *normalised(),
            layers.Conv2DTranspose(inner, 4, 2, "same", kernel_initializer=INITIAL, dtype=dtype),
            *normalised(),
            layers.Conv2D(inner, 3, padding="same", kernel_initializer=INITIAL, dtype=dtype),
            *normalised(),
            layers.Conv2DTranspose(1, 4, 2, "same", dtype=dtype),
            layers.Activation("sigmoid", dtype="float32"),
        ],
        name=name,
    )


def build_discriminator(values: Mapping[str, Any], dtype: str, classes: int = 0) -> Any:
    """Images to logits; with `classes` one more for each."""
    import keras
    from keras import layers

    filters, hidden = values["discriminator_filters"], []
    for factor in (1, 2, 4):
        hidden += [
            layers.Conv2D(factor * filters, 4, 2, "same", kernel_initializer=INITIAL, dtype=dtype),
            layers.LeakyReLU(0.2, dtype=dtype),
        ]
    return keras.Sequential(
        [keras.Input([28, 28, 1]), *hidden, layers.Flatten(dtype=dtype), layers.Dense(1 + classes, dtype="float32")],
        name="discriminator",
    )


def assemble(values: Mapping[str, Any], dtype: str, classes: int = 0, updates: int = 1) -> Any:
    """The networks with their optimisers, for `updates` on parts of each batch."""
    from ganlab.models._averaged import AveragedGAN
    from ganlab.models._optimizers import Adam, warmed_cosine

    optimizers = [
        Adam(warmed_cosine(values[f"{network}_learning_rate"], updates * values["iterations"]), values["beta_1"], 0.99)
        for network in ("generator", "discriminator")
    ]
    return AveragedGAN(
        build_generator(values, dtype, "generator", classes),
        build_generator(values, dtype, "averaged", classes),
        build_discriminator(values, dtype, classes),
        *optimizers,
        loss=values["loss"],
        penalty=values["penalty"],
        averaging=values["averaging"],
        classes=classes,
        updates=updates,
    )


def build(values: Mapping[str, Any], dtype: str) -> Any:
    return assemble(values, dtype)


register(
    ModelSpec(
        name="swift-gan",
        title="Swift GAN",
        family="gan",
        summary="Our own GAN, made for an ordinary computer. It draws all ten digits, sharp and varied, within a "
        "minute or two.",
        source=Source("ganlab", "after Radford, Metz and Chintala, 2015", 2026),
        knobs=KNOBS,
        presets={
            "tuned": Preset("The settings of the pretrained model that comes with ganlab."),
            "minute": Preset(
                "The same, trained for a sixth as long: about a minute on two processor cores.", {"iterations": 3_000}
            ),
        },
        build=build,
        draws=("shuffled",),
        curves=_common.GAN_CURVES,
        updates=_orders.averaged,
        falls=_common.falls_to_the_end,
        parameters={"generator": 577_793, "averaged": 577_793, "discriminator": 166_625},
        card="All ten digits in a minute. After two, its samples are better than the DCGAN's after half an hour.",
        keeps="losses, samples, and metrics of how good the samples are.",
    )
)
