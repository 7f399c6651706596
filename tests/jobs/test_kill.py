"""A process that is killed at any moment leaves a run that opens at once and goes on as if nothing had been."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ganlab import jobs
from ganlab.runs import Run, layout
from tests.conftest import request_for, train_run, trained_run

MOST_LOST = 2.0  # seconds
SAVING_AT_THE_END = (  # however long it takes to start
    "-c",
    "from ganlab.runs import writer; writer.CHECKPOINT_SECONDS = 1e9; from ganlab.cli import main; main()",
)


def begin(folder: Path, iterations: int) -> subprocess.Popen:
    """A training of the small network with dropout and batch normalisation, in a process of its own."""
    settings = request_for("art-gan").values
    flags = [word for name, value in settings.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    command = [sys.executable, "-m", "ganlab", "train", "art-gan", "--dataset", "offline", "--digits", "5"]
    command += ["--precision", "float32", "--iterations", str(iterations), "--runs", str(folder), "--json", *flags]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1)


def follow(process: subprocess.Popen, until: int) -> tuple[Path, int]:
    """Reads the events until so many iterations are done."""
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "progress" and event["iteration"] >= until:
            return Path(event["run"]), event["iteration"]
    raise AssertionError("it ended before")


def kill(process: subprocess.Popen) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_thirty_iterations_killed_and_thirty_more_equal_sixty_straight(tmp_path, monkeypatch):
    straight = Run(trained_run(tmp_path / "straight", "art-gan", 60, digits=(5,)))
    monkeypatch.setattr("ganlab.runs.writer.CHECKPOINT_SECONDS", 1e9)
    path = train_run(tmp_path / "killed", "art-gan", 30, digits=(5,))  # then a process that is killed extends it
    second = subprocess.Popen(
        [sys.executable, *SAVING_AT_THE_END, "runs", "extend", str(path), "--iterations", "1000000", "--json"],
        stdout=subprocess.PIPE,
        text=True,
    )
    follow(second, 31)
    kill(second)
    run = Run(path)
    assert run.state == "interrupted" and run.done > 30
    assert [layout.iteration_of(checkpoint) for checkpoint in layout.checkpoints(path)] == [30]
    writer = jobs.reopen_run(run)
    writer.configure(iterations=60)
    list(jobs.Training(writer))
    run = Run(path)
    assert run.done == 60
    np.testing.assert_array_equal(run.metrics()[:, 1:], straight.metrics()[:, 1:])
    np.testing.assert_array_equal(run.first_images(), straight.first_images())
    assert run.weights is not None and straight.weights is not None
    with np.load(run.weights) as ours, np.load(straight.weights) as theirs:
        for name in theirs.files:
            np.testing.assert_array_equal(ours[name], theirs[name])


@pytest.mark.parametrize("seed", [1, 2])
def test_a_kill_at_any_moment_leaves_a_run_that_opens_and_resumes(tmp_path, seed):
    process = begin(tmp_path, 1_000_000)
    path, reported = follow(process, 1)
    wait = random.Random(seed).uniform(0.2, 1.5)
    time.sleep(wait)
    noted = json.loads((path / layout.STATUS).read_text())
    kill(process)
    killed = time.monotonic()
    run = Run(path)
    assert run.state == "interrupted"
    assert run.done >= reported and len(run.metrics()) == run.done == len(run.first_images())
    assert time.monotonic() - killed < 1.0, "it opens at once"
    assert run.preview() is not None
    assert run.done >= noted["iteration"]
    assert time.time() - (path / "metrics.f32").stat().st_mtime < MOST_LOST + 1.0, "written until the end"
    before = run.metrics()
    writer = jobs.reopen_run(run)
    writer.configure(
        iterations=max(1, layout.iteration_of(layout.checkpoints(path)[0]) if layout.checkpoints(path) else 0) + 20
    )
    list(jobs.Training(writer))
    assert run.status.state == "finished"
    again = Run(path).metrics()
    shared = min(len(before), len(again))
    np.testing.assert_array_equal(before[:shared, 1:], again[:shared, 1:])
