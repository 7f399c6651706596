"""What layers and their units are called and what they do, in sentences."""

from collections.abc import Sequence

from ganlab.inference.layers import Layer
from ganlab.ui.shared.formatting import many

NETWORKS = {
    "averaged": "Generator, averaged",
    "generator": "Generator",
    "discriminator": "Discriminator",
    "critic": "Critic",
    "classifier": "Classifier",
    "encoder": "Encoder",
    "decoder": "Decoder",
}
MAP = (
    "Each unit gives a picture, its **feature map**: it says where in its input the unit found what it looks for, and "
    "how strongly."
)
KERNEL = (
    "A unit's **kernel** is a small grid of numbers. The unit slides it over its input, multiplies the numbers under "
    "it by those of the kernel, and adds the products up."
)
KINDS = {
    "convolution": f"{MAP} {KERNEL}",
    "transposed convolution": (
        f"{MAP} It works the other way round from a convolution: each number that comes in is multiplied by the "
        "unit's **kernel**, a small grid of numbers, and this is laid over the map around its place; where copies "
        "overlap they add up."
    ),
    "normalisation": (
        "**Batch normalisation** shifts and stretches each unit's numbers by their mean and spread over the images "
        "that the network learned from, so that the next layer always gets numbers of about the same size."
    ),
    "activation": (
        "An **activation** bends each number by itself and mixes none: ReLU, for example, makes 0 of every number "
        "below 0. Without it, several layers could do no more than one."
    ),
    "dense": "Each unit adds up all numbers that come in, each of them multiplied by a **weight** of its own.",
    "pooling": "Takes the mean over neighbouring places of each map, so that less is left to look at.",
    "enlargement": "Repeats the rows and columns of each map, so that it becomes larger.",
    "joining": "Puts what several layers gave side by side, and changes no number.",
    "sum": "Adds up what two layers gave, place by place.",
    "waves": "Gives the latent numbers themselves, and sines and cosines of mixtures of them.",
}
DEAD = (
    "A **dead unit** gives 0 everywhere, whatever comes in: the network could do without it, and mostly it learns no "
    "more."
)
ACTIVATIONS = {"relu": "ReLU", "gelu": "GELU"}


def title_of_network(name: str) -> str:
    return NETWORKS.get(name, name.capitalize())


def shape_in_words(shape: Sequence[int]) -> str:
    """What a layer gives for one input, for example its maps or `10 numbers`."""
    if len(shape) == 1:
        return many(shape[0], "number")
    return f"{many(shape[-1], 'map')} of {' × '.join(map(str, shape[:-1]))}"


def about(layer: Layer) -> str:
    """What a layer does, in a sentence or two."""
    words = KINDS.get(layer.kind, f"A layer of the kind {layer.kind}.")
    if layer.activation and layer.kind != "activation":
        words += f" What comes out goes through the activation {name_of_activation(layer)}."
    elif layer.activation:
        words += f" This one is {name_of_activation(layer)}."
    return words


def name_of_activation(layer: Layer) -> str:
    return ACTIVATIONS.get(layer.activation, layer.activation)


def dead_in_words(dead: int, units: int, inputs: str) -> str:
    """How many of a layer's units give nothing, for example for `200 test images`."""
    if not dead:
        if units == 1:
            return f"Its unit is not dead: it gives something for some of {inputs}."
        return f"None of its {units} units is dead: each gives something for some of {inputs}."
    are = "is" if dead == 1 else "are"
    return f"{dead:,} of its {many(units, 'unit')} {are} dead: for all of {inputs} there is nothing but 0. {DEAD}"
