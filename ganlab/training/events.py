"""What the training loop reports."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Save = Callable[[Path], None]


@dataclass(frozen=True)
class Started:
    """The model is built and traced; `iteration` have been done before (more than 0 after a resume)."""

    iteration: int


@dataclass(frozen=True)
class Preview:
    """Images, uint8 `[n, 28, 28]`, made after `iteration` iterations from the same inputs every time."""

    iteration: int
    images: np.ndarray


@dataclass(frozen=True)
class Iterations:
    """A chunk of iterations is done, `iteration` in all.

    `rows` is float32 `[n, 1 + curves]`: seconds of training so far, then the architecture's curves in order.
    `images` is uint8 `[n, 28, 28]`, the first generated image of each iteration. Until the next event is asked
    for, `save` writes everything that training needs to go on, `save_inference` what using the model needs.
    """

    iteration: int
    rows: np.ndarray
    images: np.ndarray
    save: Save
    save_inference: Save


@dataclass(frozen=True)
class Finished:
    """All iterations are done; `seconds` counts the iterations alone."""

    iteration: int
    seconds: float


@dataclass(frozen=True)
class Failed:
    """Training cannot go on; the model has been put back to its last good weights, those of `iteration`."""

    iteration: int
    message: str
    save: Save
    save_inference: Save


Event = Started | Preview | Iterations | Finished | Failed
