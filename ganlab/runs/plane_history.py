"""What a run in the plane has kept of its training: moments, the points of every iteration, curves."""

from bisect import bisect_left, bisect_right
from functools import cached_property, lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ganlab.errors import GanlabError
from ganlab.runs import layout
from ganlab.runs.reader import Run

Moments = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Iterations, int32 `[k]`, with the followed points, float32 `[k, points, 2]`, and what `ganlab.registry.Moment` says,
float16 `[k, size]`."""


class PlaneHistory:
    """The history of a run, as far as there is one; `made` are the iterations of its moments, in order, where they are
    known already."""

    def __init__(self, run: Run, made: list[int] | None = None) -> None:
        self.run = run
        file = run.path / layout.HISTORY
        self._shipped = _read(file, file.stat().st_mtime_ns) if file.exists() else None
        if self._shipped is not None:
            made = self._shipped["iterations"].tolist()
        self.made = run.preview_iterations().tolist() if made is None else made

    @property
    def shipped(self) -> bool:
        """Whether it is stored beside a pretrained run, which has nothing but moments."""
        return self._shipped is not None

    @property
    def done(self) -> int:
        """The last iteration that there is something of."""
        if self.shipped:
            return self.made[-1] if self.made else 0
        return self.run.done

    def between(self, first: int, last: int, most: int) -> Moments:
        """The moments from iteration `first` to `last`, `most` of them at most, spread evenly, the outer ones among
        them."""
        low, high = bisect_left(self.made, first), bisect_right(self.made, min(last, self.done))
        count = max(0, high - low)
        chosen = low + np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int)) if count else []
        return self._moments(np.asarray(chosen, int))

    def _moments(self, chosen: np.ndarray) -> Moments:
        if self._shipped is not None:
            points = self._shipped["points"][chosen].astype(np.float32)
            return self._shipped["iterations"][chosen].astype(np.int32), points, self._shipped["moments"][chosen]
        size = self.run.records.previews.dtype["images"].shape[0]
        kept = [moment for index in chosen.tolist() if (moment := self.moment(index)) and len(moment[1])]
        return (
            np.array([iteration for iteration, _, _ in kept], np.int32),
            np.array([points for _, points, _ in kept], np.float32).reshape(-1, self.run.config.points, 2),
            np.array([numbers for _, _, numbers in kept], np.float16).reshape(-1, size),
        )

    def moment(self, index: int) -> tuple[int, np.ndarray, np.ndarray] | None:
        """Of the moment of this number its iteration, the followed points, float32 `[points, 2]` (`[0, 2]` before the
        first iteration), and what `ganlab.registry.Moment` says, float16 `[size]`; None where a resume has just cut it
        off."""
        if self._shipped is not None:
            points, numbers = self._shipped["points"][index], self._shipped["moments"][index]
            return self.made[index], points.astype(np.float32), numbers
        kept = self.run.preview(index)
        if kept is None:
            return None
        iteration, numbers = kept
        points = np.empty([0, 2], np.float32)
        if iteration <= self.run.pruned:
            points = self._pruned_points.get(iteration, points)
        elif len(found := self.run.first_images(iteration - 1, iteration)):
            points = found[0].astype(np.float32)
        return iteration, points, numbers

    @cached_property
    def _pruned_points(self) -> dict[int, np.ndarray]:
        """Of a pruned run the points of each moment that is left, float32 `[points, 2]`, by its iteration."""
        try:
            with np.load(self.run.path / layout.PRUNED_POINTS, allow_pickle=False) as kept:
                return dict(zip(kept["iterations"].tolist(), kept["points"].astype(np.float32), strict=True))
        except (OSError, ValueError, KeyError, BadZipFile):  # an older run, or a damaged file
            return {}

    def exact(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        """Iterations, int32 `[e]`, and the followed points of each, float32 `[e, points, 2]`: all from `first` to
        `last` that were kept."""
        if self._shipped is not None:
            iterations, points, _ = self.between(first, last, last - first + 1)
            return iterations, points
        last = min(last, self.done)
        first = max(first, self.run.pruned + 1)
        if first > last:
            return np.empty(0, np.int32), np.empty([0, self.run.config.points, 2], np.float32)
        points = self.run.first_images(first - 1, last).astype(np.float32)
        return np.arange(first, first + len(points), dtype=np.int32), points

    def curves(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Of a shipped history: iterations, int32 `[k]`, and the curves there, float32 `[k, columns]`."""
        return (self._shipped["iterations"], self._shipped["rows"]) if self._shipped is not None else None

    def quality(self) -> tuple[np.ndarray, np.ndarray]:
        """As `Run.quality`."""
        if self._shipped is not None:
            return self._shipped["iterations"].astype(np.int64), self._shipped["quality"]
        return self.run.quality()


def condensed(run: Run, most: int) -> dict[str, np.ndarray]:
    """The arrays of a history.npz: `most` moments of a run, closer to each other in its beginning, when more happens.
    Raises GanlabError where the run has none."""
    made = run.preview_iterations()
    made = made[(made > 0) & (made <= run.done)]
    if not len(made):
        raise GanlabError(f"{run.id} has kept no moments of its training.")
    wanted = np.linspace(0, 1, most) ** 1.5 * float(made[-1])
    chosen = sorted({int(np.abs(made - iteration).argmin()) for iteration in wanted})
    history = PlaneHistory(run, run.preview_iterations().tolist())
    offset = len(history.made) - len(made)
    iterations, points, numbers = history._moments(np.array(chosen) + offset)
    rows = np.array([run.metrics(int(i) - 1, int(i))[0] for i in iterations], np.float32)
    measured, quality = run.quality()
    places = np.clip(np.searchsorted(measured, iterations, side="right") - 1, 0, None)
    values = quality[places] if len(quality) else np.full([len(iterations), len(run.config.quality)], np.nan)
    return {
        "iterations": iterations,
        "points": points.astype(np.float16),
        "moments": numbers,
        "rows": rows,
        "quality": values.astype(np.float32),
    }


@lru_cache(maxsize=8)
def _read(file: Path, changed: int) -> dict[str, np.ndarray]:
    with np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in ("iterations", "points", "moments", "rows", "quality")}
