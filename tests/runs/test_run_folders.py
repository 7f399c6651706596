"""Runs on disk: what a crash leaves, what does not belong there, and readers beside a writer."""

import errno
import json
import os
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ganlab.errors import GanlabError
from ganlab.runs import (
    Run,
    RunWriter,
    delete,
    describe_length,
    describe_size,
    files,
    last_trained,
    layout,
    left_in_line,
    list_runs,
    resolve,
    runs_folder,
)
from ganlab.runs.files import Lock, Records, is_locked

CONFIG = {
    "model": "dense-gan",
    "preset": "published",
    "values": {"batch_size": 8},
    "iterations": 100,
    "curves": ["seconds", "loss"],
    "preview_images": 4,
    "seed": 0,
    "digits": None,
    "dataset": "offline",
}


def rows(start: int, stop: int) -> np.ndarray:
    numbers = np.arange(start, stop, dtype=np.float32)
    return np.stack([numbers, 10 * numbers], axis=1)


def pictures(start: int, stop: int) -> np.ndarray:
    return np.stack([np.full((28, 28), number % 256, np.uint8) for number in range(start, stop)])


@pytest.fixture
def writer(tmp_path):
    writer = RunWriter.create(tmp_path / "runs", **CONFIG)
    yield writer
    writer.close()


def test_what_is_written_is_read_back(writer):
    writer.status("running")
    writer.iterations(rows(0, 5), pictures(0, 5))
    writer.iterations(rows(5, 7), pictures(5, 7))
    writer.preview(7, pictures(0, 4))
    writer.reals(pictures(0, 9))
    run = Run(writer.path)
    assert (run.done, run.state, run.total) == (7, "running", 100)
    np.testing.assert_array_equal(run.metrics(2, 6), rows(2, 6))
    np.testing.assert_array_equal(run.first_images(5), pictures(5, 7))
    iteration, images = run.preview() or pytest.fail("no preview")
    assert iteration == 7
    np.testing.assert_array_equal(images, pictures(0, 4))
    assert len(run.reals()) == 9


def test_two_runs_of_the_same_second_have_folders_of_their_own(tmp_path):
    writers = [RunWriter.create(tmp_path, **CONFIG) for _ in range(3)]
    assert len({writer.path for writer in writers}) == 3
    for writer in writers:
        writer.close()
    assert len(list_runs(tmp_path)[0]) == 3


@pytest.mark.parametrize("torn", [1, 7, 8 + 1])
def test_torn_tails_are_not_counted_and_writing_goes_on_behind_the_whole_ones(writer, torn):
    writer.iterations(rows(0, 4), pictures(0, 4))
    writer.close()
    for name in ("metrics.f32", "first_images.u8", "previews.bin"):
        with (writer.path / name).open("ab") as file:
            file.write(b"\x7f" * torn)
    run = Run(writer.path)
    assert run.done == 4 and run.preview() is None
    np.testing.assert_array_equal(run.metrics(), rows(0, 4))
    np.testing.assert_array_equal(run.thinned_metrics(3), rows(0, 4)[::3])
    again = RunWriter(writer.path)
    again.rewind(3)
    again.iterations(rows(3, 6), pictures(3, 6))
    again.close()
    np.testing.assert_array_equal(run.metrics(), rows(0, 6))
    np.testing.assert_array_equal(run.first_images(), pictures(0, 6))


def test_the_shorter_of_two_records_counts(writer):
    writer.iterations(rows(0, 4), pictures(0, 4))
    Records(writer.path / "metrics.f32", np.float32, (2,)).append(rows(4, 6))
    assert Run(writer.path).done == 4 and len(Run(writer.path).metrics()) == 4


def test_a_run_whose_writer_is_gone_is_interrupted_at_once(writer):
    writer.status("running")
    assert Run(writer.path).state == "running"
    writer.close()
    assert Run(writer.path).state == "interrupted"
    writer.status("finished")
    assert Run(writer.path).state == "finished"


def test_a_status_that_was_lost_means_interrupted(writer):
    writer.close()
    (writer.path / layout.STATUS).write_text('{"state": "runn')
    assert Run(writer.path).state == "interrupted"


def test_a_run_has_one_writer(writer):
    with pytest.raises(GanlabError, match="trained already"):
        RunWriter(writer.path)


