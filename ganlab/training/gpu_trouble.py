"""What is wrong with a GPU, in plain words, from what TensorFlow says of it in its own and from what is seen here.

CUDA is NVIDIA's software to compute on its cards: a driver, which the operating system loads, and libraries on top of
it, which `requirements-gpu.txt` brings.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

OLDEST_DRIVER = "525.60"  # for CUDA 12, which TensorFlow 2.21 is built with
LIBRARIES = "Run `pip install -r requirements-gpu.txt` in ganlab's environment."
NO_GPU = "There is no NVIDIA GPU here, so everything is computed on the processor."
NO_DRIVER = (
    "There is an NVIDIA card, but its driver is not running. Install NVIDIA's driver, or restart if it is new; "
    "the command `nvidia-smi` then lists the card."
)
NO_DEVICE = (
    "NVIDIA's driver is here, but it finds no card that it can use. See whether `nvidia-smi` lists one, and in a "
    "container or on a virtual machine, whether the card was given to it (Docker: `--gpus all`)."
)
TOO_OLD = (
    "NVIDIA's driver is too old for CUDA 12. Install a driver {oldest} or newer; `nvidia-smi` tells which one there is."
)
MISMATCH = "NVIDIA's driver was updated, but the old one is still loaded. Restart the machine."
NOT_ALLOWED = (
    "You may not open {files}, through which the card is reached. Become a member of the group that owns it (see "
    "`ls -l /dev/nvidia*`), log out and in again."
)
HIDDEN = "The variable CUDA_VISIBLE_DEVICES is {value!r}, which hides GPUs. Unset it to use all of them."
NO_LIBRARIES = "NVIDIA's driver is here, but TensorFlow finds not all of NVIDIA's libraries{which}. " + LIBRARIES
NOT_BUILT = "This TensorFlow is built without CUDA and can use no NVIDIA GPU. " + LIBRARIES
NO_CUDNN = (
    "cuDNN, NVIDIA's library for convolutions, does not start. The card may be busy: `nvidia-smi` tells how much of "
    "its memory is taken, and by whom. If it is free, the library does not fit the driver or TensorFlow. " + LIBRARIES
)
OLD_CUDNN = "cuDNN, NVIDIA's library for convolutions, is older than TensorFlow needs (package nvidia-cudnn-cu12). "
OLD_CUDNN += "Another one may be found before it: look into LD_LIBRARY_PATH. " + LIBRARIES
NO_COMPILER = (
    "XLA, which compiles the training for the GPU, finds no libdevice or ptxas, parts of CUDA that the package "
    "nvidia-cuda-nvcc-cu12 brings. " + LIBRARIES
)
OUT_OF_MEMORY = "The memory of the GPU is taken. `nvidia-smi` tells by whom; another device may be free."
TOO_OLD_CARD = "A card is too old for this TensorFlow, which leaves it out."
NO_LIBCUDA = (
    "NVIDIA's driver is loaded, but its library libcuda.so.1 is not found. Install the driver's "
    "libraries for programs, or give the card to the container (Docker: `--gpus all`)."
)
UNKNOWN = (
    "NVIDIA's driver does not start, and does not say why. See whether `nvidia-smi` works, and restart the machine."
)

# What TensorFlow says, and the sentence on it; what stands further up is nearer to the cause.
SAID = (
    (r"driver version is insufficient|insufficient driver|CUDA_ERROR_UNSUPPORTED_PTX", TOO_OLD),
    (r"CUDA_ERROR_SYSTEM_DRIVER_MISMATCH|kernel version .* does not match DSO", MISMATCH),
    (r"CUDA_ERROR_COMPAT_NOT_SUPPORTED|forward compatibility was attempted", TOO_OLD),
    (r"CUDA_ERROR_NO_DEVICE|no CUDA-capable device", NO_DEVICE),
    (r"CUDA_ERROR_OUT_OF_MEMORY|CUDNN_STATUS_ALLOC_FAILED", OUT_OF_MEMORY),
    (r"Loaded runtime CuDNN library", OLD_CUDNN),
    (r"Could not create cudnn handle|DNN library (is not found|initialization failed)", NO_CUDNN),
    (r"libdevice.* not found|[Cc]an't find libdevice|No PTX compilation", NO_COMPILER),
    (r"Cannot dlopen some GPU libraries|Could not load dynamic library '(?!libcuda\.)", NO_LIBRARIES),
    (
        r"requires? compute capability|minimum required Cuda capability|not built with CUDA kernel binaries",
        TOO_OLD_CARD,
    ),
    (r"failed call to cuInit.*CUDA_ERROR_UNKNOWN", UNKNOWN),
    (r"Could not find cuda drivers|UNKNOWN ERROR \(303\)", NO_LIBCUDA),
)
OF_A_CARD = (OUT_OF_MEMORY, OLD_CUDNN, NO_CUDNN, NO_COMPILER, NO_LIBRARIES, TOO_OLD_CARD)  # not said without one
LIBRARY = re.compile(r"Could not load dynamic library '(lib(\w+)\.so[^']*)'")


@dataclass(frozen=True)
class Host:
    """What is seen of NVIDIA's hardware and software without asking TensorFlow.

    `card` says whether one is plugged in, `driver` whether it is loaded; `closed` are device files that may not be
    opened, `missing` packages of NVIDIA's libraries that are not installed; `hidden` is what CUDA_VISIBLE_DEVICES is
    set to; `with_cuda` says whether TensorFlow is built for it.
    """

    card: bool = False
    driver: bool = False
    closed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    hidden: str | None = None
    with_cuda: bool = True


def look_around(with_cuda: bool = True, root: Path = Path("/")) -> Host:
    """What this machine has. Linux alone says it in files; elsewhere nothing is seen."""
    files = sorted([*root.glob("dev/nvidia[0-9]*"), *root.glob("dev/nvidiactl"), *root.glob("dev/nvidia-uvm")])
    return Host(
        card=any(_is_card(device) for device in root.glob("sys/bus/pci/devices/*")),
        driver=(root / "proc/driver/nvidia/version").exists(),
        closed=tuple(f"/{file.relative_to(root)}" for file in files if not os.access(file, os.R_OK | os.W_OK)),
        missing=_missing_packages(),
        hidden=os.environ.get("CUDA_VISIBLE_DEVICES"),
        with_cuda=with_cuda,
    )


def explain(said: Iterable[str], host: Host, found: int = 0) -> list[str]:
    """Sentences on what keeps TensorFlow from a GPU; none where all is well.

    `said` are the lines that TensorFlow printed, `found` is the number of GPUs that it uses.
    """
    said = list(said)
    heard = [sentence for pattern, sentence in SAID if any(re.search(pattern, line) for line in said)]
    if found:
        return [_filled(sentence, said, host) for sentence in heard]
    if not (host.card or host.driver or host.closed):  # or it is not seen, as where Windows runs Linux
        heard = [sentence for sentence in heard if sentence in OF_A_CARD]
        return [_filled(sentence, said, host) for sentence in heard] or [NO_GPU]
    if host.hidden is not None:
        return [HIDDEN.format(value=host.hidden)]
    if not host.with_cuda:
        return [NOT_BUILT]
    if host.closed:
        return [NOT_ALLOWED.format(files=" and ".join(host.closed))]
    if not host.driver:
        return [NO_DRIVER]
    if not heard:
        heard = [NO_DEVICE if not host.card else NO_LIBRARIES if host.missing else UNKNOWN]
    return [_filled(heard[0], said, host)]  # the cause; what follows from it is not said


def _filled(sentence: str, said: Iterable[str], host: Host) -> str:
    named = [f"{match[1]} of the package {_package_of(match[2])}" for line in said if (match := LIBRARY.search(line))]
    lacking = named or ([f"not installed: {', '.join(host.missing)}"] if host.missing else [])
    which = f" ({'; '.join(dict.fromkeys(lacking))})" if lacking else ""
    return sentence.replace("{which}", which).replace("{oldest}", OLDEST_DRIVER)


def _package_of(library: str) -> str:
    """The package with a library: of `cudart`, `nvidia-cuda-runtime-cu12`."""
    parts = {"cudart": "cuda-runtime", "cupti": "cuda-cupti", "nvrtc": "cuda-nvrtc", "cublasLt": "cublas"}
    parts |= {"cusolverMg": "cusolver", "nvJitLink": "nvjitlink", "cufftw": "cufft"}
    plain = "cudnn" if library.startswith("cudnn") else library
    return f"nvidia-{parts.get(plain, plain)}-cu12"


def _is_card(device: Path) -> bool:
    """Whether a device on the bus is by NVIDIA (0x10de) and computes or shows (class 3), and is not its sound."""
    try:
        vendor, kind = ((device / name).read_text().strip() for name in ("vendor", "class"))
    except OSError:
        return False
    return vendor == "0x10de" and kind.startswith("0x03")


def _missing_packages() -> tuple[str, ...]:
    """Those of NVIDIA's packages that TensorFlow's extra `and-cuda` asks for and that are not installed."""
    asked = [re.split(r"[<>=!~;\[ ]", line)[0] for line in metadata.requires("tensorflow") or () if "and-cuda" in line]
    installed = {(distribution.name or "").lower() for distribution in metadata.distributions()}
    return tuple(name for name in asked if name.startswith("nvidia-") and name not in installed)
