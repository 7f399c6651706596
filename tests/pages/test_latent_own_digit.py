"""The section "Your own digit" of the Latent page in each of its states, without a browser."""

import shutil
from functools import partial

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from ganlab import inference
from ganlab.data import drawing
from ganlab.data.offline import load_offline
from ganlab.runs import layout
from ganlab.ui.latent import own_digit
from ganlab.ui.latent.counterpart import find_counterpart
from ganlab.ui.shared import model_picker
from tests.conftest import file_of
from tests.pages.steps import again, being_trained, find_places, open_latent, pictures, spoil_weights, stroke, words

SEEN, COPY = own_digit.SEEN, "Copy from 2 numbers"
REAL = load_offline()

page = partial(open_latent, "drawn")


@pytest.fixture
def paper(monkeypatch) -> np.ndarray:
    """What is drawn: a stroke, which tests may change."""
    ink = stroke()
    monkeypatch.setattr(own_digit, "draw", lambda *_: ink)
    return ink


def upload(data: bytes) -> AppTest:
    test = page(drawn_by="Upload")
    assert "upload a picture of one" in words(test)
    test.file_uploader[0].upload("digit.png", data, "image/png")
    return again(test)


def test_without_any_autoencoder_the_page_says_how_to_get_one(runs):
    assert "no autoencoder to look into yet" in words(page())


def test_an_empty_paper(run):
    test = page()
    assert "appears here" in words(test) and not pictures(test) and not test.get("plotly_chart")


def test_a_drawing_is_read_and_follows_the_strokes(run, paper):
    test = page()
    before = pictures(test)
    assert {SEEN, COPY, "A walk from your digit to a typical 9"} < before.keys()
    assert "of the test images score lower" in words(test) and any("(the ELBO)" in part.help for part in test.markdown)
    assert "39% lie in the inner ellipse" in words(test) and "nearest to your digit's. Their classes: " in words(test)
    assert len(test.get("plotly_chart")) == 2 and "from close by" in words(test)
    paper[60:80, 80:200] = 255
    after = pictures(again(test))
    assert before[SEEN] != after[SEEN]
    test.button_group[-1].set_value("2")
    assert "A walk from your digit to a typical 2" in pictures(again(test))


def test_a_plain_autoencoder_has_no_ellipses(add, paper):
    add("autoencoder")
    test = page()
    assert "does not say how sure it is" in words(test)
    assert any("the better the copy" in part.help for part in test.markdown)
    assert len(test.get("plotly_chart")) == 1


def test_of_more_than_two_numbers_the_map_shows_the_two_that_vary_most(add, paper):
    model = inference.load(add("six"))
    test = page()
    first, second = np.sort(np.argsort(find_places(model).means.var(axis=0))[-2:]) + 1
    assert f"by 6 numbers. The map shows numbers {first} and {second}" in words(test)
    assert "may differ in the other numbers" in words(test) and "39%" in words(test)
    assert len(test.get("plotly_chart")) == 2
    assert {SEEN, "Copy from 6 numbers", "A walk from your digit to a typical 9"} < pictures(test).keys()


@pytest.mark.parametrize("chosen_one, other", [("vae-16", "2"), ("vae-conv", "6")])
def test_the_copy_stands_beside_one_from_fewer_or_more_numbers(runs, trained, paper, chosen_one, other):
    for name, like in (("vae-16", "six"), ("vae-conv", "vae")):
        shutil.copytree(trained(like), model_picker.PRETRAINED / name)
    assert page().selectbox(key="model-choice").value == "vae-16", "a clean digit comes back as it was"
    test = page(model=chosen_one)
    assert {SEEN, COPY, "Copy from 6 numbers"} < pictures(test).keys()
    assert "2 numbers have room for which digit it is" in words(test)
    model = inference.load(trained("vae" if other == "2" else "six"))
    seen = drawing.center(paper)
    counterpart = find_counterpart(inference.load(model_picker.PRETRAINED / chosen_one))
    assert counterpart is not None and counterpart.size == int(other)
    assert np.abs(counterpart.copy(seen).astype(int) - model.reconstruct(seen[None])[0]).max() <= 1


def test_models_of_other_images_are_no_counterparts(run, trained, paper):
    shutil.copytree(trained("six"), model_picker.PRETRAINED / "vae-16")
    config = model_picker.PRETRAINED / "vae-16" / layout.CONFIG
    config.write_text(config.read_text().replace('"dataset": "offline"', '"dataset": "mnist"'))
    test = page(model=run.name)
    assert COPY in pictures(test) and "Copy from 6 numbers" not in pictures(test)


def test_an_upload_with_notices(run):
    inverted = Image.fromarray(255 - REAL.x_test[0])
    test = upload(file_of(inverted))
    assert SEEN in pictures(test) and "inverted" in words(test)
    see_through = Image.merge("LA", (Image.new("L", (28, 28), 0), Image.fromarray(REAL.x_test[0])))
    assert "Transparent parts were taken as background" in words(upload(file_of(see_through)))


