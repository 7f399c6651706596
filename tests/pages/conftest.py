"""The runs folder that a page is shown, and runs to put into it."""

import copy
import functools
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner

from ganlab.inference import TrainedModel, loading
from ganlab.jobs import worker
from ganlab.runs import Run
from ganlab.ui.runs import run_list, run_verdicts
from ganlab.ui.shared import model_picker
from tests.conftest import trained_run

TRAINED: dict[str, dict[str, Any]] = {
    "vae": {"name": "vae", "values": {"latent_size": 2}},
    "autoencoder": {"name": "autoencoder", "values": {"latent_size": 2}},
    "six": {"name": "vae"},  # six latent variables
    "gan": {"name": "dense-gan", "iterations": 40, "digits": (5,)},
    "dense-gan": {"name": "dense-gan"},
    "repair-gan": {"name": "repair-gan"},
    "inpaint-gan": {"name": "inpaint-gan"},
    "inpaint-fives": {"name": "inpaint-gan", "iterations": 2, "digits": (5,)},
    "classifier": {"name": "classifier", "iterations": 30},
}


@pytest.fixture(scope="session", autouse=True)
def one_scan() -> Iterator[None]:
    """Streamlit looks for components in every installed package each time a page is run; here it does so once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", functools.cache(manifest_scanner.scan_component_manifests)
        )
        yield


_built: dict[tuple, TrainedModel] = {}


def _built_once(kind: type[TrainedModel], run: Run, weights: Path | None = None) -> TrainedModel:
    weights = weights or run.weights
    if weights is None or not weights.exists():
        return kind(run, weights)
    content = hashlib.sha256(weights.read_bytes()).digest()
    key = (kind, run.model, json.dumps(run.config.values, sort_keys=True), content)
    if key in _built:
        _built[key].take_weights(weights)  # a page may have gone over to other ones
    else:
        _built[key] = kind(run, weights)
    model = copy.copy(_built[key])
    model.run = run
    return model


@pytest.fixture(scope="module", autouse=True)
def models_built_once() -> Iterator[None]:
    """A model of the same settings and weights as one before is not built and traced again, which takes a second; a
    page that opens it still reads its files."""
    with pytest.MonkeyPatch.context() as patch:
        for family, kind in loading.FAMILIES.items():
            patch.setitem(cast(dict, loading.FAMILIES), family, functools.partial(_built_once, kind))
        yield


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Callable[[str], Path]:
    """`trained("vae")` is a finished run of TRAINED, trained when it is first asked for; tests do not change it."""
    return functools.cache(lambda name: trained_run(tmp_path_factory.mktemp(name), **TRAINED[name]))


@pytest.fixture
def nothing(tmp_path, monkeypatch) -> Path:
    """An empty runs folder; nothing is pretrained, and nothing is remembered from another test."""
    folder = tmp_path / "runs"
    folder.mkdir()
    monkeypatch.setenv("GANLAB_RUNS", str(folder))
    for module in (model_picker, run_list):
        monkeypatch.setattr(module, "PRETRAINED", tmp_path / "pretrained")
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setattr(run_verdicts, "_found", {})
    return folder


@pytest.fixture
def beside_shipped(tmp_path, monkeypatch):
    """A runs folder that is not there yet, beside what ships with ganlab; what trains is stopped in the end."""
    monkeypatch.setenv("GANLAB_RUNS", str(tmp_path / "runs"))
    yield tmp_path / "runs"
    for job in worker.jobs():
        worker.stop(job)
        job.wait(60)


@pytest.fixture
def runs(nothing) -> Path:
    """The runs folder; some test files put runs into it first."""
    return nothing


@pytest.fixture
def add(runs, trained) -> Callable[[str], Path]:
    """`add("vae")` copies that trained run into the runs folder, under this name, for the test to change."""
    return lambda name: shutil.copytree(trained(name), runs / name)


@pytest.fixture
def run(add) -> Path:
    return add("vae")
