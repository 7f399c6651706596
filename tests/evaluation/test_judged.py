"""What a discriminator says over a run's snapshots, and the sixteen images that are told apart."""

import numpy as np
import pytest

import ganlab
from ganlab.data.offline import load_offline
from ganlab.errors import GanlabError
from ganlab.evaluation.judged import SHOWN, Judged, judged_run, open_judge, sixteen
from ganlab.inference.discriminator import from_weights
from ganlab.runs import Run, layout
from tests.conftest import trained_run


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    return Run(trained_run(tmp_path_factory.mktemp("runs"), "dense-gan"))


def made(k: int = 2, n: int = 20, m: int = 30) -> Judged:
    """Generated images are all of one grey, real ones of another."""
    images = np.full((k, n, 28, 28), 10, np.uint8)
    images[..., 0, 0] = np.arange(n)
    reals = np.full((m, 28, 28), 200, np.uint8)
    reals[:, 0, 0] = np.arange(m)
    p_images, p_reals = np.full((k, n), 0.4, np.float32), np.full((k, m), 0.7, np.float32)
    p_images[1, : n // 2] = 0.6
    return Judged(np.array([10, 20], np.int32), images, p_images, reals, p_reals)


def test_a_coin_decides_which_images_are_generated_and_none_comes_twice():
    judged, share = made(), []
    for seed in range(200):
        some = sixteen(judged, 0, seed)
        np.testing.assert_array_equal(some.fake, some.images[:, 1, 1] == 10)
        np.testing.assert_array_equal(some.p_real, np.where(some.fake, np.float32(0.4), np.float32(0.7)))
        assert len(np.unique(some.images, axis=0)) == SHOWN
        share.append(some.fake.mean())
    assert np.mean(share) == pytest.approx(0.5, abs=0.03)
    assert np.std(share) == pytest.approx(np.sqrt(0.25 / SHOWN), rel=0.15)  # as a coin has it
    np.testing.assert_array_equal(sixteen(judged, 0, 3).images, sixteen(judged, 0, 3).images)
    assert (sixteen(judged, 0, 3).images != sixteen(judged, 1, 3).images).any()


def test_shares_count_both_kinds_alike():
    assert made().shares_right() == pytest.approx([1.0, 0.75])


def test_a_run_is_judged_by_the_discriminator_that_it_has_kept(run):
    judge, used = open_judge(run), load_offline()
    judged = judged_run(judge, used)
    assert judge.discriminator
    newest = max(map(layout.iteration_of, layout.checkpoints(run.path)))
    assert judged.judge == newest == judged.iterations[-1]
    assert {layout.iteration_of(file) for file in layout.snapshots(run.path)} <= set(judged.iterations.tolist())
    np.testing.assert_array_equal(judged.images[-1], ganlab.load(run.path).sample(64))
    np.testing.assert_allclose(judged.p_images[0], judge.discriminator.p_real(judged.images[0]), atol=1e-6)
    np.testing.assert_allclose(judged.p_reals[0], judge.discriminator.p_real(judged.reals), atol=1e-6)
    np.testing.assert_array_equal(judged.p_reals, judged.p_reals[:1].repeat(len(judged.iterations), axis=0))
    tests = {image.tobytes() for image in used.x_test}
    assert all(image.tobytes() in tests for image in judged.reals)


def test_runs_without_a_discriminator_of_their_own_are_refused_in_a_sentence(run, tmp_path):
    with pytest.raises(GanlabError, match="dcgan has not kept its discriminator"):
        open_judge(ganlab.load("dcgan").run)
    conditional = Run(trained_run(tmp_path, "conditional-gan", 2))
    with pytest.raises(GanlabError, match="together with the class that was asked for"):
        open_judge(conditional)
    with pytest.raises(GanlabError, match="gives scores without a scale"):
        open_judge(scoring := Run(trained_run(tmp_path, "wgan-gp", 2)))
    critic = ganlab.load(scoring.path)
    assert critic.discriminator and critic.p_real(load_offline().x_test[:2]) is None, "it is there, but says no P(real)"
    with pytest.raises(GanlabError, match="no discriminator"):
        open_judge(Run(trained_run(tmp_path, "vae")))


@pytest.mark.parametrize("name", ["dense-gan", "digit-gan", "swift-gan"])  # signed pixels, P(fake), logits
def test_slopes_are_what_a_small_change_of_a_pixel_does_to_p_real(name, tmp_path):
    judge = open_judge(Run(trained_run(tmp_path, name)))
    assert judge.discriminator
    images = load_offline().x_test[:2]
    slopes = judge.discriminator.slopes(images)
    assert slopes.shape == images.shape and np.abs(slopes).max() > 0
    random = np.random.default_rng(0)
    for row, column in random.integers(8, 20, (6, 2)):
        up, down = images.copy(), images.copy()
        middle = images[:, row, column].clip(12, 243)
        base = images.copy()
        base[:, row, column] = middle
        up[:, row, column], down[:, row, column] = middle + 12, middle - 12
        rise = (judge.discriminator.p_real(up).astype(float) - judge.discriminator.p_real(down)) / (24 / 255)
        here = judge.discriminator.slopes(base)[:, row, column]
        np.testing.assert_allclose(here, rise, rtol=0.1, atol=2e-2 * np.abs(slopes).max())


def test_weights_of_another_network_are_refused():
    with pytest.raises(GanlabError, match="another shape"):
        from_weights("swift-gan", {}, {"discriminator/000-kernel": np.zeros([4, 4, 1, 8])})
