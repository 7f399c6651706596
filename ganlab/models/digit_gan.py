"""The basic GAN of "Advanced Deep Learning with R", chapter 9: one digit class; and ours, with the same data."""

from collections.abc import Mapping, Sequence
from typing import Any

from ganlab.knobs import Knob
from ganlab.models import _common, _orders, swift_gan
from ganlab.registry import ModelSpec, Preset, Source, Updates, register

SOURCE = Source("Advanced Deep Learning with R", "chapter 9", 2019)
KNOBS = (
    _common.iterations(100),
    _common.batch_size(50),
    _common.learning_rate(0.001),
    _common.label_noise(0.1),
    _common.latent_size(28),
    _common.generator_filters(32),
    _common.discriminator_filters(64),
    _common.leaky_slope(0.3),
    _common.dropout(0.3),
)
KEEPS = "both losses and the first generated image of every iteration."


TUNED_KNOBS = (
    Knob(
        "recipe",
        "Networks and loss",
        "published",
        "The networks, loss and optimiser of the chapter (published), or smaller ones like those of the Swift GAN "
        "(swift). Label noise, slope and dropout are used by the chapter's only.",
        choices=("published", "swift"),
        group="Networks",
    ),
    Knob(
        "updates",
        "Updates in an iteration",
        1,
        "Into how many parts each batch is split with the networks of the Swift GAN. Both networks are updated on "
        "each part.",
        low=1,
        high=16,
        step=1,
    ),
)


def generator(values: Mapping[str, Any], dtype: str, extra: Sequence[Any] = ()) -> Any:
    """Latents `[n, latent_size]` to images in [-1, 1]; `extra` layers go before the last convolution."""
    import keras
    from keras import layers

    from ganlab.models._layers import ToOneChannel

    filters, slope = values["generator_filters"], values["leaky_slope"]
    return keras.Sequential(
        [
            keras.Input([values["latent_size"]]),
            layers.Dense(14 * 14 * filters, dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            layers.Reshape([14, 14, filters], dtype=dtype),
            layers.Conv2D(filters, 5, padding="same", dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            layers.Conv2DTranspose(filters, 4, strides=2, padding="same", dtype=dtype),
            layers.LeakyReLU(slope, dtype=dtype),
            *extra,
            ToOneChannel(5, dtype=dtype),
            layers.Activation("tanh", dtype="float32"),
        ],
        name="generator",
    )


def discriminator(values: Mapping[str, Any], dtype: str, extra: Sequence[Any] = ()) -> Any:
    """Images to P(fake), labels being inverted; `extra` layers go before Flatten."""
    import keras
    from keras import layers

    from ganlab.models._layers import Dropout, FromOneChannel

    return keras.Sequential(
        [
            keras.Input([28, 28, 1]),
            FromOneChannel(values["discriminator_filters"], 4, dtype=dtype),
            layers.LeakyReLU(values["leaky_slope"], dtype=dtype),
            *extra,
            layers.Flatten(dtype=dtype),
            Dropout(values["dropout"], dtype=dtype),
            layers.Dense(1, dtype=dtype),
            layers.Activation("sigmoid", dtype="float32"),
        ],
        name="discriminator",
    )


def assemble(generator: Any, discriminator: Any, values: Mapping[str, Any]) -> Any:
    """The two networks with the chapter's optimisers and updates."""
    from ganlab.models._gan import GAN, joint_update
    from ganlab.models._optimizers import RMSprop

    rate = values["learning_rate"]
    return GAN(
        generator,
        discriminator,
        RMSprop(rate),
        RMSprop(rate),
        joint_update,
        pixels="unit",
        label_noise=values["label_noise"],
        inverted=True,
    )


def build(values: Mapping[str, Any], dtype: str) -> Any:
    if is_swift(values):
        rate = values["learning_rate"]
        return swift_gan.assemble(
            {
                **values,
                "generator_learning_rate": rate,
                "discriminator_learning_rate": rate / 16,
                "beta_1": 0.0,
                "loss": "hinge",
                "penalty": 0.05,
                "averaging": 0.95,
                "cosine": True,
                "normalised": True,
                "initialisation": "he",
            },
            dtype,
            updates=min(values["updates"], values["batch_size"]),
        )
    return assemble(generator(values, dtype), discriminator(values, dtype), values)


def is_swift(values: Mapping[str, Any]) -> bool:
    return values.get("recipe") == "swift"


def idle(values: Mapping[str, Any]) -> tuple[str, ...]:
    return ("label_noise", "leaky_slope", "dropout") if is_swift(values) else ("updates",)


def silent(values: Mapping[str, Any]) -> tuple[str, ...]:
    return (_common.TOLD.name,) if is_swift(values) else ()  # one look at the images serves both networks


def updates(values: Mapping[str, Any]) -> Updates:
    parts = min(values["updates"], values["batch_size"]) if is_swift(values) else 1
    return _orders.averaged(values, parts) if is_swift(values) else _orders.joint(values)


register(
    ModelSpec(
        name="digit-gan",
        title="Digit GAN",
        family="gan",
        summary="The smallest convolutional GAN here. It learns a single digit in a hundred iterations.",
        source=SOURCE,
        knobs=(*KNOBS, *TUNED_KNOBS),
        presets={
            "published": Preset(
                "As in the chapter: fives, 100 iterations of 50 images, noisy and inverted labels.",
                mended=(
                    "Pixels are scaled to the range from 0 to 1, although the generator's last layer (tanh) reaches "
                    "down to -1. The chapter does so, and so does ganlab. What falls below 0 is shown as black.",
                ),
            ),
            "tuned": Preset(
                "Our own settings: the same 100 iterations of 50 images, with the Swift GAN's networks and four small "
                "updates in each iteration.",
                {
                    "learning_rate": 0.032,
                    "recipe": "swift",
                    "updates": 4,
                    "generator_filters": 32,
                    "discriminator_filters": 32,
                },
            ),
        },
        build=build,
        draws=("file",),
        curves=_common.TOLD_GAN_CURVES,
        updates=updates,
        told=_orders.JOINT_TOLD,
        parameters={"generator": 224_737, "discriminator": 41_089},
        card="One digit, a hundred updates: noise turns into fives within seconds.",
        keeps=KEEPS,
        real_columns=8,
        digits=(5,),
        falls=lambda values: _common.falls_to_the_end(values) if is_swift(values) else 0,
        idle=idle,
        silent=silent,
    )
)
