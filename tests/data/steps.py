"""Data sets as files, whole and damaged."""

from pathlib import Path

import numpy as np

from tests.data.conftest import Arrays


def write_npz(path: Path, arrays: Arrays) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path


def assert_same(dataset: object, arrays: Arrays) -> None:
    for key, values in arrays.items():
        np.testing.assert_array_equal(getattr(dataset, key), values)


def damage(path: Path) -> None:
    """Cuts the file to its first half, as a crash while copying would."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def cut(path: Path, share: float = 0.6) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path
