"""What tests read from pages while something trains, and how they start it."""

from functools import partial
from pathlib import Path

from streamlit.testing.v1 import AppTest

from ganlab import jobs
from ganlab.jobs import worker
from tests.conftest import request_for
from tests.pages.steps import sent, texts

frame = partial(sent, component="ganlab_feed")


def words(test: AppTest) -> str:
    """The page's texts with its progress and its metrics."""
    progress = [piece.proto.text for piece in test.get("progress")]
    return "\n".join([*texts(test), *progress, *(f"{metric.label} {metric.value}" for metric in test.metric)])


def train(runs: Path, iterations: int = 10**6, **others) -> jobs.Job:
    """Hands a new run to the worker: one that trains for long, unless it is told otherwise."""
    return worker.submit(jobs.create_run(request_for("dense-gan", iterations, **others), runs))
