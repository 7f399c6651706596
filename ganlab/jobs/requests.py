"""What is to be trained, checked, and its run made or opened again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganlab import data, registry
from ganlab.errors import GanlabError
from ganlab.metrics import metric_catalog
from ganlab.runs import Run, RunWriter
from ganlab.runs.records import LARGEST_SEED, LONGEST


@dataclass(frozen=True)
class Request:
    """What is to be trained; `values` are changes to the preset, `iterations` overrides the preset's length."""

    model: str
    preset: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    dataset: str = "mnist"
    digits: tuple[int, ...] | None = None
    iterations: int | None = None
    seed: int = 0
    device: str = "auto"
    precision: str = "auto"
    tensorboard: bool = False


def create_run(request: Request, folder: Path) -> RunWriter:
    """A new run for the request, checked and queued, in `folder`. Raises GanlabError."""
    from ganlab.training.devices import PRECISIONS

    spec = registry.get(request.model)
    changes = dict(request.values)
    has_length = any(knob.name == "iterations" for knob in spec.knobs)
    if request.iterations is not None:
        check_length(request.iterations)
        if has_length:
            changes["iterations"] = request.iterations
    values = spec.values(request.preset, changes)
    if not 0 <= request.seed <= LARGEST_SEED:
        raise GanlabError(f"The seed must be a whole number from 0 to {LARGEST_SEED:,}, but it is {request.seed}.")
    if request.precision not in PRECISIONS:
        raise GanlabError(f"The precision can be {', '.join(PRECISIONS)}, but not {request.precision!r}.")
    length = request.iterations or (values["iterations"] if has_length else 0)  # epochs need the data first
    return RunWriter.create(
        folder,
        model=spec.name,
        preset=request.preset or next(iter(spec.presets)),
        values=values,
        dataset=request.dataset if request.dataset in data.NAMES else _absolute(request.dataset),
        digits=[int(digit) for digit in request.digits] if request.digits else None,
        iterations=length,
        seed=request.seed,
        device=request.device,
        device_asked=request.device,
        precision=request.precision,
        precision_asked=request.precision,
        curves=["seconds", *(curve.name for curve in spec.curves)],
        preview_images=spec.preview_images,
        places=spec.places,
        validation=spec.validation,
        quality=metric_catalog.COLUMNS if spec.family == "gan" else (),
        **({"tensorboard": True} if request.tensorboard else {}),
    )


def _absolute(path: str) -> str:
    """The path of the user's own images, so that a resume finds them from any folder."""
    return str(Path(path).expanduser().absolute()) if path and not path.startswith("~") else path


def reopen_run(run: Run, iterations: int | None = None, changes: Mapping[str, Any] | None = None) -> RunWriter:
    """The run again, to go on from its last checkpoint, to `iterations` in all if that is more than before.

    Raises GanlabError when a setting is to change, when there is nothing left to do, and for a pretrained run.
    """
    for name, value in (changes or {}).items():
        if run.config.values.get(name, getattr(run.config, name, None)) != value:
            raise GanlabError(
                f"A run goes on with the settings that it began with, so {name} cannot change. Start a new run."
            )
    if run.config.pretrained:
        raise GanlabError(f"{run.id} is a pretrained model, without what training it further needs. Start a new run.")
    if run.config.imported:
        raise GanlabError(f"{run.id} was imported without what training it further needs. Start a new run.")
    if iterations is not None:
        check_length(iterations)
        if iterations < run.total:
            raise GanlabError(f"This run is {run.total:,} iterations long. It can be made longer, but not shorter.")
    elif run.state == "finished":
        raise GanlabError(f"The run {run.id} is finished. Give it a longer length to train it further.")
    if run.state == "finished" and iterations == run.total:
        raise GanlabError(f"The run {run.id} is finished after {run.total:,} iterations. Give it a longer length.")
    writer = RunWriter(run.path)
    if iterations is not None:
        writer.configure(iterations=iterations)
    writer.status("queued")
    return writer


def check_length(iterations: int) -> None:
    if not 1 <= iterations <= LONGEST:
        raise GanlabError(f"The length must be from 1 to {LONGEST:,} iterations, but it is {iterations:,}.")
