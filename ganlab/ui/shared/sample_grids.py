"""Samples of several runs beside each other: packed here, drawn in the browser (shared/sample_grids.js)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ganlab.evaluation import comparison
from ganlab.runs import Run
from ganlab.ui.shared.assets import component, text
from ganlab.ui.shared.charts import spread
from ganlab.ui.shared.packing import pack
from ganlab.ui.shared.run_labels import spec_of
from ganlab.ui.shared.theme import RUNS

MOST_MOMENTS = 40  # of a run
MOST_IMAGES = 640  # of a run; half a megabyte
DASHES = {"solid": "solid", "dash": "dashed", "dot": "dotted", "dashdot": "double"}  # as CSS draws them


@dataclass(frozen=True)
class Samples:
    """What a run drew at some moments: `iterations` int64 `[n]`, `seconds` float64 `[n]`, and `images` uint8
    `[n, count, 28, 28]`, shown in rows of `columns`. `words` are what is to be said of them."""

    iterations: np.ndarray
    seconds: np.ndarray
    images: np.ndarray
    columns: int
    words: str = ""


def samples(run: Run, most: int = MOST_MOMENTS) -> Samples:
    """Previews spread over a run, `most` at most; of one without a history the samples that it came with."""
    count, columns = _shape(run)
    if not run.preview_count:
        return _stored(run, columns)
    moments = max(2, min(most, MOST_IMAGES // count))
    chosen = spread(run.preview_count, moments)
    kept = [preview for index in chosen.tolist() if (preview := run.preview(index))]
    return at(run, [iteration for iteration, _ in kept], [drawn for _, drawn in kept])


def at(run: Run, moments: Sequence[int], previews: Sequence[np.ndarray]) -> Samples:
    """These previews, each uint8 `[n, 28, 28]`, after so many iterations."""
    count, columns = _shape(run)
    iterations = np.array(moments, np.int64)
    images = np.array([drawn[-count:] for drawn in previews], np.uint8).reshape(-1, count, 28, 28)
    return Samples(iterations, comparison.seconds_at(run, iterations), images, columns)


def _shape(run: Run) -> tuple[int, int]:
    """How many images the part of a preview has that says most, and in rows of how many it is shown."""
    kept, spec = max(1, run.config.preview_images), spec_of(run)
    if spec is None:
        return kept, int(np.ceil(np.sqrt(kept)))
    return min(spec.panels[-1].count, kept), spec.panels[-1].columns


def _stored(run: Run, columns: int) -> Samples:
    images = run.samples()[: columns**2]
    if not len(images):
        return Samples(np.empty(0, np.int64), np.empty(0), np.empty([0, 1, 28, 28], np.uint8), 1, "No samples yet.")
    iterations = np.array([run.status.iteration], np.int64)
    return Samples(iterations, np.array([run.status.seconds], float), images[None], columns, "At the end,")


def show(
    found: Sequence[Samples],
    titles: Sequence[str],
    by: str,
    key: str,
    scrub: bool = True,
    looks: Sequence[tuple[str, str]] = RUNS,
) -> None:
    """The samples under their titles; `by` ("iterations" or "seconds") is what the range is over, if there is one;
    `looks` are a colour and a dash for each."""
    stops: list[float] = []
    if scrub:
        places = [one.seconds if by == "seconds" else one.iterations for one in found]
        stops = np.unique(np.concatenate([place[np.isfinite(place)] for place in places])).tolist()
    grids: list[dict[str, Any]] = [
        {
            "title": title,
            "colour": colour,
            "dash": DASHES[dash],
            "words": one.words,
            "count": one.images.shape[1],
            "columns": one.columns,
            "iterations": one.iterations.tolist(),
            "seconds": np.nan_to_num(one.seconds).round(3).tolist(),
        }
        for one, title, (colour, dash) in zip(found, titles, looks, strict=False)
    ]
    images = {f"images{index}": one.images for index, one in enumerate(found)}
    piece = component("ganlab_grids", "shared/sample_grids", css=text("shared/piece.css"))
    piece(key=key, data=pack({"by": by, "stops": stops, "grids": grids}, images))
