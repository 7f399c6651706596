"""Encoding, judging and evaluating with a trained model, from Python and from the shell."""

import json
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import ganlab
from ganlab.cli import cli
from ganlab.data import load as load_data
from ganlab.evaluation import RepairFigures, evaluate_repair, evaluate_variety, variety
from ganlab.inference import AutoencoderRun
from ganlab.metrics.latent import neighbour_accuracy
from ganlab.runs import Run
from tests.conftest import trained_run


@pytest.fixture(scope="module")
def vae(tmp_path_factory) -> AutoencoderRun:
    return ganlab.load(trained_run(tmp_path_factory.mktemp("runs"), "vae", 60, values={"latent_size": 2}))


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> AutoencoderRun:
    return ganlab.load(trained_run(tmp_path_factory.mktemp("runs"), "autoencoder", 12, values={"latent_size": 2}))


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return load_data("offline").x_test[:30]


def test_images_are_encoded_decoded_and_scored(vae, plain, images):
    mean, log_variance = vae.encode(images)
    assert mean.shape == log_variance.shape == (30, 2) and mean.dtype == np.float32
    np.testing.assert_array_equal(vae.reconstruct(images), vae.decode(mean))
    assert vae.decode(mean).dtype == np.uint8 and vae.sample(3).shape == (3, 28, 28)
    assert vae.encode(images[:0])[0].shape == (0, 2)
    scores = vae.score(images)
    assert scores.shape == (30,) and (scores < 0).all()
    assert vae.score(255 - images).mean() < scores.mean() - 100, "inverted digits are most unusual"
    assert not plain.encode(images)[1].any() and plain.score(images).shape == (30,)


def test_the_importance_weighted_bound_lies_above_the_plain_one(vae, images):
    assert vae.importance_bound(images[:10], 60).mean() > -vae.nats(images[:10], 60).sum(axis=1).mean()
    one = np.mean([vae.importance_bound(images, 1, seed) for seed in range(60)])
    assert one == pytest.approx(-vae.nats(images, 60).sum(axis=1).mean(), rel=0.01), "with one sample they are the same"


def test_what_cannot_be_encoded_or_decoded_is_refused_with_a_sentence(vae, finished, images):
    for wrong in (images.astype(float), images[0], images[:, :20]):
        with pytest.raises(ganlab.GanlabError, match="28 x 28"):
            vae.encode(wrong)
    for wrong in (np.zeros([1, 3]), np.full([1, 2], np.nan), np.zeros(2)):
        with pytest.raises(ganlab.GanlabError, match="finite numbers, 2"):
            vae.decode(wrong)
    result = CliRunner().invoke(cli, ["evaluate", "vae", str(finished)])
    assert "no autoencoder" in str(result.exception)


