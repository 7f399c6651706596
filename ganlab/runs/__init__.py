"""What a run leaves on disk, read and written without TensorFlow."""

from ganlab.runs.folders import (
    choose,
    delete,
    describe_length,
    describe_size,
    last_trained,
    left_in_line,
    list_runs,
    prune,
    rename,
    resolve,
    runs_folder,
)
from ganlab.runs.reader import Run
from ganlab.runs.records import ACTIVE, RunConfig, RunStatus
from ganlab.runs.thumbnails import thumbnails
from ganlab.runs.writer import RunWriter

__all__ = [
    "ACTIVE",
    "Run",
    "RunConfig",
    "RunStatus",
    "RunWriter",
    "choose",
    "delete",
    "describe_length",
    "describe_size",
    "last_trained",
    "left_in_line",
    "list_runs",
    "prune",
    "rename",
    "resolve",
    "runs_folder",
    "thumbnails",
]
