"""The rules by which a model of points in the plane is judged, and their thresholds.

First what is broken, then how good the points are. What is said of parts of the data (modes) needs data that have
separate ones, whose places are known.
"""

import numpy as np

from ganlab.diagnosis import verdicts
from ganlab.diagnosis.plane_evidence import LATELY, PlaneEvidence
from ganlab.diagnosis.verdicts import Finding
from ganlab.metrics.metric_catalog import number, percent
from ganlab.runs import describe_length
from ganlab.training import events

SHARE_BEFORE, FEWEST, MOST = 0.1, 200, 1000  # of the length, but from so many to so many iterations, for a verdict
FEWEST_LOOKS, FEWEST_MEASURED = 6, 2

GONE = 3.0  # distance of the median point from the middle, in half sides of the square: it has left the plane
SURE = 0.98  # P(real) of reals less P(real) of fakes, where the discriminator is sure of everything
TINY = 0.02  # length of an arrow, in loss for a unit of the plane, below which a point is told nothing
HELD = 0.25  # of an even share of the points, from which on a mode is held
EMPTY = 0.1  # of an even share, below which next to nothing is there
FEW = 0.7  # of the modes, up to which they are few at a time
OTHERS = 0.25  # of the modes: so many more than at any one time have been held in all where the generator runs about
GOOD = 0.8  # share of high-quality samples; real points have 0.989
GAIN = 0.02  # by which that share must rise, and a divergence fall as a share of itself, to count as getting better


def diverged(e: PlaneEvidence) -> Finding | None:
    losses = [values for name, values in e.curves.items() if name.endswith("loss")]
    known = [values[np.isfinite(values)] for values in losses]
    last = " and ".join(f"{values[-1]:.3g}" for values in known if len(values))
    if e.message.startswith(events.DIVERGED.partition("{")[0]) or not all(np.isfinite(one).all() for one in losses):
        return Finding(
            verdicts.DIVERGED,
            "Training has diverged: a loss is no longer a number.",
            f"The loss stopped being a number after {describe_length(e.done)}: an update was so large that the result "
            f"was too big to store{f'. The last losses before it were {last}' if last else ''}.",
        )
    if not len(e.points):
        return None
    away = float(np.median(np.linalg.norm(np.nan_to_num(e.points[-1].astype(np.float64), posinf=1e9), axis=1)))
    if away <= GONE * e.extent:
        return None
    return Finding(
        verdicts.DIVERGED,
        "Training has diverged: the points have left the plane.",
        f"Half of the points are more than {number(away)} from the middle; the data reach to {number(e.extent)}. The "
        f"updates are too large{f'; the losses are {last}' if last else ''}.",
    )


def too_early(e: PlaneEvidence) -> Finding | None:
    needed = int(np.clip(SHARE_BEFORE * e.total, FEWEST, MOST))
    if not e.turned:
        needed = min(needed, max(1, e.total))  # once a short run is over, there is nothing to wait for
    if e.length >= needed and (len(e.looked) >= FEWEST_LOOKS or e.done >= e.total) and len(e.points):
        return None
    if e.turned:
        what = "It is too early to say what turning the knob has done."
        why = f"It was turned after {describe_length(e.begin)}; a verdict needs about {needed:,} more."
    else:
        what = "It is too early to say how this run goes."
        why = f"A verdict needs about {describe_length(needed)}: before that, the points of every run move quickly."
    return Finding(verdicts.EARLY, what, why)


def vanishing(e: PlaneEvidence) -> Finding | None:
    if not e.gan or not e.probability or _is_good(e):
        return None
    reals, fakes = (_middle(e.part(f"p_real_of_{which}", LATELY)) for which in ("reals", "fakes"))
    arrows = _middle(e.arrows[e.seen(LATELY)])
    if not (reals - fakes >= SURE and arrows <= TINY) or better(e):
        return None
    return Finding(
        verdicts.VANISHING,
        "The gradient vanishes: the discriminator is sure of everything, so it no longer tells the generator which way "
        "to go.",
        f"Over the last half it gave real points a P(real) of {percent(reals)}, and generated ones {percent(fakes)}. "
        f"The median arrow, which says how much a point's loss changes with its place, is {number(arrows)} long. "
        f"The points come no closer to the data{_however_moved(e)}.",
    )


