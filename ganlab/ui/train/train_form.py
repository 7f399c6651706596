"""The form of the Train page: which architecture, what it learns from, for how long; all else is folded away."""

from dataclasses import replace
from typing import Any

import streamlit as st

from ganlab import jobs
from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.registry import ModelSpec
from ganlab.runs import runs_folder
from ganlab.sharing import reproduce
from ganlab.training.devices import PRECISIONS
from ganlab.ui.shared import export_import, fields
from ganlab.ui.shared.assets import component
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.problems import show_errors
from ganlab.ui.shared.setting_fields import ASKED, KEPT_FORM, TAKING_UP, UNFOLDED, knob_form, preset_field
from ganlab.ui.shared.unfinished_runs import watch
from ganlab.ui.train import architecture_cards, verdict_panel
from ganlab.ui.train.architecture_cards import DEFAULT, chosen_spec, trained
from ganlab.ui.train.images_field import Images, pick_images
from ganlab.ui.train.networks_panel import draw_networks
from ganlab.ui.train.training_length import choose_length, is_in_full, sentence, tell_time

# Beside those of the architecture.
FIELDS = ("images", "place", "seed", "device", "precision", "tensorboard", "length", "iterations")
FIELDS += ("seeds", "sample", "early", "on", "cluster")  # of several trainings at once
VARIED = "vary-"  # begins the keys of what varies in these; then a number, and the architecture


def choose() -> None:
    """The whole form; Start queues the run and shows it."""
    spec = choose_architecture()
    with st.container(key="train-form"):
        verdict_panel.explain()
        export_import.tell_problems(spec)
        architecture_cards.row(spec)
        left, right = st.columns(2, gap="large")
        below = st.container(gap="small")
        with left:
            st.markdown("**What it learns from**")
            images = pick_images(spec)
        with right:
            preset = choose_preset(spec)
            launch = st.container()
        with below:
            about = st.container()
            request = replace(_settings(spec, preset), dataset=images.dataset, digits=images.digits)
            with about:
                _about(spec, preset)
            draw_networks(spec, request.values)
        with launch:
            request, length = choose_length(spec, request)
            tell_time([request], lambda pace, busy: sentence(pace, length, busy))
            _start(request, images)
    lead_and_keep(spec)


def choose_architecture() -> ModelSpec:
    """How a form begins, whatever is to be done with the architecture: the cards, while they are unfolded."""
    if ASKED not in st.session_state:  # a link that names an architecture asks for its form, too
        st.session_state[ASKED] = int({"new", "model"} <= set(st.query_params))
    st.session_state.setdefault(UNFOLDED, "model" not in st.query_params)  # until one is chosen
    _take_up()
    spec = chosen_spec()
    if st.session_state[UNFOLDED]:
        architecture_cards.cards(spec)
    return spec


def lead_and_keep(spec: ModelSpec) -> None:
    """How a form ends: it is led to where that was asked for, and remembered."""
    _lead(spec)
    _keep(spec)


def _lead(spec: ModelSpec) -> None:
    """Leads to the form, where that was asked for."""
    known = spec.name == st.query_params.get("model")  # else there is a warning above the cards
    asked = st.session_state[ASKED] if known else 0
    piece = component("ganlab_lead", "train/scroll_to_form", '<span class="lead"></span>')
    piece(key="lead", data={"model": spec.name, "unfolded": st.session_state[UNFOLDED], "asked": asked})


def _keep(spec: ModelSpec) -> None:
    """Remembers the form for this session, as leaving the page takes it out of the address."""
    filled = {key: value for key, value in st.session_state.items() if _is_field(str(key), spec)}
    st.session_state[KEPT_FORM] = (spec.name, filled)


def _is_field(key: str, spec: ModelSpec) -> bool:
    if key.startswith(VARIED):
        return spec.name in key.split(".")
    return key in FIELDS or (key.startswith(f"{spec.name}.") and not key.endswith(".more"))


