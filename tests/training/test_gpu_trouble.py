"""What is said of a GPU that cannot be used.

The sentences in the lines are TensorFlow's own and NVIDIA's. `NOT_FOUND` and `NO_CUDA` were recorded; the others, which
need an NVIDIA card, are put together from the texts in TensorFlow 2.21's library and from what people reported.
"""

import pytest

from ganlab.training import gpu_trouble
from ganlab.training.gpu_trouble import NO_GPU, Host, explain, look_around

STAMP = "0000 00:00:1796045187.603950   12901 "
NO_CUDA = [f"I{STAMP}cudart_stub.cc:31] Could not find cuda drivers on your machine, GPU will not be used."]
FAILED = f"E{STAMP}cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: "
NOT_FOUND = [*NO_CUDA, f"{FAILED}UNKNOWN ERROR (303)"]
NO_DEVICE = [f"{FAILED}CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected"]
NOT_RUNNING = [
    *NO_DEVICE,
    f"I{STAMP}cuda_diagnostics.cc:163] kernel driver does not appear to be running on this host (lab): "
    "/proc/driver/nvidia/version does not exist",
]
OLD = [f"{FAILED}CUDA driver version is insufficient for CUDA runtime version"]
UPDATED = [
    f"{FAILED}CUDA_ERROR_SYSTEM_DRIVER_MISMATCH: system has unsupported display driver / cuda driver combination",
    f"E{STAMP}cuda_diagnostics.cc:303] kernel version 535.54.3 does not match DSO version 535.86.5 -- cannot find "
    "working devices in this configuration",
]
SILENT = [f"{FAILED}CUDA_ERROR_UNKNOWN: unknown error"]
DLOPEN = [
    f"W{STAMP}gpu_device.cc:2342] Cannot dlopen some GPU libraries. Please make sure the missing libraries mentioned "
    "above are installed properly if you would like to use GPU. Follow the guide at "
    "https://www.tensorflow.org/install/gpu for how to download and setup the required libraries for your platform.",
    "Skipping registering GPU devices...",
]
NAMED = [
    "W tensorflow/stream_executor/platform/default/dso_loader.cc:64] Could not load dynamic library 'libcudnn.so.9'; "
    "dlerror: libcudnn.so.9: cannot open shared object file: No such file or directory",
    *DLOPEN,
]
CUDNN = [
    f"E{STAMP}cuda_dnn.cc:456] Could not create cudnn handle: CUDNN_STATUS_NOT_INITIALIZED",
    "DNN library initialization failed. Look at the errors above for more details.",
]
OLD_CUDNN = [
    f"E{STAMP}cuda_dnn.cc:463] Loaded runtime CuDNN library: 9.1.0 but source was compiled with: 9.3.0.  CuDNN library "
    "needs to have matching major version and equal or higher minor version.",
    "DNN library initialization failed. Look at the errors above for more details.",
]
LIBDEVICE = ["libdevice not found at ./libdevice.10.bc"]
TAKEN = ["failed initializing StreamExecutor for CUDA device ordinal 0: CUDA_ERROR_OUT_OF_MEMORY: out of memory"]
WELL = [f"I{STAMP}gpu_device.cc:2020] Created device /job:localhost/replica:0/task:0/device:GPU:0 with 14792 MB memory"]
ALL = Host(card=True, driver=True)


@pytest.mark.parametrize(
    ("said", "host", "expected"),
    [
        (NOT_FOUND, Host(card=True), "its driver is not running"),
        (NOT_RUNNING, Host(card=True), "its driver is not running"),
        (NO_DEVICE, Host(driver=True), "finds no card"),
        ([], Host(driver=True), "finds no card"),
        (NOT_FOUND, ALL, "libcuda.so.1 is not found"),
        (OLD, ALL, "too old for CUDA 12. Install a driver 525.60 or newer"),
        (UPDATED, ALL, "Restart the machine"),
        (SILENT, ALL, "does not say why"),
        (
            SILENT,
            Host(True, True, closed=("/dev/nvidia0", "/dev/nvidiactl")),
            "may not open /dev/nvidia0 and /dev/nvid",
        ),
        (DLOPEN, ALL, "not all of NVIDIA's libraries. Run `pip install -r requirements-gpu.txt`"),
        (DLOPEN, Host(True, True, missing=("nvidia-cudnn-cu12",)), "not installed: nvidia-cudnn-cu12"),
        (NAMED, ALL, "libcudnn.so.9 of the package nvidia-cudnn-cu12"),
        ([], Host(True, True, with_cuda=False), "built without CUDA"),
        (NO_DEVICE, Host(True, True, hidden="-1"), "CUDA_VISIBLE_DEVICES is '-1'"),
        (TAKEN, ALL, "memory of the GPU is taken"),
    ],
)
def test_what_keeps_tensorflow_from_a_card_is_said_in_one_go(said, host, expected):
    (sentence,) = explain(said, host)
    assert expected in sentence and sentence.endswith(".")


@pytest.mark.parametrize("said", [[], NOT_FOUND, NOT_RUNNING, NO_DEVICE, OLD])
@pytest.mark.parametrize("hidden", [None, ""])
def test_where_there_is_no_card_nothing_is_wrong(said, hidden):
    missing = ("nvidia-cudnn-cu12",)
    assert explain(said, Host(missing=missing, hidden=hidden)) == [NO_GPU]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (CUDNN, "cuDNN"),
        ([f"E{STAMP}cuda_dnn.cc:467] Possibly insufficient driver version: 460.106.0", *CUDNN], "too old for CUDA 12"),
        (OLD_CUDNN, "older than TensorFlow needs"),
        (LIBDEVICE, "nvidia-cuda-nvcc-cu12"),
    ],
)
def test_what_shows_itself_only_when_a_gpu_computes(said, expected):
    assert expected in explain([*WELL, *said], ALL, found=1)[0]


def test_of_gpus_that_work_nothing_is_said():
    assert explain(WELL, ALL, found=2) == []


def test_a_machine_is_looked_over_by_its_files(tmp_path, monkeypatch):
    assert not look_around(root=tmp_path).card
    for name, vendor, kind in (("sound", "0x10de", "0x040300"), ("other", "0x8086", "0x030000")):
        device = tmp_path / "sys/bus/pci/devices" / name
        device.mkdir(parents=True)
        (device / "vendor").write_text(f"{vendor}\n")
        (device / "class").write_text(f"{kind}\n")
    assert not look_around(root=tmp_path).card, "neither NVIDIA's sound nor another's card is one"
    (tmp_path / "sys/bus/pci/devices/sound/class").write_text("0x030200\n")
    (tmp_path / "proc/driver/nvidia").mkdir(parents=True)
    (tmp_path / "proc/driver/nvidia/version").touch()
    (tmp_path / "dev").mkdir()
    for name in ("nvidia0", "nvidiactl", "null"):
        (tmp_path / "dev" / name).touch()
    monkeypatch.setattr(gpu_trouble.os, "access", lambda file, mode: file.name != "nvidia0")
    found = look_around(root=tmp_path)
    assert found.card and found.driver and found.closed == ("/dev/nvidia0",)
    assert all(name.startswith("nvidia-") for name in found.missing)
