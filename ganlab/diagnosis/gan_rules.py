"""The rules by which a GAN is judged, and their thresholds; docs/diagnosis.md tells them in words.

First what is broken, then how far the samples are from real images. Good is said only of what was measured.
"""

from collections.abc import Sequence

import numpy as np

from ganlab.diagnosis import verdicts
from ganlab.diagnosis.closeness import FEWEST as FEWEST_SAMPLES
from ganlab.diagnosis.closeness import appearance, balance, beside, closeness
from ganlab.diagnosis.evidence import Evidence, middle
from ganlab.diagnosis.verdicts import Finding
from ganlab.metrics.metric_catalog import number, percent
from ganlab.runs import describe_length
from ganlab.training import events

# When a verdict can be given at all
SHARE_BEFORE, FEWEST, MOST = 0.4, 30, 1500  # of the length asked for, but from so many to so many iterations
AT_LEAST = 500  # iterations of a run whose preset is long, however few were asked for
START = 0.5  # share of the preset's length, 1,500 iterations at most, in which samples are alike and change quickly
FEWEST_LOOKS = 4

# Each rule's thresholds
HUGE_LOSS = 30.0  # the discriminator's; a healthy one stays below 5
FARTHEST = 28.0  # pixels from 0 to 1: how far a black and a white image are apart, and scores of slope 1 at most
COPIED = 0.75  # distance to the nearest training image, as a share of what unseen real images have
BLANK = 0.5  # mean grey level as a share of the real images' below which next to nothing is drawn
UNMOVED = 0.16  # how far samples are from where they began, as a share of the distance between real images
SURE = 0.99  # P(real) of reals less P(real) of fakes, where a discriminator knows everything
RIGHT = 0.999  # its accuracy then
ALIKE = 0.35  # diversity as a share of the real images'
BETTER = 1.06  # an earlier distance over a later one that counts as getting better
NEARER, NEAR = 1.03, 1.4  # the same of the distance to the nearest real image, where that is over so much of the reals'
MISSING = 0.1  # share of samples of a class, of what it is among training images: below, the class is missing
STRANGE = 1.5  # in doublings: how far samples are from real images in light, roughness and diversity together
FOOLED = 0.9  # P(real) of fakes that no discriminator gives that still tells anything
SWING = 0.8  # how far samples of the same latents go from one look to the next, as a share of that between reals
GAIN = 0.05  # share by which the Fréchet distance must fall to count as a gain
STILL = 0.4  # share of the run without one after which it is no longer improving
SLOW = 1 / 3  # a learning rate as a share of its preset's below which it is too small ...
FAST = 3.0  # a learning rate as a share of its preset's above which it is too large
HOPELESS = 0.01  # ... and below which nothing is learnt at all
SHORT = 0.5  # a length as a share of its preset's below which it is too short


def too_early(e: Evidence) -> Finding | None:
    least = max(FEWEST, min(AT_LEAST, SHARE_BEFORE * e.usual))
    needed = int(np.clip(SHARE_BEFORE * e.total, least, MOST))
    needed = min(needed, max(FEWEST, e.total))  # once a short run is over, there is nothing to wait for
    seen = e.family != "gan" or e.unseen or len(e.looked) >= FEWEST_LOOKS
    if e.done >= needed and seen:
        return None
    if e.done >= e.total and e.total < SHORT * e.usual:
        why = f"It was set to {describe_length(e.total)}; the preset takes {e.usual:,}."
        return Finding(verdicts.TOO_SHORT, "The training is too short to say anything about it.", why)
    why = f"A verdict needs about {describe_length(needed)}: before that, the numbers of every run jump about."
    if e.done >= needed:
        why = "Too few images have been kept so far to see how the run goes."
    return Finding(verdicts.EARLY, "It is too early to say how this run goes.", why)


