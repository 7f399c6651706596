"""What is told of one iteration is what the step does: its order of updates, and what the generator's step saw."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from ganlab import registry
from ganlab.models import _common, _scores
from ganlab.training import stepping
from tests.models.making import examples, make

LABELS = (np.arange(40) % 10).astype(np.uint8)
PRESETS = [(spec, preset) for spec in registry.specs() for preset in spec.presets]
EACH = pytest.mark.parametrize(("spec", "preset"), PRESETS, ids=[f"{spec.name}-{preset}" for spec, preset in PRESETS])


def told_by(spec) -> str:
    """The curve of what the generator was told: a probability, or a score."""
    return (_scores.TOLD if spec.scores(spec.values()) else _common.TOLD).name


def fakes_by(spec) -> str:
    return "score_of_fakes" if spec.scores(spec.values()) else "p_real_of_fakes"


JUDGED = [spec for spec in registry.specs() if spec.family == "gan" or spec.name == "inpaint-gan"]
GANS = pytest.mark.parametrize("spec", JUDGED, ids=lambda spec: spec.name)


def batches(model, spec, n=8) -> list[np.ndarray]:
    """Other images for each draw."""
    found = []
    for draw in range(len(spec.draws)):
        part = slice(draw * n, (draw + 1) * n)
        found += [examples(spec)[part], LABELS[part]] if model.uses_labels else [examples(spec)[part]]
    return found


def iterate(model, spec, iteration=0, n=8) -> dict[str, float]:
    curves, _ = model.iterate(tuple(map(tf.constant, batches(model, spec, n))), tf.constant(iteration))
    return {name: float(value) for name, value in curves.items()}


@EACH
def test_the_order_that_is_told_is_the_one_in_which_the_step_updates(spec, preset, monkeypatch):
    model, values = make(spec, preset)
    done = []
    for name, optimizer in model.optimizers.items():

        def apply(gradients, variables, name=name, applied=optimizer.apply):
            done.append(name)
            applied(gradients, variables)

        monkeypatch.setattr(optimizer, "apply", apply)
    taken = tf.GradientTape.gradient
    monkeypatch.setattr(tf.GradientTape, "gradient", lambda *args: done.append("gradient") or taken(*args))
    iterate(model, spec)
    told = spec.updates(values)
    applied = [name for name in done if name != "gradient"]
    if told is None:
        assert len(applied) == 1, "an iteration of several updates has an order to be told"
        return
    expected = [update.network for update in told.order] * told.parts
    assert (sorted(applied) == sorted(expected)) if told.at_once else (applied == expected)
    places = [at for at, name in enumerate(done) if name != "gradient"]
    between = [set(done[one + 1 : other]) for one, other in pairwise(places)]
    size = len(told.order)
    within = [found for at, found in enumerate(between) if (at + 1) % size]
    assert all(found == (set() if told.at_once else {"gradient"}) for found in within)


@EACH
def test_the_order_names_the_size_of_the_batch_and_the_networks_are_its_own(spec, preset):
    told = spec.updates(spec.values(preset))
    if told is None:
        return
    model, values = make(spec, preset)
    assert {update.network for update in told.order} <= set(model.optimizers)
    size = round(values["batch_size"] / told.parts)
    assert any(str(size) in update.images for update in spec.updates(values).order)
    assert getattr(model, "updates", 1) == spec.updates(values).parts


@GANS
def test_the_curve_of_what_the_generator_was_told_is_there_where_it_differs(spec):
    """From P(real) of the images that the discriminator learned from."""
    model, _ = make(spec)
    found = [iterate(model, spec, iteration) for iteration in range(3)]
    differs = [abs(curves[told_by(spec)] - curves[fakes_by(spec)]) > 1e-6 for curves in found]
    declared = told_by(spec) in {curve.name for curve in spec.curves}
    assert all(differs) if declared else not any(differs)
    assert bool(spec.told) == declared


@GANS
def test_settings_with_which_the_curve_says_nothing_new_are_those_that_silence_it(spec):
    for preset in spec.presets:
        model, values = make(spec, preset)
        curves = iterate(model, spec)
        same = abs(curves[told_by(spec)] - curves[fakes_by(spec)]) < 1e-6
        declared = told_by(spec) in {curve.name for curve in spec.curves}
        assert (told_by(spec) in spec.silent(values)) == (declared and same)


def test_without_a_critic_its_curves_are_silent():
    spec = registry.get("repair-gan")
    for preset, silent in (("tuned", False), ("without-critic", True)):
        model, values = make(spec, preset)
        curves = iterate(model, spec)
        assert set(spec.silent(values)) == ({name for name, value in curves.items() if not value} if silent else set())


@pytest.mark.parametrize("spec", [*JUDGED, registry.get("repair-gan")], ids=lambda spec: spec.name)
def test_the_generators_loss_is_minus_the_logarithm_of_what_it_was_told(spec, monkeypatch):
    """Of one image, whose mean is itself, exactly; of several, at least that of the mean (Jensen)."""
    noiseless: dict[str, Any] = {name: 0.0 for name in ("label_noise", "diversity_weight") if name in spec.values()}
    model, _ = make(spec, **noiseless)
    name = told_by(spec) if spec in JUDGED else "p_real_of_fakes"
    if spec.scores(spec.values()):
        curves = iterate(model, spec)
        assert curves["generator_loss"] == pytest.approx(-curves[name], rel=1e-6), "of scores, minus these themselves"
        return
    with monkeypatch.context() as patch:
        if getattr(model, "fakes", None):
            patch.setattr(model, "fakes", 1)
        for iteration in range(3):
            curves = iterate(model, spec, iteration, n=1)
            assert curves["generator_loss"] == pytest.approx(-np.log(curves[name]), rel=1e-3, abs=1e-5)
    model, _ = make(spec, **noiseless)
    for iteration in range(3):
        curves = iterate(model, spec, iteration)
        assert curves["generator_loss"] >= -np.log(curves[name]) - (1e-4 if spec in JUDGED else 0.05)


@GANS
def test_judged_again_the_same_images_are_what_the_generator_was_told(spec, monkeypatch):
    """As long as its update changes nothing; with it, the images of its update seem more real than before."""
    for still in (True, False):
        model, _ = make(spec)
        before = stepping.weights(model)
        with monkeypatch.context() as patch:
            if still:
                patch.setattr(model.optimizers["generator"], "apply", lambda gradients, variables: None)
            curves = iterate(model, spec)
        states = {name: variable.numpy() for name, variable in model.state().items()}
        found = stepping.measure(model, before, batches(model, spec), 0)
        assert found.told is not None
        if still:
            assert found.told == pytest.approx(curves[told_by(spec)], abs=1e-5) and found.moved["generator"] == 0.0
        else:
            assert found.told > curves[told_by(spec)]
        assert found.moved["discriminator"] > 0.0 and (found.reals, found.generated) == (8, model_fakes(model))
        for name, variable in model.state().items():
            np.testing.assert_array_equal(states[name], variable.numpy(), err_msg=name)


def model_fakes(model) -> int:
    return getattr(model, "fakes", None) or 8


@EACH
def test_how_far_weights_moved_is_the_norm_of_their_change_over_theirs(spec, preset):
    model, _ = make(spec, preset)
    old = {name: [v.numpy().copy() for v in model.trained_by(name)] for name in model.optimizers}
    before = stepping.weights(model)
    iterate(model, spec)
    found = stepping.measure(model, before, batches(model, spec), 0)
    for name, values in old.items():
        flat = np.concatenate([value.ravel() for value in values])
        change = np.concatenate([v.numpy().ravel() for v in model.trained_by(name)]) - flat
        assert found.moved[name] == pytest.approx(np.linalg.norm(change) / np.linalg.norm(flat), rel=1e-4)
