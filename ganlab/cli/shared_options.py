"""What all commands share: where the runs are, JSON or text, and a line that says what is being done."""

import contextlib
import functools
import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from ganlab.errors import GanlabError
from ganlab.jobs.requests import parse_turn
from ganlab.runs import runs_folder
from ganlab.runs.files import plain_errors
from ganlab.runs.records import Turn


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--runs` and `--json`, which every command but `app` has; they arrive as `runs` (a Path) and `as_json`."""

    @click.option("--runs", metavar="DIR", help="The folder with all runs. [GANLAB_RUNS, else ./runs]")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON, one object on each line.")
    @functools.wraps(command)
    def wrapped(runs: str | None, **others: Any) -> Any:
        return command(runs=runs_folder(runs), **others)

    return wrapped


class TurnType(click.ParamType):
    """ITERATION:NAME=VALUE, as a knob that is turned."""

    name = "turn"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if isinstance(value, Turn) else parse_turn(value)


def training_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every training is told, but for its model's settings: fields of a `jobs.Request` by their names."""

    @click.option(
        "--dataset",
        help="mnist, fashion-mnist, offline, for plane-gan one of ring, grid and so on, or a path to your data "
        "(docs/data.md). [what the model is for]",
    )
    @click.option("--seed", default=0, help="Decides all randomness: the same seed gives the same run. [0]")
    @click.option("--device", default="auto", help="Where to compute: auto, cpu or gpu:0. [auto]")
    @click.option(
        "--precision", default="auto", help="auto (in a race or sweep float32), float32 or mixed_bfloat16. [auto]"
    )
    @functools.wraps(command)
    def wrapped(**given: Any) -> Any:
        return command(**given)

    return wrapped


def say(as_json: bool, content: dict[str, Any], text: str) -> None:
    click.echo(json.dumps(content) if as_json else text)


@contextlib.contextmanager
def interruptible(stop: Callable[[], None] = lambda: None) -> Iterator[list[int]]:
    """Lets what is at work end by itself at Ctrl-C, which calls `stop`; at a second one it is broken off. Gives a list
    that the signal's number comes into."""
    caught: list[int] = []

    def interrupt(signum: int, frame: Any) -> None:
        if caught:
            raise KeyboardInterrupt
        caught.append(signum)
        stop()

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def progress_bar(*more: Any) -> Any:
    """Rich's bar, where a terminal watches: for each task what it is, how much of it is done, its `figures`, and `more`
    columns."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console, figures = Console(stderr=True), TextColumn("{task.fields[figures]}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), figures, *more)
    return Progress(*columns, console=console, disable=not console.is_terminal)


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
