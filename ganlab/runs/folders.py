"""Finding runs: by path, by id in the runs folder, or by the name of a pretrained one."""

import os
import secrets
import shutil
import unicodedata
from collections.abc import Container
from pathlib import Path

from ganlab.cache import program_folder
from ganlab.errors import GanlabError
from ganlab.permission import allowed, check, needs
from ganlab.runs import layout
from ganlab.runs.files import is_locked, plain_errors, write_record
from ganlab.runs.reader import Run
from ganlab.runs.records import Chosen, RunTitle
from ganlab.runs.writer import RunWriter

PRETRAINED = program_folder() / "pretrained"
DELETED = ".deleted-"  # begins the names of folders that are about to go
NO_LETTERS = ("Cc", "Cs", "Zl", "Zp")  # Unicode's categories of control characters, halves of letters, line ends


def runs_folder(given: str | Path | None = None) -> Path:
    """The folder of all runs: the given one, else GANLAB_RUNS, else `./runs`."""
    return Path(given or os.environ.get("GANLAB_RUNS") or "runs").expanduser().resolve()


def list_runs(folder: Path, without: Container[str] = ()) -> tuple[list[Run], list[str]]:
    """The runs in a folder, newest first, and a sentence for each run that cannot be read.

    Folders that are no runs are passed over, and those whose names are in `without`, which are not looked into.
    """
    found, problems = [], []
    try:
        there = list(folder.iterdir()) if folder.is_dir() else []
        wanted = [path for path in there if not path.name.startswith(DELETED) and path.name not in without]
        paths = [path for path in wanted if (path / layout.CONFIG).exists()]
    except OSError as error:
        return [], [f"The runs folder {folder} cannot be read: {error.strerror}."]
    for path in paths:
        try:
            found.append(Run(path))
        except GanlabError as error:
            problems.append(str(error))
    return sorted(found, key=lambda run: run.config.created, reverse=True), problems


def last_trained(folder: Path) -> Run | None:
    """Of the runs in a folder that were trained here, the one whose training went on last; None where there is none."""
    own = [run for run in list_runs(folder)[0] if run.config.own]
    return max(own, key=lambda run: run.status.updated, default=None)


def left_in_line(folder: Path) -> list[Run]:
    """The runs in a folder whose turn had not come when the program that they waited in ended, in their order; but for
    those of races and sweeps."""
    alone = [run for run in list_runs(folder)[0] if not run.config.race and not run.config.sweep]
    found = [run for run in alone if run.status.was == "queued"]
    return sorted(found, key=lambda run: run.status.updated)


def resolve(name: str, folder: Path) -> Run:
    """The run of this name: a folder's path, an id in `folder`, or a pretrained model. Raises GanlabError where
    there is none, or where it lies elsewhere and may not be looked into."""
    if not name:
        raise GanlabError("Name a run: its folder, its id, or a pretrained model.")
    try:
        given = Path(name).expanduser()
        for path in (folder / name, PRETRAINED / name, given):
            if path.is_dir() and (path / layout.CONFIG).exists():
                if path.resolve().parent not in (folder.resolve(), PRETRAINED.resolve()):
                    check("open a folder that is not in the list of runs")
                return Run(path)
        if given.is_dir() and allowed():
            return Run(given)  # says what is missing
    except (OSError, RuntimeError, ValueError):  # a name that no file can have
        pass
    where = f" and `python -m ganlab runs list` show those in {folder}" if allowed() else " shows those that there are"
    raise GanlabError(f"There is no run {name!r}; the page Runs{where}.")


def shipped(name: str) -> Run:
    """The model of this name that ships with ganlab, whatever the runs folder holds. Raises GanlabError."""
    if not (PRETRAINED / name / layout.CONFIG).exists():
        raise GanlabError(f"The pretrained model {name!r} is missing from this copy of ganlab.")
    return Run(PRETRAINED / name)


def ships(run: Run) -> bool:
    """Whether it came with ganlab."""
    return run.path.is_relative_to(PRETRAINED)


def is_shipped_name(name: str) -> bool:
    """Whether a model that ships with ganlab has this name, which no other run should take."""
    return (PRETRAINED / name).exists()


@needs("rename runs")
def rename(run: Run, title: str) -> None:
    """Gives a run a title of the user's own: one line of 1 to 60 characters. A run may be renamed while it trains.

    Raises GanlabError for another title, for a run that ships with ganlab, and where the disk refuses.
    """
    title = title.strip()
    if not 1 <= len(title) <= layout.LONGEST_TITLE:
        raise GanlabError(f"A title has 1 to {layout.LONGEST_TITLE} characters; this one has {len(title)}.")
    if any(unicodedata.category(letter) in NO_LETTERS for letter in title):
        raise GanlabError("A title is one line of text, without line breaks or control characters.")
    _check_own(run, "renamed")
    with plain_errors(f"The title of {run.id}"):
        write_record(run.path / layout.TITLE, RunTitle(title=title))


@needs("choose which weights of a run are used")
def choose(run: Run, iteration: int | None) -> None:
    """Has whatever uses a run from now on use its snapshot of this iteration; None is the newest weights again.

    Nothing is deleted, and training further goes on from the run's end and drops the choice. Raises GanlabError where
    there is no such snapshot, for a run that ships with ganlab, and where the disk refuses.
    """
    _check_own(run, "changed")
    if iteration is None:
        with plain_errors(f"The run {run.path}"):
            (run.path / layout.CHOSEN).unlink(missing_ok=True)
        return
    if not layout.snapshot(run.path, iteration).exists():
        raise GanlabError(f"{run.id} has kept no snapshot of iteration {iteration:,}; it may have been pruned.")
    with plain_errors(f"The run {run.path}"):
        write_record(run.path / layout.CHOSEN, Chosen(iteration=iteration))


@needs("prune runs")
def prune(run: Run) -> int:
    """Drops a run's history to save space; returns the bytes freed. `layout` says what goes and what stays.

    Raises GanlabError for a run that is being trained or ships with ganlab, and where the disk refuses.
    """
    _check_own(run, "pruned")
    check_idle(run)
    before = run.size()
    writer = RunWriter(run.path)
    try:
        writer.prune()
        run.config = writer.run.config
    finally:
        writer.close()
    return max(0, before - run.size())


@needs("delete runs")
def delete(run: Run) -> None:
    """Removes a run's folder; refuses while it is being written.

    It first goes by another name, so that what a deletion leaves that is cut short is no run, and goes with the next.
    """
    _check_own(run, "deleted")
    check_idle(run)
    with plain_errors(f"The run {run.path}"):
        going = run.path.rename(run.path.with_name(f"{DELETED}{secrets.token_hex(8)}"))
        for left in run.path.parent.glob(f"{DELETED}*"):
            shutil.rmtree(left, ignore_errors=left != going)  # another program may be at it, too


def _check_own(run: Run, what: str) -> None:
    if ships(run):
        raise GanlabError(f"{run.id} ships with ganlab and is not {what}.")


def check_idle(run: Run) -> None:
    """Raises GanlabError while a run is being trained."""
    if is_locked(run.path / layout.LOCK):
        raise GanlabError(f"The run {run.id} is still being trained; stop it first.")


def describe_length(iterations: int) -> str:
    """Iterations in words, for example `1,200 iterations`."""
    return f"{iterations:,} iteration{'' if iterations == 1 else 's'}"


def describe_size(size: float) -> str:
    """Bytes in words, for example `3.2 MB`."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
