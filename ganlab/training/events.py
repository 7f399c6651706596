"""What the training loop reports.

At every event the training stands between two iterations: it may be left there, or closed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganlab.models._stage import Stage

Save = Callable[[Path], None]
DIVERGED = (
    "The loss stopped being a number after {:,} iterations: training has diverged. "
    "A smaller learning rate usually helps; gone on with as it is, it would diverge again."
)


@dataclass(frozen=True)
class Started:
    """The model is built and traced; `iteration` have been done before (more than 0 after a resume).

    `preview` shows what the model makes of fixed inputs, uint8 `[n, 28, 28]`; where it learns points, it is what
    `ganlab.registry.Moment` says, float16. `places` says where test images lie in
    the latent plane, float32 `[m, 2]`; None where the architecture has none.
    """

    iteration: int
    preview: np.ndarray
    places: np.ndarray | None = None


@dataclass(frozen=True)
class Stepped:
    """What a single iteration did: it learned from so many real images and made so many.

    `moved` is by which share of their size each network's weights changed, by the optimiser's name (the norm of the
    change over that of the weights before). `told` is the P(real), or the score, that the images of the generator's
    update have since (see `LiveModel.told_again`); before, it is the curve `p_real_told_generator` or
    `score_told_generator`.
    """

    reals: int
    generated: int
    moved: dict[str, float]
    told: float | None


@dataclass(frozen=True)
class SlowMotion:
    """The stages of the iteration after the first `iteration` ones; `learns` says whether optimisers' steps are among
    them, `source` what the data are, where they are not those that the model has learned from, `signed` whether pixels
    go from -1 to 1 in its networks, in place of from 0."""

    iteration: int
    stages: tuple[Stage, ...]
    learns: bool = True
    source: str = ""
    signed: bool = False


@dataclass(frozen=True)
class Iterations:
    """A chunk of iterations is done, `iteration` in all.

    `rows` is float32 `[n, 1 + curves]`: seconds of training so far, then the architecture's curves in order.
    `images` is uint8 `[n, 28, 28]`, the first generated image of each iteration, or float16 `[n, points, 2]`, the
    points that are followed. `preview` is as in `Started`, or None when none was due; `places` comes with it.
    `validation` holds curves over the test images, when that was due. Until the next event is asked for, `save`
    writes everything that training needs to go on, `save_inference` what using the model needs, and `slowly` does the
    next iteration in slow motion and changes nothing. `stepped` comes with single iterations that were asked for as
    such.
    """

    iteration: int
    rows: np.ndarray
    images: np.ndarray
    preview: np.ndarray | None
    save: Save
    save_inference: Save
    places: np.ndarray | None = None
    validation: dict[str, float] | None = None
    stepped: Stepped | None = None
    slowly: Callable[[], SlowMotion] | None = None


@dataclass(frozen=True)
class Finished:
    """All iterations are done; `seconds` counts the iterations alone."""

    iteration: int
    seconds: float
    save: Save
    save_inference: Save


@dataclass(frozen=True)
class Failed:
    """Training cannot go on; the model has been put back to its last good weights, those of `iteration`.

    `rows` and `images` are those of the iterations that went well since the last event.
    """

    iteration: int
    message: str
    rows: np.ndarray
    images: np.ndarray
    save: Save
    save_inference: Save


Event = Started | Iterations | Finished | Failed
