"""The Layers page without a browser: what its view is sent, in every state of models and data."""

import numpy as np
import pytest
import streamlit as st

from ganlab import inference
from ganlab.data import drawing
from ganlab.data.offline import load_offline
from ganlab.runs import Run, layout
from ganlab.ui.layers import frames, inputs
from tests.conftest import file_of
from tests.pages.steps import again, asked, labels, open_page, press, sent, spoil_weights, words

IMAGES = load_offline().x_test


@pytest.fixture
def shipped(beside_shipped):
    """What comes with ganlab, and no data set but the offline digits."""
    return beside_shipped


def view(test) -> tuple[dict, dict]:
    return sent(test, "ganlab_layers")


def values(head: dict, arrays: dict) -> np.ndarray:
    """The numbers of the layer that is looked at."""
    return arrays["values"].reshape([*head["shape"][:-1], head["shown"]])


def test_it_opens_with_a_classifier_that_comes_with_ganlab_and_a_test_image(shipped):
    head, arrays = view(open_page("layers"))
    model = inference.load("classifier")
    found = model.activations(IMAGES[:1])
    names = [layer["name"] for layer in head["layers"]]
    assert names == [name for name in found if not name.startswith("dropout")] and head["layer"] == 0
    np.testing.assert_allclose(values(head, arrays), found["convolution 1"][0], atol=1e-5)
    np.testing.assert_array_equal(arrays["image"].reshape(28, 28), IMAGES[0])
    np.testing.assert_allclose(head["answer"]["first"], model.classify(IMAGES[:1])[0], atol=1e-5)
    assert head["kernel"]["sliding"] == {"stride": 1, "before": [1, 1]}
    kernel = arrays["kernel"].reshape(3, 3)
    np.testing.assert_array_equal(kernel, model.inside().layers["convolution 1"].kernel(0)[..., 0])
    assert "feature map" in head["about"] and "kernel" in head["about"] and head["inputs"] == "100 test images"
    many = model.activations(IMAGES[:100])["convolution 1"]
    assert head["overall"] == pytest.approx([many.min(), many.max()], abs=1e-5)
    best = many[..., 0].max(axis=(1, 2)).argsort()[::-1][: frames.TOP]
    assert [one["number"] for one in head["top"]] == (best + 1).tolist()
    np.testing.assert_array_equal(arrays["top"].reshape(-1, 28, 28), IMAGES[best])


def test_the_address_says_what_is_looked_at(shipped):
    query = {"layer": "normalisation 2", "unit": "5", "layers-number": "3", "cover": "10"}
    test = open_page("layers", **query)
    head, arrays = view(test)
    model = inference.load("classifier")
    assert (head["layers"][head["layer"]]["name"], head["unit"], head["answer"]["cover"]) == ("normalisation 2", 4, 10)
    np.testing.assert_array_equal(arrays["image"].reshape(28, 28), IMAGES[2])
    covered = arrays["covered"].reshape(19 * 19, 10)
    by_hand = IMAGES[2].copy()
    by_hand[3:13, 5:15] = 0
    np.testing.assert_allclose(covered[3 * 19 + 5], model.classify(by_hand[None])[0], atol=1e-4)
    before = model.activations(IMAGES[: frames.SPREAD])["convolution 2"][..., 4]
    assert head["spread"]["before"]["mean"] == pytest.approx(before.mean(), abs=1e-4)
    np.testing.assert_array_equal(arrays["before"], np.histogram(before, 40)[0])
    assert arrays["after"].sum() == before.size and "Batch normalisation" in head["about"]
    press(test, "Next")
    np.testing.assert_array_equal(view(test)[1]["image"].reshape(28, 28), IMAGES[3])
    assert asked(test, "layers-number") == "4" and asked(test, "layer") == "normalisation 2"


@pytest.mark.parametrize(
    "query",
    [{"layer": "nothing", "unit": "0", "cover": "9"}, {"unit": "99999", "cover": "x"}, {"network": "judge", "at": "7"}],
)
def test_what_is_not_there_in_the_address_does_no_harm(shipped, query):
    head, _ = view(open_page("layers", **query))
    assert (head["layer"], head["unit"], head["answer"]["cover"]) == (0, 0, 0)


def test_a_gan_that_comes_with_ganlab_draws_from_latents_and_has_no_discriminator(shipped):
    test = open_page("layers", model="dcgan", **{"layers-seed": "5", "layers-z2": "1.5", "layer": "output"})
    head, arrays = view(test)
    model = inference.load("dcgan")
    latents = model.latents(1, 5)
    latents[0, 1] += 1.5
    np.testing.assert_array_equal(arrays["drawn"].reshape(28, 28), model.decode(latents)[0])
    np.testing.assert_allclose(arrays["taken"], latents[0], atol=1e-6)
    assert head["takes"] == "latents" and head["answer"] is None
    assert head["inputs"] == "the seeds 0 to 99"
    best = head["top"][0]["number"]
    np.testing.assert_array_equal(arrays["top"][: 28 * 28].reshape(28, 28), model.sample(1, best)[0])
    assert "has not kept its discriminator" in words(test)


def test_a_class_is_asked_for_where_one_can_be(shipped):
    test = open_page("layers", model="conditional-gan", **{"layers-class": "7"})
    model = inference.load("conditional-gan")
    _, arrays = view(test)
    np.testing.assert_array_equal(arrays["drawn"].reshape(28, 28), model.sample(1, 0, 7)[0])


