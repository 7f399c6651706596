"""The functions behind `import ganlab`."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganlab import jobs, registry
from ganlab.inference import load
from ganlab.runs import runs_folder
from ganlab.training.events import Event

if TYPE_CHECKING:
    from ganlab.jobs.sweeps import SweepEvent

__all__ = ["create", "load", "sweep", "train"]


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
    chosen = _classes(name, digits)
    request = jobs.Request(name, preset, values, dataset, chosen, iterations, seed, device, precision, tensorboard)
    training = jobs.Training(jobs.create_run(request, runs_folder(runs)))
    try:
        yield from training
    finally:
        training.stop()


def sweep(
    name: str,
    vary: Mapping[str, Sequence[Any]],
    seeds: int | Sequence[int] = 1,
    sample: int | None = None,
    early: bool = False,
    preset: str | None = None,
    dataset: str | None = None,
    digits: int | Sequence[int] | None = None,
    iterations: int | None = None,
    seed: int = 0,
    device: str = "auto",
    precision: str = "auto",
    runs: str | Path | None = None,
    on: str = "here",
    gpus_each: float = 1.0,
    **values: Any,
) -> "Iterator[SweepEvent]":
    """Trains every combination of the values in `vary` (of a setting, or `preset`) with every seed, one training after
    the other, and yields what happens, with the run and its settings; closing the iterator stops, resumably.

    `seeds` is how many, from `seed` on, or which; `sample`, how many combinations are drawn at random; with `early`,
    the worse half of the settings is stopped now and then. With `on="ray"`, or the address of a Ray cluster, many are
    trained at once, each with `gpus_each` GPUs where there are any, and each is told of once it is over. The others are
    those of `train`. Raises GanlabError.
    """
    from ganlab.jobs import sweeps

    base = jobs.Request(name, preset, values, dataset, _classes(name, digits), iterations, seed, device, precision)
    chosen = range(seed, seed + seeds) if isinstance(seeds, int) else seeds
    request = sweeps.SweepRequest(base, vary, tuple(chosen), sample, early)
    if on == "here":
        yield from sweeps.train_in_turn(sweeps.create_course(request, runs_folder(runs)))
        return
    from ganlab.jobs import ray_sweep

    sweep = sweeps.create_sweep(request, runs_folder(runs), on, gpus_each)
    assert isinstance(sweep, ray_sweep.RaySweep)
    yield from ray_sweep.train_by_ray(sweep)


def _classes(name: str, digits: int | Sequence[int] | None) -> tuple[int, ...] | None:
    """The classes to learn from; those of the source where nobody says."""
    return registry.get(name).digits if digits is None else (digits,) if isinstance(digits, int) else tuple(digits)
