"""A device that has no memory left, or that is gone when a run is to go on."""

import pytest
import tensorflow as tf

from ganlab import jobs
from ganlab.runs import Run, RunWriter, layout
from ganlab.training import loop
from tests.conftest import request_for, trained_run

real_compile_chunk = loop.compile_chunk


def without_memory(after: int):
    """`compile_chunk` on a device whose memory is full once so many iterations are done."""

    def compile_chunk(*arguments):
        chunk = real_compile_chunk(*arguments)

        def run(start, count):
            if start >= after:
                raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
            return chunk(start, count)

        return run

    return compile_chunk


def test_out_of_memory_is_a_sentence_and_what_was_learned_goes_on_later(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "compile_chunk", without_memory(4))
    training = jobs.Training(jobs.create_run(request_for("dense-gan", 6), tmp_path), chunk_limit=lambda: 2)
    list(training)
    run = Run(training.writer.path)
    assert run.state == "failed" and "smaller batch" in run.status.message and "another device" in run.status.message
    monkeypatch.setattr(loop, "compile_chunk", without_memory(0))  # not even enough to begin again
    with pytest.raises(tf.errors.ResourceExhaustedError):
        list(jobs.Training(jobs.reopen_run(Run(run.path))))
    run = Run(run.path)
    assert "smaller batch" in run.status.message and layout.checkpoints(run.path)
    monkeypatch.undo()
    list(jobs.Training(jobs.reopen_run(run)))
    assert (Run(run.path).state, Run(run.path).done) == ("finished", 6)


def test_a_run_from_a_gpu_that_is_gone_goes_on_on_the_cpu_and_says_so(tmp_path):
    path = trained_run(tmp_path, iterations=6)
    writer = RunWriter(path)
    writer.configure(device="gpu:0")
    writer.status("stopped")
    writer.close()
    list(jobs.Training(jobs.reopen_run(Run(path), 8)))
    run = Run(path)
    assert (run.state, run.done, run.config.device) == ("finished", 8, "cpu")
    assert run.config.data and "gpu:0, which is not here now" in run.config.data.notices[-1]


def test_what_cuda_lacks_is_said_in_plain_words():
    error = tf.errors.InternalError(None, None, "libdevice not found at ./libdevice.10.bc")
    assert "nvidia-cuda-nvcc-cu12" in jobs.sentence(error)
    assert "unexpected" in jobs.sentence(tf.errors.InternalError(None, None, "something else"))
