"""One iteration of a run in slow motion, as text, JSON and pictures."""

import json
from pathlib import Path
from typing import Any

import click

from ganlab import images
from ganlab.cli.root import cli
from ganlab.cli.shared_options import common_options, say, waiting, write_png
from ganlab.models._stage import Stage, finite
from ganlab.runs import resolve
from ganlab.runs.files import plain_errors

COLUMNS = 16  # images in a row of a sheet
SHEETS = ("reals", "damaged", "fakes")  # of images; `pull` is laid over the images of its stage


@cli.command()
@click.argument("run")
@click.option("--iteration", type=click.IntRange(min=1), help="Which iteration. [the one that would come next]")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="A folder for sheets and stages.json."
)
@common_options
def explain(run: str, iteration: int | None, output: Path | None, runs: Path, as_json: bool) -> None:
    """Take one iteration of a run slowly: every stage in a sentence with its numbers, and nothing is changed.

    An earlier iteration can be shown where the run has kept its networks as they were before it.
    """
    from ganlab.jobs.slow_motion import slow_motion_of

    found_run = resolve(run, runs)
    with waiting("Going through the iteration"):
        found = slow_motion_of(found_run, iteration)
    name = f"{found.iteration + 1:,}"
    if not as_json:
        of = f", on images of {found.source}" if found.source else ""
        click.echo(f"Iteration {name} of {found_run.id}{of}:")
    told = []
    for number, stage in enumerate(found.stages, 1):
        files = [] if output is None else _write(stage, number, output, found.signed)
        about = {"run": str(found_run.path), "iteration": found.iteration + 1, **_about(stage, number), "files": files}
        told.append(about)
        who = f" ({stage.network})" if stage.network else ""
        say(as_json, about, f"{number:3}. {stage.name}{who}: {stage.caption}")
    if output is not None:
        with plain_errors(str(output)):
            output.mkdir(parents=True, exist_ok=True)
            (output / "stages.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        if not as_json:
            click.echo(f"Sheets and stages.json are in {output}.")


def _about(stage: Stage, number: int) -> dict[str, Any]:
    return {
        "stage": number,
        "name": stage.name,
        "network": stage.network,
        "update": list(stage.update),
        "caption": stage.caption,
        "figures": finite(stage.figures),
        "norms": finite(stage.norms),
        "sizes": finite(stage.sizes),
    }


def _write(stage: Stage, number: int, folder: Path, signed: bool) -> list[str]:
    """The sheets of a stage, and their paths."""
    with plain_errors(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in SHEETS:
        if _is_sheet(stage, kind):
            shown = images.as_grey(stage.tensors[kind], signed)
            if "pull" in stage.tensors and stage.tensors["pull"].shape == shown.shape:
                shown = images.overlaid(shown, stage.tensors["pull"])
            path = folder / f"{number:02}-{stage.name}-{kind}.png"
            write_png(path, images.sheet(shown, min(COLUMNS, len(shown)), scale=2))
            written.append(str(path.resolve()))
    return written


def _is_sheet(stage: Stage, kind: str) -> bool:
    return kind in stage.tensors and stage.tensors[kind].ndim == 3