def hunting(e: PlaneEvidence) -> Finding | None:
    count = len(e.modes)
    if not e.gan or count < 2:
        return None
    held = e.shares()[e.seen(LATELY)] >= HELD / count
    if len(held) < FEWEST_LOOKS // 2:
        return None
    at_once, in_all = float(np.median(held.sum(axis=1))), int(held.any(axis=0).sum())
    left = int((held.any(axis=0) & ~held[-1]).sum())
    most = max(1.0, OTHERS * count)
    if not (at_once <= FEW * count and in_all - at_once >= most and left >= most):
        return None
    return Finding(
        verdicts.HUNTING,
        "The generator runs from part to part: it makes points in few parts of the data, then leaves them for others.",
        f"Over the last half it held {at_once:g} of the {count} parts (modes) at a time, but {in_all} different "
        f"ones in all; {left} of those have no points now. The discriminator learns that all points of a part are "
        "generated, the generator leaves it, and so on.",
    )


def missing(e: PlaneEvidence) -> Finding | None:
    count = len(e.modes)
    late = e.seen(LATELY)
    if count < 2 or not late.any():
        return None
    shares = e.shares()
    empty = shares[late].mean(axis=0) < EMPTY / count
    held = (shares >= HELD / count).sum(axis=1)
    before, now = _middle(held[e.seen(LATELY, 0.75)]), _middle(held[e.seen(0.75)])
    if not empty.any() or empty.all() or now > before:
        return None
    lost = int(empty.sum())
    without = f"{lost} of the {count} parts (modes) of the data {'has' if lost == 1 else 'have'} no points"
    places = ", ".join(f"({x:.1f}, {y:.1f})" for x, y in e.modes[empty][:4] + 0.0)
    return Finding(
        verdicts.MISSING,
        f"Modes are missing: {without}" + (", as the generator has collapsed onto the others." if e.gan else "."),
        f"For {describe_length(int(e.done - e.at(LATELY)))}, hardly a point came near "
        f"{'them' if lost > 1 else 'it'}: each part should have {percent(1 / count)} of the points, and "
        f"{'these have' if lost > 1 else 'this one has'} {percent(float(shares[late].mean(axis=0)[empty].mean()))}. "
        f"{'They lie' if lost > 1 else 'It lies'} at {places}{' and elsewhere' if lost > 4 else ''}.",
    )


def good(e: PlaneEvidence) -> Finding | None:
    if not _is_good(e):
        return None
    return Finding(
        verdicts.HEALTHY,
        f"All {len(e.modes)} parts (modes) of the data are found, and nearly all points are good ones.",
        _quality_words(e) + _closeness(e),
    )


def without_modes(e: PlaneEvidence) -> Finding | None:
    if len(e.modes) >= 2 or not len(e.figure("jensen_shannon")):
        return None
    what = "These data have no separate parts (modes) that could be counted"
    if better(e):
        return Finding(verdicts.NOT_THERE, "Not there yet: the points still come closer to the data.", _falls(e))
    return Finding(
        verdicts.UNMEASURED,
        f"{what}, so look for yourself: the points come no closer to the data any more.",
        _falls(e),
    )


def not_there(e: PlaneEvidence) -> Finding | None:
    if len(e.modes) < 2 or not better(e):
        return None
    return Finding(
        verdicts.NOT_THERE, f"Not there yet, but getting better: {_lacking(e)}.", _quality_words(e) + _falls(e)
    )


def done(e: PlaneEvidence) -> Finding | None:
    if len(e.modes) < 2 or not len(e.figure("high_quality", LATELY)):
        return None
    return Finding(verdicts.DONE, f"The run is no longer improving: {_lacking(e)}.", _quality_words(e) + _falls(e))


