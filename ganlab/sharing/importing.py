"""A run from a file that somebody else gave: every member is checked before anything is written.

Nothing in the file is run or unpickled, and none of its names becomes a path: members are known by their exact names,
numbers are read as numbers, texts lose what Markdown would make pictures and links of, and of the networks only the
weights are taken, which have to fit the architecture as it is built here.
"""

import contextlib
import datetime
import secrets
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from ganlab import registry
from ganlab.cache import clear_stale
from ganlab.errors import GanlabError
from ganlab.permission import needs
from ganlab.runs import Run, RunConfig, RunStatus, bundle, layout, rename
from ganlab.runs.files import plain_errors, write_record
from ganlab.runs.folders import is_shipped_name
from ganlab.runs.records import Origin, RunLog, RunTitle
from ganlab.sharing.archive import (
    DAMAGED,
    Wrong,
    check_contents,
    members_of,
    while_writing,
)
from ganlab.sharing.imported_arrays import unpack_arrays, unpack_records, unpack_weights
from ganlab.sharing.imported_records import (
    MOST_LOG,
    checked_config,
    checked_record,
    checked_status,
    checked_text,
    checked_turns,
)

TEMPORARY = ".import-"
Report = Callable[[str], None]


@needs("import runs")
def import_run(source: Path | IO[bytes], folder: Path, name: str = "", report: Report = lambda what: None) -> Run:
    """The run in an exported zip as a new run in `folder`; `name` is what the file is called where it has no path.

    The run gets an id that is free and is marked as `imported`, with where it comes from. It can do what needs no
    optimiser. Raises GanlabError with one sentence where the file is refused; then nothing is left in the folder.
    """
    name = name or (source.name if isinstance(source, Path) else "The file")
    with plain_errors(f"The runs folder {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        clear_stale(folder, TEMPORARY)
        temporary = folder / f"{TEMPORARY}{secrets.token_hex(8)}"
        temporary.mkdir()
    try:
        report("Checking the file")
        try:
            with source.open("rb") if isinstance(source, Path) else contextlib.nullcontext(source) as file:
                check_contents(file)
                with zipfile.ZipFile(file) as archive:
                    config, title = _unpack(archive, temporary, report)
        except Wrong as error:
            raise GanlabError(f"{name} cannot be imported: {error}") from error
        except FileNotFoundError as error:
            raise GanlabError(f"There is no file {name}.") from error
        except (OSError, *DAMAGED) as error:
            raise GanlabError(f"{name} cannot be imported: it is not a zip file, or it is damaged.") from error
        return _settle(temporary, folder, config, title, name)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _settle(temporary: Path, folder: Path, config: RunConfig, title: str, name: str) -> Run:
    """Gives the run its place under an id that is free."""
    now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    origin = Origin(id=config.id, created=config.created, file=checked_text(Path(name).name), on=now)
    with plain_errors(f"The runs folder {folder}"):
        for path in layout.free_paths(folder, config.id):
            if path.exists() or is_shipped_name(path.name) or path.name == layout.SWEEPS:
                continue
            write_record(temporary / layout.CONFIG, config.changed(id=path.name, imported=origin))
            try:
                temporary.rename(path)
                break
            except OSError:
                if not path.exists():  # else somebody was quicker
                    raise
    run = Run(path)
    with contextlib.suppress(GanlabError):  # of a title that nobody could have given
        rename(run, title)
    return run


def _unpack(archive: zipfile.ZipFile, target: Path, report: Report) -> tuple[RunConfig, str]:
    """Checks all members and writes the run's, but for config.json and the title, which are returned."""
    members = members_of(archive)
    config = checked_config(checked_record(archive, members, layout.CONFIG, RunConfig))
    spec = registry.get(config.model)
    status = checked_status(checked_record(archive, members, bundle.RUN + layout.STATUS, RunStatus))
    title = ""
    if bundle.RUN + layout.TITLE in members:
        title = checked_record(archive, members, bundle.RUN + layout.TITLE, RunTitle).title
    with while_writing():
        write_record(target / layout.STATUS, status)
        if (log := bundle.RUN + layout.LOG) in members:
            turned = checked_record(archive, members, log, RunLog, MOST_LOG)
            write_record(target / layout.LOG, checked_turns(spec, config, turned))
    report("Checking curves and images")
    unpack_records(archive, members, target, config, status)
    unpack_arrays(archive, members, target, config)
    report("Checking that the weights fit the networks")
    unpack_weights(archive, members, target, config, spec)
    return config, title
