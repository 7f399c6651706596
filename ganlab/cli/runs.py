"""What can be done with runs."""

import json
from pathlib import Path

import click

from ganlab import data, jobs
from ganlab.cli.root import cli
from ganlab.cli.shared_options import common_options, say, waiting, write_png
from ganlab.cli.train import follow
from ganlab.diagnosis import diagnose
from ganlab.errors import GanlabError
from ganlab.runs import (
    SweepFolder,
    delete,
    delete_sweep,
    describe_length,
    describe_size,
    layout,
    list_runs,
    list_sweeps,
    prune,
    rename,
    resolve,
    resolve_sweep,
)

SMALL = 112  # pixels of a picture of points on a sheet


@cli.group(name="runs")
def runs_group() -> None:
    """List, show, resume, extend, rename, prune and delete runs."""


@runs_group.command(name="list")
@common_options
def runs_list(runs: Path, as_json: bool) -> None:
    """List all runs, newest first."""
    found, problems = list_runs(runs)
    for run in found:
        row = run.summary()
        digits = data.format_digits(tuple(row["digits"]) if row["digits"] else None)
        text = f"{row['id']:38} {row['state']:12} {row['iteration']:>8,} of {row['iterations']:<8,} digits {digits:8}"
        text = f"{text} {row['title']}".rstrip()
        say(as_json, row, text)
    for problem in problems:
        click.echo(problem, err=True)
    if not found and not as_json:
        click.echo(f"There are no runs in {runs} yet; `python -m ganlab train digit-gan` makes one.")


@runs_group.command(name="show")
@click.argument("run")
@common_options
def runs_show(run: str, runs: Path, as_json: bool) -> None:
    """Show one run: how far it is, its settings and its latest metrics."""
    found = resolve(run, runs)
    last = found.metrics(max(0, found.done - 1))
    figures = (
        dict(zip(found.curves, map(float, last[-1]), strict=True))
        if len(last)
        else (found.config.pretrained.figures if found.config.pretrained else {})
    )
    content = {
        **found.summary(),
        "size": found.size(),
        "figures": figures,
        "config": found.config.to_json(),
        "snapshots": [layout.iteration_of(path) for path in layout.snapshots(found.path)],
        "chosen": found.chosen,
        "diagnosis": said.summary() if (said := diagnose(found)) else None,
    }
    if as_json:
        return click.echo(json.dumps(content))
    click.echo(f"{found.id}: {content['state']}, {content['iteration']:,} of {describe_length(found.total)}")
    if content["message"]:
        click.echo(content["message"])
    click.echo(f"{found.path}, {describe_size(content['size'])}")
    if said:
        click.echo(f"{said.name.capitalize()}: {said.what} {said.why}")
        for one in said.tries:
            click.echo(f"  {one.label}: {one.text}")
    for name, value in found.config.values.items():
        click.echo(f"  {name:28} {value}")
    for name, value in figures.items():
        click.echo(f"  {name:28} {value:.4g}" if isinstance(value, float) else f"  {name:28} {value}")


@runs_group.command(name="sheet")
@click.argument("run")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="A .png file.")
@click.option("--first", default=1, type=click.IntRange(min=1), help="The first iteration shown. [1]")
@click.option("--last", type=click.IntRange(min=1), help="The last iteration shown. [99 after the first]")
@click.option("--columns", default=10, type=click.IntRange(1, 1000), help="Images in a row. [10]")
@common_options
def runs_sheet(run: str, output: Path, first: int, last: int | None, columns: int, runs: Path, as_json: bool) -> None:
    """Write one sheet with the first image of each iteration in a range, or the points that are followed."""
    import numpy as np

    from ganlab import images
    from ganlab.runs import plane_pictures
    from ganlab.runs.plane_history import PlaneHistory

    found = resolve(run, runs)
    last = min(last or first + 99, found.done)
    if last < first:
        raise GanlabError(f"{found.id} has {found.done:,} iterations, so none from {first:,} on can be shown.")
    if first <= found.pruned:
        raise GanlabError(f"{found.id} was pruned: the images of iterations 1 to {found.pruned:,} are gone.")
    if found.config.points:
        _, drawn = PlaneHistory(found).exact(first, last)
        extent, reals = found.config.extent or 5.0, found.reals()
        shown = np.stack([plane_pictures.picture(points, extent, reals, side=SMALL) for points in drawn])
        write_png(output, images.sheet(shown, columns))
    else:
        write_png(output, images.sheet(found.first_images(first - 1, last), columns, scale=2))
    content = {"run": str(found.path), "output": str(output.resolve()), "first": first, "last": last}
    say(as_json, content, f"Iterations {first} to {last} of {found.id} are in {output}.")


