"""What the live view is sent at each poll: little, and the same for the same question, whoever asks.

A frame is one piece of bytes: the length of a JSON head (uint32, little-endian), the head, and the arrays that the
head's `arrays` names with their kind, their place behind the head, and their length. The view draws it in the browser.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ganlab.runs import Run

MOST_POINTS = 512  # of a curve; more cannot be told apart on a screen
MOST_MEASUREMENTS = 100  # of figures of merit
NEIGHBOURS = 4  # first images shown on either side of the one looked at
SHEET = 100  # images of the sheet of first images
PIECE = 50_000  # iterations whose curves are in memory at a time
REMEMBERED = 8  # runs whose curves are kept in memory, each in 100 kB at most
KINDS = {"float32": "f4", "int32": "i4", "uint8": "u1", "uint16": "u2"}


def pack(head: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """Head and arrays (of the kinds in `KINDS`) in one piece; every array begins at a multiple of 4."""
    places, parts, at = {}, [], 0
    for name, array in arrays.items():
        data = np.ascontiguousarray(array).tobytes()
        places[name] = [KINDS[array.dtype.name], at, array.size]
        data += bytes(-len(data) % 4)
        parts.append(data)
        at += len(data)
    text = json.dumps({**head, "arrays": places}).encode()
    text += b" " * (-len(text) % 4)
    return b"".join([len(text).to_bytes(4, "little"), text, *parts])


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
        finite = np.isfinite(rows)
        places = np.arange(self.done, self.done + len(rows)) // self.width
        first, last = int(places[0]), int(places[-1]) + 1
        edges = np.searchsorted(places, np.arange(first, last))
        self.sums[first:last] += np.add.reduceat(np.where(finite, rows, 0.0).astype(np.float64), edges)
        self.counts[first:last] += np.add.reduceat(finite.astype(np.int64), edges)
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
    return (first + edges[1:] - 1).astype(np.int32), _means_from(rows, edges[:-1])


def _means_from(rows: np.ndarray, starts: np.ndarray) -> np.ndarray:
    finite = np.isfinite(rows)
    sums = np.add.reduceat(np.where(finite, rows, 0.0).astype(np.float64), starts)
    return _means(sums, np.add.reduceat(finite.astype(np.int64), starts))


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
                found.append(_means_from(run.metrics(int(part[0]), int(part[-1])), part[:-1] - part[0]))
            _windows[key] = edges[1:].astype(np.int32), np.concatenate(found)
        _windows.move_to_end(key)
        while len(_windows) > REMEMBERED:
            _windows.popitem(last=False)
        return _windows[key]


_overviews: OrderedDict[Path, Overview] = OrderedDict()
_windows: OrderedDict[tuple[Path, int, int, bytes], tuple[np.ndarray, np.ndarray]] = OrderedDict()
_lock = threading.Lock()


def _overview(run: Run) -> Overview:
    """The run's, up to date; to be asked for while the lock is held."""
    overview = _overviews.setdefault(run.path, Overview(run.path))
    _overviews.move_to_end(run.path)
    while len(_overviews) > REMEMBERED:
        _overviews.popitem(last=False)
    overview.update(run)
    return overview


