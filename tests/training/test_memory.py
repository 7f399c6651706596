"""What a long training gives back of the memory that it no longer needs."""

import gc
import platform
import subprocess
import sys

import pytest

from ganlab.runs import writer
from ganlab.startup import start_tensorflow
from tests.conftest import ROOT, train_run

USED = """
import numpy as np
from ganlab.startup import give_memory_back

def used():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon")) // 1024
"""
SCATTER = f"""{USED}
kept = [(np.ones(12_000), np.ones(1_000)) for _ in range(1_000)]
kept = [small for large, small in kept]
before = used()
give_memory_back()
print(before - used())
"""
MANY_CHUNKS = f"""{USED}
from tests.training.test_loop import IMAGES, config, make
from ganlab.training.loop import compile_chunk

chunk = compile_chunk(make("dense-gan"), IMAGES, config(9, "dense-gan"))
for start in range(15_000):
    if start == 1_000:
        give_memory_back()
        before = used()
    chunk(1_000_000 + start, 0)
give_memory_back()
print(used() - before)
"""
GLIBC = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries give memory back by themselves")


def said_by(code: str) -> int:
    return int(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    )


@GLIBC
def test_free_memory_between_what_is_used_is_given_back():
    assert said_by(SCATTER) > 50, "megabytes of about 90"


@GLIBC
def test_chunks_of_a_long_training_leave_nothing_behind():
    assert said_by(MANY_CHUNKS) < 4, "megabytes, of 10 where each leaves one number"


def test_collections_of_garbage_pass_over_what_was_imported():
    start_tensorflow()
    assert gc.get_freeze_count() > 100_000


def test_a_training_gives_memory_back_with_each_checkpoint(tmp_path, monkeypatch):
    given: list[int] = []
    monkeypatch.setattr("ganlab.jobs.training.give_memory_back", lambda: given.append(1))
    monkeypatch.setattr(writer, "CHECKPOINT_SECONDS", 1e9)
    train_run(tmp_path / "rarely", iterations=6)
    assert not given
    monkeypatch.setattr(writer, "CHECKPOINT_SECONDS", 0.0)
    train_run(tmp_path / "always", iterations=6)
    assert given
