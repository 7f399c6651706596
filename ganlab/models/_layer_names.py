"""What a network's layers are called, for people."""

from typing import Any

KINDS = {
    "Conv2D": "convolution",
    "FromOneChannel": "convolution",
    "ToOneChannel": "convolution",
    "Conv2DTranspose": "transposed convolution",
    "Dense": "dense",
    "BatchNormalization": "normalisation",
    "FourierFeatures": "waves",
}


def learning_layers(network: Any) -> list[tuple[str, list[Any]]]:
    """Of a Keras network, the layers that have something to learn: a name such as "convolution 2", different for each
    of them, and the variables that training changes, in the order of `network.trainable_variables`."""
    counts: dict[str, int] = {}
    found = []
    for layer in network.layers:
        if not layer.trainable_variables:
            continue
        kind = KINDS.get(type(layer).__name__, type(layer).__name__.lower())
        counts[kind] = counts.get(kind, 0) + 1
        found.append((f"{kind} {counts[kind]}", layer.trainable_variables))
    return found
