"""What is to be trained, checked, and its run made or opened again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganlab import data, registry
from ganlab.errors import GanlabError
from ganlab.metrics import metric_catalog
from ganlab.permission import needs
from ganlab.registry import ModelSpec
from ganlab.runs import Run, RunWriter
from ganlab.runs.records import LARGEST_SEED, LONGEST, MOST_TURNS, SweepPart, Turn


@dataclass(frozen=True)
class Request:
    """What is to be trained; `values` are changes to the preset, `iterations` overrides the preset's length. `dataset`
    is the architecture's own where none is named, and `turns` are knobs to turn on the way."""

    model: str
    preset: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    dataset: str | None = None
    digits: tuple[int, ...] | None = None
    iterations: int | None = None
    seed: int = 0
    device: str = "auto"
    precision: str = "auto"
    tensorboard: bool = False
    turns: tuple[Turn, ...] = ()

    def __post_init__(self) -> None:
        spec = registry.find(self.model)
        if self.dataset is None and spec is not None:  # races and forms ask for it, too
            object.__setattr__(self, "dataset", spec.dataset)


@needs("start a training")
def create_run(request: Request, folder: Path, sweep: SweepPart | None = None) -> RunWriter:
    """A new run for the request, checked and queued, in `folder`; `sweep` is the one that it is made for, if any.
    Raises GanlabError."""
    config, turns = checked(request)
    writer = RunWriter.create(folder, **config, **({"sweep": sweep} if sweep else {}))
    if turns:
        writer.turns(turns)
    return writer


def checked(request: Request) -> tuple[dict[str, Any], list[Turn]]:
    """What a run's config.json says of a request at the beginning, and what is to be turned. Raises GanlabError."""
    from ganlab.training.devices import PRECISIONS

    spec = registry.get(request.model)
    changes = dict(request.values)
    has_length = any(knob.name == "iterations" for knob in spec.knobs)
    if request.iterations is not None:
        check_length(request.iterations)
        if has_length:
            changes["iterations"] = request.iterations
    values = spec.values(request.preset, changes)
    check_seed(request.seed)
    if request.precision not in PRECISIONS:
        raise GanlabError(f"The precision can be {', '.join(PRECISIONS)}, but not {request.precision!r}.")
    turns = checked_turns(spec, values, request.turns)
    dataset = spec.dataset if request.dataset is None else request.dataset
    if dataset in (data.NAMES if spec.points else data.POINTS):
        raise GanlabError(learns_other(spec, dataset))
    length = request.iterations or (values["iterations"] if has_length else 0)  # epochs need the data first
    config = dict(
        model=spec.name,
        preset=request.preset or next(iter(spec.presets)),
        values=values,
        dataset=dataset if data.is_named(dataset) else _absolute(dataset),
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
        quality=metric_catalog.columns(spec.family),
        **({"tensorboard": True} if request.tensorboard else {}),
        **({"points": spec.points, "heat": spec.moment.heat, "nodes": spec.moment.nodes} if spec.points else {}),
    )
    return config, turns


def checked_turns(spec: ModelSpec, values: Mapping[str, Any], turns: Sequence[Turn]) -> list[Turn]:
    """What is to be turned, each value checked, in the order of its iterations. Raises GanlabError."""
    if len(turns) > MOST_TURNS:
        raise GanlabError(f"At most {MOST_TURNS:,} turns of knobs can be planned, but these are {len(turns):,}.")
    checked = [turn.changed(value=float(spec.turned(values, turn.name, turn.value))) for turn in turns]
    return sorted(checked, key=lambda turn: turn.iteration)


def written_turn(turn: Turn) -> str:
    """A turn as commands and addresses have it: `500:generator_learning_rate=0.0001`."""
    return f"{turn.iteration}:{turn.name}={turn.value:.9g}"


def parse_turn(text: str) -> Turn:
    """The turn that is written so. Raises GanlabError."""
    found = re.fullmatch(r"(\d{1,8}):(\w+)=(\S+)", text)
    try:
        if found is None:
            raise ValueError
        return Turn(iteration=int(found[1]), name=found[2], value=float(found[3]))
    except ValueError:
        raise GanlabError(
            f"A turn is written as 500:generator_learning_rate=0.0001 (after which iteration, what, to which value), "
            f"not as {text!r}."
        ) from None


def learns_other(spec: ModelSpec, dataset: str) -> str:
    """What to say where a data set is of images and the architecture learns points, or the other way round."""
    if spec.points:
        return (
            f"{spec.title} learns points in the plane, but {dataset} holds images. Choose one of "
            f"{', '.join(data.POINTS)}, or a table with two columns of numbers."
        )
    return (
        f"{spec.title} learns images, but {dataset} holds points in the plane. Choose images, or the model plane-gan."
    )


def _absolute(path: str) -> str:
    """The path of the user's own images, so that a resume finds them from any folder."""
    return str(Path(path).expanduser().absolute()) if path and not path.startswith("~") else path


@needs("train a run further")
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


def check_seed(seed: int) -> None:
    if not 0 <= seed <= LARGEST_SEED:
        raise GanlabError(f"The seed must be a whole number from 0 to {LARGEST_SEED:,}, but it is {seed}.")


def check_length(iterations: int) -> None:
    if not 1 <= iterations <= LONGEST:
        raise GanlabError(f"The length must be from 1 to {LONGEST:,} iterations, but it is {iterations:,}.")
