"""Knobs and curves that several architectures declare; cheap to import."""

from collections.abc import Mapping
from typing import Any

from ganlab.knobs import Knob
from ganlab.registry import Curve, Panel

GAN_CURVES = (
    Curve(
        "generator_loss",
        "Generator's loss",
        "How badly the generator fools the discriminator. Low is good for the generator.",
    ),
    Curve(
        "discriminator_loss",
        "Discriminator's loss",
        "How badly the discriminator tells real images from generated ones. Low is good for the discriminator.",
    ),
    Curve(
        "discriminator_accuracy",
        "Discriminator's accuracy",
        "The share of images, real and generated, that the discriminator judges correctly. 0.5 is guessing.",
    ),
    Curve(
        "p_real_of_reals",
        "P(real) of real images",
        "The discriminator's probability that real images are real, on average, as it learns from them.",
    ),
    Curve(
        "p_real_of_fakes",
        "P(real) of generated images",
        "The discriminator's probability that generated images are real, on average, as it learns from them.",
    ),
    Curve("discriminator_loss_on_reals", "Discriminator's loss on real images", "Its loss on the real images alone."),
    Curve(
        "discriminator_loss_on_fakes",
        "Discriminator's loss on generated images",
        "Its loss on the generated images alone.",
    ),
    Curve(
        "accuracy_on_reals", "Accuracy on real images", "The share of real images that the discriminator calls real."
    ),
    Curve(
        "accuracy_on_fakes",
        "Accuracy on generated images",
        "The share of generated images that the discriminator calls generated.",
    ),
)


TOLD = Curve(
    "p_real_told_generator",
    "P(real) in the generator's step",
    "P(real), on average, of the generated images that the generator's loss is computed from: about e to the power of "
    "minus that loss.",
)
TOLD_GAN_CURVES = (*GAN_CURVES, TOLD)  # of those whose two networks learn from different looks at generated images


DECODED = Panel("Decoded", "from points spread over the plane as random points (from a bell curve) would be", 7)
RECONSTRUCTED = Panel("Reconstructed", "from the few numbers that the encoder turns each image into", 4)
AUTOENCODER_PANELS = (RECONSTRUCTED, DECODED)
PLACES = 1000  # test images shown as points of the latent plane
AUTOENCODER_CURVES = (
    Curve(
        "reconstruction",
        "Reconstruction",
        "How far the decoded image is from the original: cross-entropy in nats (units of information), summed over "
        "the pixels. Low is good.",
    ),
)
VAE_CURVES = (
    Curve(
        "loss",
        "Loss (the bound)",
        "Reconstruction and KL divergence together, in nats (units of information): it takes at most this many to "
        "describe an image. Low is good.",
    ),
    *AUTOENCODER_CURVES,
    Curve(
        "kl",
        "KL divergence",
        "How much the latent numbers say about an image, in nats (units of information): how far they are from a "
        "plain bell curve, N(0, I).",
    ),
)


CLASSES = 10
CLASSIFIER_CURVES = (
    Curve(
        "loss",
        "Loss (cross-entropy)",
        "How surprised the classifier is by the correct answers, in nats (units of information). Low is good.",
    ),
    Curve("accuracy", "Accuracy", "The share of images that the classifier reads correctly."),
)
LEAST_SURE = Panel("Least sure", "the test images that the classifier is least sure of right now", 4)
READ = 1000  # test images that a classifier reads for the confusion matrix
DAMAGED = Panel("Damaged", "always the same test images, with the same damage", 4)
REPAIRED = Panel("Repaired", "the same images as the generator repairs them", 4)
REPAIR_PANELS = (DAMAGED, REPAIRED)
REPAIRED_READ = 200  # test images that are repaired and read before and after
REPAIRED_TESTED = 2_000  # test images, the first ones, that are damaged, repaired and read after each epoch
REPAIR_VALIDATION = ("accuracy_damaged", "accuracy_repaired")
REPAIR_CURVES = (
    Curve(
        "accuracy_damaged",
        "Read correctly, damaged",
        "The share of damaged images that the classifier reads correctly.",
    ),
    Curve(
        "accuracy_repaired",
        "Read correctly, repaired",
        "The share of repaired images that the classifier, which takes no part in the training, reads correctly.",
    ),
)


REPAIR_GAN_CURVES = (
    Curve(
        "pixel_loss",
        "Distance to the lost pixels",
        "How far the repairs are from what was there before the damage: cross-entropy in nats (units of information) "
        "for each lost pixel. Low is good.",
    ),
    *(curve for curve in GAN_CURVES if curve.name in ("generator_loss", "discriminator_loss")),
    *(curve for curve in GAN_CURVES if curve.name in ("p_real_of_reals", "p_real_of_fakes")),
)


CRITIC_CURVES = tuple(curve.name for curve in REPAIR_GAN_CURVES if curve.name != "pixel_loss")  # 0 without a critic


def hole(what: str, default: int, low: int, words: str) -> Knob:
    return Knob(
        f"hole_{what}", f"Hole: {'size' if what == 'size' else what + 'est position'}", default, words, low, 27, 1
    )


def held_out(default: float) -> Knob:
    return Knob(
        "held_out",
        "Held out",
        default,
        "The share of training images, taken from the end, that are kept back to check what has been learned.",
        low=0.0,
        high=0.9,
        step=0.05,
    )


def decay_iterations(default: int) -> Knob:
    return Knob(
        "decay_iterations",
        "Iterations of decay",
        default,
        "Over how many iterations the learning rate falls to a hundredth, along a cosine curve, after a short rise. 0 "
        "leaves it as it is.",
        low=0,
        high=1_000_000,
        step=1,
    )


