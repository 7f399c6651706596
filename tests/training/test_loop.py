"""The loop: its events, and that pausing, chunking and resuming change nothing."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from ganlab import models, registry
from ganlab.training.events import Failed, Finished, Iterations, Started
from ganlab.training.loop import TrainingConfig, batch_indices, time_iterations, train
from tests.conftest import small

IMAGES = np.random.default_rng(0).integers(0, 256, [50, 28, 28], np.uint8)


def make(name: str = "art-gan", **changes):
    spec = registry.get(name)
    return models.create(spec, spec.values(changes={**small(name), **changes}), seed=3)


def config(iterations: int, name: str = "art-gan", **others) -> TrainingConfig:
    spec = registry.get(name)
    curves = tuple(curve.name for curve in spec.curves)
    return TrainingConfig(iterations, 8, spec.draws, curves, seed=3, **others)


def rows(events) -> np.ndarray:
    return np.concatenate([event.rows[:, 1:] for event in events if isinstance(event, Iterations)])


def state(model) -> dict[str, np.ndarray]:
    return {name: variable.numpy() for name, variable in model.state().items()}


def test_the_events_tell_every_iteration_once_and_in_order():
    events = list(train(make(), IMAGES, config(25)))
    assert isinstance(events[0], Started) and events[0].iteration == 0
    assert isinstance(events[-1], Finished) and events[-1].iteration == 25 and events[-1].seconds > 0
    chunks = [event for event in events if isinstance(event, Iterations)]
    assert sum(len(chunk.rows) for chunk in chunks) == 25
    assert [chunk.iteration for chunk in chunks] == list(np.cumsum([len(chunk.rows) for chunk in chunks]))
    assert all(chunk.images.shape == (len(chunk.rows), 28, 28) and chunk.images.dtype == np.uint8 for chunk in chunks)
    assert all(chunk.rows.dtype == np.float32 and chunk.rows.shape[1] == 11 for chunk in chunks)
    seconds = np.concatenate([chunk.rows[:, 0] for chunk in chunks])
    assert (np.diff(seconds) > 0).all()
    assert all(chunk.stepped is None for chunk in chunks), "what nobody steps through costs nothing"
    assert events[0].preview.shape == (16, 28, 28) and chunks[-1].preview is not None


@pytest.mark.parametrize("name", ["art-gan", "dcgan-tf", "digit-gan", "dcgan"])
def test_sixty_iterations_straight_equal_thirty_and_thirty_in_any_chunks(name, tmp_path):
    straight = make(name)
    expected = list(train(straight, IMAGES, config(60, name)))
    first = make(name)
    sizes = itertools.cycle([1, 7, 3])
    before = []
    for event in train(first, IMAGES, config(60, name), chunk_limit=lambda: next(sizes)):
        if isinstance(event, Iterations):
            before.append(event)
            if event.iteration >= 30:
                event.save(tmp_path / "checkpoint.npz")
                break
    second = make(name)
    after = list(train(second, IMAGES, config(60, name), resume_from=tmp_path / "checkpoint.npz"))
    np.testing.assert_array_equal(rows(expected), np.concatenate([rows(before), rows(after)]))
    for key, value in state(straight).items():
        np.testing.assert_array_equal(value, second.state()[key].numpy(), err_msg=key)
    drawn = [np.concatenate([e.images for e in events if isinstance(e, Iterations)]) for events in (expected, after)]
    np.testing.assert_array_equal(drawn[0][-len(drawn[1]) :], drawn[1])


def test_a_limit_of_one_does_single_steps_with_a_preview_each():
    events = train(make(), IMAGES, config(100), chunk_limit=lambda: 1)
    _, *seen = itertools.islice(events, 4)
    assert [event.iteration for event in seen if isinstance(event, Iterations)] == [1, 2, 3]
    assert all(event.preview is not None for event in seen if isinstance(event, Iterations))
    assert all(event.stepped is not None for event in seen if isinstance(event, Iterations))


def test_a_loss_that_is_no_number_stops_with_a_sentence_and_the_last_good_weights(tmp_path):
    model = make("dense-gan", learning_rate=1.0)
    events = []
    for event in train(model, IMAGES, config(400, "dense-gan"), chunk_limit=lambda: 1):
        events.append(event)
        if isinstance(event, Iterations) and event.iteration == 20:
            for variable in model.generator.trainable_variables:
                variable.assign(tf.fill(variable.shape, np.nan))
        if isinstance(event, Failed):
            event.save(tmp_path / "good.npz")
    failed = events[-1]
    assert isinstance(failed, Failed) and failed.iteration <= 20
    assert "diverged" in failed.message and failed.message.endswith(".")
    assert all(np.isfinite(value).all() for value in state(model).values())
    assert np.isfinite(rows(events)).all() and len(rows(events)) + len(failed.rows) == 20
    with np.load(tmp_path / "good.npz") as arrays:
        assert int(arrays["iteration"]) == failed.iteration
        assert all(np.isfinite(array).all() for array in arrays.values())


def test_running_out_of_memory_is_a_sentence(monkeypatch):
    from ganlab.training import loop

    def compile_chunk(*args):
        def chunk(start, count):
            if count > 0:
                raise tf.errors.ResourceExhaustedError(None, None, "oom")

        return chunk

    monkeypatch.setattr(loop, "compile_chunk", compile_chunk)
    failed = list(train(make(), IMAGES, config(5)))[-1]
    assert isinstance(failed, Failed) and "memory" in failed.message


def test_previews_are_always_made_from_the_same_latents():
    model = make()
    first = next(train(model, IMAGES, config(1)))
    assert isinstance(first, Started)
    np.testing.assert_array_equal(first.preview, make().preview(make().preview_inputs(16, 3)).numpy())


def test_precisions_are_timed_on_models_that_are_thrown_away():
    made = []

    def make_in(precision: str):
        made.append(precision)
        spec = registry.get("dense-gan")
        return models.create(spec, spec.values(changes=small("dense-gan")), precision)

    seconds = time_iterations(make_in, IMAGES, config(5, "dense-gan"), ["float32", "mixed_bfloat16"])
    assert made == list(seconds) == ["float32", "mixed_bfloat16"]
    assert all(0 < value < 60 for value in seconds.values())


def indices(order: str, n: int, size: int, iterations: range, seed: int = 0) -> list[list[int]]:
    setting = TrainingConfig(1, size, (order,), (), seed=seed)  # type: ignore[arg-type]
    return [batch_indices(order, setting, n, tf.constant(i), 0).numpy().tolist() for i in iterations]  # type: ignore[arg-type]


def test_file_order_takes_the_next_images_and_wraps_around():
    assert indices("file", 7, 3, range(4)) == [[0, 1, 2], [3, 4, 5], [6, 0, 1], [2, 3, 4]]
    assert indices("file", 5, 7, range(1)) == [[0, 1, 2, 3, 4, 0, 1]]
    assert indices("file", 60_000, 4096, range(999_999, 1_000_000)) == [
        [(999_999 * 4096 + i) % 60_000 for i in range(4096)]
    ]


def test_shuffled_epochs_hold_every_image_once_and_end_with_what_remains():
    epochs = [indices("shuffled", 10, 4, range(3 * e, 3 * e + 3)) for e in range(2)]
    for epoch in epochs:
        assert [len(batch) for batch in epoch] == [4, 4, 2]
        assert sorted(index for batch in epoch for index in batch) == list(range(10))
    assert epochs[0] != epochs[1]
    assert indices("shuffled", 1, 4, range(2)) == [[0], [0]]


def test_draws_with_replacement_cover_all_images_and_follow_from_the_seed():
    drawn = indices("replacement", 10, 200, range(2))
    assert set(drawn[0]) == set(range(10)) and drawn[0] != drawn[1]
    assert drawn == indices("replacement", 10, 200, range(2))
    assert drawn != indices("replacement", 10, 200, range(2), seed=1)
