"""What ships for the ideas "You are the discriminator" and "What is a good score" is what is computed here."""

import json

import numpy as np
import pytest
from scipy import stats

from ganlab.data.changes import CHANGES, STEPS, changed, halves
from ganlab.data.offline import load_offline
from ganlab.inference.discriminator import from_weights
from ganlab.metrics.metric_catalog import BY_NAME
from ganlab.sharing import idea_assets
from ganlab.sharing.idea_judge import IMAGES, KEPT
from ganlab.sharing.idea_score import FIGURES, Measuring
from ganlab.ui.ideas import judge_view, score_view
from ganlab.ui.shared.assets import ROOMS
from tests.conftest import unpack
from tests.test_javascript import node

NAMES = ("judge", "score")


def test_a_coin_is_right_as_often_as_scipy_says():
    found = node(
        f"""import {{ chanceOf }} from "{ROOMS}/ideas/judging.js";
        console.log(JSON.stringify(Array.from({{ length: 18 }}, (_, k) => chanceOf(k, 16))));"""
    )
    assert found == pytest.approx(stats.binom.sf(np.arange(18) - 1, 16, 0.5).tolist(), abs=1e-12)


def test_what_ships_is_small_and_says_how_it_came_about():
    sizes = [file.stat().st_size for name in NAMES for file in idea_assets.IDEAS.glob(f"{name}.*")]
    assert len(sizes) == 4 and sum(sizes) < 1e6
    for name in NAMES:
        record = json.loads((idea_assets.IDEAS / f"{name}.json").read_text())
        assert record["command"] == f"python -m ganlab make-ideas {name} -o pretrained/ideas"
        assert record["head"]["fingerprint"] == load_offline().fingerprint
        assert {"versions", "seed", "source"} <= record.keys()


@pytest.fixture(scope="module")
def shipped():
    return idea_assets.load("judge")


def test_the_shipped_verdicts_are_those_of_the_shipped_weights(shipped):
    head, arrays = shipped
    assert arrays["iterations"].tolist() == list(KEPT)
    assert arrays["images"].shape == (len(KEPT), IMAGES, 28, 28)
    reals = load_offline().x_test
    for place in (0, len(KEPT) - 1):
        start = f"weights-{place}/"
        weights = {name.removeprefix(start): one for name, one in arrays.items() if name.startswith(start)}
        judge = from_weights(head["model"], head["values"], weights)
        np.testing.assert_allclose(judge.p_real(arrays["images"][place]), arrays["p_images"][place], atol=1e-4)
        np.testing.assert_allclose(judge.p_real(reals), arrays["p_reals"][place], atol=1e-4)


def test_generated_images_that_ship_are_no_copies_of_real_ones(shipped):
    real = load_offline()
    known = {image.tobytes() for image in np.concatenate([real.x_train, real.x_test])}
    assert not any(image.tobytes() in known for image in shipped[1]["images"].reshape(-1, 28, 28))


def test_a_cell_of_the_table_is_computed_again():
    head, arrays = idea_assets.load("score")
    assert arrays["figures"].shape == (len(CHANGES), 1 + STEPS, len(FIGURES))
    assert (head["changes"], head["figures"]) == (list(CHANGES), list(FIGURES))
    base = Measuring()
    assert base.near == pytest.approx(head["near"], rel=1e-6)
    for name, strength in (("drop", 2), ("copy", STEPS)):
        found = base.measure(name, strength, base.near)
        shipped = arrays["figures"][list(CHANGES).index(name), strength]
        np.testing.assert_allclose(found, shipped, rtol=0.01, atol=2e-3)


def test_untouched_is_the_same_for_every_change_and_chance_moves_every_figure():
    _, arrays = idea_assets.load("score")
    np.testing.assert_array_equal(arrays["figures"][:, 0], arrays["figures"][:1, 0].repeat(len(CHANGES), axis=0))
    assert (arrays["spread"] > 0).all()


def test_the_piece_is_sent_the_changed_images_and_the_written_figures():
    head, arrays = unpack(score_view.frame())
    names = [one["name"] for one in head["changes"]]
    assert names == list(CHANGES) and head["columns"] == 10
    assert all(len(one["amounts"]) == 1 + STEPS for one in head["changes"])
    sheets = arrays["sheets"].reshape(len(names), 1 + STEPS, -1, 28, 28)
    replaced = arrays["replaced"].reshape(len(names), 1 + STEPS, -1)
    known, part = halves(load_offline())
    for place, name in enumerate(names):
        there = {image.tobytes() for image in changed(part, known.images, name, 2)}
        assert all(image.tobytes() in there for image in sheets[place, 2])
        if name in ("drop", "copy"):
            np.testing.assert_array_equal(replaced[place], (sheets[place] != sheets[place, :1]).any(axis=(2, 3)))
        else:
            assert not replaced[place].any()
    assert replaced[names.index("copy"), STEPS].all()
    _, shipped = idea_assets.load("score")
    np.testing.assert_array_equal(arrays["figures"], shipped["figures"].ravel())
    assert (head["metrics"][0]["title"], head["metrics"][0]["good"]) == (BY_NAME["frechet"].title, "low")
    said = head["written"][names.index("copy")]
    assert said[STEPS][0] in ("0", "about 0") and said[STEPS][-1] == "100%" and said[0] == head["written"][0][0]


def test_where_it_looked_is_shown_in_two_colours():
    image = np.full((28, 28), 100, np.uint8)
    slopes = np.zeros((28, 28), np.float32)
    slopes[3, 4], slopes[5, 6], slopes[7, 8] = 0.2, -0.2, 0.1
    shown = judge_view.overlay(image, slopes)
    assert tuple(shown[3, 4]) == judge_view.RAISES and tuple(shown[5, 6]) == judge_view.LOWERS
    assert tuple(shown[0, 0]) == (50, 50, 50)
    np.testing.assert_allclose(shown[7, 8], (np.array(judge_view.RAISES) + 50) / 2, atol=1)
    assert (judge_view.overlay(image, np.zeros((28, 28), np.float32)) == 50).all()
