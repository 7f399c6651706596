"""One iteration of a GAN in the plane, a stage at a time, with what there is to say of each."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from ganlab.models import _stage
from ganlab.models._base import fold
from ganlab.models._stage import Stage, gradients, percent, told

if TYPE_CHECKING:
    from ganlab.models._points_gan import PlaneGAN

FRESH = {
    "discriminator": "For this update of the discriminator, the generator makes {n} new points of new noise.",
    "generator": "For its own update, the generator makes {n} points of fresh noise.",
}


def stages(model: "PlaneGAN", batches: tuple[tf.Tensor, ...], key: tf.Tensor, learns: bool) -> Iterator[Stage]:
    """See `LiveModel.slowly`."""
    reals = tf.cast(batches[0], tf.float32)
    n = len(reals)
    noise = model.noise(n, fold(key, 0))
    spread = "anywhere between −1 and 1" if model.uniform else "around 0 (a normal distribution)"
    size = model.latent_size
    drawn = f"{n} times {size} random numbers are" if size > 1 else f"{n} random numbers are"
    yield Stage(
        "noise",
        "",
        f"{drawn} drawn, {spread}: the noise that points are made of. The grid is evenly spaced noise, as the "
        "generator bends it.",
        tensors={"noise": noise},
    )
    fakes = model.make(noise)
    x, y = np.mean(fakes, axis=0)
    far = np.mean(np.linalg.norm(fakes - np.array([x, y]), axis=1))
    yield Stage(
        "fakes",
        "generator",
        f"The generator makes {n} points of it. Their middle is ({told(x)}, {told(y)}), and they are "
        f"{told(far)} away from it on average.",
        tensors={"noise": noise, "fakes": fakes},
    )
    before = model.answers(reals, fakes, fold(key, 1))
    of_reals, of_fakes = (float(model.shown(part)) for part in before)
    yield Stage(
        "answers",
        "discriminator",
        f"The discriminator gives the {n} real points {_judged(model, of_reals)} on average and the {n} generated ones "
        f"{told(of_fakes)}.{_moved_at_random(model)}{_in_packs(model)}",
        figures={"p_real_of_reals": of_reals, "p_real_of_fakes": of_fakes},
        tensors={"reals": reals, "fakes": fakes, "of_reals": before[0], "of_fakes": before[1]},
    )
    d_loss = sum(float(tf.reduce_mean(part)) for part in model.telling(*before))
    yield from _updates(model, "discriminator", reals, key, learns, d_loss)
    g_loss = float(tf.reduce_mean(model.fooling(before[1])))
    yield from _updates(model, "generator", reals, key, learns, g_loss)


def _updates(
    model: "PlaneGAN", network: str, reals: tf.Tensor, key: tf.Tensor, learns: bool, loss: float
) -> Iterator[Stage]:
    """All updates of a network; `loss` is what it has where it makes none."""
    count = int(model.knobs[f"{network}_updates"])
    if not count:
        yield Stage(
            "rest",
            network,
            f"The {network} does not learn in this iteration, for its updates are set to 0. Its loss is {told(loss)}.",
            figures={f"{network}_loss": loss},
        )
    for number in range(count if learns else min(count, 1)):
        update = (number + 1, count)
        own = model.update_key(network, key, tf.constant(number))
        noise = model.update_noise(len(reals), own)
        yield Stage(
            "fresh",
            network,
            FRESH[network].format(n=len(reals)),
            update,
            tensors={"noise": noise, "fakes": model.make(noise)},
        )
        one = _tells if network == "discriminator" else _fools
        yield from one(model, reals, noise, own, update, learns)


def _tells(
    model: "PlaneGAN", reals: tf.Tensor, noise: tf.Tensor, own: tf.Tensor, update: tuple[int, int], learns: bool
) -> Iterator[Stage]:
    """An update of the discriminator."""
    fakes = model.make(noise)
    learned = model.tell(reals, fakes, own)
    d_real, d_fake, penalty = float(learned.d_real), float(learned.d_fake), float(learned.penalty)
    added = f", and penalties add {told(penalty)}" if penalty else ""
    seen = {"reals": reals, "fakes": fakes}
    yield Stage(
        "loss",
        "discriminator",
        f"The discriminator's loss is {told(d_real + d_fake)}: {told(d_real)} for what it says of the real "
        f"points and {told(d_fake)} for what it says of the generated ones{added}. The lower, the better it tells "
        "them apart.",
        update,
        {"discriminator_loss": float(learned.d_real + learned.d_fake)},
        {**seen, "of_reals": learned.of_reals, "of_fakes": learned.of_fakes},
    )
    yield gradients("discriminator", model.trained_by("discriminator"), learned.slopes, update, seen)
    if learns:
        changed, weights, share = _learn(model, "discriminator", learned.slopes)
        after = model.tell(reals, fakes, own)
        was = [float(model.shown(part)) for part in (learned.of_reals, learned.of_fakes)]
        now = [float(model.shown(part)) for part in (after.of_reals, after.of_fakes)]
        words = (
            f"The discriminator's weights change by {percent(share)} of their size. To the same points it now gives "
            f"{_judged(model, now[0], 3)} where they are real (before: {told(was[0], 3)}) and {told(now[1], 3)} "
            f"where they are generated (before: {told(was[1], 3)})."
        )
        arrays = {**seen, **model.looks()}
        yield Stage("step", "discriminator", words, update, tensors=arrays, norms=changed, weights=weights)


def _fools(
    model: "PlaneGAN", reals: tf.Tensor, noise: tf.Tensor, own: tf.Tensor, update: tuple[int, int], learns: bool
) -> Iterator[Stage]:
    """An update of the generator."""
    fooled = model.fool(reals, noise, own)
    fakes = fooled.fakes
    given = float(model.shown(fooled.outputs))
    ahead = f" after {model.unrolling} foreseen answers of its own" if model.unrolling else ""
    doubted = ", and what it would then say of the real ones counts, too" if model.unrolling else ""
    yield Stage(
        "loss",
        "generator",
        f"The discriminator gives the new points {_judged(model, given)} on average{ahead}{doubted}. So the "
        f"generator's loss is {told(float(fooled.loss))}; the lower, the better it fools the discriminator.",
        update,
        {"generator_loss": float(fooled.loss)},
        {"fakes": fakes, "of_fakes": fooled.outputs},
    )
    with tf.GradientTape() as tape:
        tape.watch(fakes)
        outputs, mean = model.foreseen(reals, fakes, own)
        loss = mean * tf.cast(tf.size(outputs), tf.float32)
    arrows = -tape.gradient(loss, fakes)
    long = np.linalg.norm(arrows, axis=1)
    seen = {"fakes": fakes, "arrows": arrows}
    yield Stage(
        "arrows",
        "generator",
        "Through the discriminator, each point learns which way it would have to move for the loss to fall. The pull "
        f"is {told(float(long.mean()))} on average, at most {told(float(long.max()))}.",
        update,
        tensors=seen,
    )
    yield gradients("generator", model.trained_by("generator"), fooled.slopes, update, seen)
    if learns:
        old = model.draw(model.followed)
        changed, weights, share = _learn(model, "generator", fooled.slopes)
        looks = model.looks()
        moved = float(np.linalg.norm(looks["followed"] - old, axis=1).mean())
        now = float(model.shown(model.fool(reals, noise, own).outputs))
        words = (
            f"The generator's weights change by {percent(share)} of their size. The {len(old)} points that are "
            f"followed move by {told(moved)} on average, and the new ones would now be given "
            f"{_judged(model, now, 3)} (before: {told(given, 3)})."
        )
        yield Stage("step", "generator", words, update, tensors=looks, norms=changed, weights=weights)


def _learn(
    model: "PlaneGAN", network: str, slopes: list[tf.Tensor]
) -> tuple[dict[str, float], dict[str, np.ndarray], float]:
    """Does a step. Returns how far the weights of each layer moved, the new weights, and the share of all weights' size
    by which they moved."""
    trained = model.trained_by(network)
    changed, new, share = _stage.stepped(_stage.layers(len(trained)), trained, lambda: model.learn(network, slopes))
    return changed, dict(zip(model.weights_of(network), new, strict=True)), share


def _judged(model: "PlaneGAN", value: float, digits: int = 2) -> str:
    return f"{'P(real)' if model.probability else 'the score'} {told(value, digits)}"


def _moved_at_random(model: "PlaneGAN") -> str:
    noise = float(model.knobs["instance_noise"])
    return f" It sees every point moved at random by about {told(noise)}." if noise else ""


def _in_packs(model: "PlaneGAN") -> str:
    return f" It judges {model.packing} points at once." if model.packing > 1 else ""
