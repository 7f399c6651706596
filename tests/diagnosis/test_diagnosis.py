"""What is said of runs: of those recorded, made to fail on purpose or healthy, and of single figures."""

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.broken import FOLDER, load, until
from ganlab import diagnosis, registry
from ganlab.cli import cli
from ganlab.data.offline import load_offline
from ganlab.diagnosis import gan_rules
from ganlab.diagnosis.advice import Kept, best_snapshot
from ganlab.diagnosis.evidence import Evidence, describe
from ganlab.diagnosis.verdicts import (
    COLLAPSED,
    DIVERGED,
    DONE,
    EARLY,
    HEALTHY,
    MEMORISING,
    NOT_LEARNING,
    NOT_THERE,
    OSCILLATING,
    TOO_SHORT,
    TOO_SLOW,
    UNMEASURED,
    UNSEEN,
    WINNING,
)
from ganlab.metrics import metric_catalog
from ganlab.runs import Run, RunWriter, choose, layout
from ganlab.runs.records import TrainingImages
from ganlab.training import events
from tests.conftest import HEAVY, imported_by, trained_run
from tests.diagnosis.making import make, snapshots

NOT_GOOD = (TOO_SLOW, TOO_SHORT, NOT_THERE, DONE)  # nothing is broken, but there is more to be had
CALM = (HEALTHY, EARLY, UNSEEN, UNMEASURED, *NOT_GOOD)  # nothing is broken
FILES = sorted(FOLDER.glob("*.npz"))
RECORDED = {file.stem: load(file) for file in FILES}
BROKEN = [name for name, (_, about) in RECORDED.items() if about["expected"] not in CALM]
WELL = [name for name in RECORDED if name not in BROKEN]
LACKING = [name for name, (_, about) in RECORDED.items() if about["expected"] in NOT_GOOD]
GOOD = [name for name, (_, about) in RECORDED.items() if about["expected"] == HEALTHY]


def said(evidence: Evidence, share: float = 1.0) -> str:
    return diagnosis.judge(until(evidence, round(share * evidence.done))).name


def test_enough_runs_are_recorded_and_no_image_of_theirs():
    assert len(BROKEN) >= 8 and len({RECORDED[name][1]["expected"] for name in BROKEN}) >= 6
    assert len(WELL) >= 8 and len({RECORDED[name][1]["model"] for name in WELL}) >= 4
    kinds = [RECORDED[name][1]["expected"] for name in LACKING]
    assert len(kinds) >= 10 and {TOO_SLOW, TOO_SHORT, NOT_THERE} <= set(kinds) and len(GOOD) >= 4
    for file in FILES:
        with np.load(file, allow_pickle=False) as arrays:
            assert all(array.ndim <= 1 for array in arrays.values()), file
    assert max(file.stat().st_size for file in FILES) < 100e3 and sum(file.stat().st_size for file in FILES) < 1e6


@pytest.mark.parametrize("name", BROKEN)
def test_a_run_broken_on_purpose_gets_its_name(name):
    evidence, about = RECORDED[name]
    assert said(evidence) == about["expected"]
    assert said(evidence, 0.95) == about["expected"], "and was before"


@pytest.mark.parametrize("name", WELL)
def test_a_run_that_is_not_broken_is_never_called_so(name):
    evidence, _ = RECORDED[name]
    verdicts = {percent: said(evidence, percent / 100) for percent in (5, 10, 20, 30, *range(40, 101, 2))}
    assert set(verdicts.values()) <= set(CALM), verdicts
    assert verdicts[100] != EARLY


@pytest.mark.parametrize("name", LACKING)
def test_a_run_that_is_too_slow_too_short_or_blurred_is_never_called_healthy(name):
    evidence, about = RECORDED[name]
    verdicts = {percent: said(evidence, percent / 100) for percent in (5, 10, 20, 30, *range(40, 101, 2))}
    assert HEALTHY not in verdicts.values(), verdicts
    found = diagnosis.judge(evidence)
    assert found.name == about["expected"]
    assert "real images" in found.what and "sample close by" in gan_rules.good(evidence).why


@pytest.mark.parametrize("name", GOOD)
def test_a_run_whose_samples_are_close_to_real_ones_is_healthy_and_says_how_close(name):
    found = diagnosis.judge(RECORDED[name][0])
    assert found.name == HEALTHY and found.what.startswith("The samples are close to real images")
    assert "of the real images have a sample close by" in found.why and "Fréchet distance" in found.why
    unmeasured = replace(RECORDED[name][0], measured=np.empty(0, np.int64), quality={})
    nobody_knows = diagnosis.judge(unmeasured)
    assert nobody_knows.name != HEALTHY and "No metric has been measured" in nobody_knows.why


