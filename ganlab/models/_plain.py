"""Networks made of Keras's own parts alone, which load without ganlab: the same weights, the same outputs."""

import json
import zipfile
from pathlib import Path
from typing import Any

import keras

from ganlab.errors import GanlabError
from ganlab.models import _layers

PLAIN: dict[type[keras.layers.Layer], type[keras.layers.Layer]] = {
    _layers.BatchNormalization: keras.layers.BatchNormalization,
    _layers.Dropout: keras.layers.Dropout,
    _layers.FromOneChannel: keras.layers.Conv2D,
    _layers.ToOneChannel: keras.layers.Conv2D,
}


def plain(network: keras.Model, name: str) -> keras.Model:
    """The same function as a new network of Keras's own layers; where no layer does it, of Keras's own operations.

    Raises GanlabError for a layer that has no such counterpart.
    """
    weights: list[tuple[keras.layers.Layer, keras.layers.Layer]] = []

    def own(layer: Any) -> Any:
        kind = PLAIN.get(type(layer), type(layer))
        config = layer.get_config()
        if isinstance(layer, _layers.FourierFeatures):
            kind, config = keras.layers.Dense, {key: value for key, value in config.items() if key != "spread"}
        if not kind.__module__.startswith("keras."):
            raise GanlabError(f"The layer {kind.__name__} has no counterpart in Keras, so it cannot be exported.")
        made: Any = kind.from_config(config)
        weights.append((layer, made))
        return made

    def call(made: Any, *args: Any, **kwargs: Any) -> Any:
        outputs = made(*args, **kwargs)
        if any(isinstance(layer, _layers.FourierFeatures) for layer, copy in weights if copy is made):
            waves = keras.ops.sin(outputs), keras.ops.cos(outputs)
            return keras.layers.Concatenate()([args[0], *waves])
        return outputs

    inputs = network.inputs if len(network.inputs) > 1 else network.inputs[0]
    functional = keras.Model(inputs, network.outputs[0])  # a Sequential is cloned without `call_function`
    copy = keras.models.clone_model(functional, clone_function=own, call_function=call)
    for layer, made in weights:
        made.set_weights(layer.get_weights())
    inputs = copy.inputs if len(copy.inputs) > 1 else copy.inputs[0]
    return keras.Model(inputs, copy.outputs[0], name=name)


def check_plain(file: Path) -> None:
    """Raises GanlabError where a saved network names anything that is not Keras's own."""
    with zipfile.ZipFile(file) as archive:
        strangers = {name for name in _modules(json.loads(archive.read("config.json"))) if not _of_keras(name)}
    if strangers:
        raise GanlabError(f"The network {file.stem} uses {', '.join(sorted(strangers))}, so it cannot be exported.")


def _of_keras(module: str) -> bool:
    return module == "keras" or module.startswith("keras.")


def _modules(config: Any) -> set[str]:
    if isinstance(config, dict):
        found = set[str]().union(*map(_modules, config.values()))
        return found | ({config["module"]} if isinstance(config.get("module"), str) else set())
    return set[str]().union(*map(_modules, config)) if isinstance(config, list) else set()
