"""What each unit of a run's networks gives over the plane, computed with NumPy from weights on the disk."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.runs import Run, layout

SIDE = 40  # places, across and up
MOST_UNITS = 16  # of a layer that are looked at
OVER = {"generator": "noise", "decoder": "noise", "discriminator": "plane", "encoder": "plane"}
AVERAGED = "averaged"
REACH = {"normal": 2.0, "uniform": 1.0}  # of the square of noise: half its side


@dataclass(frozen=True)
class LayerUnits:
    """The first units of a layer: `values` are float32 `[shown, 40, 40]`, from the top left corner of the square, of
    `count` units that there are."""

    name: str
    count: int
    values: np.ndarray


@dataclass(frozen=True)
class NetworkUnits:
    """A network's layers, from what goes in to what comes out. They are shown over the "plane", or over the square of
    the first two numbers of "noise"; `reach` is half that square's side."""

    name: str
    over: str
    reach: float
    layers: tuple[LayerUnits, ...]


def kept_weights(run: Run, at: int | None = None) -> tuple[int, Path] | None:
    """The newest weights at or before an iteration (None is the latest), and their iteration; where the run has kept
    none from so early, the oldest that it has. None where it has kept none at all."""
    files = [*layout.snapshots(run.path), *layout.checkpoints(run.path), *layout.all_weights(run.path)]
    found = sorted((_iteration(file), number, file) for number, file in enumerate(files))
    before = [entry for entry in found if at is None or entry[0] <= at]
    if not found:
        return None
    iteration, _, file = before[-1] if before else found[0]
    return iteration, file


def units(run: Run, weights: Path) -> tuple[NetworkUnits, ...]:
    """All units of the networks in one of the run's files of weights. Raises GanlabError where it cannot be read."""
    values = registry.get(run.model).recorded(run.config.values)
    extent = run.config.extent or 5.0
    made = []
    for name, layers in _layers(weights).items():
        over = OVER[name]
        reach = extent if over == "plane" else REACH.get(str(values.get("noise")), 2.0)
        inputs = _inputs(reach, layers[0][0].shape[0], run.reals() if over == "plane" else np.zeros([0, 2]))
        made.append(NetworkUnits(name, over, reach, _through(inputs, layers, str(values.get("activation", "relu")))))
    return tuple(made)


def _iteration(file: Path) -> int:
    return layout.iteration_of(file) if "-" in file.stem else int(file.stem)


def _layers(weights: Path) -> dict[str, list[tuple[np.ndarray, np.ndarray]]]:
    """Kernels and biases of each network, float32, in their order; of a generator its averaged weights, if it has any,
    as its points are made with these."""
    try:
        with np.load(weights, allow_pickle=False) as file:
            names = sorted(name for name in file.files if name.partition("/")[0] in (*OVER, AVERAGED))
            arrays = {name: file[name].astype(np.float32) for name in names}
    except Exception as error:  # what a damaged file makes of zipfile, zlib and NumPy is of many kinds
        raise GanlabError(f"The weights in {weights} cannot be read; the file is missing or damaged.") from error
    found: dict[str, list[np.ndarray]] = {}
    for name, array in arrays.items():
        found.setdefault(name.partition("/")[0], []).append(array)
    if AVERAGED in found:
        found["generator"] = found[AVERAGED]
    return {name: list(zip(found[name][::2], found[name][1::2], strict=True)) for name in OVER if name in found}


def _inputs(reach: float, width: int, beside: np.ndarray) -> np.ndarray:
    """What goes into a network over its square, float32 `[40 * 40, width]`: where it takes more than a place, the
    others are real points; where it takes more than two numbers of noise, the others are 0."""
    steps = np.linspace(-reach, reach, SIDE, dtype=np.float32)
    inputs = np.zeros([SIDE * SIDE, max(width, 2)], np.float32)
    inputs[:, :2] = np.stack(np.meshgrid(steps, -steps), axis=-1).reshape(-1, 2)
    others = beside.reshape(-1)[: width - 2]
    inputs[:, 2 : 2 + len(others)] = others
    return inputs[:, :width]


def _through(
    inputs: np.ndarray, layers: list[tuple[np.ndarray, np.ndarray]], activation: str
) -> tuple[LayerUnits, ...]:
    made = []
    for number, (kernel, bias) in enumerate(layers):
        inputs = inputs @ kernel + bias
        last = number == len(layers) - 1
        if not last:
            inputs = _active(inputs, activation)
        shown = inputs[:, :MOST_UNITS].T.reshape(-1, SIDE, SIDE)
        made.append(LayerUnits("output" if last else f"layer {number + 1}", inputs.shape[1], shown))
    return tuple(made)


def _active(sums: np.ndarray, activation: str) -> np.ndarray:
    if activation == "tanh":
        return np.tanh(sums)
    return np.maximum(sums, 0.2 * sums if activation == "leaky relu" else 0.0)
