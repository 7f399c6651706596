"""TensorBoard's event files: what a training writes is read back with TensorFlow's own reader."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from ganlab import cli, jobs
from ganlab.jobs.tensorboard import FOLDER, EventFile
from ganlab.runs import Run
from tests.conftest import request_for


def events(run: Path) -> list:
    """All events in the order in which TensorBoard reads them, as it drops those that a later session has undone."""
    kept: list = []
    for file in sorted((run / FOLDER).iterdir()):
        for event in tf.compat.v1.train.summary_iterator(str(file)):
            if event.HasField("session_log"):
                assert event.session_log.status == event.session_log.START
                kept = [before for before in kept if before.step < event.step]
            else:
                kept.append(event)
    return kept


def scalars(found: list) -> dict[str, dict[int, float]]:
    curves: dict[str, dict[int, float]] = {}
    for event in found:
        for value in event.summary.value:
            if value.HasField("simple_value"):
                curves.setdefault(value.tag, {})[event.step] = value.simple_value
    return curves


def previews(found: list) -> dict[int, np.ndarray]:
    """The images by their iterations."""
    return {
        event.step: tf.io.decode_png(value.image.encoded_image_string).numpy()[..., 0]
        for event in found
        for value in event.summary.value
        if value.HasField("image")
    }


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    folder = tmp_path_factory.mktemp("runs")
    training = jobs.Training(jobs.create_run(request_for("vae", 8, tensorboard=True), folder))
    for event in training:
        if getattr(event, "iteration", 0) >= 3:
            training.stop()
            break
    run = Run(training.writer.path)
    done = run.done
    list(jobs.Training(jobs.reopen_run(run)))
    assert 3 <= done < 8 and Run(run.path).state == "finished"
    return Run(run.path)


def test_curves_are_there_for_every_iteration_and_a_resume_continues_them(run):
    found = scalars(events(run.path))
    assert len(list((run.path / FOLDER).iterdir())) == 2
    for index, name in enumerate(run.curves[1:], 1):
        assert list(found[name]) == list(range(1, 9))
        np.testing.assert_allclose(list(found[name].values()), run.metrics()[:, index], rtol=1e-6)
    iterations, values = run.validation()
    assert found["validation/loss"] == pytest.approx(dict(zip(iterations.tolist(), values[:, 0].tolist(), strict=True)))


def test_kept_previews_are_images(run):
    found = previews(events(run.path))
    assert sorted(found) == run.preview_iterations().tolist()
    assert found[8].shape == (2 * (7 * 30 + 2), 2 * (7 * 30 + 2))
    kept = run.preview()
    assert kept is not None
    assert found[8][4:60:2, 4:60:2].tolist() == kept[1][-49].tolist()


def test_a_long_run_leaves_points_out_and_values_that_are_no_numbers(tmp_path):
    file = EventFile(tmp_path, 0, 20_000)
    rows = np.arange(1, 101, dtype=np.float32)[:, None].repeat(2, 1)
    rows[:, 1] = np.nan
    file.curves(100, ["loss", "nothing"], rows)
    file.close()
    found = scalars(events(tmp_path))
    assert list(found) == ["loss"] and list(found["loss"]) == [1, *range(4, 101, 4)]


def test_sessions_of_the_same_second_get_files_of_their_own(tmp_path):
    for iteration in (0, 5):
        EventFile(tmp_path, iteration, 10).close()
    assert len(list((tmp_path / FOLDER).iterdir())) == 2


def test_a_clock_that_was_set_back_does_not_change_the_order_of_sessions(tmp_path, monkeypatch):
    EventFile(tmp_path, 0, 10).close()
    (first,) = (tmp_path / FOLDER).iterdir()
    monkeypatch.setattr("time.time", lambda: 1_000_000_000.0)
    EventFile(tmp_path, 5, 10).close()
    assert sorted((tmp_path / FOLDER).iterdir())[0] == first and len(list((tmp_path / FOLDER).iterdir())) == 2


def test_without_being_asked_for_nothing_is_written(tmp_path):
    writer = jobs.create_run(request_for("dense-gan"), tmp_path)
    assert not writer.run.config.tensorboard
    writer.close()


def test_the_flag_asks_for_them(tmp_path, monkeypatch):
    followed = []
    monkeypatch.setattr("ganlab.cli.train.follow", lambda writer, as_json: followed.append(writer))
    cli.cli.main(["train", "dense-gan", "--tensorboard", "--runs", str(tmp_path)], standalone_mode=False)
    assert followed[0].run.config.tensorboard is True
    followed[0].close()


def test_an_image_is_a_png_that_others_read(tmp_path):
    file = EventFile(tmp_path, 0, 10)
    page = np.random.default_rng(1).integers(0, 256, [6, 9], np.uint8)
    file.preview(4, "previews", page)
    file.close()
    (event,) = [event for event in events(tmp_path) if event.summary.value]
    image = event.summary.value[0].image
    assert (image.height, image.width, image.colorspace) == (6, 9, 1)
    (tmp_path / "image.png").write_bytes(image.encoded_image_string)
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "image.png")), page)
