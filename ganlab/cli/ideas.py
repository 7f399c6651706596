"""What the page Ideas shows of trained models."""

from pathlib import Path

import click

from ganlab.cli.root import cli
from ganlab.cli.shared_options import common_options, say, waiting
from ganlab.runs import describe_size


@cli.command(name="make-ideas")
@click.argument("names", nargs=-1)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="A folder: pretrained/ideas for what ships.",
)
@common_options
def make_ideas(names: tuple[str, ...], output: Path, runs: Path, as_json: bool) -> None:
    """Make the files that pieces of the page Ideas show, all of them or those of these NAMES."""
    from ganlab.sharing.idea_assets import MAKERS, make

    for name in names or MAKERS:
        with waiting(f"Making {name}") as report:
            record = make(name, output, report)
        say(as_json, record, f"{name}: {describe_size(record['size'])} in {output}, {record['seconds']:.0f} s.")
