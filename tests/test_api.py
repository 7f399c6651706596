"""`import ganlab`: instant, and enough to train, load and sample from Python."""

import subprocess
import sys

import numpy as np
import pytest

import ganlab
from ganlab.runs import Run
from tests.conftest import small


def test_importing_it_imports_almost_nothing():
    code = (
        "import sys; before = set(sys.modules); import ganlab; "
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}; "
        "print(sorted(new & {'tensorflow', 'keras', 'numpy', 'streamlit', 'click', 'PIL', 'sklearn'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_models_can_be_listed_before_and_after_the_package_is_imported():
    code = "import ganlab; a = ganlab.models(); import ganlab.models.dcgan; print(a == ganlab.models(), 'dcgan' in a)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split() == ["True"] * 2


def test_create_gives_a_keras_model_and_refuses_what_does_not_fit():
    import keras

    model = ganlab.create("dcgan", generator_filters=8)
    assert isinstance(model, keras.Model) and model.generator.count_params() < 200_000
    with pytest.raises(ganlab.GanlabError):
        ganlab.create("dcgan", generator_filters=0)
    with pytest.raises(AttributeError):
        ganlab.nothing  # noqa: B018


def test_train_yields_events_and_load_samples(tmp_path):
    events = list(
        ganlab.train(
            "dense-gan",
            dataset="offline",
            digits=5,
            iterations=6,
            runs=tmp_path,
            precision="float32",
            **small("dense-gan"),
        )
    )
    assert isinstance(events[0], ganlab.Started) and isinstance(events[-1], ganlab.Finished)
    (path,) = tmp_path.iterdir()
    drawn = ganlab.load(path).sample(5, seed=1)
    assert drawn.shape == (5, 28, 28) and drawn.dtype == np.uint8
    np.testing.assert_array_equal(ganlab.load(path.name, runs=tmp_path).sample(3, seed=1), drawn[:3])
    assert not np.array_equal(ganlab.load(path).sample(5, seed=2), drawn)
    for count, seed in ((0, 0), (10**9, 0), (3, -1)):
        with pytest.raises(ganlab.GanlabError):
            ganlab.load(path).sample(count, seed)


def test_closing_the_iterator_stops_resumably(tmp_path):
    events = ganlab.train("dense-gan", dataset="offline", iterations=10**6, runs=tmp_path, **small("dense-gan"))
    for event in events:
        if isinstance(event, ganlab.Iterations):
            break
    events.close()  # type: ignore[attr-defined]
    (path,) = tmp_path.iterdir()
    assert Run(path).state == "stopped" and Run(path).done == event.iteration


def test_sweep_yields_what_happens_in_every_training(tmp_path):
    given = {"seeds": (0, 4), "iterations": 5, "runs": tmp_path, **small("plane-vae")}
    told = list(ganlab.sweep("plane-vae", {"learning_rate": [0.01]}, **given))
    assert [one.seed for one in told if isinstance(one.event, ganlab.Finished)] == [0, 4]
    first = next(one for one in told if isinstance(one.event, ganlab.Started))
    assert first.values == {"learning_rate": 0.01} and Run(first.run).config.sweep.id == first.sweep.name
    with pytest.raises(ganlab.GanlabError, match="no setting 'mood'"):
        list(ganlab.sweep("plane-vae", {"mood": [1]}, runs=tmp_path))


def test_the_last_preview_of_a_run_is_what_it_samples_from_its_seed(finished):
    last = Run(finished).preview()
    assert last is not None
    np.testing.assert_array_equal(ganlab.load(finished).sample(len(last[1]), seed=0), last[1])


def test_a_snapshot_can_be_looked_at(finished):
    from ganlab.inference import GANRun
    from ganlab.runs import layout

    first = layout.snapshots(finished)[0]
    old = GANRun(Run(finished), first)
    assert old.iteration == layout.iteration_of(first)
    assert not np.array_equal(old.sample(4), ganlab.load(finished).sample(4))


def test_the_pretrained_dcgan_draws_what_is_stored_with_it():
    run = ganlab.load("dcgan")
    stored = run.run.samples()
    assert run.run.config.iterations == 20_000 and len(stored) == 100
    assert np.abs(run.sample(100).astype(int) - stored).mean() < 0.5