def test_looking_at_the_lock_does_not_keep_a_writer_out(tmp_path):
    path, stop = tmp_path / "lock", threading.Event()
    path.touch()

    def look():
        while not stop.is_set():
            is_locked(path)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(20):
            lock = Lock(path)
            assert lock.acquire()
            lock.release()
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_readers_during_a_write_see_whole_records_only(writer):
    stop, wrong = threading.Event(), []

    def read():
        while not stop.is_set():
            run = Run(writer.path)
            done = run.done
            metrics, images = run.metrics(0, done), run.first_images(0, done)
            if len(metrics) != done or not np.array_equal(metrics, rows(0, done)):
                wrong.append(("metrics", done))
            if done and not np.array_equal(images[:, 0, 0], np.arange(done) % 256):
                wrong.append(("images", done))
            if run.status.state not in ("queued", "running"):
                wrong.append(run.status)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for start in range(0, 300, 3):
        writer.iterations(rows(start, start + 3), pictures(start, start + 3))
        writer.status("running")
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert Run(writer.path).done == 300


def test_checkpoints_are_kept_in_two_generations(writer):
    for iteration in (10, 20, 30):
        writer.checkpoint(iteration, lambda path: path.write_bytes(b"x"), force=True)
    assert [layout.iteration_of(path) for path in layout.checkpoints(writer.path)] == [30, 20]
    writer.checkpoint(40, lambda path: path.write_bytes(b"x"))
    assert len(layout.checkpoints(writer.path)) == 2, "not due yet"


def test_rewinding_takes_back_everything_later(writer):
    writer.iterations(rows(0, 50), pictures(0, 50))
    for iteration in (0, 10, 20, 30, 40, 50):
        writer.preview(iteration, pictures(0, 4))
        writer.checkpoint(iteration, lambda path: path.write_bytes(b"x"), force=True)
    writer.weights(50, lambda path: path.write_bytes(b"x"))
    writer.rewind(40)
    run = Run(writer.path)
    assert run.done == 40
    assert run.preview_iterations().tolist() == [0, 10, 20, 30, 40]
    assert [layout.iteration_of(path) for path in layout.checkpoints(writer.path)] == [40]
    assert not layout.all_weights(writer.path), "the model can be used from the checkpoint"
    assert run.weights == layout.checkpoint(writer.path, 40)


def test_kept_previews_grow_sparser_and_the_last_is_kept(writer):
    writer.configure(iterations=20_000)
    for iteration in range(0, 20_001, 5):
        writer.preview(iteration, pictures(0, 4))
    kept = Run(writer.path).preview_iterations()
    assert 100 < len(kept) < 900
    assert kept[0] == 0 and kept[-1] == 20_000
    assert (np.diff(kept)[kept[1:] < 500] == 5).all()


def test_about_twenty_snapshots_are_kept_in_half_precision(writer):
    def save(path):
        with path.open("wb") as file:
            np.savez(
                file, weights=np.linspace(-1, 1, 9, dtype=np.float32), large=np.array([1e9], np.float32), iteration=1
            )

    for iteration in range(1, 101):
        writer.snapshot(iteration, save)
    kept = layout.snapshots(writer.path)
    assert 19 <= len(kept) <= 22
    with np.load(kept[-1]) as arrays:
        assert arrays["weights"].dtype == np.float16 and arrays["large"].dtype == np.float32


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: (path / layout.CONFIG).unlink(),
        lambda path: (path / layout.CONFIG).write_text(""),
        lambda path: (path / layout.CONFIG).write_text("[1, 2]"),
        lambda path: (path / layout.CONFIG).write_text('{"model": "dcgan"}'),
        lambda path: (path / layout.CONFIG).write_bytes(b"\xff\xfe\x00"),
        lambda path: (path / layout.CONFIG).write_text(json.dumps({**CONFIG, "format": 99, "id": "x"})),
        lambda path: (path / layout.CONFIG).write_text(json.dumps({**CONFIG, "format": 1, "id": 7})),
    ],
)
def test_a_folder_that_is_no_run_is_one_sentence_and_does_not_hide_the_others(writer, damage):
    folder = writer.path.parent
    other = RunWriter.create(folder, **CONFIG)
    other.close()
    writer.close()
    damage(writer.path)
    with pytest.raises(GanlabError) as caught:
        Run(writer.path)
    assert str(caught.value).endswith(".")
    found, problems = list_runs(folder)
    assert [run.path for run in found] == [other.path]
    assert len(problems) == (writer.path / layout.CONFIG).exists()


def test_foreign_folders_and_files_are_passed_over(tmp_path):
    (tmp_path / "holiday").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    assert list_runs(tmp_path) == ([], [])
    assert list_runs(tmp_path / "nowhere") == ([], [])


def test_the_run_that_was_trained_last_may_be_an_older_one(writer):
    folder = writer.path.parent
    assert last_trained(folder / "nowhere") is None
    for changes in ({}, {"imported": {}}, {"pretrained": {}}):
        newer = RunWriter.create(folder, **{**CONFIG, **changes})
        newer.status("finished")
        newer.close()
        found = last_trained(folder)
        assert found and (found.path == newer.path) == (not changes)
    writer.status("running")
    found = last_trained(folder)
    assert found and found.path == writer.path


