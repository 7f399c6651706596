"""What the Lab is to train: the data, a preset and its settings."""

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data, jobs, registry
from ganlab.data import own_points
from ganlab.data.own_images import UPLOADS
from ganlab.data.points import PLANE
from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.jobs.race_standings import Finish
from ganlab.jobs.races import Race, create_race
from ganlab.jobs.requests import checked_turns, parse_turn
from ganlab.registry import ModelSpec
from ganlab.runs import Run, Turn, runs_folder
from ganlab.runs.records import MOST_TURNS
from ganlab.sharing.reproduce import DRAWN, PLANE_DATA, TABLE
from ganlab.ui.shared import canvas, fields, race_look
from ganlab.ui.shared.formatting import many, plain
from ganlab.ui.shared.problems import show_errors
from ganlab.ui.shared.setting_fields import knob_form

MODELS = ("plane-gan", "plane-vae")
TWO = "Two beside each other"
OTHER = "collapse"  # the preset of the right one at first
FINISHES = {"iterations": "By iterations", "seconds": "By time"}
NO_TABLE = "Choose a file with two columns of numbers, x and y: a row for each point."
PAPER = 320  # pixels of the canvas
TURNED_AWAY = ("at", "run", "turn", race_look.QUERY)  # of the address, when another training begins


def show() -> None:
    """The form, and the button that starts."""
    with st.container(border=True, key="lab-form"):
        columns = st.columns([4, 4, 4, 2, 3], vertical_alignment="bottom")
        two = bool(st.session_state.get("two", st.query_params.get("two") == "true"))
        with columns[0]:
            name = fields.select("Data", PLANE_DATA, "data")
        with columns[1]:
            spec = _model()
        with columns[2]:
            preset, finish = ("", _finish(spec)) if two else (_preset(spec), None)
        with columns[3]:
            help = "It decides all randomness: the same seed gives the same run."
            seed = fields.seed("seed", help, jobs.LARGEST_SEED)
        about = f"{PLANE[name].words} " if name in PLANE else ""
        st.caption(about + ("" if two else f"**{preset}**: {spec.presets[preset].summary}"))
        dataset, refused = _dataset(name)
        if refused:
            (st.info if refused in (own_points.NOTHING_DRAWN, NO_TABLE) else st.error)(refused)
        help = "Two settings learn the same data from the same noise, and you see both in step."
        st.toggle(TWO, key="two", bind="query-params", help=help)
        turns: tuple[Turn, ...] = ()
        if two:
            sides = [_side(spec, place, column) for place, column in zip(race_look.PLACES, st.columns(2), strict=True)]
        else:
            sides = [(preset, knob_form(spec, spec.values(preset), f"{spec.name}.{preset}", True))]
            turns = _turns(spec, sides[0][1])
        words = f"Train {'both' if two else 'it'}" if worker.current() is None else "Train this instead"
        help = "Begins a new training, in place of the one in the Lab that may be going on; that one is kept."
        disabled = dataset is None
        with columns[4]:
            pressed = st.button(words, type="primary", key="lab-start", help=help, disabled=disabled, width="stretch")
        if pressed and dataset is not None:
            asked = [jobs.Request(spec.name, chosen, values, dataset, seed=seed) for chosen, values in sides]
            if finish is not None:
                _start_race(asked[0], asked[1], finish)
            else:
                start(replace(asked[0], turns=turns))


def _turns(spec: ModelSpec, values: dict[str, Any]) -> tuple[Turn, ...]:
    """The knobs that a link to another run asks to turn on the way, unless the user does not want that."""
    asked = st.query_params.get_all("turn")
    if not asked:
        return ()
    try:
        turns = checked_turns(spec, values, [parse_turn(text) for text in asked[:MOST_TURNS]])
    except GanlabError as problem:
        st.info(plain(str(problem)))
        return ()
    label = f"Turn knobs on the way, as in the run that this link is of: {many(len(turns), 'time')}"
    return tuple(turns) if st.checkbox(label, True, key="lab-turns") else ()


def _model() -> ModelSpec:
    names = [name for name in MODELS if registry.find(name)]
    titles = {name: registry.get(name).title for name in names}
    return registry.get(fields.select("Model", titles, "model") if len(names) > 1 else names[0])


def _preset(spec: ModelSpec, place: str = "") -> str:
    """A preset; of the right one of two, another one at first."""
    titles = {name: name for name in spec.presets}
    first = list(titles).index(OTHER) if place == "right" and OTHER in titles else 0
    key = f"right.{spec.name}.preset" if place == "right" else f"{spec.name}.preset"
    about = "\n".join(f"- **{name}**: {_in_short(preset.summary)}" for name, preset in spec.presets.items())
    return fields.select("Preset", titles, key, index=first, help=f"A named set of settings.\n\n{about}")


def _in_short(summary: str) -> str:
    """The first clause of a preset's summary."""
    return re.split(r"[:;(.]", summary)[0].strip()


