"""A model's variables on disk: one npz file of named arrays, checked when it is read."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ganlab.errors import GanlabError

ITERATION = "iteration"


def save(path: Path, variables: Mapping[str, Any], **numbers: float) -> None:
    """Writes the variables' values, and a few numbers beside them, whole or not at all."""
    arrays = {name: variable.numpy() for name, variable in variables.items()}
    arrays |= {name: np.asarray(number) for name, number in numbers.items()}
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def load(path: Path, variables: Mapping[str, Any], *numbers: str) -> dict[str, float]:
    """Assigns the values to the variables; returns the numbers. What else the file holds is passed over.

    Everything is read and compared before anything is assigned. Raises GanlabError when the file is damaged
    or belongs to other networks.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files if name in variables or name in numbers}
    except Exception as error:  # what a damaged file makes of zipfile, zlib and NumPy is of many kinds
        raise GanlabError(f"The weights in {path} cannot be read; the file is missing or damaged.") from error
    wanted = {name: tuple(variable.shape) for name, variable in variables.items()} | dict.fromkeys(numbers, ())
    if {name: array.shape for name, array in arrays.items()} != wanted:
        raise GanlabError(f"The weights in {path} belong to networks of another shape.")
    for name, variable in variables.items():
        variable.assign(arrays[name].astype(variable.dtype))
    return {name: float(arrays[name]) for name in numbers}
