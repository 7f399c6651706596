"""ganlab: see generative models learn.

    import ganlab

    ganlab.models()                          # names of the architectures
    model = ganlab.create("dcgan")           # a keras.Model: model.fit(images) trains it
    for event in ganlab.train("digit-gan", digits=5):
        ...                                  # ganlab.Started, ganlab.Iterations, ... as they happen
    for event in ganlab.sweep("digit-gan", {"learning_rate": [0.001, 0.01]}, seeds=3):
        ...                                  # many trainings: event.run, event.values, event.seed, event.event
    run = ganlab.load("dcgan")               # a run's folder or id, or a pretrained model
    images = run.sample(64, seed=0)          # uint8 [64, 28, 28]
    ganlab.describe_data("digits.csv")       # what a data set holds: images, classes, and what was done with them
    digit = ganlab.prepare("seven.png")      # any picture of a digit as uint8 [28, 28]
    ganlab.load("classifier").classify(digit[None])
    ganlab.load("classifier").activations(digit[None])  # what each layer gives, by its name
    for stage in ganlab.slow_motion(run):  # the next iteration, stage by stage, with its real tensors
        print(stage.name, stage.caption)
    for line in ganlab.read_numbers("page.jpg"):  # a photograph: each line of writing is a number
        print(line.text, line.repaired)

Importing it costs nothing: Keras and TensorFlow come in with the first call that needs them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ganlab import models as models
    from ganlab.api import create, load, sweep, train
    from ganlab.data.description import DataDescription, describe_data
    from ganlab.data.drawing import prepare
    from ganlab.errors import GanlabError
    from ganlab.jobs.slow_motion import slow_motion
    from ganlab.models._stage import Stage
    from ganlab.reading import Line, read_numbers
    from ganlab.training.events import Failed, Finished, Iterations, Started

_HOMES = {
    "ganlab.api": ("create", "load", "sweep", "train"),
    "ganlab.data.description": ("DataDescription", "describe_data"),
    "ganlab.data.drawing": ("prepare",),
    "ganlab.errors": ("GanlabError",),
    "ganlab.jobs.slow_motion": ("slow_motion",),
    "ganlab.models._stage": ("Stage",),
    "ganlab.reading": ("Line", "read_numbers"),
    "ganlab.training.events": ("Failed", "Finished", "Iterations", "Started"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "DataDescription",
    "Failed",
    "Finished",
    "GanlabError",
    "Iterations",
    "Line",
    "Stage",
    "Started",
    "create",
    "describe_data",
    "load",
    "models",
    "prepare",
    "read_numbers",
    "slow_motion",
    "sweep",
    "train",
]


def __getattr__(name: str) -> Any:
    if name == "models":  # the package of architectures, which can be called for their names
        return import_module("ganlab.models")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'ganlab' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