def test_a_run_is_found_by_id_by_path_and_by_pretrained_name(writer, tmp_path, monkeypatch):
    folder = writer.path.parent
    pretrained = tmp_path / "pretrained"
    shutil.copytree(writer.path, pretrained / "good-one")
    monkeypatch.setattr("ganlab.runs.folders.PRETRAINED", pretrained)
    assert resolve(writer.path.name, folder).path == writer.path
    assert resolve(str(writer.path), tmp_path).path == writer.path
    assert resolve("good-one", folder).path == pretrained / "good-one"
    for name in ("nothing", "", str(tmp_path)):
        with pytest.raises(GanlabError):
            resolve(name, folder)


def test_the_runs_folder_is_the_given_one_else_the_environments_else_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert runs_folder() == tmp_path / "runs"
    monkeypatch.setenv("GANLAB_RUNS", str(tmp_path / "elsewhere"))
    assert runs_folder() == tmp_path / "elsewhere"
    assert runs_folder(tmp_path / "given") == tmp_path / "given"


def test_a_run_in_work_is_not_deleted(writer):
    with pytest.raises(GanlabError, match="still being trained"):
        delete(Run(writer.path))
    writer.close()
    delete(Run(writer.path))
    assert not writer.path.exists()


def test_a_deletion_that_was_cut_short_leaves_no_run_and_goes_with_the_next(writer, monkeypatch):
    writer.close()
    other = RunWriter.create(writer.path.parent, **CONFIG)
    other.close()
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda path, ignore_errors: None)
        delete(Run(writer.path))
    assert not writer.path.exists() and len(list(writer.path.parent.iterdir())) == 2
    assert [run.path for run in list_runs(writer.path.parent)[0]] == [other.path]
    delete(Run(other.path))
    assert not list(writer.path.parent.iterdir())


def test_on_a_disk_without_locks_that_is_said_and_nothing_is_left(tmp_path, writer, monkeypatch):
    writer.close()

    def refuse(*args):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(GanlabError, match="does not support file locks"):
        RunWriter.create(tmp_path / "other", **CONFIG)
    assert not list((tmp_path / "other").iterdir())
    assert Run(writer.path).state == "interrupted"
    delete(Run(writer.path))
    assert not writer.path.exists()


def test_what_waited_in_line_is_found_and_nothing_else(tmp_path):
    states = {}
    for state in ("queued", "running", "stopped", "finished", "failed"):
        writer = RunWriter.create(tmp_path, **CONFIG)
        writer.status(state)
        states[state] = writer.path
        if state != "failed":
            writer.close()
    race = RunWriter.create(
        tmp_path, **{**CONFIG, "race": {"sides": ["a", "b"], "finish": {"kind": "iterations", "at": 5, "longest": 600}}}
    )
    race.close()
    assert [run.path for run in left_in_line(tmp_path)] == [states["queued"]]
    again = RunWriter(states["queued"])
    again.status("queued")
    assert left_in_line(tmp_path) == [], "it waits again"
    again.status("finished")
    again.close()
    assert left_in_line(tmp_path) == [] and Run(again.path).status.was is None


def test_a_file_that_is_being_read_is_replaced_a_little_later(tmp_path, monkeypatch):
    """As on Windows, where that takes a while."""
    monkeypatch.setattr(files, "os", SimpleNamespace(name="nt"))
    refused: list[int] = []
    rename = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if len(refused) < 3:
            refused.append(1)
            raise PermissionError
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    (tmp_path / "new").write_text("new")
    files.put_in_place(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old").read_text() == "new" and len(refused) == 3


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "may not be written")],
)
def test_a_disk_that_refuses_is_a_sentence(writer, monkeypatch, code, words):
    def refuse(*args, **kwargs):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Records, "append", refuse)
    with pytest.raises(GanlabError, match=words):
        writer.iterations(rows(0, 1), pictures(0, 1))
    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    with pytest.raises(GanlabError, match=words):
        RunWriter.create(writer.path.parent / "other", **CONFIG)


@pytest.mark.parametrize(("size", "words"), [(7, "7 bytes"), (1500, "1.5 kB"), (3.2e6, "3.2 MB"), (4e9, "4.0 GB")])
def test_sizes_in_words(size, words):
    assert describe_size(size) == words


def test_lengths_in_words():
    assert [describe_length(n) for n in (0, 1, 1200)] == ["0 iterations", "1 iteration", "1,200 iterations"]
