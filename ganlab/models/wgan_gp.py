"""The Wasserstein GAN with gradient penalty of Gulrajani and others, "Improved training of Wasserstein GANs", 2017.

The networks, and the published settings, are those of the authors' program for MNIST (gan_mnist.py).
"""

from collections.abc import Mapping
from typing import Any

from ganlab.knobs import Knob
from ganlab.models import _common, _orders, _scores
from ganlab.registry import ModelSpec, Preset, Source, register

KNOBS = (
    _common.iterations(200_000),
    _common.batch_size(250),
    _common.learning_rate(1e-4, "generator"),
    _common.learning_rate(1e-4, "discriminator"),
    _common.beta_1(0.5),
    Knob(
        "discriminator_updates",
        "Discriminator's updates",
        5,
        "How many times the discriminator learns in an iteration, each time from another part of the batch and from "
        "new generated images. The generator then learns once.",
        low=1,
        high=20,
        step=1,
    ),
    Knob(
        "penalty",
        "Gradient penalty",
        10.0,
        "How much it costs the discriminator where its score is steeper or flatter than 1 between real and generated "
        "images. 0 lets it grow as steep as it likes, and training falls apart.",
        low=0.0,
        high=100.0,
        step=0.5,
    ),
    _common.averaging(0.0),
    _common.latent_size(128),
    _common.generator_filters(64),
    _common.discriminator_filters(64),
    _common.normalised(False, "in the generator"),
)


def build_generator(values: Mapping[str, Any], dtype: str, name: str = "generator") -> Any:
    """Latents `[n, latent_size]` to images in [0, 1]; a layer of 8 x 8 is cut to 7 x 7 on the way."""
    import keras
    from keras import layers

    from ganlab.models._layers import normalisation

    filters = values["generator_filters"]

    def hidden() -> list[Any]:
        return [*normalisation(values, dtype), layers.Activation("relu", dtype=dtype)]

    return keras.Sequential(
        [
            keras.Input([values["latent_size"]]),
            layers.Dense(4 * 4 * 4 * filters, kernel_initializer="he_normal", dtype=dtype),
            layers.Reshape([4, 4, 4 * filters], dtype=dtype),
            *hidden(),
            layers.Conv2DTranspose(2 * filters, 5, 2, "same", kernel_initializer="he_normal", dtype=dtype),
            *hidden(),
            layers.Cropping2D(((0, 1), (0, 1)), dtype=dtype),
            layers.Conv2DTranspose(filters, 5, 2, "same", kernel_initializer="he_normal", dtype=dtype),
            *hidden(),
            layers.Conv2DTranspose(1, 5, 2, "same", dtype=dtype),
            layers.Activation("sigmoid", dtype="float32"),
        ],
        name=name,
    )


def build_discriminator(values: Mapping[str, Any], dtype: str) -> Any:
    """Images in [0, 1] to scores `[n, 1]`. Without batch normalisation: the penalty is on single images."""
    import keras
    from keras import layers

    filters, hidden = values["discriminator_filters"], []
    for factor in (1, 2, 4):
        hidden += [
            layers.Conv2D(factor * filters, 5, 2, "same", kernel_initializer="he_normal", dtype=dtype),
            layers.LeakyReLU(0.2, dtype=dtype),
        ]
    return keras.Sequential(
        [keras.Input([28, 28, 1]), *hidden, layers.Flatten(dtype=dtype), layers.Dense(1, dtype="float32")],
        name="discriminator",
    )


def build(values: Mapping[str, Any], dtype: str) -> Any:
    from ganlab.models._optimizers import Adam
    from ganlab.models._wasserstein import ScoringGAN

    def optimizer(network: str) -> Any:
        return Adam(values[f"{network}_learning_rate"], beta_1=values["beta_1"], beta_2=0.9)

    return ScoringGAN(
        build_generator(values, dtype),
        build_generator(values, dtype, "averaged") if values["averaging"] else None,
        build_discriminator(values, dtype),
        optimizer("generator"),
        optimizer("discriminator"),
        pixels="unit",
        discriminator_updates=values["discriminator_updates"],
        penalty=values["penalty"],
        averaging=values["averaging"],
    )


register(
    ModelSpec(
        name="wgan-gp",
        title="Wasserstein GAN",
        family="gan",
        summary="A GAN whose discriminator gives scores in place of probabilities and learns several times as often as "
        "the generator. It is slower than others, and hardly ever collapses.",
        source=Source("Improved training of Wasserstein GANs", "Algorithm 1", 2017),
        knobs=KNOBS,
        presets={
            "published": Preset(
                "As in the authors' program for MNIST: 200,000 iterations of 5 times 50 images. Without a graphics "
                "card that takes more than a day, so choose “tuned” there."
            ),
            "tuned": Preset(
                "Our own settings, for two processor cores: smaller networks, two updates of the discriminator on 32 "
                "images each, larger steps, batch normalisation in the generator, and averaged weights.",
                {
                    "iterations": 12_000,
                    "batch_size": 64,
                    "generator_learning_rate": 0.004,
                    "discriminator_learning_rate": 0.002,
                    "beta_1": 0.0,
                    "discriminator_updates": 2,
                    "averaging": 0.999,
                    "generator_filters": 32,
                    "discriminator_filters": 16,
                    "normalised": True,
                },
            ),
        },
        build=build,
        draws=("replacement",),
        curves=_scores.CURVES,
        updates=_orders.scoring,
        told=_orders.SCORING_TOLD,
        scores=lambda values: True,
        parameters={"generator": 1_554_177, "discriminator": 1_030_145},
        card="What people try first when a GAN collapses: a judge that always says which way is better.",
        keeps="the discriminator's loss, and samples, every 100 iterations.",
    )
)
