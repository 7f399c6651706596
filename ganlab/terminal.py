"""What the command line shows of several runs: tables of what differs, and a race with a bar for each side."""

from collections.abc import Mapping, Sequence
from typing import Any

from ganlab import comparison, quality, standings
from ganlab.jobs import JobView
from ganlab.racing import Race
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
    figures = {figure.name: figure.title for figure in quality.FIGURES}
    curves = comparison.all_curve_titles(runs)
    settings = [[name, *map(_written, values)] for name, values in found["differences"].items()]
    last = [["Iterations", *(f"{end['iterations']:,}" for end in ends)]]
    last += [["Seconds", *(f"{end['seconds']:,.1f}" for end in ends)]]
    for kind, titles in (("quality", figures), ("curves", curves)):
        for name, title in titles.items():
            if any(name in end[kind] for end in ends):
                last.append([title, *(f"{end[kind][name]:.4g}" if name in end[kind] else NONE for end in ends)])
    names = [run.id for run in runs]
    lines = _table(["Settings that differ", *names], settings) if settings else ["The settings are the same."]
    lines += ["", *_table(["At the end", *names], last)]
    over = sorted({end["averaged_over"] for end in ends if end["curves"]})
    if over:
        lines.append(f"Curves are averages over the last {' or '.join(f'{number:,}' for number in over)} iterations.")
    return [*lines, *found["remarks"]]


def _written(value: Any) -> str:
    return NONE if value is None else str(value)


def _table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    rows = [heads, *lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


class RaceBars:
    """A bar for each side of a race, where a terminal watches."""

    def __init__(self, race: Race) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        console = Console(stderr=True)
        self.race = race
        self.bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
            console=console,
            disable=not console.is_terminal,
        )
        called = standings.names([Run(side.run) for side in race.parts])
        self.tasks = [self.bar.add_task(name, total=None, figures="") for name in called]

    def __enter__(self) -> "RaceBars":
        self.bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.stop()

    def show(self) -> None:
        """Brings the bars up to date."""
        for task, side in zip(self.tasks, self.race.parts, strict=True):
            view = side.view()
            self.bar.update(task, completed=view.iteration, total=view.total or None, figures=_figures(side.run, view))


def _figures(path: Any, view: JobView) -> str:
    if not view.iteration:
        return view.message
    last = comparison.ends(Run(path))["quality"]
    floor = f" (real images {last['frechet_floor']:.2g})" if "frechet_floor" in last else ""
    return f"{view.seconds:.1f} s" + (f", Fréchet distance {last['frechet']:.3g}{floor}" if "frechet" in last else "")
