"""Where and in which precision to compute: what this machine has, and what is faster on it."""

import functools
import json
import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganlab.cache import cache_folder
from ganlab.errors import GanlabError

PRECISIONS = ("auto", "float32", "mixed_bfloat16")
WORTHWHILE = 0.95  # bfloat16 must save at least this much time to be worth its coarser numbers
OUT_OF_MEMORY = (
    "There is not enough memory for this training; a smaller batch or smaller networks need less, and another device "
    "may have more."
)
BFLOAT16_CAPABILITY = (8, 0)  # NVIDIA's Ampere was the first generation with bfloat16 arithmetic
_files: dict[Path, tuple[tuple[int, int, int], Any]] = {}  # what was read of each file, and what it was like then


@dataclass(frozen=True)
class Device:
    """A processor that can train: `name` is `cpu` or `gpu:0`, `title` is for people."""

    name: str
    title: str
    capability: tuple[int, int] | None = None


def devices(tf: Any = None) -> tuple[Device, ...]:
    """The CPU first, then the GPUs that TensorFlow sees; `tf` stands in for TensorFlow in tests."""
    if tf is None:
        import tensorflow as tf
    found = [Device("cpu", processor())]
    for index, gpu in enumerate(tf.config.get_visible_devices("GPU")):
        details = tf.config.experimental.get_device_details(gpu)
        title = details.get("device_name", f"GPU {index}")
        found.append(Device(f"gpu:{index}", title, details.get("compute_capability")))
    return tuple(found)


def choose(name: str, available: Sequence[Device]) -> Device:
    """The device of this name; `auto` takes the first GPU, else the CPU. Raises GanlabError if it is not here."""
    if name == "auto":
        return next((device for device in available if device.name != "cpu"), available[0])
    for device in available:
        if device.name == name.lower():
            return device
    raise GanlabError(
        f"This machine has no device {name!r}. Choose one of: {', '.join(['auto', *(d.name for d in available)])}."
    )


def choose_again(name: str, available: Sequence[Device]) -> tuple[Device, str]:
    """The device that a run began on, else what there is now, with a sentence that says so, or an empty one."""
    try:
        return choose(name, available), ""
    except GanlabError:
        device = choose("auto", available)
        return device, f"This run was computed on {name}, which is not here now. It goes on on {device.name}."


def uses_xla(name: str) -> bool:
    """Whether XLA compiles the training step on the device of this name. It pays on a GPU; on a CPU it slows
    convolutions down many times over."""
    return name != "cpu"


def try_out(device: Device) -> str:
    """What TensorFlow says against training on this device, empty where all is well: a convolution, compiled as a
    training step is, needs all that training does."""
    import tensorflow as tf

    from ganlab.models._draws import compiled

    with tf.device(device.name):
        images, kernel = tf.ones([2, 8, 8, 1]), tf.ones([3, 3, 1, 4])
        convolve = compiled(lambda: tf.nn.conv2d(images, kernel, 1, "SAME"), uses_xla(device.name))
        try:
            convolve().numpy()
        except tf.errors.OpError as error:
            return error.message
    return ""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether it was memory that a computation lacked. NVIDIA's own libraries tell it in the text alone."""
    told = str(error)
    named = isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError"
    return named or "CUDA_ERROR_OUT_OF_MEMORY" in told or "CUDNN_STATUS_ALLOC_FAILED" in told


