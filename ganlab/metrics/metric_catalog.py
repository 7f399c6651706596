"""The metrics of a GAN's samples: their names, what they mean, what each is compared with, and how they are written."""

import math
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """One number that is said of samples.

    `good` is which way is better, None where it is neither; `beside` names the metric that says what real images get,
    next to which alone it means something; `reads` is whether it needs a classifier that knows the images; `share` is
    whether it is a share from 0 to 1, which people read in percent, and `count` whether it is a whole number.
    """

    name: str
    title: str
    help: str
    good: Literal["low", "high"] | None
    beside: str | None = None
    reads: bool = True
    share: bool = False
    count: bool = False


WHAT = "A **metric** is a number that says how good samples are."

SAMPLES = (
    Figure(
        "frechet",
        "Fréchet distance",
        "How far the samples as a group are from real images, as a classifier sees both. Lower is better; the best to "
        "hope for is what real images get.",
        "low",
        "frechet_floor",
    ),
    Figure(
        "coverage",
        "Coverage",
        "The share of real images that have a sample close by. Higher is better; a low share means that whole kinds of "
        "images are missing from the samples.",
        "high",
        "coverage_real",
        share=True,
    ),
    Figure(
        "density",
        "Density",
        "How often samples lie close to real images. Near 1 is good; much less means that many samples look like no "
        "real image.",
        "high",
        "density_real",
    ),
    Figure(
        "asked",
        "Read as asked",
        "The share of samples that the classifier reads as a class that this run learns from. Higher is better.",
        "high",
        "asked_real",
        share=True,
    ),
    Figure(
        "confidence",
        "Certainty",
        "How sure the classifier is of what it reads in a sample, on average. Higher is better, but never by itself: "
        "a classifier can be very sure of noise, too.",
        "high",
        "confidence_real",
        share=True,
    ),
    Figure(
        "divergence",
        "Divergence of classes",
        "How far the mix of classes among the samples is from that of the training images, in nats (units of "
        "information). Lower is better; 0 means the same mix.",
        "low",
        "divergence_real",
    ),
    Figure(
        "kernel",
        "Kernel distance × 1,000",
        "A second answer to the question of the Fréchet distance, which does not assume that the classifier's features "
        "follow a bell curve. Lower is better; about 0 means no difference.",
        "low",
        "kernel_floor",
    ),
    Figure(
        "diversity",
        "Diversity",
        "How far apart two samples are on average, compared pixel by pixel. Much less than between real images means "
        "that the samples are all alike.",
        None,
        "diversity_real",
        False,
    ),
    Figure(
        "nearest",
        "Distance to the nearest training image",
        "How far a sample is, on average, from the training image most like it, compared pixel by pixel. Much less "
        "than test images get means that the samples are copies.",
        None,
        "nearest_real",
        False,
    ),
    Figure(
        "right_on_reals",
        "Test images taken for real",
        "The share of test images, which the discriminator has never seen, that it takes for real.",
        None,
        None,
        False,
        True,
    ),
    Figure(
        "right_on_fakes",
        "Samples taken for generated",
        "The share of new samples that the discriminator takes for generated.",
        None,
        None,
        False,
        True,
    ),
)


PLANE = (  # of points
    Figure(
        "modes",
        "Modes found",
        "How many of the separate parts (modes) of the data have at least one good sample: one within three standard "
        "deviations of the middle of a mode.",
        "high",
        reads=False,
        count=True,
    ),
    Figure(
        "high_quality",
        "High-quality samples",
        "The share of samples within three standard deviations of the middle of a mode.",
        "high",
        reads=False,
        share=True,
    ),
    Figure(
        "jensen_shannon",
        "Jensen-Shannon divergence",
        "How far the samples are from the data, from 0 to 0.69 nats (units of information), counted in cells of a "
        "grid. Lower is better.",
        "low",
        reads=False,
    ),
    Figure(
        "sliced_wasserstein",
        "Sliced Wasserstein distance",
        "How far samples would have to be moved on average to lie as the data do, seen from many sides. Lower is "
        "better.",
        "low",
        reads=False,
    ),
)


