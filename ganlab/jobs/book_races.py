"""Races that the books describe: what each one is between, and what its book found."""

from dataclasses import dataclass

from ganlab.jobs import Request
from ganlab.jobs.race_standings import Finish
from ganlab.runs import Run


@dataclass(frozen=True)
class Experiment:
    """A race that a source describes; each side is a model and its classes.

    `key` is how a race's runs remember it, `words` say what it is, and `claim` what the book says came of it.
    """

    key: str
    title: str
    words: str
    claim: str
    left: tuple[str, tuple[int, ...] | None]
    right: tuple[str, tuple[int, ...] | None]
    finish: Finish

    @property
    def requests(self) -> tuple[Request, Request]:
        left, right = (Request(model, "published", digits=digits) for model, digits in (self.left, self.right))
        return left, right


EXPERIMENTS = (
    Experiment(
        "basic-deep",
        "Basic against deep, on five",
        "The digit GAN against the deeper digit GAN, which has one more layer in each network.",
        "Advanced Deep Learning with R, chapter 9, says that clear fives appear after about 70 iterations with the "
        "basic networks, and after 20 to 30 with the deeper ones.",
        ("digit-gan", (5,)),
        ("digit-gan-deep", (5,)),
        Finish("iterations", 100),
    ),
    Experiment(
        "five-eight",
        "Five against eight",
        "The deeper digit GAN twice: one learns to draw fives, the other eights.",
        "Advanced Deep Learning with R, chapter 9, says that an eight takes more iterations than a five.",
        ("digit-gan-deep", (5,)),
        ("digit-gan-deep", (8,)),
        Finish("iterations", 100),
    ),
    Experiment(
        "dense-convolutional",
        "Dense against convolutional",
        "The dense GAN against the DCGAN, which is convolutional: the same loop on the same images, over the first "
        "1,000 of 20,000 iterations.",
        "GANs in Action, chapters 3 and 4, finds that after 20,000 iterations the DCGAN's digits look more like "
        "handwritten ones than the dense GAN's.",
        ("dense-gan", None),
        ("dcgan", None),
        Finish("iterations", 1000),
    ),
)


def experiment_of(run: Run) -> Experiment | None:
    """The experiment that the run's race repeats; None where it is a race of the user's own, or an older one."""
    key = run.config.race.experiment if run.config.race else ""
    return next((experiment for experiment in EXPERIMENTS if experiment.key == key), None)
