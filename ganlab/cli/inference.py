"""Runs in use: sample, repair, classify, walk."""

from pathlib import Path

import click

from ganlab import data
from ganlab.cli.root import cli
from ganlab.cli.shared_options import common_options, say, waiting, write_png
from ganlab.errors import GanlabError
from ganlab.runs.files import plain_errors


@cli.command()
@click.argument("run")
@click.option("-n", "count", default=64, help="How many images. [64]")
@click.option("--seed", default=0, help="The same seed draws the same images. [0]")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="A .png, an .npy array, or .csv for points."
)
@click.option("--columns", type=click.IntRange(1, 1000), help="Images in a row of the sheet.")
@click.option("--digit", type=int, help="The class to draw, for a conditional GAN.")
@common_options
def sample(
    run: str, count: int, seed: int, output: Path, columns: int | None, digit: int | None, runs: Path, as_json: bool
) -> None:
    """Draw images, or points in the plane, from a trained model."""
    import numpy as np

    from ganlab import images, inference
    from ganlab.runs import plane_pictures

    suffix = output.suffix.lower()
    if suffix not in (".png", ".npy", ".csv"):
        raise GanlabError(f"Samples can be written as .png or .npy, points also as .csv, but not as {output.name!r}.")
    with waiting("Drawing"):
        model = inference.load(run, runs)
        if digit is not None and not isinstance(model, inference.GANRun):
            raise GanlabError(f"{model.run.id} cannot be asked for a class; only a conditional GAN can.")
        points = isinstance(model, inference.PlaneRun)
        if suffix == ".csv" and not points:
            raise GanlabError(f"{model.run.id} draws images, which can be written as .png or .npy, but not as .csv.")
        drawn = model.sample(count, seed) if digit is None else model.sample(count, seed, digit=digit)
    if suffix == ".csv":
        with plain_errors(str(output)):
            np.savetxt(output, drawn, fmt="%.6g", delimiter=",", header="x,y", comments="")
    elif suffix == ".png" and points:
        write_png(output, plane_pictures.picture(drawn, model.run.config.extent or 5.0, reals=model.run.reals()))
    elif suffix == ".npy":
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
    from ganlab.inference.latents import straight

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
