"""Pictures of points in the plane: for a GIF of a stretch of iterations, and for files and lists."""

import numpy as np

from ganlab import images, registry
from ganlab.registry import Moment
from ganlab.runs import Run

SIDE = 320  # pixels
PER_SECOND = 20  # pictures of a GIF
MOST_FRAMES = 120
# What the discriminator takes for generated, cannot tell, and takes for real: of even lightness on both sides.
GENERATED, UNSURE, REAL = (np.array(colour, np.float32) for colour in ((224, 150, 92), (246, 246, 246), (86, 160, 211)))
INK, REAL_INK = (150, 60, 10), (20, 90, 60)


def picture(
    points: np.ndarray, extent: float, reals: np.ndarray | None = None, heat: np.ndarray | None = None, side: int = SIDE
) -> np.ndarray:
    """Generated points `[n, 2]`, over `reals` `[m, 2]` and P(real) in the plane, `[h, h]` from 0 to 1 with the top row
    first, where they are given; uint8 `[side, side, 3]` of the square from -extent to extent."""
    shown = np.full([side, side, 3], 255, np.uint8)
    if heat is not None:
        places = np.clip((np.arange(side) * len(heat)) // side, 0, len(heat) - 1)
        p = heat[np.ix_(places, places)][..., None].astype(np.float32)
        mixed = np.where(p < 0.5, GENERATED + (UNSURE - GENERATED) * 2 * p, UNSURE + (REAL - UNSURE) * (2 * p - 1))
        shown = np.clip(mixed, 0, 255).astype(np.uint8)
    if reals is not None:
        _dots(shown, reals, extent, REAL_INK, 1)
    _dots(shown, points, extent, INK, 2)
    return shown


def _dots(shown: np.ndarray, points: np.ndarray, extent: float, colour: tuple[int, int, int], size: int) -> None:
    side = len(shown)
    spots = np.asarray(points, np.float64)
    spots = spots[np.isfinite(spots).all(axis=1)]
    columns = np.floor((spots[:, 0] / extent + 1) / 2 * side).astype(int)
    rows = np.floor((1 - spots[:, 1] / extent) / 2 * side).astype(int)
    for down in range(size):
        for right in range(size):
            y, x = rows + down, columns + right
            inside = (y >= 0) & (y < side) & (x >= 0) & (x < side)
            shown[y[inside], x[inside]] = colour


def probabilities(heat: np.ndarray, probability: bool) -> np.ndarray:
    """What a discriminator gives, as numbers from 0 to 1 for a picture: by the logistic function, or where it gives a
    score that is no logit, by the place between the lowest and the highest."""
    heat = heat.astype(np.float32)
    if probability:
        return 1.0 / (1.0 + np.exp(-np.clip(heat, -30.0, 30.0)))
    low, high = float(heat.min()), float(heat.max())
    return (heat - low) / (high - low) if high > low else np.full_like(heat, 0.5)


def moment_parts(run: Run, numbers: np.ndarray) -> dict[str, np.ndarray]:
    """What one or more moments hold, float32: `heat` `[..., h, h]`, `nodes` `[..., g, g, 2]` and `arrows`
    `[..., points, 2]`."""
    config = run.config
    kind = Moment(config.points, config.heat, config.nodes)
    heat, nodes = kind.heat**2, 2 * kind.nodes**2
    numbers = numbers.astype(np.float32)
    lead = numbers.shape[:-1]
    return {
        "heat": numbers[..., :heat].reshape(*lead, kind.heat, kind.heat),
        "nodes": numbers[..., heat : heat + nodes].reshape(*lead, kind.nodes, kind.nodes, 2),
        "arrows": numbers[..., heat + nodes :].reshape(*lead, kind.points, 2),
    }


def gives_probability(run: Run) -> bool:
    """Whether what the model gives at places are logits of being real."""
    spec = registry.find(run.model)
    return spec is not None and not spec.scores(run.config.values)


def gif(run: Run, first: int = 1, last: int | None = None) -> bytes:
    """An animated GIF of the kept moments between two iterations, at most 120 of them; there must be one."""
    made = run.preview_iterations()
    last = run.done if last is None else last
    inside = np.flatnonzero((made >= max(1, first)) & (made <= last))
    if not len(inside):
        inside = np.array([int(np.abs(made - first).argmin())])
    chosen = inside[np.unique(np.linspace(0, len(inside) - 1, MOST_FRAMES).round().astype(int))]
    frames = [frame(run, int(index)) for index in chosen]
    return images.timed_gif(frames, [1000 // PER_SECOND] * (len(frames) - 1) + [1500])


def frame(run: Run, index: int = -1) -> np.ndarray:
    """A kept moment as a picture, uint8 `[SIDE, SIDE, 3]`."""
    kept = run.preview(index)
    assert kept is not None
    iteration, numbers = kept
    points = run.first_images(max(0, iteration - 1), max(1, iteration))
    heat = probabilities(moment_parts(run, numbers)["heat"], gives_probability(run))
    return picture(points[0] if len(points) else np.empty([0, 2]), run.config.extent or 5.0, run.reals(), heat)
