"""Slow motion of a run that nobody trains, from what it has kept."""

import contextlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ganlab import data, registry
from ganlab.errors import GanlabError
from ganlab.inference.trained_models import TURN
from ganlab.runs import Run, layout
from ganlab.startup import start_tensorflow
from ganlab.training.events import SlowMotion


def slow_motion_of(run: Run) -> SlowMotion:
    """The stages of the iteration that would come next: after the run's newest checkpoint; where it has kept none, of
    its weights, without the optimisers' steps. Raises GanlabError where there is nothing to show."""
    found = [path for path in layout.checkpoints(run.path) if layout.iteration_of(path) <= run.done]
    files = [*found, *([run.weights] if run.weights else [])]
    if not registry.get(run.model).slow or not files:
        raise GanlabError(f"{run.id} has kept nothing to show in slow motion.")
    return _found(run.path, tuple((file, file.stat().st_mtime_ns) for file in files), len(found))


@lru_cache(maxsize=4)
def _found(path: Path, files: tuple[tuple[Path, int], ...], checkpoints: int) -> SlowMotion:
    """From the first file that can be read, the first so many of which are checkpoints."""
    start_tensorflow()
    import tensorflow as tf

    from ganlab import models
    from ganlab.models import _weights
    from ganlab.training import slow_motion
    from ganlab.training.loop import TrainingConfig, batches_of

    run = Run(path)
    config, spec = run.config, registry.get(run.model)
    values = spec.values(changes=config.values)
    precision = "float32" if config.precision == "auto" else config.precision
    with TURN, tf.device("cpu"):
        model: Any = models.create(spec, values, precision, config.seed)
        for number, (file, _) in enumerate(files):
            learns = number < checkpoints
            with contextlib.suppress(GanlabError):  # the next one is there for this
                variables = model.state() if learns else model.inference_state()
                iteration = int(_weights.load(file, variables, _weights.ITERATION)[_weights.ITERATION])
                break
        else:
            raise GanlabError(f"What {run.id} has kept of its networks is damaged.")
        for turn in run.turns:
            if turn.iteration <= iteration:
                model.turn(turn.name, turn.value)
        model.extent = config.extent or model.extent
        points, test = _points(run, values)
        model.watch_inputs(1, config.seed, test)
        order = TrainingConfig(iteration + 1, int(values["batch_size"]), spec.draws, run.curves[1:], seed=config.seed)
        batches = batches_of(model, points, None, order, iteration)
        return SlowMotion(iteration, tuple(slow_motion.stages(model, batches, iteration, learns)), learns)


def _points(run: Run, values: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """What the run has learned from and was watched on; where that is not here any more, the points that it kept."""
    with contextlib.suppress(GanlabError):
        chosen = data.load(run.config.dataset).select(run.config.digits)
        if not run.config.data or chosen.fingerprint == run.config.data.fingerprint:
            (points, _), _ = chosen.hold_out(values.get("held_out", 0.0))
            return points, chosen.x_test if len(chosen.x_test) else chosen.x_train
    return run.reals(), run.reals()
