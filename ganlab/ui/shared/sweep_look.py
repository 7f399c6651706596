"""A sweep at one moment, for the pages that watch it or lead to it."""

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.jobs import Job, JobView, worker
from ganlab.jobs.sweeps import Sweep, SweepProgress
from ganlab.runs import ACTIVE, Run, SweepFolder, layout, resolve_sweep, runs_folder
from ganlab.ui.shared.run_pages import TRAIN, open_run

QUERY = "sweep"  # in the address: the id of one
AT_WORK = tuple(state for state in ACTIVE if state != "queued")


@dataclass(frozen=True)
class Look:
    """A sweep at one moment; job and view while it waits or is at work in this process."""

    folder: SweepFolder
    now: SweepProgress
    state: str
    message: str = ""
    job: Sweep | None = None
    view: JobView | None = None

    @property
    def active(self) -> bool:
        return self.state in ACTIVE

    def run(self, place: int) -> Run | None:
        """The run of the training at this place, where there is one."""
        return self.folder.run_of(self.now.members[place])


def find(path: Path) -> Sweep | None:
    """The sweep in this folder, if it waits, is at work, or was last at work in this process."""
    sweeps = (job for job in reversed(worker.jobs()) if isinstance(job, Sweep))
    return next((job for job in sweeps if job.folder.path == path), None)


def at_work(run: Run) -> Sweep | None:
    """The sweep that waits or is at work here, and that this run is part of."""
    job = find(run.path.parent / layout.SWEEPS / run.config.sweep.id) if run.config.sweep else None
    return job if job and job.view().active else None


def look(path: Path) -> Look:
    """Raises GanlabError where there is no such sweep, or its architecture is no more."""
    folder = SweepFolder(path)
    registry.get(folder.config.base.model)
    job = find(folder.path)
    view = worker.view(job) if job else None
    if job and view and view.active:
        now = job.progress()
        now = replace(now, at_work=()) if view.state == "queued" else now
        return Look(folder, now, view.state, view.message, job, view)
    members = folder.members
    begun = {place: folder.run_of(member) for place, member in enumerate(members) if member.state == "begun"}
    states = {place: run.state for place, run in begun.items() if run}
    state = folder.state
    at_work = [place for place, one in states.items() if one in AT_WORK] if state == "running" else []
    now = SweepProgress(members, tuple(at_work))
    if view and view.state == "failed":
        return Look(folder, now, "failed", view.message)
    if state == "stopped" and "interrupted" in states.values():
        state = "interrupted"
    return Look(folder, now, state)


def of(run: Run) -> SweepFolder | None:
    """The sweep that a run was made for; None where it was made for none, or that is gone."""
    with contextlib.suppress(GanlabError):
        return resolve_sweep(run.config.sweep.id, run.path.parent) if run.config.sweep else None
    return None


def is_sweep(name: str) -> bool:
    """Whether a sweep in the runs folder has this id."""
    with contextlib.suppress(GanlabError):
        return bool(resolve_sweep(name, runs_folder()))
    return False


def query_of(job: Job) -> dict[str, str]:
    """What has the address name what a job does."""
    return {QUERY: job.folder.id} if isinstance(job, Sweep) else {"run": job.run.name}


def is_about(job: Job, shown: Path | None) -> bool:
    """Whether what is shown, the folder of a run or of a sweep, is what this job does now."""
    if isinstance(job, Sweep):
        return shown in (job.folder.path, *job.runs_at_work())
    return shown in [part.run for part in job.parts]


def open_sweep(id: str) -> None:
    """Leaves for the page of this sweep."""
    st.switch_page(TRAIN, query_params={QUERY: id})


def open_job(job: Job) -> None:
    """Leaves for the page that shows what a job does."""
    if isinstance(job, Sweep):
        open_sweep(job.folder.id)
    else:
        open_run(job.run.name)
