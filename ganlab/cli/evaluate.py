"""How good a run is."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ganlab import data
from ganlab.cli.root import cli
from ganlab.cli.shared_options import common_options, say, waiting
from ganlab.data.damages import DAMAGES
from ganlab.metrics import metric_catalog
from ganlab.runs.files import finite


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
    for figure in metric_catalog.SAMPLES:
        if (value := metric_catalog.written_beside(figure.name, values)) != metric_catalog.NONE:
            yield f"  {figure.title}: {value}"
    if found["extractor"]:
        shares = zip(found["class_names"], found["classes"], strict=True)
        yield "  Read as " + ", ".join(f"{title}: {metric_catalog.percent(share)}" for title, share in shares)
    near = found["nearest"]
    if math.isfinite(near["copied"]):
        yield (
            f"  {metric_catalog.percent(near['copied'])} of the samples are nearer to one of "
            f"{near['training_images']:,} training images than 99% of test images are"
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


@evaluate.command(name="whole-digits")
@click.argument("run", default="repair-gan")
@click.option("-n", "count", default=3000, type=click.IntRange(min=1), help="How many test images. [3000]")
@common_options
def evaluate_whole_digits_(run: str, count: int, runs: Path, as_json: bool) -> None:
    """Measure how often a repair changes whole digits when the model is not told that nothing is damaged."""
    from ganlab import inference
    from ganlab.evaluation import evaluate_whole_digits
    from ganlab.evaluation.whole_digits import ALLOWED, CLEARLY, GREY

    with waiting("Evaluating") as report:
        model = inference.load_family("repair", run, runs)
        found = evaluate_whole_digits(model, count, report=report)
    images = len(found.written["as they are"].before)
    content = {
        "run": str(model.run.path),
        "data": found.title,
        "images": images,
        "changed": {name: one.changed for name, one in found.written.items()},
        "grey": found.grey,
        "grey_of_strokes": found.grey_of_strokes,
    }
    written = ", ".join(f"{name} {share:.2%}" for name, share in content["changed"].items())
    lines = [
        f"{model.run.id} on {images:,} whole test images of {found.title}, not told that they are whole.",
        f"  Images with more than {ALLOWED} pixels changed by more than {CLEARLY} of 255: {written}",
    ]
    if math.isfinite(found.grey):
        lines.append(f"  Grey ({GREY[0]} to {GREY[1]}) are {found.grey:.1%} of those pixels")
        lines[-1] += f", and {found.grey_of_strokes:.1%} of the pixels of real strokes"
    say(as_json, finite(content), "\n".join(lines))


@evaluate.command(name="plane")
@click.argument("run")
@click.option("-n", "count", default=2500, type=click.IntRange(10, 100_000), help="How many samples. [2500]")
@click.option("--seed", default=0, type=click.IntRange(min=0), help="Decides which samples are drawn. [0]")
@common_options
def evaluate_plane_(run: str, count: int, seed: int, runs: Path, as_json: bool) -> None:
    """Measure a model of points in the plane: which modes it has found, and how far its samples are from the data."""
    from ganlab import inference
    from ganlab.evaluation.points import evaluate_plane

    with waiting("Evaluating"):
        model = inference.load_family("plane", run, runs)
        found = evaluate_plane(model, count, seed)
    say(as_json, finite({"run": str(model.run.path), **found}), "\n".join(tell_plane(model.run.id, found)))


DIVERGENCES = {
    "jensen_shannon": "Jensen-Shannon",
    "kullback_leibler": "Kullback-Leibler of the data from the samples, large where parts of the data are missing",
    "reverse_kullback_leibler": "Kullback-Leibler of the samples from the data, large where samples lie outside of it",
}


def tell_plane(name: str, found: dict[str, Any]) -> Iterator[str]:
    """What `evaluation.points.evaluate_plane` found, as sentences."""
    yield f"{name}: {found['samples']:,} samples beside test points of {found['data']}:"
    if found["modes_of"]:
        share = metric_catalog.percent(found["high_quality"])
        yield f"  modes found: {found['modes']} of {found['modes_of']}; samples of high quality: {share}"
    reach, bins = f"{found['extent']:.3g}", found["bins"]
    yield f"  divergences in nats, in {bins} x {bins} cells of the square from -{reach} to {reach}:"
    for key, title in DIVERGENCES.items():
        yield f"    {title}: {metric_catalog.number(found[key])}"
    yield f"  sliced Wasserstein distance: {metric_catalog.number(found['sliced_wasserstein'])}"
    if found["from_optimum"] is not None:
        yield f"  the discriminator's P(real) differs from the best there is by {found['from_optimum']:.3f} on average"
