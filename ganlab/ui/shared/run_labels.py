"""What a run is called wherever it is named: its title, and what it learned from."""

from pathlib import Path

from ganlab import jobs, registry
from ganlab.errors import GanlabError
from ganlab.runs import Run
from ganlab.runs.files import file_names
from ganlab.sharing.reproduce import DATASETS
from ganlab.ui.shared.formatting import classes


def title_of(run: Run) -> str:
    """The run's own title, or what it trains on what."""
    try:
        return heading(run)
    except GanlabError:  # of an architecture that has been removed
        return run.title or f"{run.model}, {classes(run.config.digits)}"


def images_of(run: Run) -> str:
    """What it learns from, for example `Fashion-MNIST`."""
    used, asked = run.config.data, run.config.dataset
    return (used and used.title) or DATASETS.get(asked, file_names(asked))


def preset_of(run: Run) -> str:
    """The preset that it began with, for example `preset tuned`, unless that is its architecture's first."""
    preset = run.config.preset
    try:
        return "" if preset == next(iter(registry.get(run.model).presets)) else f"preset {preset}"
    except GanlabError:  # the architecture has been removed
        return ""


def heading(run: Run) -> str:
    """The run's own title, or what it trains on what."""
    return run.title or f"{registry.get(run.model).title}, {classes(run.config.digits)}"


def job_heading(job: jobs.Job) -> str:
    """The heading of the run that a job trains, or of both in a race."""
    return " against ".join(heading_at(part.run) for part in job.parts)


def heading_at(path: Path) -> str:
    """The heading of the run in a folder; where there is none, or its architecture is not known here, its name."""
    try:
        return heading(Run(path))
    except GanlabError:
        return path.name
