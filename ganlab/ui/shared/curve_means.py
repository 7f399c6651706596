"""A run's curves in as many means as a screen can show, kept up to date by reading only what is new."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import numpy as np

from ganlab.runs import Run

MOST_POINTS = 512  # of a curve; more cannot be told apart on a screen
PIECE = 50_000  # iterations whose curves are in memory at a time
REMEMBERED = 8  # runs whose curves are kept in memory, each in 100 kB at most
_lock = threading.Lock()


class Overview:
    """A run's curves in at most `MOST_POINTS` means, kept up to date by reading only what is new."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._begin(0)
        self._previews: list[int] = []

    def _begin(self, columns: int) -> None:
        self.done, self.width = 0, 1
        self.last = np.empty(0, np.float32)
        self.sums = np.zeros([MOST_POINTS, columns])
        self.counts = np.zeros([MOST_POINTS, columns], np.int64)

    def update(self, run: Run) -> None:
        first = max(0, self.done - 1)
        rows = run.metrics(first, min(run.done, first + PIECE))
        known = rows[:1].tobytes() == self.last.tobytes() if self.done else self.sums.shape[1] == len(run.curves)
        if not known:  # a resume has cut the records
            self._begin(len(run.curves))
            rows = run.metrics(0, min(run.done, PIECE))
        elif self.done:
            rows = rows[1:]
        while len(rows):
            self._add(rows)
            self.last = rows[-1].copy()
            rows = run.metrics(self.done, min(run.done, self.done + PIECE))

    def _add(self, rows: np.ndarray) -> None:
        while self.done + len(rows) > self.width * MOST_POINTS:
            for table in (self.sums, self.counts):
                table[: MOST_POINTS // 2] = table[::2] + table[1::2]
                table[MOST_POINTS // 2 :] = 0
            self.width *= 2
        places = np.arange(self.done, self.done + len(rows)) // self.width
        first, last = int(places[0]), int(places[-1]) + 1
        sums, counts = _sums_from(rows, np.searchsorted(places, np.arange(first, last)))
        self.sums[first:last] += sums
        self.counts[first:last] += counts
        self.done += len(rows)

    def curves(self) -> tuple[np.ndarray, np.ndarray]:
        """Iterations int32 `[n]` and the means of all columns, float32 `[n, columns]`; n is at most `MOST_POINTS`."""
        n = -(-self.done // self.width)
        ends = np.minimum(np.arange(1, n + 1) * self.width, self.done)
        return ends.astype(np.int32), _means(self.sums[:n], self.counts[:n])

    def previews(self, run: Run) -> list[int]:
        """After how many iterations each kept preview was made."""
        found = run.preview_iterations(len(self._previews))
        if run.preview_count < len(self._previews):
            self._previews, found = [], run.preview_iterations()
        self._previews.extend(int(iteration) for iteration in found)
        return self._previews


def _means(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0).astype(np.float32)


def thin(rows: np.ndarray, first: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows `[n, columns]` of iterations from `first` on, as at most `MOST_POINTS` means with their last iterations."""
    count = min(len(rows), MOST_POINTS)
    if not count:
        return np.empty(0, np.int32), np.empty([0, rows.shape[1]], np.float32)
    edges = np.linspace(0, len(rows), count + 1).astype(int)
    return (first + edges[1:] - 1).astype(np.int32), _means(*_sums_from(rows, edges[:-1]))


def _sums_from(rows: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sums of the finite rows of each piece, and how many these are."""
    finite = np.isfinite(rows)
    sums = np.add.reduceat(np.where(finite, rows, 0.0).astype(np.float64), starts)
    return sums, np.add.reduceat(finite.astype(np.int64), starts)


def closely(run: Run, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """`thin` for the iterations from `first` to `last` of a run that has done them; however many they are, few are in
    memory at a time, and they are gone through once."""
    key = (run.path, first, last, run.metrics(last - 1, last).tobytes())  # a resume may have done them anew
    with _lock:
        if key not in _windows:
            count = min(last - first + 1, MOST_POINTS)
            edges = np.linspace(first - 1, last, count + 1).astype(int)
            share = max(1, PIECE * count // (last - first + 1))  # of the means, that are made at once
            found = []
            for at in range(0, count, share):
                part = edges[at : at + share + 1]
                rows = run.metrics(int(part[0]), int(part[-1]))
                found.append(_means(*_sums_from(rows, part[:-1] - part[0])))
            _windows[key] = edges[1:].astype(np.int32), np.concatenate(found)
        return _latest(_windows, key)


_overviews: OrderedDict[Path, Overview] = OrderedDict()
_windows: OrderedDict[tuple[Path, int, int, bytes], tuple[np.ndarray, np.ndarray]] = OrderedDict()


def overview(run: Run) -> tuple[int, list[int], np.ndarray, np.ndarray]:
    """How many iterations a run has done, after how many of them each kept preview was made, and its `curves`."""
    with _lock:
        known = _overview(run)
        return known.done, known.previews(run), *known.curves()


def _overview(run: Run) -> Overview:
    """The run's, up to date; to be asked for while the lock is held."""
    _overviews.setdefault(run.path, Overview(run.path))
    overview = _latest(_overviews, run.path)
    overview.update(run)
    return overview


def _latest(kept: OrderedDict, key: Hashable) -> Any:
    """What is kept under the key; of all that is kept, only what was asked for last stays."""
    kept.move_to_end(key)
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)
    return kept[key]


def curves(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """Iterations, int32 `[n]`, and means of all columns, float32 `[n, columns]`; n is at most `MOST_POINTS`."""
    with _lock:
        return _overview(run).curves()
