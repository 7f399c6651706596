"""Numbers read from photographs."""

from pathlib import Path

import click

from ganlab.cli.root import cli
from ganlab.cli.shared_options import common_options, say, waiting
from ganlab.data.damages import DAMAGES
from ganlab.errors import GanlabError


@cli.command()
@click.argument("pictures", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--damage", type=click.Choice(list(DAMAGES)), help="Damage each digit first, to see it repaired.")
@click.option("--seed", default=0, type=click.IntRange(min=0), help="The same seed gives the same damage. [0]")
@click.option("--model", "name", default="repair-gan", help="The run that repairs the digits. [repair-gan]")
@click.option("--reader", default="classifier", help="The run that reads the digits. [classifier]")
@common_options
def read(
    pictures: tuple[Path, ...], damage: str | None, seed: int, name: str, reader: str, runs: Path, as_json: bool
) -> None:
    """Read the handwritten numbers in photographs or scans, one for each line of writing, before and after repair.

    Digits that the classifier is less than 90% sure of are named. In JSON, lines are counted from 0. The exit status is
    2 where no picture could be read, and 0 where at least one could.
    """
    from ganlab import inference
    from ganlab.reading import CERTAIN, read_lines, read_page

    with waiting("Getting the models ready"):
        models = inference.load_family("classifier", reader, runs), inference.load_family("repair", name, runs)
    found = 0
    for picture in pictures:
        try:
            with waiting(f"Reading {picture.name}"):
                page = read_page(picture, models[0])
                lines = read_lines(page, picture, *models, damage, seed)
        except GanlabError as error:
            click.echo(f"{picture}: {error}", err=True)
            continue
        for notice in page.notices:
            click.echo(f"{picture}: {notice}", err=True)
        found += 1
        for line in lines:
            where = f"{picture}, line {line.line + 1}" if len(lines) > 1 else str(picture)
            change = "" if line.text == line.repaired else f", {line.repaired} after repair"
            unsure = f" (less than {CERTAIN:.0%} sure of {_digits(line.unsure)})" if line.unsure else ""
            say(as_json, line.to_json(), f"{where}: {line.text}{change}{unsure}")
    if not found:
        raise SystemExit(2)


def _digits(places: list[int]) -> str:
    """For example: digit 3; or: digits 3, 5."""
    return f"digit{'s' if len(places) > 1 else ''} {', '.join(map(str, places))}"
