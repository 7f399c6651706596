"""What a data set holds, before anything learns from it."""

import json
from pathlib import Path

import click

from ganlab.cli.root import cli
from ganlab.cli.shared_options import common_options, waiting


@cli.command(name="data")
@click.argument("path")
@common_options
def describe_data(path: str, runs: Path, as_json: bool) -> None:
    """Show what a data set holds: its layout, images and classes.

    PATH is a file or folder of images in any layout that docs/data.md lists, or mnist, fashion-mnist or offline; or a
    table of points in the plane, or one of those that come with ganlab: ring, grid and so on.
    """
    from ganlab.data.description import describe_data as described

    with waiting("Reading the data") as report:
        found = described(path, report)
    click.echo(json.dumps(found.to_json()) if as_json else "\n".join(found.lines()))
