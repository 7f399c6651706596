"""The section "Walks" of the Latent page in each of its states, without a browser."""

from functools import partial

import numpy as np
import pytest

from ganlab import inference
from ganlab.data.offline import load_offline
from ganlab.ui.latent import walks
from ganlab.ui.shared import model_picker
from ganlab.ui.shared.model_picker import Places
from tests.conftest import file_of
from tests.pages.steps import (
    again,
    being_trained,
    find_places,
    labels,
    open_latent,
    pictures,
    press_key,
    spoil_weights,
    stroke,
    words,
)

STRIPS = ("Straight from A to B", "From A to B past test images", "From A to B, pixel by pixel")

page = partial(open_latent, "walk")


def test_without_any_autoencoder_the_page_says_how_to_get_one(runs):
    test = page()
    assert "no autoencoder to look into yet" in words(test)
    assert labels(test) == ["Train an autoencoder"]


@pytest.mark.parametrize("name", ["vae", "autoencoder", "six"])
def test_a_walk_between_two_classes(add, name: str):
    add(name)
    test = page()
    assert set(STRIPS) < pictures(test).keys() and not test.error
    assert test.selectbox(key="walk-A-class").value == "2" and "it passes test images" in words(test)
    assert [button.label for button in test.download_button] == ["Download as PNG", "Download as GIF"]
    assert "its image halfway may be a smudge that is no digit, too" in words(test)
    before = pictures(test)
    test.slider(key="walk-steps").set_value(13)
    after = pictures(again(test))
    assert all(before[alt] != after[alt] for alt in STRIPS)
    test.toggle(key="walk-play").set_value(False)
    assert len(pictures(again(test))) == len(after) - 1


def test_the_first_walk_is_the_sharpest_models_and_its_two_paths_differ():
    model = inference.load("vae-16")
    known = model.run.map()
    means, labels = known["means"].astype(np.float32), known["labels"]
    where = Places(means, labels, known["scores"], None, "MNIST")

    def difference(first: int, second: int) -> float:
        start, end = (means[walks.typical(where, label)[0]] for label in (first, second))
        stops = np.stack([start, *means[walks.nearest_stops(means, start, end)], end])
        paths = model.decode(np.concatenate([walks.straight(start, end, 9), walks.along(stops, 9)])).astype(float)
        return float(np.abs(paths[:9] - paths[9:]).mean())

    others = [difference(*pair) for pair in ((7, 0), (0, 1), (1, 7), (4, 9), (6, 8))]
    assert difference(int(walks.DIGITS["A"]), int(walks.DIGITS["B"])) > 1.2 * max(others)
    test = open_latent("walk")
    assert test.selectbox(key="model-choice").value == "vae-16"


def test_another_one_of_the_class(run):
    test = page()
    before = pictures(test)
    after = pictures(press_key(test, "walk-A-next"))
    assert test.number_input[0].value == 2
    assert len([alt for alt in before if alt.startswith("A: test image") and alt not in after]) == 1
    assert before[STRIPS[2]] != after[STRIPS[2]]


def test_the_address_names_both_ends(run):
    test = page(walk_A_class="4", walk_B_by_2="Point", walk_B_across="0.5", walk_steps="5", walk_strength="0.4")
    assert test.selectbox(key="walk-A-class").value == "4" and test.slider(key="walk-steps").value == 5
    assert test.number_input(key="walk-B-across").value == 0.5
    assert "B: what the model draws there" in pictures(test) and STRIPS[0] in pictures(test)
    assert test.slider(key="walk-strength").value == 0.4
    assert page(walk_A_class="nothing").selectbox(key="walk-A-class").value == "2"


def test_more_than_two_numbers_cannot_be_typed(add):
    add("six")
    assert page().button_group(key="walk-A-by").options == ["Class", "Test image", "Drawing", "Upload"]


