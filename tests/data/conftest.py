"""Every test here starts on a machine without data and without a network."""

import gzip
import hashlib
import http.server
import io
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from ganlab.data import download, sources
from ganlab.data.download import PublishedFile
from ganlab.data.files import IDX_FILES


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("GANLAB_DATA", raising=False)
    monkeypatch.delenv("GANLAB_DOWNLOAD", raising=False)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(download, "BASE_URL", "http://127.0.0.1:9/")  # the port at which nobody answers


@pytest.fixture
def arrays() -> dict[str, np.ndarray]:
    """A small data set in Keras's layout: 20 training and 10 test images, two and one for each label."""
    rng = np.random.default_rng(1)
    return {
        "x_train": rng.integers(0, 256, (20, 28, 28), np.uint8),
        "y_train": np.tile(np.arange(10, dtype=np.uint8), 2),
        "x_test": rng.integers(0, 256, (10, 28, 28), np.uint8),
        "y_test": np.arange(10, dtype=np.uint8),
    }


Arrays = dict[str, np.ndarray]


def idx(values: np.ndarray) -> bytes:
    header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    return gzip.compress(header + values.tobytes(), mtime=0)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("GANLAB_DATA", str(folder))
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "keras" / "datasets"


def publish(files: dict[str, bytes], arrays: Arrays, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts small editions of both sets into `files` and makes them the published ones."""
    npz = io.BytesIO()
    np.savez(npz, **arrays)  # type: ignore[arg-type]
    files["mnist.npz"] = npz.getvalue()
    files |= {name: idx(arrays[key]) for key, name in IDX_FILES.items()}
    for name, known in list(sources.KNOWN.items()):
        small = tuple(
            PublishedFile(
                name=file.name,
                size=len(files[file.name]),
                algorithm=file.algorithm,
                digest=hashlib.new(file.algorithm, files[file.name]).hexdigest(),
            )
            for file in known.files
        )
        monkeypatch.setitem(sources.KNOWN, name, replace(known, files=small))


@dataclass
class Server:
    """A server on this machine that gives `files`; it counts requests and may stall in the middle."""

    files: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    cut_short: bool = False
    silent: bool = False
    stalls: bool = False
    released: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, arrays: Arrays) -> Iterator[Server]:
    """Serves both published sets, which here are small ones with their own checksums."""
    state = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.lstrip("/")
            state.requests.append(name)
            if state.silent:
                state.released.wait(10)
                return
            if name not in state.files:
                self.send_error(404)
                return
            content = state.files[name]
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            half = len(content) // 2
            self.wfile.write(content[:half])
            if state.stalls:
                self.wfile.flush()
                state.released.wait(10)
            if not (state.cut_short or state.stalls):
                self.wfile.write(content[half:])

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setattr(download, "BASE_URL", f"http://127.0.0.1:{running.server_port}/")
        publish(state.files, arrays, monkeypatch)
        yield state
        state.released.set()
        running.shutdown()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "written"
    folder.mkdir()
    return folder
