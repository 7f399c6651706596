"""What the app asks of the C library."""

import os
import platform
import subprocess
import sys

import pytest

from tests.conftest import ROOT

ALLOCATE = """
import ctypes, os, threading
import ganlab.ui
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.fopen.restype = ctypes.c_void_p, ctypes.c_void_p
count = 100 + 2 * (os.cpu_count() or 1)
barrier = threading.Barrier(count)
def work():
    barrier.wait()
    libc.malloc(100)
    barrier.wait()
threads = [threading.Thread(target=work) for _ in range(count)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
file = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w"))
libc.malloc_info(0, file)
libc.fflush(file)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no heaps for each thread")
def test_threads_share_as_many_heaps_as_there_are_cores():
    told = subprocess.run([sys.executable, "-c", ALLOCATE], capture_output=True, text=True, check=True, cwd=ROOT)
    assert 1 <= told.stdout.count("<heap nr=") <= max(2, os.cpu_count() or 1)