def test_a_run_keeps_validation_after_each_epoch_and_where_test_images_lie(vae):
    run = Run(vae.run.path)
    ends, values = run.validation()
    epoch = -(-run.config.data.images // run.config.values["batch_size"])
    assert ends.tolist() == sorted({*range(epoch, 61, epoch), 60}) and values.shape == (len(ends), 3)
    assert np.allclose(values[:, 0], values[:, 1] + values[:, 2], rtol=1e-5)
    labels = run.labels()
    assert 0 < len(labels) <= 1000 and run.places().shape == (len(labels), 2)
    found = vae.encode(load_data("offline").x_test[: len(labels)])[0]
    np.testing.assert_allclose(run.places(), found, atol=0.02)


@pytest.mark.parametrize("name", ["vae", "plain"])
def test_evaluating_and_walking_from_the_shell(name, request, tmp_path):
    run = str(request.getfixturevalue(name).run.path)
    result = CliRunner().invoke(cli, ["evaluate", "vae", run, "--importance-images", "5", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert found["bound"] < 0 and 0 <= found["neighbour_accuracy"] <= 1 and found["binarized"]["bound"] < 0
    assert ("importance_weighted" in found) is (name == "vae")
    for kind in ("gif", "png"):
        file = tmp_path / f"walk.{kind}"
        command = ["walk", run, "--from", "3", "--to", "8", "--steps", "5", "-o", str(file)]
        assert CliRunner().invoke(cli, command).exit_code == 0
        assert getattr(Image.open(file), "n_frames", 1) == (8 if kind == "gif" else 1)
    assert "as .gif or .png" in str(CliRunner().invoke(cli, [*command[:-1], "walk.mp4"]).exception)


def test_neighbours_read_what_lies_apart():
    random = np.random.default_rng(0)
    labels = np.arange(200) % 2
    points = random.standard_normal([200, 2]) + 20 * labels[:, None]
    assert neighbour_accuracy(points[:100], labels[:100], points[100:], labels[100:]) == 1.0
    assert neighbour_accuracy(points[:100], labels[:100], points[100:], 1 - labels[100:]) == 0.0


@pytest.fixture(scope="module")
def repaired() -> RepairFigures:
    """Of 90 images, 9 of each class, mean fill and repair; the masks are squares of 2, 4 and 6 pixels."""
    rng = np.random.default_rng(0)
    labels = np.arange(90) % 10
    originals = rng.integers(0, 256, [90, 28, 28]).astype(np.uint8)
    lost = np.zeros([90, 28, 28], bool)
    for place, mask in enumerate(lost):
        mask[8 : 10 + 2 * (place // 30), 8 : 10 + 2 * (place // 30)] = True
    read = {"clean": np.eye(10)[labels], "repaired": np.eye(10)[(labels + (np.arange(90) < 30)) % 10]}
    read["repaired"] *= np.linspace(0.5, 1.0, 90)[:, None]
    kept = {"repaired": np.where(lost, 255 - originals, originals).astype(np.uint8)}
    return RepairFigures("", labels, originals, np.where(lost, 0, originals).astype(np.uint8), lost, kept, read)


def test_figures_of_repair_by_class_size_and_case(repaired):
    assert repaired.accuracy("repaired") == pytest.approx(60 / 90) and repaired.accuracy("clean") == 1.0
    assert repaired.by_class("repaired") == pytest.approx([6 / 9] * 10)
    assert repaired.by_size("repaired") == [(4, 4, 30, 0.0), (16, 16, 30, 1.0), (36, 36, 30, 1.0)]
    assert repaired.confusion("repaired").sum() == 90 and np.trace(repaired.confusion("repaired")) == 60
    assert repaired.worst("repaired").tolist() == list(range(29, -1, -1)) and not len(repaired.worst("clean"))
    assert repaired.changed_outside("repaired") == 0 and np.isnan(repaired.frechet("repaired"))


def test_holes_of_one_size_are_one_part_and_have_a_distance(repaired):
    same = replace(repaired, masks=np.broadcast_to(repaired.masks[0], repaired.masks.shape))
    assert same.by_size("repaired") == [(4, 4, 90, pytest.approx(60 / 90))]
    assert same.frechet_of(same.images) == pytest.approx(0.0, abs=1e-9)
    assert same.frechet_of(255 - same.images) > 0.0
    assert same.alike and not repaired.alike


def test_real_strokes_fill_the_same_holes_of_the_same_images(repaired):
    same = replace(repaired, masks=np.broadcast_to(repaired.masks[40], repaired.masks.shape))
    known = np.where(same.masks, 7, same.images)[::-1].astype(np.uint8)
    filled = same.strokes_of(known)
    assert (filled[same.masks] == 7).all() and (filled == same.images)[~same.masks].all()
    noise = np.random.default_rng(3).integers(0, 256, same.images.shape).astype(np.uint8)
    found, smaller = same.frechet_limits({"same": same.images, "flat": filled, "one": noise, "other": noise[::-1]})
    assert found["same"] == pytest.approx(0.0, abs=1e-9), "and noise like that of the images is hardly farther"
    assert found["one"] < 0.2 * found["flat"]
    assert smaller["same", "flat"] == -1 and smaller["flat", "same"] == 1 and smaller["one", "other"] == 0


def test_repair_is_measured_in_pieces(tmp_path):
    used = load_data("offline").select((3, 8))
    model = ganlab.load(trained_run(tmp_path, "inpaint-gan", 2))
    reader = ganlab.load(trained_run(tmp_path, "classifier", 2))
    told = []
    found = evaluate_repair(
        {"it": model}, reader, "cuts", True, 1, 50, used, lambda what, share: told.append((what, share))
    )
    shares = [share for _, share in told if share is not None]
    assert shares == sorted(shares) and shares[0] == 0.0 and shares[-1] < 1.0
    assert len(found.labels) == 50 and set(found.labels) <= {3, 8} and found.read["it"].shape == (50, 10)
    np.testing.assert_array_equal(found.images, used.x_test[:50])
    np.testing.assert_array_equal(found.repaired["it"], model.repair(found.damaged, found.masks))
    none = replace(used, x_test=used.x_test[:0], y_test=used.y_test[:0])
    with pytest.raises(ganlab.GanlabError, match="no test images"):
        evaluate_repair({"it": model}, reader, dataset=none)
    assert np.isnan(evaluate_variety(model, found)), "it makes one repair only"


def test_variety_is_the_mean_distance_between_two_repairs(repaired):
    made = np.random.default_rng(1).integers(0, 256, [90, 4, 28, 28]).astype(np.uint8)
    apart = [
        np.abs(made[:, one].astype(int) - made[:, other])[repaired.masks].mean()
        for one, other in combinations(range(4), 2)
    ]
    assert variety(made, repaired.masks) == pytest.approx(np.mean(apart))
    assert variety(made[:, :1].repeat(4, axis=1), repaired.masks) == 0.0
    black_and_white = np.array([0, 255, 0, 255], np.uint8)[None, :, None, None].repeat(28, 2).repeat(28, 3)
    assert variety(black_and_white, np.ones([1, 28, 28], bool)) == pytest.approx(255 * 4 / 6)
    assert np.isnan(variety(made, np.zeros([90, 28, 28], bool)))
