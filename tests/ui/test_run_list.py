"""Titles, pruning and thumbnails of runs, whole, torn and in use."""

import json
import shutil

import numpy as np
import pytest

from ganlab.errors import GanlabError
from ganlab.runs import Run, RunWriter, layout, prune, rename, thumbnails
from ganlab.runs.files import is_locked
from tests.runs.test_run_folders import CONFIG, pictures, rows

LENGTH = 300


@pytest.fixture
def writer(tmp_path):
    writer = RunWriter.create(tmp_path / "runs", **{**CONFIG, "iterations": LENGTH})
    yield writer
    writer.close()


def write(writer: RunWriter, first: int, last: int) -> None:
    """Iterations after `first` up to `last`; every image's brightness is its iteration (modulo 256)."""
    writer.iterations(rows(first, last), pictures(first + 1, last + 1))
    for iteration in range(first, last + 1, 10):
        writer.preview(iteration, pictures(iteration, iteration + 4))


def save(path):
    with path.open("wb") as file:
        np.savez(file, weights=np.zeros(9, np.float32))


@pytest.fixture
def finished(writer):
    writer.status("running")
    writer.reals(pictures(0, 9))
    write(writer, 0, LENGTH)
    for iteration in (100, 200, LENGTH):
        writer.checkpoint(iteration, save, force=True)
        writer.snapshot(iteration, save)
    writer.weights(LENGTH, save)
    writer.status("finished")
    writer.close()
    return Run(writer.path)


def test_a_title_is_kept_beside_the_run_and_may_change_while_it_trains(writer):
    run = Run(writer.path)
    assert run.title == "" and run.summary()["title"] == ""
    rename(run, "  My best fives, ganz schön  ")
    assert Run(writer.path).title == run.summary()["title"] == "My best fives, ganz schön"
    writer.configure(device="cpu")
    assert run.title == "My best fives, ganz schön"


@pytest.mark.parametrize("title", ["", "   ", "x" * 61, "two\nlines", "a\0b", "a\u2028b", "\udcff"])
def test_a_title_is_one_line_of_up_to_60_characters(writer, title):
    with pytest.raises(GanlabError, match="title"):
        rename(Run(writer.path), title)
    assert not (writer.path / layout.TITLE).exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"title": 7}', b"\xff"])
def test_a_damaged_title_is_none(writer, content):
    (writer.path / layout.TITLE).write_bytes(content)
    assert Run(writer.path).title == ""


def test_a_run_that_was_deleted_meanwhile_is_not_renamed_nor_pruned(finished):
    shutil.rmtree(finished.path)
    for action in (lambda: rename(finished, "Late"), lambda: prune(finished)):
        with pytest.raises(GanlabError, match="cannot be written"):
            action()
    assert not finished.path.exists()


def test_a_run_that_ships_with_ganlab_is_neither_renamed_nor_pruned(finished, monkeypatch):
    monkeypatch.setattr("ganlab.runs.folders.PRETRAINED", finished.path.parent)
    for action in (lambda: rename(finished, "Mine"), lambda: prune(finished)):
        with pytest.raises(GanlabError, match="ships with ganlab"):
            action()
    assert finished.pruned == 0 and len(finished.first_images()) == LENGTH


def test_pruning_drops_history_and_keeps_what_using_and_going_on_need(finished):
    before, promised = finished.size(), finished.history_size()
    freed = prune(finished)
    assert abs(freed - promised) < 10_000 and finished.history_size() == 0
    assert freed > 28 * 28 * LENGTH and finished.size() == before - freed
    for run in (finished, Run(finished.path)):
        assert (run.done, run.pruned, run.state) == (LENGTH, LENGTH, "finished")
        np.testing.assert_array_equal(run.metrics(), rows(0, LENGTH))
        assert run.first_images().shape == (0, 28, 28)
        kept = run.preview_iterations()
        assert 18 <= len(kept) <= 20 and kept[0] == 0 and kept[-1] == LENGTH
        assert np.diff(kept).max() <= 30, "evenly spread"
    assert len(finished.reals()) == 9 and not layout.snapshots(finished.path)
    assert [layout.iteration_of(path) for path in layout.checkpoints(finished.path)] == [LENGTH, 200]
    assert finished.weights == layout.weights(finished.path, LENGTH)
    assert not is_locked(finished.path / layout.LOCK) and not list(finished.path.rglob("*.tmp"))
    assert prune(finished) < 100, "the second time there is nothing left to drop"


def test_the_images_of_kept_previews_stay_the_same(finished):
    before = {i: images.tolist() for i, images in map(finished.preview, range(len(finished.preview_iterations())))}
    prune(finished)
    after = {i: images.tolist() for i, images in map(finished.preview, range(len(finished.preview_iterations())))}
    assert after and all(before[iteration] == images for iteration, images in after.items())


def test_a_snapshot_that_is_all_there_is_to_use_the_model_from_stays(finished):
    for file in [*layout.checkpoints(finished.path), *layout.all_weights(finished.path)]:
        file.unlink()
    prune(finished)
    assert [layout.iteration_of(file) for file in layout.snapshots(finished.path)] == [LENGTH]