def scores(values: Mapping[str, Any]) -> bool:
    """Whether what a discriminator gives with this loss is a score, and no logit of being real."""
    return str(values["loss"]).startswith(("wasserstein", "least-squares"))


def falls_to_the_end(values: Mapping[str, Any]) -> int:
    """Of architectures whose learning rates fall over the whole length that was asked for at first."""
    return int(values["iterations"])


def iterations(default: int) -> Knob:
    return Knob(
        "iterations",
        "Iterations",
        default,
        "How long to train. One iteration uses one batch of images to update each network.",
        low=1,
        high=1_000_000,
        step=1,
    )


def epochs(default: int) -> Knob:
    return Knob(
        "epochs",
        "Epochs",
        default,
        "How long to train. In one epoch every training image is seen once.",
        low=1,
        high=10_000,
        step=1,
    )


def batch_size(default: int) -> Knob:
    return Knob(
        "batch_size",
        "Batch size",
        default,
        "How many images the model looks at together in one update.",
        low=2,
        high=4096,
        step=1,
    )


def augment(default: float, whose: str = "training images are") -> Knob:
    help = f"How far {whose} turned, stretched and moved at random. 1 means up to 15 degrees, a tenth of the size and "
    return Knob("augment", "Distortion", default, f"{help}2 pixels.", low=0.0, high=3.0, step=0.1)


def latent_size(default: int) -> Knob:
    return Knob(
        "latent_size",
        "Latent size",
        default,
        "How many random numbers the generator makes an image from.",
        low=1,
        high=1024,
        step=1,
        group="Networks",
    )


def learning_rate(default: float, network: str = "") -> Knob:
    """The learning rate of one network, or of both where no network is named."""
    name = f"{network}_learning_rate" if network else "learning_rate"
    return Knob(
        name,
        f"{network.capitalize()}'s learning rate" if network else "Learning rate",
        default,
        "How large a step each update takes. If it is too large, training falls apart; if it is too small, training "
        "crawls.",
        low=1e-6,
        high=1.0,
        step=1e-5,
    )


def beta_1(default: float) -> Knob:
    return Knob(
        "beta_1",
        "Adam's beta 1",
        default,
        "How long the Adam optimiser remembers past gradients. 0 is not at all.",
        low=0.0,
        high=0.999,
        step=0.01,
    )


def leaky_slope(default: float) -> Knob:
    return Knob(
        "leaky_slope",
        "Leaky ReLU slope",
        default,
        "How much of a negative value the activation (a leaky ReLU) lets through. 0 would be a plain ReLU.",
        low=0.0,
        high=1.0,
        step=0.01,
        group="Networks",
    )


def normalised(default: bool, where: str = "") -> Knob:
    """`where` may name the network that has it, as in "in the generator"."""
    layers = f"layers {where}" if where else "layers"
    return Knob(
        "normalised",
        f"Batch normalisation {where}".strip(),
        default,
        f"Whether {layers} bring what they give to a steady mean and spread, taken over the images of a batch. Off, "
        "this is left out.",
        group="Networks",
    )


def averaging(default: float) -> Knob:
    return Knob(
        "averaging",
        "Averaging",
        default,
        "Samples come from a running average of the generator's weights. This is how much of the average each "
        "iteration keeps; 0 is no averaging.",
        low=0.0,
        high=0.9999,
        step=0.001,
    )


def dropout(default: float) -> Knob:
    return Knob(
        "dropout",
        "Dropout",
        default,
        "The share of the network's signals that are switched off at random, so that it does not memorise its "
        "training images.",
        low=0.0,
        high=0.9,
        step=0.05,
        group="Networks",
    )


def generator_filters(default: int) -> Knob:
    return _filters("generator", default)


def discriminator_filters(default: int) -> Knob:
    return _filters("discriminator", default)


def _filters(network: str, default: int) -> Knob:
    return Knob(
        f"{network}_filters",
        f"{network.capitalize()}'s filters",
        default,
        f"How many feature detectors the {network}'s first convolution has. More is slower and stronger.",
        low=1,
        high=512,
        step=1,
        group="Networks",
    )


def kl_weight(default: float) -> Knob:
    return Knob(
        "kl_weight",
        "Weight of the KL",
        default,
        "How strongly the latent numbers are held together. Less gives sharper digits, and holes between them.",
        low=0.0,
        high=20.0,
        step=0.1,
    )


def filters(default: int) -> Knob:
    return Knob(
        "filters",
        "Filters",
        default,
        "How many feature detectors the first convolution has. The sizes of the other layers follow from it.",
        low=1,
        high=128,
        step=1,
        group="Networks",
    )


def waves(default: int) -> Knob:
    return Knob(
        "waves",
        "Fourier features",
        default,
        "How many waves (sines and cosines of its latent numbers) the decoder is given. They help with fine detail. 0 "
        "is none.",
        low=0,
        high=512,
        step=1,
        group="Networks",
    )


def units(default: int) -> Knob:
    return Knob(
        "units",
        "Hidden units",
        default,
        "How many neurons each network's hidden layer has.",
        low=1,
        high=4096,
        step=1,
        group="Networks",
    )


def label_noise(default: float) -> Knob:
    return Knob(
        "label_noise",
        "Label noise",
        default,
        "The labels are random numbers this close to 0 and 1, so that the discriminator is never quite sure.",
        low=0.0,
        high=0.5,
        step=0.01,
    )
