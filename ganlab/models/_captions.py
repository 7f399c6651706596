"""What is said of each stage of an iteration over images: a sentence or two, with the numbers that it found."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ganlab.models._stage import Stage, percent, told, total

if TYPE_CHECKING:
    from ganlab.models._base import LiveModel

WHITE_SHARE = 0.5  # of the range from black to white: what is brighter counts as ink


def caption(model: "LiveModel", stage: Stage) -> str:
    """A sentence or two on a stage that a `Follower` has come to."""
    return CAPTIONS[stage.name](model, stage)


def _noise(model: "LiveModel", stage: Stage) -> str:
    n, size = stage.tensors["noise"].shape
    asked = " Each comes with a class that is asked for: that of a real image." if "classes" in stage.tensors else ""
    if "critic" in model.networks:
        return (
            f"{n} times {size} random numbers are drawn: they decide between several repairs of the same damage. Where "
            "they are all 0, the plainest repair is asked for."
        )
    return (
        f"{n} times {size} random numbers are drawn around 0 (a normal distribution), {size} for each image: the noise "
        f"that images are made of.{asked}"
    )


def _fakes(model: "LiveModel", stage: Stage) -> str:
    fakes = stage.tensors["fakes"]
    ink = percent(_ink(model, fakes))
    how = _normalising(model, "generator", moving="moving" in stage.figures)
    if "damaged" in stage.tensors:
        return f"The generator repairs {len(fakes)} damaged images. {ink} of their pixels are then light.{how}"
    spread = told(float(fakes.std(axis=0).mean()))
    return (
        f"The generator makes {len(fakes)} images of this noise. {ink} of their pixels are light. A pixel differs by "
        f"{spread} from image to image (the standard deviation); were it 0, all images would be the same.{how}"
    )


def _normalising(model: "LiveModel", network: str, moving: bool = False) -> str:
    """What a network's batch normalisation goes by, if it has any."""
    layers = model.networks[network].layers
    if not any(type(layer).__name__ == "BatchNormalization" for layer in layers):
        return ""
    if moving:
        return (
            f" The {network}'s batch normalisation goes by running averages here, as in a finished model. While it "
            "learns, it goes by the batch's own mean and spread: then the same network makes other images."
        )
    return f" The {network}'s batch normalisation goes by the mean and spread of this very batch."


def _damage(model: "LiveModel", stage: Stage) -> str:
    n = len(stage.tensors["damaged"])
    if "damage" not in stage.tensors:
        return f"A square is cut out of {n} images, each at a place of its own. The generator sees only these."
    lost, known = stage.tensors["damage"].mean(), stage.tensors["known"].mean()
    return (
        f"{n} images are damaged: {percent(float(lost))} of their pixels are lost. In {percent(float(known))} of the "
        "images the generator is told which ones; in the others it has to find out."
    )


def _batch(model: "LiveModel", stage: Stage) -> str:
    return f"{len(stage.tensors['reals'])} images are taken from the data."


def _distort(model: "LiveModel", stage: Stage) -> str:
    return (
        f"Each of the {len(stage.tensors['reals'])} images is turned, stretched and moved a little at random, so that "
        "no image is seen twice as it is."
    )


def _hands(model: "LiveModel", stage: Stage) -> str:
    return "Some of them are written in another hand: resized, moved, made thinner or thicker."


def _answers(model: "LiveModel", stage: Stage) -> str:
    if "probabilities" in stage.tensors:
        probabilities, labels = stage.tensors["probabilities"], stage.tensors["labels"]
        right = int((probabilities.argmax(axis=1) == labels).sum())
        sure = told(float(probabilities.max(axis=1).mean()))
        return (
            f"The classifier gives each image a probability for each of {probabilities.shape[1]} classes. It reads "
            f"{right} of {len(labels)} rightly; the probability of its answer is {sure} on average."
        )
    if not model.probability:
        reals, fakes = stage.tensors["of_reals"], stage.tensors["of_fakes"]
        return (
            f"The discriminator gives the {len(reals)} real images a score of {told(float(reals.mean()))} on average, "
            f"and the {len(fakes)} generated images {told(float(fakes.mean()))}. A score is no probability: only how "
            "far the two are apart says something."
        )
    parts = []
    for kind, words, real in (("of_reals", "real", True), ("of_fakes", _made(model), False)):
        if kind in stage.tensors:
            given = stage.tensors[kind]
            right = int((given > 0.5).sum() if real else (given <= 0.5).sum())
            mean = told(float(given.mean()))
            parts.append(f"{mean} on average to the {len(given)} {words} images, and is right about {right} of them")
    how = _normalising(model, stage.network)
    return f"The {stage.network} gives P(real), the probability of being real: {'; '.join(parts)}.{how}"


