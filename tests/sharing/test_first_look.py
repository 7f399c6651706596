"""What ships so that a page shows something before TensorFlow is there is what the models compute."""

import shutil

import numpy as np
import pytest

from ganlab import inference
from ganlab.errors import GanlabError
from ganlab.runs import Run, layout
from ganlab.runs.folders import PRETRAINED
from ganlab.sharing.publishing import add_first_look, save_first_look

SHIPPED = [Run(path) for path in sorted(PRETRAINED.iterdir()) if (path / layout.CONFIG).exists()]
REPAIRERS = [run for run in SHIPPED if run.example() is not None]
DRAWERS = [run for run in SHIPPED if run.decoder() is not None]


def test_every_model_that_repairs_or_decodes_has_its_first_look():
    assert {run.id for run in REPAIRERS} == {run.id for run in SHIPPED if "repair" in run.id or "inpaint" in run.id}
    assert {run.id for run in DRAWERS} == {run.id for run in SHIPPED if run.map() is not None}


@pytest.mark.parametrize("run", REPAIRERS, ids=lambda run: run.id)
def test_the_worked_example_is_what_the_models_compute(run, tmp_path):
    save_first_look(inference.load(run), tmp_path)
    shutil.copy(run.path / layout.CONFIG, tmp_path)
    shipped, computed = run.example(), Run(tmp_path).example()
    assert shipped is not None and computed is not None
    assert shipped.keys() == computed.keys() == {"original", "mask", "repaired", "before", "after"}
    np.testing.assert_array_equal(shipped["mask"], computed["mask"])
    drawn = 2 if run.config.dataset == "fashion-mnist" else 0  # by a GAN, on another processor a little differently
    for name, most in {"original": drawn, "repaired": 2 + drawn}.items():
        assert np.abs(shipped[name].astype(int) - computed[name]).max() <= most, name
    for name in ("before", "after"):
        np.testing.assert_allclose(shipped[name], computed[name], atol=0.01)
    assert shipped["after"][0].argmax() != shipped["before"].argmax(), "it shows what repair is good for"


@pytest.mark.parametrize("run", DRAWERS, ids=lambda run: run.id)
def test_the_decoder_on_disk_is_the_loaded_one(run):
    kept = inference.kept_decoder(run)
    assert kept is not None
    model = inference.load(run)
    (layers, arrays), (built, loaded) = kept.decoder_layers(), model.decoder_layers()
    assert kept.latent_size == model.latent_size and layers == built and arrays.keys() == loaded.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, loaded[name])


def test_it_is_made_anew_by_a_command_that_is_noted_once(tmp_path):
    path = shutil.copytree(PRETRAINED / "vae", tmp_path / "vae")
    (path / layout.DECODER).unlink()
    assert Run(path).decoder() is None
    records = [add_first_look(Run(path)) for _ in range(2)]
    assert (path / layout.DECODER).read_bytes() == (PRETRAINED / "vae" / layout.DECODER).read_bytes()
    noted = Run(path).config.pretrained.commands
    assert noted[-1] == "python -m ganlab runs first-look pretrained/vae" and len(noted) == 3
    assert records[0]["commands"] == records[1]["commands"] == list(noted)


def test_what_has_no_first_look_is_a_sentence(tmp_path):
    path = shutil.copytree(PRETRAINED / "classifier", tmp_path / "classifier")
    with pytest.raises(GanlabError, match="nothing to show of classifier"):
        add_first_look(Run(path))
    run = Run(path)
    run.config = run.config.without("pretrained")
    with pytest.raises(GanlabError, match="publish it first"):
        add_first_look(run)
