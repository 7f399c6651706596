"""A worker of the test's own, and metrics that cost nothing."""

import pytest

from ganlab.evaluation import sample_readings
from ganlab.jobs import Worker
from tests.jobs.racing import Figures


@pytest.fixture
def worker():
    worker = Worker()
    yield worker
    worker.shutdown()


@pytest.fixture
def figures(monkeypatch):
    """Metrics that cost nothing, and nobody who reads."""
    monkeypatch.setattr(Figures, "built", 0)
    monkeypatch.setattr(sample_readings, "judge_of", lambda run: None)
    monkeypatch.setattr("ganlab.jobs.training.Measuring", Figures)


@pytest.fixture
def no_figures(monkeypatch):
    """As for images that no classifier knows."""
    monkeypatch.setattr(Figures, "built", 0)
    monkeypatch.setattr(sample_readings, "judge_of", lambda run: None)
    monkeypatch.setattr(Figures, "go_on", lambda *args: None)
    monkeypatch.setattr(Figures, "finish", lambda *args: iter(()))
    monkeypatch.setattr("ganlab.jobs.training.Measuring", Figures)
