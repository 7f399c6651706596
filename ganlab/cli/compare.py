"""Several runs beside each other, and races."""

import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from ganlab import data, jobs, registry
from ganlab.cli.root import cli
from ganlab.cli.shared_options import common_options, say
from ganlab.errors import GanlabError
from ganlab.runs import (
    Run,
)
from ganlab.runs.files import finite


@cli.command()
@click.argument("names", nargs=-1, required=True, metavar="RUN RUN...")
@common_options
def compare(names: tuple[str, ...], runs: Path, as_json: bool) -> None:
    """Compare two to four runs: the settings that differ, and where each ended."""
    from ganlab.cli import terminal
    from ganlab.evaluation import comparison

    found, problems = comparison.find(names, runs)
    if problems:
        raise GanlabError(problems[0])
    if not 2 <= len(found) <= comparison.MOST:
        raise GanlabError(f"From two to {comparison.MOST} different runs can be compared, but not {len(found)}.")
    content = terminal.comparison_of(found)
    say(as_json, finite(content), "\n".join(terminal.comparison_lines(found, content)))


@cli.command()
@click.argument("left")
@click.argument("right")
@click.option("--preset-left", help="The left model's named set of settings.")
@click.option("--preset-right", help="The right model's.")
@click.option("--left", "left_values", multiple=True, metavar="NAME=VALUE", help="A setting of the left model.")
@click.option("--right", "right_values", multiple=True, metavar="NAME=VALUE", help="A setting of the right model.")
@click.option("--dataset", default="mnist", help="As in train. [mnist]")
@click.option("--digits", help="The classes that both learn from, such as 5 or 3,5,8 or all. [the left model's]")
@click.option("--digits-right", help="The classes that the right side learns from, if they differ. [as --digits]")
@click.option("--seed", default=0, help="Decides all randomness: the same seed gives the same run. [0]")
@click.option("--device", default="auto", help="Where to compute: auto, cpu or gpu:0. [auto]")
@click.option("--precision", default="auto", help="auto (float32 in a race), float32 or mixed_bfloat16. [auto]")
@click.option(
    "--finish",
    default="iterations:100",
    help="iterations:N, seconds:N or frechet:X. [iterations:100]",
)
@click.option("--longest", default=600.0, help="The most seconds each trains for a Fréchet distance. [600]")
@common_options
def race(
    left: str,
    right: str,
    preset_left: str | None,
    preset_right: str | None,
    left_values: tuple[str, ...],
    right_values: tuple[str, ...],
    dataset: str,
    digits: str | None,
    digits_right: str | None,
    seed: int,
    device: str,
    precision: str,
    finish: str,
    longest: float,
    runs: Path,
    as_json: bool,
) -> None:
    """Train two GANs, LEFT and RIGHT, by turns, so that both have trained equally long, and see which learns better."""
    from ganlab.jobs import race_standings, races

    end = race_standings.parse_finish(finish, longest)
    shared = data.parse_digits(digits) if digits else registry.get(left).digits
    requests = [
        jobs.Request(name, preset, knob_values(name, texts), dataset, chosen, None, seed, device, precision)
        for name, preset, texts, chosen in (
            (left, preset_left, left_values, shared),
            (right, preset_right, right_values, data.parse_digits(digits_right) if digits_right else shared),
        )
    ]
    follow_race(races.create_race(requests[0], requests[1], end, runs), as_json)


def knob_values(model: str, texts: Iterable[str]) -> dict[str, Any]:
    """Settings written as NAME=VALUE. Raises GanlabError."""
    knobs = {knob.name: knob for knob in registry.get(model).knobs}
    values = {}
    for text in texts:
        name, _, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if name not in knobs or not value:
            raise GanlabError(f"A setting is written NAME=VALUE, not {text!r}. {model} has {', '.join(knobs)}.")
        values[name] = knobs[name].parse(value.strip())
    return values


def follow_race(race: Any, as_json: bool) -> None:
    """Runs the race and tells how it goes; Ctrl-C stops it and saves both runs."""
    from ganlab.cli import terminal
    from ganlab.evaluation import comparison
    from ganlab.jobs import race_outcome, race_standings

    paths = [str(side.run) for side in race.parts]
    say(as_json, {"event": "created", "runs": paths}, "\n".join(f"Run {path}" for path in paths))
    interrupted: list[int] = []

    def interrupt(signum: int, frame: Any) -> None:
        if interrupted:
            raise KeyboardInterrupt
        interrupted.append(signum)
        jobs.worker.stop(race)

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with terminal.RaceBars(race) as bars:
            jobs.worker.add(race)
            while race.wait(0.2).active:
                bars.show()
            bars.show()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    view, found = race.view(), [Run(side.run) for side in race.parts]
    if view.state == "failed":
        raise GanlabError(view.message)
    over = view.state == "finished"
    now, called = (
        race_standings.result(found[0]) or race_standings.standing(found, race.finish),
        race_standings.names(found),
    )
    told = [
        race_outcome.describe(now, called, race.finish, over),
        race_outcome.moments(now, called),
        comparison.of_what(found),
    ]
    words = " ".join(sentence for sentence in told if sentence)
    for run in found:
        if run.state == "failed" and not as_json:
            click.echo(f"{run.id}: {run.status.message}", err=True)
    say(as_json, {"event": view.state, "runs": paths, **race_standings.to_json(now), "words": words}, words)
    if interrupted and not over:
        if not as_json:
            for path in paths:
                click.echo(f"Go on with: python -m ganlab runs resume {path}")
        sys.exit(128 + interrupted[0])
