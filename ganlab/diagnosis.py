"""What is wrong with a run, if anything: a verdict in plain words, the figures behind it, and what to try.

All rules and their thresholds are here; docs/diagnosis.md tells them in words. They look at curves, at previews beside
real images, and, where there are any, at figures of merit. A verdict speaks of what has lasted: nothing is said of a
moment, since every healthy GAN has bad ones.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ganlab import registry
from ganlab.images import as_points
from ganlab.knobs import Knob, Value
from ganlab.metrics._points import squared_distances
from ganlab.registry import ModelSpec
from ganlab.runs import Run, describe_length, layout
from ganlab.training import events

HEALTHY = "healthy"
WINNING = "discriminator winning"
COLLAPSED = "generator collapsed"
NOT_LEARNING = "not learning"
OSCILLATING = "oscillating"
DIVERGED = "diverged"
MEMORISING = "memorising"
DONE = "done"
EARLY = "too early to say"
UNSEEN = "judged by its curves"  # for want of images to look at

# When a verdict can be given at all
SHARE_BEFORE, FEWEST, MOST = 0.4, 30, 1500  # of the length asked for, but from so many to so many iterations
LOOKS = 32  # previews looked at, spread over the run
FEWEST_LOOKS = 4
MOST_VALUES = 10_000  # of a curve looked at, spread over the run: memory and time for a verdict do not grow with it
FEWEST_REALS = 2  # images that looks can be compared with
FEW_PREVIEWS = 8  # with fewer, first images of consecutive iterations are looked at instead
WINDOW = 16  # of them at a time

# Each rule's thresholds
HUGE_LOSS = 30.0  # the discriminator's; a healthy one stays below 5
COPIED = 0.75  # distance to the nearest training image, as a share of what unseen real images have
BLANK = 0.5  # mean grey level as a share of the real images' below which next to nothing is drawn
UNMOVED = 0.16  # how far samples are from where they began, as a share of the distance between real images
SURE = 0.99  # P(real) of reals less P(real) of fakes, where a discriminator knows everything
RIGHT = 0.999  # its accuracy then
ALIKE = 0.35  # diversity as a share of the real images'
BETTER = 1.06  # an earlier distance over a later one that counts as getting better
NEARER, FAR = 1.03, 1.4  # the same of the distance to the nearest real image, where that is over so much of the reals'
MISSING = 0.1  # share of samples of a class, of what it is among training images: below, the class is missing
STRANGE = 1.5  # in doublings: how far samples are from real images in light, roughness and diversity together
FOOLED = 0.9  # P(real) of fakes that no discriminator gives that still tells anything
SWING = 0.8  # how far samples of the same latents go from one look to the next, as a share of that between reals
GAIN = 0.05  # share by which the Fréchet distance must fall to count as a gain
STILL = 0.4  # share of the run without one after which it is done
SETTLED = 0.001  # share by which validation must have fallen to count as a gain
LATELY = 100  # iterations whose loss says where it has come to
OVERLEARNT = 0.02  # share by which validation must have risen, while training fell, to be learning by heart


@dataclass(frozen=True)
class Evidence:
    """What a verdict is given on, all in plain arrays.

    `curves` are float32 `[n]` by name, values of the first iteration and every `step`-th one after it. `looks` are
    float32 `[p]` by name, of previews made after `looked` iterations (int64 `[p]`): `diversity` (mean distance between
    two samples), `nearest` (mean distance to the nearest real image kept), `light` (mean grey level) and `roughness`
    (mean difference of neighbouring pixels) as shares of what the real images have; `moved` and `away` (mean distance
    from the same latents' samples one look before, and at first) as shares of the real images' diversity. `quality` are
    figures of merit, float32 `[m]` by name, after `measured` iterations (int64 `[m]`), and `validation` curves on
    images held out, after `validated`. `digits` are the classes it learns from, None for all. `noise` is how far labels
    are drawn from 0 and 1. `unseen` says that there are no real images to look at beside previews, and so no looks.
    """

    family: str
    done: int
    total: int
    message: str = ""
    digits: tuple[int, ...] | None = None
    noise: float = 0.0
    unseen: bool = False
    curves: Mapping[str, np.ndarray] = field(default_factory=dict)
    step: int = 1
    looked: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    looks: Mapping[str, np.ndarray] = field(default_factory=dict)
    measured: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    quality: Mapping[str, np.ndarray] = field(default_factory=dict)
    validated: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    validation: Mapping[str, np.ndarray] = field(default_factory=dict)

    def until(self, iteration: int) -> "Evidence":
        """What there was to go on after so many iterations."""

        def cut(at: np.ndarray, columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
            return {name: values[at <= iteration] for name, values in columns.items()}

        ended = iteration >= self.done
        return replace(
            self,
            done=min(iteration, self.done),
            message=self.message if ended else "",
            curves={name: values[: -(-iteration // self.step)] for name, values in self.curves.items()},
            looked=self.looked[self.looked <= iteration],
            looks=cut(self.looked, self.looks),
            measured=self.measured[self.measured <= iteration],
            quality=cut(self.measured, self.quality),
            validated=self.validated[self.validated <= iteration],
            validation=cut(self.validated, self.validation),
        )

    def part(self, name: str, first: float, last: float = 1.0) -> np.ndarray:
        """A curve from one share of the iterations so far to another."""
        values = self.curves.get(name, np.empty(0, np.float32))
        return values[int(first * len(values)) : max(1, int(last * len(values)))]

    def seen(self, name: str, first: float, last: float = 1.0) -> np.ndarray:
        """The same of what previews look like."""
        inside = (self.looked > first * self.done) & (self.looked <= last * self.done)
        values = self.looks[name][inside] if name in self.looks else np.empty(0, np.float32)
        return values[np.isfinite(values)]

    def figure(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """A figure of merit where it could be computed: after which iterations, and its values."""
        values = self.quality.get(name, np.empty(0, np.float32))
        known = np.isfinite(values)
        return self.measured[: len(values)][known], values[known]


@dataclass(frozen=True)
class Try:
    """Something that may help: a label, a sentence on it, and what it takes.

    `settings` are the changes with which a new run is to be started; `iteration` is the kept snapshot to go back to.
    With neither it is advice.
    """

    label: str
    text: str
    settings: Mapping[str, Value] = field(default_factory=dict)
    iteration: int | None = None


@dataclass(frozen=True)
class Finding:
    """A verdict's name, one sentence on what it is, and one on why with the figures behind it."""

    name: str
    what: str
    why: str


@dataclass(frozen=True)
class Diagnosis(Finding):
    """A finding and what to try."""

    tries: tuple[Try, ...] = ()

    def summary(self) -> dict[str, Any]:
        """JSON-able."""
        tries = []
        for one in self.tries:
            about: dict[str, Any] = {"label": one.label, "text": one.text}
            if one.settings:
                about["settings"] = dict(one.settings)
            if one.iteration is not None:
                about["iteration"] = one.iteration
            tries.append(about)
        return {"name": self.name, "what": self.what, "why": self.why, "tries": tries}


def diagnose(run: Run) -> Diagnosis | None:
    """The verdict on a run as it is now; None for one that was stored without its history, as pretrained ones are, and
    where its architecture is not known here."""
    known = {spec.name: spec for spec in registry.specs()}
    spec = known.get(run.model)
    if spec is None or (not run.done and "pretrained" in run.config):
        return None
    evidence = gather(run)
    found = judge(evidence)
    return Diagnosis(found.name, found.what, found.why, tuple(suggest(found.name, spec, run)))


def judge(evidence: Evidence) -> Finding:
    """The first rule of the family that applies; where none does, the run is healthy, or has not been seen enough."""
    for rule in UNSEEN_RULES if evidence.unseen else RULES.get(evidence.family, PLAIN_RULES):
        found = rule(evidence)
        if found is not None:
            return found
    return _healthy(evidence)


# Gathering


def gather(run: Run, looks: int = LOOKS) -> Evidence:
    """What a run has recorded, its images as numbers; `looks` is how many previews are looked at, at most."""
    spec = registry.get(run.model)
    status, config = run.status, run.config
    values = config["values"]
    done = run.done
    step = 2 ** max(0, math.ceil(math.log2(max(1, done) / MOST_VALUES)))
    rows = run.thinned_metrics(step)
    is_gan = spec.family == "gan"
    looked, seen = _look(run, looks) if is_gan else (np.empty(0, np.int64), {})
    measured, figures = run.quality()
    validated, validation = run.validation()
    return Evidence(
        family=spec.family,
        done=done,
        total=run.total,
        message=status["message"],
        digits=tuple(config["digits"]) if config.get("digits") else None,
        noise=0.0 if "label_noise" in spec.idle(values) else float(values.get("label_noise", 0.0)),
        unseen=is_gan and "imported" in config and len(run.reals()) < FEWEST_REALS,
        curves=dict(zip(run.curves, rows.T, strict=True)),
        step=step,
        looked=looked,
        looks=seen,
        measured=measured,
        quality=dict(zip(config.get("quality", ()), figures.T, strict=True)),
        validated=validated,
        validation=dict(zip(config.get("validation", ()), validation.T, strict=True)),
    )


def _look(run: Run, count: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    iterations = run.preview_iterations()
    reals = run.reals()
    if not len(iterations) or len(reals) < FEWEST_REALS:
        return np.empty(0, np.int64), {}
    if len(iterations) < FEW_PREVIEWS and run.done - run.pruned >= 2 * WINDOW:
        return _look_at_first_images(run, reals, count)
    wanted = np.linspace(0, iterations[-1], count)
    chosen = np.unique(np.abs(iterations[:, None] - wanted).argmin(axis=0))
    kept = [preview for index in chosen.tolist() if (preview := run.preview(index))]
    return np.array([at for at, _ in kept], np.int64), describe([images for _, images in kept], reals)


def _look_at_first_images(run: Run, reals: np.ndarray, count: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """As for previews; as the images are not from the same latents, it is not known how far they have moved."""
    ends = np.unique(np.linspace(run.pruned + WINDOW, run.done, count).astype(np.int64))
    looks = describe([run.first_images(int(end) - WINDOW, int(end)) for end in ends], reals)
    unknown = np.full(len(ends), np.nan, np.float32)
    return ends, looks | {"moved": unknown, "away": unknown}


def describe(previews: Sequence[np.ndarray], reals: np.ndarray) -> dict[str, np.ndarray]:
    """What previews of the same latents, uint8 `[k, 28, 28]` each, look like beside at least two real images, uint8
    `[n, 28, 28]`: the `looks` of an Evidence, float32 `[previews]` each."""
    flat = as_points(reals)
    between = _distances(flat, flat) + np.diag(np.full(len(flat), np.nan, np.float32))
    diversity = max(float(np.nanmean(between)), 1e-6)
    nearest = max(float(np.nanmean(np.nanmin(between, axis=1))), 1e-6)
    light, roughness = max(float(flat.mean()), 1e-6), max(_roughness(reals), 1e-6)
    found: dict[str, list[float]] = {name: [] for name in ("diversity", "nearest", "light", "roughness")}
    found |= {"moved": [], "away": []}
    first = before = as_points(previews[0]) if previews else np.empty([0, 784], np.float32)
    for images in previews:
        now = as_points(images)
        apart = _distances(now, now)
        found["diversity"].append(float(apart.sum()) / max(1, len(now) * (len(now) - 1)) / diversity)
        found["nearest"].append(float(_distances(now, flat).min(axis=1).mean()) / nearest)
        found["light"].append(float(now.mean()) / light)
        found["roughness"].append(_roughness(images) / roughness)
        for name, other in (("moved", before), ("away", first)):
            found[name].append(float(np.sqrt(((now - other) ** 2).mean(axis=1)).mean()) / diversity)
        before = now
    return {name: np.array(values, np.float32) for name, values in found.items()}


def _distances(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Root mean squared difference of each pair of rows, float32 `[n, m]`."""
    return np.sqrt(squared_distances(ours, theirs) / ours.shape[1])


def _roughness(images: np.ndarray) -> float:
    grey = images.astype(np.float32) / 255.0
    return float((np.abs(np.diff(grey, axis=1)).mean() + np.abs(np.diff(grey, axis=2)).mean()) / 2.0)


# Judging GANs


def _too_early(e: Evidence) -> Finding | None:
    needed = int(np.clip(SHARE_BEFORE * e.total, FEWEST, MOST))
    seen = e.family != "gan" or e.unseen or len(e.looked) >= FEWEST_LOOKS
    if e.done >= needed and seen:
        return None
    needs = describe_length(needed)
    why = f"A verdict needs about {needs}, as every run is restless before; so far there are {e.done:,}."
    if e.done >= needed:
        why = "Too few images have been kept so far to see how it goes."
    return Finding(EARLY, "It is too early to say how this goes.", why)


def _diverged(e: Evidence) -> Finding | None:
    losses = [e.part(name, 0.75) for name in ("generator_loss", "discriminator_loss", "loss")]
    losses = [values for values in losses if len(values)]
    if e.message.startswith(events.DIVERGED.partition("{")[0]) or not all(np.isfinite(one).all() for one in losses):
        last = " and ".join(f"{values[-1]:.3g}" for values in losses)
        return Finding(
            DIVERGED,
            "Training has diverged: a loss is not a number any more.",
            f"That happened after {describe_length(e.done)}, when an update overshot so far that no number could hold "
            f"the result{f'; the last losses before it were {last}' if last else ''}.",
        )
    loss = _middle(e.part("discriminator_loss", 0.5))
    if e.family == "gan" and e.done >= FEWEST and loss > HUGE_LOSS:
        return Finding(
            DIVERGED,
            "Training has diverged: updates overshoot and undo each other.",
            f"The discriminator's loss has been around {loss:.3g} over the last half of the run; below 5 is usual.",
        )
    return None


def _memorising(e: Evidence) -> Finding | None:
    if _middle(e.seen("light", 0.75)) < BLANK or _middle(e.seen("diversity", 0.75)) < ALIKE:
        return None  # next to nothing is drawn, which lies near to every image, or always the same
    (_, ours), (_, real) = e.figure("nearest"), e.figure("nearest_real")
    if len(ours) >= 2 and len(ours) == len(real):
        share = float(np.max(ours[-2:] / np.maximum(real[-2:], 1e-6)))
        others = "nearest training image as unseen real images are"
    else:
        share = _middle(e.seen("nearest", 0.75))
        others = "nearest of the training images kept as those are from each other"
    if not share < COPIED:
        return None
    return Finding(
        MEMORISING,
        "The generator learns by heart: its samples are copies of training images.",
        f"Samples are {share:.0%} as far from the {others}; drawings of its own would be about as far.",
    )


def _unmoved(e: Evidence) -> Finding | None:
    away, diversity = _middle(e.seen("away", 0.75)), _middle(e.seen("diversity", 0.75))
    if not away <= UNMOVED:
        return None
    if not 0.5 < diversity / max(e.looks["diversity"][0], 1e-6) < 2.0:
        return None  # it has gone from one kind of nearly black to another
    return Finding(
        NOT_LEARNING,
        "The generator is not learning: it draws what it drew at the start.",
        f"After {describe_length(e.done)} its samples have moved by {away:.0%} of the distance between two real "
        "images; a generator that learns has moved by 80% and more by then.",
    )


def _winning(e: Evidence) -> Finding | None:
    reals, fakes = _middle(e.part("p_real_of_reals", 0.5)), _middle(e.part("p_real_of_fakes", 0.5))
    right = _middle(e.part("discriminator_accuracy", 0.5))
    if not (reals - fakes >= SURE - e.noise and right >= RIGHT) or _good(e) or _improving(e):
        return None
    return Finding(
        WINNING,
        "The discriminator is winning: it is sure of every image, and the generator learns nothing from it.",
        f"Over the last half of the run it was right about {right:.1%} of all images and took real ones for real with "
        f"{reals:.1%}, generated ones with {fakes:.1%}; {_state(e)}.",
    )


def _collapsed(e: Evidence) -> Finding | None:
    was_read, missing = _missing(e)
    last = _middle(e.seen("diversity", 0.75))
    # A lower Fréchet distance is no excuse: it falls while one and the same image becomes clearer.
    alike = last < ALIKE and _middle(e.seen("diversity", 0.5)) < ALIKE and not _nearing(e)
    if not alike and not (missing and _good(e)):  # what is no digit yet is read as one and the same
        return None
    (_, ours), (_, real) = e.figure("diversity"), e.figure("diversity_real")
    share = ours[-1] / real[-1] if len(ours) and len(real) else last
    why = f"Two samples differ by {share:.0%} of what two real images differ by"
    if missing:
        why += f", and there is next to no sample of class {_listed(missing)}"
    elif was_read:
        why += ", though of most classes there are some"
    what = "it draws much the same image whatever random numbers it is given"
    if not alike:
        what = "it draws some classes only and leaves the others out"
    return Finding(
        COLLAPSED,
        f"The generator has collapsed: {what}.",
        f"{why}; it has been so for half of the run and is not getting better.",
    )


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


def _oscillating(e: Evidence) -> Finding | None:
    moved, light = e.seen("moved", 0.5), e.seen("light", 0.5)
    if len(moved) < FEWEST_LOOKS or _middle(moved) < SWING:
        return None
    return Finding(
        OSCILLATING,
        "The networks chase each other in circles: what the generator draws swings to and fro.",
        f"From one look to the next the same random numbers give images as far apart as {_middle(moved):.0%} of the "
        f"distance between two real ones, and samples are between {light.min():.2g} and {light.max():.2g} times as "
        "bright as those.",
    )


def _stuck(e: Evidence) -> Finding | None:
    if not _middle(_strangeness(e, 0.75)) >= STRANGE or _improving(e):
        return None
    fooled = _middle(e.part("p_real_of_fakes", 0.5))
    why = f"Samples have come no nearer to real images for half of the run: {_state(e)}."
    if fooled > FOOLED:
        why = (
            f"The discriminator takes generated images for real with {fooled:.1%}, so nothing tells the generator what "
            f"to mend; {_state(e)}."
        )
    return Finding(NOT_LEARNING, "The generator is not learning: its samples do not become like real images.", why)


def _done(e: Evidence) -> Finding | None:
    at, distance = e.figure("frechet")
    late = at > (1.0 - STILL) * e.done
    if late.sum() < 3 or (~late).sum() < 3:
        return None
    before, since = float(distance[~late].min()), float(distance[late].min())
    if since < (1.0 - GAIN) * before:
        return None
    best = int(at[~late][distance[~late].argmin()])
    return Finding(
        DONE,
        "It has learnt what it can as it is set: there has been no gain for a while.",
        f"The Fréchet distance was {before:.3g} after {describe_length(best)}{_beside(e)} and at best {since:.3g} over "
        f"the last {STILL:.0%} of the run; {GAIN:.0%} less would count as a gain.",
    )


def _beside(e: Evidence) -> str:
    """What real images have in place of a Fréchet distance, in brackets to be put behind one."""
    _, floor = e.figure("frechet_floor")
    return _floor(float(floor[-1])) if len(floor) else ""


def _floor(floor: float | None) -> str:
    return "" if floor is None else f" (real images have {floor:.3g})"


def _strangeness(e: Evidence, first: float, last: float = 1.0) -> np.ndarray:
    """How far each look is from real images in doublings of light, roughness and diversity together, float32 `[p]`."""
    shares = [e.seen(name, first, last) for name in ("light", "roughness", "diversity")]
    return np.sqrt(sum(np.log2(np.clip(values, 1 / 16, 16)) ** 2 for values in shares))


def _good(e: Evidence) -> bool:
    """Whether samples look much like real images by now."""
    return _middle(_strangeness(e, 0.75)) < STRANGE / 2


def _nearing(e: Evidence) -> bool:
    """Whether samples of the last quarter look clearly more like real images than those of the quarter before."""
    before, now = _middle(_strangeness(e, 0.5, 0.75)), _middle(_strangeness(e, 0.75))
    far, near = _middle(e.seen("nearest", 0.5, 0.75)), _middle(e.seen("nearest", 0.75))
    return before > BETTER * now and (near < FAR or far > NEARER * near)


def _improving(e: Evidence) -> bool:
    """Whether samples look more like real images, or are measured as such, than they did a while ago."""
    at, distance = e.figure("frechet")
    earlier, later = distance[(at > 0.4 * e.done) & (at <= 0.7 * e.done)], distance[at > 0.7 * e.done]
    lower = len(earlier) > 0 and len(later) > 0 and float(earlier.min()) > BETTER * float(later.min())
    return lower or _nearing(e)


def _state(e: Evidence) -> str:
    """What samples are like beside real images."""
    sides = {"light": "bright", "roughness": "rough", "diversity": "varied"}
    bright, rough, varied = (_times(_middle(e.seen(name, 0.75)), word) for name, word in sides.items())
    return f"samples are {bright}, {rough} and {varied} as real images"


def _times(share: float, word: str) -> str:
    """For example `0.8 times as bright`, or `just as bright`."""
    return f"just as {word}" if f"{share:.2g}" == "1" else f"{share:.2g} times as {word}"


def _healthy(e: Evidence) -> Finding:
    what = "This looks healthy: nothing needs mending."
    if e.unseen:
        what = (
            "It was imported without the images it learnt from, so only its curves and figures can be judged; they "
            "alone do not say that anything is wrong."
        )
    if e.family != "gan":
        return Finding(
            HEALTHY, what, f"After {describe_length(e.done)} the loss is a number and validation does not rise."
        )
    reals, fakes = e.part("p_real_of_reals", 0.75), e.part("p_real_of_fakes", 0.75)
    diversity = e.seen("diversity", 0.75)
    words = []
    if len(reals) and len(fakes):
        words.append(
            f"the discriminator gives real images {reals.mean():.0%} and generated ones {fakes.mean():.0%} of being "
            "real"
        )
    if len(diversity):
        words.append(f"samples are {_times(float(np.median(diversity)), 'varied')} as real images")
    at, distance = e.figure("frechet")
    if len(at) and at[-1] > 0.5 * e.done:
        whose = "their" if len(diversity) else "its samples'"
        words.append(f"{whose} Fréchet distance is {distance[-1]:.3g}{_beside(e)}")
    why = f"Lately {', and '.join(words)}." if words else "Its losses are numbers."
    return Finding(UNSEEN if e.unseen else HEALTHY, what, why)


def _middle(values: np.ndarray) -> float:
    """The median; NaN, which no threshold is passed by, where there is nothing."""
    return float(np.median(values)) if len(values) else float("nan")


def _listed(numbers: Sequence[int]) -> str:
    *others, last = map(str, numbers)
    return f"{', '.join(others)} or {last}" if others else last


# Judging the others


def _by_heart(e: Evidence) -> Finding | None:
    for name in ("loss", "reconstruction"):
        kept, learnt = e.validation.get(name, np.empty(0)), e.curves.get(name, np.empty(0))
        kept = kept[np.isfinite(kept)]
        if len(kept) < 4 or not len(learnt):
            continue
        best = int(kept.argmin())
        since = int(e.validated[best])
        end, span = -(-since // e.step), max(LATELY // e.step, 10)
        before, now = learnt[max(0, end - span) : end], learnt[-span:]
        if len(kept) - best >= 3 and kept[-1] > (1 + OVERLEARNT) * kept[best] and now.mean() < before.mean():
            return Finding(
                MEMORISING,
                "It learns by heart: it gets better on what it learns from, and worse on other images.",
                f"The loss on images held out was lowest, {kept[best]:.3g}, after {describe_length(since)} and is "
                f"{kept[-1]:.3g} now, while that on training images fell from {before.mean():.3g} to "
                f"{now.mean():.3g}.",
            )
    return None


def _settled(e: Evidence) -> Finding | None:
    for name in ("loss", "reconstruction"):
        kept = e.validation.get(name, np.empty(0))
        kept = kept[np.isfinite(kept)]
        if len(kept) < 8:
            continue
        late = max(3, int(STILL * len(kept)))
        before, since = float(kept[:-late].min()), float(kept[-late:].min())
        if since > before - SETTLED * abs(before):
            return Finding(
                DONE,
                "It has learnt what it can as it is set: there has been no gain for a while.",
                f"The loss on images held out was {before:.4g} and at best {since:.4g} over the last {late} epochs.",
            )
        break
    return None


Rule = Callable[[Evidence], Finding | None]
PLAIN_RULES: tuple[Rule, ...] = (_diverged, _by_heart, _too_early, _settled)
UNSEEN_RULES: tuple[Rule, ...] = (_diverged, _too_early, _memorising)  # of a GAN, those that need no looks
RULES: Mapping[str, tuple[Rule, ...]] = {
    "gan": (
        _diverged,
        _too_early,
        _memorising,
        _unmoved,
        _winning,
        _collapsed,
        _oscillating,
        _stuck,
        _done,
    )
}


# Suggesting

FEWEST_IN_A_BATCH = 16  # below, two batches of digits have little in common
USUAL_BATCH = 64
MUCH_NOISE = 0.2
FACTOR = 3.0  # how far a rate must be from its preset's to be put back there rather than halved
WORSE = 1.05  # the last Fréchet distance over the best one from which going back is worth it


@dataclass(frozen=True)
class Kept:
    """A kept snapshot and its Fréchet distance, beside the last one that was measured and that of real images."""

    iteration: int
    distance: float
    last: float
    floor: float | None = None


def best_snapshot(run: Run) -> Kept | None:
    """The snapshot whose samples had the lowest Fréchet distance, between measurements as between the two next to it;
    None where none was measured, or where the newest is hardly worse."""
    at, values = run.quality()
    names = run.config.get("quality", ())
    if "frechet" not in names or not len(at):
        return None
    distance = values[:, names.index("frechet")]
    floors = values[:, names.index("frechet_floor")] if "frechet_floor" in names else np.empty(0)
    floors = floors[np.isfinite(floors)]
    at, distance = at[np.isfinite(distance)], distance[np.isfinite(distance)]
    kept = [layout.iteration_of(file) for file in layout.snapshots(run.path)]
    kept = [iteration for iteration in kept if len(at) and at[0] <= iteration <= at[-1]]
    if not kept:
        return None
    distances = np.interp(kept, at, distance)
    best = int(distances.argmin())
    floor = float(floors[-1]) if len(floors) else None
    found = Kept(kept[best], float(distances[best]), float(distance[-1]), floor)
    return found if found.last > WORSE * found.distance else None


def suggest(verdict: str, spec: ModelSpec, run: Run) -> Iterator[Try]:
    """What to try after a verdict, the likeliest first."""
    if verdict in (HEALTHY, EARLY, UNSEEN):
        return
    kept = best_snapshot(run) if spec.family == "gan" else None
    if kept:
        yield Try(
            "Back to the best checkpoint",
            f"Uses the generator as it was after {describe_length(kept.iteration)}, when its Fréchet distance was "
            f"about {kept.distance:.3g}, not {kept.last:.3g} as now{_floor(kept.floor)}, wherever this run is used: on "
            "the Latent page, for samples, in an export. Nothing is deleted, and it can be undone.",
            iteration=kept.iteration,
        )
    yield from _changes(verdict, spec, run.config["values"], run.config["preset"])
    if verdict == MEMORISING:
        text = "Learn from more images, or for a shorter time: what is seen too often is learnt by heart."
        yield Try("More images", text)


def _changes(verdict: str, spec: ModelSpec, values: Mapping[str, Any], preset: str) -> Iterator[Try]:
    """New runs with other settings."""
    standard = spec.values(preset if preset in spec.presets else None)
    knobs = {knob.name: knob for knob in spec.knobs if knob.name not in spec.idle(values)}
    rates = [knob for knob in knobs.values() if knob.name.endswith("learning_rate")]
    if verdict == COLLAPSED and values["batch_size"] < FEWEST_IN_A_BATCH:
        text = f"A new run with these settings, but {USUAL_BATCH} images in a batch, to see more kinds together."
        yield Try(f"Batches of {USUAL_BATCH}", text, {"batch_size": USUAL_BATCH})
    if verdict in (WINNING, COLLAPSED, OSCILLATING, NOT_LEARNING, DIVERGED):
        for knob in rates:
            usual, value = float(standard[knob.name]), float(values[knob.name])
            if not usual / FACTOR <= value <= usual * FACTOR:
                text = (
                    f"A new run with these settings, but the preset's {knob.label.lower()}: {usual:g}, not {value:g}."
                )
                yield Try(f"Take the preset's {knob.label.lower()}", text, {knob.name: knob.check(usual)})
    if verdict in (WINNING, COLLAPSED, OSCILLATING, DIVERGED, DONE):
        for knob in _to_halve(verdict, rates):
            value = float(values[knob.name]) / 2.0
            if knob.low is None or value >= knob.low:
                text = f"A new run with these settings, but a {knob.label.lower()} of {value:g}: smaller, surer steps."
                yield Try(f"Halve the {knob.label.lower()}", text, {knob.name: knob.check(value)})
    noise = knobs.get("label_noise")
    if noise and verdict in (WINNING, COLLAPSED, OSCILLATING) and values["label_noise"] < MUCH_NOISE:
        value = noise.check(MUCH_NOISE)
        text = f"A new run with these settings, but label noise of {value:g}: a discriminator that is never quite sure."
        yield Try("Add label noise", text, {"label_noise": value})


def _to_halve(verdict: str, rates: Sequence[Knob]) -> Sequence[Knob]:
    """Of one rate for each network, that of the network to blame."""
    blamed = {WINNING: "discriminator", COLLAPSED: "generator"}.get(verdict)
    chosen = [knob for knob in rates if blamed and knob.name.startswith(blamed)]
    return chosen or rates
