"""What to try after a verdict on a model of points: knobs to turn now, and new runs with other settings."""

from collections.abc import Iterator, Mapping
from typing import Any

from ganlab.diagnosis import verdicts
from ganlab.diagnosis.verdicts import Try
from ganlab.knobs import Knob, Value
from ganlab.registry import ModelSpec
from ganlab.runs import ACTIVE, Run, describe_length

LONGER = 2  # times the length of a run that is not there yet
NOISE, R1, PACKS, KEPT = 0.3, 1.0, (2, 4), 0.999
PENALISED = "wasserstein-penalty"


def values_now(run: Run, spec: ModelSpec) -> dict[str, Value]:
    """The settings of a run, with the knobs as they have been turned."""
    knobs = {knob.name: knob for knob in spec.knobs}
    turned = {turn.name: knobs[turn.name].check(turn.value) for turn in run.turns if turn.name in knobs}
    later = {turn.name for turn in run.turns if turn.iteration > run.done}
    return spec.recorded(run.config.values) | {name: turned[name] for name in turned if name not in later}


def suggest_plane(verdict: str, run: Run, spec: ModelSpec) -> Iterator[Try]:
    """What to try, the likeliest first."""
    values = values_now(run, spec)
    turnable = {knob.name: knob for knob in spec.turnable(values)} if run.state in ACTIVE else {}
    knobs = {knob.name: knob for knob in spec.knobs}
    gan = "generator" in spec.parameters

    def change(name: str, value: Any, why: str) -> Iterator[Try]:
        """Turns a knob of the training where that can be done, and else starts a new run with it."""
        knob = turnable.get(name) or knobs.get(name)
        if knob is None or name in spec.idle(values) or not _fits(knob, value) or values[name] == value:
            return
        words = f"{knob.label} {value:g}" if isinstance(value, int | float) else f"{knob.label}: {value}"
        before = f"{values[name]:g}" if isinstance(values[name], int | float) else values[name]
        if name in turnable:
            yield Try(words, f"Turns it now, from {before}: {why}", turns={name: float(value)})
        else:
            yield Try(words, f"A new run with {value} instead of {before}: {why}", {name: knob.check(value)})

    def anew(label: str, why: str, settings: Mapping[str, Value]) -> Iterator[Try]:
        if all(name in knobs for name in settings) and any(values[name] != settings[name] for name in settings):
            yield Try(label, f"A new run: {why}", settings)

    def half(name: str, why: str) -> Iterator[Try]:
        if name in values:
            yield from change(name, float(f"{float(values[name]) / 2:.4g}"), why)

    if verdict == verdicts.MISSING and gan:
        packs = next((packs for packs in PACKS if packs > int(values["packing"])), None)
        if packs and not int(values["batch_size"]) % packs:
            why = f"the discriminator judges {packs} points at once (packing), so it sees that they are too much alike."
            yield from anew(f"Packing of {packs}", why, {"packing": packs})
        yield from anew("Wasserstein loss with a penalty", _wasserstein(), {"loss": PENALISED})
    elif verdict == verdicts.MISSING:
        yield from half("kl_weight", "latent numbers may then say more about a point.")
    elif verdict == verdicts.VANISHING:
        why = "real and generated points then overlap, and the discriminator can no longer be sure of everything."
        yield from change("instance_noise", NOISE, why)
        why = "the generator learns most where the discriminator is sure, in place of least."
        if values["loss"] == "minimax":
            yield from anew("Non-saturating loss", why, {"loss": "non-saturating"})
        yield from anew("Wasserstein loss with a penalty", _wasserstein(), {"loss": PENALISED})
    elif verdict == verdicts.HUNTING:
        yield from half("generator_learning_rate", "the discriminator can then keep up with it.")
        yield from change("r1", R1, "the discriminator may not be steep at real points, which calms both networks.")
        yield from half("discriminator_learning_rate", "smaller steps of the discriminator drive points less far.")
    elif verdict == verdicts.DIVERGED:
        for name in ("generator_learning_rate", "discriminator_learning_rate", "learning_rate"):
            yield from half(name, "each step is then smaller and safer.")
        if gan:
            yield from change("r1", R1, "the discriminator may not be steep at real points, which calms both networks.")
    elif verdict in (verdicts.DONE, verdicts.NOT_THERE):
        yield from _further(verdict, run, values, change, anew, half)


def _further(verdict: str, run: Run, values: Mapping[str, Value], change: Any, anew: Any, half: Any) -> Iterator[Try]:
    """What makes a sound run better."""
    if verdict == verdicts.NOT_THERE:
        if run.state not in ACTIVE and run.config.own and run.done:
            longer = max(run.total, LONGER * run.done)
            text = f"Trains this run further, from {describe_length(run.done)} to {longer:,}."
            yield Try(f"Train on to {longer:,} iterations", text, length=longer)
        return
    for name in ("generator_learning_rate", "discriminator_learning_rate", "learning_rate"):
        yield from half(name, "smaller steps place points more exactly.")
    if "decoder_noise" in values:
        yield from half("decoder_noise", "points may then be less far from where the decoder puts them.")
    if values.get("averaging") == 0.0:
        why = "samples come from a running average of the generator's weights, which trembles less."
        yield from anew("Averaged weights", why, {"averaging": KEPT})


def _wasserstein() -> str:
    return (
        f"the loss {PENALISED} gives a discriminator that is never sure: it says how far points are from the data, and "
        "its slope is held near 1."
    )


def _fits(knob: Knob, value: float) -> bool:
    return not (knob.low is not None and value < knob.low) and not (knob.high is not None and value > knob.high)
