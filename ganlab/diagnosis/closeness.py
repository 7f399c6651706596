"""How far a GAN's samples are from real images, by its metrics, and whether its networks are in balance."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ganlab.diagnosis.evidence import Evidence, middle
from ganlab.metrics.metric_catalog import number, percent

CLOSE, FAR = 0.5, 0.2  # coverage from which samples are close to real images, and below which they are far from them
REAL_COVERAGE = 0.97  # what real images get: 1 - 1/2⁵, as a ball reaches to the fifth neighbour
FEWEST = 100  # samples, and real images, from which being close to real images is more than chance
ROUNDING = 1e-6  # of float32
READ = 0.9  # the least share of close samples that is read as a class that was learnt
BALANCED, AHEAD = 0.5, 0.8  # P(real) of real images less that of generated ones: up to here in balance, from here not
Level = Literal["close to", "some way from", "far from"]


@dataclass(frozen=True)
class Closeness:
    """How far samples are from real images by metrics that are no older than half of the run, in words, too; `few` is
    how many samples were compared with as many real images where those are too few to call them close, else None."""

    level: Level
    words: str
    few: int | None = None


def closeness(e: Evidence) -> Closeness | None:
    """None where nothing says how far samples are from real images."""
    found = dict(e.checked) or _latest(e)
    coverage = found.get("coverage")
    if coverage is None:
        return None
    covered = f"{percent(coverage)} of the real images have" if coverage else "No real image has"
    real = found.get("coverage_real", REAL_COVERAGE)
    parts = [f"{covered} a sample close by (real images reach {percent(real)})"]
    if "frechet" in found:
        parts.append(f"the Fréchet distance to them is {number(found['frechet'])}{beside(found.get('frechet_floor'))}")
    share = _read(e, found)
    if share is not None and e.digits:
        which = f"class {e.digits[0]}" if len(e.digits) == 1 else "a class that it learned from"
        parts.append(f"a classifier reads {percent(share)} of the samples as {which}")
    level: Level = "far from" if coverage < FAR else "some way from"
    if coverage >= CLOSE and (share is None or share >= READ - ROUNDING):
        level = "close to"
    samples = found.get("samples") if e.checked else e.samples
    few = int(samples) if samples is not None and samples < FEWEST else None
    return Closeness(level, "; ".join(parts), few)


def _latest(e: Evidence) -> dict[str, float]:
    """The metrics measured last, unless that was in the first half of the run."""
    if not len(e.measured) or e.measured[-1] <= 0.5 * e.done:
        return {}
    last = {name: float(values[-1]) for name, values in e.quality.items() if len(values)}
    return {name: value for name, value in last.items() if np.isfinite(value)}


def _read(e: Evidence, found: dict[str, float]) -> float | None:
    shares = [found.get(f"class_{number}") for number in e.digits or ()]
    return None if not shares or None in shares else sum(share or 0.0 for share in shares)


def balance(e: Evidence) -> str:
    """A sentence on the discriminator's lead lately; "" where no curve says."""
    if "score_of_reals" in e.curves:
        apart = middle(e.part("score_of_reals", 0.75) - e.part("score_of_fakes", 0.75))
        return (
            "Over the last quarter of the run the discriminator scored real images "
            f"{abs(apart):.2g} {'higher' if apart >= 0 else 'lower'} than generated ones."
        )
    reals, fakes = e.part("p_real_of_reals", 0.75), e.part("p_real_of_fakes", 0.75)
    if not len(reals) or not len(fakes):
        return ""
    real, fake = float(reals.mean()), float(fakes.mean())
    if real - fake <= BALANCED:
        state, who = "The two networks are in balance", "the discriminator"
    else:
        ahead = "well" if real - fake >= AHEAD else "somewhat"
        state, who = f"The discriminator is {ahead} ahead of the generator", "it"
    return (
        f"{state}: over the last quarter of the run {who} gave real images a P(real) of {percent(real)} on average, "
        f"and generated ones {percent(fake)}."
    )


def appearance(e: Evidence) -> str:
    """What samples look like beside real images, for the middle of a sentence."""
    sides = {"light": "bright", "roughness": "rough", "diversity": "varied"}
    bright, rough, varied = (_times(middle(e.seen(name, 0.75)), word) for name, word in sides.items())
    return f"samples are {bright}, {rough} and {varied} as real images"


def _times(share: float, word: str) -> str:
    """For example `0.8 times as bright`, or `just as bright`."""
    return f"just as {word}" if f"{share:.2g}" == "1" else f"{share:.2g} times as {word}"


def beside(floor: float | None) -> str:
    """What real images have in place of a Fréchet distance, in brackets to be put behind one."""
    return "" if floor is None else f" ({number(floor)} for real images)"
