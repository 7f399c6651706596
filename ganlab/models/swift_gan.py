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

INITIAL = {"he": "he_normal", "glorot": "glorot_uniform"}
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
        "What each network is rewarded for: how sure it is (non-saturating), how sure it is up to a limit (hinge), how "
        "much more real one kind of image looks than the other (relativistic), or how close to 1 real images and to 0 "
        "generated ones are called (least squares: being too sure is a mistake, too).",
        choices=("non-saturating", "hinge", "relativistic", "least-squares"),
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
    _common.averaging(0.998),
    Knob(
        "cosine",
        "Falling learning rates",
        True,
        "Whether learning rates fall along a cosine curve to a hundredth at the end, after a short rise. Off, they "
        "stay as they are.",
    ),
    _common.latent_size(64),
    _common.generator_filters(128),
    _common.discriminator_filters(32),
    _common.normalised(True, "in the generator"),
    Knob(
        "initialisation",
        "Initialisation",
        "he",
        "How large the random weights are that training starts from: so that signals keep their size through layers "
        "that cut off half of them (he, as here), or through layers that cut off nothing (glorot, Keras's own choice).",
        choices=("he", "glorot"),
        group="Networks",
    ),
)


def build_generator(values: Mapping[str, Any], dtype: str, name: str, classes: int = 0) -> Any:
    """Latents, and the class as 0s and a 1 where there are `classes`, to images in [0, 1]."""
    import keras
    from keras import layers

    from ganlab.models._layers import normalisation

    filters, initial = values["generator_filters"], INITIAL[values["initialisation"]]
    inner = max(filters // 2, min(filters, 32))

    def normalised() -> list[Any]:
        return [*normalisation(values, dtype), layers.Activation("relu", dtype=dtype)]

    return keras.Sequential(
        [
            keras.Input([values["latent_size"] + classes]),
            layers.Dense(7 * 7 * filters, kernel_initializer=initial, dtype=dtype),
            layers.Reshape([7, 7, filters], dtype=dtype),
            *normalised(),
            layers.Conv2DTranspose(inner, 4, 2, "same", kernel_initializer=initial, dtype=dtype),
            *normalised(),
            layers.Conv2D(inner, 3, padding="same", kernel_initializer=initial, dtype=dtype),
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

    filters, initial, hidden = values["discriminator_filters"], INITIAL[values["initialisation"]], []
    for factor in (1, 2, 4):
        hidden += [
            layers.Conv2D(factor * filters, 4, 2, "same", kernel_initializer=initial, dtype=dtype),
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

    def optimizer(network: str) -> Any:
        rate = values[f"{network}_learning_rate"]
        falling = warmed_cosine(rate, updates * values["iterations"]) if values["cosine"] else rate
        return Adam(falling, values["beta_1"], 0.99)

    return AveragedGAN(
        build_generator(values, dtype, "generator", classes),
        build_generator(values, dtype, "averaged", classes),
        build_discriminator(values, dtype, classes),
        optimizer("generator"),
        optimizer("discriminator"),
        loss=values["loss"],
        penalty=values["penalty"],
        averaging=values["averaging"],
        classes=classes,
        updates=updates,
    )


def build(values: Mapping[str, Any], dtype: str) -> Any:
    return assemble(values, dtype)


def falls(values: Mapping[str, Any]) -> int:
    return _common.falls_to_the_end(values) if values.get("cosine", True) else 0


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
        falls=falls,
        parameters={"generator": 577_793, "averaged": 577_793, "discriminator": 166_625},
        card="All ten digits in a minute. After two, its samples are better than the DCGAN's after half an hour.",
        keeps="losses, samples, and metrics of how good the samples are.",
    )
)