def diverged(e: Evidence) -> Finding | None:
    losses = [e.part(name, 0.75) for name in ("generator_loss", "discriminator_loss", "loss")]
    losses = [values for values in losses if len(values)]
    if e.message.startswith(events.DIVERGED.partition("{")[0]) or not all(np.isfinite(one).all() for one in losses):
        last = " and ".join(f"{values[-1]:.3g}" for values in losses)
        return Finding(
            verdicts.DIVERGED,
            "Training has diverged: a loss is no longer a number.",
            f"The loss stopped being a number after {describe_length(e.done)}: an update was so large that "
            f"the result was too big to store{f'. The last losses before it were {last}' if last else ''}.",
        )
    loss = middle(e.part("discriminator_loss", 0.5))
    if "score_of_reals" in e.curves and e.done >= FEWEST and abs(loss) > FARTHEST:
        return Finding(
            verdicts.DIVERGED,
            "Training has diverged: the discriminator's scores grow without bounds.",
            f"Over the last half of the run, real and generated images were {abs(loss):.3g} apart in score. Two images "
            f"differ by {FARTHEST:.0f} at most, so with a slope of 1, as the gradient penalty wants it, no two scores "
            "can be further apart.",
        )
    if e.family == "gan" and e.done >= FEWEST and loss > HUGE_LOSS:
        return Finding(
            verdicts.DIVERGED,
            "Training has diverged: each update is too large and undoes the one before.",
            f"The discriminator's loss was around {loss:.3g} over the last half of the run; below 5 is usual.",
        )
    return None


def memorising(e: Evidence) -> Finding | None:
    if middle(e.seen("light", 0.75)) < BLANK or middle(e.seen("diversity", 0.75)) < ALIKE:
        return None  # next to nothing is drawn, which lies near to every image, or always the same
    (_, ours), (_, real) = e.figure("nearest"), e.figure("nearest_real")
    if len(ours) >= 2 and len(ours) == len(real):
        share = float(np.max(ours[-2:] / np.maximum(real[-2:], 1e-6)))
        others = "its nearest training image as a test image is from its own"
    else:
        share = middle(e.seen("nearest", 0.75))
        others = "the nearest of the kept training images as those are from each other"
    if not share < COPIED:
        return None
    return Finding(
        verdicts.MEMORISING,
        "The generator memorises: its samples are copies of training images.",
        f"A sample is on average only {share:.0%} as far from {others}. New drawings would be about as far.",
    )


def unmoved(e: Evidence) -> Finding | None:
    away, diversity = middle(e.seen("away", 0.75)), middle(e.seen("diversity", 0.75))
    if not away <= UNMOVED or HOPELESS <= e.rate < SLOW or _is_starting(e):
        return None
    if not 0.5 < diversity / max(e.looks["diversity"][0], 1e-6) < 2.0:
        return None  # it has gone from one kind of nearly black to another
    return Finding(
        verdicts.NOT_LEARNING,
        "The generator is not learning: it still draws what it drew at the start.",
        f"After {describe_length(e.done)} its samples have changed by {away:.0%} of the difference between two real "
        "images. In a run that learns they have changed by 80% or more by then.",
    )


def winning(e: Evidence) -> Finding | None:
    reals, fakes = middle(e.part("p_real_of_reals", 0.5)), middle(e.part("p_real_of_fakes", 0.5))
    right = middle(e.part("discriminator_accuracy", 0.5))
    if not (reals - fakes >= SURE - e.noise and right >= RIGHT) or looks_good(e) or improving(e):
        return None
    if _is_starting(e):
        return None
    return Finding(
        verdicts.WINNING,
        "The discriminator is winning: it is sure about every image, so the generator learns nothing from it.",
        f"Over the last half of the run the discriminator was right about {percent(right)} of all images, and gave "
        f"real images a P(real) of {percent(reals)} and generated ones {percent(fakes)}; {appearance(e)}.",
    )


def collapsed(e: Evidence) -> Finding | None:
    was_read, missing = _missing(e)
    last = middle(e.seen("diversity", 0.75))
    # A lower Fréchet distance is no excuse: it falls while one and the same image becomes clearer. What learns slowly,
    # or has just begun, draws images that are all alike.
    alike = last < ALIKE and middle(e.seen("diversity", 0.5)) < ALIKE and not _nearing(e)
    alike = alike and e.rate >= SLOW and _has_begun(e)
    if not alike and not (missing and looks_good(e)):  # what is no digit yet is read as one and the same
        return None
    (_, ours), (_, real) = e.figure("diversity"), e.figure("diversity_real")
    share = ours[-1] / real[-1] if len(ours) and len(real) else last
    why = f"Two samples differ only {share:.0%} as much as two real images do"
    if missing:
        why += f", and there is hardly any sample of class {_listed(missing)}"
    elif was_read:
        why += ", though there are some samples of most classes"
    what = "it draws much the same image whatever random numbers it is given"
    if not alike:
        what = "it draws only some of the classes and leaves out the others"
    return Finding(
        verdicts.COLLAPSED,
        f"The generator has collapsed: {what}.",
        f"{why}. The samples have been like this for half of the run and are not getting better.",
    )


