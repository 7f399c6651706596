"""What a run is called wherever it is named: its title, and what it learned from."""

import contextlib
from pathlib import Path

from ganlab import data, jobs, registry
from ganlab.errors import GanlabError
from ganlab.jobs.sweeps import Sweep
from ganlab.registry import ModelSpec
from ganlab.runs import Run
from ganlab.runs.files import file_names
from ganlab.sharing.reproduce import DATASETS
from ganlab.ui.shared.formatting import classes
from ganlab.ui.shared.sweep_labels import sweep_title


def spec_of(run: Run) -> ModelSpec | None:
    """The run's architecture; None where it has been removed."""
    with contextlib.suppress(GanlabError):
        return registry.get(run.model)
    return None


def model_title(run: Run) -> str:
    """What its architecture is called; its name where it has been removed."""
    spec = spec_of(run)
    return spec.title if spec else run.model


def title_of(run: Run) -> str:
    """The run's own title, or what it trains on what."""
    return run.title or f"{model_title(run)}, {classes_of(run)}"


def classes_of(run: Run) -> str:
    """The classes that it learns from, by their names: `class 5`, `classes A, B`, `all classes`; of points what they
    are called."""
    if run.config.points and not run.config.digits:
        return images_of(run)
    return classes(run.config.digits, dict(enumerate(data.class_names_of(run.config))))


def images_of(run: Run) -> str:
    """What it learns from, for example `Fashion-MNIST`."""
    used, asked = run.config.data, run.config.dataset
    return (used and used.title) or data.title(asked) or DATASETS.get(asked, file_names(asked))


def preset_of(run: Run) -> str:
    """The preset that it began with, for example `preset tuned`, unless that is its architecture's first."""
    preset, spec = run.config.preset, spec_of(run)
    return "" if spec is None or preset == next(iter(spec.presets)) else f"preset {preset}"


def job_heading(job: jobs.Job) -> str:
    """The title of the run that a job trains, of both in a race, or of a sweep."""
    if isinstance(job, Sweep):
        return sweep_title(job.folder)
    return " against ".join(heading_at(part.run) for part in job.parts)


def heading_at(path: Path) -> str:
    """The title of the run in a folder; where there is none, or its architecture is not known here, its name."""
    with contextlib.suppress(GanlabError):
        run = Run(path)
        if run.title or spec_of(run):
            return title_of(run)
    return path.name
