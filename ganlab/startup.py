"""TensorFlow, started once and quietly."""

import ctypes
import gc
import os
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any

STARTUP_CHATTER = re.compile(r"port\.cc|cudart_stub|cuda_|InitializeLog|TF-TRT|cpu_feature_guard|oneDNN|^\s*$")
said: list[str] = []  # what TensorFlow has said about itself and its devices, line by line
SHOWING = 0.9  # seconds in which a browser gets what a first page is made of
_lock = threading.Lock()
_started = False
_warming = False
_waiting: SimpleQueue[Callable[[], Any]] = SimpleQueue()  # what is to be done once TensorFlow is there


def start_tensorflow(listening: bool = False) -> None:
    """Imports TensorFlow and finds its devices, which takes seconds the first time.

    What it then says about itself is kept off the terminal, in `said`; anything else is passed on. Where somebody is
    `listening`, it says all that it can, and nothing is passed on.
    """
    global _started
    with _lock:
        if _started:
            return
        if listening:
            os.environ["TF_CPP_MIN_LOG_LEVEL"] = "0"
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        # An import makes a million objects and hardly any garbage; to look for it takes a quarter of all the time.
        collects = gc.isenabled()
        gc.disable()
        try:
            with kept_off_the_terminal():
                import keras  # noqa: F401 (imported for the time it takes)
                import tensorflow as tf

                tf.get_logger().setLevel("ERROR")  # it takes a second training for a mistake
                grow_memory(tf)
                take_devices(tf)
        finally:
            if collects:
                gc.enable()
            for line in said:
                if not listening and not STARTUP_CHATTER.search(line):
                    print(line, file=sys.stderr)
        # What has been imported stays. Python's collections of garbage need not go through it from now on, so they are
        # short, and come when they should: it waits with them until there is a quarter more than it goes through.
        gc.collect()
        gc.freeze()
        _started = True


@contextmanager
def kept_off_the_terminal() -> Iterator[None]:
    """What is printed as an error, by libraries in C too, goes to `said`."""
    with tempfile.TemporaryFile() as kept:
        sys.stderr.flush()
        stderr = os.dup(2)
        os.dup2(kept.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(stderr, 2)
            os.close(stderr)
            kept.seek(0)
            said.extend(kept.read().decode(errors="replace").splitlines())


def give_memory_back() -> None:
    """Hands memory that is free but scattered over the heaps of many threads back to the system.

    The C library glibc does not do so by itself, and each poll is a thread of its own: what their passing work leaves
    behind would add up over hours. Takes some milliseconds; with other C libraries nothing.
    """
    with suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def has_started() -> bool:
    """Whether TensorFlow is ready, so that asking it for its devices takes no time."""
    return _started


def grow_memory(tf: Any) -> None:
    """Lets TensorFlow take GPU memory as it needs it, instead of all at once."""
    for gpu in tf.config.list_physical_devices("GPU"):
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except RuntimeError:  # the GPU is in use already, and stays as it was set then
            return


def take_devices(tf: Any) -> None:
    """Has TensorFlow set its devices up, after which nothing more can be set: all GPUs, else a single one, else the CPU
    alone. It cannot take a GPU whose memory others have filled, and would not start."""
    gpus = tf.config.list_physical_devices("GPU")
    for taken in (gpus, *([gpu] for gpu in gpus if len(gpus) > 1), []):
        try:
            if taken != gpus:
                tf.config.set_visible_devices(taken, "GPU")
            tf.constant(0)
            return
        except tf.errors.OpError as error:
            if not taken:
                raise
            said.extend(str(error).splitlines())


def when_started(work: Callable[[], Any]) -> None:
    """Has something done by the `warm_up` that follows the page, once TensorFlow is there: what a page does not need
    yet, but as soon as it is used."""
    if os.environ.get("GANLAB_WARM") != "0":
        _waiting.put(work)


def warm_up() -> None:
    """Starts TensorFlow in the background, once, and does what waits for it; `GANLAB_WARM=0` turns that off.

    It takes one processor core for some seconds, and keeps the server from answering for up to half a second at a time.
    So a page that shows something without it, and has said what is to follow, is first shown whole; and a machine with
    a single core first has the time to draw its page.
    """
    global _warming
    if not (_warming and _waiting.empty()) and os.environ.get("GANLAB_WARM") != "0":
        shows, _warming = not (_started or _waiting.empty()), True
        wait = 2.0 if (os.cpu_count() or 1) == 1 else SHOWING if shows else 0.0
        timer = threading.Timer(wait, _start_and_work)
        timer.daemon = True
        timer.start()


def _start_and_work() -> None:
    start_tensorflow()
    with suppress(Empty):
        while True:
            _waiting.get_nowait()()
