"""What all tests share: no network, no caches of the user, small networks that train in seconds."""

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest
from PIL import Image

os.environ["GANLAB_DOWNLOAD"] = "0"
os.environ["GANLAB_WARM"] = "0"
os.environ["GANLAB_CACHE"] = tempfile.mkdtemp(prefix="ganlab-cache-")
os.environ["KERAS_HOME"] = tempfile.mkdtemp(prefix="ganlab-keras-")
os.environ.pop("GANLAB_DATA", None)
os.environ.pop("GANLAB_RUNS", None)

from ganlab import jobs

hypothesis.settings.register_profile("same everywhere", deadline=None, derandomize=True)
hypothesis.settings.load_profile("same everywhere")

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "data"  # the whole data sets, where they lie beside the checkout
BROWSER = "tests/e2e/"
HEAVY = {"tensorflow", "keras", "sklearn"}  # what takes seconds to import
SMALL = {
    "generator_filters": 4,
    "discriminator_filters": 4,
    "units": 8,
    "filters": 4,
    "waves": 4,
    "latent_size": 6,
    "batch_size": 8,
}


def small(name: str) -> dict:
    """Settings that make any architecture tiny."""
    from ganlab import registry

    knobs = {knob.name for knob in registry.get(name).knobs}
    return {key: value for key, value in SMALL.items() if key in knobs}


def request_for(name: str, iterations: int | None = 6, **others) -> jobs.Request:
    others = {"dataset": "offline", "precision": "float32", **others}
    return jobs.Request(name, values={**small(name), **others.pop("values", {})}, iterations=iterations, **others)


def train_run(folder: Path, name: str = "dense-gan", iterations: int = 6, **others) -> Path:
    """Trains a small run to its end in this thread; returns its folder."""
    training = jobs.Training(jobs.create_run(request_for(name, iterations, **others), folder))
    list(training)
    return training.writer.path


def unpack(frame: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """Head and arrays of a frame for the live view, as the browser reads it."""
    length = int.from_bytes(frame[:4], "little")
    head = json.loads(frame[4 : 4 + length])
    body = frame[4 + length :]
    arrays = {
        name: np.frombuffer(body, kind, size, at) for name, (kind, at, size) in head["arrays"].items() if at % 4 == 0
    }
    return head, arrays


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Waits for the condition to hold."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def imported_by(code: str) -> set[str]:
    """The modules that a fresh Python has imported after this code, which prints nothing."""
    code += "\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    return set(line.split())


def file_of(picture: Image.Image | np.ndarray, kind: str = "PNG", **options) -> bytes:
    """The content of a file with this picture."""
    picture = Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run that tests read but do not change."""
    return train_run(tmp_path_factory.mktemp("runs"), "art-gan", 12, digits=(5,))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Browser tests share one server and one browser: one of the test processes does them all, from the beginning."""
    from xdist.scheduler import LoadScopeScheduling

    class OneBrowser(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return BROWSER if nodeid.startswith(BROWSER) else nodeid

    return OneBrowser(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(BROWSER))
