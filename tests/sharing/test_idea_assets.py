"""What ships for pieces of the page Ideas, and the command that makes it."""

import json
import sys
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from ganlab import data, inference
from ganlab.cli import cli
from ganlab.errors import GanlabError
from ganlab.runs.folders import shipped
from ganlab.sharing import idea_assets
from ganlab.sharing.idea_assets import IDEAS, MAKERS, Asset, load, make
from ganlab.sharing.idea_batch import activations
from ganlab.sharing.idea_draw import TEST_IMAGES, WEIGHTS, compact


@pytest.mark.parametrize("name", MAKERS)
def test_what_ships_says_how_it_was_made(name):
    head, arrays = load(name)
    record = json.loads((IDEAS / f"{name}.json").read_text())
    assert record["command"] == f"python -m ganlab make-ideas {name} -o pretrained/ideas"
    assert record["size"] == (IDEAS / f"{name}.npz").stat().st_size and record["seconds"] > 0
    assert record["versions"]["tensorflow"] and "seed" in record
    assert head and arrays and "/work" not in json.dumps(record)


def test_the_pieces_that_are_here_stay_small():
    assert sum((IDEAS / f"{name}.npz").stat().st_size for name in ("batch", "draw")) < 1.5e6


def test_the_numbers_before_the_normalisation_are_those_of_the_model_that_ships():
    model = inference.load(shipped("dcgan"))
    about, values = activations(model, 2)
    head, arrays = load("batch")
    layer = next(layer for layer in head["layers"] if layer["name"] == "dcgan")
    kept = arrays["dcgan"].view(np.float16).astype(np.float32)
    assert kept.shape == (len(layer["units"]), layer["images"], layer["places"])
    assert about["units"] == layer["units"]
    np.testing.assert_allclose(kept[:, :2], values, rtol=2e-3, atol=0.05)


def test_a_larger_weight_of_the_kl_costs_reconstruction_and_buys_kl():
    head, arrays = load("draw")
    assert tuple(head["weights"]) == WEIGHTS
    reconstruction, kl = ([one[name] for one in head["figures"]] for name in ("reconstruction", "kl"))
    assert reconstruction == sorted(reconstruction) and kl == sorted(kl, reverse=True)
    assert min(head["figures"], key=lambda one: one["loss"]) == head["figures"][WEIGHTS.index(1.0)]  # as the piece says
    means, spreads = (arrays[name].view(np.float16).astype(np.float64) for name in ("means", "spreads"))
    assert means.shape == spreads.shape == (len(WEIGHTS), TEST_IMAGES, 2) and len(arrays["labels"]) == TEST_IMAGES
    kls = 0.5 * (means**2 + spreads**2 - 1 - 2 * np.log(spreads)).sum(axis=2).mean(axis=1)
    np.testing.assert_allclose(kls[1:], kl[1:], rtol=0.15)  # of all test images, and of the first thousand


def test_eight_bits_come_near_to_a_kernel():
    kernel = np.random.default_rng(0).normal(0, 0.2, [100, 200]).astype(np.float16)
    layers, arrays = compact(
        [{"kind": "dense", "kernel": "kernel-1", "bias": "bias-1"}, {"kind": "activation"}],
        {"kernel-1": kernel.view(np.uint16), "bias-1": np.zeros(200, np.uint16)},
    )
    scales = arrays[layers[0]["scales"]].view(np.float16).astype(np.float32)
    again = (arrays["kernel-1"].astype(np.float32) - 128) * scales
    assert arrays["kernel-1"].dtype == np.uint8 and np.abs(again - kernel).max() <= 0.51 * scales.max()


def test_a_piece_is_made_and_read_again(tmp_path, monkeypatch, capsys):
    asset = Asset({"a": np.arange(3, dtype=np.uint8)}, {"what": "three"}, {"seed": 4})
    monkeypatch.setitem(MAKERS, "three", "makes_three")
    monkeypatch.setitem(sys.modules, "makes_three", SimpleNamespace(make=lambda report: asset))
    folder = tmp_path / "ideas"
    cli.main(["make-ideas", "three", "-o", str(folder), "--json"], standalone_mode=False)
    record = json.loads(capsys.readouterr().out)
    assert record["seed"] == 4 and record["head"] == {"what": "three"} and record["size"] > 0
    head, arrays = load("three", folder)
    assert head == {"what": "three"} and arrays["a"].tolist() == [0, 1, 2]
    (folder / "three.npz").write_bytes(b"PK")
    with pytest.raises(GanlabError, match="missing or damaged"):
        load("three", folder)
    with pytest.raises(GanlabError, match="nothing to make for an idea 'two'; there is for batch, "):
        make("two", folder, lambda what, share: None)


def test_images_that_stand_in_for_others_are_refused(monkeypatch, tmp_path):
    from ganlab.jobs.requests import Request

    monkeypatch.setattr(data, "load", partial(data.load, download=False))
    monkeypatch.setenv("GANLAB_DATA", str(tmp_path))
    request = Request("dense-gan", dataset="mnist", iterations=1, device="cpu")
    with pytest.raises(GanlabError, match=r"What ships is made from mnist, which is not to be had here\. .* instead"):
        idea_assets.trained([request], lambda what, share: None, lambda run: None)