def _made(model: "LiveModel") -> str:
    return "repaired" if hasattr(model, "repair") else "generated"


def _loss(model: "LiveModel", stage: Stage) -> str:
    figures = stage.figures
    if stage.network == "":
        return _autoencoding(model, stage)
    if stage.network == "classifier":
        return (
            f"The classifier's loss is {told(figures['loss'])}: minus the logarithm of the probability that it gave to "
            "the right class, on average. It is 0 only where all of the right ones got 1."
        )
    if "pixel_loss" in figures:
        said = ""
        if "generator_loss" in figures:
            said = f", and the critic's opinion adds to it: {told(figures['generator_loss'])}"
        return (
            f"The generator's loss for a lost pixel is {told(figures['pixel_loss'])}: how far (as cross-entropy) its "
            f"repairs are from what was there{said}. The lower, the better."
        )
    value = told(next(iter(figures.values())))
    if stage.network == "generator":
        given = stage.tensors["of_fakes"]
        if not model.probability:
            return (
                f"The discriminator gives these images a score of {told(float(given.mean()))} on average, at most "
                f"{told(float(given.max()))}. The generator's loss is minus that average, {value}; the lower, the "
                "higher its images are scored."
            )
        return (
            f"The discriminator gives these images P(real) {told(float(given.mean()))} on average, at most "
            f"{told(float(given.max()))}. So the generator's loss is {value}, about minus the logarithm of P(real); "
            f"the lower, the better it fools the discriminator.{_normalising(model, 'discriminator')}"
        )
    if "penalty" in figures:
        return (
            f"The average score of generated images less that of real ones is {value}: the lower, the further apart "
            f"the discriminator keeps them. With the {told(figures['penalty'])} that its slope costs, that is its loss."
        )
    about = "what it said of " + " and ".join(
        words
        for kind, words in (("of_reals", "real images"), ("of_fakes", f"{_made(model)} ones"))
        if kind in stage.tensors
    )
    each = " for each kind" if "critic" in model.networks or getattr(model, "fakes", None) else ""
    return (
        f"The {stage.network}'s loss is {value}, from {about}: about minus the logarithm of the probability that it "
        f"gave to what each image is. At P(real) 0.5, which is guessing, it is 0.69{each}."
    )


def _autoencoding(model: Any, stage: Stage) -> str:
    figures = stage.figures
    nats = told(figures["reconstruction"])
    words = f"Putting the images back costs {nats} nats: that is how unlikely their pixels are to the decoder."
    if "kl" not in figures:
        return f"{words} The lower, the more like the images are their copies."
    counted = "" if model.kl_weight == 1.0 else f" Here the KL counts {model.kl_weight:g} times."
    return (
        f"{words} The KL divergence, which is how much the latent numbers say of an image, is {told(figures['kl'])} "
        f"nats. Together they are the loss, {told(figures['loss'])}; the lower, the better.{counted}"
    )


def _pull(model: "LiveModel", stage: Stage) -> str:
    pull = np.abs(stage.tensors["pull"])
    strongest = pull.reshape(len(pull), -1).argsort(axis=1)[:, -78:]
    share = np.take_along_axis(pull.reshape(len(pull), -1), strongest, 1).sum() / max(float(pull.sum()), 1e-12)
    judge = next((name for name in ("discriminator", "critic") if name in model.networks), "")
    if judge:
        better = "look more real" if model.probability else "be given a higher score"
        said = f"The {judge} says, pixel by pixel, what would have to be lighter or darker to {better}."
    elif "decoder" in model.networks:
        said = "The loss says, pixel by pixel, what would have to be lighter or darker in each copy."
    else:
        said = "The loss says, pixel by pixel, what would have to be lighter or darker to be read rightly."
    return f"{said} {percent(float(share))} of all that pull is on a tenth of the pixels."


def _encode(model: "LiveModel", stage: Stage) -> str:
    mean = stage.tensors["mean"]
    size, away = mean.shape[1], told(float(np.abs(mean).mean()))
    if "spread" not in stage.tensors:
        return f"The encoder writes each image as {size} latent numbers, which are {away} away from 0 on average."
    return (
        f"The encoder says which {size} latent numbers each image may have: around a mean, which is {away} away from 0 "
        f"on average, with a spread of {told(float(stage.tensors['spread'].mean()))} on average. A mean of 0 and a "
        "spread of 1 would say nothing of the image."
    )