def test_what_a_button_has_measured_counts_more_than_what_was_measured_on_the_way():
    evidence = RECORDED[GOOD[0]][0]
    assert said(replace(evidence, checked={"coverage": 0.03, "frechet": 13.7})) in NOT_GOOD
    blurred = RECORDED["dense"][0]
    shares = {f"class_{number}": 0.1 for number in range(10)}
    checked = {"coverage": 0.8, "frechet": 0.5, "frechet_floor": 0.2, **shares}
    assert said(replace(blurred, checked=checked, total=20000)) == HEALTHY


@pytest.mark.parametrize("name", GOOD)
def test_metrics_of_few_images_call_no_run_healthy(name):
    evidence = RECORDED[name][0]
    few = diagnosis.judge(replace(evidence, samples=30))
    assert few.name == UNMEASURED and "too few images" in few.what and "30 samples" in few.what
    assert "at least 100 of each" in few.what and "sample close by" in few.why
    assert said(replace(evidence, samples=99)) == UNMEASURED and said(replace(evidence, samples=100)) == HEALTHY
    blind = replace(evidence, samples=30, unseen=True, looked=np.empty(0, np.int64), looks={})
    assert said(blind) == UNMEASURED
    assert said(replace(evidence, checked={"coverage": 0.9, "samples": 30.0})) == UNMEASURED
    many = replace(evidence, checked={"coverage": 0.9, "samples": 250.0}, samples=30)
    assert said(many) == HEALTHY, "what was measured with the button counts"


def test_few_images_say_that_samples_are_far_and_never_that_they_are_close():
    evidence = replace(RECORDED["dense"][0], total=20000, samples=30)
    at = np.linspace(0, evidence.done, 11).astype(np.int64)[1:]
    distance = np.full(10, 10.0, np.float32)
    for coverage, level in ((0.8, None), (0.1, "far from")):
        figures = {"frechet": distance, "coverage": np.full(10, coverage, np.float32)}
        found = diagnosis.judge(replace(evidence, measured=at, quality=figures))
        assert found.name == DONE and (f"samples are {level} real" if level else "longer improving.") in found.what


def test_how_many_images_were_measured_is_read_from_the_run(tmp_path):
    run = make(tmp_path, "healthy", measuring={"samples": 30})
    found = diagnosis.diagnose(run)
    assert found and found.name == UNMEASURED and [one.label for one in found.tries] == ["More images"]
    enough = diagnosis.diagnose(make(tmp_path, "healthy", measuring={"samples": 1000}))
    assert enough and enough.name == HEALTHY
    run.keep_measured({"iteration": 100, "samples": 30, "coverage": 0.8, "frechet": 2.0})
    assert diagnosis.gather(run).checked["samples"] == 30
    run.keep_measured({"iteration": 100, "samples": 30, "coverage": None})
    assert not diagnosis.gather(run).checked, "nothing that tells how close samples are"


def test_balanced_and_good_are_told_apart():
    evidence = RECORDED["eight"][0]
    n = evidence.done
    lead = {"p_real_of_reals": np.full(n, 0.97, np.float32), "p_real_of_fakes": np.full(n, 0.03, np.float32)}
    ahead = diagnosis.judge(replace(evidence, curves={**evidence.curves, **lead}))
    assert ahead.name == HEALTHY and "The discriminator is well ahead of the generator" in ahead.why
    assert "97.0%" in ahead.why and "3.0%" in ahead.why
    even = diagnosis.judge(until(RECORDED["five"][0], 60))
    assert even.name in NOT_GOOD and "The two networks are in balance" in even.why