def test_an_end_that_is_drawn(run, monkeypatch):
    test = page(walk_A_by_2="Drawing")
    assert "A walk needs two ends" in words(test) and STRIPS[0] not in pictures(test)
    monkeypatch.setattr(walks, "draw", lambda *_: stroke(walks.PAPER))
    assert {"A, as the model sees it", *STRIPS, "Result"} < pictures(again(test)).keys()


def test_an_end_that_is_uploaded(run):
    test = page(walk_B_by_2="Upload")
    assert "A walk needs two ends" in words(test)
    test.file_uploader[0].upload("two.png", file_of(255 - load_offline().x_test[2]), "image/png")
    assert {"B, as the model sees it", *STRIPS} < pictures(again(test)).keys()
    assert "inverted" in words(test)
    test.file_uploader[0].upload("two.png", b"no picture", "image/png")
    assert "not a picture that can be read" in again(test).error[0].value and STRIPS[0] not in pictures(test)


def test_arithmetic(run):
    test = page()
    before = pictures(test)
    assert {"plus the average 7", "minus the average 2", "Result"} < before.keys()
    test.selectbox(key="walk-plus-class").set_value("2")
    same = pictures(again(test))
    assert same["Result"] == same["A, as the model copies it"]  # nothing is added
    test.selectbox(key="walk-plus-class").set_value("1")
    test.slider(key="walk-strength").set_value(0.0)
    assert pictures(again(test))["Result"] == same["Result"]


def test_without_the_originals_copies_are_shown(run, monkeypatch):
    bare = find_places(inference.load(run), source="MNIST")
    monkeypatch.setattr(model_picker, "places", lambda *_: bare)
    test = page()
    assert "MNIST is not on this computer" in words(test)
    assert any(alt.endswith("as the model copies it") and "test image" in alt for alt in pictures(test))


def test_damaged_weights_are_one_sentence(run):
    spoil_weights(run)
    test = page()
    assert "missing or damaged" in test.error[0].value and not pictures(test)


def test_a_model_that_still_trains(run):
    with being_trained(run):
        test = page()
        assert "still training" in words(test) and STRIPS[0] in pictures(test)


# The computation


def test_stops_lie_near_the_line_and_are_no_ends():
    means = np.array([[0, 0], [4, 0], [1, 1], [2, 0.5], [3, 1], [9, 9]], np.float32)
    assert walks.nearest_stops(means, means[0], means[1]) == [2, 3, 4]
    assert walks.nearest_stops(means[:3], means[0], means[1]) == [2]
    assert walks.nearest_stops(means[:2], means[0], means[1]) == []
    assert len(set(walks.nearest_stops(means, means[3], means[3]))) == 3  # A and B may be the same


def test_a_path_leads_through_its_stops():
    stops = np.array([[0, 0], [1, 1], [2, 0], [3, 5], [4, 0]], np.float32)
    for n in (5, 9, 21):
        path = walks.along(stops, n)
        assert path.shape == (n, 2) and path.dtype == np.float32
        np.testing.assert_allclose(path[:: (n - 1) // 4], stops)


def test_a_mix_of_pixels():
    black, white = np.zeros((28, 28), np.uint8), np.full((28, 28), 200, np.uint8)
    assert walks.mix(black, white, 5)[:, 3, 3].tolist() == [0, 50, 100, 150, 200]


def test_the_most_typical_is_nearest_to_the_middle():
    means = np.array([[0], [10], [4], [100], [5]], np.float32)
    where = Places(means, np.array([1, 1, 1, 0, 1], np.uint8), np.zeros(5), None, "MNIST")
    assert walks.typical(where, 1).tolist() == [4, 2, 0, 1]


@pytest.mark.parametrize(
    "stops, words",
    [([], "no other image, as there is none"), ([0], "test image 1"), ([0, 1, 1999], "test images 1, 2 and 2,000")],
)
def test_stops_in_words(stops: list[int], words: str):
    assert walks._passed(stops) == words
