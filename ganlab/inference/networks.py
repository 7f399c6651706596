"""The networks of an architecture in words: their layers with their names, shapes and numbers of weights."""

from collections.abc import Mapping
from typing import Any

from ganlab import registry
from ganlab.startup import start_tensorflow


def describe_networks(spec: registry.ModelSpec, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Each network's `parameters`, `input` shape, and `layers` with `kind`, `output` shape and `parameters`."""
    start_tensorflow()
    from ganlab.models import create

    return {name: _describe(network) for name, network in create(spec, values).networks.items()}


def _describe(network: Any) -> dict[str, Any]:
    return {
        "parameters": network.count_params(),
        "input": list(network.input_shape[1:]),
        "layers": [
            {
                "kind": type(layer).__name__,
                "output": list(layer.output.shape[1:]),
                "parameters": layer.count_params(),
            }
            for layer in network.layers
        ],
    }
