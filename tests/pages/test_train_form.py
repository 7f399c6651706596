"""What the Train form says of the networks of an architecture, and of images that change meanwhile."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlab import registry
from ganlab.runs.folders import shipped
from ganlab.training.waiting import Pace
from ganlab.ui.repair import trials
from ganlab.ui.shared import model_picker
from ganlab.ui.train.architecture_cards import columns_for, members, trained
from ganlab.ui.train.training_length import sentence
from tests.pages.steps import labels, open_page, press, press_key, words

COUNTED = "Parameters (the numbers that training adjusts): "


def counted(test: AppTest) -> list[str]:
    return [line for line in words(test).splitlines() if line.startswith(COUNTED)]


@pytest.mark.parametrize(
    ("model", "preset", "said"),
    [
        ("digit-gan", "published", "generator 224,737, discriminator 41,089."),
        ("digit-gan", "tuned", None),
        ("swift-gan", "tuned", "generator 577,793, discriminator 166,625."),
        ("swift-gan", "minute", "generator 577,793, discriminator 166,625."),
        ("repair-gan", "without-critic", None),
        ("classifier", "tuned", None),
    ],
)
def test_parameters_are_counted_where_they_are_those_of_the_preset(runs, model, preset, said):
    test = open_page("train", model=model, **{f"{model}.preset": preset})
    assert f"**Preset *{preset}***" in words(test)
    assert counted(test) == ([] if said is None else [COUNTED + said])


def test_an_average_of_a_network_is_not_counted_on_its_card(runs):
    spec = registry.get("conditional-gan")
    assert "averaged" in spec.parameters and set(trained(spec)) == {"generator", "discriminator"}
    assert f"{spec.card} 828 thousand parameters." in words(open_page("train"))


def npz(path, classes: int) -> None:
    images = np.random.default_rng(classes).integers(0, 256, [6 * classes, 28, 28], np.uint8)
    labels = np.arange(6 * classes).astype(np.uint8) % classes
    np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)


def test_images_of_ones_own_that_change_are_read_anew(runs, tmp_path):
    own, name = tmp_path / "own.npz", str(tmp_path / "own.npz")
    lengths = []
    for classes in (2, 12):
        npz(own, classes)
        test = open_page("train", model="vae", images="My own images", place=name)
        (pills,) = [one for one in test.button_group if "Classes" in one.label]
        lengths.append((len(pills.options), len(model_picker.digits(name).images)))
        assert ("11" in pills.options) == (classes == 12)
    assert lengths == [(2, 12), (12, 72)]


def test_digits_that_stood_in_give_way_once_the_images_are_there(runs, tmp_path, monkeypatch):
    stood_in, run = model_picker.digits("mnist"), shipped("repair-gan")
    assert "scikit-learn" in stood_in.source or "ffline" in stood_in.source
    assert trials.images_for(run).title == stood_in.source
    npz(tmp_path / "mnist.npz", 10)
    monkeypatch.setenv("GANLAB_DATA", str(tmp_path))
    assert model_picker.digits("mnist").source == "MNIST" and len(model_picker.digits("mnist").images) == 60
    assert trials.images_for(run).title == "MNIST"


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (3, 3), (4, 4), (5, 3), (8, 4), (9, 3), (10, 2)])
def test_rows_of_cards_are_full_where_that_can_be(count, columns):
    assert columns_for(count) == columns


def test_families_fill_their_rows_on_a_desktop():
    for family in ("gan", "autoencoder"):
        assert len(members(family)) % columns_for(len(members(family))) == 0


IMAGES = [spec for spec in registry.specs() if not spec.points]  # the others are trained in the Lab


def chosen_cards(test: AppTest) -> list[str]:
    return [str(button.key) for button in test.button if str(button.key).startswith("choose-")]


def test_cards_are_there_until_one_is_chosen_and_then_folded_away(runs):
    test = open_page("train")
    assert len(chosen_cards(test)) == len(IMAGES) and "Choose another architecture" not in labels(test)
    press_key(test, "choose-vae")
    assert not chosen_cards(test) and test.header[0].value == registry.get("vae").title
    press(test, "Choose another architecture")
    assert len(chosen_cards(test)) == len(IMAGES)
    assert not chosen_cards(open_page("train", model="dcgan"))


def test_a_quick_look_says_that_the_length_of_the_settings_is_not_used(runs):
    test = open_page("train", model="dcgan", images="Offline digits")
    (field,) = [box for box in test.number_input if box.key == "dcgan.published.iterations"]
    assert not field.disabled and "The training stops after" not in words(test)
    test.radio[0].set_value("quick").run()
    (field,) = [box for box in test.number_input if box.key == "dcgan.published.iterations"]
    assert field.disabled and field.value == 20_000
    assert "The training stops after 500 iterations, not after 20,000 iterations." in words(test)
    again = open_page("train", model="dcgan", images="Offline digits", length="A quick look")
    assert [box.disabled for box in again.number_input if box.key == "dcgan.published.iterations"] == [True]


def test_another_length_is_told_beside_the_epochs_that_it_stands_for(runs):
    test = open_page("train", model="vae", images="Offline digits", length="Another length", iterations="70")
    assert "The training stops after 70 iterations, not after" in words(test)


@pytest.mark.parametrize(
    ("pace", "busy", "said"),
    [
        (
            Pace(0.08, 2.0),
            0.1,
            "**About 1 min 20 s on this machine**, judging by the last training with these",
        ),
        (Pace(0.08, 2.0, timed=True), 0.1, "judging by a few iterations that were timed here: 12 iterations a second."),
        (Pace(0.08, 2.0), 0.63, "Other programs keep 63% of this machine busy now, so it may take longer."),
    ],
)
def test_a_wait_is_told_with_its_source_and_what_may_make_it_longer(pace, busy, said):
    found = sentence(pace, 1000, busy)
    assert said in found and ("Other programs" in found) == (busy > 0.4)
