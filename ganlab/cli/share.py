"""Runs to and from a file."""

from pathlib import Path

import click

from ganlab.cli.root import cli
from ganlab.cli.shared_options import common_options, say, waiting
from ganlab.errors import GanlabError
from ganlab.runs import describe_size, resolve


@cli.command(name="export")
@click.argument("run")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A .zip file. [the run's id, here]")
@common_options
def export_(run: str, output: Path | None, runs: Path, as_json: bool) -> None:
    """Write a run into one file: Keras networks, a script that uses them, curves and images."""
    from ganlab.sharing.exporting import export

    found = resolve(run, runs)
    output = output or Path(f"{found.id}.zip")
    if output.suffix.lower() != ".zip":
        raise GanlabError(f"A run can only be exported as .zip, not as {output.name!r}.")
    with waiting("Exporting") as report:
        record = export(found, output, lambda what: report(what, None))
    say(as_json, record, f"{found.id} is in {output}, {describe_size(record['size'])}. See README.txt in it.")


@cli.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@common_options
def import_(file: Path, runs: Path, as_json: bool) -> None:
    """Take in a run that export wrote; everything in FILE is checked first."""
    from ganlab.sharing.importing import import_run

    with waiting("Importing") as report:
        found = import_run(file, runs, report=lambda what: report(what, None))
    origin = found.config.imported and found.config.imported.to_json()
    content = {"event": "imported", "run": str(found.path), "id": found.id, "origin": origin}
    say(as_json, content, f"Imported as {found.id}. You can use it and look at it, but not train it further.")