def curves(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """Iterations, int32 `[n]`, and means of all columns, float32 `[n, columns]`; n is at most `MOST_POINTS`."""
    with _lock:
        return _overview(run).curves()


def frame(
    run: Run,
    head: Mapping[str, Any],
    shown: Sequence[str],
    ask: Any,
    preview: tuple[int, np.ndarray, np.ndarray | None] | None = None,
) -> bytes:
    """The answer to what the view asks, with `head` (JSON-able) and the curves named in `shown`.

    `ask` comes from the browser and may hold `run` (whose view asks; another run's questions are not answered),
    `reals` (true once it has the real images), `window` (`[first, last]` iteration of the curves to see closely),
    `at` (an iteration to look back at) and `sheet` (`[first, last]`, whose first images are wanted; being many, they
    come alone). `preview` is the newest one, with its two numbers of each test image (`ModelSpec.places`), when it is
    known already.
    """
    wanted: dict[str, Any] = ask if isinstance(ask, dict) and ask.get("run") == run.id else {}
    with _lock:
        overview = _overview(run)
        done = overview.done
        previews = overview.previews(run)
        iterations, rows = overview.curves()
    head = {**head, "run": run.id, "done": done, "columns": list(shown)}
    sheet = _range(wanted.get("sheet"), done)
    if sheet:
        return pack({**head, "sheet": sheet}, _sheet(run, *sheet))
    arrays: dict[str, np.ndarray] = {}
    window = _range(wanted.get("window"), done)
    if window:
        head["window"] = window
        iterations, rows = closely(run, *window)
    arrays["iterations"] = iterations
    arrays["rows"] = rows[:, [run.curves.index(name) for name in shown]].T
    if not wanted.get("reals"):
        arrays["reals"], arrays["labels"] = run.reals(), run.labels()
    ends, values = run.validation()
    if len(ends):
        inside = np.flatnonzero((ends >= window[0]) & (ends <= window[1])) if window else np.arange(len(ends))
        chosen = inside[_spread(len(inside), MOST_POINTS)]
        head["validation"] = list(run.config["validation"])
        arrays["validated"], arrays["validation"] = ends[chosen].astype(np.int32), values[chosen].T
    arrays |= _quality(run, head)
    arrays |= _look(run, head, _range([wanted.get("at")] * 2, done), previews)
    if "kept" not in arrays:
        arrays |= _newest(run, head, preview)
    return pack(head, arrays)


def _quality(run: Run, head: dict[str, Any]) -> dict[str, np.ndarray]:
    """Figures of merit, at most `MOST_MEASUREMENTS` of them, spread over the run, the first and the last among them."""
    iterations, values = run.quality()
    if not len(iterations):
        return {}
    chosen = _spread(len(iterations), MOST_MEASUREMENTS)
    head["quality"], head["measuring"] = list(run.config["quality"]), run.config.get("measuring", {})
    head["measurements"] = len(iterations)
    return {"measured": iterations[chosen].astype(np.int32), "quality": values[chosen].T}


def _spread(n: int, most: int) -> np.ndarray:
    """Which of `n` to take to have at most so many, evenly spread, the first and the last among them."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int))


def _newest(
    run: Run, head: dict[str, Any], preview: tuple[int, np.ndarray, np.ndarray | None] | None
) -> dict[str, np.ndarray]:
    if preview is None:
        kept = run.preview()
        if kept is None:
            return {}
        preview = (*kept, run.places())
    head["preview"], images, places = preview
    return {"preview": images} | ({} if places is None else {"places": places.astype(np.float32)})


def _range(wanted: Any, done: int) -> tuple[int, int] | None:
    """First and last iteration, from 1 to `done`; None where nothing sensible was asked for."""
    if not (isinstance(wanted, list) and len(wanted) == 2 and all(isinstance(end, int | float) for end in wanted)):
        return None
    if not all(np.isfinite(wanted)) or done < 1:
        return None
    first, last = (int(np.clip(round(end), 1, done)) for end in sorted(wanted))
    return first, last


def _look(run: Run, head: dict[str, Any], at: tuple[int, int] | None, previews: list[int]) -> dict[str, np.ndarray]:
    """The first images around the iteration looked at (the latest, if none is), and the preview closest to it: of
    two that are as close the later one, as the very first ones were drawn before anything was learned."""
    middle = at[0] if at else head["done"]
    last_start = max(run.pruned, head["done"] - 1 - 2 * NEIGHBOURS)
    start = int(np.clip(middle - 1 - NEIGHBOURS, run.pruned, last_start))
    head["strip"] = start + 1
    arrays = {"strip": run.first_images(start, start + 1 + 2 * NEIGHBOURS if middle > run.pruned else start)}
    if at:
        head["at"] = middle
        if previews:
            away = np.abs(np.array(previews) - middle)
            nearest = int(np.flatnonzero(away == away.min())[-1])
            kept = run.preview(nearest)
            if kept:
                head["kept"], arrays["kept"] = kept
                arrays["places"] = run.places(nearest)
    return arrays


def sheet_iterations(first: int, last: int) -> np.ndarray:
    """The iterations that a sheet of at most 100 images shows, int32: all of the range, or evenly spread over it."""
    count = min(SHEET, last - first + 1)
    return np.round(np.linspace(first, last, count)).astype(np.int32)


def _sheet(run: Run, first: int, last: int) -> dict[str, np.ndarray]:
    first = max(first, run.pruned + 1)
    iterations = sheet_iterations(first, last) if first <= last else np.empty(0, np.int32)
    if len(iterations) == last - first + 1 or not len(iterations):
        images = run.first_images(first - 1, last)
    else:
        images = np.concatenate([run.first_images(i - 1, i) for i in iterations.tolist()])
    return {"sheet": images, "sheet_iterations": iterations}
