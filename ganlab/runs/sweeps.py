"""Sweeps on disk: `sweeps/ID` in the runs folder has what was asked for and the list of the sweep's runs.

    sweep.json           the request: `ganlab.runs.sweep_records.SweepConfig`
    members.json         the trainings, with the ids of their runs: `ganlab.runs.sweep_records.SweepMembers`
    lock                 held by the process that has the sweep in its line

The runs lie in the runs folder like all others; each names its sweep in its config.json. A run may be deleted or
exported by itself, and its sweep then does without it.
"""

import contextlib
import datetime
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ganlab.errors import GanlabError
from ganlab.permission import allowed, needs
from ganlab.runs import layout
from ganlab.runs.files import Lock, is_locked, plain_errors, read_record, write_record
from ganlab.runs.folders import DELETED, check_idle, delete, list_runs
from ganlab.runs.reader import Run
from ganlab.runs.records import FORMAT
from ganlab.runs.sweep_records import SweepConfig, SweepMember, SweepMembers
from ganlab.runs.writer import made

GO_ON = "go on with the sweep"


class SweepFolder:
    """One sweep's folder, to read; who has its lock may also `note` what becomes of its trainings. Opening it raises
    GanlabError where it is none, or damaged."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path).resolve()
        self.config = read_record(self.path / layout.SWEEP, SweepConfig)
        if self.config.id != self.path.name:
            raise GanlabError(f"The folder {self.path} holds another sweep, {self.config.id}, and must have its name.")
        self._lock = Lock(self.path / layout.LOCK)

    @classmethod
    @needs("start a sweep")
    def create(cls, folder: Path, members: tuple[SweepMember, ...], **config: Any) -> "SweepFolder":
        """A new sweep in the runs folder, whose lock is held; `config` has the fields of `SweepConfig`, but for `id`
        and `created`."""
        now = datetime.datetime.now().astimezone()
        place = folder / layout.SWEEPS
        with plain_errors(f"A sweep in {folder}", "start it again"):
            place.mkdir(parents=True, exist_ok=True)
            path = next(filter(made, layout.free_paths(place, f"sweep-{now:%Y%m%d-%H%M%S}")))
            described = SweepConfig(format=FORMAT, id=path.name, created=now.isoformat(timespec="seconds"), **config)
            write_record(path / layout.MEMBERS, SweepMembers(format=FORMAT, members=members))
            write_record(path / layout.SWEEP, described)  # last, for this is what makes it a sweep
        found = cls(path)
        found.hold()
        return found

    @property
    def id(self) -> str:
        return self.config.id

    @property
    def runs_folder(self) -> Path:
        return self.path.parent.parent

    @property
    def members(self) -> tuple[SweepMember, ...]:
        """Its trainings as they are on the disk now. Raises GanlabError."""
        found = read_record(self.path / layout.MEMBERS, SweepMembers).members
        begun = [member.run for member in found if member.run]
        if len(set(begun)) < len(begun) or any(set(member.values) != set(self.config.vary) for member in found):
            raise GanlabError(f"The list of trainings in {self.path} is not that of its sweep.")
        return found

    @property
    def state(self) -> str:
        """ "running" while a process has it in its line, "finished" once every training is over, else "stopped"."""
        if is_locked(self.path / layout.LOCK):
            return "running"
        return "finished" if all(member.over for member in self.members) else "stopped"

    def run_of(self, member: SweepMember) -> Run | None:
        """A training's run; None where it has not begun, where the run was deleted or is damaged, and where the run is
        another's."""
        path = self.runs_folder / member.run
        if not member.run or not (path / layout.CONFIG).exists():
            return None
        try:
            run = Run(path)
        except GanlabError:
            return None
        part = run.config.sweep
        return run if part is not None and part.id == self.id else None

    def runs(self) -> Iterator[tuple[SweepMember, Run]]:
        """The trainings whose runs there are, in their order."""
        for member in self.members:
            if (run := self.run_of(member)) is not None:
                yield member, run

    @needs("change a sweep")
    def hold(self) -> None:
        """Takes the lock. Raises GanlabError where another process has it."""
        with plain_errors(f"The sweep {self.path}", GO_ON):
            if not self._lock.acquire():
                raise GanlabError(f"The sweep {self.id} is at work already; stop it first.")

    @needs("change a sweep")
    def note(self, members: tuple[SweepMember, ...]) -> None:
        """Writes down how far its trainings are."""
        with plain_errors(f"The sweep {self.path}", GO_ON):
            write_record(self.path / layout.MEMBERS, SweepMembers(format=FORMAT, members=members))

    def close(self) -> None:
        self._lock.release()


def list_sweeps(folder: Path) -> tuple[list[SweepFolder], list[str]]:
    """The sweeps in a runs folder, newest first, and a sentence for each that cannot be read."""
    found, problems = [], []
    for file in (folder / layout.SWEEPS).glob(f"*/{layout.SWEEP}"):
        if not file.parent.name.startswith(DELETED):
            try:
                found.append(SweepFolder(file.parent))
            except GanlabError as error:
                problems.append(str(error))
    return sorted(found, key=lambda sweep: (sweep.config.created, sweep.id), reverse=True), problems


def resolve_sweep(name: str, folder: Path, anywhere: bool = False) -> SweepFolder:
    """The sweep of this id in a runs folder or, if it may be `anywhere`, in the folder of this path. Raises
    GanlabError."""
    own = name not in ("", ".", "..") and Path(name).name == name
    with contextlib.suppress(OSError, ValueError):  # a name that no file can have
        for path in [folder / layout.SWEEPS / name] * own + [Path(name)] * anywhere:
            if (path / layout.SWEEP).is_file():
                return SweepFolder(path)
    there = ", ".join(sweep.id for sweep in list_sweeps(folder)[0][:5])
    where = f" in {folder}" if allowed() else ""
    raise GanlabError(f"There is no sweep {name!r}{where}; {f'the latest are {there}' if there else 'none at all'}.")


@needs("delete sweeps")
def delete_sweep(sweep: SweepFolder, with_runs: bool) -> None:
    """Removes a sweep, and its runs if asked; without them, they stay as runs of their own. Refuses while it is at work
    or one of these runs is. Raises GanlabError; a deletion that was cut short can be asked for again."""
    sweep.hold()
    try:
        going = [run for _, run in sweep.runs()] if with_runs else []
        for run in going:
            check_idle(run)
        for run in going:
            delete(run)
    finally:
        sweep.close()
    with plain_errors(f"The sweep {sweep.path}"):
        going = sweep.path.rename(sweep.path.with_name(f"{DELETED}{secrets.token_hex(8)}"))
    shutil.rmtree(going, ignore_errors=True)


def strays(sweep: SweepFolder) -> dict[int, str]:
    """The ids of runs that name this sweep, by their places in it: also of one whose process was killed before it was
    written into the list."""
    parts = [(run.config.sweep, run.id) for run in list_runs(sweep.runs_folder)[0] if run.config.sweep]
    return {part.place: id for part, id in parts if part.id == sweep.id}