def _side(spec: ModelSpec, place: str, column: Any) -> tuple[str, dict[str, Any]]:
    """One of two: its preset, and its settings without their length, for which the race's own stands."""
    with column:
        st.markdown(f"**{place.capitalize()}**")
        preset = _preset(spec, place)
        st.caption(spec.presets[preset].summary)
        key = f"{spec.name}.{preset}"
        values = knob_form(spec, spec.values(preset), f"right.{key}" if place == "right" else key, False)
    return preset, {name: value for name, value in values.items() if name != spec.knobs[0].name}


def _finish(spec: ModelSpec) -> Finish:
    """When two beside each other are done."""
    kind = fields.segments(
        "They end",
        FINISHES,
        "iterations",
        "two-finish",
        format_func=FINISHES.__getitem__,
        label_visibility="visible",
    )
    if kind == "iterations":
        first, help = int(spec.values().get("iterations", 1000)), "Each side does this many, in step with the other."
        most = int(spec.knobs[0].high or jobs.LONGEST)
        at = st.number_input("Iterations", 1, most, first, key="two-iterations", bind="query-params", help=help)
    else:
        help = "Only a side's own training counts, not the time in which it waits for the other side."
        at = st.number_input(
            "Seconds of training each", 1, 86_400, 60, key="two-seconds", bind="query-params", help=help
        )
    return Finish("iterations" if kind == "iterations" else "seconds", at)


def _start_race(left: jobs.Request, right: jobs.Request, finish: Finish) -> None:
    with show_errors():
        begin_race(create_race(left, right, finish, runs_folder()))
        st.rerun()


def begin_race(race: Race) -> None:
    """Has a race be done in place of what is trained in the Lab, and the address name it."""
    stop_own()
    worker.add(race)
    for name in TURNED_AWAY:
        st.query_params.pop(name, None)
    race_look.attach(race.run)


def start(request: jobs.Request) -> None:
    """Begins the training, in place of the one that is shown in the Lab, and shows it."""
    with show_errors():
        begin(request)
        st.rerun()


def begin(request: jobs.Request) -> None:
    """The same from a callback, after which the page is drawn anyway. Raises GanlabError."""
    writer = jobs.create_run(request, runs_folder())
    stop_own()
    job = worker.submit(writer)
    for name in TURNED_AWAY:
        st.query_params.pop(name, None)
    st.query_params["run"] = job.run.name


def stop_own() -> None:
    """Stops what is trained in the plane now: it is over in an instant, and nobody waits in line in the Lab. Other
    trainings go on."""
    job = worker.current()
    if job is not None and is_in_plane(job):
        worker.stop(job)
        job.wait(5.0)


def is_in_plane(job: jobs.Job) -> bool:
    """Whether a training, or both of a race, learn points."""
    return all(registry.get(part.view().model).points for part in job.parts)


def again(run: Run, seed: int) -> jobs.Request:
    """The same training with another seed, or the same one."""
    config = run.config
    return jobs.Request(config.model, config.preset, config.values, config.dataset, seed=seed, turns=run.turns)


def _dataset(name: str) -> tuple[str | None, str]:
    """The data set's name or path, None where there is none yet, and what to say then."""
    if name == DRAWN:
        return _drawn()
    if name == TABLE:
        return _table()
    return name, ""


def _drawn() -> tuple[str | None, str]:
    label = "Draw where the points are to lie; more ink, more points"
    ink = canvas.draw("lab-density", PAPER, PAPER, pen=24, label=label, dark_on_light=True)
    if ink is not None:
        side = own_points.SIDE
        small = ink.reshape(side, PAPER // side, side, PAPER // side).mean(axis=(1, 3)) > 64
        st.query_params["drawn"] = own_points.pack_drawing(small)
    text = st.query_params.get("drawn", "")
    if not text:
        return None, own_points.NOTHING_DRAWN
    try:
        drawing = own_points.unpack_drawing(text)
        if not drawing.any():
            return None, own_points.NOTHING_DRAWN
        return _kept(_png(drawing), "drawing.png"), ""
    except GanlabError as problem:
        return None, plain(str(problem))


def _png(drawing: np.ndarray) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray((drawing * 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def _table() -> tuple[str | None, str]:
    file: Any = st.file_uploader("A table with two columns of numbers", type=["csv", "tsv", "txt"], key="lab-table")
    if file is None:
        return None, NO_TABLE
    try:
        path = _kept(file.getvalue(), file.name)
        for notice in data.load(path).notices:
            st.caption(plain(notice))
        return path, ""
    except GanlabError as problem:
        return None, plain(str(problem))


@st.cache_data(max_entries=20, show_spinner="Reading the points")
def _kept(content: bytes, name: str) -> str:
    return str(own_points.keep_points(content, name, Path(runs_folder()) / UPLOADS))
