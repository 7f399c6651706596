"""Train: choose, start, watch."""

from pathlib import Path

import streamlit as st

from ganlab import jobs, registry
from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.runs import list_runs, resolve, runs_folder
from ganlab.training.devices import PRECISIONS
from ganlab.ui.forms import knob_form
from ganlab.ui.guard import enter_by_the_router
from ganlab.ui.live import STATES, show_run

OWN = "My own images"
DATASETS = {"MNIST": "mnist", "Fashion-MNIST": "fashion-mnist", "Offline digits": "offline", OWN: OWN}


def choose() -> None:
    """The form; Start queues the run and shows it."""
    specs = {spec.title: spec for spec in registry.specs()}
    names = list(specs)
    first = names.index(registry.get("dcgan").title)
    left, right = st.columns([2, 3], gap="large")
    with left:
        spec = specs[st.selectbox("Architecture", names, first)]
        preset = st.selectbox("Preset", list(spec.presets), key=f"preset-{spec.name}", help="A named set of settings.")
        st.markdown(spec.summary)
        st.caption(f"From {spec.source.title}, {spec.source.chapter} ({spec.source.year}).")
        counts = [f"{name} {count:,}" for name, count in spec.parameters.items()]
        st.caption(f"Numbers that it learns (parameters): {', '.join(counts)}.")
        st.caption(f"{spec.presets[preset].summary} The source keeps: {spec.keeps}")
        for sentence in spec.presets[preset].mended:
            st.caption(f"Note: {sentence}")
    with right:
        dataset = DATASETS[st.selectbox("Images", list(DATASETS))]
        if dataset == OWN:
            dataset = st.text_input(
                "Where they are",
                help="An .npz file with x_train and y_train, or a folder with one sub-folder of images for each class.",
            )
        digits = st.pills(
            "Digits (classes); none chosen means all",
            range(10),
            default=spec.digits or (),
            selection_mode="multi",
            key=f"digits-{spec.name}",
        )
        values = knob_form(spec, spec.values(preset), f"knob-{spec.name}-{preset}")
        with st.expander("Seed, device, precision"):
            columns = st.columns(3)
            seed = columns[0].number_input(
                "Seed", 0, jobs.LARGEST_SEED, 0, help="All randomness follows from it: the same seed, the same run."
            )
            device = columns[1].selectbox(
                "Device", ["auto", "cpu", "gpu:0"], help="auto takes a GPU where there is one."
            )
            precision = columns[2].selectbox(
                "Precision", PRECISIONS, help="How exactly to compute; auto measures once which is faster here."
            )
        if st.button("Start", type="primary", key="start"):
            chosen = tuple(sorted(digits)) or None
            request = jobs.Request(spec.name, preset, values, dataset, chosen, None, seed, device, precision)
            start(request)


def start(request: jobs.Request) -> None:
    try:
        if not request.dataset:
            raise GanlabError("Say where your own images are: a folder or an .npz file.")
        job = worker.submit(jobs.create_run(request, runs_folder()))
    except GanlabError as error:
        st.error(str(error))
        return
    st.query_params["run"] = job.run.name
    st.rerun()


def attached() -> Path | None:
    """The run in the address, else the one at work."""
    name = st.query_params.get("run")
    if name:
        try:
            return resolve(name, runs_folder()).path
        except GanlabError as error:
            st.warning(str(error))
            return None
    current = worker.current()
    if current is None:
        return None
    st.query_params["run"] = current.run.name
    return current.run


def earlier_runs() -> None:
    """A way back to every run that is kept."""
    runs, problems = list_runs(runs_folder())
    for problem in problems:
        st.warning(problem)
    if not runs:
        return
    with st.expander(f"Earlier runs ({len(runs)})"):
        labels = {run.id: f"{run.id}: {STATES.get(run.state, run.state).lower()}" for run in runs}
        choice = st.selectbox(
            "Run", list(labels), None, labels.__getitem__, placeholder="Choose a run to open", key="earlier"
        )
        if choice and st.button("Open"):
            st.query_params["run"] = choice
            st.rerun()


enter_by_the_router()
st.title("Train", anchor=False)
shown = attached()
if shown is None:
    choose()
else:
    show_run(shown)
    with st.expander("Start another run"):
        choose()
earlier_runs()
