"""Snapshots that are small enough to be given away."""

import numpy as np
import pytest

from ganlab import inference
from ganlab.runs import Run, layout
from ganlab.sharing import publishing
from ganlab.sharing.snapshots import shrink, spread
from tests.conftest import trained_run


def test_early_iterations_are_kept_more_densely():
    every = [1, *range(100, 2001, 100)]
    kept = spread(every, 6)
    assert kept[0] == 1 and kept[-1] == 2000 and len(kept) == 6 and set(kept) < set(every)
    assert (np.diff(kept)[1:] >= np.diff(kept)[:-1]).all()
    assert spread(every, 1) == [2000] and spread([7], 6) == [7] and spread([], 6) == []
    assert spread([1, 2, 3], 9) == [1, 2, 3]


def test_a_shrunken_file_is_smaller_and_nearly_the_same(tmp_path):
    random = np.random.default_rng(0)
    kernel, bias = (0.05 * random.standard_normal(shape) for shape in ([64, 500], 500))
    arrays = {
        "kernel": kernel.astype(np.float16),
        "bias": bias.astype(np.float16),
        "same": np.zeros([2, 2], np.float16),
    }
    whole, small = tmp_path / "whole.npz", tmp_path / "small.npz"
    np.savez_compressed(whole, allow_pickle=False, **arrays, iteration=np.asarray(7))
    shrink(whole, small, 16)
    assert small.stat().st_size < 0.6 * whole.stat().st_size
    with np.load(small, allow_pickle=False) as found:
        assert found["iteration"] == 7 and (found["bias"] == arrays["bias"]).all() and not found["same"].any()
        assert 0 < np.abs(found["kernel"].astype(float) - kernel).max() < 0.05 / 16


@pytest.mark.parametrize("snapshots", [0, 3])
def test_a_published_model_keeps_as_many_snapshots_as_asked(tmp_path, snapshots):
    run = Run(trained_run(tmp_path / "runs", iterations=40))
    target = tmp_path / "pretrained"
    record = publishing.publish(run, target, snapshots)
    kept = layout.snapshots(target)
    assert len(kept) == snapshots and ("snapshots" in record) == bool(snapshots)
    if not snapshots:
        return
    assert record["commands"][1].endswith(" --snapshots 3")
    assert list(record["snapshots"]) == [str(layout.iteration_of(file)) for file in kept]
    assert all(change < publishing.FAINT for change in record["snapshots"].values())
    assert Run(target).size() > sum(file.stat().st_size for file in kept)
    assert Run(target).weights == layout.all_weights(target)[0], "a model is used as it was in the end"
    for file in kept:
        whole = inference.load_weights(run, layout.snapshot(run.path, layout.iteration_of(file)))
        small = inference.load_weights(Run(target), file)
        assert np.abs(small.sample(50).astype(float) - whole.sample(50)).mean() < publishing.FAINT
