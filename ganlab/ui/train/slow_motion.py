"""Slow motion on the Train page: one iteration of a run, stage by stage, and then for real."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data, images, registry
from ganlab.errors import GanlabError
from ganlab.jobs import Job
from ganlab.jobs.slow_motion import iterations
from ganlab.models._stage import Stage, finite
from ganlab.runs import Run
from ganlab.training.events import SlowMotion
from ganlab.ui.shared import slow_stages
from ganlab.ui.shared.assets import component, text
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.packing import pack
from ganlab.ui.shared.run_look import Look, control
from ganlab.ui.shared.theme import role_css
from ganlab.ui.train.slow_figures import ALGORITHMS, FIGURES, TITLES, kind_of, line_of, lit_by, title_of

QUERY = "slow"  # in the address: the iteration that is shown slowly
FORETOLD = "slow-foretold"  # in the session: run, iteration and figures that were foretold of what is done for real
PATIENCE = 60.0  # seconds for the worker of a paused training
MOST_IMAGES = 64  # of each kind
MOST_NUMBERS = (16, 64)  # rows and columns of noise and latent numbers
SHEETS = {
    "reals": "Real images",
    "damaged": "Damaged images",
    "fakes": "Generated images",
    "between": "Mixtures of a real image and a generated one",
}
NUMBERS = {"noise": "Noise", "mean": "Means", "spread": "Spreads", "latents": "Latent numbers"}
REAL_THING = "Makes this iteration, and says whether it came out as foretold."
DONE = "Iteration {:,} was done for real, and came out as foretold{}: {}."
HALF = ", as closely as half precision (bfloat16, three digits of a number) allows"
OFF = {"float32": (1e-4, 1e-5), "mixed_bfloat16": (0.03, 0.02)}  # what rounding may do, as a share and at least
OTHERWISE = "Iteration {:,} was done for real, and came out otherwise than foretold{}: {}."
NOT_FOR_GUESTS = "Slow motion is for the host alone. Where the host uses it, you see it on the host's screen."
LONG = "The training is at something else just now. Press the button again in a moment."


def is_on(now: Look) -> bool:
    """Whether the address asks for slow motion of this run; a training that goes on ends that."""
    if QUERY in st.query_params and not slow_stages.possible(now):
        leave()
        return False
    return QUERY in st.query_params


def leave() -> None:
    st.query_params.pop(QUERY, None)


def button(now: Look) -> None:
    """Begins slow motion, or ends it."""
    if is_on(now):
        control("Leave slow motion", leave, "Shows the run as before.", "L")
        return
    possible = slow_stages.possible(now)
    help = slow_stages.SHOWS if possible else slow_stages.PAUSE_FIRST
    if possible or now.job is not None:
        control("Slow motion", lambda: _begin(now), help, "L", disabled=not possible)


def _begin(now: Look) -> None:
    st.query_params[QUERY] = str((now.view.iteration if now.view else now.run.done) + 1)


def show(now: Look) -> None:
    """The stages of an iteration, where the address asks for them."""
    if not is_on(now):
        return
    if is_guest():
        st.info(NOT_FOR_GUESTS)
        return
    with st.container(border=True, key="slow-motion"):
        _outcome(now)
        try:
            chosen = None if now.job else _choose(now.run)
            with st.spinner(slow_stages.WORKING):
                found = slow_stages.found(now, chosen, PATIENCE)
        except GanlabError as error:
            st.error(plain(str(error)))
            return
        if found is None:
            st.info(LONG)
            return
        if now.job is not None:
            control("Do it for real", lambda: _do(now.job, found), REAL_THING)
        _draw(now.run, found)


def _choose(run: Run) -> int | None:
    """The iteration in the address if the run can show it, else the next one; with a field where there are several."""
    offered = iterations(run)
    asked = st.query_params.get(QUERY, "")
    chosen = int(asked) if asked.isdecimal() and int(asked) in offered else None
    if len(offered) < 2:
        return chosen
    key = f"slow-iteration-{run.id}"
    st.session_state[key] = chosen or max(offered)
    st.caption(
        "The last one or two can be followed to their end. Of earlier ones, the run has kept no optimisers, and of a "
        "GAN no discriminator."
    )
    return st.select_slider(
        "Iteration",
        offered,
        format_func="{:,}".format,
        key=key,
        on_change=_remember,
        args=(key,),
        help="Those before which the run has kept its networks.",
    )


def _remember(key: str) -> None:
    st.query_params[QUERY] = str(st.session_state[key])


def _do(job: Job | None, found: SlowMotion) -> None:
    if job is None:
        return
    figures = {name: value for stage in found.stages for name, value in stage.figures.items()}
    st.session_state[FORETOLD] = (job.run.name, found.iteration + 1, figures)
    job.step()
    job.wait(PATIENCE, lambda view: view.iteration > found.iteration or not view.active)
    st.query_params[QUERY] = str(found.iteration + 2)


def _outcome(now: Look) -> None:
    """Says how the iteration came out that was done for real last."""
    name, iteration, figures = st.session_state.get(FORETOLD, ("", 0, {}))
    view = now.view
    if view is None or name != now.run.id or view.iteration != iteration or not view.stepped:
        return
    found = {curve: value for curve, value in view.stepped[1].items() if curve in figures}
    titles = {curve.name: curve.title for curve in registry.get(now.run.model).curves}
    precision = now.run.config.precision
    share, least = OFF[precision]
    off = {curve for curve, value in found.items() if not np.isclose(value, figures[curve], rtol=share, atol=least)}
    told = [
        f"{titles.get(curve, curve)} {value:.4g}" + (f" (foretold {figures[curve]:.4g})" if curve in off else "")
        for curve, value in found.items()
        if curve in off or not off
    ]
    how = "" if off or precision == "float32" else HALF
    (st.warning if off else st.success)(plain((OTHERWISE if off else DONE).format(iteration, how, "; ".join(told))))


def _draw(run: Run, found: SlowMotion) -> None:
    spec = registry.get(run.model)
    kind = kind_of(spec, spec.recorded(run.config.values))
    head, arrays = payload(run, kind, found)
    css = text("shared/piece.css", "shared/confusion.css", "shared/norms.css") + role_css(".slowly")
    piece = component("ganlab_slow_motion", "train/slowly", css=css)
    piece(key="slowly", data=pack(head, arrays))


def payload(run: Run, kind: str, found: SlowMotion) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What the view is sent (`SlowlyHead` in types.d.ts), and its arrays; each sheet of images only once."""
    arrays: dict[str, np.ndarray] = {}
    known: dict[bytes, str] = {}
    counts: Counter[tuple[str, str]] = Counter()
    names = data.class_names_of(run.config)
    stages = []
    whole = found.stages[-1].name != "unknown"
    all_of = Counter((stage.name, stage.network) for stage in found.stages)
    for stage in found.stages:
        counts[stage.name, stage.network] += 1
        count = counts[stage.name, stage.network]
        stages.append(
            {
                "title": title_of(kind, stage),
                "caption": stage.caption,
                "name": stage.name,
                "network": stage.network,
                "update": stage.update,
                "lit": lit_by(kind, stage),
                "line": line_of(kind, stage, count, whole and count == all_of[stage.name, stage.network]),
                "norms": [
                    [layer, value, finite(stage.sizes).get(layer)] for layer, value in finite(stage.norms).items()
                ],
                "figures": finite(stage.figures),
                "sheets": _sheets(stage, found.signed, arrays, known, names),
                "numbers": _numbers(stage, arrays, known),
            }
        )
    cut = found.stages[-1].name == "unknown"
    notes = [] if found.learns or cut else [slow_stages.KEPT_NO_OPTIMISER]
    learned = run.config.data.source if run.config.data else run.config.dataset
    notes.append(f"The images are those of {found.source or learned}.")
    head = {
        "token": slow_stages.token(found),
        "iteration": found.iteration + 1,
        "notes": notes,
        "figure": FIGURES[kind],
        "boxes": TITLES,
        "algorithm": [line.text for line in ALGORITHMS[kind]],
        "scores": kind.startswith("scoring"),
        "stages": stages,
    }
    return head, arrays


