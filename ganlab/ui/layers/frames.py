"""What the view of a network's layers is sent: `LayersHead` and `LayersArrays` in ganlab/ui/layers_types.d.ts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data
from ganlab.inference import ClassifierRun, GANRun
from ganlab.inference import layers as seen
from ganlab.inference.layers import Layer, Summary
from ganlab.models._layer_names import OUTPUT
from ganlab.ui.layers import inputs, layer_words
from ganlab.ui.layers.choice import Network
from ganlab.ui.layers.inputs import Given, Many
from ganlab.ui.shared.model_picker import Key

AT_ONCE = 50  # inputs
SPREAD = 20  # inputs over which numbers are spread before and after normalisation
GLANCE = 6  # maps of a layer in the list of all
MOST_MAPS, MOST_BARS = 256, 512  # units of a layer that are shown
MOST_SLICES = 16  # of a kernel: the channels of its input that it weighs most
TOP = 6  # inputs that move a unit most
COVERS = (0, 4, 7, 10)  # pixels of a patch that covers a part of the image


@dataclass(frozen=True)
class Measured:
    """A network's layers over many inputs, and the images that stand for these, uint8 `[n, 28, 28]`: themselves, or
    what is drawn from them."""

    many: Many
    layers: Mapping[str, Summary]
    images: np.ndarray


@dataclass(frozen=True)
class Asked:
    """What is looked at: a layer, one of its units, and how many pixels of the image a patch covers (0 is none)."""

    layer: str = ""
    unit: int = 0
    cover: int = 0


def measure(network: Network) -> Measured | None:
    """The layers over many inputs; None where there are none on this computer."""
    cut = bool(st.session_state.get(inputs.CUT))
    return _measure(network, network.key, network.name, cut, data.stamp(network.model.run.config.dataset))


@st.cache_resource(max_entries=40, show_spinner="Going through many inputs, to see what each unit does")
def _measure(_network: Network, key: Key, name: str, cut: bool, stamp: str) -> Measured | None:
    many = inputs.many(_network)
    if many is None or not len(many.inputs):
        return None
    drawn: list[np.ndarray] = []

    def outputs(some: np.ndarray) -> dict[str, np.ndarray]:
        found = _network.model.activations(some, name)
        drawn.append(some if some.dtype == np.uint8 else _network.model.as_images(found[OUTPUT]))
        return found

    layers = seen.summarise_all(seen.in_turn(outputs, many.inputs, AT_ONCE))
    return Measured(many, layers, np.concatenate(drawn))


def shown_layers(network: Network) -> list[Layer]:
    """The layers that compute something; the last one always."""
    found = list(network.inside.layers.values())
    return [layer for layer in found if not layer.idle or layer is found[-1]]


def settled(network: Network, layer: str, unit: int, cover: int) -> Asked:
    """What is looked at, with what is there in place of what is not."""
    offered = {one.name: one for one in shown_layers(network)}
    chosen = offered.get(layer) or next(iter(offered.values()))
    unit = unit if 0 <= unit < min(chosen.units, _most(chosen)) else 0
    return Asked(chosen.name, unit, cover if cover in COVERS and answers(network, None) is not None else 0)


def _most(layer: Layer) -> int:
    return MOST_MAPS if len(layer.shape) == 3 else MOST_BARS


def frame(
    network: Network, given: Given, asked: Asked, measured: Measured | None, names: Sequence[str]
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Head and arrays of the frame; `names` are those of the classes."""
    found = network.model.activations(given.value[None], network.name)
    layers = shown_layers(network)
    layer = network.inside.layers[asked.layer]
    taken = network.inside.inputs(network.model.given(given.value[None], network.name))[0][0]
    values = found[layer.name][0]
    glances = [_glance(found[one.name][0]) for one in layers]
    head: dict[str, Any] = {
        "view": f"{'/'.join(map(str, network.key))}/{network.name}",
        "takes": "image" if network.inside.takes_images else "latents",
        "given": given.words,
        "taken": list(taken.shape),
        "range": [float(taken.min()), float(taken.max())],
        "layers": [
            {
                "name": one.name,
                "words": layer_words.shape_in_words(one.shape),
                "glance": list(glance.shape),
                "maps": len(one.shape) == 3,
            }
            for one, glance in zip(layers, glances, strict=True)
        ],
        "layer": layers.index(layer),
        "unit": asked.unit,
        "shape": list(layer.shape),
        "shown": min(layer.units, _most(layer)),
        "about": layer_words.about(layer).replace("**", ""),
        "dead": _dead(layer, measured),
        "overall": list(measured.layers[layer.name].range) if measured else None,
        "inputs": measured.many.called if measured else "",
    }
    arrays = {
        "glances": np.concatenate([glance.reshape(-1) for glance in glances]),
        "taken": taken.astype(np.float32),
        "values": values[..., : head["shown"]].astype(np.float32),
    }
    if len(taken.shape) == 3:
        arrays["image"] = given.value
    output = found[OUTPUT]
    if output.shape[1:] == (28, 28, 1):
        arrays["drawn"] = network.model.as_images(output)[0]
    head["kernel"], more = _kernel(layer, asked.unit, taken, network)
    head["top"], images = _top(layer, asked.unit, measured)
    head["spread"], counts = _spread(network, layer, asked.unit, measured)
    head["answer"], covered = _answer(network, given, asked, names)
    return head, arrays | more | images | counts | covered


