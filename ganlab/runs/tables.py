"""A run's numbers as CSV, for a spreadsheet: a line of names, then a line for each moment."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ganlab.runs.reader import Run

LINES = 10_000  # at a time


def curves_csv(run: Run) -> Iterator[str]:
    """Every iteration's curves, in pieces."""
    done = run.done
    yield _line(["iteration", *run.curves])
    for start in range(0, done, LINES):
        rows = run.metrics(start, min(done, start + LINES))
        yield "".join(_lines(range(start + 1, start + len(rows) + 1), rows))


def validation_csv(run: Run) -> str:
    """The curves over test images, a line for each epoch; "" where there are none."""
    return _seldom(run.config.validation, *run.validation())


def quality_csv(run: Run) -> str:
    """The figures of merit of samples, a line for each time that they were computed; "" where they never were."""
    return _seldom(run.config.quality, *run.quality())


def _seldom(names: Sequence[str], iterations: np.ndarray, values: np.ndarray) -> str:
    return "".join([_line(["iteration", *names]), *_lines(iterations.tolist(), values)]) if len(iterations) else ""


def _lines(iterations: Iterable[int], rows: np.ndarray) -> Iterator[str]:
    for iteration, row in zip(iterations, rows.tolist(), strict=True):
        yield _line([str(iteration), *("" if value != value else f"{value:.6g}" for value in row)])  # a NaN is left out


def _line(words: Sequence[str]) -> str:
    return ",".join(words) + "\n"
