"""Slow motion of a run that nobody trains, from what it has kept."""

import contextlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ganlab import data, registry
from ganlab.errors import GanlabError
from ganlab.inference.trained_models import TURN
from ganlab.models._stage import Stage
from ganlab.permission import needs
from ganlab.runs import Run, layout, resolve, runs_folder
from ganlab.startup import start_tensorflow
from ganlab.training.events import SlowMotion

NO_CLASSES = "The images that {} learned from are not here, and it needs their classes; put them back."


@dataclass(frozen=True)
class _File:
    """What a run has kept of its networks after so many iterations; `whole` with its optimisers."""

    path: Path
    iteration: int
    whole: bool
    changed: int  # its time of change, so that what is remembered of it is of this very file


def slow_motion(run: Any, iteration: int | None = None, runs: str | Path | None = None) -> list[Stage]:
    """One iteration of a run, stage by stage, with its real tensors; the run is not changed. `run` is a run's folder,
    its id, the name of a model that ships, or what `ganlab.load` gave.

    Without `iteration` it is the one that would come next. Of a paused, stopped or finished run that is the next of its
    checkpoint; the `iteration`-th of all (from 1 on) can be seen where the run has kept its networks as they were after
    the one before. Where it has kept no optimisers, no network makes a step, and the stages end where a network that
    was not kept would be needed. Raises GanlabError.
    """
    given = getattr(run, "run", run)  # what `ganlab.load` gives will do, too
    found = given if isinstance(given, Run) else resolve(str(given), runs_folder(runs))
    if iteration is not None and (not isinstance(iteration, int) or isinstance(iteration, bool) or iteration < 1):
        raise GanlabError(f"An iteration is a whole number from 1 on, not {iteration!r}.")
    return list(slow_motion_of(found, iteration).stages)


@needs("watch a run in slow motion")
def slow_motion_of(run: Run, iteration: int | None = None) -> SlowMotion:
    """As `slow_motion`. Raises GanlabError where there is nothing to show."""
    kept = _kept(run)
    if not kept:
        raise GanlabError(f"{run.id} has kept nothing to show in slow motion.")
    if iteration is not None:
        chosen = [file for file in kept if file.iteration == iteration - 1]
        if not chosen:
            raise GanlabError(
                f"{run.id} has not kept its networks as they were before iteration {iteration:,}. It can show "
                f"{_listed(iterations(run))}."
            )
        kept = chosen
    return _found(run.path, tuple(kept))


def iterations(run: Run) -> list[int]:
    """The iterations that can be shown, in order: those after which the run would go on from what it has kept."""
    return sorted({file.iteration + 1 for file in _kept(run)})


def _listed(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"iteration {numbers[0]:,} only"
    return f"iterations {', '.join(f'{number:,}' for number in numbers[:-1])} and {numbers[-1]:,}"


def _kept(run: Run) -> list[_File]:
    """What can be shown of, the best first: newest checkpoints, then the weights, then snapshots."""
    checkpoints = [path for path in layout.checkpoints(run.path) if layout.iteration_of(path) <= run.done]
    others = [run.weights] if run.weights else []
    others += [path for path in layout.snapshots(run.path) if path not in others]
    found = [(path, True) for path in checkpoints]
    found += [(path, False) for path in others if path not in checkpoints]
    return [_File(path, layout.iteration_of(path), whole, path.stat().st_mtime_ns) for path, whole in found]


@lru_cache(maxsize=2)
def _found(path: Path, files: tuple[_File, ...]) -> SlowMotion:
    """From the first file that can be read."""
    start_tensorflow()
    import tensorflow as tf

    from ganlab import models
    from ganlab.models import _weights
    from ganlab.training import slow_motion
    from ganlab.training.loop import TrainingConfig, batches_of

    run = Run(path)
    config, spec = run.config, registry.get(run.model)
    values = spec.recorded(config.values)
    precision = "float32" if config.precision == "auto" else config.precision
    with TURN, tf.device("cpu"):
        model: Any = models.create(spec, values, precision, config.seed)
        for file in files:
            with contextlib.suppress(GanlabError):  # the next one is there for this
                variables = model.state() if file.whole else model.inference_state()
                iteration = int(_weights.load(file.path, variables, _weights.ITERATION)[_weights.ITERATION])
                break
        else:
            raise GanlabError(f"What {run.id} has kept of its networks is damaged.")
        for turn in run.turns:
            if turn.iteration <= iteration:
                model.turn(turn.name, turn.value)
        unknown = () if file.whole else _missing(model)
        learned_from = _data(run, values)
        if model.uses_labels and learned_from.labels is None:
            raise GanlabError(NO_CLASSES.format(run.id))
        if spec.points:
            model.extent = config.extent or model.extent
            model.watch_inputs(1, config.seed, learned_from.test)
        order = TrainingConfig(iteration + 1, int(values["batch_size"]), spec.draws, run.curves[1:], seed=config.seed)
        batches = batches_of(model, learned_from.images, learned_from.labels, order, iteration)
        stages = slow_motion.stages(model, batches, iteration, file.whole, unknown)
        return SlowMotion(iteration, tuple(stages), file.whole, learned_from.source, model.pixels == "signed")


def _missing(model: Any) -> tuple[str, ...]:
    """The networks that using the model does not take, and which therefore are not kept. Where the average of a
    generator is, that stands in for it."""
    kept = {name.partition("/")[0] for name in model.inference_state()}
    if "averaged" in kept and "generator" not in kept:
        for own, averaged in zip(
            model.networks["generator"].variables, model.networks["averaged"].variables, strict=True
        ):
            own.assign(averaged)
        kept.add("generator")
    return tuple(name for name in model.networks if name not in kept)


@dataclass(frozen=True)
class _Data:
    """`source` says in words which images these are, where they are not those that the run learned from."""

    images: np.ndarray
    labels: np.ndarray | None
    test: np.ndarray
    source: str = ""


def _data(run: Run, values: dict[str, Any]) -> _Data:
    """What the run has learned from; where that is not here any more, of a pretrained one the images of its data set
    that are at hand, and else what it kept to look at."""
    shipped = run.config.pretrained is not None and not registry.get(run.model).points
    with contextlib.suppress(GanlabError):
        chosen = data.load(run.config.dataset).select(run.config.digits)
        same = not run.config.data or chosen.fingerprint == run.config.data.fingerprint
        if same or shipped:
            (images, labels), _ = chosen.hold_out(values.get("held_out", 0.0))
            test = chosen.x_test if len(chosen.x_test) else chosen.x_train
            return _Data(images, labels, test, "" if same else chosen.title)
    reals = run.reals()
    return _Data(reals, None, reals, "the run itself, which has kept some to look at")