@functools.cache
def processor() -> str:
    """The CPU's name."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def choose_precision(
    wanted: str,
    device: Device,
    key: str,
    measure: Callable[[Sequence[str]], Mapping[str, float]],
    short: bool = False,
) -> tuple[str, str]:
    """The precision to compute in, and the reason in a few words.

    `auto` on a GPU goes by what it can do; on a CPU, `measure(precisions)` gives the seconds that one iteration
    takes in each, and the answer is kept under `key` (what is computed) for the next time. A `short` training is over
    before measuring would pay: where nothing is known yet, it takes float32.
    """
    if wanted not in PRECISIONS:
        raise GanlabError(f"The precision can be {', '.join(PRECISIONS)}, but not {wanted!r}.")
    if wanted != "auto":
        return wanted, "as asked"
    if device.name != "cpu":
        able = device.capability is not None and device.capability >= BFLOAT16_CAPABILITY
        return (
            ("mixed_bfloat16", "this GPU can compute in it")
            if able
            else ("float32", "this GPU cannot compute in bfloat16")
        )
    known = _remembered().get(f"{_machine()} | {key}")
    if known is None:
        if short:
            return "float32", "this training is too short for it to pay to measure which precision is faster"
        if not bfloat16_is_quick():
            known = {"precision": "float32", "reason": "this CPU is slow in bfloat16"}
        else:
            known = _compare(**measure(PRECISIONS[1:]))
        _remember(f"{_machine()} | {key}", known)
    return known["precision"], known["reason"]


def _compare(float32: float, mixed_bfloat16: float) -> dict[str, str]:
    precision = "mixed_bfloat16" if mixed_bfloat16 < WORTHWHILE * float32 else "float32"
    single, half = 1000 * float32, 1000 * mixed_bfloat16
    reason = f"measured here: {single:.3g} ms an iteration in float32, {half:.3g} ms in mixed_bfloat16"
    return {"precision": precision, "reason": reason}


def bfloat16_is_quick() -> bool:
    """Whether this CPU multiplies matrices in bfloat16 about as fast as in float32, or faster; takes some ms.

    Without instructions for it, it takes several times as long.
    """
    import tensorflow as tf

    def product(dtype: Any) -> Callable[[], Any]:
        matrix = tf.cast(tf.random.stateless_normal([512, 512], (0, 0)), dtype)
        multiply = tf.function(lambda: tf.linalg.matmul(matrix, matrix))
        multiply()
        return multiply

    def seconds(multiply: Callable[[], Any]) -> float:
        start = time.perf_counter()
        multiply()
        return time.perf_counter() - start

    with tf.device("cpu"):
        single, half = product(tf.float32), product(tf.bfloat16)
        times = [(seconds(single), seconds(half)) for _ in range(15)]  # by turns: there may be other work
    return min(time for _, time in times) < 1.5 * min(time for time, _ in times)


def _machine() -> str:
    import tensorflow as tf

    return f"{_processor()} | tensorflow {tf.__version__}"


def known_speed(key: str) -> float | None:
    """Seconds that one iteration of what is computed under `key` last took on this machine; None if not known."""
    seconds = _read("speed.json").get(f"{_processor()} | {key}")
    return seconds if isinstance(seconds, float) and seconds > 0 else None


def remember_speed(key: str, seconds: float) -> None:
    """Keeps how long one iteration took, for `known_speed`."""
    _write("speed.json", f"{_processor()} | {key}", seconds)


def known_wait(key: str) -> dict[str, float] | None:
    """What `remember_wait` kept under `key`; None where there is nothing."""
    found = _read("wait.json").get(f"{_processor()} | {key}")
    if not isinstance(found, dict):
        return None
    kept = {name: found.get(name) for name in ("iteration", "ready")}
    return kept if all(isinstance(value, float) and value >= 0 for value in kept.values()) else None  # pyright: ignore


def remember_wait(key: str, iteration: float, ready: float) -> None:
    """Keeps how long the last training of what is computed under `key` took by the clock: seconds for each iteration,
    and seconds before the first."""
    _write("wait.json", f"{_processor()} | {key}", {"iteration": float(iteration), "ready": float(ready)})


def _processor() -> str:
    return f"{processor()} x{os.cpu_count()}"


def _memory(name: str) -> Path:
    return cache_folder() / name


def _remembered() -> dict[str, dict[str, str]]:
    return {key: answer for key, answer in _read("precision.json").items() if _is_answer(answer)}


def _is_answer(answer: Any) -> bool:
    return isinstance(answer, dict) and answer.get("precision") in PRECISIONS and isinstance(answer.get("reason"), str)


def _remember(key: str, answer: dict[str, str]) -> None:
    _write("precision.json", key, answer)


def _read(name: str) -> dict[str, Any]:
    """What a file remembers; it is read again once it has changed."""
    path = _memory(name)
    try:
        now = path.stat()
        stamp = (now.st_mtime_ns, now.st_ino, now.st_size)
        kept = _files.get(path)
        if kept is None or kept[0] != stamp:
            kept = _files[path] = stamp, json.loads(path.read_text())
        found = kept[1]
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(name: str, key: str, answer: Any) -> None:
    path = _memory(name)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(_read(name) | {key: answer}, indent=1))
        temporary.replace(path)
    except OSError:
        pass  # without the note it is measured again next time
