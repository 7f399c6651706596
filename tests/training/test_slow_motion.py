"""Slow motion is the same iteration as the quick path's, stage by stage, and changes nothing."""

import re
from typing import Any

import numpy as np
import pytest

from ganlab import registry
from ganlab.models._stage import Stage
from ganlab.models.plane_gan import LOSSES
from ganlab.training.loop import TrainingConfig, batches_of, compile_chunk
from ganlab.training.slow_motion import stages
from tests.models.making import make

POINTS = np.random.default_rng(0).normal(size=[50, 2]).astype(np.float32)
SMALL: dict[str, Any] = {
    "generator_units": 6,
    "discriminator_units": 6,
    "batch_size": 8,
    "latent_size": 2,
    "packing": 1,
}
CASES = [
    *({"loss": loss, "instance_noise": 0.1} for loss in LOSSES),
    {"packing": 2},
    {"packing": 4, "r1": 0.5, "activation": "tanh"},
    {"unrolling": 2, "optimizer": "sgd"},
    {"unrolling": 1, "packing": 2, "averaging": 0.9, "optimizer": "rmsprop", "noise": "uniform", "latent_size": 3},
    *({"discriminator_updates": d, "generator_updates": g} for d in range(3) for g in range(3) if (d, g) != (1, 1)),
]
SMALL_VAE: dict[str, Any] = {"encoder_units": 6, "decoder_units": 6, "batch_size": 8}
CASES_OF_VAE = [
    {},
    {"latent_size": 1, "activation": "relu", "decoder_noise": 0.5},
    {"latent_size": 5, "activation": "leaky relu", "kl_weight": 0.0},
    {"encoder_layers": 1, "decoder_layers": 1, "kl_weight": 3.0, "learning_rate": 0.05},
    {"decoder_noise": 0.005},  # whose gradients are shortened
    {"decoder_noise": 2.0},  # whose are not
]


def values_of(model) -> dict[str, np.ndarray]:
    return {name: variable.numpy() for name, variable in model.state().items()}


