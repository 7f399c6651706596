"""The rules by which autoencoders, classifiers and repair models are judged."""

import numpy as np

from ganlab.diagnosis import verdicts
from ganlab.diagnosis.evidence import Evidence
from ganlab.diagnosis.gan_rules import STILL, diverged, held_back, too_early
from ganlab.diagnosis.verdicts import Finding
from ganlab.metrics.metric_catalog import number, percent
from ganlab.runs import describe_length

SETTLED = 0.001  # share by which the loss on test images must have fallen to count as a gain
FALLING = 0.01  # the same from one epoch to the next, where there is clearly more to be had
LATELY = 100  # iterations whose loss says where it has come to
OVERLEARNT = 0.02  # share by which the loss on test images must have risen, while training fell, to be memorising
READ = 0.9  # the least share of test images that a classifier should read correctly


def by_heart(e: Evidence) -> Finding | None:
    for name in ("loss", "reconstruction"):
        kept, learnt = _known(e, name), e.curves.get(name, np.empty(0))
        if len(kept) < 4 or not len(learnt):
            continue
        best = int(kept.argmin())
        since = int(e.validated[best])
        end, span = -(-since // e.step), max(LATELY // e.step, 10)
        before, now = learnt[max(0, end - span) : end], learnt[-span:]
        if len(kept) - best >= 3 and kept[-1] > (1 + OVERLEARNT) * kept[best] and now.mean() < before.mean():
            return Finding(
                verdicts.MEMORISING,
                "The model memorises: it gets better on the images that it learns from, and worse on other images.",
                f"The loss on other images was lowest, {kept[best]:.3g}, after {describe_length(since)} and is "
                f"{kept[-1]:.3g} now, while the loss on training images fell from {before.mean():.3g} to "
                f"{now.mean():.3g}.",
            )
    return None


def not_good_yet(e: Evidence) -> Finding | None:
    lacking = _lacking(e)
    if lacking is None:
        return None
    if found := held_back(e, lacking):
        return found
    if _last(e, "accuracy") is None and _last(e, "accuracy_repaired") is None:
        return None  # of the others nobody can say how low a loss should be
    why = f"{e.done:,} of {describe_length(e.total)} are done."
    return Finding(verdicts.NOT_THERE, f"Not there yet: {lacking}.", why)


def _lacking(e: Evidence) -> str | None:
    """Part of a sentence on what is not good yet; None where that is not known, or all is well."""
    accuracy = _last(e, "accuracy")
    if accuracy is not None:
        return f"the classifier reads only {percent(accuracy)} of other images correctly" if accuracy < READ else None
    before, after = _last(e, "accuracy_damaged"), _last(e, "accuracy_repaired")
    if before is not None and after is not None:
        few = f"a classifier reads {percent(after)} of the images correctly after repair, and {percent(before)} before"
        return few if after <= before else None
    for name in ("loss", "reconstruction"):
        kept = _known(e, name)
        if len(kept) >= 2 and kept[-1] < (1 - FALLING) * kept[-2]:
            return f"the loss on other images, {number(kept[-1])}, is still falling quickly"
    return None


def _known(e: Evidence, name: str) -> np.ndarray:
    values = e.validation.get(name, np.empty(0))
    return values[np.isfinite(values)]


def _last(e: Evidence, name: str) -> float | None:
    values = _known(e, name)
    return float(values[-1]) if len(values) else None


def settled(e: Evidence) -> Finding | None:
    for name in ("loss", "reconstruction"):
        kept = _known(e, name)
        if len(kept) < 8:
            continue
        late = max(3, int(STILL * len(kept)))
        before, since = float(kept[:-late].min()), float(kept[-late:].min())
        if since > before - SETTLED * abs(before):
            return Finding(
                verdicts.DONE,
                "The run is no longer improving.",
                f"The lowest loss on other images was {before:.4g} before the last {late} epochs, and {since:.4g} in "
                "them.",
            )
        break
    return None


def fine(e: Evidence) -> Finding:
    facts = []
    if (accuracy := _last(e, "accuracy")) is not None:
        facts.append(f"The classifier reads {percent(accuracy)} of other images correctly.")
    before, after = _last(e, "accuracy_damaged"), _last(e, "accuracy_repaired")
    if before is not None and after is not None:
        facts.append(
            f"A classifier reads {percent(before)} of damaged images correctly, and {percent(after)} of repaired ones."
        )
    if not facts and (loss := next((v for n in ("loss", "reconstruction") if (v := _last(e, n)) is not None), None)):
        facts.append(
            f"The loss on other images is {number(loss)} nats (units of information) for each, and not rising."
        )
    if not facts:
        facts.append(f"After {describe_length(e.done)} the loss is finite; nothing else has been measured yet.")
    return Finding(verdicts.HEALTHY, "The run looks healthy, and nothing needs to be changed.", " ".join(facts))


RULES = (diverged, by_heart, too_early, not_good_yet, settled)
