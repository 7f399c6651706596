"""What a network's layers are called, for people."""

from collections import Counter
from typing import Any

OUTPUT = "output"  # a network's last layer
KINDS = {  # what a layer does, by the name of its class
    "Activation": "activation",
    "Add": "sum",
    "AveragePooling2D": "pooling",
    "BatchNormalization": "normalisation",
    "Concatenate": "joining",
    "Conv2D": "convolution",
    "Conv2DTranspose": "transposed convolution",
    "Dense": "dense",
    "Dropout": "dropout",
    "Flatten": "flattening",
    "FourierFeatures": "waves",
    "FromOneChannel": "convolution",
    "GlobalAveragePooling2D": "pooling",
    "LeakyReLU": "activation",
    "ReLU": "activation",
    "Reshape": "reshaping",
    "ToOneChannel": "convolution",
    "UpSampling2D": "enlargement",
}


def named_layers(network: Any) -> dict[str, Any]:
    """A network's Keras layers, without those that only stand for what goes in, by names that are the same in every
    process: what the layer does and the how manyth it is that does so, as in "convolution 2"; the name that the
    architecture gave it, as "mean"; or "output" for the last."""
    layers = [layer for layer in network.layers if type(layer).__name__ != "InputLayer"]
    found, counts = {}, Counter()
    for layer in layers:
        kind = kind_of(layer)
        counts[kind] += 1
        own = not _is_named_by_keras(layer)
        name = layer.name.replace("_", " ") if own else f"{kind} {counts[kind]}"
        found[OUTPUT if layer is layers[-1] else name] = layer
    return found


def kind_of(layer: Any) -> str:
    """What a layer does, in a word or two."""
    name = type(layer).__name__
    return KINDS.get(name, name)


def _is_named_by_keras(layer: Any) -> bool:
    """By its class and a number that counts the layers of this process."""
    return layer.name.replace("_", "").rstrip("0123456789") == type(layer).__name__.lower()


def learning_layers(network: Any) -> list[tuple[str, list[Any]]]:
    """The layers that have something to learn: their names, and the variables that training changes, in the order of
    `network.trainable_variables`."""
    named = named_layers(network).items()
    return [(name, layer.trainable_variables) for name, layer in named if layer.trainable_variables]
