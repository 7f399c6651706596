"""Choosing what to train: a card for each architecture, its networks, its settings, and how long it will take."""

import html
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from streamlit.components import v2

from ganlab import data, images, jobs, recipes, registry
from ganlab.errors import GanlabError
from ganlab.inference import describe_networks
from ganlab.jobs import worker
from ganlab.recipes import DATASETS, OWN
from ganlab.registry import ModelSpec
from ganlab.runs import describe_length, runs_folder
from ganlab.training.devices import PRECISIONS
from ganlab.ui import diagnosed, inout, uploading
from ganlab.ui.forms import ASKED, KEPT_FORM, TAKING_UP, ask_for_form, knob_form
from ganlab.ui.stage import text
from ganlab.ui.words import plain, roughly

SAMPLES = Path(__file__).parent / "assets" / "samples"
DEFAULT = "dcgan"
FIELDS = (
    "images",
    "place",
    "seed",
    "device",
    "precision",
    "tensorboard",
    "length",
    "iterations",
)  # beside those of the architecture
QUICK_SECONDS = 60.0  # about what a quick look takes, where the speed is known
QUICK_ITERATIONS = 500  # a quick look, where it is not
EXAMPLES = 20
CARD_WIDTH = 164
AVERAGED = "averaged"  # the network that is an average of another's weights over time
FAMILIES = {
    "gan": "**GANs**: a generator draws, a discriminator judges, and each learns from the other.",
    "autoencoder": "**Autoencoders**: an encoder writes an image as a few numbers, a decoder draws it from them.",
    "classifier": "**Classifiers**: a network says what an image shows.",
    "repair": "**Repair**: a generator makes damaged images whole; a second network judges what it fills in.",
}
ROWS = (("gan",), ("autoencoder",), ("classifier", "repair"))  # of families
PICTURED = {  # what a card's images are
    "gan": "Digits drawn by {}",
    "autoencoder": "Digits drawn by {}",
    "classifier": "Digits that the {} finds hard to read",
    "repair": "Damaged digits, and below as the {} repairs them",
}


def choose() -> None:
    """The whole form; Start queues the run and shows it."""
    if ASKED not in st.session_state:  # a link that names an architecture asks for its form, too
        st.session_state[ASKED] = int({"new", "model"} <= set(st.query_params))
    _take_up()
    spec = _cards()
    with st.container(key="train-form"):
        diagnosed.explain()
        inout.tell_problems(spec)
        left, right = st.columns([2, 3], gap="large")
        with left:
            preset = _about(spec)
        with right:
            st.markdown("**2. Choose what it learns from**")
            dataset, digits = pick_images(spec)
            launch = st.container()
            request = replace(_settings(spec, preset), dataset=dataset, digits=digits)
            with launch:
                _start(spec, request)
            _draw_networks(spec, request.values)
    _lead(spec)
    _keep(spec)


def _lead(spec: ModelSpec) -> None:
    """Leads past the cards to the form, where that was asked for."""
    known = spec.name == st.query_params.get("model")  # else there is a warning above the cards
    piece = v2.component("ganlab_lead", html='<span class="lead"></span>', js=text("lead.js"))
    piece(key="lead", data={"model": spec.name, "asked": st.session_state[ASKED] if known else 0})


def _keep(spec: ModelSpec) -> None:
    """Remembers the form for this session, as leaving the page takes it out of the address."""
    fields = {key: value for key, value in st.session_state.items() if _is_field(str(key), spec)}
    st.session_state[KEPT_FORM] = (spec.name, fields)


def _is_field(key: str, spec: ModelSpec) -> bool:
    return key in FIELDS or (key.startswith(f"{spec.name}.") and not key.endswith(".more"))


def _take_up() -> None:
    """Fills the form as it was left; while it is shown, the address names the architecture."""
    name, fields = st.session_state.get(KEPT_FORM, (DEFAULT, {}))
    if st.session_state.pop(TAKING_UP, False):
        for key, value in fields.items():
            st.session_state[key] = value
    elif "model" not in st.query_params:
        st.query_params["model"] = name
        if fields and set(st.query_params) <= {"model", "new", "section"}:
            st.session_state[TAKING_UP] = True
            st.rerun()  # in a run that the browser's Back began, fields take their values from the address alone


def chosen_spec() -> ModelSpec:
    """The architecture named in the address, else the default."""
    try:
        return registry.get(st.query_params["model"])
    except GanlabError as error:
        st.warning(plain(str(error)))
        return registry.get(DEFAULT)


def _choose(name: str) -> None:
    st.query_params["model"] = name
    ask_for_form()


def _cards() -> ModelSpec:
    chosen = chosen_spec()
    st.markdown("**1. Pick an architecture**: how its networks are built, and who published them.")
    for row in ROWS:
        for column, family in zip(st.columns([len(_members(family)) for family in row]), row, strict=True):
            with column:
                _family(family, chosen)
    return chosen


