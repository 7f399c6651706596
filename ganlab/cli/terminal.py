"""What the command line shows of several runs: tables of what differs, and a race with a bar for each side."""

from collections.abc import Mapping, Sequence
from typing import Any

from ganlab.cli.shared_options import progress_bar
from ganlab.evaluation import comparison
from ganlab.jobs import JobView, race_standings
from ganlab.jobs.races import Race
from ganlab.metrics import metric_catalog
from ganlab.runs import Run

NONE = "-"


def comparison_of(runs: Sequence[Run]) -> dict[str, Any]:
    """What `compare` tells of runs; JSON-able."""
    figures = comparison.of_what(runs)
    return {
        "runs": [
            {"run": str(run.path), "id": run.id, "title": run.title, "model": run.model, "state": run.state}
            | comparison.ends(run)
            for run in runs
        ],
        "differences": comparison.differences(runs),
        "remarks": comparison.remarks(runs, {run.path: run.id for run in runs}) + ([figures] if figures else []),
    }


def comparison_lines(runs: Sequence[Run], found: Mapping[str, Any]) -> list[str]:
    """The same for people: tables of settings that differ and of where each run ended."""
    ends = found["runs"]
    curves = comparison.all_curve_titles(runs)
    settings = [[name, *map(_written, values)] for name, values in found["differences"].items()]
    last = [["Iterations", *(f"{end['iterations']:,}" for end in ends)]]
    last += [["Seconds", *(f"{end['seconds']:,.1f}" for end in ends)]]
    for figure in (*metric_catalog.SAMPLES, *metric_catalog.PLANE):
        name = figure.name
        if any(name in end["quality"] for end in ends):
            values = [
                metric_catalog.written_beside(name, end["quality"]) if name in end["quality"] else NONE for end in ends
            ]
            last.append([figure.title, *values])
    for name, title in curves.items():
        if any(name in end["curves"] for end in ends):
            values = [end["curves"].get(name) for end in ends]
            last.append([title, *(NONE if value is None else f"{value:.3g}" for value in values)])
    names = [run.id for run in runs]
    lines = table(["Settings that differ", *names], settings) if settings else ["The settings are the same."]
    lines += ["", *table(["At the end", *names], last)]
    over = sorted({end["averaged_over"] for end in ends if end["curves"]})
    if over:
        lines.append(f"Curves are averages over the last {' or '.join(f'{number:,}' for number in over)} iterations.")
    return [*lines, *found["remarks"]]


def _written(value: Any) -> str:
    return NONE if value is None else str(value)


def table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    rows = [heads, *lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


class RaceBars:
    """A bar for each side of a race, where a terminal watches."""

    def __init__(self, race: Race) -> None:
        self.race, self.bar = race, progress_bar()
        called = race_standings.names([Run(side.run) for side in race.parts])
        self.tasks = [self.bar.add_task(name, total=None, figures="") for name in called]

    def show(self) -> None:
        """Brings the bars up to date."""
        for task, side in zip(self.tasks, self.race.parts, strict=True):
            view = side.view()
            self.bar.update(task, completed=view.iteration, total=view.total or None, figures=_figures(side.run, view))


def _figures(path: Any, view: JobView) -> str:
    if not view.iteration:
        return view.message
    last = comparison.ends(Run(path))["quality"]
    words = f", Fréchet distance {metric_catalog.written_beside('frechet', last)}" if "frechet" in last else ""
    return f"{view.seconds:.1f} s{words}"