@runs_group.command(name="resume")
@click.argument("run")
@click.option("--iterations", type=int, help="The new length in all, which cannot be shorter than before.")
@common_options
def runs_resume(run: str, iterations: int | None, runs: Path, as_json: bool) -> None:
    """Go on with a run that was stopped or interrupted."""
    follow(jobs.reopen_run(resolve(run, runs), iterations), as_json)


@runs_group.command(name="extend")
@click.argument("run")
@click.option("--by", type=click.IntRange(min=1), help="How many more iterations to train.")
@click.option("--iterations", type=int, help="How many iterations to train in all.")
@common_options
def runs_extend(run: str, by: int | None, iterations: int | None, runs: Path, as_json: bool) -> None:
    """Train a finished run for longer."""
    found = resolve(run, runs)
    if (by is None) == (iterations is None):
        raise GanlabError("Say how long the run is to become: either --by MORE or --iterations TOTAL.")
    follow(jobs.reopen_run(found, iterations if iterations is not None else found.total + (by or 0)), as_json)


@runs_group.command(name="rename")
@click.argument("run")
@click.argument("title")
@common_options
def runs_rename(run: str, title: str, runs: Path, as_json: bool) -> None:
    """Give a run a TITLE of your own: one line of 1 to 60 characters."""
    found = resolve(run, runs)
    rename(found, title)
    content = {"event": "renamed", "run": str(found.path), "title": found.title}
    say(as_json, content, f"{found.id} is now called {found.title!r}.")


@runs_group.command(name="prune")
@click.argument("run")
@common_options
def runs_prune(run: str, runs: Path, as_json: bool) -> None:
    """Save space: delete a run's history, but keep its curves, its weights, and what training further needs."""
    found = resolve(run, runs)
    freed = prune(found)
    content = {"event": "pruned", "run": str(found.path), "freed": freed, "size": found.size()}
    say(as_json, content, f"Pruned {found.path}: {describe_size(freed)} freed, {describe_size(content['size'])} left.")


@runs_group.command(name="delete")
@click.argument("run")
@click.option("--yes", is_flag=True, help="Delete without asking.")
@click.option("--keep-runs", is_flag=True, help="Of a sweep, keep the runs, as runs of their own.")
@common_options
def runs_delete(run: str, yes: bool, keep_runs: bool, runs: Path, as_json: bool) -> None:
    """Delete a run and everything in its folder, or a sweep with its runs."""
    try:
        found = resolve(run, runs)
    except GanlabError:
        if run not in [sweep.id for sweep in list_sweeps(runs)[0]]:
            raise
        return _delete_sweep(resolve_sweep(run, runs), yes or as_json, keep_runs, as_json)
    if not yes and not as_json:
        click.confirm(f"Delete {found.path} ({describe_size(found.size())})?", abort=True)
    delete(found)
    say(as_json, {"event": "deleted", "run": str(found.path)}, f"Deleted {found.path}.")


def _delete_sweep(sweep: SweepFolder, sure: bool, keep_runs: bool, as_json: bool) -> None:
    going = [] if keep_runs else [run for _, run in sweep.runs()]
    more = f" and its {len(going)} runs ({describe_size(sum(run.size() for run in going))})" if going else ""
    if not sure:
        click.confirm(f"Delete {sweep.path}{more}?", abort=True)
    delete_sweep(sweep, with_runs=not keep_runs)
    content = {"event": "deleted", "sweep": str(sweep.path), "runs": [str(run.path) for run in going]}
    say(as_json, content, f"Deleted {sweep.path}{more}.")


@runs_group.command(name="publish")
@click.argument("run")
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--snapshots", type=click.IntRange(0), default=0, help="Keep so many snapshots, to show how it learned. [0]"
)
@common_options
def runs_publish(run: str, target: Path, snapshots: int, runs: Path, as_json: bool) -> None:
    """Write a finished run to TARGET as a pretrained model: no optimisers, no images, float16 weights."""
    from ganlab.sharing import publishing

    with waiting("Publishing"):
        record = publishing.publish(resolve(run, runs), target, snapshots)
    say(as_json, record, f"Published {record['run']}: {describe_size(record['size'])}.")


@runs_group.command(name="first-look")
@click.argument("run")
@common_options
def runs_first_look(run: str, runs: Path, as_json: bool) -> None:
    """Make anew what pages show of a pretrained model that repairs or decodes before it is loaded."""
    from ganlab.sharing import publishing

    with waiting("Making the first look"):
        record = publishing.add_first_look(resolve(run, runs))
    say(as_json, record, f"{record['run']}: {describe_size(record['size'])}.")
