"""What a long training gives back of the memory that it no longer needs."""

import gc
import platform
import subprocess
import sys

import pytest

from ganlab import jobs
from ganlab.backend import start_tensorflow
from ganlab.runs import writer
from tests.conftest import ROOT, train_run

SCATTER = """
import numpy as np
from ganlab.backend import give_memory_back

def used():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon")) // 1024

kept = [(np.ones(12_000), np.ones(1_000)) for _ in range(1_000)]
kept = [small for large, small in kept]
before = used()
give_memory_back()
print(before - used())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries give memory back by themselves")
def test_free_memory_between_what_is_used_is_given_back():
    told = subprocess.run([sys.executable, "-c", SCATTER], capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(told.stdout) > 50, "megabytes of about 90"


def test_collections_of_garbage_pass_over_what_was_imported():
    start_tensorflow()
    assert gc.get_freeze_count() > 100_000


def test_a_training_gives_memory_back_with_each_checkpoint(tmp_path, monkeypatch):
    given: list[int] = []
    monkeypatch.setattr(jobs, "give_memory_back", lambda: given.append(1))
    monkeypatch.setattr(writer, "CHECKPOINT_SECONDS", 1e9)
    train_run(tmp_path / "rarely", iterations=6)
    assert not given
    monkeypatch.setattr(writer, "CHECKPOINT_SECONDS", 0.0)
    train_run(tmp_path / "always", iterations=6)
    assert given
