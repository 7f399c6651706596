"""Slow motion: the next iteration of a paused training, or of a run that nobody trains, in stages."""

import contextlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from ganlab.errors import GanlabError
from ganlab.jobs.slow_motion import slow_motion_of
from ganlab.models._stage import Stage, finite
from ganlab.runs import Run, plane_pictures
from ganlab.ui.shared import race_look, slow_stages
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.run_look import Look, control

ON = "lab-slow-motion"  # in the session: the id of the run that is shown in slow motion
SIDE = "lab-slow-side"  # in the session: of two beside each other, the one that the button is for
MOST_POINTS = 512
HEAT = ("heat", "real", "generated")
STAGES: dict[tuple[str, str], tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    # the title, the layers that the view shows, and the boxes of the diagram that are lit
    ("noise", ""): ("Noise", ("grid",), ("noise",)),
    ("fakes", "generator"): ("The generator's points", ("grid", "generated"), ("generator", "generated")),
    ("answers", "discriminator"): ("The discriminator's answers", HEAT, ("real", "generated", "discriminator")),
    ("fresh", "discriminator"): (
        "Points to learn from",
        ("real", "generated"),
        ("noise", "generator", "generated"),
    ),
    ("loss", "discriminator"): ("The discriminator's loss", HEAT, ("discriminator", "discriminator-loss")),
    ("gradients", "discriminator"): ("The discriminator's gradients", HEAT, ("discriminator-loss", "discriminator")),
    ("step", "discriminator"): ("The discriminator's step", HEAT, ("discriminator",)),
    ("rest", "discriminator"): ("The discriminator rests", HEAT, ("discriminator",)),
    ("fresh", "generator"): ("Fresh noise", ("grid", "generated"), ("noise", "generator", "generated")),
    ("loss", "generator"): ("The generator's loss", ("heat", "generated"), ("discriminator", "generator-loss")),
    ("arrows", "generator"): (
        "What the points would have to change",
        ("heat", "generated", "arrows"),
        ("generator-loss", "discriminator", "generated"),
    ),
    ("gradients", "generator"): ("The generator's gradients", ("heat", "generated", "arrows"), ("generator",)),
    ("step", "generator"): ("The generator's step", ("grid", "generated", "trails"), ("generator",)),
    ("rest", "generator"): ("The generator rests", ("grid", "generated"), ("generator",)),
    ("batch", ""): ("The batch", ("heat", "real"), ("real",)),
    ("encode", "encoder"): ("What the encoder says", ("real",), ("real", "encoder")),
    ("draw", ""): ("Latent numbers are drawn", ("real", "grid"), ("noise", "latents")),
    ("decode", "decoder"): ("The decoder's points", ("real", "generated"), ("latents", "decoder", "decoded")),
    ("loss", ""): ("The loss", ("real", "generated", "arrows"), ("decoded", "reconstruction", "kl")),
    ("gradients", "decoder"): (
        "The decoder's gradients",
        ("real", "generated", "arrows"),
        ("reconstruction", "decoder"),
    ),
    ("gradients", "encoder"): (
        "The encoder's gradients",
        ("real", "generated", "arrows"),
        ("reconstruction", "decoder", "latents", "kl", "encoder"),
    ),
    ("step", ""): ("The step of both networks", ("heat", "grid", "generated", "trails"), ("encoder", "decoder")),
}
OTHER = (("heat", "real", "generated"), ())


def is_on(now: Look) -> bool:
    """Whether this run is shown in slow motion; a training that goes on ends that."""
    on = st.session_state.get(ON) == now.run.id and not is_guest()
    if on and not slow_stages.possible(now):
        _leave()
        return False
    return on