VALIDATION = (  # of models that are tested on test images while they train: the first that a model has says most of it
    Figure(
        "accuracy_repaired",
        "Read correctly, repaired",
        "The share of repaired test images that the classifier reads correctly. Higher is better.",
        "high",
        share=True,
    ),
    Figure(
        "accuracy",
        "Accuracy on test images",
        "The share of test images that the classifier reads correctly. Higher is better.",
        "high",
        reads=False,
        share=True,
    ),
    Figure(
        "loss",
        "Loss on test images",
        "What the model makes as small as it can, on images that it has not learned from. Lower is better.",
        "low",
        reads=False,
    ),
    Figure(
        "reconstruction",
        "Reconstruction of test images",
        "How far decoded test images are from the originals, in nats (units of information). Lower is better.",
        "low",
        reads=False,
    ),
)


def _of_reals(figure: Figure) -> tuple[Figure, ...]:
    """What real images get in place of samples, of a metric that has such a thing beside it."""
    if not figure.beside:
        return ()
    title, words = f"{figure.title} of real images", "The same for as many real images."
    return (replace(figure, name=figure.beside, title=title, help=words, good=None, beside=None),)


FIGURES = tuple(each for figure in SAMPLES for each in (figure, *_of_reals(figure)))
BY_NAME: Mapping[str, Figure] = {figure.name: figure for figure in (*FIGURES, *PLANE)}
# What is shown first: of each group the first metric that is known. Where no classifier knows the images, pixels serve.
MAIN = (("frechet", "diversity"), ("coverage", "nearest"), ("density",), ("asked", "confidence"))
CLASSES = tuple(f"class_{number}" for number in range(10))  # the share of samples that are read as each class
COLUMNS = (*(figure.name for figure in FIGURES), *CLASSES)
NONE = "–"


def columns(family: str) -> tuple[str, ...]:
    """The metrics that are measured while an architecture of this family trains."""
    return {"gan": COLUMNS, "plane": tuple(figure.name for figure in PLANE)}.get(family, ())


def main_of(known: Container[str]) -> list[str]:
    """The few metrics, by name, that say most; `known` are the names of those that there are."""
    return [found[0] for group in MAIN if (found := [name for name in group if name in known])]


def deciding(family: str, validation: Container[str], known: bool) -> Figure | None:
    """The one metric, measured while a model trains, by which trainings of an architecture are put in order: of points
    the Jensen-Shannon divergence, of a GAN of images the Fréchet distance where its images are `known` to a classifier,
    of others that of the curves named in `validation` which says most; None where there is none."""
    if family == "plane":
        return BY_NAME["jensen_shannon"]
    if family == "gan":
        return BY_NAME["frechet"] if known else None
    return next((figure for figure in VALIDATION if figure.name in validation), None)


def written(name: str, value: float | None) -> str:
    """A metric's value as people read it: two or three significant digits, a share in percent; a dash for none."""
    if value is None or not math.isfinite(value):
        return NONE
    return percent(value) if name in CLASSES or BY_NAME[name].share else number(value)


def written_beside(name: str, found: Mapping[str, float | None]) -> str:
    """The same of metrics by name, with what real images get, for example `13.7 (real images 0.15)`."""
    beside = BY_NAME[name].beside
    real = written(beside, found.get(beside)) if beside else NONE
    return written(name, found.get(name)) + (f" (real images {real})" if real != NONE else "")


def percent(share: float) -> str:
    """A share from 0 to 1 in percent, for example `100%`, `75.8%`, `3.1%` or `0.11%`."""
    hundredths = 100.0 * share
    if round(hundredths, 1) == 100.0:
        return "100%"
    if hundredths >= 1.0:
        return f"{hundredths:.1f}%"
    return f"{float(f'{hundredths:.2g}'):g}%" if hundredths >= 0.005 else "0%"


def number(value: float) -> str:
    """For example `1,010`, `13.7`, `1.31`, `0.15` or `0.0074`."""
    size = abs(float(f"{value:.3g}"))
    if size >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    if size >= 1:
        return f"{value:#.3g}"
    return f"{value:#.2g}" if size >= 0.001 else "about 0" if value else "0"
