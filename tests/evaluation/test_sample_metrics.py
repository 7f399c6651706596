"""What samples are worth: the figures of a run, from Python and from the shell."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

import ganlab
from ganlab.cli import cli
from ganlab.data import Dataset
from ganlab.data import load as load_data
from ganlab.evaluation import evaluate_gan
from ganlab.evaluation.sample_metrics import Merit, finish
from ganlab.metrics import metric_catalog
from ganlab.metrics.classes import divergence, label_shares
from ganlab.metrics.frechet import frechet_distance
from ganlab.metrics.kernel import kernel_distance
from ganlab.metrics.manifold import density_and_coverage
from ganlab.runs import layout
from ganlab.runs.files import finite
from tests.conftest import trained_run

READ = {figure.name for figure in metric_catalog.FIGURES if figure.reads} | set(metric_catalog.CLASSES)


@pytest.fixture(scope="module")
def judge() -> ganlab.inference.ClassifierRun:
    return ganlab.load("classifier")


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_data("offline")


@pytest.fixture(scope="module")
def merit(judge, digits) -> Merit:
    return Merit(digits, judge, 200)


@pytest.fixture(scope="module")
def gan(tmp_path_factory) -> ganlab.inference.GANRun:
    return ganlab.load(trained_run(tmp_path_factory.mktemp("runs"), "dense-gan", 12))


def test_real_images_get_about_the_floor_and_noise_does_not(merit, digits):
    known = {image.tobytes() for image in merit.reals}
    rest = np.array([image for image in digits.x_train if image.tobytes() not in known])
    real = finish(merit.measure(np.random.default_rng(0).permutation(rest)[:200])).figures
    noise = finish(merit.measure(np.random.default_rng(0).integers(0, 256, [200, 28, 28], np.uint8))).figures
    assert set(real) == set(metric_catalog.COLUMNS)
    assert real["frechet"] < 2 * real["frechet_floor"] < noise["frechet"] / 10
    assert abs(real["kernel"]) < noise["kernel"] / 10
    assert real["coverage"] > 0.9 > noise["coverage"] and 0.8 < real["density"] < 1.2
    assert real["divergence"] < 0.1 < noise["divergence"] and real["confidence"] > 0.9
    assert real["diversity"] == pytest.approx(real["diversity_real"], rel=0.1)
    assert np.isnan(real["right_on_reals"])


def test_figures_are_those_of_the_metrics_on_as_many_of_each(merit, judge, digits):
    assert merit.count == len(merit.reals) == len(merit.tests) == 200
    samples = digits.x_test[-200:]
    found = finish(merit.measure(samples, np.array([0.9, 0.2]), np.array([0.1, 0.2, 0.7, 0.8]))).figures
    ours, reals, tests = (judge.features(images) for images in (samples, merit.reals, merit.tests))
    assert found["frechet"] == pytest.approx(frechet_distance(ours, reals), rel=1e-4)
    assert found["kernel"] == pytest.approx(1000 * kernel_distance(ours, reals), rel=1e-3)
    assert found["frechet_floor"] == pytest.approx(frechet_distance(tests, reals), rel=1e-4)
    assert found["kernel_floor"] == pytest.approx(1000 * kernel_distance(tests, reals), rel=1e-3)
    read = judge.classify(samples)
    shares = np.bincount(read.argmax(1), minlength=10) / 200
    assert [found[name] for name in metric_catalog.CLASSES] == pytest.approx(shares.tolist())
    assert found["divergence"] == pytest.approx(divergence(shares, label_shares(digits.y_train)))
    assert found["confidence"] == pytest.approx(read.max(1).mean(), rel=1e-4)
    assert found["right_on_reals"] == 0.5 and found["right_on_fakes"] == 0.5
    density, coverage = density_and_coverage(reals, tests)
    assert found["density_real"] == pytest.approx(density) and found["coverage_real"] == pytest.approx(coverage)
    as_real = judge.classify(merit.tests)
    assert found["confidence_real"] == pytest.approx(as_real.max(1).mean(), rel=1e-4)
    shares = np.bincount(as_real.argmax(1), minlength=10) / 200
    assert found["divergence_real"] == pytest.approx(divergence(shares, label_shares(digits.y_train)))
    with pytest.raises(ValueError, match="200 samples"):
        finish(merit.measure(samples[:100]))


def test_what_real_images_get_is_what_they_get_in_place_of_samples(merit):
    found = finish(merit.measure(merit.tests)).figures
    for name in ("frechet", "coverage", "density", "confidence", "divergence", "nearest", "kernel"):
        beside = metric_catalog.BY_NAME[name].beside
        assert beside and found[name] == pytest.approx(found[beside], rel=1e-6), name


def test_samples_of_some_classes_are_read_as_asked_or_not(judge, digits):
    some = Merit(digits.select((3, 8)), judge, 60)
    asked, other = (digits.x_test[np.isin(digits.y_test, kinds)][: some.count] for kinds in ((3, 8), (0, 1)))
    found = finish(some.measure(asked)).figures
    assert found["asked"] == pytest.approx(found["class_3"] + found["class_8"]) and found["asked"] > 0.9
    assert found["asked_real"] > 0.9 and finish(some.measure(other)).figures["asked"] < 0.1


def test_copies_are_found_with_the_training_image_that_they_copy(merit, digits):
    copied = np.random.default_rng(1).choice(len(digits.x_train), 200, replace=False)
    found = finish(merit.measure(digits.x_train[copied]))
    assert (digits.x_train[found.nearest] == digits.x_train[copied]).all()
    assert found.figures["nearest"] < 0.01 < 1 < found.figures["nearest_real"]
    few = Merit(digits, None, 50, searched=70)
    assert len(few.searched) == 70 and set(finish(few.measure(digits.x_train[:50])).nearest) <= set(few.searched)


def test_work_is_done_in_steps_that_tell_how_far_it_is(judge, digits):
    told = []
    again = Merit(digits, judge, 300)
    finish(again.measure(digits.x_test), lambda what, share: told.append((what, share)))
    reading = [share for what, share in told if what == "Reading samples"]
    assert reading == [0.0, 250 / again.count] and all(0 <= share < 1 for _, share in told)
    floor = dict(again.floor)
    told.clear()
    finish(again.measure(digits.x_train[: again.count]), lambda what, share: told.append(what))
    assert again.floor == floor and not [what for what in told if "test" in what], "real images are read once"


def test_fewer_images_compare_fewer_and_too_few_are_refused(judge, digits):
    five = digits.select((5,))
    assert Merit(five, judge, 1000).count == len(five.x_test)
    few = replace(five, x_test=five.x_test[:9], y_test=five.y_test[:9])
    with pytest.raises(ganlab.GanlabError, match=r"too few images.*: 9; it takes at least 10"):
        Merit(few, judge, 1000)


def test_images_that_nobody_knows_get_the_figures_of_pixels(digits):
    own = replace(digits, x_test=digits.x_test[:0], y_test=digits.y_test[:0])
    found = finish(Merit(own, None, 100).measure(digits.x_test[:100], np.ones(3), np.ones(3))).figures
    known = {name for name, value in found.items() if np.isfinite(value)}
    assert known == {"diversity", "diversity_real", "nearest"}, "without test images there is no floor either"
    found = finish(Merit(digits, None, 100).measure(digits.x_test[:100], np.ones(3), np.ones(3))).figures
    assert {name for name, value in found.items() if np.isnan(value)} == READ


def test_a_gan_is_evaluated_with_its_discriminator(gan):
    told = []
    found = evaluate_gan(gan, 100, 3, lambda what, share: told.append(what))
    assert found["samples"] == 100 and found["extractor"]["name"] == "classifier" and found["extractor"]["size"] > 1
    assert sum(found["classes"]) == pytest.approx(1) and sum(found["classes_real"]) == pytest.approx(1)
    assert [sum(found["discriminator"][kind]) for kind in ("reals", "fakes")] == [100, 100]
    assert found["right_on_fakes"] == found["discriminator"]["fakes"][1] / 100
    closest = found["nearest"]["closest"]
    far = [one["distance"] for one in closest]
    assert far == sorted(far) and len(closest) == 10
    sample, known = gan.sample(100, 3)[closest[0]["sample"]], load_data("offline").x_train[closest[0]["training"]]
    assert np.linalg.norm((sample / 255.0 - known / 255.0).ravel()) == pytest.approx(far[0], rel=1e-4)
    assert "Drawing 100 samples" in told and "Reading samples" in told
    assert finite(found) == finite(evaluate_gan(gan, 100, 3))


def test_p_real_is_the_discriminators_of_the_same_iteration_or_nothing(gan, digits, tmp_path):
    p = gan.p_real(digits.x_test[:20])
    assert p.shape == (20,) and (p > 0).all() and (p < 1).all()
    assert ganlab.load("dcgan").p_real(digits.x_test[:2]) is None
    model = ganlab.load(trained_run(tmp_path, "dense-gan", 3))
    for file in layout.checkpoints(model.run.path):
        file.rename(layout.checkpoint(model.run.path, 2))
    assert model.p_real(digits.x_test[:2]) is None


def test_evaluating_a_gan_from_the_shell(gan, finished):
    result = CliRunner().invoke(cli, ["evaluate", "gan", str(gan.run.path), "-n", "100", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    names = {"frechet", "frechet_floor", "kernel", "kernel_floor", "density", "coverage", "classes", "divergence"}
    names |= {"confidence", "diversity", "diversity_real", "nearest", "extractor", "samples", "data", "discriminator"}
    assert names <= set(found) and any("Compare these values only" in note for note in found["notes"])
    result = CliRunner().invoke(cli, ["evaluate", "gan", str(finished), "-n", "5000"])
    assert "in place of 5,000" in result.output and "e+" not in result.output
    assert re.search(r"Fréchet distance: [\d.,]+ \(real images [\d.]+\)", result.output)
    assert re.search(r"Coverage: [\d.]+% \(real images [\d.]+%\)", result.output)
    assert re.search(r"Samples taken for generated: [\d.]+%", result.output)
    refused = CliRunner().invoke(cli, ["evaluate", "gan", "classifier"])
    assert "is no GAN" in str(refused.exception)