def fine(e: PlaneEvidence) -> Finding:
    """Where nothing else applies, for want of metrics."""
    return Finding(
        verdicts.UNMEASURED,
        "Nothing looks wrong, but how good the points are was not measured.",
        f"After {describe_length(e.done)} the losses are finite and the points are in the plane.",
    )


def better(e: PlaneEvidence) -> bool:
    """Whether the points have come closer to the data, or more of them are good, in the last half of the stretch."""
    before, now = e.figure("high_quality", 0.5, 0.75), e.figure("high_quality", 0.75)
    if len(before) and len(now) and _middle(now) > _middle(before) + GAIN:
        return True
    before, now = e.figure("jensen_shannon", 0.5, 0.75), e.figure("jensen_shannon", 0.75)
    return bool(len(before) and len(now) and _middle(now) < (1.0 - GAIN) * _middle(before))


def _is_good(e: PlaneEvidence) -> bool:
    found, quality = e.figure("modes"), e.figure("high_quality")
    if not len(e.modes) or not len(found) or _middle(quality[-3:]) < GOOD or _middle(found[-3:]) < len(e.modes):
        return False
    late = e.seen(0.75)
    return not late.any() or bool((e.shares()[late].mean(axis=0) >= EMPTY / len(e.modes)).all())


def _lacking(e: PlaneEvidence) -> str:
    """Part of a sentence on what is not good yet."""
    found, quality = e.figure("modes"), e.figure("high_quality")
    if len(found) and _middle(found[-3:]) < len(e.modes):
        return f"{int(found[-1])} of the {len(e.modes)} parts (modes) have good points"
    if len(quality) and _middle(quality[-3:]) < GOOD:
        return f"all {len(e.modes)} parts (modes) are found, but many points lie between or beside them"
    return f"not all {len(e.modes)} parts (modes) have their share of the points"


def _quality_words(e: PlaneEvidence) -> str:
    found, quality = e.figure("modes"), e.figure("high_quality")
    if not len(found) or not len(quality):
        return ""
    return (
        f"{int(found[-1])} of {len(e.modes)} modes have at least one good sample, and {percent(float(quality[-1]))} of "
        "the samples are good: within three standard deviations of the middle of a mode (of real points 98.9% are). "
    )


def _closeness(e: PlaneEvidence) -> str:
    found = e.figure("jensen_shannon")
    if not len(found):
        return ""
    return (
        f"The Jensen-Shannon divergence from the data is {number(float(found[-1]))} nats{_beside(e, 'jensen_shannon')}."
    )


def _falls(e: PlaneEvidence) -> str:
    """How far the points are from the data, and were before."""
    parts = []
    for name, words, unit in (
        ("jensen_shannon", "The Jensen-Shannon divergence from the data", " nats"),
        ("sliced_wasserstein", "the sliced Wasserstein distance (how far points would have to be moved)", ""),
    ):
        before, now = e.figure(name, 0.5, 0.75), e.figure(name, 0.75)
        if len(before) and len(now):
            parts.append(f"{words} was {number(_middle(before))} and is {number(_middle(now))}{unit}{_beside(e, name)}")
    return f"{'; '.join(parts)}." if parts else ""


def _beside(e: PlaneEvidence, name: str) -> str:
    return f" ({number(e.real[name])} for real points)" if name in e.real else ""


def _however_moved(e: PlaneEvidence) -> str:
    """How far the median point has gone since the middle of the stretch: Adam takes large steps on the smallest
    gradients, too, but no way in particular."""
    late = e.points[e.seen(LATELY)].astype(np.float64)
    if len(late) < 2:
        return ""
    moved = float(np.median(np.linalg.norm(late[-1] - late[0], axis=1)))
    return f": half of them have moved by less than {number(moved)} units of the plane in that time, the others by more"


def _middle(values: np.ndarray) -> float:
    """The median; NaN, which no threshold is passed by, where there is nothing."""
    return float(np.median(values)) if len(values) else float("nan")


RULES = (diverged, too_early, vanishing, hunting, good, missing, without_modes, not_there, done)
