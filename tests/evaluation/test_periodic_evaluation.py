"""Figures of merit while a GAN trains: within their share of its time, and kept with the run."""

import numpy as np
import pytest

from ganlab import jobs
from ganlab.data import load as load_data
from ganlab.evaluation import periodic_evaluation
from ganlab.evaluation.periodic_evaluation import DRAWING, LOADING, SHARE, Measuring
from ganlab.metrics import metric_catalog
from ganlab.runs import Run
from ganlab.training.events import Iterations
from tests.conftest import request_for, train_run


@pytest.fixture(autouse=True)
def afresh(monkeypatch):
    """Nothing is remembered of what other trainings measured."""
    monkeypatch.setattr(periodic_evaluation, "_longest", {})
    monkeypatch.setattr(periodic_evaluation, "_prepared", {})
    monkeypatch.setattr(periodic_evaluation, "SAMPLES", 60)


class Model:
    """Draws uniform noise; its discriminator takes dark images for real."""

    def __init__(self):
        self.asked = []

    def preview_inputs(self, n, seed):
        self.asked.append((n, seed))
        return np.random.default_rng(seed).integers(0, 256, [n, 28, 28]).astype(np.uint8)

    def preview(self, inputs):
        return inputs

    def p_real_of(self, images):
        import tensorflow as tf

        return tf.reduce_mean(tf.cast(images, tf.float32), axis=[1, 2]) / 255.0


class Clock:
    """A clock on which each step takes what `seconds` says of it."""

    def __init__(self, seconds=lambda step: 0.1):
        self.now, self.seconds, self.step = 0.0, seconds, ""
        self.reads = 0

    def __call__(self):
        self.reads += 1
        if self.reads % 2 == 0:
            self.now += self.seconds(self.step)
        return self.now


def measure(clock: Clock, until: float, hurried=lambda: False, chunk: float = 0.25) -> tuple[Measuring, list]:
    """What is found in so many seconds of training in chunks; the share is checked after each."""
    found, ours = [], Measuring(Model(), load_data("offline"), 3, hurried=hurried, clock=clock)
    for number in range(int(until / chunk)):
        clock.step = ours._next[0] if ours._next else ""
        row = ours.go_on(number, 100.0 + chunk * number)
        assert ours.spent <= SHARE * chunk * number
        if row:
            found.append(row)
    return ours, found


def test_the_budget_holds_and_is_used():
    seconds = {LOADING: 2.0, DRAWING: 0.8}
    ours, found = measure(Clock(lambda step: seconds.get(step, 0.1)), 300)
    assert ours.spent > 0.6 * SHARE * 300
    assert len(found) > 5
    iterations = [iteration for iteration, _ in found]
    assert iterations == sorted(iterations) and iterations[0] > 2.0 / SHARE / 0.25, "none before it could be paid for"


def test_the_budget_holds_where_steps_take_longer_and_longer():
    times = iter(0.1 * 1.02 ** np.arange(10_000))
    ours, found = measure(Clock(lambda step: float(next(times))), 2000, chunk=2.0)
    assert ours.spent > 40 and len(found) > 2


def test_a_measurement_is_of_one_iteration_and_of_the_same_latents():
    ours, found = measure(Clock(), 200)
    assert len(found) > 3 and set(ours.model.asked) == {(60, 3)}
    first = dict(found[0][1])
    assert first == pytest.approx(dict(found[-1][1]), nan_ok=True)
    unknown = {name for name, value in first.items() if np.isnan(value)}
    assert set(first) == set(metric_catalog.COLUMNS) and unknown == {"asked", "asked_real"}, "all classes are asked for"
    assert 0 <= first["right_on_reals"] <= 1 and first["frechet"] > first["frechet_floor"]
    assert ours.about().extractor == "classifier" and ours.about().samples == 60


def test_nothing_is_measured_while_somebody_waits():
    clock = Clock()
    ours, found = measure(clock, 100, hurried=lambda: True)
    assert not found and ours.spent == 0 and clock.reads == 0


def test_what_is_drawn_is_dropped_once_somebody_waits_and_drawn_again_later():
    waiting = []
    ours, _ = measure(Clock(), 60, hurried=lambda: bool(waiting))
    while ours._next and ours._next[0] != DRAWING:
        ours.go_on(1, 10_000.0)
    asked = len(ours.model.asked)
    impatient = iter([False, True])
    ours.hurried = lambda: next(impatient, True)
    assert ours.go_on(2, 10_000.0) is None and ours._next == (DRAWING, 0.0) and len(ours.model.asked) == asked + 1
    ours.hurried = lambda: False
    found = list(ours.finish(7, 10_000.0))
    assert [iteration for iteration, _ in found] == [7]


