"""Of every architecture of images, slow motion is the quick path's next iteration, and says what it found."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from ganlab import registry
from ganlab.models._base import LiveModel
from ganlab.models._stage import Stage
from ganlab.training.loop import TrainingConfig, batches_of, compile_chunk
from ganlab.training.slow_motion import stages
from tests.models.making import IMAGES, make

LABELS = (np.arange(len(IMAGES)) % 10).astype(np.uint8)
PRESETS = [(spec, preset) for spec in registry.specs() if not spec.points for preset in spec.presets]


def values_of(model: LiveModel) -> dict[str, np.ndarray]:
    return {name: variable.numpy() for name, variable in model.state().items()}


def without_a_gradient(model: LiveModel) -> set[str]:
    """Biases right before a batch normalisation, which takes them out again: their gradient is rounding and nothing
    else, and Adam makes a step of its usual length of it, in whatever direction that has. And the moving means that
    follow them."""
    found = set()
    for name in model.networks:
        for layer, following in pairwise(model.networks[name].layers):
            if type(following).__name__ == "BatchNormalization" and getattr(layer, "bias", None) is not None:
                both = (layer.bias, following.moving_mean)
                of_all = model.weights_of(name)
                found |= {key for key, variable in of_all.items() if any(variable is one for one in both)}
    if "averaged" in model.networks:
        found |= {name.replace("generator/", "averaged/") for name in found}
    return found


@pytest.mark.parametrize(("spec", "preset"), PRESETS, ids=[f"{spec.name}-{preset}" for spec, preset in PRESETS])
def test_slow_motion_is_the_quick_paths_next_iteration(spec, preset):
    model, values = make(spec, preset)
    names = tuple(curve.name for curve in spec.curves)
    config = TrainingConfig(9, values["batch_size"], spec.draws, names, seed=model.seed)
    chunk = compile_chunk(model, IMAGES, config, LABELS)
    chunk(0, 2)
    start = values_of(model)
    batches = batches_of(model, IMAGES, LABELS, config, 2)
    slow = stages(model, batches, 2)
    for name, value in values_of(model).items():
        assert np.array_equal(value, start[name]), f"{name} was changed"
    seeds = [state.numpy() for state in model.seed_states]
    list(model.slowly(tuple(map(tf.constant, batches)), model.seeded(tf.constant(2))))
    found = values_of(model)
    for name, variable in model.state().items():
        variable.assign(start[name])
    for state, seed in zip(model.seed_states, seeds, strict=True):
        state.assign(seed)
    _, rows, firsts = chunk(2, 1)
    expected, blind = values_of(model), without_a_gradient(model)
    fastest = max(value for name, value in values.items() if name.endswith("learning_rate"))
    figures = {name: value for stage in slow for name, value in stage.figures.items()}
    np.testing.assert_allclose([figures[name] for name in names], rows[0], rtol=1e-6, atol=2e-6)
    made = [stage.tensors["fakes"] for stage in slow if stage.name == "fakes"]
    if made:
        kept = [model.display(tf.constant(images[..., None]))[0].numpy() for images in made]
        assert any(np.abs(image.astype(int) - firsts.numpy()[0]).max() <= 1 for image in kept)
    for name, value in expected.items():
        if "-optimizer/" not in name:
            most = 3.0 * fastest if name in blind else 1e-5
            np.testing.assert_allclose(found[name], value, rtol=1e-5, atol=most, err_msg=name)
    told = {name: value for stage in slow for name, value in stage.weights.items()}
    updates = spec.updates(values)
    learning = {update.network for update in updates.order} if updates else set(model.networks)
    assert {name.partition("/")[0] for name in told} == learning
    for name, value in told.items():
        np.testing.assert_array_equal(value, found[name], err_msg=name)
    as_told(model, slow)


def as_told(model: LiveModel, slow: list[Stage]) -> None:
    """What holds of the stages of all architectures."""
    for stage in slow:
        assert stage.caption.endswith(".") and "nan" not in stage.caption and stage.network in {"", *model.networks}
        assert all(not array.flags.writeable and array.dtype == np.float32 for array in stage.tensors.values())
        for kind in ("fakes", "reals", "damaged", "pull"):
            if kind in stage.tensors:
                assert stage.tensors[kind].shape[1:] == (28, 28)
        if stage.name in ("gradients", "step"):
            assert set(stage.norms) == set(stage.sizes) and all(np.isfinite(list(stage.norms.values())))
        if stage.name == "pull":
            np.testing.assert_array_equal(stage.tensors["pull"].shape, next(iter(stage.tensors.values())).shape)
        one, of = stage.update
        assert 0 <= one <= of
    steps = [stage for stage in slow if stage.learns]
    assert [stage.network for stage in steps if stage.network] or model.optimizers.keys() == {"both"}
    for stage in steps:
        share = np.sqrt(sum(v**2 for v in stage.norms.values()) / sum(v**2 for v in stage.sizes.values()))
        assert stage.figures["share"] == pytest.approx(share, rel=1e-4)


@pytest.mark.parametrize("name", ["dense-gan", "dcgan-tf", "swift-gan", "classifier", "inpaint-gan", "vae"])
def test_what_is_told_before_a_step_is_what_is_told_again_if_the_step_changes_nothing(name, monkeypatch):
    model, _ = make(registry.get(name))
    for optimizer in model.optimizers.values():
        monkeypatch.setattr(optimizer, "apply", lambda gradients, variables: None)
    kinds = [IMAGES[:8], LABELS[:8]] if model.uses_labels else [IMAGES[:8]]
    batches = [kind for _ in registry.get(name).draws for kind in kinds]
    steps = [stage for stage in stages(model, batches, 1) if stage.learns]
    assert steps
    for stage in steps:
        pairs = [figure.removesuffix("_after") for figure in stage.figures if figure.endswith("_after")]
        assert pairs and stage.figures["share"] == 0.0
        for figure in pairs:
            after, before = stage.figures[f"{figure}_after"], stage.figures[f"{figure}_before"]
            assert after == pytest.approx(before, rel=1e-5, abs=1e-6), (stage.network, figure)


@pytest.mark.parametrize("name", ["digit-gan", "vae", "classifier"])
def test_the_pull_on_a_pixel_is_the_slope_of_the_loss_by_finite_differences(name):
    model, _ = make(registry.get(name))
    losses: list[Any] = []
    note = type(model).stage

    def listen(self, stage, network="", figures=None, pull=None, **seen):
        if pull is not None:
            losses.append(pull)
        note(self, stage, network, figures, pull=pull, **seen)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(model), "stage", listen)
        batches = (tf.constant(IMAGES[:4]), tf.constant(LABELS[:4]))
        slow = list(model.slowly(batches[: 1 + model.uses_labels], model.seeded(tf.constant(0)), learns=False))
    stage = next(stage for stage in slow if stage.name == "pull")
    images = next(stage.tensors[kind] for kind in ("fakes", "reals") if kind in stage.tensors)
    rng = np.random.default_rng(0)
    for row, column in rng.integers(4, 24, [6, 2]):
        moved = [images.copy() for _ in range(2)]
        for sign, copy in zip((-1.0, 1.0), moved, strict=True):
            copy[:, row, column] += sign * 3e-3
        low, high = (np.asarray(losses[-1](tf.constant(copy[..., None]))) for copy in moved)
        slope = -(high - low) / 6e-3
        slope = slope.reshape(4, -1).sum(axis=1)
        scale = np.abs(stage.tensors["pull"]).max()
        np.testing.assert_allclose(stage.tensors["pull"][:, row, column], slope, rtol=0.05, atol=0.02 * scale + 2e-4)


def test_where_a_network_is_not_at_hand_the_iteration_is_followed_up_to_it():
    model, _ = make(registry.get("dcgan"))
    slow = stages(model, [IMAGES[:8]], 0, learns=False, unknown=["discriminator"])
    assert [stage.name for stage in slow] == ["noise", "fakes", "unknown"]
    assert "discriminator's, and its weights are not at hand" in slow[-1].caption


def test_a_failure_half_way_puts_everything_back(monkeypatch):
    model, _ = make(registry.get("dense-gan"))
    before = values_of(model)
    monkeypatch.setattr(model, "judge_frozen", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        stages(model, [IMAGES[:8]], 0)
    assert model.follower is None
    assert all(np.array_equal(value, before[name]) for name, value in values_of(model).items())
