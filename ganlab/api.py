"""The functions behind `import ganlab`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ganlab import jobs, registry
from ganlab.inference import load
from ganlab.runs import runs_folder
from ganlab.training.events import Event

__all__ = ["create", "load", "train"]


def create(name: str, preset: str | None = None, dtype: str = "float32", seed: int = 0, **values: Any) -> Any:
    """An untrained model, a `keras.Model`; `values` change the preset's settings.

    `model.fit(images)` trains it on uint8 images `[n, 28, 28]`. Raises GanlabError for settings that do not fit.
    """
    from ganlab.models import create as build

    spec = registry.get(name)
    return build(spec, spec.values(preset, values), dtype, seed)


def train(
    name: str,
    preset: str | None = None,
    dataset: str | None = None,
    digits: int | Sequence[int] | None = None,
    iterations: int | None = None,
    seed: int = 0,
    device: str = "auto",
    precision: str = "auto",
    runs: str | Path | None = None,
    tensorboard: bool = False,
    **values: Any,
) -> Iterator[Event]:
    """Trains a new run and yields its events; closing the iterator stops it, resumably.

    `dataset` is a name or a path; without it, what the model is for. `digits` are the classes to train on; without it,
    those of the source. Raises GanlabError.
    """
    spec = registry.get(name)
    chosen = spec.digits if digits is None else (digits,) if isinstance(digits, int) else tuple(digits)
    request = jobs.Request(name, preset, values, dataset, chosen, iterations, seed, device, precision, tensorboard)
    training = jobs.Training(jobs.create_run(request, runs_folder(runs)))
    try:
        yield from training
    finally:
        training.stop()