def test_the_end_is_measured_where_there_is_time():
    ours, found = measure(Clock(), 100)
    last = list(ours.finish(1000, 100.0 + 1000.0))
    assert last[-1][0] == 1000 and len(last) <= 2
    short, found = measure(Clock(), 5)
    assert not found and not list(short.finish(20, 105.0))


def test_the_next_training_on_the_same_images_needs_no_preparing():
    ours, _ = measure(Clock(), 100)
    again = Measuring(Model(), load_data("offline"))
    assert again._next == (DRAWING, 0.0) and again.merit is ours.merit
    assert Measuring(Model(), load_data("offline").select((5,)))._next == (LOADING, 0.0)


def ample(monkeypatch):
    monkeypatch.setattr(periodic_evaluation, "SHARE", 1e6)


def train_until(training: jobs.Training, count: int) -> Run:
    """Trains until so many measurements are kept, and stops."""
    for event in training:
        if isinstance(event, Iterations) and len(training.writer.run.quality()[0]) >= count:
            training.stop()
            break
    return Run(training.writer.path)


def test_a_training_keeps_figures_and_a_resume_goes_on_with_them(tmp_path, monkeypatch):
    ample(monkeypatch)
    run = train_until(jobs.Training(jobs.create_run(request_for("dense-gan", 1_000_000), tmp_path)), 2)
    iterations, values = run.quality()
    assert run.state == "stopped" and len(iterations) == 2 and values.shape[1] == len(metric_catalog.COLUMNS)
    assert run.config.measuring.samples == 60 and sum(run.config.measuring.classes or ()) == pytest.approx(1)
    again = train_until(jobs.Training(jobs.reopen_run(run)), 3)
    later = again.quality()[0]
    assert later[:2].tolist() == iterations.tolist() and run.done >= later[1] and again.done >= later[2] > later[1]


def test_what_is_trained_is_the_same_however_much_is_measured(tmp_path, monkeypatch):
    plain = Run(train_run(tmp_path / "plain", iterations=40))
    ample(monkeypatch)
    measured = Run(train_run(tmp_path / "measured", iterations=40))
    assert len(measured.quality()[0]) > len(plain.quality()[0]) == 0
    np.testing.assert_array_equal(measured.metrics()[:, 1:], plain.metrics()[:, 1:])
    np.testing.assert_array_equal(measured.first_images(), plain.first_images())


def test_own_images_are_measured_without_a_classifier(tmp_path, monkeypatch):
    ample(monkeypatch)
    digits = load_data("offline")
    own = tmp_path / "own.npz"
    train, test = (digits.x_train[:80], digits.y_train[:80]), (digits.x_test[:70], digits.y_test[:70])
    np.savez(own, x_train=train[0], y_train=train[1], x_test=test[0], y_test=test[1])
    run = Run(train_run(tmp_path / "runs", iterations=40, dataset=str(own)))
    names, (iterations, values) = run.config.quality, run.quality()
    known = {name for name, value in zip(names, values[-1], strict=True) if np.isfinite(value)}
    assert iterations[-1] == 40 and run.config.measuring.extractor is None
    assert known == {figure.name for figure in metric_catalog.FIGURES if not figure.reads}
    few = tmp_path / "few.npz"
    np.savez(few, x_train=digits.x_train[:4], y_train=digits.y_train[:4])
    assert not len(Run(train_run(tmp_path / "runs", iterations=10, dataset=str(few))).quality()[0])


def test_other_families_are_not_measured(tmp_path, monkeypatch):
    ample(monkeypatch)
    run = Run(train_run(tmp_path, "vae", 4))
    assert not len(run.quality()[0]) and not run.config.measuring


@pytest.mark.parametrize("when", ["go_on", "finish"])
def test_a_measurement_that_fails_does_not_cost_the_run(tmp_path, monkeypatch, capfd, when):
    def fail(*_):
        raise MemoryError("a feature too many")

    monkeypatch.setattr(Measuring, when, fail)
    run = Run(train_run(tmp_path, "dense-gan", 6))
    assert (run.state, run.done) == ("finished", 6) and run.weights is not None
    assert "a feature too many" in capfd.readouterr().err
