"""What is said of runs: of those recorded, made to fail on purpose or healthy, and of single figures."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.broken import until
from ganlab import diagnosis
from ganlab.data.offline import load_offline
from ganlab.diagnosis import gan_rules
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
from ganlab.training import events
from tests.conftest import HEAVY, imported_by
from tests.diagnosis.making import make
from tests.diagnosis.recorded import BROKEN, CALM, FILES, GOOD, LACKING, NOT_GOOD, RECORDED, WELL, said, tries


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


@pytest.mark.parametrize("name", GOOD)
def test_scores_are_not_judged_as_probabilities(name):
    """Scores that drift or lie far from 0 to 1 say nothing bad; only such that are too far apart do."""
    evidence, about = RECORDED[name]
    drift = np.linspace(0.0, 300.0, 1000, dtype=np.float32)
    curves = {"score_of_reals": drift + 2.0, "score_of_fakes": drift, "discriminator_loss": 0.0 * drift - 2.0}
    found = diagnosis.judge(replace(evidence, curves=curves))
    assert found.name == about["expected"] and "scored real images 2 higher than generated ones" in found.why
    assert "P(real)" not in found.why
    runaway = {**curves, "score_of_fakes": -drift, "discriminator_loss": -2.0 * drift}
    far = diagnosis.judge(replace(evidence, curves=runaway))
    assert far.name == DIVERGED and "apart in score" in far.why


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


def test_diagnosing_needs_no_tensorflow():
    assert not HEAVY & imported_by("import ganlab.diagnosis")


def test_the_documentation_names_every_recorded_run_and_every_verdict():
    text = (Path(__file__).parents[2] / "docs" / "diagnosis.md").read_text()
    for name, (evidence, _) in RECORDED.items():
        assert f"| `{name}` " in text
        assert diagnosis.judge(evidence).why in text, f"{name}: make the table again"
    for verdict in (*CALM, COLLAPSED, DIVERGED, MEMORISING, NOT_LEARNING, OSCILLATING, WINNING):
        assert f"**{verdict}**" in text.lower(), verdict