def _take_up() -> None:
    """Fills the form as it was left; while it is shown, the address names the architecture."""
    name, filled = st.session_state.get(KEPT_FORM, (DEFAULT, {}))
    if st.session_state.pop(TAKING_UP, False):
        st.session_state.update(filled)
    elif "model" not in st.query_params:
        st.query_params["model"] = name
        if filled and set(st.query_params) <= {"model", "new", "section"}:
            st.session_state[TAKING_UP] = True
            st.rerun()  # in a run that the browser's Back began, fields take their values from the address alone


def choose_preset(spec: ModelSpec) -> str:
    """Which named set of settings, where there are several."""
    preset = preset_field(spec, f"{spec.name}.preset")
    st.caption(f"**Preset *{preset}***: {spec.presets[preset].summary}")
    return preset


def _about(spec: ModelSpec, preset: str) -> None:
    """Where the architecture is from, how large it is, and what is different here."""
    with st.expander(f"About the {spec.title} and its source", key=f"about-{spec.name}"):
        st.markdown(spec.summary)
        st.markdown(f"From {spec.source.title}, {spec.source.chapter} ({spec.source.year}).")
        if _networks_of(spec, preset) == _networks_of(spec, next(iter(spec.presets))):  # others: where they are drawn
            counts = ", ".join(f"{name} {count:,}" for name, count in trained(spec).items())
            st.markdown(f"Parameters (the numbers that training adjusts): {counts}.")
        differences = spec.presets[preset].mended
        if differences:
            st.markdown("**Where we differ from the source, and what to know about it**")
            st.markdown("\n".join(f"- {sentence}" for sentence in differences))
        st.markdown(spec.shown)


def _networks_of(spec: ModelSpec, preset: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What in a preset decides how its networks are built, and whether they learn."""
    values = spec.values(preset)
    return {knob.name: values[knob.name] for knob in spec.knobs if knob.group == "Networks"}, spec.idle(values)


def _settings(spec: ModelSpec, preset: str) -> jobs.Request:
    """What is asked for, but for the images and the length."""
    values = knob_form(spec, spec.values(preset), f"{spec.name}.{preset}", is_in_full())
    computed = choose_computing("It decides all randomness: the same seed gives the same run.")
    return jobs.Request(spec.name, preset, values, **computed)


def choose_computing(help: str) -> dict[str, Any]:
    """The seed, of which `help` says what it does, and how the training is computed, as `jobs.Request` takes it."""
    with st.expander("Seed, device, precision"):
        columns = st.columns(3)
        with columns[0]:
            seed = fields.seed("seed", help, jobs.LARGEST_SEED)
        with columns[1]:
            help = "Where to compute: auto takes a GPU if there is one."
            device = st.selectbox("Device", reproduce.DEVICES, help=help, key="device", bind="query-params")
        with columns[2]:
            help = "How exactly to compute: auto measures once which precision is faster here."
            precision = st.selectbox("Precision", PRECISIONS, help=help, key="precision", bind="query-params")
        tensorboard = st.toggle(
            "TensorBoard",
            help="Also write curves and previews into the folder of the run, as event files for TensorBoard.",
            key="tensorboard",
            bind="query-params",
        )
    return {"seed": seed, "device": device, "precision": precision, "tensorboard": tensorboard}


def _start(request: jobs.Request, images: Images) -> None:
    words = "Start" if worker.current() is None else "Start after the current one"
    help = "Everything is saved while it trains; you can leave this page and come back."
    st.caption(images.problem or f"It will learn from {plain(images.words())}.")
    if st.button(words, type="primary", key="start", help=help, disabled=bool(images.problem)):
        start(request)


def start(request: jobs.Request) -> None:
    """Queues the run and shows it, or says why not."""
    with show_errors():
        check_images(request)
        job = worker.submit(jobs.create_run(request, runs_folder()))
        st.session_state[UNFOLDED] = False
        watch(job.run.name)
        st.rerun()


def check_images(request: jobs.Request) -> None:
    """Raises GanlabError where nobody has said yet what is to be learned from."""
    if not request.dataset:
        raise GanlabError("Say where your own images are: in which folder or file.")