def controls(now: Look) -> None:
    """The button that begins slow motion, or the one that ends it."""
    if is_on(now):
        control("Leave slow motion", _leave, "Shows the training again as it is.")
        if now.job is None:
            with st.spinner(slow_stages.WORKING), contextlib.suppress(GanlabError):
                slow_motion_of(now.run)  # it is remembered; the view says what goes wrong
        return
    possible = slow_stages.possible(now)
    control(
        "Slow motion",
        lambda: _begin(now.run),
        slow_stages.SHOWS if possible else slow_stages.PAUSE_FIRST,
        disabled=not possible,
    )


def of_one(sides: Sequence[Look]) -> None:
    """Of two beside each other: which of them is to be shown in slow motion, and the same button for that one."""
    if SIDE not in st.session_state:
        st.session_state[SIDE] = next(
            (place for place, side in zip(race_look.PLACES, sides, strict=True) if is_on(side)), "left"
        )
    place = st.segmented_control(
        "Slow motion of",
        race_look.PLACES,
        format_func="the {} one".format,
        required=True,
        key=SIDE,
        on_change=_go_over,
        args=([side.run for side in sides],),
    )
    controls(sides[race_look.PLACES.index(place)])


def _go_over(runs: Sequence[Run]) -> None:
    """Where slow motion is on, it goes over to the side that was chosen."""
    if st.session_state.get(ON) in [run.id for run in runs]:
        _begin(runs[race_look.PLACES.index(st.session_state[SIDE])])


def _begin(run: Run) -> None:
    st.session_state[ON] = run.id


def _leave() -> None:
    st.session_state.pop(ON, None)


def shown(now: Look, ask: Any) -> tuple[dict[str, Any] | None, dict[str, np.ndarray]]:
    """What the view is sent (`LabSlow` in lab_types.d.ts) and its arrays, which are left out where the view has them;
    None where slow motion is off."""
    if not is_on(now):
        return None, {}
    try:
        found = slow_stages.found(now)
    except GanlabError as error:
        return {"token": "", "words": str(error)}, {}
    if found is None:
        return {"token": "", "words": slow_stages.WORKING}, {}
    about: dict[str, Any] = {"token": slow_stages.token(found), "iteration": found.iteration + 1}
    if isinstance(ask, dict) and ask.get("run") == now.run.id and ask.get("slow") == about["token"]:
        return about, {}
    note = "" if found.learns else slow_stages.KEPT_NO_OPTIMISER
    arrays: dict[str, np.ndarray] = {}
    for number, stage in enumerate(found.stages):
        arrays |= {f"slow/{number}/{name}": array for name, array in _arrays(now.run, stage).items()}
    return {**about, "note": note, "stages": [_about(stage) for stage in found.stages]}, arrays


def _about(stage: Stage) -> dict[str, Any]:
    """`LabStage` in lab_types.d.ts."""
    title, layers, lit = STAGES.get((stage.name, stage.network), (stage.name.capitalize(), *OTHER))
    return {
        "name": stage.name,
        "network": stage.network,
        "title": title,
        "words": stage.caption,
        "update": stage.update,
        "layers": layers,
        "lit": lit,
        "curves": finite(stage.figures),
        "norms": list(finite(stage.norms).items()),
    }


def _arrays(run: Run, stage: Stage) -> dict[str, np.ndarray]:
    """What is drawn of a stage, float32; of many points the first ones."""
    found = {name: stage.tensors[name] for name in ("fakes", "reals", "arrows", "followed") if name in stage.tensors}
    found = {name: array if name == "followed" else array[:MOST_POINTS] for name, array in found.items()}
    for name, points in (("of_reals", "reals"), ("of_fakes", "fakes")):
        if name in stage.tensors:
            packing = len(stage.tensors[points]) // len(stage.tensors[name])
            found[name] = np.repeat(stage.tensors[name], packing)[:MOST_POINTS]
    if "moment" in stage.tensors:
        parts = plane_pictures.moment_parts(run, stage.tensors["moment"])
        found |= {"heat": parts["heat"], "nodes": parts["nodes"]}
    return {name: np.ascontiguousarray(array, np.float32).reshape(-1) for name, array in found.items()}
