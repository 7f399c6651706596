"""What all tests share: no network, no caches of the user, small networks that train in seconds."""

import atexit
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
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
if "GANLAB_TRAINED" not in os.environ:  # the first process of all, which names a folder for the others
    os.environ["GANLAB_TRAINED"] = tempfile.mkdtemp(prefix="ganlab-trained-")
    atexit.register(shutil.rmtree, os.environ["GANLAB_TRAINED"], ignore_errors=True)

from ganlab import jobs
from ganlab.data import strip
from ganlab.data.offline import load_offline

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
SMALL_PLANE = {
    "generator_units": 8,
    "discriminator_units": 8,
    "encoder_units": 8,
    "decoder_units": 8,
    "batch_size": 16,
}


def small(name: str) -> dict:
    """Settings that make any architecture tiny."""
    from ganlab import registry

    spec = registry.get(name)
    knobs = {knob.name for knob in spec.knobs}
    sizes = SMALL_PLANE if spec.points else SMALL
    return {key: value for key, value in sizes.items() if key in knobs}


def own_dataset(name: str) -> str:
    """What an architecture learns from without a download."""
    from ganlab import registry

    spec = registry.find(name)
    return spec.dataset if spec and spec.points else "offline"


def request_for(name: str, iterations: int | None = 6, **others) -> jobs.Request:
    others = {"dataset": own_dataset(name), "precision": "float32", **others}
    return jobs.Request(name, values={**small(name), **others.pop("values", {})}, iterations=iterations, **others)


def train_run(folder: Path, name: str = "dense-gan", iterations: int = 6, **others) -> Path:
    """Trains a small run to its end in this thread; returns its folder."""
    training = jobs.Training(jobs.create_run(request_for(name, iterations, **others), folder))
    list(training)
    return training.writer.path


def watched_run(folder: Path, iterations: int = 60) -> Path:
    """A finished run in the plane, with a moment kept after every fifth iteration, however fast it was."""
    training = jobs.Training(jobs.create_run(request_for("plane-gan", iterations), folder), chunk_limit=lambda: 5)
    list(training)
    return training.writer.path


def trained_run(folder: Path, name: str = "dense-gan", iterations: int = 6, **others) -> Path:
    """A finished run of the test's own, as `train_run` makes it; it is a copy of one that is trained only once for all
    tests of all processes. For tests that do not look at the training itself."""
    key = hashlib.sha256(repr((name, iterations, sorted(others.items()))).encode()).hexdigest()[:16]
    place = Path(os.environ["GANLAB_TRAINED"], key)
    try:
        place.mkdir()
    except FileExistsError:  # another process trains it, or has done so
        until((place / "done").exists, 300)
    else:
        try:
            train_run(place / "runs", name, iterations, **others)
        finally:
            (place / "done").touch()
    (run,) = (place / "runs").iterdir()
    if (folder / run.name).exists():  # one of its name, which holds the second in which it was made
        return train_run(folder, name, iterations, **others)
    return shutil.copytree(run, folder / run.name, copy_function=shutil.copy)  # changed just now, like a new one


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


def page_of_numbers(*counts: int) -> bytes:
    """A picture of a clean page, dark on light, with a line of so many offline digits each."""
    digits, ends = load_offline().x_test, np.cumsum([0, *counts])
    lines = [strip.compose(digits[start:end], 0, 0.8, 3) for start, end in pairwise(ends)]
    wide = max(line.shape[1] for line in lines)
    rows = [np.pad(line, ((60, 60), (60, 60 + wide - line.shape[1]))) for line in lines]
    return file_of(255 - np.concatenate(rows))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run that tests read but do not change."""
    return trained_run(tmp_path_factory.mktemp("runs"), "art-gan", 12, digits=(5,))


def scope(nodeid: str) -> str:
    """What one test process does as a whole: a file, whose fixtures are made only once then; all browser tests, which
    share one server and one browser."""
    return BROWSER if nodeid.startswith(BROWSER) else nodeid.split("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return scope(nodeid)

    config.option.loadscopereorder = False
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come first, then files with few tests, which are the long ones: the quick ones fill up the end."""
    tests = Counter(scope(item.nodeid) for item in items)
    items.sort(key=lambda item: (scope(item.nodeid) != BROWSER, tests[scope(item.nodeid)]))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The browser tests are the longest line of work, so what runs beside them leaves them the processor."""
    if scope(item.nodeid) != BROWSER and hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, 10)
