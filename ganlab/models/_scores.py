"""Curves of GANs whose discriminator gives scores, which are no probabilities; cheap to import."""

from ganlab.registry import Curve

TOLD = Curve(
    "score_told_generator",
    "Score in the generator's step",
    "The score, on average, of the generated images that the generator's loss is computed from: minus that loss.",
)
CURVES = (
    Curve(
        "generator_loss",
        "Generator's loss",
        "Minus the average score of generated images. Scores have no scale, so it may wander; low is good for the "
        "generator as long as the discriminator stays as it is.",
    ),
    Curve(
        "discriminator_loss",
        "Discriminator's loss",
        "The average score of generated images less that of real ones, without the penalty. The closer to 0 it comes, "
        "the less the two kinds of images differ to the discriminator.",
    ),
    Curve(
        "score_of_reals",
        "Score of real images",
        "What the discriminator gives real images, on average, as it learns from them.",
    ),
    Curve(
        "score_of_fakes",
        "Score of generated images",
        "What the discriminator gives generated images, on average, as it learns from them.",
    ),
    TOLD,
    Curve(
        "slope",
        "Slope of the score",
        "How much the score changes, at most, where a path from a real to a generated image is left for a step of 1. "
        "The penalty pulls it towards 1.",
    ),
)
