"""The classifier of "Python Deep Learning Projects" (Lamons, Kumar and Nagaraja, 2018), chapter 13, and one of ours.

Ours is small, has batch normalisation (Ioffe and Szegedy, 2015) and learns from distorted images (Simard, Steinkraus
and Platt, "Best practices for convolutional neural networks", 2003).
"""

from collections.abc import Mapping
from typing import Any

from ganlab.knobs import Knob
from ganlab.models import _common
from ganlab.registry import ModelSpec, Preset, Source, register


def build_published(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    from ganlab.models._layers import Dropout

    filters, hidden = values["filters"], []
    for factor, strides in ((1, 2), (2, 2), (4, 1)):
        hidden += [
            layers.Conv2D(factor * filters, 3, strides, "same", activation="relu", dtype=dtype),
            Dropout(values["dropout"], dtype=dtype),
        ]
    return keras.Sequential(
        [
            keras.Input([28, 28, 1]),
            *hidden,
            layers.Flatten(dtype=dtype),
            layers.Dense(values["units"], activation="relu", dtype=dtype),
            layers.Dense(_common.CLASSES, dtype="float32"),
        ],
        name="classifier",
    )


def build_small(values: Mapping[str, Any], dtype: str) -> Any:
    import keras
    from keras import layers

    from ganlab.models._layers import BatchNormalization, Dropout

    filters, hidden = values["filters"], []
    for factor, strides in ((1, 1), (1, 2), (2, 1), (2, 2), (3, 1)):
        hidden += [
            layers.Conv2D(factor * filters, 3, strides, "same", use_bias=False, dtype=dtype),
            BatchNormalization(dtype=dtype),
            layers.Activation("relu", dtype=dtype),
        ]
    return keras.Sequential(
        [
            keras.Input([28, 28, 1]),
            *hidden,
            layers.GlobalAveragePooling2D(dtype=dtype),
            Dropout(values["dropout"], dtype=dtype),
            layers.Dense(_common.CLASSES, dtype="float32"),
        ],
        name="classifier",
    )


def build(values: Mapping[str, Any], dtype: str) -> Any:
    from ganlab.models._classifier import Classifier
    from ganlab.models._optimizers import Adam, warmed_cosine

    small = values["network"] == "small"
    decay = values["decay_iterations"]
    rate = warmed_cosine(values["learning_rate"], decay) if decay else values["learning_rate"]
    network = build_small(values, dtype) if small else build_published(values, dtype)
    return Classifier(network, Adam(rate), "signed", values["augment"], values["smoothing"])


register(
    ModelSpec(
        name="classifier",
        title="Classifier",
        family="classifier",
        summary="It does not draw but reads: for each image it gives ten probabilities, one for each class.",
        source=Source("Python Deep Learning Projects", "chapter 13", 2018),
        knobs=(
            _common.epochs(3),
            _common.batch_size(128),
            _common.learning_rate(0.001),
            _common.held_out(0.2),
            _common.decay_iterations(0),
            _common.augment(0.0),
            Knob(
                "smoothing",
                "Label smoothing",
                0.0,
                "How much of the probability in the wanted answers goes to the other classes, so that the classifier "
                "does not grow too sure.",
                low=0.0,
                high=0.5,
                step=0.01,
            ),
            Knob(
                "network",
                "Network",
                "published",
                "The chapter's network with a large dense layer (published), or a small one made of convolutions "
                "(small).",
                choices=("published", "small"),
                group="Networks",
            ),
            _common.filters(32),
            _common.units(1024),
            _common.dropout(0.2),
        ),
        presets={
            "published": Preset(
                "As in the chapter: 3 epochs, with the last fifth of the training images kept back for checking."
            ),
            "tuned": Preset(
                "Small, steady and harder to fool: the settings of the pretrained model that comes with ganlab.",
                {
                    "epochs": 20,
                    "held_out": 0.1,
                    "learning_rate": 0.004,
                    "decay_iterations": 20 * 422,
                    "augment": 1.0,
                    "network": "small",
                },
            ),
        },
        build=build,
        draws=("shuffled",),
        curves=_common.CLASSIFIER_CURVES,
        parameters={"classifier": 6_526_474},
        card="The judge of the other models: it reads what they drew or repaired.",
        keeps="the loss and the accuracy on images that it does not learn from, after each epoch.",
        panels=(_common.LEAST_SURE,),
        validation=("loss", "accuracy"),
        places=_common.READ,
        places_are="read",
        falls=lambda values: int(values.get("decay_iterations", 0)),
        idle=lambda values: ("units",) if values.get("network") == "small" else (),
    )
)
