"""One iteration of a VAE in the plane, a stage at a time, with what there is to say of each."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from ganlab.models import _stage
from ganlab.models._stage import Stage, percent, told

if TYPE_CHECKING:
    from ganlab.models._plane_vae import PlaneVAE


def stages(model: "PlaneVAE", batches: tuple[tf.Tensor, ...], key: tf.Tensor, learns: bool) -> Iterator[Stage]:
    """See `LiveModel.slowly`."""
    points, tape = tf.cast(batches[0], tf.float32), tf.GradientTape(persistent=True)
    n, size = len(points), model.latent_size
    seen = {"reals": points}
    yield Stage("batch", "", f"{n} points are taken from the data. Both networks learn from these.", tensors=seen)
    with tape:
        mean, log_variance = model.encode(points, training=True)
    away, spread = float(np.abs(mean).mean()), float(np.exp(0.5 * np.asarray(log_variance)).mean())
    numbers = f"{size} latent numbers" if size > 1 else "one latent number"
    yield Stage(
        "encode",
        "encoder",
        f"The encoder says which {numbers} each point may have: around a mean, which is {told(away)} away from 0 on "
        f"average, with a spread of {told(spread)} on average. A mean of 0 and a spread of 1 would say nothing of "
        "the point.",
        tensors=seen,
    )
    with tape:
        latents = model.latents_of(mean, log_variance, key)
    moved = float(np.linalg.norm(latents - mean, axis=1).mean())
    yield Stage(
        "draw",
        "",
        f"For each point, {numbers} {'are' if size > 1 else 'is'} drawn: the mean, and a random number times the "
        f"spread. That is {told(moved)} away from the mean on average. The grid is evenly spaced latent numbers, as "
        "the decoder bends it.",
        tensors={**seen, "latents": latents},
    )
    with tape:
        tape.watch(latents)
        outputs = model.decode(latents)
    off = float(np.linalg.norm(outputs - points, axis=1).mean())
    seen |= {"fakes": outputs}
    yield Stage(
        "decode",
        "decoder",
        f"The decoder makes a point of them again, {told(off)} away from where it was on average.",
        tensors={**seen, "latents": latents},
    )
    with tape:
        tape.watch(outputs)
        nats, kl, loss = model.costs(points, outputs, mean, log_variance)
    seen |= {"arrows": -n * tape.gradient(loss, outputs)}
    yield Stage(
        "loss",
        "",
        _costs(model, float(nats), float(kl)),
        figures={"loss": float(nats + kl), "reconstruction": float(nats), "kl": float(kl)},
        tensors=seen,
    )
    trained = model.trained_by("both")
    slopes = tape.gradient(loss, trained)
    del tape
    names: list[str] = []
    for network in model.networks:
        own = model.networks[network].trainable_variables
        start = len(names)
        names += [f"{network}, {layer.removeprefix('the ')}" for layer in _stage.layers(len(own))]
        yield _stage.gradients(network, own, slopes[start : len(names)], (0, 0), seen)
    if learns:
        yield _step(model, points, key, slopes, names, float(loss))


def _costs(model: "PlaneVAE", nats: float, kl: float) -> str:
    weight = float(model.knobs["kl_weight"])
    counts = "" if weight == 1.0 else f" Here both networks learn from a loss in which the KL counts {weight:g} times."
    dense = " (below 0, because the density is over 1 there)" if nats < 0 else ""
    return (
        f"Putting the points back costs {told(nats)} nats{dense}: that is how unlikely they are where they were "
        f"decoded, with noise of {float(model.deviation):g}. The arrows say which way each decoded point is pulled. "
        f"The KL divergence, which is how much the latent numbers say of a point, is {told(kl)} nats. Together they "
        f"are the loss, {told(nats + kl)}; the lower, the better.{counts}"
    )


def _step(
    model: "PlaneVAE", points: tf.Tensor, key: tf.Tensor, slopes: list[tf.Tensor], names: list[str], loss: float
) -> Stage:
    """The step of both networks."""
    old = model.draw(model.followed)
    changed, new, share = _stage.stepped(names, model.trained_by("both"), lambda: model.learn(slopes))
    looks = model.looks()
    moved = float(np.linalg.norm(looks["followed"] - old, axis=1).mean())
    mean, log_variance = model.encode(points, training=True)
    outputs = model.decode(model.latents_of(mean, log_variance, key))
    now = float(model.costs(points, outputs, mean, log_variance)[2])
    long, most = _stage.total(_stage.norms(names, slopes)), model.optimizers["both"].global_clipnorm
    shortened = f" The gradients of both are {told(long)} long and count as {most:g}." if most and long > most else ""
    words = (
        f"The weights of both networks change by {percent(share)} of their size.{shortened} The {len(old)} points "
        f"that are followed move by {told(moved)} on average. For the same points and random numbers, the loss that "
        f"they learn from would now be {told(now, 3)} (before: {told(loss, 3)})."
    )
    weights = dict(zip(model.weights_of(*model.networks), new, strict=True))
    return Stage("step", "", words, tensors={"reals": points, **looks}, norms=changed, weights=weights)
