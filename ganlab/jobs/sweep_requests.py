"""What a sweep is to train: every combination of a few settings' values with every seed, each exactly once.

`SweepRequest` is what a person asks for, `checked_sweep` what becomes of it: the fields of sweep.json, and a list of
trainings, in which all settings come with the first seed before any comes with the second one. Stopped half-way, a
sweep has then compared all settings.

Values are written as NAME=V1,V2,... or as a range, NAME=LOW..HIGH:N for N values evenly spaced from LOW to HIGH, or
NAME=LOW..HIGH:N:log for N values each of which is the same multiple of the one before.
"""

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.evaluation.sweep_results import figure_of, in_words
from ganlab.jobs import halving
from ganlab.jobs.requests import Request, checked
from ganlab.knobs import Knob, Value
from ganlab.registry import ModelSpec
from ganlab.runs.sweep_records import MOST_TRAININGS, MOST_VARIED, SweepBase, SweepMember

PRECISION, WHY = "float32", "the same for all trainings of a sweep, so that they compare"  # in place of `auto`
PRESET = "preset"  # may vary like a setting
RANGE = re.compile(r"(?P<low>[^.,:]+(?:\.\d+)?[^.,:]*)\.\.(?P<high>[^,:]+):(?P<count>\d{1,4})(?P<log>:log)?")
WRITTEN = "NAME=V1,V2,... or NAME=LOW..HIGH:N or NAME=LOW..HIGH:N:log"


@dataclass(frozen=True)
class SweepRequest:
    """Trainings as `base` has it, but for settings that vary: `vary` has 0 to 3 settings' names (or `preset`) with the
    values of each. Every combination is trained with every one of the `seeds`. Where `sample` is given, so many
    combinations are drawn at random, by the base's seed. With `early`, the worse half of the settings is stopped after
    `first` iterations (chosen, where it is None), the worse half of the others after twice as many, and so on."""

    base: Request
    vary: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    seeds: Sequence[int] = (0,)
    sample: int | None = None
    early: bool = False
    first: int | None = None


def parse_vary(model: str, texts: Iterable[str]) -> dict[str, list[Any]]:
    """Settings that vary, written as the module says. Raises GanlabError."""
    spec = registry.get(model)
    found: dict[str, list[Any]] = {}
    for text in texts:
        name, _, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if not values.strip():
            raise GanlabError(f"What varies is written as {WRITTEN}, not as {text!r}.")
        if name in found:
            raise GanlabError(f"{knob_of(spec, name).label} varies twice; give all of its values at once.")
        found[name] = _parsed(knob_of(spec, name), values.strip())
    return found


def _parsed(knob: Knob, text: str) -> list[Value]:
    found = RANGE.fullmatch(text) if knob.is_number else None
    if found is None:
        return [knob.parse(part.strip()) for part in text.split(",")]
    low, high = (float(knob.parse(found[name].strip())) for name in ("low", "high"))
    count = int(found["count"])
    if not 2 <= count <= MOST_TRAININGS or low >= high or (found["log"] and low <= 0):
        raise GanlabError(
            f"The range {text!r} of {knob.label} cannot be: it has 2 to {MOST_TRAININGS:,} values from a lower to a "
            "higher number, both above 0 if it ends in :log."
        )
    values = (np.geomspace if found["log"] else np.linspace)(low, high, count).tolist()
    return [knob.check(round(value) if knob.kind is int else float(f"{value:.6g}")) for value in values]


def parse_seeds(text: str, first: int = 0) -> list[int]:
    """How many seeds, from the first one on, or the seeds themselves: `3`, or `0,3,7`. Raises GanlabError."""
    text = re.sub(r"\s*,\s*", ",", text.strip())
    if not re.fullmatch(r"\d{1,10}(,\d{1,10})*", text):
        raise GanlabError(
            f"Seeds are written as how many there are, such as 3, or as a list, such as 0,3,7; not {text!r}."
        )
    if "," in text:
        return [int(part) for part in text.split(",")]
    check_count(int(text))
    return list(range(first, first + int(text)))


def check_count(count: int) -> None:
    if not 1 <= count <= MOST_TRAININGS:
        raise GanlabError(f"A sweep has from 1 to {MOST_TRAININGS:,} trainings, but these are {count:,}.")


def knob_of(spec: ModelSpec, name: str) -> Knob:
    """The setting of this name that may vary; of `preset` one that has the presets as choices. Raises GanlabError."""
    if name == PRESET:
        presets = tuple(spec.presets)
        return Knob(PRESET, "Preset", presets[0], "A named set of settings.", choices=presets)
    for knob in spec.knobs:
        if knob.name == name:
            return knob
    names = ", ".join([PRESET, *(knob.name for knob in spec.knobs)])
    raise GanlabError(f"{spec.title} has no setting {name!r} that could vary; it has {names}.")


