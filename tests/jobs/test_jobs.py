"""Jobs: one worker thread, commands from anywhere, nothing lost."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from ganlab import data, inference, jobs, models, registry
from ganlab.errors import GanlabError
from ganlab.evaluation import comparison
from ganlab.jobs import Worker
from ganlab.models import _weights
from ganlab.runs import Run, RunWriter, layout, left_in_line, prune
from ganlab.runs.files import Records
from ganlab.sharing import exporting, importing
from ganlab.training.events import Iterations
from tests.conftest import request_for, trained_run, until

LONG = 1_000_000
PATIENCE = 60.0


@pytest.fixture
def worker():
    worker = Worker()
    yield worker
    worker.shutdown()


def start(worker, folder, name="dense-gan", iterations=LONG, **others):
    return worker.submit(jobs.create_run(request_for(name, iterations, **others), folder))


def test_a_job_trains_to_its_end_and_the_run_says_so(worker, tmp_path):
    job = start(worker, tmp_path, iterations=12)
    view = job.wait(PATIENCE)
    assert (view.state, view.iteration, view.total) == ("finished", 12, 12)
    assert view.preview is not None and view.preview[0] == 12
    run = Run(job.run)
    assert (run.state, run.done) == ("finished", 12)
    assert run.weights is not None and len(run.reals()) == 64
    assert run.config.data.images == len(data.load("offline").x_train)
    assert run.config.precision == "float32" and run.config.device == "cpu"


def test_pause_step_resume_and_stop(worker, tmp_path):
    job = start(worker, tmp_path)
    until(lambda: job.view().state == "running")
    job.pause()
    until(lambda: job.view().state == "paused")
    paused = job.view().iteration
    run = Run(job.run)
    until(lambda: run.state == "paused")
    assert layout.iteration_of(layout.checkpoints(run.path)[0]) == paused == run.done
    time.sleep(0.3)
    assert job.view().iteration == paused, "a paused training stands still"
    for number in (1, 2):
        job.step()
        until(lambda number=number: job.view().iteration == paused + number)
        until(lambda number=number: job.view().preview[0] == paused + number)
    until(lambda: job.view().state == "paused")
    job.resume()
    until(lambda: job.view().iteration > paused + 3)
    assert run.state == "running"
    worker.stop(job)
    view = job.wait(PATIENCE)
    assert view.state == "stopped" == run.state
    assert layout.iteration_of(layout.checkpoints(run.path)[0]) == run.done == view.iteration


def test_a_step_says_how_far_weights_moved_and_what_the_curves_were(worker, tmp_path):
    """The numbers agree with the checkpoints before and after it, and with what the run records."""
    job = start(worker, tmp_path)
    job.pause()
    run = Run(job.run)
    until(lambda: run.state == "paused")  # and saved
    before = job.view().iteration
    old = dict(np.load(layout.checkpoints(run.path)[0], allow_pickle=False))
    job.step()
    until(lambda: layout.iteration_of(layout.checkpoints(run.path)[0]) == before + 1)
    new = dict(np.load(layout.checkpoints(run.path)[0], allow_pickle=False))
    assert job.view().stepped is not None
    stepped, curves = job.view().stepped
    for network in ("generator", "discriminator"):
        names = [name for name in old if name.startswith(f"{network}/")]
        change = np.concatenate([(new[name] - old[name]).ravel() for name in names])
        size = np.concatenate([old[name].ravel() for name in names])
        assert stepped.moved[network] == pytest.approx(np.linalg.norm(change) / np.linalg.norm(size), rel=1e-3)
    assert (stepped.reals, stepped.generated) == (8, 8)
    np.testing.assert_allclose([curves[name] for name in run.curves], run.metrics()[before], rtol=1e-6)
    job.resume()
    until(lambda: job.view().iteration > before + 2 and job.view().stepped is None)
    worker.stop(job)
    assert job.wait(PATIENCE).state == "stopped"


def test_a_pause_is_answered_after_the_chunk_at_work(worker, tmp_path):
    job = start(worker, tmp_path, values={"units": 64})
    until(lambda: job.view().iteration > 2000)
    asked = time.monotonic()
    job.pause()
    until(lambda: job.view().state == "paused")
    assert time.monotonic() - asked < 10.0  # a machine that does other work, too, has its time
    worker.stop(job)
    assert job.wait(PATIENCE).state == "stopped"


def test_a_stopped_run_goes_on_as_if_nothing_had_been(worker, tmp_path):
    whole = Run(trained_run(tmp_path / "whole", "art-gan", 40, digits=(5,)))
    job = start(worker, tmp_path, "art-gan", 40, digits=(5,))
    job.pause()
    for _ in range(3):
        job.step()
    until(lambda: job.view().state == "paused" and job.view().iteration >= 3)
    worker.stop(job)
    assert job.wait(PATIENCE).state == "stopped" and job.view().iteration < 40
    again = worker.submit(jobs.reopen_run(Run(job.run)))
    assert again.wait(PATIENCE).state == "finished"
    np.testing.assert_array_equal(Run(job.run).metrics()[:, 1:], whole.metrics()[:, 1:])
    np.testing.assert_array_equal(Run(job.run).first_images(), whole.first_images())


def test_a_pruned_run_goes_on_as_if_nothing_had_been_dropped(tmp_path):
    straight = Run(trained_run(tmp_path / "straight", iterations=16))
    run = Run(trained_run(tmp_path / "pruned", iterations=10))
    prune(run)
    assert (run.done, run.pruned, run.state) == (10, 10, "finished")
    list(jobs.Training(jobs.reopen_run(run, 16)))
    again = Run(run.path)
    assert (again.done, again.pruned, again.state) == (16, 10, "finished")
    np.testing.assert_array_equal(again.metrics()[:, 1:], straight.metrics()[:, 1:])
    np.testing.assert_array_equal(again.first_images(), straight.first_images(10))


def test_a_run_from_before_a_knob_was_added_goes_on(tmp_path):
    writer = RunWriter(trained_run(tmp_path, "digit-gan", 6, digits=(5,)))
    older = {name: value for name, value in writer.run.config.values.items() if name not in ("recipe", "updates")}
    writer.configure(values=older)
    writer.close()
    list(jobs.Training(jobs.reopen_run(Run(writer.path), 8)))
    assert (Run(writer.path).state, Run(writer.path).done) == ("finished", 8)


def test_a_run_from_before_a_curve_was_added_is_resumed_compared_exported_and_imported(tmp_path):
    writer = jobs.create_run(request_for("digit-gan", 6, digits=(5,)), tmp_path)
    older = [name for name in writer.run.curves if name != "p_real_told_generator"]
    assert len(older) == len(writer.run.curves) - 1
    writer.configure(curves=older)
    writer.close()
    list(jobs.Training(RunWriter(writer.path)))
    list(jobs.Training(jobs.reopen_run(Run(writer.path), 8)))
    run, newer = Run(writer.path), Run(trained_run(tmp_path, "digit-gan", 8, digits=(5,)))
    assert (run.state, run.done, run.curves) == ("finished", 8, tuple(older))
    same = [newer.curves.index(name) for name in older[1:]]
    np.testing.assert_array_equal(run.metrics()[:, 1:], newer.metrics()[:, same])
    assert set(comparison.curve_titles([run, newer])) == set(older[1:])
    exporting.export(run, tmp_path / "older.zip")
    again = importing.import_run(tmp_path / "older.zip", tmp_path / "other")
    assert again.curves == tuple(older) and again.done == 8


def test_a_second_start_waits_in_line_and_can_be_taken_back(worker, tmp_path):
    first, second, third = (start(worker, tmp_path) for _ in range(3))
    until(lambda: first.view().state == "running")
    assert [worker.view(job).state for job in (second, third)] == ["queued", "queued"]
    assert [worker.view(job).place for job in (first, second, third)] == [0, 1, 2]
    assert Run(second.run).state == "queued"
    assert worker.current() is first
    worker.stop(second)
    assert second.view().state == "stopped" == Run(second.run).state
    assert worker.view(third).place == 1
    worker.stop(first)
    until(lambda: third.view().state == "running")
    assert worker.find(third.run) is third


def test_a_finished_run_is_extended_and_equals_a_longer_one(tmp_path):
    long = Run(trained_run(tmp_path / "long", iterations=16))
    path = trained_run(tmp_path / "short", iterations=10)
    with pytest.raises(GanlabError, match="finished"):
        jobs.reopen_run(Run(path))
    with pytest.raises(GanlabError, match="not shorter"):
        jobs.reopen_run(Run(path), 9)
    list(jobs.Training(jobs.reopen_run(Run(path), 16)))
    run = Run(path)
    assert (run.state, run.done, run.total) == ("finished", 16, 16)
    np.testing.assert_array_equal(run.metrics()[:, 1:], long.metrics()[:, 1:])
    assert (np.diff(run.metrics()[:, 0]) > 0).all(), "seconds go on, too"


def test_changed_settings_are_refused_and_equal_ones_are_not(tmp_path):
    path = trained_run(tmp_path, iterations=4)
    with pytest.raises(GanlabError, match="batch_size"):
        jobs.reopen_run(Run(path), 8, {"batch_size": 9})
    jobs.reopen_run(Run(path), 8, {"batch_size": 8}).close()


def test_a_run_goes_on_only_with_the_images_it_began_with(tmp_path, monkeypatch):
    path = trained_run(tmp_path, iterations=4)
    offline = data.load("offline")
    monkeypatch.setattr(data, "load", lambda *_, **__: replace(offline, x_train=offline.x_train[::-1]))
    with pytest.raises(GanlabError, match="other images"):
        list(jobs.Training(jobs.reopen_run(Run(path), 8)))
    assert Run(path).done == 4


def test_a_damaged_checkpoint_falls_back_on_the_one_before(tmp_path):
    path = trained_run(tmp_path, iterations=6)
    list(jobs.Training(jobs.reopen_run(Run(path), 10)))
    newest, _ = layout.checkpoints(path)
    newest.write_bytes(newest.read_bytes()[:1000])
    list(jobs.Training(jobs.reopen_run(Run(path), 12)))
    whole = Run(trained_run(tmp_path / "whole", iterations=12))
    np.testing.assert_array_equal(Run(path).metrics()[:, 1:], whole.metrics()[:, 1:])


def test_whatever_a_damaged_file_of_weights_is_it_is_one_sentence(tmp_path):
    path = trained_run(tmp_path, iterations=4)
    (file, *_) = layout.snapshots(path)  # compressed
    whole, random = file.read_bytes(), np.random.default_rng(0)
    spec = registry.get("dense-gan")
    state = models.create(spec, Run(path).config.values).inference_state()
    refused = 0
    for _ in range(150):
        spoilt = bytearray(whole)
        at = int(random.integers(len(spoilt)))
        spoilt[at : at + 8] = random.bytes(len(spoilt[at : at + 8]))
        file.write_bytes(spoilt)
        try:
            _weights.load(file, state, _weights.ITERATION)
        except GanlabError:
            refused += 1
    assert refused > 10


def test_with_both_checkpoints_damaged_nothing_is_thrown_away(tmp_path):
    path = trained_run(tmp_path, iterations=6)
    for checkpoint in layout.checkpoints(path):
        checkpoint.write_bytes(b"PK not a checkpoint")
    with pytest.raises(GanlabError, match="damaged"):
        list(jobs.Training(jobs.reopen_run(Run(path), 12)))
    assert Run(path).done == 6 and Run(path).state == "failed"


def test_a_full_disk_in_the_middle_is_a_sentence_and_the_worker_lives_on(worker, tmp_path, monkeypatch):
    append, calls = Records.append, []

    def fill_up(self, records):
        calls.append(1)
        if len(calls) > 10:
            raise OSError(28, "No space left on device")
        append(self, records)

    monkeypatch.setattr(Records, "append", fill_up)
    job = start(worker, tmp_path)
    view = job.wait(PATIENCE)
    assert view.state == "failed" and "disk is full" in view.message
    assert Run(job.run).state == "failed" and "disk is full" in Run(job.run).status.message
    monkeypatch.setattr(Records, "append", append)
    assert start(worker, tmp_path, iterations=3).wait(PATIENCE).state == "finished"
    assert worker.submit(jobs.reopen_run(Run(job.run), LONG)).view().active


def test_a_failure_while_preparing_surfaces(worker, tmp_path):
    job = start(worker, tmp_path, dataset=str(tmp_path / "nowhere.npz"))
    view = job.wait(PATIENCE)
    assert view.state == "failed" and "nowhere.npz" in view.message
    assert Run(job.run).status.message == view.message


def test_an_unexpected_error_surfaces_and_the_worker_lives_on(worker, tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(data, "load", lambda *args, **kwargs: 1 / 0)
    view = start(worker, tmp_path).wait(PATIENCE)
    assert view.state == "failed" and "ZeroDivisionError" in view.message
    assert "Traceback" in capfd.readouterr().err
    monkeypatch.undo()
    assert start(worker, tmp_path, iterations=3).wait(PATIENCE).state == "finished"


def test_a_diverged_run_keeps_its_last_good_weights(tmp_path, monkeypatch):
    built = []
    create = models.create
    monkeypatch.setattr(models, "create", lambda *args: built.append(create(*args)) or built[-1])
    request = request_for("dense-gan", 3000, values={"learning_rate": 1.0})
    training = jobs.Training(jobs.create_run(request, tmp_path))
    poisoned = False
    for event in training:
        if isinstance(event, Iterations) and event.iteration > 20 and not poisoned:
            poisoned = True
            for variable in built[-1].generator.trainable_variables:
                variable.assign(variable * np.nan)
    run = Run(training.writer.path)
    assert run.state == "failed" and "diverged" in run.status.message
    good = layout.all_weights(run.path)[0]
    for file in [good, *layout.checkpoints(run.path), *layout.snapshots(run.path)]:
        assert layout.iteration_of(file) <= layout.iteration_of(good)
        with np.load(file) as arrays:
            assert all(np.isfinite(array).all() for array in arrays.values())
    again = next(iter(jobs.Training(jobs.reopen_run(run))))
    assert again.iteration == layout.iteration_of(good)


def test_it_is_one_thread_that_trains(worker, tmp_path):
    before = {thread.ident for thread in threading.enumerate()}
    for _ in range(3):
        start(worker, tmp_path, iterations=3)
    names = [thread.name for thread in threading.enumerate() if thread.ident not in before]
    assert names.count("ganlab-worker") == 1
    until(lambda: worker.current() is None)


def test_the_newest_weights_are_used_after_a_pause_and_a_crash(worker, tmp_path):
    job = start(worker, tmp_path)
    until(lambda: job.view().state == "running")
    job.pause()
    until(lambda: Run(job.run).state == "paused")
    held = Run(job.run).weights
    assert held is not None and layout.iteration_of(held) == Run(job.run).done
    job.resume()
    until(lambda: job.view().iteration > layout.iteration_of(held) + 50)
    later = layout.checkpoint(job.run, job.view().iteration + 1000)
    later.write_bytes(b"as a crash would leave the next one")
    assert Run(job.run).weights == later


def test_weights_can_be_loaded_from_a_checkpoint_alone(tmp_path):
    path = trained_run(tmp_path, iterations=6)
    expected = inference.load(path).sample(3)
    for file in [*layout.all_weights(path), *layout.snapshots(path)]:
        file.unlink()
    np.testing.assert_array_equal(inference.load(path).sample(3), expected)


def test_a_run_stopped_at_its_very_end_resumes_to_finished_with_weights(tmp_path):
    path = trained_run(tmp_path, iterations=6)
    for file in layout.all_weights(path):
        file.unlink()
    writer = RunWriter(path)
    writer.status("stopped")
    writer.close()
    list(jobs.Training(jobs.reopen_run(Run(path))))
    assert Run(path).state == "finished" and len(layout.all_weights(path)) == 1


def test_stopped_while_it_prepares_a_run_is_stopped_and_not_failed(worker, tmp_path, monkeypatch):
    job = None

    def load(name, progress):
        until(lambda: job is not None)
        job.stop()  # type: ignore[union-attr]
        progress("loading", 0.5)

    monkeypatch.setattr(data, "load", load)
    job = start(worker, tmp_path)
    assert job.wait(PATIENCE).state == "stopped"
    status = Run(job.run).status
    assert (status.state, status.message) == ("stopped", "")


def test_stopped_before_the_worker_comes_to_it_a_run_never_begins(worker, tmp_path):
    with worker._changed:  # it looks only afterwards
        job = start(worker, tmp_path)
        job.stop()
    assert job.wait(PATIENCE).state == "stopped" == Run(job.run).state and Run(job.run).done == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": 2**31}, "seed"),
        ({"iterations": 0}, "length"),
        ({"precision": "float8"}, "precision"),
        ({"model": "vqgan"}, "architecture"),
        ({"values": {"batch_size": 1}}, "Batch size"),
    ],
)
def test_a_request_that_does_not_fit_leaves_no_folder(tmp_path, change, words):
    request = jobs.Request(**{"model": "dense-gan", **change})
    with pytest.raises(GanlabError, match=words):
        jobs.create_run(request, tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_at_the_end_of_the_process_what_waits_stays_in_line_on_the_disk(worker, tmp_path):
    first, second = start(worker, tmp_path), start(worker, tmp_path)
    until(lambda: first.view().iteration > 0)
    worker.shutdown()
    assert Run(first.run).state == "stopped" and not second.view().active
    assert [run.path for run in left_in_line(tmp_path)] == [second.run]
    worker.submit(jobs.reopen_run(Run(second.run)))
    assert not left_in_line(tmp_path)


def test_what_is_left_out_of_an_iteration_is_timed_apart():
    whole, without = (jobs.Request("repair-gan", preset) for preset in ("tuned", "without-critic"))
    assert jobs.pace(whole) != jobs.pace(without)
    assert jobs.pace(jobs.Request("dense-gan")) == jobs.pace(jobs.Request("dense-gan", values={"learning_rate": 0.5}))
