"""Every test here starts on a machine without data and without a network."""

from pathlib import Path

import numpy as np
import pytest

from ganlab.data import download


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