def checked_sweep(request: SweepRequest) -> tuple[dict[str, Any], tuple[SweepMember, ...]]:
    """What sweep.json says of a request, but for id and date, and its trainings in their order. Raises GanlabError."""
    spec = registry.get(request.base.model)
    base = request.base
    if base.precision == "auto":
        base = replace(base, precision=PRECISION)
    vary = _checked_vary(spec, request)
    if not request.seeds or len(set(request.seeds)) < len(request.seeds):
        raise GanlabError("A sweep has at least one seed, and each of them once.")
    if request.sample is None:  # else drawn from all of them, which may be many
        check_count(math.prod(map(len, vary.values())) * len(request.seeds))
    chosen = _combinations(vary, request.sample, base.seed)
    check_count(len(chosen) * len(request.seeds))
    configs = [checked(requested(base, values, request.seeds[0]))[0] for values in chosen]
    for seed in request.seeds[1:]:
        checked(requested(base, chosen[0], seed))
    for name in vary:
        if name != PRESET and all(name in spec.idle(config["values"]) for config in configs):
            raise GanlabError(f"{knob_of(spec, name).label} does nothing with these settings, so it cannot vary.")
    described = {
        "base": SweepBase(**{**vars(base), "dataset": configs[0]["dataset"], "values": dict(base.values)}),
        "vary": {name: tuple(values) for name, values in vary.items()},
        "seeds": tuple(request.seeds),
        "sample": request.sample,
        "lengths": _lengths(spec, request, [config["iterations"] for config in configs]),
    }
    return described, tuple(SweepMember(values=values, seed=seed) for seed in request.seeds for values in chosen)


def requested(base: Request, values: Mapping[str, Any], seed: int) -> Request:
    """The request for one training of a sweep."""
    values = dict(values)
    preset = values.pop(PRESET, base.preset)
    return replace(base, preset=preset, values={**base.values, **values}, seed=seed)


def _checked_vary(spec: ModelSpec, request: SweepRequest) -> dict[str, list[Any]]:
    vary, base = request.vary, request.base
    if len(vary) > MOST_VARIED:
        raise GanlabError(f"At most {MOST_VARIED} settings can vary in one sweep, but these are {len(vary)}.")
    found = {}
    for name, given in vary.items():
        knob = knob_of(spec, name)
        values = [knob.check(value) for value in given]
        if not values:
            raise GanlabError(f"{knob.label} has no values; a setting that varies needs at least one.")
        if twice := [value for at, value in enumerate(values) if value in values[:at]]:
            raise GanlabError(f"{knob.label} has the value {twice[0]} twice; each combination is trained once.")
        if len({in_words(spec, {name: value}) for value in values}) < len(values):
            raise GanlabError(
                f"{knob.label} has values that read the same; they must differ in their first six digits."
            )
        if name in base.values or (name, base.preset is None) == (PRESET, False):
            raise GanlabError(f"{knob.label} has a fixed value and values that vary; leave one of them out.")
        if name == "iterations" and base.iterations is not None:
            raise GanlabError("The length is fixed and varies; leave one of them out.")
        found[name] = values
    return found


def _combinations(vary: Mapping[str, Sequence[Any]], sample: int | None, seed: int) -> list[dict[str, Any]]:
    """All combinations of the values, the last setting's changing fastest, or so many of them drawn by the seed."""
    count = math.prod(map(len, vary.values()))
    if sample is None:
        return [dict(zip(vary, values, strict=True)) for values in itertools.product(*vary.values())]
    if not 1 <= sample <= min(count, MOST_TRAININGS):
        raise GanlabError(
            f"From 1 to {min(count, MOST_TRAININGS):,} of the {count:,} combinations can be drawn, but not {sample:,}."
        )
    drawn = np.random.default_rng(seed).choice(count, sample, replace=False, shuffle=False)
    return [dict(_unravelled(vary, int(index))) for index in sorted(drawn)]


def _unravelled(vary: Mapping[str, Sequence[Any]], index: int) -> Iterator[tuple[str, Any]]:
    """The combination of this number, without all the others."""
    left = math.prod(map(len, vary.values()))
    for name, values in vary.items():
        left //= len(values)
        yield name, values[index // left % len(values)]


def _lengths(spec: ModelSpec, request: SweepRequest, full: Sequence[int]) -> tuple[int, ...]:
    """After which lengths the worse half is stopped; none where nothing is stopped early."""
    if not request.early:
        if request.first is not None:
            raise GanlabError("A first length means something only where trainings are stopped early.")
        return ()
    if len(full) < 2:
        raise GanlabError("Stopping early needs at least two settings, of which the better one goes on.")
    if len(set(full)) > 1 or not full[0]:
        raise GanlabError("Stopping early needs one length in iterations for all trainings; give it.")
    if figure_of(spec, request.base.dataset) is None:
        raise GanlabError(
            "Stopping early needs a metric that says which samples are better, and there is none for images that no "
            "classifier knows."
        )
    first = halving.first_length(full[0], len(full)) if request.first is None else request.first
    return halving.lengths(first, full[0])
