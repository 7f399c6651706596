"""What a single iteration did, in a few sentences, from what was measured around it."""

from collections.abc import Mapping

import numpy as np

from ganlab.registry import ModelSpec, Updates
from ganlab.training.events import Stepped
from ganlab.ui.shared.formatting import many

THINGS = {"gan": ("generated image", "generated"), "repair": ("repair", "repaired")}


def describe(spec: ModelSpec, updates: Updates | None, stepped: Stepped, curves: Mapping[str, float]) -> str:
    """Curves are those of the iteration, by name."""
    if updates is None or len(updates.order) == 1:
        return _alone(spec, stepped, curves)
    if spec.name == "repair-gan":
        return _with_critic(stepped, curves)
    if "score_of_reals" in curves:
        return _with_scores(updates, stepped, curves)
    return f"{_discriminator(spec, updates, stepped, curves)} {_generator(updates, stepped, curves)}"


def _discriminator(spec: ModelSpec, updates: Updates, stepped: Stepped, curves: Mapping[str, float]) -> str:
    thing, kind = THINGS[spec.family]
    counts = (stepped.reals, stepped.generated)
    shares = (curves["accuracy_on_reals"], curves["accuracy_on_fakes"])
    right = [round(share * count) for share, count in zip(shares, counts, strict=True)]
    about = "" if not stepped.reals % updates.parts else "roughly "  # the shares are means over uneven parts
    rounds = f" in {updates.parts} rounds" if updates.parts > 1 else ""
    seen = f"{many(counts[0], 'real image')} and {many(counts[1], thing)}{rounds}"
    return (
        f"The discriminator saw {seen} and was right about {about}{sum(right)} of them: {right[0]} real, {right[1]} "
        f"{kind}. Its weights moved by {share(stepped.moved['discriminator'])}."
    )


def _generator(updates: Updates, stepped: Stepped, curves: Mapping[str, float]) -> str:
    moved = share(stepped.moved["generator"])
    told = curves.get("p_real_told_generator", curves["p_real_of_fakes"])
    when = "At the same time" if updates.at_once else "Then"
    if updates.parts > 1:
        when = "In the same rounds"
    if stepped.told is None:
        return f"{when} the generator's weights moved by {moved}; P(real) of its images was {chance(told)} on average."
    before, after = apart(told, stepped.told)
    judge = "as it was before" if updates.at_once else "as it is now"
    if before == after:
        change = f"left the P(real) of the images that it learned from at {before}"
    else:
        verb = "raised" if stepped.told > told else "lowered"
        change = f"{verb} the P(real) of the images that it learned from, from {before} to {after}"
    return f"{when} the generator's weights moved by {moved}. That {change}, judged by the discriminator {judge}."


def _with_scores(updates: Updates, stepped: Stepped, curves: Mapping[str, float]) -> str:
    """Of a discriminator that gives scores, which learns several times."""
    times = len(updates.order) - 1
    reals, fakes, told = (digits(curves[f"score_{of}"]) for of in ("of_reals", "of_fakes", "told_generator"))
    moved = {name: share(found) for name, found in stepped.moved.items()}
    words = (
        f"The discriminator learned {'once' if times == 1 else f'{times} times'} and gave real images a score of "
        f"{reals} on average, and generated ones {fakes}. Its weights moved by {moved['discriminator']}. Then the "
        f"generator's weights moved by {moved['generator']}."
    )
    if stepped.told is None:
        return words
    verb = "raised" if stepped.told > curves["score_told_generator"] else "lowered"
    return (
        f"{words} That {verb} the score of the images that it learned from, from {told} to {digits(stepped.told)}, "
        "judged by the discriminator as it is now."
    )


def _with_critic(stepped: Stepped, curves: Mapping[str, float]) -> str:
    reals, repairs = chance(curves["p_real_of_reals"]), chance(curves["p_real_of_fakes"])
    n, moved = stepped.reals, {name: share(found) for name, found in stepped.moved.items()}
    seen = f"{many(n, 'real image')} (P(real) {reals} on average) and {many(n, 'repair')} (P(real) {repairs})"
    return (
        f"The generator repaired {many(n, 'damaged image')}, and its weights moved by {moved['generator']}. Then the "
        f"critic (its discriminator) saw {seen}; its weights moved by {moved['critic']}."
    )


def _alone(spec: ModelSpec, stepped: Stepped, curves: Mapping[str, float]) -> str:
    """Of an iteration that is one update."""
    n = many(stepped.reals, "image")
    name = "generator" if spec.family == "repair" else next(iter(stepped.moved))
    moved = share(stepped.moved[name])
    if spec.family == "classifier":
        right = round(curves["accuracy"] * stepped.reals)
        return f"The classifier saw {n} and read {right} of them correctly; then its weights moved by {moved}."
    if spec.family == "repair":
        loss = digits(curves["pixel_loss"])
        return f"The generator repaired {n}, {loss} nats from each lost pixel; then its weights moved by {moved}."
    loss = digits(curves.get("loss", curves["reconstruction"]))
    return f"It learned from {n}, whose loss was {loss} nats on average; then its weights moved by {moved}."


def digits(number: float, count: int = 3) -> str:
    """A number with so many digits that say something, never as a power of ten."""
    return np.format_float_positional(number, count, unique=False, fractional=False, trim="-")


def share(number: float) -> str:
    """A share in percent, for example `0.41%`."""
    return f"{digits(100 * number, 2)}%"


def chance(p: float, decimals: int = 2) -> str:
    """A probability; what is near 0 or 1 without being either is not said to be."""
    text = f"{p:.{decimals}f}"
    if text == f"{0:.{decimals}f}" and p > 0:
        return f"under {10**-decimals:.{decimals}f}"
    return f"over {1 - 10**-decimals:.{decimals}f}" if text == f"{1:.{decimals}f}" and p < 1 else text


def apart(one: float, other: float) -> tuple[str, str]:
    """Two probabilities with as many decimals as tell them apart, up to four."""
    found = [(chance(one, decimals), chance(other, decimals)) for decimals in (2, 3, 4)]
    return next((pair for pair in found if pair[0] != pair[1]), found[0])