@pytest.mark.parametrize(
    "data, sentence",
    [
        (b"no picture", "not a picture that can be read"),
        (file_of(Image.new("L", (40, 40), 90)), "No strokes stand out"),
        (file_of(Image.new("1", (20_000, 20_000))), "too many pixels"),
        (file_of(Image.fromarray(REAL.x_test[0]))[:150], "damaged or cut short"),
        (b"", "not a picture that can be read"),
    ],
    ids=["no picture", "empty picture", "huge", "cut short", "empty file"],
)
def test_a_bad_upload_is_one_sentence(run, data: bytes, sentence: str):
    test = upload(data)
    assert sentence in test.error[0].value and not pictures(test)


def test_of_an_animation_the_first_picture_is_read(run):
    frames = [Image.fromarray(image.repeat(4, 0).repeat(4, 1)) for image in REAL.x_test[:2]]
    film = file_of(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert "the first one is used" in words(upload(film))


def test_without_the_originals_copies_are_shown(run, paper, monkeypatch):
    bare = find_places(inference.load(run))
    monkeypatch.setattr(model_picker, "places", lambda *_: bare)
    assert "the model's copies" in words(page())


def test_damaged_weights_are_one_sentence(run, paper):
    spoil_weights(run)
    test = page()
    assert "missing or damaged" in test.error[0].value and not pictures(test)


def test_a_model_that_still_trains(run, paper):
    with being_trained(run):
        test = page()
        assert "still training" in words(test) and COPY in pictures(test)


# The computation


@pytest.mark.parametrize("name", ["vae", "autoencoder", "six"])
def test_a_reading_is_what_the_model_says(trained, name: str):
    model = inference.load(trained(name))
    places = find_places(model, REAL.x_test)
    image = REAL.x_test[5]
    reading = own_digit.read_drawing(model, places, image, 3)
    mean, log_variance = (found[0] for found in model.encode(image[None]))
    np.testing.assert_allclose(reading.mean, mean, rtol=1e-4, atol=1e-5)
    assert (reading.spread is None) == (name == "autoencoder")
    if reading.spread is not None:
        np.testing.assert_allclose(reading.spread, np.exp(log_variance / 2), rtol=1e-4)
    assert np.abs(reading.copy.astype(int) - model.decode(mean[None])[0]).max() <= 1
    assert reading.score == pytest.approx(model.score(image[None])[0]) and 0 <= reading.worse <= 1
    assert reading.nearest[0] == 5 and (reading.neighbours[0] == image).all()
    assert reading.walk.shape == (own_digit.STEPS, 28, 28) and (reading.walk[0] == reading.copy).all()
    end = places.means[own_digit.typical(places, 3)[:1]]
    assert np.abs(reading.walk[-1].astype(int) - model.decode(end)[0]).max() <= 1


def test_neighbours_without_originals_are_copies(trained):
    model = inference.load(trained("vae"))
    places = find_places(model)
    reading = own_digit.read_drawing(model, places, REAL.x_test[5])
    copies = model.decode(places.means[reading.nearest])
    assert reading.neighbours.shape == (5, 28, 28)
    assert np.abs(reading.neighbours.astype(int) - copies).max() <= 1


def test_the_figure_marks_the_place_with_its_ellipses(trained):
    model = inference.load(trained("vae"))
    places = find_places(model)
    reading = own_digit.read_drawing(model, places, REAL.x_test[5])
    dots = own_digit.faint_points(("a", "b", 0), places.means, places.labels)
    figure = own_digit.draw_place(dots, own_digit.label_classes(places, tuple("0123456789"), reading.mean), reading)
    x, y = reading.mean.tolist()
    assert figure["data"][1]["x"] == [x] and figure["data"][1]["y"] == [y]
    assert reading.spread is not None
    for shape, times in zip(figure["layout"]["shapes"], (1, 2), strict=True):
        assert shape["x1"] - shape["x0"] == pytest.approx(2 * times * reading.spread[0], rel=1e-4)
        assert shape["y1"] - shape["y0"] == pytest.approx(2 * times * reading.spread[1], rel=1e-4)
    assert {label["text"] for label in figure["layout"]["annotations"]} == {f"<b>{n}</b>" for n in range(10)}
    reach = 1.05 * max(3, np.abs(places.means).max())
    for label in figure["layout"]["annotations"]:
        assert np.hypot(label["x"] - x, label["y"] - y) > 0.08 * reach, "a name would hide the mark"
    close = own_digit.draw_close(dots, reading)
    low, high = close["layout"]["xaxis"]["range"]
    assert low < x - 3 * reading.spread[0] and high > x + 3 * reading.spread[0] and close["layout"]["annotations"] == []
    around = np.array(close["data"][0]["x"])
    assert ((around >= low) & (around <= high)).all() and len(around) == len(close["data"][0]["marker"]["color"])


def test_at_most_2000_points_are_drawn():
    means = np.random.default_rng(0).standard_normal([5000, 2]).astype(np.float32)
    dots = own_digit.faint_points(("many", "points", 0), means, np.zeros(5000, np.uint8))
    assert len(dots["x"]) == len(dots["y"]) == len(dots["marker"]["color"]) == 2000
