"""What all commands share: where the runs are, JSON or text, and a line that says what is being done."""

import contextlib
import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from ganlab.errors import GanlabError
from ganlab.runs import (
    runs_folder,
)
from ganlab.runs.files import plain_errors


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--runs` and `--json`, which every command but `app` has; they arrive as `runs` (a Path) and `as_json`."""

    @click.option("--runs", metavar="DIR", help="The folder with all runs. [GANLAB_RUNS, else ./runs]")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON, one object on each line.")
    @functools.wraps(command)
    def wrapped(runs: str | None, **others: Any) -> Any:
        return command(runs=runs_folder(runs), **others)

    return wrapped


def say(as_json: bool, content: dict[str, Any], text: str) -> None:
    click.echo(json.dumps(content) if as_json else text)


@contextlib.contextmanager
def waiting(what: str) -> Iterator[Callable[[str, float | None], None]]:
    """Shows that something takes its time, where a terminal watches; gives a function to tell of what is being done."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda what, share: None
        return
    with console.status(what) as status:
        yield lambda what, share: status.update(what if share is None else f"{what} {share:.0%}")


def write_png(output: Path, image: Any) -> None:
    from ganlab import images

    if output.suffix.lower() != ".png":
        raise GanlabError(f"A sheet can only be written as .png, not as {output.name!r}.")
    with plain_errors(str(output)):
        output.write_bytes(images.png(image))
