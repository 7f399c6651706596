"""What the Train form says of the networks of an architecture, and of images that change meanwhile."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlab import registry
from ganlab.runs.folders import shipped
from ganlab.ui.architecture_cards import columns_for, members, trained
from ganlab.ui.latent import chosen
from ganlab.ui.repair import tested
from tests.pages.steps import open_page, words

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
        lengths.append((len(pills.options), len(chosen.digits(name).images)))
        assert ("11" in pills.options) == (classes == 12)
    assert lengths == [(10, 12), (12, 72)]


def test_digits_that_stood_in_give_way_once_the_images_are_there(runs, tmp_path, monkeypatch):
    stood_in, run = chosen.digits("mnist"), shipped("repair-gan")
    assert "scikit-learn" in stood_in.source or "ffline" in stood_in.source
    assert tested.images_for(run).title == stood_in.source
    npz(tmp_path / "mnist.npz", 10)
    monkeypatch.setenv("GANLAB_DATA", str(tmp_path))
    assert chosen.digits("mnist").source == "MNIST" and len(chosen.digits("mnist").images) == 60
    assert tested.images_for(run).title == "MNIST"
