"""The section "Odd one out" of the Latent page in each of its states, without a browser."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlab import data, inference
from ganlab.data.offline import load_offline
from ganlab.runs import layout
from ganlab.ui.latent import corruptions, odd_one_out
from tests.conftest import file_of
from tests.pages.steps import (
    again,
    being_trained,
    labels,
    open_latent,
    pictures,
    press_key,
    spoil_weights,
    stroke,
    words,
)

WORSE = "of the real digits score lower"

page = partial(open_latent, "odd")


@pytest.fixture
def run(add) -> Path:
    return add("six")


def score(test: AppTest) -> float:
    return float(test.metric[0].value)


def test_without_any_autoencoder_the_page_says_how_to_get_one(runs):
    test = page()
    assert "no autoencoder to look into yet" in words(test)
    assert labels(test) == ["Train an autoencoder"]


def test_a_corrupted_digit_among_the_test_digits(run):
    test = page()
    assert "22,000 times less probable" in words(test) and WORSE in words(test)
    assert {"Before the damage", "What the model sees", "The model's copy"} < pictures(test).keys()
    assert [metric.label for metric in test.metric] == ["Score", "Lost in the copy", "Spent on the latent numbers"]
    total, *parts = (float(metric.value) for metric in test.metric)
    assert total == pytest.approx(-sum(parts), abs=0.11)
    before = pictures(test)
    test.slider(key="odd-strength").set_value(0.9)
    after = pictures(again(test))
    assert (
        before["Before the damage"] == after["Before the damage"]
        and before["What the model sees"] != after["What the model sees"]
    )
    test.number_input(key="odd-seed").set_value(5)
    assert pictures(again(test))["What the model sees"] != after["What the model sees"]
    test = press_key(test, "odd-next")
    assert "image 2 of 297" in words(test) and pictures(test)["Before the damage"] != before["Before the damage"]


def test_the_address_names_the_candidate(run):
    test = page(odd_corruption="Blur", odd_strength="0.2")
    assert test.selectbox(key="odd-corruption").value == "Blur" and test.slider(key="odd-strength").value == 0.2
    assert not any(field.key == "odd-seed" for field in test.number_input)  # a blur has no chance in it
    assert WORSE in words(page(odd_candidate="no such thing"))


def test_the_score_is_the_models_own(run):
    image = load_offline().x_test[2]
    test = page(odd_candidate="Offline digit")
    for _ in range(2):
        test = press_key(test, "odd-next")
    assert "image 3 of 297" in words(test)
    assert score(test) == pytest.approx(inference.load(run).score(image[None])[0], abs=0.06)


def test_an_empty_image_and_what_a_score_cannot_tell(run):
    test = page(odd_candidate="Empty image")
    assert f"scores {score(test):.1f} nats" in words(test) and "Nalisnick" in words(test)


def test_the_most_and_least_usual_of_all_and_of_a_class(run):
    test = page(odd_candidate="Empty image")
    assert "scores of 297 test images" in words(test) and "You see the model's copies" not in words(test)
    before = pictures(test)
    assert {"The 20 most usual", "The 20 least usual"} < before.keys()
    test.button_group(key="odd-class-all-0-1-2-3-4-5-6-7-8-9").set_value("3")
    after = pictures(again(test))
    assert f"scores of {(load_offline().y_test == 3).sum()} test images" in words(test)
    assert all(before[alt] != after[alt] for alt in ("The 20 most usual", "The 20 least usual"))


def test_without_the_originals_copies_are_shown(run):
    found = inference.load(run)
    real = load_offline()
    means, scores = found.encode(real.x_test)[0][:50], found.score(real.x_test)[:50]
    np.savez(run / layout.MAP, means=means, labels=real.y_test[:50], scores=scores)
    test = page(odd_candidate="Empty image")
    assert "You see the model's copies" in words(test) and "scores of 50 test images" in words(test)
    assert "The 20 most usual" in pictures(test)


def test_an_empty_canvas_and_a_drawing(run, monkeypatch):
    test = page(odd_candidate="Drawing")
    assert "Draw a digit" in test.info[0].value and not test.metric
    monkeypatch.setattr(odd_one_out, "draw", lambda key: stroke())
    test = again(test)
    assert WORSE in words(test) and len(test.metric) == 3


def upload(kind: str, content: bytes) -> AppTest:
    test = page(odd_candidate="Upload")
    assert not test.metric and not test.error
    test.file_uploader[0].set_value((f"digit.{kind}", content, f"image/{kind}"))
    return again(test)


def test_an_uploaded_picture_and_one_that_is_none(run):
    paper = np.full((60, 60), 250, np.uint8)
    paper[10:50, 28:33] = 10
    test = upload("png", file_of(paper))
    assert "was inverted" in words(test) and WORSE in words(test) and "Your picture" in pictures(test)
    test = upload("png", b"nonsense")
    assert "not a picture that can be read" in test.error[0].value and "The 20 most usual" in pictures(test)


def test_fashion_mnist_where_it_is_not_and_where_it_is(run, tmp_path, monkeypatch):
    assert "not on this computer" in page(odd_candidate="Fashion-MNIST").info[0].value
    real = load_offline()
    folder = tmp_path / "data"
    folder.mkdir()
    np.savez(
        folder / "fashion_mnist.npz",
        x_train=real.x_train,
        y_train=real.y_train,
        x_test=real.x_test,
        y_test=real.y_test,
    )
    monkeypatch.setenv("GANLAB_DATA", str(folder))
    assert data.is_here("fashion-mnist")
    test = page(odd_candidate="Fashion-MNIST")
    assert "Fashion-MNIST, image 1 of 297" in words(test) and WORSE in words(test)


def test_a_plain_autoencoder_scores_by_its_copies(add):
    add("autoencoder")
    test = page(odd_candidate="Empty image")
    assert "knows no probabilities" in words(test) and [metric.label for metric in test.metric] == [
        "Score",
        "Lost in the copy",
    ]
    assert score(test) == -float(test.metric[1].value)


def test_damaged_weights_are_one_sentence(run):
    spoil_weights(run)
    test = page()
    assert "missing or damaged" in test.error[0].value and not test.metric


def test_a_model_that_still_trains(run):
    with being_trained(run):
        test = page()
        assert "still training" in words(test) and WORSE in words(test)


def test_a_score_far_off_stands_at_the_border_of_the_histogram():
    scores = np.linspace(-200, -100, 500)
    near, far = odd_one_out.draw_scores(scores, -150.0), odd_one_out.draw_scores(scores, -5000.0)
    assert near["layout"]["shapes"][0]["x0"] == -150 and far["layout"]["shapes"][0]["x0"] == -250
    assert "-5,000 (further left)" in json.dumps(far) and "further" not in json.dumps(near)
    assert sum(near["data"][0]["y"]) == 500
    odd_one_out.draw_scores(np.full(3, -7.0), -7.0)  # no spread at all


# Corruptions

DIGIT = load_offline().x_test[0]


@pytest.mark.parametrize("name", corruptions.CORRUPTIONS)
def test_a_corruption_grows_from_nothing_and_is_the_same_for_the_same_seed(name: str):
    corruption = corruptions.CORRUPTIONS[name]
    before = DIGIT.copy()
    np.testing.assert_array_equal(corruption.of(DIGIT, 0.0, 3), DIGIT)
    for strength in (0.3, 1.0):
        first, second, other = (corruption.of(DIGIT, strength, seed) for seed in (3, 3, 4))
        assert first.dtype == np.uint8 and first.shape == (28, 28) and (first != DIGIT).any()
        np.testing.assert_array_equal(first, second)
        if not corruption.random:
            np.testing.assert_array_equal(first, other)
        elif (name, strength) != ("Hole", 1.0):
            assert (first != other).any()
    np.testing.assert_array_equal(DIGIT, before)


def test_what_corruptions_do():
    np.testing.assert_array_equal(corruptions.invert(DIGIT, 1.0), 255 - DIGIT)
    np.testing.assert_array_equal(corruptions.rotate(DIGIT, 1.0), DIGIT[::-1, ::-1])
    white = np.full((28, 28), 255, np.uint8)
    assert (corruptions.hole(white, 0.5, 0) == 0).sum() == 100 and (corruptions.hole(white, 1.0, 0) == 0).sum() == 400
    dot = np.zeros((28, 28), np.uint8)
    dot[14, 14] = 255
    moved = np.argwhere(corruptions.shift(dot, 0.5, 0))
    assert len(moved) == 1 and np.linalg.norm(moved[0] - 14) == pytest.approx(7, abs=0.8)
    assert (corruptions.shift(white, 1.0, 1) == 0).any()
    assert corruptions.blur(DIGIT, 1.0).max() < DIGIT.max()
    assert corruptions.noise(DIGIT, 1.0, 0).std() > corruptions.noise(DIGIT, 0.2, 0).std()
