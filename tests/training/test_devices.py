"""Device and precision: chosen from simulated machines, since tests cannot count on a GPU."""

import subprocess
import sys
from functools import partial
from queue import SimpleQueue
from types import SimpleNamespace

import pytest

from ganlab import startup
from ganlab.errors import GanlabError
from ganlab.training import devices
from ganlab.training.devices import Device


def machine(*gpus: dict, refuses: bool = False, taken: str = ""):
    """What TensorFlow would say on a machine with these GPUs, where others have all memory of the one that is `taken`;
    `grown` collects those that may grow."""
    grown, visible = [], list(gpus)

    def grow(gpu, on):
        if refuses:
            raise RuntimeError("Physical devices cannot be modified after being initialized")
        grown.append((gpu["device_name"], on))

    def constant(value):
        if any(gpu["device_name"] == taken for gpu in visible):
            raise OpError("failed initializing StreamExecutor for CUDA device ordinal 0: CUDA_ERROR_OUT_OF_MEMORY")

    def see(chosen, kind):
        visible[:] = chosen

    config = SimpleNamespace(
        list_physical_devices=lambda kind: list(gpus) if kind == "GPU" else [],
        get_visible_devices=lambda kind: list(visible) if kind == "GPU" else [],
        set_visible_devices=see,
        experimental=SimpleNamespace(get_device_details=lambda gpu: gpu, set_memory_growth=grow),
    )
    return SimpleNamespace(config=config, constant=constant, errors=SimpleNamespace(OpError=OpError)), grown


class OpError(Exception):
    """As TensorFlow's."""


TWO = ({"device_name": "Old", "compute_capability": (7, 5)}, {"device_name": "New", "compute_capability": (9, 0)})


def test_the_cpu_comes_first_then_every_gpu_by_name():
    found = devices.devices(machine(*TWO)[0])
    assert [device.name for device in found] == ["cpu", "gpu:0", "gpu:1"]
    assert [device.title for device in found[1:]] == ["Old", "New"]
    assert found[0].title


def test_auto_takes_the_first_gpu_and_else_the_cpu():
    assert devices.choose("auto", devices.devices(machine(*TWO)[0])).name == "gpu:0"
    assert devices.choose("auto", devices.devices(machine()[0])).name == "cpu"
    assert devices.choose("GPU:1", devices.devices(machine(*TWO)[0])).title == "New"


def test_a_device_that_is_not_there_is_a_sentence_with_those_that_are():
    with pytest.raises(GanlabError, match="cpu, gpu:0, gpu:1"):
        devices.choose("gpu:2", devices.devices(machine(*TWO)[0]))


def test_every_gpu_takes_memory_as_it_needs_it():
    tf, grown = machine(*TWO)
    startup.grow_memory(tf)
    assert grown == [("Old", True), ("New", True)]
    startup.grow_memory(machine(*TWO, refuses=True)[0])


@pytest.mark.parametrize(
    ("gpus", "taken", "left"),
    [(TWO, "Old", ["New"]), (TWO, "New", ["Old"]), (TWO[:1], "Old", []), (TWO, "", ["Old", "New"])],
)
def test_a_gpu_whose_memory_is_taken_is_left_out_and_the_others_are_used(monkeypatch, gpus, taken, left):
    monkeypatch.setattr(startup, "said", [])
    tf, _ = machine(*gpus, taken=taken)
    startup.take_devices(tf)
    cpu, *found = devices.devices(tf)
    assert cpu.name == "cpu" and [device.title for device in found] == left
    assert devices.choose("auto", (cpu, *found)).name == ("gpu:0" if left else "cpu")
    assert any("OUT_OF_MEMORY" in line for line in startup.said) == bool(taken)


def test_a_run_goes_on_where_it_began_or_says_that_it_cannot():
    both, none = devices.devices(machine(*TWO)[0]), devices.devices(machine()[0])
    assert devices.choose_again("gpu:1", both) == (both[2], "")
    device, said = devices.choose_again("gpu:1", none)
    assert device.name == "cpu" and "gpu:1" in said and said.endswith("It goes on on cpu.")


def test_a_device_is_tried_out_with_a_convolution():
    assert devices.try_out(Device("cpu", "CPU")) == ""


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError("Unable to allocate 3 GiB"), True),
        (RuntimeError("INTERNAL: CUDA_ERROR_OUT_OF_MEMORY: out of memory"), True),
        (RuntimeError("INTERNAL: CUDA_ERROR_ILLEGAL_ADDRESS"), False),
    ],
)
def test_lack_of_memory_is_told_from_other_errors(error, expected):
    assert devices.is_out_of_memory(error) == expected


