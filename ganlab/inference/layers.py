"""What the layers of a network give, and what is seen in it: with NumPy, from outputs that the network gave."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ganlab.models._layer_names import kind_of, named_layers

IDLE = ("dropout", "flattening", "reshaping")  # kinds of layers that change no number when a model is used
BINS = 40


@dataclass(frozen=True)
class Layer:
    """A layer of a network: its `name` and what it does (`kind`), see `_layer_names`; the `shape` of what it
    gives for one input, `(28, 28, 32)` or `(10,)`, whose last number counts its units; the name of the layer that
    feeds it (`fed_by`), "" where several do or the input does; and the name of the `activation` that it ends with, ""
    where it has none."""

    name: str
    kind: str
    shape: tuple[int, ...]
    fed_by: str
    activation: str
    keras: Any

    @property
    def units(self) -> int:
        return self.shape[-1]

    @property
    def idle(self) -> bool:
        """Whether it changes no number when a model is used."""
        return self.kind in IDLE

    @property
    def sees_input(self) -> bool:
        """Whether a convolution slides over what goes into the network itself."""
        return self.kind == "convolution" and type(self.keras.input._keras_history.operation).__name__ == "InputLayer"

    def kernel(self, unit: int) -> np.ndarray | None:
        """The numbers by which a unit multiplies what it sees, float32: `[k, k, in]` of a convolution and of a
        transposed one, `[in]` of a dense layer. None of layers without a kernel."""
        kernel = getattr(self.keras, "kernel", None)
        if kernel is None or self.kind not in ("convolution", "transposed convolution", "dense"):
            return None
        kernel = np.asarray(kernel, np.float32)
        return kernel[..., unit, :] if self.kind == "transposed convolution" else kernel[..., unit]

    def bias(self, unit: int) -> float:
        """What a unit adds to its sum; 0 where it adds nothing."""
        bias = getattr(self.keras, "bias", None)
        return 0.0 if bias is None else float(np.asarray(bias)[unit])


class Inside:
    """A network with all its layers' outputs, in the way in which it is used (`training=False`)."""

    def __init__(self, network: Any) -> None:
        import keras
        import tensorflow as tf

        named = named_layers(network)
        names = {id(layer.output): name for name, layer in named.items()}
        self.network = network
        self.layers = {
            name: Layer(
                name,
                kind_of(layer),
                tuple(layer.output.shape[1:]),
                names.get(id(layer.input), ""),
                _activation(layer),
                layer,
            )
            for name, layer in named.items()
        }
        model = keras.Model(network.inputs, [layer.output for layer in named.values()])
        shapes = network.input_shape if isinstance(network.input_shape, list) else [network.input_shape]
        self.input_shapes = [tuple(shape[1:]) for shape in shapes]
        signature = [[tf.TensorSpec([None, *shape]) for shape in self.input_shapes]]

        def outputs(inputs: list[Any]) -> list[Any]:
            found = model(inputs if len(inputs) > 1 else inputs[0], training=False)
            return [tf.cast(one, tf.float32) for one in (found if isinstance(found, list) else [found])]

        self._outputs = tf.function(outputs, signature, autograph=False)

    @property
    def takes_images(self) -> bool:
        """Whether images go in, and not latents."""
        return len(self.input_shapes[0]) == 3

    def inputs(self, given: np.ndarray) -> list[np.ndarray]:
        """What the network takes, float32, from images in its range, `[n, 28, 28, 1]`, or its latents `[n, k]`. What
        else it takes, such as the damage that a repairer is told and its noise, is 0."""
        first, *others = self.input_shapes
        more = first[-1] - given.shape[-1]
        given = np.pad(given, [(0, 0)] * (given.ndim - 1) + [(0, more)]).astype(np.float32)
        return [given, *(np.zeros([len(given), *shape], np.float32) for shape in others)]

    def outputs(self, given: np.ndarray) -> dict[str, np.ndarray]:
        """What each layer gives, float32 `[n, ...]`, in their order, of what `inputs` takes."""
        found = self._outputs(self.inputs(given))
        return {name: one.numpy() for name, one in zip(self.layers, found, strict=True)}


def _activation(layer: Any) -> str:
    if type(layer).__name__ in ("LeakyReLU", "ReLU"):
        return "leaky ReLU" if type(layer).__name__ == "LeakyReLU" else "relu"
    name = getattr(getattr(layer, "activation", None), "__name__", "linear")
    return "" if name == "linear" else name


@dataclass(frozen=True)
class Summary:
    """Of a layer over `n` inputs: each unit's `lowest` and `highest` output for each of them, float32 `[n, units]`."""

    lowest: np.ndarray
    highest: np.ndarray

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest output of all."""
        return float(self.lowest.min()), float(self.highest.max())

    @property
    def dead(self) -> np.ndarray:
        """Which units give 0 everywhere, for every one of the inputs: bool `[units]`."""
        return ((self.lowest == 0) & (self.highest == 0)).all(axis=0)

    def top(self, unit: int, count: int) -> np.ndarray:
        """The places of the inputs for which a unit gives its highest outputs, int64 `[count]`, the highest first."""
        return np.argsort(-self.highest[:, unit], kind="stable")[:count]


def summarise(outputs: np.ndarray) -> Summary:
    """Of a layer's outputs, float32 `[n, ..., units]`."""
    flat = outputs.reshape(len(outputs), -1, outputs.shape[-1])
    return Summary(flat.min(axis=1), flat.max(axis=1))


def summarise_all(batches: Iterable[Mapping[str, np.ndarray]]) -> dict[str, Summary]:
    """Of every layer, over the inputs of all batches; the outputs of one batch are in memory at a time."""
    found: dict[str, list[Summary]] = {}
    for batch in batches:
        for name, outputs in batch.items():
            found.setdefault(name, []).append(summarise(outputs))
    return {
        name: Summary(np.concatenate([one.lowest for one in parts]), np.concatenate([one.highest for one in parts]))
        for name, parts in found.items()
    }


def padding(side: int, kernel: int, stride: int, same: bool) -> int:
    """How many rows of zeros a convolution puts before the first row of its input, `side` rows high (or columns)."""
    out = -(-side // stride)
    return max(0, (out - 1) * stride + kernel - side) // 2 if same else 0


def covered(image: np.ndarray, size: int) -> np.ndarray:
    """Copies of an image, uint8 `[28, 28]`, in each of which a square of `size` pixels is black: at every place, row
    after row, uint8 `[(29 - size) ** 2, 28, 28]`."""
    across = 29 - size
    copies = np.repeat(image[None], across**2, axis=0)
    for number, copy in enumerate(copies):
        row, column = divmod(number, across)
        copy[row : row + size, column : column + size] = 0
    return copies


def histogram(values: np.ndarray, bins: int = BINS) -> tuple[np.ndarray, float, float]:
    """How many of the values, float32 of any shape, lie in each of so many equal parts of their range: int64 `[bins]`,
    and the ends of that range."""
    low, high = float(values.min()), float(values.max())
    return np.histogram(values, bins, (low, high))[0], low, high


def in_turn(function: Callable[[np.ndarray], Any], inputs: np.ndarray, at_once: int) -> Iterator[Any]:
    """`function` of so many inputs at a time."""
    for start in range(0, len(inputs), at_once):
        yield function(inputs[start : start + at_once])