def test_a_run_in_work_is_not_pruned(writer):
    write(writer, 0, 20)
    with pytest.raises(GanlabError, match="still being trained"):
        prune(Run(writer.path))
    assert len(Run(writer.path).first_images()) == 20


@pytest.mark.parametrize("checkpoint", [LENGTH, 200, 0])
def test_a_pruned_run_goes_on_behind_any_checkpoint(finished, checkpoint):
    prune(finished)
    again = RunWriter(finished.path)
    again.rewind(checkpoint)
    assert Run(finished.path).done == Run(finished.path).pruned == checkpoint
    write(again, checkpoint, checkpoint + 40)
    again.close()
    run = Run(finished.path)
    assert run.done == checkpoint + 40 and len(run.metrics()) == run.done
    new = pictures(checkpoint + 1, checkpoint + 41)
    np.testing.assert_array_equal(run.first_images(), new)
    np.testing.assert_array_equal(run.first_images(checkpoint + 5, checkpoint + 9), new[5:9])
    np.testing.assert_array_equal(run.first_images(max(0, checkpoint - 5), checkpoint + 2), new[:2])


def test_a_pruned_run_that_went_on_is_cut_where_it_was_saved(finished):
    prune(finished)
    again = RunWriter(finished.path)
    again.rewind(LENGTH)
    write(again, LENGTH, LENGTH + 40)
    again.rewind(LENGTH + 30)
    again.close()
    run = Run(finished.path)
    assert (run.done, run.pruned) == (LENGTH + 30, LENGTH)
    np.testing.assert_array_equal(run.first_images(), pictures(LENGTH + 1, LENGTH + 31))
    prune(run)
    assert (run.done, run.pruned, len(run.first_images())) == (LENGTH + 30, LENGTH + 30, 0)


def test_a_pruning_that_was_cut_short_loses_no_iteration(finished, monkeypatch):
    def crash(*args):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken, pytest.raises(GanlabError, match="cannot be written"):
        broken.setattr("ganlab.runs.files.Records.cut", crash)
        prune(finished)
    run = Run(finished.path)
    assert run.done == LENGTH and run.first_images().shape == (0, 28, 28)
    again = RunWriter(run.path)
    again.rewind(200)
    write(again, 200, 220)
    again.close()
    assert Run(run.path).done == 220
    np.testing.assert_array_equal(Run(run.path).first_images(), pictures(201, 221))


def test_torn_records_are_pruned_to_the_whole_ones(finished):
    for name in ("metrics.f32", "previews.bin"):
        with (finished.path / name).open("ab") as file:
            file.write(b"\x7f" * 7)
    with (finished.path / "first_images.u8").open("r+b") as file:
        file.truncate(28 * 28 * (LENGTH - 10) + 5)
    prune(finished)
    assert finished.done == finished.pruned == LENGTH - 10
    assert finished.preview_iterations()[-1] == LENGTH


def brightness(run: Run, n: int) -> tuple[list[int], list[int]]:
    iterations, images = thumbnails(run, n)
    assert iterations.dtype == np.int64 and images.dtype == np.uint8 and images.shape == (len(iterations), 28, 28)
    return iterations.tolist(), images[:, 0, 0].tolist()


def test_thumbnails_are_spread_over_the_run(finished):
    iterations, values = brightness(finished, 4)
    assert iterations == [1, 101, 200, 300] and values == [iteration % 256 for iteration in iterations]
    prune(finished)
    iterations, values = brightness(finished, 4)
    assert iterations[0] == 0 and iterations[-1] == LENGTH and len(iterations) == 4
    assert values == [iteration % 256 for iteration in iterations]


def test_thumbnails_of_a_run_that_has_hardly_begun(writer):
    assert brightness(Run(writer.path), 8) == ([], [])
    writer.preview(0, pictures(7, 11))
    assert brightness(Run(writer.path), 8) == ([0], [7])
    writer.iterations(rows(0, 3), pictures(1, 4))
    assert brightness(Run(writer.path), 8) == ([1, 2, 3], [1, 2, 3])


def test_thumbnails_of_a_pretrained_run_are_its_samples(finished):
    for name in ("metrics.f32", "first_images.u8", "previews.bin"):
        (finished.path / name).unlink()
    np.save(finished.path / layout.SAMPLES, pictures(0, 100), allow_pickle=False)
    (finished.path / layout.STATUS).write_text(json.dumps({"state": "finished", "iteration": 300}))
    assert brightness(finished, 3) == ([300, 300, 300], [0, 1, 2])


@pytest.mark.parametrize("name", ["first_images.u8", "metrics.f32"])
def test_thumbnails_of_torn_and_vanished_records(finished, name):
    with (finished.path / name).open("r+b") as file:
        file.truncate((28 * 28 if name.endswith("u8") else 8) * 5 + 3)
    assert brightness(finished, 3)[0] == [1, 3, 5]
    shutil.rmtree(finished.path)
    assert brightness(finished, 3) == ([], [])