def _is_starting(e: Evidence) -> bool:
    """Whether so few updates are done that a run which goes well may still look like one that learns nothing."""
    return e.rate <= FAST and e.done < min(AT_LEAST, START * e.usual)


def _has_begun(e: Evidence) -> bool:
    """Whether the start, when all samples are alike and then change quickly, is over by the preset's length."""
    return e.done >= min(MOST, START * e.usual)


def _missing(e: Evidence) -> tuple[bool, list[int]]:
    """Whether samples have been read, and which classes there was next to nothing of in the last half of the run, if
    they are at least half of those learnt."""
    classes = e.digits or tuple(range(10))
    if len(classes) < 2:
        return False, []
    shares = {number: e.figure(f"class_{number}") for number in classes}
    if not all((at > 0.5 * e.done).sum() >= 2 for at, _ in shares.values()):
        return False, []
    most = {number: values[at > 0.5 * e.done].max() for number, (at, values) in shares.items()}
    missing = [number for number in classes if most[number] < MISSING / len(classes)]
    return True, missing if 2 * len(missing) >= len(classes) else []


def oscillating(e: Evidence) -> Finding | None:
    moved, light = e.seen("moved", 0.5), e.seen("light", 0.5)
    if len(moved) < FEWEST_LOOKS or middle(moved) < SWING or not _has_begun(e):
        return None
    return Finding(
        verdicts.OSCILLATING,
        "The two networks chase each other in circles: what the generator draws keeps changing back and forth.",
        "Between one preview and the next, images drawn from the same random numbers changed by "
        f"{middle(moved):.0%} of the difference between two real images. Their brightness went from {light.min():.2g} "
        f"to {light.max():.2g} times that of real ones.",
    )


def stuck(e: Evidence) -> Finding | None:
    if not middle(strangeness(e, 0.75)) >= STRANGE or improving(e) or e.rate < SLOW or _is_starting(e):
        return None
    fooled = middle(e.part("p_real_of_fakes", 0.5))
    why = f"Samples have come no closer to real images for half of the run: {appearance(e)}."
    if fooled > FOOLED:
        why = (
            f"The discriminator gives generated images a P(real) of {fooled:.1%}, so nothing tells the generator what "
            f"to change; {appearance(e)}."
        )
    what = "The generator is not learning: its samples do not become like real images."
    return Finding(verdicts.NOT_LEARNING, what, why)


def too_slow_or_short(e: Evidence) -> Finding | None:
    far = _not_close(e)
    return held_back(e, far, f" {_facts(e)}") if far else None


def held_back(e: Evidence, lacking: str, facts: str = "") -> Finding | None:
    """What keeps a run from being good, where that is its learning rate or its length; `lacking` is part of a sentence
    on what is not good yet."""
    if e.rate < SLOW:
        why = f"The learning rate is {percent(e.rate)} of its preset's.{facts}"
        return Finding(verdicts.TOO_SLOW, f"Learning is too slow: {lacking}.", why)
    if 0 < e.total < SHORT * e.usual:
        why = f"It is set to {describe_length(e.total)}; the preset takes {e.usual:,}.{facts}"
        return Finding(verdicts.TOO_SHORT, f"The training is too short: {lacking}.", why)
    return None


def done(e: Evidence) -> Finding | None:
    at, distance = e.figure("frechet")
    late = at > (1.0 - STILL) * e.done
    if late.sum() < 3 or (~late).sum() < 3:
        return None
    before, since = float(distance[~late].min()), float(distance[late].min())
    if since < (1.0 - GAIN) * before:
        return None
    best = int(at[~late][distance[~late].argmin()])
    found = closeness(e)
    known = found and not (found.level == "close to" and found.few is not None)
    how_far = f", and its samples are {found.level} real images" if found and known else ""
    return Finding(
        verdicts.DONE,
        f"The run is no longer improving{how_far}.",
        f"The Fréchet distance to real images was {number(before)} after {describe_length(best)}{_beside_real(e)}, "
        f"and at best {number(since)} over the last {STILL:.0%} of the run; it would have to be {GAIN:.0%} lower to "
        "count as better.",
    )


