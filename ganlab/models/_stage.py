"""A stage of one iteration in slow motion, and numbers of it that all models have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Stage:
    """What is done in one stage of an iteration.

    `name` says what, `network` who does it ("", "generator" or "discriminator"), and `update` in the how manyth of how
    many updates of that network; (0, 0) in none. `words` are a sentence or two with the numbers in it, `curves` those
    curves of the iteration that this stage has found.

    `arrays` are float32: `noise` `[n, k]`, `fakes` and `reals` `[n, 2]`, `arrows` `[n, 2]` at the fakes, the
    discriminator's outputs `of_reals` and `of_fakes` `[n / packing]`; and where the networks have changed, or at first,
    what `LiveModel.looks` gives. `norms` are lengths by layer: of the slopes, or of a step's change. `weights` are
    those of the network after a step, by name.
    """

    name: str
    network: str
    words: str
    update: tuple[int, int] = (0, 0)
    curves: Mapping[str, float] = field(default_factory=dict)
    arrays: Mapping[str, Any] = field(default_factory=dict)
    norms: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, Any] = field(default_factory=dict)

    @property
    def learns(self) -> bool:
        """Whether the networks are others afterwards."""
        return bool(self.weights)


def norms(names: Sequence[str], arrays: Sequence[Any]) -> dict[str, float]:
    """The lengths of arrays, those of the same layer together, by the layers' names."""
    squares: dict[str, float] = {}
    for name, array in zip(names, arrays, strict=True):
        squares[name] = squares.get(name, 0.0) + float(np.sum(np.square(np.asarray(array, np.float64))))
    return {name: float(np.sqrt(square)) for name, square in squares.items()}
