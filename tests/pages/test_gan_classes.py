"""The section "A GAN's space" with a GAN that is told which class to draw: a small stand-in for one."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlab.runs import Run
from ganlab.ui.latent import gan_history, gan_parts
from ganlab.ui.latent.gan_samples import SAMPLES
from ganlab.ui.shared import model_picker
from tests.pages.steps import again, images, open_latent, press_key, words

page = partial(open_latent, "gan")


class Conditional:
    """A GAN of ten classes and three numbers: an image's grey level is its class, its first pixels are its latent."""

    classes, latent_size, iteration = 10, 3, 40

    def __init__(self, run: Run) -> None:
        self.run = run
        self.asked: list[list[int]] = []

    def latents(self, n: int, seed: int = 0) -> np.ndarray:
        return np.random.default_rng(seed).standard_normal([n, 3]).astype(np.float32)

    def decode(self, latents: np.ndarray, digits: np.ndarray | None = None) -> np.ndarray:
        assert digits is not None and len(digits) == len(latents)
        self.asked.append([int(digit) for digit in digits])
        drawn = np.broadcast_to(20 * np.array(digits, np.uint8)[:, None, None], [len(latents), 28, 28]).copy()
        drawn[:, 0, :3] = np.clip(128 + 40 * latents, 0, 255)
        return drawn


@pytest.fixture
def gan(add, monkeypatch) -> Conditional:
    """It stands in for the weights of a run that is there."""
    path: Path = add("gan")
    run = Run(path)
    run.config = run.config.changed(digits=None)
    gan = Conditional(run)
    monkeypatch.setattr(model_picker, "load", lambda run: (gan, (str(path), "weights", 0)))
    return gan


def sheet(test: AppTest) -> list[str]:
    return [test.button(key=f"gan-sample-{n}").label.partition("(")[2] for n in range(1, SAMPLES + 1)]


def asked(gan: Conditional, count: int) -> list[list[int]]:
    """Which classes it was asked for when that many images were drawn, most recent last."""
    return [digits for digits in gan.asked if len(digits) == count]


def test_as_drawn_each_sample_has_a_class_of_its_own(gan):
    test = page()
    assert test.selectbox(key="gan-class").options == ["as drawn", *map(str, range(10))]
    assert asked(gan, SAMPLES) == [[n % 10 for n in range(24)]]
    assert len(set(sheet(test))) == 24


def test_a_chosen_class_is_that_of_all_samples(gan):
    test = page()
    before = sheet(test)
    test.selectbox(key="gan-class").set_value("7")
    test = again(test)
    assert asked(gan, SAMPLES)[-1] == [7] * 24
    assert [place for place in range(24) if sheet(test)[place] == before[place]] == [7, 17]
    gan.asked.clear()
    press_key(page(gan_class="3"), "gan-others")
    assert asked(gan, SAMPLES)[-1] == [3] * 24


def test_a_walk_keeps_the_class(gan):
    said = words(page(gan_picked="3-6-1"))
    leg = gan_parts.LEG
    assert asked(gan, 2 * leg) == 2 * [[2] * leg + [5] * leg] and "keeps the class of the sample where it" in said
    gan.asked.clear()
    said = words(page(gan_picked="3-6-1", gan_class="8"))
    assert asked(gan, 2 * leg) == 2 * [[8] * 2 * leg] and "keeps the class" not in said
    assert "keeps the class" not in words(page(gan_picked="3-13")), "both are twos"


def test_nudges_and_directions_keep_the_class(gan):
    page(gan_part="Nudge", gan_picked="1-5")
    assert asked(gan, gan_parts.NEIGHBOURS) == [[4] * gan_parts.NEIGHBOURS]
    test = page(gan_part="Directions", gan_picked="1-5")
    alts = [image.alt for image in images(test)]
    assert [alt for alt in alts if "moved along" in alt] == [f"Sample 5 moved along Direction {n}" for n in range(1, 4)]
    assert {tuple(set(digits)) for digits in gan.asked if len(digits) != SAMPLES} == {(4,)}


def test_directions_of_a_class_are_those_in_which_its_images_vary(gan):
    steps, shares = gan_parts._find_directions(gan, ("a", "b", 1), 6)
    assert steps.shape == (3, 3), "more directions than numbers there are not"
    assert sum(shares) > 0.999, "all that varies in the stand-in's images of a class are its three numbers"


def test_snapshots_draw_in_the_class(gan, monkeypatch):
    monkeypatch.setattr(gan_history, "GANRun", lambda *_: gan)
    monkeypatch.setattr(gan, "take_weights", lambda _: None, raising=False)
    page(gan_part="How it learned", gan_class="2")
    assert len(asked(gan, SAMPLES)) > 3 and all(set(digits) == {2} for digits in gan.asked)


def test_only_classes_that_it_has_learnt_are_offered(gan):
    gan.run.config = gan.run.config.changed(digits=[3, 8])
    test = page(gan_class="5")
    assert test.selectbox(key="gan-class").options == ["as drawn", "3", "8"]
    assert asked(gan, SAMPLES)[-1] == [3, 8] * 12


def test_a_gan_without_classes_has_no_such_field(add):
    add("gan")
    test = page()
    assert [box.key for box in test.selectbox] == ["gan-choice"]
