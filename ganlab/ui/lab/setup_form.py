"""What the Lab is to train: the data, a preset and its settings."""

import io
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
from ganlab.jobs.requests import checked_turns, parse_turn
from ganlab.registry import ModelSpec
from ganlab.runs import Run, Turn, runs_folder
from ganlab.runs.records import MOST_TURNS
from ganlab.sharing.reproduce import DRAWN, PLANE_DATA, TABLE
from ganlab.ui.shared import canvas, fields
from ganlab.ui.shared.formatting import many, plain
from ganlab.ui.shared.problems import show_errors
from ganlab.ui.shared.setting_fields import knob_form

MODELS = ("plane-gan", "plane-vae")
PAPER = 320  # pixels of the canvas
TURNED_AWAY = ("at", "run", "turn")  # of the address, when another training begins


def show() -> None:
    """The form, and the button that starts."""
    with st.container(border=True, key="lab-form"):
        st.subheader("Train one of your own", anchor=False)
        left, right = st.columns(2)
        with left:
            name = fields.select("Data", PLANE_DATA, "data")
            if name in PLANE:
                st.caption(PLANE[name].words)
        with right:
            spec = _model()
            preset = _preset(spec)
            st.caption(spec.presets[preset].summary)
        dataset, refused = _dataset(name)
        if refused:
            st.info(refused)
        values = knob_form(spec, spec.values(preset), f"{spec.name}.{preset}", True)
        help = "It decides all randomness: the same seed gives the same run."
        seed = fields.seed("seed", help, jobs.LARGEST_SEED)
        turns = _turns(spec, values)
        busy = worker.current() is not None
        words = "Start" if not busy else "Stop the current training and start"
        if st.button(words, type="primary", key="lab-start", disabled=dataset is None) and dataset is not None:
            start(jobs.Request(spec.name, preset, values, dataset, seed=seed, turns=turns))


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


def _preset(spec: ModelSpec) -> str:
    titles = {name: name for name in spec.presets}
    return fields.select("Preset", titles, f"{spec.name}.preset", help="A named set of settings.")


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
    if job is not None and len(job.parts) == 1 and registry.get(job.view().model).points:
        worker.stop(job)
        job.wait(5.0)


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
        return None, "Choose a file with two columns of numbers, x and y: a row for each point."
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
