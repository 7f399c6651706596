"""Pictures of points in the plane: for a GIF of a stretch of iterations, and for files and lists."""

import numpy as np

from ganlab import images, registry
from ganlab.registry import Moment
from ganlab.runs.plane_history import PlaneHistory
from ganlab.runs.reader import Run
from ganlab.runs.records import LONGEST

SIDE = 320  # pixels
LARGE = 107  # pixels of a picture in whose side there is room for a dot of one more
PER_SECOND = 20  # pictures of a GIF
MOST_FRAMES = 120
# What the discriminator takes for generated, cannot tell, and takes for real: of even lightness on both sides.
GENERATED, UNSURE, REAL = (np.array(colour, np.float32) for colour in ((224, 150, 92), (246, 246, 246), (70, 176, 172)))
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
    _dots(shown, points, extent, INK, max(1, side // LARGE))
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
    """An animated GIF of the kept moments between two iterations, at most 120 of them, or of the nearest one; there
    must be one."""
    _, frames = pictures(run, MOST_FRAMES, first, last)
    return images.timed_gif(frames, [1000 // PER_SECOND] * (len(frames) - 1) + [1500])


def pictures(
    run: Run, most: int, first: int = 1, last: int | None = None, side: int = SIDE
) -> tuple[np.ndarray, np.ndarray]:
    """Kept moments as pictures: their iterations, int64 `[n]`, and uint8 `[n, side, side, 3]`.

    They are `most` at most, spread evenly over those from iteration `first` to `last`; where there are none, it is the
    nearest one, and none at all where the run has kept none.
    """
    history = PlaneHistory(run)
    made = np.array(history.made, np.int64)
    inside = np.flatnonzero((made >= max(1, first)) & (made <= (history.done if last is None else last)))
    if not len(inside) and len(made):
        inside = np.array([int(np.abs(made - first).argmin())])
    places = np.linspace(0, len(inside) - 1, min(len(inside), most)).round().astype(int)
    kept = [moment for index in inside[places].tolist() if (moment := history.moment(index))]
    reals, extent = run.reals(), run.config.extent or 5.0
    drawn = np.empty([len(kept), side, side, 3], np.uint8)
    for number, (_, points, numbers) in enumerate(kept):
        parts = moment_parts(run, numbers)
        shown = points if len(points) else parts["nodes"].reshape(-1, 2)  # of a pruned run, or before it has begun
        drawn[number] = picture(shown, extent, reals, probabilities(parts["heat"], gives_probability(run)), side)
    return np.array([iteration for iteration, _, _ in kept], np.int64), drawn


def last_picture(run: Run) -> np.ndarray:
    """The newest kept moment as a picture, uint8 `[SIDE, SIDE, 3]`; there must be one."""
    return pictures(run, 1, LONGEST)[1][0]