def _members(family: str) -> list[ModelSpec]:
    return [spec for spec in registry.specs() if spec.family == family]


def _family(family: str, chosen: ModelSpec) -> None:
    st.caption(FAMILIES[family])
    with st.container(horizontal=True, key=f"cards-{family}", gap="small"):
        for spec in sorted(_members(family), key=_size):
            is_chosen = spec is chosen
            key = f"chosen-card-{spec.name}" if is_chosen else f"card-{spec.name}"
            with st.container(border=True, key=key, width=CARD_WIDTH, gap="small"):
                _card(spec, is_chosen)


def _card(spec: ModelSpec, is_chosen: bool) -> None:
    samples = SAMPLES / f"{spec.name}.png"
    if samples.exists():
        st.image(str(samples), width="stretch", output_format="PNG", alt=PICTURED[spec.family].format(spec.title))
    st.markdown(f"**{spec.title}**")
    count = _short(_size(spec))
    st.caption(f"{spec.card or spec.summary} {count} parameters. From {spec.source.title}, {spec.source.year}.")
    st.button(
        "Chosen" if is_chosen else "Choose",
        key=f"choose-{spec.name}",
        help=spec.title,
        type="primary" if is_chosen else "secondary",
        on_click=_choose,
        args=(spec.name,),
        width="stretch",
    )


def trained(spec: ModelSpec) -> dict[str, int]:
    """The parameters of each network that learns; an average of another's weights is none."""
    return {name: count for name, count in spec.parameters.items() if name != AVERAGED}


def _size(spec: ModelSpec) -> int:
    return sum(trained(spec).values())


def _short(count: int) -> str:
    return f"{count / 1e6:.1f} million" if count >= 1e6 else f"{count / 1e3:.0f} thousand"


def _about(spec: ModelSpec) -> str:
    st.subheader(spec.title, anchor=False)
    st.markdown(spec.summary)
    st.caption(f"From {spec.source.title}, {spec.source.chapter} ({spec.source.year}).")
    names = list(spec.presets)
    preset = names[0]
    if len(names) > 1:
        preset = st.selectbox(
            "Preset", names, key=f"{spec.name}.preset", help="A named set of settings.", bind="query-params"
        )
    published = spec.presets[preset]
    st.markdown(f"**Preset *{preset}***: {published.summary}")
    if _networks_of(spec, preset) == _networks_of(spec, names[0]):  # others are counted where they are drawn
        counts = ", ".join(f"{name} {count:,}" for name, count in trained(spec).items())
        st.caption(f"Parameters (the numbers that training adjusts): {counts}.")
    if published.mended:
        st.markdown("**Mended in the source**, or worth knowing of it:")
        st.markdown("\n".join(f"- {sentence}" for sentence in published.mended))
    st.caption(spec.shown)
    return preset