@pytest.mark.parametrize("name", RECORDED)
def test_curves_and_previews_alone_tell_nearly_as_much(name):
    evidence, about = RECORDED[name]
    evidence = replace(evidence, measured=np.empty(0, np.int64), quality={})
    for share in (0.5, 0.75, 1.0):
        if about["expected"] in CALM:
            assert said(evidence, share) in CALM and said(evidence, share) != HEALTHY, share
    assert said(evidence) == about["expected"] if name in BROKEN else True


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", RECORDED)
def test_verdicts_have_a_margin(name, seed):
    """Every figure of images changed by a twentieth, every curve by a few percent: the same is said."""
    evidence, about = RECORDED[name]
    random = np.random.default_rng(seed)

    def shaken(values: np.ndarray, by: float) -> np.ndarray:
        return values * (1.0 + by * random.choice([-1.0, 1.0])) * random.normal(1.0, by / 4, len(values))

    changed = replace(
        evidence,
        looks={key: shaken(values, 0.05) for key, values in evidence.looks.items()},
        quality={key: shaken(values, 0.03) for key, values in evidence.quality.items()},
        curves={key: shaken(values, 0.05) if "loss" in key else values for key, values in evidence.curves.items()},
    )
    verdict = said(changed)
    assert verdict == about["expected"] or (about["expected"] in CALM and verdict in CALM)
    assert (verdict == HEALTHY) == (about["expected"] == HEALTHY)


@pytest.mark.parametrize("name", RECORDED)
def test_of_long_curves_some_values_are_enough(name):
    """What is said of a run when every fourth value is looked at only."""
    whole, about = RECORDED[name]
    some = replace(whole, step=4, curves={key: values[::4] for key, values in whole.curves.items()})
    for share in (0.5, 0.95, 1.0):
        verdict = said(some, share)
        assert verdict == said(whole, share) or (about["expected"] in CALM and verdict in CALM)


def test_the_figures_behind_a_verdict_are_in_its_sentences():
    for name in BROKEN:
        found = diagnosis.judge(RECORDED[name][0])
        assert found.what.endswith(".") and found.why.endswith(".") and any(letter.isdigit() for letter in found.why)
        assert "nan" not in found.why and len(found.why) < 400, found.why


def test_a_loss_that_is_no_number_is_divergence():
    evidence, _ = RECORDED[WELL[0]]
    assert said(replace(evidence, message=events.DIVERGED.format(evidence.done))) == DIVERGED
    broken = {**evidence.curves, "generator_loss": np.full(evidence.done, np.nan, np.float32)}
    assert said(replace(evidence, curves=broken)) == DIVERGED
    assert said(replace(evidence, message="The disk is full.")) in CALM, "another failure says nothing of learning"


def all_classes(shares: dict[int, float]) -> Evidence:
    """The healthy Art GAN's evidence, with these shares of classes among its samples, which look like digits."""
    evidence = replace(RECORDED["art"][0], digits=None)
    at = np.linspace(0, evidence.done, 11).astype(np.int64)[1:]
    quality = {f"class_{number}": np.full(len(at), shares.get(number, 0.0), np.float32) for number in range(10)}
    return replace(evidence, measured=at, quality=quality)


def test_classes_that_are_missing_are_named():
    even = all_classes(dict.fromkeys(range(10), 0.1))
    assert said(even) in CALM
    found = diagnosis.judge(all_classes({1: 0.5, 7: 0.3, 9: 0.2}))
    assert found.name == COLLAPSED and "0, 2, 3, 4, 5, 6 or 8" in found.why
    assert said(all_classes(dict.fromkeys(range(6), 1 / 6))) in CALM, "a few come late in every run"
    late = all_classes({1: 0.5, 7: 0.3, 9: 0.2})
    late.quality["class_5"][-1] = 0.1
    assert "5" not in diagnosis.judge(late).why.partition("class")[2].partition(";")[0], "what has come is not missing"


def test_what_does_not_look_like_digits_is_not_said_to_leave_classes_out():
    blurred = all_classes({8: 1.0})
    assert said(blurred) == COLLAPSED
    rough = {**blurred.looks, "roughness": 2.0 * blurred.looks["roughness"]}
    assert said(replace(blurred, looks=rough)) in NOT_GOOD


