"""A stage of one iteration in slow motion, and numbers and words of it that all models have."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Stage:
    """What is done in one stage of an iteration.

    `name` says what, `network` who does it (its name, or "" where it is none or all), and `update` in the how manyth of
    how many updates of that network; (0, 0) in none. `caption` is a sentence or two with the numbers in it, `figures`
    are numbers that this stage has found; those that are curves of the iteration have the curves' names, and `moving`
    says that batch normalisation went by running averages.

    `tensors` are float32. Of points: `noise` or `latents` `[n, k]`, `fakes` and `reals` `[n, 2]`, `arrows` `[n, 2]` at
    the fakes, the discriminator's outputs `of_reals` and `of_fakes` `[n / packing]`; and where the networks have
    changed, or at first, what `LiveModel.looks` gives. Of images: `noise` or `latents` `[n, k]`; `fakes`, `reals` and
    `damaged` `[n, 28, 28]` in the networks' range; P(real) or scores of them, `of_reals` and `of_fakes` `[n]`; `pull`
    `[n, 28, 28]`, how each pixel would have to change (see `Follower.note`). `norms` are lengths by layer: of the
    gradient, or of a step; `sizes` are those of the layers' weights. `weights` are those that a step has changed, by
    name.
    """

    name: str
    network: str
    caption: str
    update: tuple[int, int] = (0, 0)
    figures: Mapping[str, float] = field(default_factory=dict)
    tensors: Mapping[str, Any] = field(default_factory=dict)
    norms: Mapping[str, float] = field(default_factory=dict)
    sizes: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Without the arrays, which would fill the screen."""
        who = f" ({self.network})" if self.network else ""
        return f"<Stage {self.name}{who}: {self.caption}>"

    @property
    def learns(self) -> bool:
        """Whether the networks are others afterwards."""
        return bool(self.weights)


def finite(figures: Mapping[str, float]) -> dict[str, float | None]:
    """Figures as JSON can say them, which knows no NaN: None in its place."""
    return {name: float(value) if np.isfinite(value) else None for name, value in figures.items()}


def norms(names: Sequence[str], arrays: Sequence[Any]) -> dict[str, float]:
    """The lengths of arrays, those of the same layer together, by the layers' names."""
    squares: dict[str, float] = {}
    for name, array in zip(names, arrays, strict=True):
        squares[name] = squares.get(name, 0.0) + float(np.sum(np.square(np.asarray(array, np.float64))))
    return {name: float(np.sqrt(square)) for name, square in squares.items()}


def layers(count: int) -> list[str]:
    """Of each of a network's so many variables, two to a layer, which layer it belongs to, in words."""
    names = [f"layer {number + 1}" for number in range(count // 2 - 1)] + ["the output layer"]
    return [name for name in names for _ in range(2)]


def gradients(
    network: str, variables: Sequence[Any], slopes: Sequence[Any], update: tuple[int, int], seen: Mapping[str, Any]
) -> Stage:
    """The stage in which a network's weights learn from the loss."""
    found = norms(layers(len(variables)), slopes)
    most = max(found, key=lambda name: found[name])
    words = (
        f"From the loss, each of the {network}'s weights learns in which direction it would have to change. The "
        f"gradient, which holds all these directions, is {told(total(found))} long; most of it is in {most}."
    )
    return Stage("gradients", network, words, update, tensors=seen, norms=found)


def stepped(
    names: Sequence[str], variables: Sequence[Any], step: Callable[[], object]
) -> tuple[dict[str, float], list[np.ndarray], float]:
    """Has a step made. Returns how far the variables moved by these names of theirs, what they are now, and the share
    of their size by which they moved."""
    old = [variable.numpy() for variable in variables]
    step()
    new = [variable.numpy() for variable in variables]
    changed = norms(names, [after - before for before, after in zip(old, new, strict=True)])
    return changed, new, total(changed) / max(total(norms(names, old)), 1e-12)


def total(lengths: Mapping[str, float]) -> float:
    """The length of all arrays together whose own lengths these are."""
    return float(np.hypot.reduce(list(lengths.values())))


def percent(share: float) -> str:
    """A share in a sentence."""
    return f"{100 * share:.2g}%"


def told(value: float, digits: int = 2) -> str:
    """A number in a sentence."""
    if value and abs(value) < 10.0 ** (1 - digits):
        return np.format_float_positional(value, 2, fractional=False, trim="-").replace("-", "−")
    return f"{value:.{digits}f}".replace("-", "−")
