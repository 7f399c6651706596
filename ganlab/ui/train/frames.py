"""What the live view is sent at each poll: little, and the same for the same question, whoever asks.

A frame is what `packing.pack` makes of it; the view (live_view.js) draws it in the browser.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ganlab.runs import Run
from ganlab.ui.shared.charts import spread
from ganlab.ui.shared.curve_means import MOST_POINTS, closely, overview
from ganlab.ui.shared.feed import asked_range
from ganlab.ui.shared.packing import pack

MOST_MEASUREMENTS = 100  # of figures of merit
NEIGHBOURS = 4  # first images shown on either side of the one looked at
SHEET = 100  # images of the sheet of first images


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
    done, previews, iterations, rows = overview(run)
    turns = [turn.iteration for turn in run.turns]
    head = {**head, "run": run.id, "done": done, "columns": list(shown), **({"turns": turns} if turns else {})}
    sheet = asked_range(wanted.get("sheet"), done)
    if sheet:
        return pack({**head, "sheet": sheet}, _sheet(run, *sheet))
    arrays: dict[str, np.ndarray] = {}
    window = asked_range(wanted.get("window"), done)
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
        chosen = inside[spread(len(inside), MOST_POINTS)]
        head["validation"] = list(run.config.validation)
        arrays["validated"], arrays["validation"] = ends[chosen].astype(np.int32), values[chosen].T
    arrays |= _quality(run, head)
    arrays |= _look(run, head, asked_range([wanted.get("at")] * 2, done), previews)
    if "kept" not in arrays:
        arrays |= _newest(run, head, preview)
    return pack(head, arrays)


def _quality(run: Run, head: dict[str, Any]) -> dict[str, np.ndarray]:
    """Figures of merit, at most `MOST_MEASUREMENTS` of them, spread over the run, the first and the last among them."""
    iterations, values = run.quality()
    if not len(iterations):
        return {}
    chosen = spread(len(iterations), MOST_MEASUREMENTS)
    about = run.config.measuring
    head["quality"], head["measuring"] = list(run.config.quality), about.to_json() if about else {}
    head["measurements"] = len(iterations)
    return {"measured": iterations[chosen].astype(np.int32), "quality": values[chosen].T}


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
