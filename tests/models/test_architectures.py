"""Every architecture: sizes as published, it learns, it can be saved and used."""

import numpy as np
import pytest

from ganlab import models, registry
from ganlab.models import _common, _weights
from tests.conftest import small
from tests.models.making import examples, make

LABELS = (np.arange(40) % 10).astype(np.uint8)
SPECS = pytest.mark.parametrize("spec", registry.specs(), ids=lambda spec: spec.name)

# Optimiser, learning rate and beta 1, batch, draws, pixels, logits, inverted labels, label noise: from the sources.
PUBLISHED = {
    "digit-gan": ("rmsprop", 0.001, None, 50, "file", "unit", False, True, 0.1),
    "digit-gan-deep": ("rmsprop", 0.001, None, 50, "file", "unit", False, True, 0.1),
    "dense-gan": ("adam", 0.001, 0.9, 128, "replacement", "signed", False, False, 0.0),
    "dcgan": ("adam", 0.001, 0.9, 128, "replacement", "signed", False, False, 0.0),
    "dcgan-tf": ("adam", 1e-4, 0.9, 256, "shuffled", "signed", True, False, 0.0),
    "art-gan": ("adam", 2e-4, 0.5, 32, "file", "signed", False, False, 0.0),
    "art-gan-dense": ("adam", 0.001, 0.9, 128, "file", "unit", False, False, 0.0),
    "wgan-gp": ("adam", 1e-4, 0.5, 5 * 50, "replacement", "unit", True, False, 0.0),
}


def batches(model, spec) -> tuple:
    import tensorflow as tf

    batch = (tf.constant(examples(spec)[:8]), tf.constant(LABELS[:8]))
    return batch[: 2 if model.uses_labels else 1] * len(spec.draws)


def names(spec) -> set[str]:
    """Of what its step returns: GANs tell what the generator was told, too, where that is no curve of its own."""
    told = spec.family == "gan" and not spec.scores(spec.values())
    return {curve.name for curve in spec.curves} | ({_common.TOLD.name} if told else set())


@SPECS
def test_parameter_counts_are_as_published(spec):
    model = models.create(spec, spec.values())
    assert {name: network.count_params() for name, network in model.networks.items()} == dict(spec.parameters)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_settings_are_those_of_the_source(name):
    spec = registry.get(name)
    model = models.create(spec, spec.values("published"))
    optimiser, rate, beta_1, batch, order, pixels, logits, inverted, noise = PUBLISHED[name]
    for used in model.optimizers.values():
        assert type(used).__name__.lower() == optimiser
        assert float(used.learning_rate.numpy()) == pytest.approx(rate)
        assert getattr(used, "beta_1", None) == beta_1
    assert spec.values("published")["batch_size"] == batch
    assert spec.draws == (order,)
    assert (model.pixels, model.logits, model.inverted, model.label_noise) == (pixels, logits, inverted, noise)


PRESETS = [(spec, preset) for spec in registry.specs() for preset in spec.presets]


@pytest.mark.parametrize(("spec", "preset"), PRESETS, ids=lambda value: getattr(value, "name", value))
def test_learning_rates_fall_over_as_many_iterations_as_is_said(spec, preset):
    model, values = make(spec, preset)
    fallen = spec.falls(values)
    rates = [used.get_config()["learning_rate"] for used in model.optimizers.values()]
    if not fallen:
        assert all(isinstance(rate, float) for rate in rates)
        return
    for used in model.optimizers.values():
        schedule, updates = used._learning_rate, getattr(model, "updates", 1)
        highest = max(float(schedule(updates * fallen * share / 100)) for share in range(101))
        assert float(schedule(updates * fallen)) == pytest.approx(highest / 100, rel=0.02)
        assert float(schedule(updates * fallen * 0.9)) > 1.5 * highest / 100


@pytest.mark.parametrize(
    ("name", "preset"),
    [("digit-gan", "published"), ("digit-gan", "tuned"), ("repair-gan", "without-critic"), ("classifier", "tuned")],
)
def test_settings_that_do_nothing_change_nothing(name, preset):
    import tensorflow as tf

    spec = registry.get(name)
    values = spec.values(preset, {**small(name), "batch_size": 8})
    knobs = {knob.name: knob for knob in spec.knobs}
    other = {key: knobs[key].check(knobs[key].high if knobs[key].kind is float else 9) for key in spec.idle(values)}
    assert other

    def learnt(values) -> dict:
        model = models.create(spec, values)
        for iteration in range(2):
            model.iterate(batches(model, spec), tf.constant(iteration))
        return {key: variable.numpy() for key, variable in model.inference_state().items() if "critic" not in key}

    one, two = learnt(values), learnt({**values, **other})
    assert one.keys() == two.keys() and all(np.array_equal(one[key], two[key]) for key in one)


@SPECS
def test_two_iterations_change_every_trainable_weight(spec):
    model, _ = make(spec)
    before = {name: variable.numpy() for name, variable in model.state().items()}
    import tensorflow as tf

    for iteration in range(2):
        curves, fakes = model.iterate(batches(model, spec), tf.constant(iteration))
    assert set(curves) == names(spec)
    assert fakes.shape[1:] == ((2,) if spec.points else (28, 28, 1)) and fakes.dtype == tf.float32
    unscaled = [model.discriminator.layers[-1].bias] if spec.scores(spec.values()) and not spec.points else []
    for network in model.networks.values():
        for variable in network.trainable_variables:
            name = next(key for key, value in model.state().items() if value is variable)
            if any(variable is one for one in unscaled):  # only differences of scores count
                continue
            assert not np.array_equal(before[name], variable.numpy()), name


@SPECS
def test_it_trains_with_plain_fit(spec):
    model, _ = make(spec)
    labels = LABELS if model.uses_labels else None
    history = model.fit(examples(spec), labels, batch_size=8, epochs=2, verbose=0).history
    assert set(history) == names(spec)
    assert np.isfinite([values[-1] for values in history.values()]).all()


@SPECS
def test_saved_and_loaded_it_does_the_same(spec, tmp_path):
    import tensorflow as tf

    model, _ = make(spec)
    model.iterate(batches(model, spec), tf.constant(0))
    _weights.save(tmp_path / "w.npz", model.inference_state(), iteration=5)
    again, _ = make(spec, seed=8)

    def seen(model) -> list:
        return [part for part in model.watch(tf.constant(model.watch_inputs(4, 3, examples(spec)))) if part is not None]

    assert not all(map(np.array_equal, seen(model), seen(again)))
    assert _weights.load(tmp_path / "w.npz", again.inference_state(), "iteration") == {"iteration": 5}
    for first, second in zip(seen(model), seen(again), strict=True):
        np.testing.assert_array_equal(first, second)


@SPECS
def test_initial_weights_follow_from_the_seed_alone(spec):
    first, values = make(spec)
    second, (other, _) = models.create(spec, values, seed=0), make(spec, seed=8)
    for name, variable in first.state().items():
        np.testing.assert_array_equal(variable.numpy(), second.state()[name].numpy())
    assert any(
        not np.array_equal(variable.numpy(), other.state()[name].numpy()) for name, variable in first.state().items()
    )


@SPECS
def test_mixed_precision_keeps_losses_and_images_in_float32(spec):
    import tensorflow as tf

    model = models.create(spec, spec.values(changes=small(spec.name)), "mixed_bfloat16")
    curves, images = model.iterate(batches(model, spec), tf.constant(0))
    assert {value.dtype for value in curves.values()} == {tf.float32}
    assert images.dtype == tf.float32
    assert all(variable.dtype != "bfloat16" for variable in model.state().values())
