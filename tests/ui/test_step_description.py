"""What is said of a single iteration."""

import pytest

from ganlab import registry
from ganlab.training.events import Stepped
from ganlab.ui.train import step_description

GAN = {
    "accuracy_on_reals": 0.96,
    "accuracy_on_fakes": 0.98,
    "p_real_of_reals": 0.9,
    "p_real_of_fakes": 0.05,
    "p_real_told_generator": 0.1234,
}
MOVED = {"discriminator": 0.00412, "generator": 0.0063}


def say(name: str, found: Stepped, curves: dict, preset=None) -> str:
    spec = registry.get(name)
    return step_description.describe(spec, spec.updates(spec.values(preset)), found, curves)


def test_one_network_after_the_other():
    assert say("digit-gan", Stepped(50, 50, MOVED, 0.25), GAN) == (
        "The discriminator saw 50 real images and 50 generated images and was right about 97 of them: 48 real, 49 "
        "generated. Its weights moved by 0.41%. Then the generator's weights moved by 0.63%. That raised the P(real) "
        "of the images that it learned from, from 0.12 to 0.25, judged by the discriminator as it is now."
    )


def test_both_at_once_on_a_last_batch_that_is_smaller():
    curves = {**GAN, "accuracy_on_reals": 1.0, "accuracy_on_fakes": 0.5}
    del curves["p_real_told_generator"]  # the same as that of fakes, so that it is no curve of its own
    said = say("dcgan-tf", Stepped(1, 256, MOVED, 0.04), curves)
    assert "saw 1 real image and 256 generated images and was right about 129 of them: 1 real, 128 generated." in said
    assert said.endswith(
        "At the same time the generator's weights moved by 0.63%. That lowered the P(real) of the images that it "
        "learned from, from 0.05 to 0.04, judged by the discriminator as it was before."
    )


def test_in_several_rounds_shares_of_uneven_parts_are_about():
    said = say("digit-gan", Stepped(50, 50, MOVED, None), GAN, "tuned")
    assert "in 4 rounds and was right about roughly 97 of them" in said
    assert said.endswith(
        "In the same rounds the generator's weights moved by 0.63%; P(real) of its images was 0.12 on average."
    )


def test_scores_are_told_as_they_are():
    curves = {"score_of_reals": 4.25, "score_of_fakes": -1.5, "score_told_generator": -1.25}
    assert say("wgan-gp", Stepped(250, 250, MOVED, -0.75), curves) == (
        "The discriminator learned 5 times and gave real images a score of 4.25 on average, and generated ones -1.5. "
        "Its weights moved by 0.41%. Then the generator's weights moved by 0.63%. That raised the score of the images "
        "that it learned from, from -1.25 to -0.75, judged by the discriminator as it is now."
    )


@pytest.mark.parametrize(
    ("name", "preset", "moved", "curves", "said"),
    [
        ("inpaint-gan", None, MOVED, GAN, "saw 64 real images and 64 repairs and was right about 124 of them"),
        (
            "repair-gan",
            "tuned",
            {"generator": 0.01, "critic": 0.02},
            {"p_real_of_reals": 0.6, "p_real_of_fakes": 0.4},
            "The generator repaired 64 damaged images, and its weights moved by 1%. Then the critic (its "
            "discriminator) saw 64 real images (P(real) 0.60 on average) and 64 repairs (P(real) 0.40); its weights "
            "moved by 2%.",
        ),
        (
            "repair-gan",
            "without-critic",
            {"generator": 0.01, "critic": 0.0},
            {"pixel_loss": 0.61234},
            "The generator repaired 64 images, 0.612 nats from each lost pixel; then its weights moved by 1%.",
        ),
        (
            "classifier",
            None,
            {"classifier": 0.0005},
            {"loss": 0.5, "accuracy": 0.75},
            "The classifier saw 64 images and read 48 of them correctly; then its weights moved by 0.05%.",
        ),
        (
            "vae",
            None,
            {"both": 0.003},
            {"loss": 152.34, "reconstruction": 148.0, "kl": 4.0},
            "It learned from 64 images, whose loss was 152 nats on average; then its weights moved by 0.3%.",
        ),
        ("autoencoder", None, {"both": 0.003}, {"reconstruction": 148.0}, "whose loss was 148 nats"),
    ],
)
def test_other_models(name, preset, moved, curves, said):
    assert said in say(name, Stepped(64, 64, moved, None), curves, preset)


@pytest.mark.parametrize(
    ("pair", "texts"),
    [
        ((0.3, 0.36), ("0.30", "0.36")),
        ((0.989, 0.9908), ("0.989", "0.991")),
        ((0.00012, 0.00019), ("0.0001", "0.0002")),
        ((1e-7, 2e-7), ("under 0.01", "under 0.01")),
        ((0.99999, 0.5), ("over 0.99", "0.50")),
        ((0.0, 1.0), ("0.00", "1.00")),
    ],
)
def test_probabilities_are_told_apart_and_never_said_to_be_0_or_1_when_they_are_not(pair, texts):
    assert step_description.apart(*pair) == texts
