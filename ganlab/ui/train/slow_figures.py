"""Slow motion of models of images: what stages are called, the figure of the networks, and the step in pseudo-code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ganlab.models._stage import Stage
from ganlab.registry import ModelSpec

# What a box of a figure is called.
TITLES = {
    "noise": "Noise",
    "generator": "Generator",
    "fakes": "Generated images",
    "reals": "Real images",
    "discriminator": "Discrimi\u00adnator",
    "critic": "Critic",
    "generator-loss": "Generator's loss",
    "discriminator-loss": "Discrimi\u00adnator's loss",
    "critic-loss": "Critic's loss",
    "generator-optimiser": "Generator's optimiser",
    "discriminator-optimiser": "Discrimi\u00adnator's optimiser",
    "critic-optimiser": "Critic's optimiser",
    "averaged": "Averaged weights",
    "damaged": "Damaged images",
    "repairs": "Repaired images",
    "encoder": "Encoder",
    "latents": "Latent numbers",
    "decoder": "Decoder",
    "copies": "Copies",
    "loss": "Loss",
    "optimiser": "Optimiser",
    "classifier": "Classifier",
    "answers": "Probabilities",
}
GAN_FIGURE = (
    ("noise", "generator", "fakes", "discriminator", "discriminator-loss"),
    ("", "generator-optimiser", "reals", "discriminator-optimiser", "generator-loss"),
)
FIGURES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "joint": GAN_FIGURE,
    "alternating": GAN_FIGURE,
    "simultaneous": GAN_FIGURE,
    "averaged": (*GAN_FIGURE[:1], ("averaged", *GAN_FIGURE[1][1:])),
    "scoring": GAN_FIGURE,
    "scoring-averaged": (GAN_FIGURE[0], ("averaged", *GAN_FIGURE[1][1:])),
    "inpainting": (("damaged", "generator", "repairs", *GAN_FIGURE[0][3:]), GAN_FIGURE[1]),
    "repairing": (
        ("damaged", "generator", "repairs", "critic", "critic-loss"),
        ("noise", "generator-optimiser", "reals", "critic-optimiser", "generator-loss"),
    ),
    "repairing-alone": (
        ("damaged", "generator", "repairs", "generator-loss"),
        ("noise", "generator-optimiser", "averaged", ""),
    ),
    "autoencoder": (("reals", "encoder", "latents", "decoder", "copies"), ("", "optimiser", "", "", "loss")),
    "classifier": (("reals", "classifier", "answers", "loss"), ("", "optimiser", "", "")),
}


@dataclass(frozen=True)
class Line:
    """A line of pseudo-code, and the stages that it stands for, as "name network" or, of several, "name network 2" or
    "name network last"."""

    text: str
    stages: tuple[str, ...] = ()


def _updated(network: str, number: str = "", *more: str) -> tuple[str, ...]:
    names = ("answers", "loss", "gradients", "step", *more)
    return tuple(f"{name} {network} {number}".strip() for name in names)


AVERAGE = Line("  the average of G's weights follows", ("average averaged",))
FAKES = Line("  x' ← G(z): the generator's images", ("fakes generator",))
ALGORITHMS: Mapping[str, tuple[Line, ...]] = {
    "joint": (
        Line("in each iteration:"),
        Line("  z ← random numbers", ("noise",)),
        FAKES,
        Line("  D makes a step: label x' as generated and x as real", _updated("discriminator")),
        Line("  G makes a step, for the same x' to be called real", _updated("generator", "", "pull")),
    ),
    "alternating": (
        Line("in each iteration:"),
        Line("  z ← random numbers", ("noise 1",)),
        Line("  x' ← G(z): the generator's images", ("fakes generator 1",)),
        Line("  D makes a step on real images x: lower −log D(x)", _updated("discriminator", "1")),
        Line("  D makes a step on x': lower −log(1 − D(x'))", _updated("discriminator", "2")),
        Line("  z ← new random numbers", ("noise 2",)),
        Line("  x' ← G(z)", ("fakes generator 2",)),
        Line("  G makes a step: lower −log D(x')", _updated("generator", "", "pull")),
    ),
    "simultaneous": (
        Line("in each iteration:"),
        Line("  z ← random numbers", ("noise",)),
        FAKES,
        Line("  D judges real images x and generated ones x'", ("answers discriminator",)),
        Line("  D's loss: −log D(x) − log(1 − D(x'))", ("loss discriminator",)),
        Line("  G's loss: −log D(x')", ("loss generator", "pull generator")),
        Line("  gradients of both, before either makes a step", ("gradients generator", "gradients discriminator")),
        Line("  G and D make their steps", ("step generator", "step discriminator")),
    ),
    "scoring": (
        Line("in each iteration:"),
        Line("  several times:"),
        Line("    z ← random numbers", ("noise",)),
        Line("    x' ← G(z): the generator's images", ("fakes generator",)),
        Line("    D gives scores to real images x and to x'", ("answers discriminator",)),
        Line("    x̂ ← mixtures of x and x'", ("between discriminator",)),
        Line("    D makes a step: lower D(x') − D(x) + λ·(‖∇D(x̂)‖ − 1)²", _updated("discriminator")[1:]),
        Line("  z ← new random numbers", ("noise last",)),
        Line("  x' ← G(z)", ("fakes generator last",)),
        Line("  G makes a step: lower −D(x')", _updated("generator", "", "pull")),
    ),
    "inpainting": (
        Line("in each iteration:"),
        Line("  m ← images with a hole", ("damage 1",)),
        Line("  x' ← G(m): the generator's repairs", ("fakes generator 1",)),
        Line("  D makes a step: label x' as repaired and x as real", _updated("discriminator")),
        Line("  m ← other images with a hole", ("damage 2",)),
        Line("  x' ← G(m)", ("fakes generator 2",)),
        Line("  G makes a step: lower −log D(x')", _updated("generator", "", "pull")),
    ),
    "repairing": (
        Line("in each iteration:"),
        Line("  x ← a batch of images", ("batch", "hands")),
        Line("  m ← x, damaged", ("damage",)),
        Line("  z ← random numbers", ("noise",)),
        Line("  x' ← G(m, z): the generator's repairs", ("fakes generator",)),
        Line("  G makes a step: closer to x, and as the critic likes it", _updated("generator")),
        Line("  the average of G's weights follows", ("average averaged",)),
        Line("  the critic makes a step: label x' as repaired, x as real", _updated("critic", "", "pull")),
    ),
    "autoencoder": (
        Line("in each iteration:"),
        Line("  x ← a batch of images", ("batch", "distort")),
        Line("  mean, spread ← encoder(x)", ("encode encoder",)),
        Line("  z ← mean + spread · noise", ("draw",)),
        Line("  x' ← decoder(z)", ("decode decoder",)),
        Line("  loss: how far x' is from x, + KL", ("loss", "pull")),
        Line("  both make a step", ("gradients encoder", "gradients decoder", "step")),
    ),
    "classifier": (
        Line("in each iteration:"),
        Line("  x, y ← a batch of images and their classes", ("batch", "distort")),
        Line("  p ← network(x): a probability for each class", ("answers classifier",)),
        Line("  loss: −log p(y)", ("loss classifier", "pull classifier")),
        Line("  the network makes a step", ("gradients classifier", "step classifier")),
    ),
}
ALGORITHMS = {
    **ALGORITHMS,
    "averaged": (*ALGORITHMS["simultaneous"], AVERAGE),
    "scoring-averaged": (*ALGORITHMS["scoring"], AVERAGE),
    "repairing-alone": ALGORITHMS["repairing"][:-1],
}


def kind_of(spec: ModelSpec, values: Mapping[str, Any]) -> str:
    """Which figure and which pseudo-code an architecture with these settings has."""
    updates = spec.updates(values)
    if updates is None:
        return "repairing-alone" if spec.family == "repair" else spec.family
    if spec.family == "repair":
        if updates.order[0].network == "discriminator":
            return "inpainting"
        return "repairing" if len(updates.order) > 1 else "repairing-alone"
    if spec.scores(values):
        return "scoring-averaged" if updates.after else "scoring"
    if updates.at_once:
        return "averaged" if updates.after else "simultaneous"
    return "alternating" if len(updates.order) > 2 else "joint"


def line_of(kind: str, stage: Stage, count: int, last: bool = False) -> int:
    """Which line of the pseudo-code a stage belongs to, the `count`-th one of its name and network, and the `last` one
    or not; -1 for none."""
    name = f"{stage.name} {stage.network}".strip()
    for number, line in enumerate(ALGORITHMS[kind]):
        if last and f"{name} last" in line.stages:
            return number
    for number, line in enumerate(ALGORITHMS[kind]):
        if name in line.stages or f"{name} {count}" in line.stages:
            return number
    return -1


def title_of(kind: str, stage: Stage) -> str:
    """What a stage is called."""
    who = stage.network
    made = "repairs" if "repair" in kind or kind == "inpainting" else "images"
    return {
        "noise": "Noise",
        "fakes": f"The generator's {made}",
        "damage": "Damage",
        "batch": "A batch of images",
        "distort": "The images, changed at random",
        "hands": "In other hands",
        "answers": f"What the {who} says",
        "between": "How steep the score is between real and generated images",
        "loss": f"The {who}'s loss" if who else "The loss",
        "pull": "What each image would have to change",
        "encode": "What the encoder says",
        "draw": "Latent numbers are drawn",
        "decode": "The decoder's copies",
        "gradients": f"The {who}'s gradient, layer by layer",
        "step": f"The {who}'s step" if who else "The step of both networks",
        "average": "The average follows",
        "unknown": "As far as it can be followed",
    }[stage.name]


def lit_by(kind: str, stage: Stage) -> list[str]:
    """The boxes of the figure that a stage is about."""
    boxes = {box for row in FIGURES[kind] for box in row if box}
    who, judge = stage.network, "critic" if "critic" in boxes else "discriminator"
    made = next(box for box in ("fakes", "repairs", "copies", "reals") if box in boxes)
    loss = f"{who}-loss" if f"{who}-loss" in boxes else "loss"
    optimiser = f"{who}-optimiser" if f"{who}-optimiser" in boxes else "optimiser"
    seen = [box for tensor, box in (("of_reals", "reals"), ("of_fakes", made)) if tensor in stage.tensors]
    lit = {
        "noise": ["noise"],
        "fakes": ["generator", made],
        "damage": ["damaged"],
        "batch": ["reals"],
        "distort": ["reals"],
        "hands": ["reals"],
        "answers": [who, *seen, "answers"],
        "between": ["reals", made, who],
        "loss": [loss, *([judge] if who == "generator" and judge in boxes else [who])],
        "pull": [loss, judge, made] if judge in boxes else [loss, "classifier", "copies", "reals"],
        "encode": ["encoder"],
        "draw": ["latents"],
        "decode": ["decoder", "copies"],
        "gradients": [loss, who],
        "step": [optimiser, *([who] if who else ["encoder", "decoder"])],
        "average": ["averaged", "generator"],
        "unknown": [],
    }[stage.name]
    if kind == "autoencoder" and stage.name == "pull":
        lit = ["loss", "copies"]
    return [box for box in lit if box in boxes]