def not_there(e: Evidence) -> Finding | None:
    far = _not_close(e)
    if far is None:
        return None
    going = f" {e.done:,} of {describe_length(e.total)} are done." if e.done < e.total else ""
    return Finding(verdicts.NOT_THERE, f"Not there yet: {far}.", f"{_facts(e)}{going}")


def good(e: Evidence) -> Finding:
    """Where nothing else applies: healthy if that was measured on enough images, and else that nobody knows."""
    found = closeness(e)
    if found and found.few is not None:
        return Finding(
            verdicts.UNMEASURED,
            f"There are too few images to say how good this is: {found.few:,} samples were compared with as many real "
            f"images, and a verdict takes at least {FEWEST_SAMPLES:,} of each.",
            _facts(e),
        )
    if found:
        what = "The samples are close to real images, and nothing needs to be changed."
        return Finding(verdicts.HEALTHY, what, _facts(e))
    if e.unseen:
        return Finding(
            verdicts.UNSEEN,
            "This run was imported without the images that it learned from, so only its curves can be judged; they "
            "alone do not say that anything is wrong.",
            _facts(e),
        )
    return Finding(
        verdicts.UNMEASURED,
        "We do not know yet how good this is: how close the samples are to real images was not measured.",
        _facts(e),
    )


def _not_close(e: Evidence) -> str | None:
    """Part of a sentence on samples that are not close to real images, by metrics or else by their looks."""
    found = closeness(e)
    if found:
        return None if found.level == "close to" else f"the samples are still {found.level} real images"
    strange = middle(strangeness(e, 0.75))
    return "the samples do not look like real images yet" if strange >= STRANGE / 2 else None


def _facts(e: Evidence) -> str:
    """What was measured, or that nothing was, and the balance."""
    found = closeness(e)
    if found:
        words = f"{found.words}."
    elif e.unseen:
        words = _last_distance(e)
    else:
        words = f"No metric has been measured in the last half of the run. Pixel by pixel, {appearance(e)}."
    return " ".join(filter(None, (words, balance(e)))) or "Its losses are finite, and nothing else was measured."


def _last_distance(e: Evidence) -> str:
    at, distance = e.figure("frechet")
    if not len(at) or at[-1] <= 0.5 * e.done:
        return ""
    return f"The samples' Fréchet distance to real images is {number(float(distance[-1]))}{_beside_real(e)}."


def _beside_real(e: Evidence) -> str:
    """The Fréchet distance of real images, in brackets; "" where that was not measured."""
    _, floors = e.figure("frechet_floor")
    return beside(float(floors[-1])) if len(floors) else ""


def strangeness(e: Evidence, first: float, last: float = 1.0) -> np.ndarray:
    """How far each look is from real images in doublings of light, roughness and diversity together, float32 `[p]`."""
    shares = [e.seen(name, first, last) for name in ("light", "roughness", "diversity")]
    return np.sqrt(sum(np.log2(np.clip(values, 1 / 16, 16)) ** 2 for values in shares))


def looks_good(e: Evidence) -> bool:
    """Whether samples look much like real images by now."""
    return middle(strangeness(e, 0.75)) < STRANGE / 2


def _nearing(e: Evidence) -> bool:
    """Whether samples of the last quarter look clearly more like real images than those of the quarter before."""
    before, now = middle(strangeness(e, 0.5, 0.75)), middle(strangeness(e, 0.75))
    far, near = middle(e.seen("nearest", 0.5, 0.75)), middle(e.seen("nearest", 0.75))
    return before > BETTER * now and (near < NEAR or far > NEARER * near)


def improving(e: Evidence) -> bool:
    """Whether samples look more like real images, or are measured as such, than they did a while ago."""
    at, distance = e.figure("frechet")
    earlier, later = distance[(at > 0.4 * e.done) & (at <= 0.7 * e.done)], distance[at > 0.7 * e.done]
    lower = len(earlier) > 0 and len(later) > 0 and float(earlier.min()) > BETTER * float(later.min())
    return lower or _nearing(e)


def _listed(numbers: Sequence[int]) -> str:
    *others, last = map(str, numbers)
    return f"{', '.join(others)} or {last}" if others else last


RULES = (
    diverged,
    too_early,
    memorising,
    unmoved,
    winning,
    collapsed,
    oscillating,
    stuck,
    too_slow_or_short,
    done,
    not_there,
)
UNSEEN_RULES = (diverged, too_early, memorising, too_slow_or_short, not_there)  # those that need no looks