def _glance(values: np.ndarray) -> np.ndarray:
    """A layer in the list of all: its first maps, uint8 `[k, h, w]`, or its first numbers, `[1, 1, k]`, all by the
    largest of the layer; 128 is 0."""
    most = max(float(np.abs(values).max()), 1e-9)
    first = values[None, None, :64] if values.ndim == 1 else np.moveaxis(values[..., :GLANCE], -1, 0)
    return np.round(128 + first / most * 127).astype(np.uint8)


def _dead(layer: Layer, measured: Measured | None) -> str:
    if measured is None:
        return "There are no test images on this computer, by which dead units could be counted."
    dead = int(measured.layers[layer.name].dead.sum())
    return layer_words.dead_in_words(dead, layer.units, measured.many.called).replace("**", "")


def _kernel(
    layer: Layer, unit: int, taken: np.ndarray, network: Network
) -> tuple[dict[str, Any] | None, dict[str, np.ndarray]]:
    """The unit's kernel: of a convolution the slices that weigh most, of a dense layer its weights, as a picture where
    these are of the pixels of an image."""
    kernel = layer.kernel(unit)
    if kernel is None:
        return None, {}
    about: dict[str, Any] = {"bias": layer.bias(unit), "activation": layer_words.name_of_activation(layer)}
    if layer.sees_input:
        stride, same = layer.keras.strides[0], layer.keras.padding == "same"
        before = [seen.padding(side, kernel.shape[0], stride, same) for side in taken.shape[:2]]
        about["sliding"] = {"stride": stride, "before": before}
    if kernel.ndim == 3:
        order = np.sort(np.argsort(-np.abs(kernel).sum(axis=(0, 1)), kind="stable")[:MOST_SLICES])
        if layer.sees_input:
            order = np.arange(kernel.shape[2])  # of all, as all are summed
        about |= {"shape": [*kernel.shape[:2], len(order)], "slices": order.tolist(), "of": kernel.shape[2]}
        return about, {"kernel": np.moveaxis(kernel[..., order], -1, 0)}
    of_pixels = len(kernel) == 784 and network.inside.takes_images
    about |= {"shape": [28, 28, 1] if of_pixels else [1, len(kernel), 1], "slices": [0], "of": 1}
    return about, {"kernel": kernel}


def _top(layer: Layer, unit: int, measured: Measured | None) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
    if measured is None:
        return [], {}
    summary, many = measured.layers[layer.name], measured.many
    places = summary.top(unit, TOP)
    told = [{"number": int(many.numbers[at]), "value": float(summary.highest[at, unit])} for at in places]
    return told, {"top": measured.images[places]}


def _spread(
    network: Network, layer: Layer, unit: int, measured: Measured | None
) -> tuple[dict[str, Any] | None, dict[str, np.ndarray]]:
    """Of batch normalisation: how the unit's numbers are spread before and after it, over some of the inputs."""
    if layer.kind != "normalisation" or measured is None or not layer.fed_by:
        return None, {}
    some = measured.many.inputs[:SPREAD]
    before, after = _both(network, network.key, network.name, layer.name, bool(st.session_state.get(inputs.CUT)), some)
    told, counts = {}, {}
    for name, values in (("before", before[..., unit]), ("after", after[..., unit])):
        counts[name], low, high = seen.histogram(values)
        counts[name] = counts[name].astype(np.int32)
        told[name] = {"low": low, "high": high, "mean": float(values.mean()), "deviation": float(values.std())}
    return {**told, "inputs": len(some)}, counts


@st.cache_resource(max_entries=4, show_spinner=False)
def _both(
    _network: Network, key: Key, name: str, layer: str, cut: bool, _some: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What goes into a layer of normalisation and what comes out, float32 `[n, ..., units]`."""
    found = _network.model.activations(_some, name)
    before, after = found[_network.inside.layers[layer].fed_by], found[layer]
    return before.reshape(after.shape), after


# The answer


def answers(network: Network, images: np.ndarray | None) -> np.ndarray | None:
    """What the network answers to images, uint8 `[n, 28, 28]`, or to none: a classifier's probabilities, float32
    `[n, classes]`, a discriminator's P(real), `[n, 1]`; None of networks that answer nothing of the kind."""
    model = network.model
    images = np.zeros([0, 28, 28], np.uint8) if images is None else images
    if isinstance(model, ClassifierRun):
        return model.classify(images) if len(images) else np.zeros([0, 10], np.float32)
    if isinstance(model, GANRun) and network.name == "discriminator":
        p = model.p_real(images)
        return None if p is None else p[:, None]
    return None


def _answer(
    network: Network, given: Given, asked: Asked, names: Sequence[str]
) -> tuple[dict[str, Any] | None, dict[str, np.ndarray]]:
    if answers(network, None) is None:
        return None, {}
    found = _with_covers(network, network.key, network.name, given.value, asked.cover)
    called = ["P(real)"] if found.shape[1] == 1 else list(names)[: found.shape[1]]
    called += [str(label) for label in range(len(called), found.shape[1])]
    told = {"names": called, "first": found[0].tolist(), "cover": asked.cover, "covers": COVERS}
    return told, {"covered": found[1:]} if asked.cover else {}


@st.cache_data(max_entries=40, show_spinner=False)
def _with_covers(_network: Network, key: Key, name: str, image: np.ndarray, cover: int) -> np.ndarray:
    """The answer to an image, and to its copies with a patch at every place, row after row."""
    copies = seen.covered(image, cover) if cover else image[:0].reshape(0, 28, 28)
    found = answers(_network, np.concatenate([image[None], copies]))
    assert found is not None
    return found