def test_a_falling_distance_is_no_excuse_for_a_collapse():
    evidence, _ = RECORDED["batch-of-two"]
    _, distance = evidence.figure("frechet")
    assert distance[-1] < 0.7 * distance[len(distance) // 2], "one and the same image becomes clearer"
    found = diagnosis.judge(evidence)
    assert found.name == COLLAPSED and "hardly any sample of class 0, 1, 2, 3, 4, 5, 6, 7 or 9" in found.why


@pytest.mark.parametrize("name", ["dense", "convolutional", "tutorial"])
def test_a_run_of_sixty_iterations_is_too_short_whatever_its_samples_look_like(name):
    evidence, _ = RECORDED[name]
    at = np.linspace(1, 60, 12).astype(np.int64)
    noise = {key: np.full(12, np.nan if key == "nearest" else 4.0, np.float32) for key in evidence.looks}
    dull = {key: np.full(12, 0.0, np.float32) for key in evidence.looks}
    short = replace(until(evidence, 60), total=60, looked=at)
    for looks in (noise, dull):
        found = diagnosis.judge(replace(short, looks=looks))
        assert found.name == TOO_SHORT, found.what


@pytest.mark.parametrize("name", RECORDED)
def test_without_images_to_look_at_only_curves_and_figures_are_judged(name):
    evidence, _ = RECORDED[name]
    blind = replace(evidence, unseen=True, looked=np.empty(0, np.int64), looks={})
    for share in (0.5, 1.0):
        found = diagnosis.judge(until(blind, round(share * blind.done)))
        assert found.name in (DIVERGED, EARLY, MEMORISING, *NOT_GOOD, HEALTHY, UNSEEN) and "nan" not in found.why
    expected = {"overshooting": DIVERGED, "twelve-images": MEMORISING}.get(name)
    assert said(blind) == expected or (expected is None and said(blind) not in (DIVERGED, MEMORISING))
    unmeasured = replace(blind, measured=np.empty(0, np.int64), quality={})
    assert said(unmeasured) in (DIVERGED, UNSEEN), "its curves alone say nothing good or bad of the samples"


def imported(folder: Path, kind: str = "healthy", **config) -> Run:
    """A run as importing leaves it: without the images that it learnt from, and without snapshots."""
    run = make(folder, kind, imported={"file": "run.zip", "id": "a", "on": ""}, **config)
    (run.path / layout.REALS).unlink()
    for file in layout.snapshots(run.path):
        file.unlink()
    return Run(run.path)


def test_an_imported_run_is_judged_by_its_curves_and_says_so(tmp_path):
    found = diagnosis.diagnose(imported(tmp_path, "unmeasured"))
    assert found and found.name == UNSEEN and not found.tries
    assert found.what.startswith("This run was imported without the images that it learned from")
    assert "gave real images a P(real) of 50.0%" in found.why
    measured = diagnosis.diagnose(imported(tmp_path))
    assert measured and measured.name == HEALTHY and "Fréchet distance to them is 60.0" in measured.why
    early = diagnosis.diagnose(imported(tmp_path, "early"))
    assert early and early.name == EARLY
    lost = make(tmp_path, "healthy")
    (lost.path / layout.REALS).unlink()
    own = diagnosis.diagnose(Run(lost.path))
    assert own and "imported" not in own.what, "it was not"
    vae = diagnosis.diagnose(imported(tmp_path, model="vae"))
    assert vae and vae.name == HEALTHY, "of the others images were never looked at"


def test_a_distance_never_stands_without_that_of_real_images(tmp_path):
    for name in ("dense", "five", "eight"):
        evidence = RECORDED[name][0]
        found = diagnosis.judge(evidence)
        _, floor = evidence.figure("frechet_floor")
        assert "Fréchet" in found.why and f"({metric_catalog.number(floor[-1])} for real images)" in found.why
    back = tries(make(tmp_path), COLLAPSED)["Back to the best checkpoint"]
    assert "instead of 60.0 now (0.50 for real images)" in back.text


def test_no_gain_for_a_while_is_done_and_a_gain_is_not():
    evidence = replace(RECORDED["dense"][0], total=20000)
    at = np.linspace(0, evidence.done, 11).astype(np.int64)[1:]
    falling = np.geomspace(100, 10, 10).astype(np.float32)
    for coverage, level in ((0.8, "close to"), (0.1, "far from")):
        covered = {"coverage": np.full(10, coverage, np.float32)}
        falls = said(replace(evidence, measured=at, quality={"frechet": falling, **covered}))
        assert falls == (HEALTHY if coverage > 0.5 else NOT_THERE)
        still = np.concatenate([falling[:6], np.full(4, falling[5])])
        found = diagnosis.judge(replace(evidence, measured=at, quality={"frechet": still, **covered}))
        assert (
            found.name == DONE
            and metric_catalog.number(falling[5]) in found.why
            and f"its samples are {level} real" in found.what
        )
    unknown = np.where(at > 0.6 * evidence.done, np.nan, still).astype(np.float32)
    assert said(replace(evidence, measured=at, quality={"frechet": unknown})) == NOT_THERE, "by its looks"


def test_copies_are_told_by_their_distance_to_training_images():
    evidence = RECORDED["dense"][0]
    at = np.linspace(0, evidence.done, 6).astype(np.int64)[1:]
    for nearest, expected in ((3.0, MEMORISING), (6.0, TOO_SHORT)):
        figures = {"nearest": np.full(5, nearest, np.float32), "nearest_real": np.full(5, 6.0, np.float32)}
        figures["coverage"] = np.full(5, 0.1, np.float32)
        assert said(replace(evidence, measured=at, quality=figures)) == expected


def test_what_images_look_like_beside_real_ones():
    digits = load_offline().x_train
    reals = digits[:64]
    looks = describe([reals[:16], reals[:1].repeat(16, axis=0), 255 - reals[:16]], reals)
    assert looks["nearest"][0] == pytest.approx(0.0, abs=1e-3) and looks["nearest"][2] > 3
    assert looks["diversity"][1] == 0 and looks["diversity"][0] == pytest.approx(1.0, abs=0.25)
    assert looks["light"][0] == pytest.approx(1.0, abs=0.2) and looks["light"][2] > 3
    assert looks["roughness"][2] == pytest.approx(looks["roughness"][0], rel=1e-4)
    assert looks["moved"][0] == looks["away"][0] == 0 and looks["away"][2] > looks["moved"][1] > 0.5
    one = np.zeros([2, 28, 28], np.uint8)
    one[0] = 255  # black and white lie 1 apart; each is the other's nearest; one in two pixels is light
    by_hand = describe([one, one[:1].repeat(2, axis=0)], one)
    assert by_hand["diversity"].tolist() == [1.0, 0.0] and by_hand["light"].tolist() == [1.0, 2.0]
    assert by_hand["away"].tolist() == [0.0, 0.5]


def test_a_run_that_is_made_is_gathered_and_judged(tmp_path):
    kinds = {"collapsed": COLLAPSED, "healthy": HEALTHY, "unmeasured": UNMEASURED, "early": EARLY}
    for kind, expected in kinds.items():
        found = diagnosis.diagnose(make(tmp_path, kind))
        assert found and found.name == expected
    assert "about 40 iterations" in found.why and "10" not in found.why, "the page counts on, meanwhile"
    (measure,) = tries(make(tmp_path, "unmeasured"), UNMEASURED).values()
    assert measure.is_advice and "Measure" in measure.text


def test_a_short_or_slow_run_is_compared_with_its_preset(tmp_path):
    values = {**registry.get("dense-gan").values(), "learning_rate": 1e-4, "iterations": 100}
    evidence = diagnosis.gather(make(tmp_path, model="dense-gan", values=values))
    assert evidence.usual == 20_000 and evidence.rate == pytest.approx(0.1)
    epochs = make(tmp_path, model="dcgan-tf", values=registry.get("dcgan-tf").values())
    assert diagnosis.gather(epochs).usual == 0, "epochs take as many iterations as there are images, which are unknown"
    epochs.config = epochs.config.changed(data=TrainingImages(title="MNIST", images=60_000))
    assert diagnosis.gather(epochs).usual == 50 * 235


def test_what_was_measured_with_the_button_is_evidence_while_it_is_of_the_newest_weights(tmp_path):
    run = make(tmp_path)
    shares = [0.0] * 10
    run.keep_measured({"iteration": 100, "coverage": 0.031, "frechet": 13.7, "frechet_floor": 0.15, "classes": shares})
    evidence = diagnosis.gather(run)
    assert evidence.checked["coverage"] == 0.031 and evidence.checked["class_5"] == 0.0
    assert not until(evidence, 50).checked
    run.keep_measured({"iteration": 50, "coverage": 0.031, "frechet": 13.7, "frechet_floor": 0.15, "classes": None})
    assert not diagnosis.gather(run).checked


def test_a_run_that_needs_more_iterations_is_offered_them(tmp_path):
    run = make(tmp_path, model="dense-gan", values=registry.get("dense-gan").values())
    (on,) = [one for one in diagnosis.suggest(TOO_SHORT, registry.get("dense-gan"), run, 20_000) if one.length]
    assert on.length == 20_000 and not on.is_advice and on.label == "Train on to 20,000 iterations"
    (on,) = [one for one in diagnosis.suggest(NOT_THERE, registry.get("dense-gan"), run, 100) if one.length]
    assert on.length == 300
    fallen = make(tmp_path, model="swift-gan", values={**registry.get("swift-gan").values(), "iterations": 100})
    (new,) = [one for one in diagnosis.suggest(TOO_SHORT, registry.get("swift-gan"), fallen, 18_000) if one.settings]
    assert new.settings == {"iterations": 18_000} and new.length is None, "its learning rate has fallen"
    stopped = make(tmp_path, model="dense-gan", state="stopped", iterations=20_000)
    advice = tries(stopped, NOT_THERE)
    assert advice["Resume it"].is_advice and "100 of 20,000 iterations" in advice["Resume it"].text
    slow = make(tmp_path, model="dense-gan", values={**registry.get("dense-gan").values(), "learning_rate": 1e-5})
    assert tries(slow, TOO_SLOW)["Use the preset's learning rate"].settings == {"learning_rate": 0.001}


def test_a_verdict_takes_no_more_memory_the_longer_the_run(tmp_path):
    def peak(length: int, previews: int) -> int:
        run = make(tmp_path, iterations=length, pruned=length)
        columns = len(run.curves)
        run.records.metrics.append(np.full([length - run.done, columns], 0.5, np.float32))
        same, writer = run.preview(), RunWriter(run.path)
        for iteration in np.linspace(run.done // 100, length, previews).astype(int).tolist():
            writer.preview(iteration, same[1] if same else np.empty(0))
        writer.close()
        tracemalloc.start()
        found = diagnosis.diagnose(run)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found and found.name == COLLAPSED and run.done == length
        return most

    peak(1_000, 50)  # the first time, things are imported
    assert peak(1_000_000, 500) < 1.5 * peak(20_000, 50)


def test_where_previews_are_few_the_first_images_are_looked_at(tmp_path):
    run = make(tmp_path)
    whole = run.path / "previews.bin"
    whole.write_bytes(whole.read_bytes()[: 2 * (8 + 16 * 784)])
    evidence = diagnosis.gather(run)
    assert len(evidence.looked) > 10 and evidence.looked[-1] == 100
    assert diagnosis.judge(evidence).name == COLLAPSED
    assert diagnosis.judge(diagnosis.gather(make(tmp_path, "healthy"))).name == HEALTHY


def test_a_run_without_history_or_architecture_has_no_diagnosis(tmp_path):
    from ganlab.runs.folders import PRETRAINED

    assert diagnosis.diagnose(Run(PRETRAINED / "dcgan")) is None
    run = make(tmp_path)
    run.config = run.config.changed(model="no-such")
    assert diagnosis.diagnose(run) is None


def tries(run: Run, verdict: str) -> dict[str, diagnosis.Try]:
    return {one.label: one for one in diagnosis.suggest(verdict, registry.get(run.model), run)}


def test_what_to_try_changes_one_setting_of_those_that_there_are(tmp_path):
    run = make(tmp_path)
    found = tries(run, COLLAPSED)
    assert found["Halve the learning rate"].settings == {"learning_rate": 0.0005}
    assert found["Add label noise"].settings == {"label_noise": 0.2}
    assert "Add label noise" not in tries(make(tmp_path, model="dense-gan"), COLLAPSED), "it has no such setting"
    run.config.values["label_noise"] = 0.3
    assert "Add label noise" not in tries(run, WINNING)
    swift = make(tmp_path, values={**registry.get("digit-gan").values("tuned"), "label_noise": 0.1}, preset="tuned")
    assert {"Add label noise", "Halve the learning rate"} & set(tries(swift, COLLAPSED)) == {"Halve the learning rate"}
    assert diagnosis.gather(swift).noise == 0 and diagnosis.gather(make(tmp_path)).noise == 0.1
    values = {**registry.get("repair-gan").values("without-critic"), "generator_learning_rate": 1.0}
    without = tries(make(tmp_path, model="repair-gan", preset="without-critic", values=values), DIVERGED)
    assert not any("discriminator" in label for label in without) and without, "there is no critic that learns"
    run.config.values.update({"learning_rate": 1e-6, "batch_size": 2})
    found = tries(run, COLLAPSED)
    assert found["Batches of 64"].settings == {"batch_size": 64}
    assert found["Use the preset's learning rate"].settings == {"learning_rate": 0.001}
    assert "Halve the learning rate" not in found, "half of the smallest rate is none"
    assert not any(one.settings for one in tries(run, MEMORISING).values())
    assert not tries(run, HEALTHY) and not tries(run, EARLY)
    assert "Halve the learning rate" not in tries(run, NOT_LEARNING)


def test_the_best_checkpoint_is_the_kept_one_with_the_lowest_distance(tmp_path):
    run = make(tmp_path)
    assert snapshots(run) == [25, 50, 75, 100]
    kept = best_snapshot(run)
    assert kept == Kept(50, 20.0, 60.0, 0.5)
    assert tries(run, COLLAPSED)["Back to the best checkpoint"].iteration == 50
    (run.path / "snapshots" / "00000050.npz").unlink()
    between = best_snapshot(run)
    assert between and between.iteration == 25
    (run.path / "quality.f32").unlink()
    assert best_snapshot(run) is None, "nothing was measured"


def test_going_back_changes_what_uses_a_run_until_it_is_undone_or_trained_further(tmp_path):
    from ganlab import inference, jobs
    from ganlab.errors import GanlabError

    run = Run(trained_run(tmp_path, "dense-gan", 40))
    first = snapshots(run)[0]
    newest = inference.load(run).sample(4)
    choose(run, first)
    assert run.chosen == first and inference.load(run).iteration == first
    assert (inference.load(run).sample(4) != newest).any()
    choose(run, None)
    assert run.chosen is None and (inference.load(run).sample(4) == newest).all()
    with pytest.raises(GanlabError, match="no snapshot of iteration 12,345"):
        choose(run, 12345)
    choose(run, first)
    list(jobs.Training(jobs.reopen_run(run, 42)))
    assert run.chosen is None and inference.load(run).iteration == 42


def other(loss: list[float], kept: list[float], family: str = "autoencoder") -> Evidence:
    epochs = np.arange(1, len(kept) + 1) * 100
    curves = {"loss": np.repeat(np.array(loss, np.float32), 100)}
    return Evidence(
        family, len(kept) * 100, len(kept) * 100, curves=curves, validated=epochs, validation={"loss": np.array(kept)}
    )


@pytest.mark.parametrize("family", ["autoencoder", "classifier"])
def test_other_families_learn_by_heart_settle_or_are_healthy(family):
    falling = [100.0, 90, 80, 75, 70, 65, 60, 55, 50, 45]
    assert said(other(falling, [101.0, 92, 83, 78, 74, 70, 66, 62, 58, 55], family)) == HEALTHY
    found = diagnosis.judge(other(falling, [101.0, 92, 83, 85, 88, 90, 92, 94, 95, 97], family))
    assert found.name == MEMORISING and "300 iterations" in found.why
    assert said(other(falling, [101.0, 92, 83, 83, 83, 83, 83, 83, 83, 83], family)) == DONE
    assert said(other(falling[:1], [101.0], family)) == HEALTHY
    assert said(replace(other(falling, falling, family), message=events.DIVERGED.format(7))) == DIVERGED


def test_the_command_line_says_it_too(tmp_path):
    run = make(tmp_path)
    (line,) = CliRunner().invoke(cli, ["runs", "show", str(run.path), "--json"]).output.splitlines()
    told = json.loads(line)["diagnosis"]
    assert told["name"] == COLLAPSED and told["what"] and told["why"]
    back, halve, noise = told["tries"]
    assert back["iteration"] == 50 and "settings" not in back
    assert halve["settings"] == {"learning_rate": 0.0005} and noise["settings"] == {"label_noise": 0.2}
    text = CliRunner().invoke(cli, ["runs", "show", str(run.path)]).output
    assert f"Generator collapsed: {told['what']} {told['why']}" in text and "Back to the best checkpoint: " in text
    pretrained = CliRunner().invoke(cli, ["runs", "show", "dcgan", "--json"]).output
    assert json.loads(pretrained)["diagnosis"] is None


def test_diagnosing_needs_no_tensorflow():
    assert not HEAVY & imported_by("import ganlab.diagnosis")


def test_the_documentation_names_every_recorded_run_and_every_verdict():
    text = (Path(__file__).parents[2] / "docs" / "diagnosis.md").read_text()
    for name, (evidence, _) in RECORDED.items():
        assert f"| `{name}` " in text
        assert diagnosis.judge(evidence).why in text, f"{name}: make the table again"
    for verdict in (*CALM, COLLAPSED, DIVERGED, MEMORISING, NOT_LEARNING, OSCILLATING, WINNING):
        assert f"**{verdict}**" in text.lower(), verdict