def test_a_run_of_ones_own_has_its_discriminator_and_what_it_said_of_a_generated_image(add):
    run = add("gan")
    test = open_page("layers", model="gan", network="discriminator", **{"layers-input": "Generated", "cover": "7"})
    head, arrays = view(test)
    model = inference.load(Run(run))
    image = model.sample(1, 0)
    np.testing.assert_array_equal(arrays["image"].reshape(28, 28), image[0])
    assert head["answer"]["names"] == ["P(real)"]
    assert head["answer"]["first"] == pytest.approx(model.p_real(image).tolist(), abs=1e-5)
    assert len(arrays["covered"]) == 22 * 22
    assert "has not kept" not in words(test)


def test_earlier_weights_are_looked_at_by_a_slider_and_an_address(add):
    run = add("gan")
    first = layout.snapshots(run)[0]
    at = layout.iteration_of(first)
    test = open_page("layers", model="gan", layer="output", at=str(at))
    _, arrays = view(test)
    model = inference.load_weights(Run(run), first)
    np.testing.assert_array_equal(arrays["drawn"].reshape(28, 28), model.sample(1, 0)[0])
    (slider,) = test.select_slider
    assert slider.value == at
    slider.set_value(40)
    _, newest = view(again(test))
    assert asked(test, "at") == "40"
    np.testing.assert_array_equal(newest["drawn"].reshape(28, 28), inference.load(Run(run)).sample(1, 0)[0])
    slider = test.select_slider[0]
    first.write_bytes(b"damaged")
    st.cache_resource.clear()
    slider.set_value(at)
    assert "cannot be read" in words(again(test)) and len(test.error) == 1


def test_a_repair_model_gets_its_images_with_a_hole_unless_told_otherwise(add):
    add("repair-gan")
    test = open_page("layers", model="repair-gan")
    hole = view(test)[1]["image"].reshape(28, 28)[inputs.HOLE, inputs.HOLE]
    assert not hole.any() and IMAGES[0][inputs.HOLE, inputs.HOLE].any()
    test.toggle[0].set_value(False)
    np.testing.assert_array_equal(view(again(test))[1]["image"].reshape(28, 28), IMAGES[0])


def test_an_encoder_answers_nothing_and_its_first_kernels_are_pictures(add):
    run = add("vae")
    test = open_page("layers", model="vae", network="encoder", layer="dense 1", unit="2")
    head, arrays = view(test)
    assert head["answer"] is None and head["kernel"]["shape"] == [28, 28, 1]
    layer = inference.load(Run(run)).inside("encoder").layers["dense 1"]
    np.testing.assert_array_equal(arrays["kernel"], layer.kernel(1))


def test_without_any_model_there_is_a_way_to_train_one(nothing):
    test = open_page("layers")
    assert "There is no model of images to look into yet" in words(test)
    assert "Train a model of images" in labels(test)


def test_damaged_weights_are_said(add):
    spoil_weights(add("classifier"))
    test = open_page("layers", model="classifier")
    assert "damaged" in words(test) and len(test.error) == 1 and not test.exception


def test_points_and_what_is_not_there_are_said_and_the_page_goes_on(shipped):
    test = open_page("layers", model="plane-ring")
    assert "is not a model of images" in words(test)
    assert view(test)[0]["layers"]
    assert test.warning and view(open_page("layers", model="nowhere"))[0]["layers"]


def test_without_its_test_images_one_draws(shipped):
    test = open_page("layers", model="fashion-classifier")
    assert "test images are not on this computer" in words(test) and "Draw a digit" in words(test)
    assert not [one for one in test.get("bidi_component") if one.proto.component_name == "ganlab_layers"]


def test_without_test_images_a_discriminators_units_are_not_counted(add, monkeypatch):
    add("gan")
    monkeypatch.setattr(inputs, "_real", lambda network: None)
    frames._measure.clear()
    test = open_page("layers", model="gan", network="discriminator", **{"layers-input": "Generated"})
    head, _ = view(test)
    assert head["top"] == [] and head["overall"] is None and "no test images" in head["dead"]
    frames._measure.clear()


def test_another_model_takes_what_it_can_of_what_was_chosen(add):
    for name in ("gan", "classifier", "vae"):
        add(name)
    test = open_page("layers", model="gan", network="discriminator", **{"layers-input": "Generated"})
    for name, network in {"classifier": "classifier", "vae": "encoder", "gan": "discriminator"}.items():
        test.selectbox[0].set_value(name)
        head, _ = view(again(test))
        assert head["view"].endswith(f"/{network}") and asked(test, "model") == name
    assert not test.error and not test.warning


def test_a_number_beyond_the_last_test_image_does_no_harm(shipped):
    test = open_page("layers", **{"layers-number": "9999"})
    _, arrays = view(test)
    assert arrays["image"].reshape(28, 28).tolist() in [IMAGES[0].tolist(), IMAGES[-1].tolist()]
    test.number_input[0].set_value(len(IMAGES))
    real = inputs.digits
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inputs, "digits", lambda name: type(real(name))(*(IMAGES[:5], real(name).labels[:5], "few")))
        _, arrays = view(again(test))
    assert arrays["image"].reshape(28, 28).tolist() in IMAGES[:5].tolist()


def test_a_picture_of_ones_own_goes_in(shipped):
    test = open_page("layers", **{"layers-input": "Upload"})
    assert "Choose a picture of a digit" in words(test)
    content = file_of(np.kron(255 - IMAGES[7], np.ones([8, 8], np.uint8)))
    test.file_uploader[0].upload("digit.png", content, "image/png")
    head, arrays = view(again(test))
    seen = drawing.read_upload(content, True)[0]
    np.testing.assert_array_equal(arrays["image"].reshape(28, 28), seen)
    read = inference.load("classifier").classify(np.stack([seen, IMAGES[7]]))
    np.testing.assert_allclose(head["answer"]["first"], read[0], atol=1e-5)
    assert read[0].argmax() == read[1].argmax()
