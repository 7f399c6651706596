"""The figures of merit of a GAN's samples: their names, what they mean, and what each is to be compared with."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """One number that is said of samples.

    `good` is which way is better, None where it is neither; `beside` names the figure that says what real images get,
    next to which alone it means something; `reads` is whether it needs a classifier that knows the images.
    """

    name: str
    title: str
    help: str
    good: Literal["low", "high"] | None
    beside: str | None = None
    reads: bool = True


FIGURES = (
    Figure(
        "frechet",
        "Fréchet distance",
        "How far samples as a whole lie from real digits, as a classifier sees both; low is good. Real digits have the "
        "floor's distance from other real digits.",
        "low",
        "frechet_floor",
    ),
    Figure("frechet_floor", "Fréchet distance, floor", "Real training digits against real test digits.", None),
    Figure(
        "kernel",
        "Kernel distance",
        "The same question asked without taking the digits for a bell curve, in thousandths; low is good, and about 0 "
        "is no difference.",
        "low",
        "kernel_floor",
    ),
    Figure("kernel_floor", "Kernel distance, floor", "Real training digits against real test digits.", None),
    Figure(
        "density",
        "Density",
        "How much samples lie where real digits lie; 1 is as real ones do, less means that some look like no digit.",
        "high",
    ),
    Figure(
        "coverage",
        "Coverage",
        "The share of real digits that have a sample close by; little means that whole kinds of digits are missing.",
        "high",
    ),
    Figure(
        "divergence",
        "Divergence of classes",
        "How far the mix of classes is from that of the training images, in nats (units of information); 0 is the "
        "same mix.",
        "low",
    ),
    Figure("confidence", "Certainty", "How sure the classifier is of what it reads, on average.", "high"),
    Figure(
        "diversity",
        "Diversity",
        "How far two samples are apart on average, pixel by pixel; much less than between real digits means that they "
        "are all alike.",
        None,
        "diversity_real",
        False,
    ),
    Figure("diversity_real", "Diversity of real digits", "The same between real digits.", None, None, False),
    Figure(
        "nearest",
        "Distance to the nearest training digit",
        "How far samples are from the training digit most like them, pixel by pixel. Much less than real test digits "
        "are means that samples are copies.",
        None,
        "nearest_real",
        False,
    ),
    Figure(
        "nearest_real",
        "The same of real test digits",
        "How far test digits are from the training digits.",
        None,
        None,
        False,
    ),
    Figure(
        "right_on_reals",
        "Unseen real digits taken for real",
        "The share of test digits, which it never saw, that the discriminator takes for real.",
        None,
        None,
        False,
    ),
    Figure(
        "right_on_fakes",
        "Fresh samples seen through",
        "The share of new samples that the discriminator takes for generated.",
        None,
        None,
        False,
    ),
)
CLASSES = tuple(f"class_{number}" for number in range(10))  # the share of samples that are read as each class
COLUMNS = (*(figure.name for figure in FIGURES), *CLASSES)