def _sheets(
    stage: Stage, signed: bool, arrays: dict[str, np.ndarray], known: dict[bytes, str], names: Sequence[str]
) -> list[dict[str, Any]]:
    found = []
    for kind, title in SHEETS.items():
        shown = stage.tensors.get(kind)
        if shown is None:
            continue
        sheet: dict[str, Any] = {"kind": kind, "title": title, "count": len(shown)}
        sheet["images"] = _kept(arrays, known, images.as_grey(shown[:MOST_IMAGES], signed))
        given = stage.tensors.get(f"of_{kind}")
        if given is not None:
            sheet["given"] = _kept(arrays, known, given.astype(np.float32))
        pull = stage.tensors.get("pull")
        if pull is not None and (kind == "fakes" or "fakes" not in stage.tensors):
            part = pull[:MOST_IMAGES]
            most = np.maximum(np.abs(part).max(axis=(1, 2)), 1e-30)
            sheet["pull"] = _kept(arrays, known, np.round(127.0 * part / most[:, None, None] + 128.0).astype(np.uint8))
            sheet["most"] = _kept(arrays, known, most.astype(np.float32))
        if "probabilities" in stage.tensors and kind == "reals":
            sheet |= _read(stage, names)
        found.append(sheet)
    return found


def _read(stage: Stage, names: Sequence[str]) -> dict[str, Any]:
    """As what a classifier reads each image, and how surely."""
    probabilities = stage.tensors["probabilities"][:MOST_IMAGES]
    labels = stage.tensors["labels"][:MOST_IMAGES].astype(int)
    read = probabilities.argmax(axis=1)
    words = [
        f"{names[one] if one < len(names) else one} {row[one]:.2f}"
        for one, row in zip(read.tolist(), probabilities, strict=True)
    ]
    return {"words": words, "wrong": (read != labels).tolist()}


def _numbers(stage: Stage, arrays: dict[str, np.ndarray], known: dict[bytes, str]) -> list[dict[str, Any]]:
    found = []
    for kind, title in NUMBERS.items():
        if kind in stage.tensors and stage.name in ("noise", "encode", "draw"):
            rows, columns = MOST_NUMBERS
            part = stage.tensors[kind][:rows, :columns].astype(np.float32)
            n, size = stage.tensors[kind].shape
            shown = [f"a row for each of the first {len(part)} images" if n > len(part) else "a row for each image"]
            if size > part.shape[1]:
                shown.append(f"the first {part.shape[1]} of {size} numbers")
            words = f"{title}: {', '.join(shown)}"
            found.append({"title": words, "columns": part.shape[1], "values": _kept(arrays, known, part)})
    return found


def _kept(arrays: dict[str, np.ndarray], known: dict[bytes, str], array: np.ndarray) -> str:
    """The name of an array among those that are sent, in which the same one is but once."""
    content = array.tobytes()
    if content not in known:
        known[content] = f"a{len(known)}"
        arrays[known[content]] = array
    return known[content]
