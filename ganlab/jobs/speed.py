"""How long one iteration takes on this machine."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ganlab import registry
from ganlab.jobs.requests import Request
from ganlab.startup import start_tensorflow


def seconds_per_iteration(request: Request) -> float | None:
    """How long one iteration of this takes on this machine, from the last time it was trained or timed here."""
    from ganlab.training import devices

    return devices.known_speed(pace(request))


def pace(request: Request) -> str:
    spec = registry.get(request.model)
    values = spec.values(request.preset, request.values)
    return f"{structure(spec, values)} | {request.device} | {request.precision}"


def time_here(request: Request) -> float:
    """Times a few iterations of what is asked for, on networks that are thrown away; seconds for each.

    Takes some seconds, and is remembered for `seconds_per_iteration`. Raises GanlabError.
    """
    start_tensorflow()
    import tensorflow as tf

    from ganlab import models
    from ganlab.training import devices
    from ganlab.training.loop import TrainingConfig, time_iterations

    spec = registry.get(request.model)
    values = spec.values(request.preset, request.values)
    device = devices.choose(request.device, devices.devices())
    curves = tuple(curve.name for curve in spec.curves)
    batch = int(values["batch_size"])
    config = TrainingConfig(1, batch, spec.draws, curves, device=device.name)
    images = np.random.default_rng(0).integers(0, 256, [2 * batch, 28, 28], np.uint8)
    times: dict[str, float] = {}

    def measure(precisions: Sequence[str]) -> dict[str, float]:
        found = time_iterations(lambda name: models.create(spec, values, name), images, config, precisions)
        times.update(found)
        return found

    with tf.device(device.name):
        precision, _ = devices.choose_precision(request.precision, device, structure(spec, values), measure)
        seconds = times[precision] if precision in times else measure([precision])[precision]
    devices.remember_speed(pace(request), seconds)
    return seconds


def structure(spec: registry.ModelSpec, values: Mapping[str, Any]) -> str:
    """What decides how long an iteration takes, as text: how networks are built, and which parts of it are left out."""
    kept = {k.name: values[k.name] for k in spec.knobs if k.group == "Networks" or k.name == "batch_size"}
    out = [k.name for k in spec.knobs if k.name not in kept and k.kind is float and values[k.name] == 0]
    return f"{spec.name} {json.dumps(kept, sort_keys=True)}" + (f" without {', '.join(out)}" if out else "")
