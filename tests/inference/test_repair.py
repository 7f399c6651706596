"""Repairing and reading with trained models, from Python and from the shell."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import ganlab
from ganlab.cli import cli
from ganlab.data import damages
from ganlab.data import load as load_data
from ganlab.data.drawing import center_with, prepare_with_mask
from ganlab.evaluation import MEAN_FILL, Restaurant, evaluate_classifier, evaluate_repair, variety
from ganlab.inference import ClassifierRun, RepairRun, farthest
from ganlab.runs import Run
from ganlab.sharing import publishing
from tests.conftest import REAL, ROOT, trained_run


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def classifier(runs) -> ClassifierRun:
    values = {"filters": 8, "units": 32, "batch_size": 50, "learning_rate": 0.003, "dropout": 0.0}
    return ganlab.load(trained_run(runs, "classifier", 120, values=values))


@pytest.fixture(scope="module")
def repairer(runs) -> RepairRun:
    return ganlab.load(trained_run(runs, "repair-gan", 12, values={"generator_filters": 8}))


@pytest.fixture(scope="module")
def inpainter(runs) -> RepairRun:
    return ganlab.load(trained_run(runs, "inpaint-gan", 12))


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return load_data("offline").x_test[:40]


def test_a_classifier_gives_a_probability_for_each_class(classifier, images):
    read = classifier.classify(images)
    assert read.shape == (40, 10) and read.dtype == np.float32
    np.testing.assert_allclose(read.sum(axis=1), 1.0, rtol=1e-5)
    assert (read.argmax(axis=1) == load_data("offline").y_test[:40]).mean() > 0.5
    np.testing.assert_allclose(classifier.classify(images[:3]), read[:3], rtol=1e-4, atol=1e-6)
    assert classifier.classify(images[:0]).shape == (0, 10)


@pytest.mark.parametrize("kind", damages.DAMAGES)
def test_known_damage_is_filled_and_no_other_pixel_changes(repairer, images, kind):
    lost = damages.draw_masks(kind, 40)
    damaged = damages.apply_damage(images, lost)
    made = repairer.repair(damaged, lost)
    assert made.shape == images.shape and made.dtype == np.uint8
    np.testing.assert_array_equal(made[~lost], damaged[~lost])
    assert made[lost].any()
    np.testing.assert_allclose(repairer.repair(damaged[:3], lost[:3]).astype(int), made[:3], atol=1)


@pytest.fixture(scope="module")
def shipped() -> RepairRun:
    return ganlab.load(ROOT / "pretrained" / "repair-gan")


@pytest.mark.parametrize("kind", damages.DAMAGES)
def test_the_shipped_model_changes_nothing_beside_any_damage(shipped, kind):
    digits = load_data("offline").x_test
    lost = damages.draw_masks(kind, len(digits))
    made = shipped.repair(damages.apply_damage(digits, lost), lost)
    assert len(digits) == 297 and made[lost].any()
    assert not ((made != digits) & ~lost).any()


@pytest.mark.skipif(not REAL.is_dir(), reason="the real data sets do not lie beside the checkout")
def test_the_shipped_model_changes_nothing_beside_the_hole_in_any_test_image(shipped, monkeypatch):
    monkeypatch.setenv("GANLAB_DATA", str(REAL))
    digits = load_data("mnist", download=False).x_test
    lost = damages.draw_masks("hole", len(digits))
    made = shipped.repair(damages.apply_damage(digits, lost), lost)
    assert len(digits) == 10_000 and made[lost].any()
    assert not ((made != digits) & ~lost).any()


def test_unknown_damage_is_repaired_by_adding_strokes(repairer, images):
    damaged = damages.apply_damage(images, damages.draw_masks("cuts", 40))
    made = repairer.repair(damaged)
    assert (made >= damaged).all() and (made > damaged).any()


def test_what_is_not_damaged_stays_as_it_is(repairer, images):
    np.testing.assert_array_equal(repairer.repair(images, np.zeros([28, 28], bool)), images)


def test_the_seed_decides_between_repairs_and_the_critic_ranks_them(repairer, images):
    lost = damages.draw_masks("hole", 40)
    damaged = damages.apply_damage(images, lost)
    four = repairer.alternatives(damaged, lost, 4)
    assert four.shape == (40, 4, 28, 28)
    first, second = (repairer.repair(damaged, lost, seed) for seed in (0, 3))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, repairer.repair(damaged, lost))
    sixteen = np.stack([repairer.repair(damaged, lost, seed) for seed in range(16)], axis=1)
    near = np.abs(four[:, :, None].astype(int) - sixteen[:, None]).max(axis=(3, 4)).min(axis=2)
    assert near.max() <= 1, "each is the repair of a seed, but for how batches are rounded"
    single = repairer.alternatives(damaged, lost, 1)
    likeliest = np.stack([repairer._model.rank(sixteen[:, at], lost).numpy() for at in range(4)]).max(axis=0)
    np.testing.assert_allclose(repairer._model.rank(single[:, 0], lost).numpy(), likeliest, atol=1e-2)
    assert repairer.alternatives(damaged[:0], lost[:0]).shape == (0, 4, 28, 28)
    assert variety(four, lost) > 1.2 * variety(sixteen[:, :4], lost), "they are chosen to differ"
    scores = np.stack([repairer._model.rank(four[:, at], lost).numpy() for at in range(4)])
    assert (np.diff(scores, axis=0) <= 1e-4).all()
    best = np.stack([repairer._model.rank(sixteen[:, at], lost).numpy() for at in range(16)]).max(axis=0)
    np.testing.assert_allclose(scores[0], best, atol=1e-2)
    assert repairer.has_noise and repairer.keeps_the_rest


def test_without_a_critic_the_plainest_repair_comes_first(images, monkeypatch):
    model = ganlab.load("repair-gan-without-critic")
    assert not model.has_critic and model.has_noise and ganlab.load("repair-gan").has_critic
    monkeypatch.setattr(model._model, "rank", lambda *given: pytest.fail("there is nothing to rank with"))
    lost = damages.draw_masks("hole", 5)
    damaged = damages.apply_damage(images[:5], lost)
    for k in (1, 4):
        first = model.alternatives(damaged, lost, k)[:, 0].astype(int)
        assert np.abs(first - model.repair(damaged, lost)).max() <= 1


def test_the_farthest_images_are_chosen_from_a_first_one_on():
    images = np.zeros([2, 5, 28, 28], np.uint8)
    images[0, :, 0, 0] = [0, 10, 200, 90, 201]
    images[1, :, 5, 5] = [7, 7, 7, 7, 9]
    np.testing.assert_array_equal(farthest(images, np.array([0, 4]), 3), [[0, 4, 3], [4, 0, 1]])


def test_the_chapters_generator_draws_everything_anew_and_knows_one_repair(inpainter, images):
    made = inpainter.repair(images, damages.draw_masks("hole", 40))
    assert made.shape == images.shape and not inpainter.keeps_the_rest and not inpainter.has_noise
    with pytest.raises(ganlab.GanlabError, match="one repair"):
        inpainter.alternatives(images, None)


def test_masks_and_numbers_that_do_not_fit_are_refused_with_a_sentence(repairer, images):
    for wrong in (np.zeros([40, 20, 20], bool), np.zeros([28, 28]), np.zeros([3, 28, 28], bool)):
        with pytest.raises(ganlab.GanlabError, match="28 x 28 pixels"):
            repairer.repair(images, wrong)
    with pytest.raises(ganlab.GanlabError, match="28 x 28"):
        repairer.repair(images / 255.0)
    with pytest.raises(ganlab.GanlabError, match="seed"):
        repairer.repair(images, None, -1)
    with pytest.raises(ganlab.GanlabError, match="Between 1 and"):
        repairer.alternatives(images, None, 0)


def test_evaluation_counts_by_class_and_by_way(repairer, classifier):
    found = evaluate_repair({"ours": repairer}, classifier, "hole", count=60)
    assert set(found.read) == {"clean", "damaged", MEAN_FILL, "ours"}
    for way in found.read:
        counts = found.confusion(way)
        assert counts.sum() == 60 and np.trace(counts) == pytest.approx(60 * found.accuracy(way))
        np.testing.assert_allclose(found.by_class(way), np.diag(counts) / counts.sum(axis=1))
    assert found.accuracy("clean") > found.accuracy("damaged")
    assert found.changed_outside("ours") == found.changed_outside(MEAN_FILL) == 0
    assert found.frechet("ours") > 0
    blind = evaluate_repair({"ours": repairer}, classifier, "columns", known=False, count=20)
    assert np.isnan(blind.frechet("ours")) and (blind.repaired["ours"] >= blind.damaged).all()


def test_the_restaurants_day_is_that_of_the_chapter():
    """The chapter: 21,000 digits a day; at 74.90% 5,271 are wrong, at 87.82% 2,558 and 12.5% of the numbers at best."""
    day = Restaurant()
    assert day.numbers == 2_100
    assert day.wrong(0.7490)["digits"] == pytest.approx(5_271, abs=0.5)
    after = day.wrong(0.8782)
    assert after["digits"] == pytest.approx(2_558, abs=0.5)
    assert after["numbers_at_worst"] == 2_100 and after["numbers_at_best"] / 2_100 == pytest.approx(0.122, abs=0.001)
    assert day.wrong(1.0) == dict.fromkeys(after, 0.0)
    assert after["numbers_at_best"] < after["numbers"] < after["numbers_at_worst"]


def test_a_published_classifier_is_calibrated_on_what_was_held_out(classifier, runs, tmp_path):
    record = publishing.publish(Run(classifier.run.path), tmp_path / "reader")
    again = ganlab.load(tmp_path / "reader")
    assert again.temperature == record["temperature"] != 1.0
    assert record["calibration_error"] <= record["calibration_error_before"] + 0.05
    images = load_data("offline").x_test[:20]
    np.testing.assert_array_equal(again.classify(images).argmax(1), classifier.classify(images).argmax(1))
    figures = evaluate_classifier(again)
    assert 0 <= figures["test"]["calibration_error"] <= 1 and figures["held_out"]["images"] == record["calibrated_on"]


def test_a_published_repairer_repairs_as_before(repairer, tmp_path, images):
    publishing.publish(Run(repairer.run.path), tmp_path / "mender")
    again = ganlab.load(tmp_path / "mender")
    lost = damages.draw_masks("hole", 40)
    difference = np.abs(again.repair(images, lost).astype(int) - repairer.repair(images, lost))
    assert difference.max() <= 3 and again.alternatives(images[:2], lost[:2]).shape == (2, 4, 28, 28)


def call(*words) -> str:
    result = CliRunner().invoke(cli, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert not result.exit_code, result.output
    return result.output


def test_pictures_are_repaired_and_read_from_the_shell(repairer, classifier, images, tmp_path):
    paper = np.full([200, 160], 250, np.uint8)
    paper[40:152, 20:132] -= images[0].repeat(4, 0).repeat(4, 1) // 2
    Image.fromarray(paper).save(tmp_path / "digit.png")
    mask = np.zeros([200, 160], np.uint8)
    mask[80:110, 60:100] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    model = ["--model", repairer.run.path, "--json"]
    for more, known in (((), False), (("--mask", tmp_path / "mask.png"), True)):
        found = json.loads(call("repair", tmp_path / "digit.png", "-o", tmp_path / "out.png", *more, *model))
        assert found["known"] == known
        with Image.open(tmp_path / "out.png") as written:
            assert written.size == (28, 28)
    lines = call("classify", tmp_path / "digit.png", tmp_path / "out.png", "--model", classifier.run.path, "--json")
    first = json.loads(lines.splitlines()[0])
    assert sum(first["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert first["probability"] == max(first["probabilities"]) == first["probabilities"][first["class"]]


def test_evaluate_repair_says_how_many_are_read(repairer, classifier):
    words = ["evaluate", "repair", "--model", repairer.run.path, "--classifier", classifier.run.path, "-n", 30]
    found = json.loads(call(*words, "--damage", "columns", "--json"))
    assert set(found["accuracy"]) == {"clean", "damaged", "mean_fill", "repaired"}
    assert found["changed_outside"] == 0 and found["frechet"]["repaired"] is None
    assert "read by" in call(*words, "--blind")


@pytest.mark.parametrize("known", [True, False])
def test_evaluate_repair_says_how_far_its_alternatives_lie_apart(repairer, classifier, images, known):
    words = ["evaluate", "repair", "--model", repairer.run.path, "--classifier", classifier.run.path, "-n", 30]
    words += [] if known else ["--blind"]
    lost = damages.draw_masks("hole", 30)
    four = repairer.alternatives(damages.apply_damage(images[:30], lost), lost if known else None).astype(float)
    apart = np.mean([np.abs(four[:, i] - four[:, j])[lost].mean() for i in range(4) for j in range(i)])
    assert json.loads(call(*words, "--json"))["variety"] == pytest.approx(apart)
    assert f"differ there by {apart:.1f} of 255 grey levels" in call(*words)


def test_a_model_that_makes_one_repair_has_no_variety(inpainter, classifier):
    words = ["evaluate", "repair", "--model", inpainter.run.path, "--classifier", classifier.run.path, "-n", 10]
    assert json.loads(call(*words, "--json"))["variety"] is None and "grey levels" not in call(*words)


def test_a_mask_is_moved_with_its_digit():
    digit = load_data("offline").x_test[3]
    lost = np.zeros([28, 28], bool)
    lost[8:16, 10:18] = True
    paper, marks = np.zeros([300, 400], np.uint8), np.zeros([300, 400], bool)
    paper[10:290, 60:340] = digit.repeat(10, 0).repeat(10, 1)
    marks[10:290, 60:340] = lost.repeat(10, 0).repeat(10, 1)
    image, moved = center_with(paper, marks)
    assert 50 <= moved.sum() <= 90 and moved.any(axis=1).sum() * moved.any(axis=0).sum() == moved.sum()
    under = [abs(float(part[where].mean()) - 60) for part, where in ((image, moved), (digit, lost))]
    assert abs(under[0] - under[1]) < 40


def test_masks_that_say_nothing_or_all_or_do_not_fit_are_refused(tmp_path):
    picture = Image.fromarray(np.full([60, 60], 255, np.uint8))
    picture.paste(0, (20, 20, 30, 50))
    for mask, said in (
        (Image.new("L", (60, 60)), "marks nothing"),
        (Image.new("L", (60, 60), 255), "whole picture"),
        (Image.new("L", (40, 60), 255), "same size"),
    ):
        with pytest.raises(ganlab.GanlabError, match=said):
            prepare_with_mask(picture, mask)


def test_any_picture_becomes_a_digit():
    digit = load_data("offline").x_test[3]
    big = digit.repeat(5, 0).repeat(5, 1)
    as_path_like = [Image.fromarray(big), big, big / 255.0, np.stack([255 - big] * 3, axis=2)]
    made = [ganlab.prepare(picture) for picture in as_path_like]
    for other in made:
        assert other.shape == (28, 28) and other.dtype == np.uint8
        np.testing.assert_allclose(other.astype(int), made[0], atol=2)
    for wrong in (np.zeros([3]), np.full([28, 28], 2.5), np.full([28, 28], 300)):
        with pytest.raises(ganlab.GanlabError, match="picture"):
            ganlab.prepare(wrong)
    with pytest.raises(ganlab.GanlabError, match="Check its path"):
        ganlab.prepare("/nowhere/at/all.png")
