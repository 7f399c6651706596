"""The command line: everything a page can do, from a shell."""

import contextlib
import functools
import json
import math
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from ganlab import data, jobs, quality, registry
from ganlab.backend import start_tensorflow
from ganlab.data.masks import DAMAGES
from ganlab.diagnosis import diagnose
from ganlab.errors import GanlabError
from ganlab.knobs import Knob
from ganlab.registry import ModelSpec
from ganlab.runs import (
    Run,
    delete,
    describe_length,
    describe_size,
    layout,
    list_runs,
    prune,
    rename,
    resolve,
    runs_folder,
)
from ganlab.runs.files import finite, plain_errors
from ganlab.training.events import Event, Failed, Finished, Iterations, Started


def main() -> None:
    """Runs a command; bad input ends with one sentence on stderr and exit status 2."""
    try:
        sys.exit(cli(prog_name="python -m ganlab", standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(0)
    except click.ClickException as error:
        sentence = " ".join(error.format_message().split())
    except click.exceptions.Abort:
        sys.exit(130)
    except GanlabError as error:
        sentence = str(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    click.echo(sentence, err=True)
    sys.exit(2)


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--runs` and `--json`, which every command has; they arrive as `runs` (a Path) and `as_json`."""

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


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Watch generative models learn: train them, look at what they draw, and keep every run."""


@cli.command()
@common_options
def models(runs: Path, as_json: bool) -> None:
    """List the architectures."""
    for spec in registry.specs():
        content = {
            "name": spec.name,
            "title": spec.title,
            "family": spec.family,
            "summary": spec.summary,
            "presets": list(spec.presets),
            "parameters": dict(spec.parameters),
        }
        say(as_json, content, f"{spec.name:16} {spec.summary}")


@cli.command()
@click.argument("name")
@click.option("--preset", help="The preset to show. [the first one]")
@common_options
def describe(name: str, preset: str | None, runs: Path, as_json: bool) -> None:
    """Show an architecture: its source, settings, and networks layer by layer."""
    from ganlab.inference import describe_networks

    spec = registry.get(name)
    preset = preset or next(iter(spec.presets))
    values = spec.values(preset)
    with waiting("Building the networks"):
        networks = describe_networks(spec, values)
    if as_json:
        content = {
            "name": spec.name,
            "title": spec.title,
            "family": spec.family,
            "summary": spec.summary,
            "source": {"title": spec.source.title, "chapter": spec.source.chapter, "year": spec.source.year},
            "keeps": spec.keeps,
            "preset": preset,
            "presets": {key: {"summary": p.summary, "mended": list(p.mended)} for key, p in spec.presets.items()},
            "values": values,
            "draws": list(spec.draws),
            "digits": list(spec.digits) if spec.digits else None,
            "curves": [curve.name for curve in spec.curves],
            "networks": networks,
        }
        return click.echo(json.dumps(content))
    click.echo(f"{spec.title} ({spec.name})\n{spec.summary}\nSource: {spec.source.title}, {spec.source.chapter}.")
    click.echo(f"{spec.shown}\n\nPreset {preset}: {spec.presets[preset].summary}")
    for sentence in spec.presets[preset].mended:
        click.echo(f"  Note: {sentence}")
    click.echo("\nSettings")
    for knob in spec.knobs:
        click.echo(f"  {knob.flag:30} {values[knob.name]!s:10} {knob.help}")
    for key, network in networks.items():
        click.echo(f"\n{key.capitalize()}: {network['parameters']:,} parameters")
        for layer in network["layers"]:
            click.echo(f"  {layer['kind']:22} {layer['output']!s:22} {layer['parameters']:>10,}")


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
    digits = data.format_digits(spec.digits)
    options = [
        click.Option(["--preset"], type=click.Choice(list(spec.presets)), help="A named set of settings."),
        click.Option(
            ["--dataset"],
            default="mnist",
            help="mnist, fashion-mnist, offline, or a path to your images. [mnist]",
        ),
        click.Option(["--digits"], default=digits, help=f"Classes to learn from: 5, 3,5,8 or all. [{digits}]"),
        click.Option(["--seed"], default=0, help="Decides all randomness: the same seed gives the same run. [0]"),
        click.Option(["--device"], default="auto", help="Where to compute: auto, cpu or gpu:0. [auto]"),
        click.Option(["--precision"], default="auto", help="auto, float32 or mixed_bfloat16. [auto]"),
        click.Option(["--tensorboard"], is_flag=True, help="Also write event files for TensorBoard."),
        *(knob_option(knob) for knob in spec.knobs),
    ]
    if all(knob.name != "iterations" for knob in spec.knobs):
        options.append(click.Option(["--iterations"], type=int, help="How long to train, instead of epochs."))
    summary = f"{spec.title}. {spec.summary}"

    @common_options
    def train(
        runs: Path,
        as_json: bool,
        preset: str | None,
        dataset: str,
        digits: str,
        seed: int,
        device: str,
        precision: str,
        tensorboard: bool,
        iterations: int | None = None,
        **given: str | None,
    ) -> None:
        values = {
            knob.name: knob.parse(text) for knob in spec.knobs if (text := given.get(f"knob_{knob.name}")) is not None
        }
        chosen = data.parse_digits(digits)
        request = jobs.Request(
            spec.name, preset, values, dataset, chosen, iterations, seed, device, precision, tensorboard
        )
        follow(jobs.create_run(request, runs), as_json)

    return click.Command(
        spec.name, callback=train, params=[*options, *train.__click_params__], help=summary, short_help=summary
    )


def follow(writer: Any, as_json: bool) -> None:
    """Trains in the foreground and tells how it goes; Ctrl-C stops and saves."""
    path = str(writer.path)
    shown = JsonLines(path) if as_json else Progress(path)
    interrupted: list[int] = []

    def interrupt(signum: int, frame: Any) -> None:
        if interrupted:
            raise KeyboardInterrupt
        interrupted.append(signum)

    def report(what: str, fraction: float | None) -> None:
        if interrupted:
            raise jobs.Cancelled
        shown.report(what, fraction)

    training = jobs.Training(writer, report)
    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    failure = None
    try:
        with shown:
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
        for number, handler in before.items():
            signal.signal(number, handler)
    if interrupted and writer.run.state != "finished":
        shown.stopped(writer.run)
        sys.exit(128 + interrupted[0])
    if failure:
        raise GanlabError(failure)


class JsonLines:
    """Each event as one JSON object a line."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...

    def report(self, what: str, fraction: float | None) -> None:
        pass

    def begin(self, run: Run) -> None:
        self._print("created", model=run.model, values=run.config["values"])

    def show(self, event: Event, run: Run) -> None:
        if isinstance(event, Started):
            kept = {key: run.config[key] for key in ("iterations", "device", "precision", "precision_reason", "data")}
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
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self.path = path
        self.console = Console(stderr=True)
        self.bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self.task = self.bar.add_task("Preparing", total=None, figures="")
        self.first = (0, 0.0)

    def __enter__(self) -> None:
        self.bar.start()

    def __exit__(self, *error: object) -> None:
        self.bar.stop()

    def report(self, what: str, fraction: float | None) -> None:
        share = "" if fraction is None else f" {fraction:.0%}"
        self.bar.update(self.task, description=f"{what}{share}")

    def begin(self, run: Run) -> None:
        click.echo(f"Run {self.path}")

    def show(self, event: Event, run: Run) -> None:
        if isinstance(event, Started):
            used = run.config["data"]
            for notice in used["notices"]:
                click.echo(notice)
            click.echo(f"Training on {used['images']:,} images: {used['source']}.")
            click.echo(
                f"Computing on {run.config['device']} in {run.config['precision']} ({run.config['precision_reason']})."
            )
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
        else found.config.get("pretrained", {}).get("figures", {})
    )
    content = {
        **found.summary(),
        "size": found.size(),
        "figures": figures,
        "config": found.config,
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
    for name, value in found.config["values"].items():
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
    """Write one sheet with the first image of each iteration in a range."""
    from ganlab import images

    found = resolve(run, runs)
    last = min(last or first + 99, found.done)
    if last < first:
        raise GanlabError(f"{found.id} has {found.done:,} iterations, so none from {first:,} on can be shown.")
    if first <= found.pruned:
        raise GanlabError(f"{found.id} was pruned: the images of iterations 1 to {found.pruned:,} are gone.")
    write_png(output, images.sheet(found.first_images(first - 1, last), columns, scale=2))
    content = {"run": str(found.path), "output": str(output.resolve()), "first": first, "last": last}
    say(as_json, content, f"Iterations {first} to {last} of {found.id} are in {output}.")


def write_png(output: Path, image: Any) -> None:
    from ganlab import images

    if output.suffix.lower() != ".png":
        raise GanlabError(f"A sheet can only be written as .png, not as {output.name!r}.")
    with plain_errors(str(output)):
        output.write_bytes(images.png(image))


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
@common_options
def runs_delete(run: str, yes: bool, runs: Path, as_json: bool) -> None:
    """Delete a run and everything in its folder."""
    found = resolve(run, runs)
    if not yes and not as_json:
        click.confirm(f"Delete {found.path} ({describe_size(found.size())})?", abort=True)
    delete(found)
    say(as_json, {"event": "deleted", "run": str(found.path)}, f"Deleted {found.path}.")


@runs_group.command(name="publish")
@click.argument("run")
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--snapshots", type=click.IntRange(0), default=0, help="Keep so many snapshots, to show how it learned. [0]"
)
@common_options
def runs_publish(run: str, target: Path, snapshots: int, runs: Path, as_json: bool) -> None:
    """Write a finished run to TARGET as a pretrained model: no optimisers, no images, float16 weights."""
    from ganlab import publishing

    with waiting("Publishing"):
        record = publishing.publish(resolve(run, runs), target, snapshots)
    say(as_json, record, f"Published {record['run']}: {describe_size(record['size'])}.")


@cli.command()
@click.argument("run")
@click.option("-n", "count", default=64, help="How many images. [64]")
@click.option("--seed", default=0, help="The same seed draws the same images. [0]")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="A .png sheet or an .npy array.")
@click.option("--columns", type=click.IntRange(1, 1000), help="Images in a row of the sheet.")
@click.option("--digit", type=int, help="The class to draw, for a conditional GAN.")
@common_options
def sample(
    run: str, count: int, seed: int, output: Path, columns: int | None, digit: int | None, runs: Path, as_json: bool
) -> None:
    """Draw images from a trained model."""
    import numpy as np

    from ganlab import images, inference

    if output.suffix.lower() not in (".png", ".npy"):
        raise GanlabError(f"Samples can be written as .png or .npy, but not as {output.name!r}.")
    with waiting("Drawing"):
        model = inference.load(run, runs)
        if digit is not None and not isinstance(model, inference.GANRun):
            raise GanlabError(f"{model.run.id} cannot be asked for a class; only a conditional GAN can.")
        drawn = model.sample(count, seed) if digit is None else model.sample(count, seed, digit=digit)
    if output.suffix.lower() == ".npy":
        with plain_errors(str(output)), output.open("wb") as file:
            np.save(file, drawn, allow_pickle=False)
    else:
        write_png(output, images.sheet(drawn, columns or int(np.ceil(np.sqrt(count))), scale=2))
    content = {"run": str(model.run.path), "output": str(output.resolve()), "n": count, "seed": seed}
    say(
        as_json,
        {**content, "iteration": model.iteration},
        f"Samples of {model.run.id}: {count}, written to {output}.",
    )


@cli.group()
def evaluate() -> None:
    """Measure how good a run is, on test images."""


@evaluate.command(name="vae")
@click.argument("run")
@click.option(
    "--importance-images",
    default=1000,
    type=click.IntRange(min=1),
    help="Images for the slow bound. [1000]",
)
@common_options
def evaluate_vae(run: str, importance_images: int, runs: Path, as_json: bool) -> None:
    """Measure an autoencoder: its bounds in nats (units of information), and how well it keeps classes apart."""
    from ganlab import inference
    from ganlab.evaluation import evaluate_autoencoder

    with waiting("Evaluating"):
        model = inference.load_autoencoder(run, runs)
        found = evaluate_autoencoder(model, importance_images)
    lines = [f"{model.run.id} on {found['images']:,} test images of {found['data']}, in nats for each image:"]
    parts = ", ".join(f"{name} {found[name]:.2f}" for name in ("reconstruction", "kl") if name in found)
    lines.append(f"  bound {found['bound']:.2f} ({parts}); on binarized pixels {found['binarized']['bound']:.2f}")
    if "importance_weighted" in found:
        weighted = found["importance_weighted"]
        lines.append(
            f"  importance-weighted bound {weighted['bound']:.2f} "
            f"({weighted['samples']} samples, first {weighted['images']:,} images)"
        )
    lines.append(f"  classes read from the 15 nearest neighbours in latent space: {found['neighbour_accuracy']:.1%}")
    say(as_json, {"run": str(model.run.path), **found}, "\n".join(lines))


@evaluate.command(name="gan")
@click.argument("run")
@click.option("-n", "count", default=10_000, type=click.IntRange(10, 100_000), help="How many samples. [10000]")
@click.option("--seed", default=0, type=click.IntRange(min=0), help="Decides which samples are drawn. [0]")
@common_options
def evaluate_gan_(run: str, count: int, seed: int, runs: Path, as_json: bool) -> None:
    """Measure a GAN: how good and how varied its samples are, and whether they are copies, beside real images."""
    from ganlab import inference
    from ganlab.evaluation import evaluate_gan

    with waiting("Evaluating") as report:
        model = inference.load_family("gan", run, runs)
        found = evaluate_gan(model, count, seed, report)
    say(as_json, finite({"run": str(model.run.path), **found}), "\n".join(tell_merit(model.run.id, found)))


def tell_merit(name: str, found: dict[str, Any]) -> Iterator[str]:
    """What `evaluation.evaluate_gan` found, as sentences."""
    reader = f"; read by {found['extractor']['name']}" if found["extractor"] else ""
    yield f"{name}: {found['samples']:,} samples and as many real images of {found['data']}{reader}:"
    values = found | {"nearest": found["nearest"]["mean"], "nearest_real": found["nearest"]["mean_of_test"]}
    for figure in quality.SAMPLES:
        if (value := quality.written_beside(figure.name, values)) != quality.NONE:
            yield f"  {figure.title}: {value}"
    if found["extractor"]:
        shares = zip(found["class_names"], found["classes"], strict=True)
        yield "  Read as " + ", ".join(f"{title}: {quality.percent(share)}" for title, share in shares)
    near = found["nearest"]
    if math.isfinite(near["copied"]):
        yield (
            f"  {quality.percent(near['copied'])} of the samples are nearer to one of {near['training_images']:,} "
            "training images than 99% of test images are"
        )
    yield from (f"  {note}" for note in found["notes"])


@evaluate.command(name="classifier")
@click.argument("run", default="classifier")
@common_options
def evaluate_classifier_(run: str, runs: Path, as_json: bool) -> None:
    """Measure how well a classifier reads, and how far its probabilities can be trusted."""
    from ganlab import inference
    from ganlab.evaluation import evaluate_classifier

    with waiting("Evaluating"):
        model = inference.load_family("classifier", run, runs)
        found = evaluate_classifier(model)
    lines = [f"{model.run.id} on {found['data']}, temperature {found['temperature']:.3f}:"]
    for name, title in (("test", "test images"), ("held_out", "images held out")):
        if name in found:
            part = found[name]
            lines.append(
                f"  {part['images']:,} {title}: {part['accuracy']:.2%} read correctly, {part['certainty']:.2%} sure on "
                f"average, calibration error {part['calibration_error']:.2%}"
            )
    say(as_json, {"run": str(model.run.path), **found}, "\n".join(lines))


@evaluate.command(name="repair")
@click.option("--model", "name", default="repair-gan", help="The run that repairs the digits. [repair-gan]")
@click.option("--classifier", default="", help="The run that reads them. [the one that comes with ganlab]")
@click.option("--damage", default="hole", type=click.Choice(list(DAMAGES)), help="The kind of damage. [hole]")
@click.option("--blind", is_flag=True, help="Do not tell the model which pixels are damaged.")
@click.option("--seed", default=0, type=click.IntRange(min=0), help="Decides where the damage is. [0]")
@click.option("-n", "count", type=click.IntRange(min=2), help="How many test images. [all]")
@common_options
def evaluate_repair_(
    name: str, classifier: str, damage: str, blind: bool, seed: int, count: int | None, runs: Path, as_json: bool
) -> None:
    """Measure how well a classifier reads test images when they are clean, damaged and repaired."""
    from ganlab import inference
    from ganlab.evaluation import ALTERNATIVES, MEAN_FILL, VARIED, Restaurant, evaluate_repair, evaluate_variety

    with waiting("Evaluating"):
        model = inference.load_family("repair", name, runs)
        reader = inference.load_family("classifier", classifier or inference.judge_of(model), runs)
        found = evaluate_repair({model.run.id: model}, reader, damage, not blind, seed, count)
        varied = evaluate_variety(model, found, not blind)
    ways = {"clean": "clean", "damaged": "damaged", "mean_fill": MEAN_FILL, "repaired": model.run.id}
    accuracy = {key: found.accuracy(way) for key, way in ways.items()}
    day = {key: Restaurant().wrong(accuracy[key]) for key in ("damaged", "repaired")}
    content = {
        "run": str(model.run.path),
        "classifier": str(reader.run.path),
        "data": found.title,
        "images": len(found.labels),
        "damage": damage,
        "known": not blind,
        "seed": seed,
        "accuracy": accuracy,
        "by_class": {key: found.by_class(way) for key, way in ways.items()},
        "changed_outside": found.changed_outside(model.run.id),
        "frechet": {key: found.frechet(ways[key]) for key in ("mean_fill", "repaired")},
        "variety": varied,
        "restaurant": day,
    }
    lines = [
        f"{model.run.id} on {len(found.labels):,} test images of {found.title}, damage: {damage}"
        f"{', and the model is not told where' if blind else ''}; read by {reader.run.id}:",
        "  " + ", ".join(f"{key.replace('_', ' ')} {value:.2%}" for key, value in accuracy.items()),
        f"  {content['changed_outside']:,} pixels changed outside the damage",
    ]
    if model.has_noise:
        first = f" (first {VARIED:,} images)" if len(found.labels) > VARIED else ""
        lines.append(
            f"  {ALTERNATIVES} repairs of the same damage differ there by {varied:.1f} of 255 grey levels{first}"
        )
    if data.class_names_of(reader.run.config) == data.DIGIT_NAMES:
        wrong = [f"{day[when]['digits']:,.0f}" for when in ("damaged", "repaired")]
        lines.append(
            f"  in a restaurant's day, {wrong[0]} of {Restaurant().numbers * 10:,} digits would be read wrongly, and "
            f"{wrong[1]} after repair"
        )
    say(as_json, finite(content), "\n".join(lines))


@cli.command()
@click.argument("picture", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="A .png file.")
@click.option("--mask", type=click.Path(path_type=Path), help="A picture of the same size, white where damaged.")
@click.option("--model", "name", default="repair-gan", help="The run that repairs the digits. [repair-gan]")
@click.option("--seed", default=0, type=click.IntRange(min=0), help="Another seed may give another repair. [0]")
@common_options
def repair(picture: Path, output: Path, mask: Path | None, name: str, seed: int, runs: Path, as_json: bool) -> None:
    """Repair the digit in a picture; without a mask, the model itself has to find where strokes are missing."""
    import numpy as np

    from ganlab import inference
    from ganlab.data.drawing import prepare, prepare_with_mask

    if output.suffix.lower() != ".png":
        raise GanlabError(f"A repaired digit can only be written as .png, not as {output.name!r}.")
    with waiting("Repairing"):
        model = inference.load_family("repair", name, runs)
        digit = data.class_names_of(model.run.config) == data.DIGIT_NAMES
        image, lost = (prepare(picture, digit), None) if mask is None else prepare_with_mask(picture, mask, digit)
        made = model.repair(image[None], None if lost is None else lost[None], seed)[0]
    write_png(output, made)
    changed = int(np.count_nonzero(made != image))
    content = {"run": str(model.run.path), "output": str(output.resolve()), "known": mask is not None, "seed": seed}
    say(as_json, {**content, "changed": changed}, f"{changed} of 784 pixels changed, written to {output}.")


@cli.command()
@click.argument("pictures", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--model", "name", default="classifier", help="The run that reads the digits. [classifier]")
@common_options
def classify(pictures: tuple[Path, ...], name: str, runs: Path, as_json: bool) -> None:
    """Read the digit in each of these pictures."""
    import numpy as np

    from ganlab import inference
    from ganlab.data.drawing import prepare

    with waiting("Reading"):
        model = inference.load_family("classifier", name, runs)
        names = data.class_names_of(model.run.config)
        read = model.classify(np.array([prepare(picture, names == data.DIGIT_NAMES) for picture in pictures]))
    for picture, probabilities in zip(pictures, read, strict=True):
        best = int(probabilities.argmax())
        content = {
            "picture": str(picture),
            "class": best,
            "probability": float(probabilities[best]),
            "probabilities": [float(p) for p in probabilities],
        }
        say(as_json, content, f"{picture}: {names[best]}, {probabilities[best]:.1%} sure")


@cli.command()
@click.argument("run")
@click.option("--from", "start", required=True, type=click.IntRange(0, 9), help="Class of the first digit.")
@click.option("--to", "end", required=True, type=click.IntRange(0, 9), help="Class of the last digit.")
@click.option("--steps", default=32, type=click.IntRange(2, 1000), help="Images on the way. [32]")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="A .gif, or a .png strip.")
@common_options
def walk(run: str, start: int, end: int, steps: int, output: Path, runs: Path, as_json: bool) -> None:
    """Walk through an autoencoder's latent space from one digit to another."""
    from ganlab import images, inference
    from ganlab.evaluation import typical
    from ganlab.latents import straight

    if output.suffix.lower() not in (".png", ".gif"):
        raise GanlabError(f"A walk can be written as .gif or .png, but not as {output.name!r}.")
    with waiting("Walking"):
        model = inference.load_autoencoder(run, runs)
        drawn = model.decode(straight(typical(model, start), typical(model, end), steps))
    if output.suffix.lower() == ".png":
        write_png(output, images.sheet(drawn, min(steps, 16), scale=2))
    else:
        with plain_errors(str(output)):
            output.write_bytes(images.gif([image.repeat(8, 0).repeat(8, 1) for image in drawn], there_and_back=True))
    content = {"run": str(model.run.path), "output": str(output.resolve()), "from": start, "to": end, "steps": steps}
    say(as_json, content, f"A walk from {start} to {end} in {steps} steps, written to {output}.")


@cli.command()
@click.argument("names", nargs=-1, required=True, metavar="RUN RUN...")
@common_options
def compare(names: tuple[str, ...], runs: Path, as_json: bool) -> None:
    """Compare two to four runs: the settings that differ, and where each ended."""
    from ganlab import comparison, terminal

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
@click.option("--dataset", default="mnist", help="mnist, fashion-mnist, offline, or a path to your images. [mnist]")
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
    from ganlab import racing, standings

    end = standings.parse_finish(finish, longest)
    shared = data.parse_digits(digits) if digits else registry.get(left).digits
    requests = [
        jobs.Request(name, preset, knob_values(name, texts), dataset, chosen, None, seed, device, precision)
        for name, preset, texts, chosen in (
            (left, preset_left, left_values, shared),
            (right, preset_right, right_values, data.parse_digits(digits_right) if digits_right else shared),
        )
    ]
    follow_race(racing.create_race(requests[0], requests[1], end, runs), as_json)


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
    from ganlab import comparison, outcome, standings, terminal

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
    now, called = standings.result(found[0]) or standings.standing(found, race.finish), standings.names(found)
    told = [outcome.describe(now, called, race.finish, over), outcome.moments(now, called), comparison.of_what(found)]
    words = " ".join(sentence for sentence in told if sentence)
    for run in found:
        if run.state == "failed" and not as_json:
            click.echo(f"{run.id}: {run.status['message']}", err=True)
    say(as_json, {"event": view.state, "runs": paths, **standings.to_json(now), "words": words}, words)
    if interrupted and not over:
        if not as_json:
            for path in paths:
                click.echo(f"Go on with: python -m ganlab runs resume {path}")
        sys.exit(128 + interrupted[0])


@cli.command(name="export")
@click.argument("run")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A .zip file. [the run's id, here]")
@common_options
def export_(run: str, output: Path | None, runs: Path, as_json: bool) -> None:
    """Write a run into one file: Keras networks, a script that uses them, curves and images."""
    from ganlab.exporting import export

    found = resolve(run, runs)
    output = output or Path(f"{found.id}.zip")
    if output.suffix.lower() != ".zip":
        raise GanlabError(f"A run can only be exported as .zip, not as {output.name!r}.")
    with waiting("Exporting") as report:
        record = export(found, output, lambda what: report(what, None))
    say(
        as_json,
        record,
        f"{found.id} is in {output}, {describe_size(record['size'])}. See README.txt in it.",
    )


@cli.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@common_options
def import_(file: Path, runs: Path, as_json: bool) -> None:
    """Take in a run that export wrote; everything in FILE is checked first."""
    from ganlab.importing import import_run

    with waiting("Importing") as report:
        found = import_run(file, runs, report=lambda what: report(what, None))
    content = {"event": "imported", "run": str(found.path), "id": found.id, "origin": found.config["imported"]}
    say(as_json, content, f"Imported as {found.id}. You can use it and look at it, but not train it further.")


@cli.command()
@common_options
def doctor(runs: Path, as_json: bool) -> None:
    """Show what this machine offers: versions, devices, precision, and where images would come from."""
    from importlib.metadata import version

    from ganlab.training import devices

    packages = ("tensorflow", "keras", "numpy", "streamlit", "plotly", "pillow", "scikit-learn")
    versions = {"python": sys.version.split()[0], **{name: version(name) for name in packages}}
    with waiting("Looking around"):
        start_tensorflow()
        found = devices.devices()
        quick = devices.bfloat16_is_quick()
    verdict = (
        "mixed_bfloat16 may be faster on this CPU. `auto` measures each architecture once and takes the faster one."
        if quick
        else "float32, because this CPU is slow in bfloat16."
    )
    used = {name: data.describe(name) for name in data.NAMES}
    content = {
        "versions": versions,
        "devices": [{"name": device.name, "title": device.title} for device in found],
        "precision": {"bfloat16_is_quick": quick, "verdict": verdict},
        "data": used,
        "runs": str(runs),
    }
    if as_json:
        return click.echo(json.dumps(content))
    sections: Iterable[tuple[str, Iterable[str]]] = (
        ("Versions", (f"{name} {number}" for name, number in versions.items())),
        ("Devices", (f"{device.name}: {device.title}" for device in found)),
        ("Precision", (verdict,)),
        ("Data", (f"{name}: {sentence}" for name, sentence in used.items())),
        ("Runs folder", (str(runs),)),
    )
    for title, lines in sections:
        click.echo(title)
        for line in lines:
            click.echo(f"  {line}")
