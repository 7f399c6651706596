"""What a classifier reads in samples of a race: with their faint ground, which misleads it, and without."""

import numpy as np

from ganlab import inference
from ganlab.data.offline import load_offline
from ganlab.evaluation import sample_readings
from ganlab.runs import Run, layout
from tests.conftest import trained_run


def test_faint_pixels_become_black_and_others_stay():
    images = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    found = sample_readings.without_ground(images)
    assert found.dtype == np.uint8 and not found[images < sample_readings.GROUND].any()
    np.testing.assert_array_equal(found[images >= sample_readings.GROUND], images[images >= sample_readings.GROUND])


def test_a_grey_ground_misleads_the_classifier_and_black_puts_it_right():
    offline = load_offline()
    fives = offline.x_test[offline.y_test == 5][:100]
    grey = np.maximum(fives, sample_readings.GROUND - 5)
    judge = inference.load("classifier")

    def share(images: np.ndarray) -> float:
        return float((judge.classify(images).argmax(axis=1) == 5).mean())

    assert share(sample_readings.without_ground(grey)) == share(sample_readings.without_ground(fives)) > 0.9
    assert share(grey) < share(fives)


class Judge:
    """Reads a bright image as 5, any other as 8."""

    def classify(self, images: np.ndarray) -> np.ndarray:
        bright = images.reshape(len(images), -1).any(axis=1)
        return np.eye(10)[np.where(bright, 5, 8)]


def test_every_kept_moment_is_read_and_the_last_one_with_more_samples(tmp_path, monkeypatch):
    run = Run(trained_run(tmp_path, "dense-gan", 6, digits=(5,)))
    counts = []
    classify = Judge.classify
    monkeypatch.setattr(Judge, "classify", lambda self, images: counts.append(len(images)) or classify(self, images))
    monkeypatch.setattr(sample_readings, "without_ground", lambda images: np.zeros_like(images))
    found = sample_readings.read(run, Judge())  # type: ignore[arg-type]
    assert found
    kept = [layout.iteration_of(file) for file in sample_readings.moments(run)]
    assert found["iterations"] == kept and kept[-1] == 6 and len(kept) > 1
    assert found["as_drawn"] == [1.0] * len(kept) and found["shares"] == [0.0] * len(kept)
    assert set(counts[:-2]) == {sample_readings.EACH} and counts[-2:] == [sample_readings.LAST] * 2


def test_nothing_is_read_where_all_classes_were_asked_for_or_the_race_is_stopped(tmp_path):
    everything = Run(trained_run(tmp_path, "dense-gan", 2, digits=None))
    assert sample_readings.read(everything, Judge()) is None  # type: ignore[arg-type]
    run = Run(trained_run(tmp_path, "dense-gan", 2, digits=(5,)))
    assert sample_readings.read(run, Judge(), lambda: False) is None  # type: ignore[arg-type]


def test_a_conditional_gan_is_asked_for_its_own_classes(tmp_path, monkeypatch):
    run = Run(trained_run(tmp_path, "conditional-gan", 2, digits=(5,)))
    asked = []
    decode = inference.GANRun.decode
    monkeypatch.setattr(
        inference.GANRun,
        "decode",
        lambda self, latents, digits=None: asked.append(digits) or decode(self, latents, digits),
    )
    assert sample_readings.read(run, Judge())  # type: ignore[arg-type]
    assert all((digits == 5).all() for digits in asked)