@pytest.mark.parametrize("changes", CASES, ids=lambda changes: ",".join(map(str, changes.values())))
def test_slow_motion_finds_what_the_next_iteration_does(changes):
    model, values = make(registry.get("plane-gan"), **{**SMALL, **changes})
    slow, kept = in_step_with_the_quick_path(registry.get("plane-gan"), model, values)
    count = values["discriminator_updates"] + values["generator_updates"]
    assert sum(stage.learns for stage in slow) == count
    last = next(stage for stage in reversed(slow) if "followed" in stage.tensors)
    if values["generator_updates"]:
        np.testing.assert_allclose(last.tensors["followed"], model.draw(model.followed), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(last.tensors["followed"], kept.astype(np.float32), atol=0.01)


@pytest.mark.parametrize(
    "changes", CASES_OF_VAE, ids=lambda changes: ",".join(map(str, changes.values())) or "as it is"
)
def test_slow_motion_of_a_vae_finds_what_the_next_iteration_does(changes):
    model, values = make(registry.get("plane-vae"), **{**SMALL_VAE, **changes})
    slow, kept = in_step_with_the_quick_path(registry.get("plane-vae"), model, values)
    assert [stage.learns for stage in slow] == [False] * 7 + [True]
    followed = slow[-1].tensors["followed"]
    np.testing.assert_allclose(followed, model.draw(model.followed), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(followed, kept.astype(np.float32), atol=0.01)
    assert set(slow[-1].weights) == set(model.inference_state()), "both networks make the step"


def in_step_with_the_quick_path(spec, model, values) -> tuple[list[Stage], np.ndarray]:
    """The stages of the fourth iteration, which the quick path then does, too; and what it keeps of that iteration."""
    model.watch_inputs(1, 0, POINTS)
    names = tuple(curve.name for curve in spec.curves)
    config = TrainingConfig(9, values["batch_size"], spec.draws, names, seed=model.seed)
    chunk = compile_chunk(model, POINTS, config)
    chunk(0, 3)
    before = values_of(model)
    slow = stages(model, batches_of(model, POINTS, None, config, 3), 3)
    for name, value in values_of(model).items():
        assert np.array_equal(value, before[name]), f"{name} was changed"
    _, rows, kept = chunk(3, 1)
    curves = {name: value for stage in slow for name, value in stage.figures.items()}
    np.testing.assert_allclose([curves[name] for name in names], rows[0], rtol=1e-6, atol=1e-7)
    after = values_of(model)
    weights = {name: value for stage in slow for name, value in stage.weights.items()}
    for name, value in weights.items():
        np.testing.assert_allclose(value, after[name], rtol=1e-5, atol=1e-8, err_msg=name)
    for stage in slow:
        assert stage.caption.endswith(".") and "nan" not in stage.caption
        assert all(not array.flags.writeable for array in stage.tensors.values())
    return slow, kept.numpy()[0]


def test_each_stage_says_what_it_found():
    model, _ = make(registry.get("plane-gan"), **SMALL)
    slow = stages(model, [POINTS[:8]], 0)
    assert [(stage.name, stage.network) for stage in slow] == [
        ("noise", ""),
        ("fakes", "generator"),
        ("answers", "discriminator"),
        *((name, "discriminator") for name in ("fresh", "loss", "gradients", "step")),
        *((name, "generator") for name in ("fresh", "loss", "arrows", "gradients", "step")),
    ]
    answers = slow[2]
    given = [f"{answers.figures[f'p_real_of_{kind}']:.2f}" for kind in ("reals", "fakes")]
    assert answers.caption == (
        f"The discriminator gives the 8 real points P(real) {given[0]} on average and the 8 generated ones {given[1]}."
    )
    assert slow[0].tensors["noise"].shape == (8, 2) and slow[0].tensors["moment"].shape == (model.moment.size,)
    gradients = slow[5]
    assert list(gradients.norms) == ["layer 1", "layer 2", "the output layer"]
    loss = slow[8].figures["generator_loss"]
    assert f"{loss:.2f}" in slow[8].caption
    # Where the points go if they follow their arrows, the generator's loss is lower.
    fakes, arrows = slow[9].tensors["fakes"], slow[9].tensors["arrows"]
    moved = model.fooling(model.judge(fakes + 1e-2 * arrows)).numpy().mean()
    assert moved < model.fooling(model.judge(fakes)).numpy().mean()


def test_each_stage_of_a_vae_says_what_it_found():
    model, _ = make(registry.get("plane-vae"), **SMALL_VAE, kl_weight=0.5)
    slow = stages(model, [POINTS[:8]], 0)
    assert [(stage.name, stage.network) for stage in slow] == [
        ("batch", ""),
        ("encode", "encoder"),
        ("draw", ""),
        ("decode", "decoder"),
        ("loss", ""),
        ("gradients", "encoder"),
        ("gradients", "decoder"),
        ("step", ""),
    ]
    np.testing.assert_array_equal(slow[0].tensors["reals"], POINTS[:8])
    assert slow[0].tensors["moment"].shape == (model.moment.size,) and slow[2].tensors["latents"].shape == (8, 2)
    decoded = model.decode(slow[2].tensors["latents"]).numpy()
    np.testing.assert_allclose(slow[3].tensors["fakes"], decoded, rtol=1e-6)
    loss = slow[4]
    assert all(f"{value:.2f}".replace("-", "−") in loss.caption for value in loss.figures.values())
    assert "counts 0.5 times" in loss.caption and "shortened" not in slow[-1].caption
    fakes, arrows = loss.tensors["fakes"], loss.tensors["arrows"]
    np.testing.assert_allclose(arrows, (POINTS[:8] - fakes) / model.deviation**2, rtol=1e-4)
    assert list(slow[5].norms) == ["layer 1", "layer 2", "the output layer"]
    assert list(slow[7].norms)[:3] == ["encoder, layer 1", "encoder, layer 2", "encoder, output layer"]
    before, now = (re.search(pattern, slow[7].caption) for pattern in (r"before: (\S+)\)", r"now be (\S+) "))
    assert before and now and float(now[1].replace("−", "-")) < float(before[1].replace("−", "-"))


@pytest.mark.parametrize(
    ("name", "small"), [("plane-gan", {**SMALL, "generator_updates": 2}), ("plane-vae", SMALL_VAE)]
)
def test_without_an_optimiser_no_network_makes_a_step(name, small):
    model, _ = make(registry.get(name), **small)
    before = values_of(model)
    slow = stages(model, [POINTS[:8]], 0, learns=False)
    assert not any(stage.learns for stage in slow) and slow[-1].name == "gradients"
    assert all(np.array_equal(value, before[name]) for name, value in values_of(model).items())


@pytest.mark.parametrize(("name", "small", "part"), [("plane-gan", SMALL, "fool"), ("plane-vae", SMALL_VAE, "costs")])
def test_a_failure_half_way_puts_everything_back(monkeypatch, name, small, part):
    model, _ = make(registry.get(name), **small)
    before = values_of(model)
    monkeypatch.setattr(model, part, lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        stages(model, [POINTS[:8]], 0)
    assert all(np.array_equal(value, before[name]) for name, value in values_of(model).items())
