"""XLA, which compiles the training step on a GPU, gives the same numbers; seen here on the CPU, which has XLA, too."""

import os

# The machine code need not be quick: without this it takes XLA two to four times as long to write it.
os.environ.setdefault(
    "XLA_FLAGS",
    "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1",
)

import numpy as np
import pytest
import tensorflow as tf

from ganlab import registry
from ganlab.models import _draws
from tests.models.making import examples, make
from tests.training.test_slow_motion_of_images import without_a_gradient

# The presets that are made of other operations than the first of their architecture.
OTHERS = [("classifier", "tuned"), ("plane-gan", "wgan-gp")]
PRESETS = [(spec.name, next(iter(spec.presets))) for spec in registry.specs()] + OTHERS
SIZE = 8

# The two round differently, each number by about 1e-7 of itself. Of curves, which are means, 2e-7 was the most that was
# found. Adam divides each gradient by its own size, so that of a gradient of nearly 0, where little but rounding is
# left, it makes a step of full length: of a network's whole step 5e-3 was the most. Of other random numbers, as XLA
# would draw them by itself, curves change by at least 1e-3 and steps by 6e-2.
OF_CURVES, OF_STEPS = 1e-5, 1e-2


def one_iteration(model, spec, with_xla: bool) -> tuple[dict[str, float], dict[str, np.ndarray], np.ndarray]:
    """The curves, every variable after it, and the first image or the points that are kept."""
    kinds = [examples(spec)[:SIZE], *([np.arange(SIZE, dtype=np.uint8)] if model.uses_labels else [])]

    def iterate(batches, iteration):
        curves, generated = model.iterate(batches, iteration)
        return curves, model.kept(generated)

    batches = tuple(map(tf.constant, kinds)) * len(spec.draws)
    step = (
        _draws.compiled(iterate, True) if with_xla else iterate
    )  # uncompiled, a graph is only another way to the same
    curves, kept = step(batches, tf.constant(3))
    after = {name: variable.numpy() for name, variable in model.state().items()}
    return {name: float(value) for name, value in curves.items()}, after, kept.numpy()


@pytest.mark.parametrize(("name", "preset"), PRESETS, ids=[f"{name}-{preset}" for name, preset in PRESETS])
def test_a_step_that_xla_compiles_is_the_same_step(name, preset):
    spec = registry.get(name)
    start = {key: variable.numpy() for key, variable in make(spec, preset)[0].state().items()}
    (curves, after, kept), (curves_of_xla, after_xla, kept_of_xla) = (
        one_iteration(make(spec, preset)[0], spec, with_xla) for with_xla in (False, True)
    )
    assert curves_of_xla == pytest.approx(curves, rel=OF_CURVES, abs=OF_CURVES)
    np.testing.assert_allclose(kept_of_xla.astype(float), kept.astype(float), atol=0.01 if spec.points else 1)
    left_out = without_a_gradient(make(spec, preset)[0])
    for network in {key.split("/")[0] for key in after}:
        keys = [key for key in after if key.startswith(f"{network}/") and key not in left_out]
        step, difference = (
            np.sqrt(sum(np.sum((one[key].astype(float) - other[key]) ** 2) for key in keys))
            for one, other in ((after, start), (after_xla, after))
        )
        assert difference <= OF_STEPS * step, f"{network}: {difference / step:.1e}"


@pytest.mark.parametrize("key", [[3, 5], [-7, 1], [2, -9]])
def test_random_numbers_are_the_same_with_xla(key):
    """Of negative keys XLA's own would be others, and so would floats of any."""

    def draw(key):
        part = _draws.fold(_draws.fold(key, 1), -2)
        exact = part, _draws.bits([7], part), _draws.integers([7], part, 3, 50)
        return exact, (_draws.uniform([3, 5], part, -1.0, 2.0), _draws.normal([3, 5], part))

    (exact, floats), (exact_of_xla, floats_of_xla) = (
        _draws.compiled(draw, with_xla)(tf.constant(key)) for with_xla in (False, True)
    )
    for one, other in zip(exact, exact_of_xla, strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(floats, floats_of_xla, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
