"""A GAN of our own that repairs digits, whether it is told where the damage is or not.

A small U-Net (Ronneberger, Fischer and Brox, 2015) that fills only what is lost, trained by the distance to the lost
pixels and by a critic (Pathak and others, "Context encoders", 2016).
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from ganlab.knobs import Knob
from ganlab.models import _common, _orders
from ganlab.registry import ModelSpec, Preset, Source, register

NOISE = 16
KINDS = ("hole", "strokes", "rectangles", "columns", "cuts", "pen")  # of damage that it learns to repair
EACH = 1_500  # masks of a kind to train on
BANK_SEED = 1_000_003


def build_generator(values: Mapping[str, Any], dtype: str, name: str) -> Any:
    import keras
    from keras import layers

    width = values["generator_filters"]

    def convolution(count: int, inputs: Any, size: int = 3, strides: int = 1) -> Any:
        return layers.Conv2D(count, size, strides, "same", activation="gelu", dtype=dtype)(inputs)

    images, noise = keras.Input([28, 28, 3]), keras.Input([NOISE])
    at_14 = convolution(width, images, 4, 2)
    at_14 = convolution(width, at_14)
    hidden = convolution(2 * width, at_14, 4, 2)
    whole = layers.Flatten(dtype=dtype)(convolution(width // 4 or 1, hidden, 1))
    whole = layers.Concatenate(dtype=dtype)([whole, noise])
    whole = layers.Dense(4 * width, activation="gelu", dtype=dtype)(whole)  # one look at all of the digit
    whole = layers.Dense(7 * 7 * (width // 2 or 1), activation="gelu", dtype=dtype)(whole)
    hidden = layers.Concatenate(dtype=dtype)([hidden, layers.Reshape([7, 7, width // 2 or 1], dtype=dtype)(whole)])
    hidden = convolution(2 * width, hidden)
    hidden = layers.Add(dtype=dtype)([hidden, convolution(2 * width, hidden)])
    hidden = layers.Conv2DTranspose(width, 4, 2, "same", activation="gelu", dtype=dtype)(hidden)
    hidden = layers.Concatenate(dtype=dtype)([hidden, at_14])
    hidden = convolution(width, hidden)
    hidden = layers.Conv2DTranspose(width // 2 or 1, 4, 2, "same", activation="gelu", dtype=dtype)(hidden)
    hidden = layers.Concatenate(dtype=dtype)([hidden, images])
    hidden = layers.Conv2D(1, 3, padding="same", dtype=dtype)(hidden)
    return keras.Model([images, noise], layers.Activation("sigmoid", dtype="float32")(hidden), name=name)


def build_critic(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    width, hidden = values["discriminator_filters"], []
    for factor, strides in ((1, 2), (2, 2), (4, 2)):
        hidden += [
            layers.Conv2D(factor * width, 4, strides, "same", dtype=dtype),
            layers.LeakyReLU(0.2, dtype=dtype),
        ]
    return keras.Sequential(
        [
            keras.Input([28, 28, 2]),
            *hidden,
            layers.Flatten(dtype=dtype),
            layers.Dense(1, dtype="float32"),
        ],
        name="critic",
    )


def build(values: Mapping[str, Any], dtype: str) -> Any:
    from ganlab.models._optimizers import Adam, warmed_cosine
    from ganlab.models._repair import RepairGAN, training_damages

    length = values["iterations"]
    return RepairGAN(
        build_generator(values, dtype, "generator"),
        build_generator(values, dtype, "averaged"),
        build_critic(values, dtype),
        Adam(warmed_cosine(values["generator_learning_rate"], length), beta_1=values["beta_1"], beta_2=0.99),
        Adam(warmed_cosine(values["discriminator_learning_rate"], length), beta_1=values["beta_1"], beta_2=0.99),
        partial(training_damages, KINDS, EACH, BANK_SEED),
        adversarial=values["adversarial_weight"],
        diversity=values["diversity_weight"],
        penalty=values["penalty"],
        undamaged=values["undamaged"],
        other_hands=values["other_hands"],
    )


def idle(values: Mapping[str, Any]) -> tuple[str, ...]:
    critics = ("discriminator_learning_rate", "discriminator_filters", "penalty")
    return () if values.get("adversarial_weight", 1.0) else critics


register(
    ModelSpec(
        name="repair-gan",
        title="Repair GAN",
        family="repair",
        summary="Our own GAN that fills exactly what is lost, or adds the strokes that are missing from a drawing, in "
        "several ways.",
        source=Source("ganlab", "after Pathak and others, 2016", 2026),
        knobs=(
            _common.iterations(9_000),
            _common.batch_size(64),
            _common.learning_rate(0.001, "generator"),
            _common.learning_rate(0.0005, "discriminator"),
            _common.beta_1(0.5),
            Knob(
                "adversarial_weight",
                "Weight of the critic",
                0.03,
                "How much the opinion of the critic (the discriminator of this GAN) counts beside the distance to the "
                "lost pixels. 0 is no critic at all.",
                low=0.0,
                high=1.0,
                step=0.005,
            ),
            Knob(
                "diversity_weight",
                "Weight of variety",
                0.2,
                "How strongly different repairs of the same damage are pushed apart. 0 does not push them.",
                low=0.0,
                high=1.0,
                step=0.01,
            ),
            Knob(
                "penalty",
                "Slope penalty",
                0.1,
                "How strongly the critic is kept from changing its mind over small changes in an image (the R1 "
                "penalty). More is steadier, and the repairs are less sharp.",
                low=0.0,
                high=100.0,
                step=0.1,
            ),
            Knob(
                "undamaged",
                "Undamaged examples",
                0.0,
                "The share of examples that have no damage, and from which the generator learns to leave a whole digit "
                "as it is when it is not told where the damage is. With any, it then adds only ink that is nearly "
                "black or white, as handwriting is; leave it at 0 for pictures with much grey.",
                low=0.0,
                high=0.9,
                step=0.05,
            ),
            Knob(
                "other_hands",
                "Examples in other hands",
                0.0,
                "The share of examples that are resized, moved away from the middle, and made thinner or thicker, so "
                "that the generator also learns from writing that is not like that of the data set.",
                low=0.0,
                high=1.0,
                step=0.05,
            ),
            _common.generator_filters(48),
            _common.discriminator_filters(24),
        ),
        presets={
            "tuned": Preset("All kinds of damage, known and unknown, on digits as the data set has them."),
            "handwriting": Preset(
                "The settings of the pretrained model that comes with ganlab: as tuned, and learning also from "
                "undamaged digits, which are to stay as they are, and from digits of other sizes, places and pens.",
                {"undamaged": 0.15, "other_hands": 0.4, "iterations": 12_000},
            ),
            "without-critic": Preset(
                "The same generator, learning from the lost pixels alone, for comparison.",
                {"adversarial_weight": 0.0, "diversity_weight": 0.0},
            ),
        },
        build=build,
        draws=("shuffled",),
        curves=_common.REPAIR_GAN_CURVES,
        silent=lambda values: () if values.get("adversarial_weight", 1.0) else _common.CRITIC_CURVES,
        updates=_orders.repairing,
        parameters={"generator": 762_064, "averaged": 762_064, "critic": 94_633},
        card="It fills a hole, a scratch or a rubbed-out stroke, and shows you four ways to do so.",
        keeps="losses, damaged and repaired digits, and how a classifier reads them.",
        panels=_common.REPAIR_PANELS,
        validation=_common.REPAIR_VALIDATION,
        places=_common.REPAIRED_READ,
        places_are="repaired",
        judged=True,
        falls=_common.falls_to_the_end,
        idle=idle,
    )
)