def test_memory_growth_is_set_before_the_devices_are_in_use():
    code = (
        "import tensorflow as tf; from ganlab import startup; seen = []; "
        "startup.grow_memory = lambda tf: seen.append(tf.config.experimental.list_logical_devices "
        "and __import__('tensorflow.python.eager.context', fromlist=['x']).context()._initialized); "
        "startup.start_tensorflow(); import gc; print(seen, gc.isenabled())"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[False] True"


@pytest.fixture
def begun(monkeypatch) -> list[float]:
    """After how many seconds TensorFlow was to be started, each time; nothing is warmed up or waits yet."""
    begun: list[float] = []
    timer = SimpleNamespace(start=lambda: None)
    monkeypatch.setattr(startup.threading, "Timer", lambda after, function: begun.append(after) or timer)
    monkeypatch.setattr(startup, "_warming", False)
    monkeypatch.setattr(startup, "_started", False)
    monkeypatch.setattr(startup, "_waiting", SimpleQueue())
    monkeypatch.setenv("GANLAB_WARM", "1")
    return begun


@pytest.mark.parametrize(("cores", "seconds"), [(4, 0.0), (1, 2.0), (None, 2.0)])
def test_tensorflow_is_warmed_up_once_at_once_where_there_is_a_core_to_spare(monkeypatch, begun, cores, seconds):
    monkeypatch.setattr(startup.os, "cpu_count", lambda: cores)
    startup.warm_up()
    startup.warm_up()
    assert begun == [seconds]
    monkeypatch.setattr(startup, "_started", True)
    startup.when_started(lambda: None)
    startup.warm_up()
    assert begun == [seconds] * 2, "what waits is done"


def test_a_page_that_shows_something_without_tensorflow_is_first_shown_whole(monkeypatch, begun):
    monkeypatch.setattr(startup.os, "cpu_count", lambda: 4)
    startup.when_started(lambda: None)
    startup.warm_up()
    assert begun == [startup.SHOWING]


def test_what_waits_for_tensorflow_is_done_once_it_is_there(monkeypatch):
    done = []
    monkeypatch.setattr(startup, "_waiting", SimpleQueue())
    monkeypatch.setattr(startup, "start_tensorflow", lambda: done.append("tensorflow"))
    monkeypatch.setenv("GANLAB_WARM", "0")
    startup.when_started(lambda: done.append("never"))
    monkeypatch.setenv("GANLAB_WARM", "1")
    for name in ("first", "second"):
        startup.when_started(partial(done.append, name))
    startup._start_and_work()
    assert done == ["tensorflow", "first", "second"]


def never(precisions):
    raise AssertionError("nothing is to be measured")


def test_a_gpu_computes_in_bfloat16_if_it_can():
    old, new = Device("gpu:0", "Old", (7, 5)), Device("gpu:1", "New", (9, 0))
    assert devices.choose_precision("auto", old, "k", never)[0] == "float32"
    assert devices.choose_precision("auto", new, "k", never)[0] == "mixed_bfloat16"
    assert devices.choose_precision("mixed_bfloat16", old, "k", never)[0] == "mixed_bfloat16"


@pytest.fixture
def fresh_memory(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize(("half", "expected"), [(0.5, "mixed_bfloat16"), (0.99, "float32"), (2.0, "float32")])
def test_a_cpu_is_measured_once_and_the_answer_kept(fresh_memory, monkeypatch, half, expected):
    monkeypatch.setattr(devices, "bfloat16_is_quick", lambda: True)
    asked = []

    def measure(precisions):
        asked.extend(precisions)
        return {"float32": 1.0, "mixed_bfloat16": half}

    cpu = Device("cpu", "CPU")
    first = devices.choose_precision("auto", cpu, "some model", measure)
    assert first[0] == expected and "ms" in first[1]
    assert asked == ["float32", "mixed_bfloat16"]
    assert devices.choose_precision("auto", cpu, "some model", never) == first


def test_a_cpu_without_quick_bfloat16_is_spared_the_measurement(fresh_memory, monkeypatch):
    monkeypatch.setattr(devices, "bfloat16_is_quick", lambda: False)
    assert devices.choose_precision("auto", Device("cpu", "CPU"), "k", never)[0] == "float32"


def test_a_short_training_goes_by_what_is_known_and_else_is_not_held_up_by_measuring(fresh_memory, monkeypatch):
    monkeypatch.setattr(devices, "bfloat16_is_quick", lambda: True)
    cpu, times = Device("cpu", "CPU"), {"float32": 1.0, "mixed_bfloat16": 0.5}
    precision, reason = devices.choose_precision("auto", cpu, "k", never, short=True)
    assert precision == "float32" and "too short" in reason
    assert devices.choose_precision("auto", cpu, "k", lambda precisions: times)[0] == "mixed_bfloat16"
    assert devices.choose_precision("auto", cpu, "k", never, short=True)[0] == "mixed_bfloat16"


def test_a_memory_that_cannot_be_written_or_read_only_costs_the_measurement(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("GANLAB_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(devices, "bfloat16_is_quick", lambda: True)
    assert (
        devices.choose_precision("auto", Device("cpu", "CPU"), "k", lambda precisions: dict.fromkeys(precisions, 1.0))[
            0
        ]
        == "float32"
    )


def test_an_unknown_precision_is_a_sentence():
    with pytest.raises(GanlabError, match="float32"):
        devices.choose_precision("float16", Device("cpu", "CPU"), "k", never)


def test_the_quick_look_at_bfloat16_gives_an_answer_on_this_machine():
    assert devices.bfloat16_is_quick() in (True, False)
