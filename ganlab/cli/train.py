"""Training from a shell: a command for each architecture, made from its knobs."""

import contextlib
import json
import sys
from pathlib import Path
from typing import Any

import click

from ganlab import data, jobs, registry
from ganlab.cli.root import cli
from ganlab.cli.shared_options import TurnType, common_options, interruptible, progress_bar, training_options
from ganlab.errors import GanlabError
from ganlab.knobs import Knob
from ganlab.registry import ModelSpec
from ganlab.runs import Run, describe_length
from ganlab.training.events import Event, Failed, Finished, Iterations, Started


class ModelCommands(click.Group):
    """`train NAME`: a command for each architecture, with a flag for each of its knobs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [spec.name for spec in registry.specs()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        return train_command(registry.get(cmd_name))


@cli.group(cls=ModelCommands, name="train")
def train_group() -> None:
    """Train an architecture, for example `train dcgan --digits 5`."""


def knob_option(knob: Knob) -> click.Option:
    """The command-line flag of a knob; its text is checked by the knob itself."""
    shown = str(knob.default).lower() if knob.kind is bool else knob.default
    return click.Option(
        [knob.flag, f"knob_{knob.name}"],
        metavar={int: "NUMBER", float: "NUMBER", bool: "true|false"}.get(knob.kind, "|".join(knob.choices)),
        help=f"{knob.help} [{shown}]",
    )


def train_command(spec: ModelSpec) -> click.Command:
    classes = data.format_digits(spec.digits)
    summary = f"{spec.title}. {spec.summary}"

    @click.command(spec.name, help=summary, short_help=summary)
    @click.option("--preset", type=click.Choice(list(spec.presets)), help="A named set of settings.")
    @click.option("--digits", default=classes, help=f"Classes to learn from: 5, 3,5,8 or all. [{classes}]")
    @training_options
    @click.option(
        "--turn",
        "turns",
        multiple=True,
        type=TurnType(),
        metavar="ITERATION:NAME=VALUE",
        help="Turn a knob on the way.",
    )
    @click.option("--tensorboard", is_flag=True, help="Also write event files for TensorBoard.")
    @common_options
    def train(runs: Path, as_json: bool, preset: str | None, digits: str, **given: Any) -> None:
        texts = {knob: given.pop(f"knob_{knob.name}") for knob in spec.knobs}
        values = {knob.name: knob.parse(text) for knob, text in texts.items() if text is not None}
        request = jobs.Request(spec.name, preset, values, digits=data.parse_digits(digits), **given)
        follow(jobs.create_run(request, runs), as_json)

    own = [knob_option(knob) for knob in spec.knobs]
    if all(knob.name != "iterations" for knob in spec.knobs):
        own.append(click.Option(["--iterations"], type=int, help="How long to train, instead of epochs."))
    train.params[-2:-2] = own  # before what all commands have
    return train


def follow(writer: Any, as_json: bool) -> None:
    """Trains in the foreground and tells how it goes; Ctrl-C stops and saves."""
    path = str(writer.path)
    shown = JsonLines(path) if as_json else Progress(path)
    failure = None
    with interruptible() as interrupted:

        def report(what: str, fraction: float | None) -> None:
            if interrupted:
                raise jobs.Cancelled
            shown.report(what, fraction)

        training = jobs.Training(writer, report)
        try:
            with shown.bar:
                shown.begin(writer.run)
                for event in training:
                    shown.show(event, writer.run)
                    failure = event.message if isinstance(event, Failed) else failure
                    if interrupted and isinstance(event, Started | Iterations):
                        training.stop()
                        break
        except jobs.Cancelled:
            pass
        finally:
            training.stop()
    if interrupted and writer.run.state != "finished":
        shown.stopped(writer.run)
        sys.exit(128 + interrupted[0])
    if failure:
        raise GanlabError(failure)


class JsonLines:
    """Each event as one JSON object a line."""

    def __init__(self, path: str) -> None:
        self.path, self.bar = path, contextlib.nullcontext()

    def report(self, what: str, fraction: float | None) -> None:
        pass

    def begin(self, run: Run) -> None:
        self._print("created", model=run.model, values=run.config.values)

    def show(self, event: Event, run: Run) -> None:
        if isinstance(event, Started):
            known = {"iterations", "device", "precision", "precision_reason", "data"}
            kept = run.config.model_dump(mode="json", include=known)
            self._print("started", iteration=event.iteration, **kept)
        elif isinstance(event, Iterations):
            last = dict(zip(run.curves, map(float, event.rows[-1]), strict=True))
            self._print("progress", iteration=event.iteration, **last)
        elif isinstance(event, Finished):
            self._print("finished", iterations=event.iteration, seconds=event.seconds)
        elif isinstance(event, Failed):
            self._print("failed", iteration=event.iteration, message=event.message)

    def stopped(self, run: Run) -> None:
        self._print("stopped", iteration=run.done)

    def _print(self, event: str, **content: Any) -> None:
        click.echo(json.dumps({"event": event, "run": self.path, **content}))


class Progress:
    """Sentences, and a progress bar with losses, speed and time left where a terminal watches."""

    def __init__(self, path: str) -> None:
        from rich.progress import TimeRemainingColumn

        self.path, self.bar = path, progress_bar(TimeRemainingColumn())
        self.task = self.bar.add_task("Preparing", total=None, figures="")
        self.first = (0, 0.0)

    def report(self, what: str, fraction: float | None) -> None:
        share = "" if fraction is None else f" {fraction:.0%}"
        self.bar.update(self.task, description=f"{what}{share}")

    def begin(self, run: Run) -> None:
        click.echo(f"Run {self.path}")

    def show(self, event: Event, run: Run) -> None:
        if isinstance(event, Started):
            used = run.config.data
            assert used
            for notice in used.notices:
                click.echo(notice)
            things = "points" if run.config.points else "images"
            click.echo(f"Training on {used.images:,} {things}: {used.source}.")
            click.echo(f"Computing on {run.config.device} in {run.config.precision} ({run.config.precision_reason}).")
            self.bar.update(self.task, description="Training", total=run.total, completed=event.iteration)
            self.first = (event.iteration, 0.0)
        elif isinstance(event, Iterations):
            row = dict(zip(run.curves, event.rows[-1], strict=True))
            if self.first[1] == 0.0:
                self.first = (event.iteration, float(row["seconds"]))
            spent = float(row["seconds"]) - self.first[1]
            speed = f", {(event.iteration - self.first[0]) / spent:.3g} it/s" if spent > 0 else ""
            losses = ", ".join(f"{curve.title} {row[curve.name]:.3f}" for curve in registry.get(run.model).curves[:2])
            self.bar.update(self.task, completed=event.iteration, figures=losses + speed)
        elif isinstance(event, Finished):
            click.echo(f"Finished: {describe_length(event.iteration)} in {event.seconds:.1f} s.")

    def stopped(self, run: Run) -> None:
        click.echo(f"Stopped after {describe_length(run.done)}. Go on with: python -m ganlab runs resume {run.path}")