def _networks_of(spec: ModelSpec, preset: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What in a preset decides how its networks are built, and whether they learn."""
    values = spec.values(preset)
    return {knob.name: values[knob.name] for knob in spec.knobs if knob.group == "Networks"}, spec.idle(values)


def _settings(spec: ModelSpec, preset: str) -> jobs.Request:
    """What is asked for, but for the images."""
    st.markdown("**Details**, for those who want to change something")
    values = knob_form(spec, spec.values(preset), f"{spec.name}.{preset}")
    with st.expander("Seed, device, precision"):
        columns = st.columns(3)
        seed = columns[0].number_input(
            "Seed",
            0,
            jobs.LARGEST_SEED,
            0,
            help="All randomness follows from it: the same seed, the same run.",
            key="seed",
            bind="query-params",
        )
        device = columns[1].selectbox(
            "Device",
            recipes.DEVICES,
            help="Where to compute: auto takes a GPU where there is one.",
            key="device",
            bind="query-params",
        )
        precision = columns[2].selectbox(
            "Precision",
            PRECISIONS,
            help="How exactly to compute; auto measures once which is faster here.",
            key="precision",
            bind="query-params",
        )
        tensorboard = st.toggle(
            "TensorBoard",
            help="Also write curves and previews as TensorBoard's own event files, into the folder of the run.",
            key="tensorboard",
            bind="query-params",
        )
    computed = {"seed": seed, "device": device, "precision": precision, "tensorboard": tensorboard}
    return jobs.Request(spec.name, preset, values, **computed)


def pick_images(spec: ModelSpec) -> tuple[str, tuple[int, ...] | None]:
    """The data set's name or path, and the classes; None is all of them."""
    dataset = st.selectbox(
        "Images",
        list(DATASETS),
        format_func=DATASETS.__getitem__,
        key="images",
        bind="query-params",
        label_visibility="collapsed",
    )
    if dataset == OWN:
        dataset = uploading.ask()
    names, examples, problem = _look_into(dataset)
    digits = st.pills(
        "Classes; none chosen means all",
        range(len(names)),
        default=[digit for digit in spec.digits or () if digit < len(names)],
        selection_mode="multi",
        format_func=names.__getitem__,
        key=f"{spec.name}.classes",
        bind="query-params",
    )
    chosen = tuple(sorted(digits)) or None
    if problem:
        is_bad = examples is None and dataset not in data.NAMES
        (st.error if is_bad else st.caption)(plain(problem))
    if examples is not None:
        shown = _examples(examples, chosen)
        if len(shown):
            st.image(
                images.png(images.sheet(shown, EXAMPLES)),
                width="stretch",
                output_format="PNG",
                alt="Some of the real images that it will learn from",
            )
    return dataset, chosen


def _look_into(dataset: str) -> tuple[Sequence[str], dict[int, np.ndarray] | None, str]:
    """Class names, examples of each class where they can be shown at once, and what to say otherwise."""
    if not dataset:
        return data.class_names(""), None, ""
    if not data.is_here(dataset):
        return data.class_names(dataset), None, data.describe(dataset)
    try:
        described = data.describe(dataset)
        names, examples, notices = _read_examples(dataset, data.stamp(dataset))
    except GanlabError as error:
        return data.class_names(dataset), None, str(error)
    return names, examples, notices if dataset in data.NAMES else f"{described} {notices}"


@st.cache_data(show_spinner="Reading the images", max_entries=8)
def _read_examples(dataset: str, stamp: str) -> tuple[tuple[str, ...], dict[int, np.ndarray], str]:
    """Class names, some training images of each class, and what to say of them; `stamp` has it read anew when that
    changes."""
    found = data.load(dataset, download=False)
    kept = {label: found.x_train[found.y_train == label][:EXAMPLES].copy() for label in range(len(found.class_names))}
    return found.class_names, kept, " ".join(found.notices)


def _examples(examples: Mapping[int, np.ndarray], chosen: Sequence[int] | None) -> np.ndarray:
    """About `EXAMPLES` images, as many of each chosen class."""
    classes = [label for label in (chosen or examples) if label in examples]
    share = -(-EXAMPLES // max(1, len(classes)))
    picked = [examples[label][:share] for label in classes]
    return np.concatenate(picked)[:EXAMPLES] if picked else np.empty([0, 28, 28], np.uint8)


def _draw_networks(spec: ModelSpec, values: Mapping[str, Any]) -> None:
    with st.expander("The networks, layer by layer", key=f"networks-{spec.name}", on_change="rerun") as box:
        if not box.open:
            return
        try:
            with st.spinner("Building the networks to see their shapes"):
                found = _networks(spec.name, tuple(sorted(values.items())))
        except ValueError as error:
            st.caption(f"These settings do not fit together: {error}")
            return
        st.caption(
            "Each box is a layer, with the shape of what leaves it; coloured ones hold numbers that training adjusts."
        )
        st.html(network_html(found))


@st.cache_data(show_spinner=False, max_entries=50)
def _networks(name: str, values: tuple[tuple[str, Any], ...]) -> dict[str, dict[str, Any]]:
    return describe_networks(registry.get(name), dict(values))


def network_html(networks: Mapping[str, Mapping[str, Any]]) -> str:
    """The networks as rows of boxes."""
    parts = []
    for name, network in networks.items():
        boxes = [f"<li><b>Input</b>{_shape(network['input'])}</li>"]
        for layer in network["layers"]:
            count = f"<br><small>{layer['parameters']:,}</small>" if layer["parameters"] else ""
            kind = ' class="weighty"' if layer["parameters"] else ""
            words = html.escape(layer["kind"])
            boxes.append(f"<li{kind}><b>{words}</b>{_shape(layer['output'])}{count}</li>")
        title, size = html.escape(name.capitalize()), f"{network['parameters']:,} parameters"
        parts.append(f"<section><strong>{title}</strong> <small>{size}</small><ol>{''.join(boxes)}</ol></section>")
    return f'<div class="networks">{"".join(parts)}</div>'


def _shape(shape: Sequence[int]) -> str:
    return " × ".join(str(size) for size in shape)


def _start(spec: ModelSpec, request: jobs.Request) -> None:
    st.markdown("**3. Start**, for as long as you like")
    length = _length(spec, request)
    seconds = jobs.seconds_per_iteration(request)
    quick = _quick(length, seconds)
    options = {"full": _length_in_words(request, length)}
    if quick is not None:
        options["quick"] = describe_length(quick)
    if "epochs" in request.values:
        options["given"] = "a number of iterations"
    how = st.radio(
        "How long",
        list(options),
        format_func=recipes.LENGTHS.__getitem__,
        captions=list(options.values()),
        horizontal=True,
        label_visibility="collapsed",
        key="length",
        bind="query-params",
    )
    if how == "quick" and quick is not None:
        request, length = replace(request, iterations=quick), quick
    if how == "given":
        given = st.number_input("Iterations", 1, jobs.LONGEST, length or 1_000, key="iterations", bind="query-params")
        request, length = replace(request, iterations=given), given
    waiting = seconds is None and "timing" in st.session_state
    st.fragment(run_every=1.0 if waiting or _times_by_itself(seconds) else None)(_time_needed)(request, length)
    busy = worker.current() is not None
    words = "Start" if not busy else "Start after the current one"
    if st.button(words, type="primary", key="start", help="Everything is kept as it goes; you can leave and return."):
        start(request)


def _length(spec: ModelSpec, request: jobs.Request) -> int | None:
    """Iterations that the settings ask for; None where that depends on images that have not been counted."""
    if "iterations" in request.values:
        return int(request.values["iterations"])
    counted = _count(request.dataset, data.stamp(request.dataset)) if _is_here(request.dataset) else None
    if counted is None:
        return None
    labels = request.digits or tuple(counted)
    total = sum(counted.get(label, 0) for label in labels)
    return spec.iterations(request.values, total) if total else None


def _is_here(dataset: str) -> bool:
    return bool(dataset) and data.is_here(dataset)


@st.cache_data(show_spinner="Counting the images", max_entries=8)
def _count(dataset: str, stamp: str) -> dict[int, int] | None:
    """Training images of each class."""
    try:
        labels = data.load(dataset, download=False).y_train
    except GanlabError:
        return None
    return {label: int(n) for label, n in enumerate(np.bincount(labels)) if n}


def _length_in_words(request: jobs.Request, length: int | None) -> str:
    iterations = describe_length(length) if length else ""
    count = request.values.get("epochs")
    epochs = f"{count:,} epoch{'' if count == 1 else 's'}" if count else ""
    return ", ".join(filter(None, [epochs, iterations]))


def _quick(length: int | None, seconds: float | None) -> int | None:
    """Iterations of a quick look; None where the whole training is hardly longer."""
    quick = QUICK_ITERATIONS if seconds is None else max(20, round(QUICK_SECONDS / seconds, -1))
    quick = int(float(f"{quick:.1g}"))
    return quick if length is None or quick < 0.7 * length else None


def _times_by_itself(seconds: float | None) -> bool:
    return seconds is None and os.environ.get("GANLAB_WARM") != "0"


def _time_needed(request: jobs.Request, length: int | None) -> None:
    """How long the training will take here; where that is not known, a few iterations are timed."""
    seconds = jobs.seconds_per_iteration(request)
    if seconds is not None:
        if st.session_state.pop("timing", None):
            st.rerun()
        if length is None:
            st.caption(f"An iteration takes about {roughly(seconds)} on this machine.")
        else:
            st.markdown(
                f"**About {roughly(seconds * length)} on this machine**, at {1 / seconds:.3g} iterations a second."
            )
        return
    asked: tuple[jobs.Request, Future] | None = st.session_state.get("timing")
    timed = replace(request, iterations=None)
    if asked and _same_pace(asked[0], timed):
        if not asked[1].done():
            st.caption("Timing a few iterations, to tell how long it will take on this machine…")
        elif error := asked[1].exception():
            st.caption(f"How long it will take cannot be told: {error}")
        return
    if worker.current() is not None:
        st.caption("How long it will take can be timed once the current training is over.")
    elif os.environ.get("GANLAB_WARM") == "0":
        if st.button("How long will it take here?", key="time-it"):
            _begin_timing(timed)
            st.rerun()
    elif st.session_state.get("settled") == repr(timed):  # nothing has changed for a second
        _begin_timing(timed)
        st.caption("Timing a few iterations, to tell how long it will take on this machine…")
    else:
        st.session_state["settled"] = repr(timed)
        st.caption("How long it will take here is about to be timed.")


def _begin_timing(request: jobs.Request) -> None:
    before: tuple[jobs.Request, Future] | None = st.session_state.get("timing")
    if before:
        before[1].cancel()
    st.session_state["timing"] = (request, worker.call(lambda: jobs.time_here(request)))


def _same_pace(one: jobs.Request, other: jobs.Request) -> bool:
    return jobs.pace(one) == jobs.pace(other)


def start(request: jobs.Request) -> None:
    """Queues the run and shows it, or says why not."""
    try:
        if not request.dataset:
            raise GanlabError("Say where your own images are: a folder or an .npz file.")
        job = worker.submit(jobs.create_run(request, runs_folder()))
    except GanlabError as error:
        st.error(plain(str(error)))
        return
    st.query_params.pop("new", None)
    st.query_params["run"] = job.run.name
    st.rerun()