def _draw(model: "LiveModel", stage: Stage) -> str:
    moved = float(np.linalg.norm(stage.tensors["latents"] - stage.tensors["mean"], axis=1).mean())
    return (
        "For each image, latent numbers are drawn: the mean, and a random number times the spread. That is "
        f"{told(moved)} away from the mean on average."
    )


def _decode(model: "LiveModel", stage: Stage) -> str:
    off = float(np.abs(stage.tensors["fakes"] - stage.tensors["reals"]).mean())
    return f"The decoder makes an image of them again. A pixel is {percent(off)} of the way from black to white off."


def _gradients(model: "LiveModel", stage: Stage) -> str:
    most = max(stage.norms, key=lambda name: stage.norms[name])
    least = min(stage.norms, key=lambda name: stage.norms[name])
    return (
        f"The gradient says of each of the {stage.network}'s weights how the loss changes with it. Over all of them it "
        f"is {told(total(stage.norms))} long (the root of the sum of their squares), most of it in {most}, least in "
        f"{least}. A gradient near 0 teaches nothing (it vanishes), a huge one throws weights about (it explodes)."
    )


def _step(model: "LiveModel", stage: Stage) -> str:
    figures = stage.figures
    who = f"the {stage.network}'s weights" if stage.network else "the weights of both networks"
    words = f"{_optimiser(model, stage.network)}, so {who} change by {percent(figures['share'])} of their size."
    if "loss_after" in figures:
        before, after = figures["loss_before"], figures["loss_after"]
        way = "falls" if after < before else "rises"
        words += f" For the same images the loss {way} from {told(before, 3)} to {told(after, 3)}."
    again = f"the same {_made(model)} images"
    if stage.network == "generator":
        again = "what it makes of the same " + ("damaged images" if hasattr(model, "repair") else "noise")
    parts = [
        f"{subject} {told(figures[f'{name}_after'], digits)}{unit} (before: {told(figures[f'{name}_before'], digits)})"
        for name, subject, digits, unit in (
            ("p_real_of_reals", "the same real images would now be given P(real)", 3, ""),
            ("p_real_of_fakes", f"{again} would now be given P(real)", 3, ""),
            ("score_of_reals", "the same real images would now be given a score of", 3, ""),
            ("score_of_fakes", f"{again} would now be given a score of", 3, ""),
            ("nats", "the same images would now cost", 1, " nats"),
            ("kl", "the KL would be", 2, " nats"),
            ("sure", "the right class of the same images would now be given a probability of", 3, ""),
        )
        if f"{name}_after" in figures
    ]
    return f"{words} {_sentence(parts)}" if parts else words


def _optimiser(model: "LiveModel", network: str) -> str:
    """What makes the step, and what is special about it."""
    kind = type(model.optimizers[network or "both"]).__name__
    even = "gives each weight a step of much the same length, however long its gradient"
    return f"The optimiser ({kind}) {even if 'Adam' in kind else 'moves the weights against their gradient'}"


def _sentence(parts: list[str]) -> str:
    joined = ", and ".join(parts)
    return f"{joined[:1].upper()}{joined[1:]}."


def _average(model: "LiveModel", stage: Stage) -> str:
    return "The average of the generator's weights, which draws the finished images, takes a small step after them."


def _unknown(model: "LiveModel", stage: Stage) -> str:
    return (
        f"The next thing to do is the {stage.network}'s, and its weights are not at hand: of what is finished, only "
        "what draws is kept. So the iteration is followed no further."
    )


def _ink(model: "LiveModel", images: np.ndarray) -> float:
    """The share of pixels that are light."""
    return float((images > (0.0 if model.pixels == "signed" else WHITE_SHARE)).mean())


def _between(model: "LiveModel", stage: Stage) -> str:
    figures = stage.figures
    return (
        "Each real image is mixed with a generated one, in shares drawn at random. At these mixtures the score changes "
        f"by {told(figures['slope'])} on average where the pixels change by 1 in its direction: that is its slope. It "
        f"should be 1; being off costs the discriminator {told(figures['penalty'])}."
    )


CAPTIONS: dict[str, Callable[["LiveModel", Stage], str]] = {
    "noise": _noise,
    "fakes": _fakes,
    "damage": _damage,
    "batch": _batch,
    "distort": _distort,
    "hands": _hands,
    "answers": _answers,
    "between": _between,
    "loss": _loss,
    "pull": _pull,
    "encode": _encode,
    "draw": _draw,
    "decode": _decode,
    "gradients": _gradients,
    "step": _step,
    "average": _average,
    "unknown": _unknown,
}
