"""What changes something or costs much asks first whether it may, whoever calls it."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ganlab.evaluation
import ganlab.jobs
import ganlab.runs
import ganlab.sharing
from ganlab import permission
from ganlab.errors import GanlabError
from ganlab.jobs import Job, Worker, create_run
from ganlab.runs import RunWriter, resolve
from ganlab.runs.files import Lock, replacing
from tests.conftest import ROOT, request_for, trained_run

ROOMS = (ganlab.evaluation, ganlab.jobs, ganlab.runs, ganlab.sharing)
# What a guest of a class must not do, however it is asked for.
GUARDED = """
jobs.job: Job.pause, Job.resume, Job.step, Job.slow_motion, Job.turn, Job.stop
jobs.races: create_race
jobs.sweeps: create_course, reopen_sweep, Sweep.skip
jobs.requests: create_run, reopen_run
jobs.slow_motion: slow_motion_of
jobs.uploads: delete, restore
runs.folders: rename, choose, prune, delete
runs.writer: RunWriter.create
runs.sweeps: SweepFolder.create, SweepFolder.hold, SweepFolder.note, delete_sweep
runs.reader: Run.keep_measured
sharing.importing: import_run
sharing.exporting: export
sharing.publishing: publish, add_first_look
sharing.idea_assets: make
sharing.snapshots: keep_snapshots
evaluation.gan: evaluate_gan, measure_gan
evaluation.repair: evaluate_repair, evaluate_variety
evaluation.whole_digits: evaluate_whole_digits
evaluation.autoencoder: evaluate_autoencoder
evaluation.classifier: evaluate_classifier
evaluation.points: evaluate_plane
data.own_points: keep_points
data.uploaded_images: store
ui.train.measurements: cancel
ui.repair.uploaded_pictures: keep
ui.shared.class_state: ClassState.gather, ClassState.put_up, ClassState.clear, ClassState.let_train
"""
NAMES = [
    (module.strip(), name.strip())
    for line in GUARDED.strip().splitlines()
    for module, names in [line.split(":")]
    for name in names.split(",")
]
WRITES = {
    "mkdir",
    "write_bytes",
    "write_text",
    "unlink",
    "rmtree",
    "rename",
    "utime",
    "touch",
    "move",
    "copytree",
    "savez_compressed",
}
WRITES |= {
    "write_record",
    "write_json",
    "replacing",
    "keep_points",
    "RunWriter",
    "acquire",
    "put_in_place",
    "makedirs",
    "rmdir",
}
# What writes without asking, as it only works on what somebody has asked for: whoever has a writer, a lock or a course.
HELD = {"RunWriter", "Records", "Lock", "Course", "EventFile", "Training", "GuestLine", "Race"}
INNER = {
    "halve",
    "made",
    "note_act",
    "put_in_place",
    "write_json",
    "write_record",
    "create_sweep",
    "shrink",
    "save_first_look",
    "unpack_arrays",
    "unpack_weights",
    "add_history",
    "train",  # of ray_member, a process of Ray's that no page runs in
}


class Nobody(permission.Rule):
    """Allows nothing, and remembers what was tried."""

    def __init__(self) -> None:
        self.tried: list[str] = []

    def allows(self) -> bool:
        return False

    def refused(self, action: str) -> None:
        self.tried.append(action)


@pytest.fixture
def nobody() -> Iterator[Nobody]:
    rule = Nobody()
    permission.set_rule(rule)
    yield rule
    permission.set_rule(None)


@pytest.mark.parametrize("module, name", NAMES)
def test_every_action_is_refused(nobody, module, name):
    found: Any = importlib.import_module(f"ganlab.{module}")
    for part in name.split("."):
        found = getattr(found, part)
    with pytest.raises(GanlabError, match=r"^Only the host of this class can \w.*\.$"):
        found()  # before it looks at what it is given
    assert nobody.tried == [found.needs]


def test_the_worker_takes_nothing_and_stops_nothing(nobody):
    own: Any = Worker()
    for act in (own.add, own.stop, own.call):
        with pytest.raises(GanlabError, match="Only the host"):
            act(_Part())
    assert not own.waiting() and len(nobody.tried) == 3


class _Part:
    parts = ()


def test_the_speed_of_a_training_is_not_changed_either(nobody, tmp_path):
    with permission.granted():
        job = Job(create_run(request_for("dense-gan"), tmp_path))
    with pytest.raises(GanlabError, match="Only the host"):
        job.pace = 1.0
    assert job.pace is None
    job._cancel()


def test_nothing_on_disk_changes_even_where_something_forgot_to_ask(nobody, tmp_path):
    with permission.granted():
        path = trained_run(tmp_path)
    before = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    for act in (
        lambda: RunWriter(path),
        lambda: Lock(path / "lock").acquire(),
        lambda: replacing(path / "x").__enter__(),
    ):
        with pytest.raises(GanlabError, match="Only the host"):
            act()
    assert {file: file.read_bytes() for file in path.rglob("*") if file.is_file()} == before


def test_runs_are_opened_by_their_names_alone(nobody, tmp_path):
    folder, elsewhere = tmp_path / "runs", tmp_path / "private"
    with permission.granted():
        path, other = trained_run(folder), trained_run(elsewhere)
    assert resolve(path.name, folder).path == path and resolve("dcgan", folder).config.pretrained
    assert resolve(str(path), folder).path == path  # which is in the list
    for name in (str(other), f"../private/{other.name}"):
        with pytest.raises(GanlabError, match="Only the host"):
            resolve(name, folder)
    for name in (str(tmp_path), "/", "..", "~", "/etc", "no\0name", "x" * 5000):
        with pytest.raises(GanlabError) as error:
            resolve(name, folder)
        assert str(folder) not in str(error.value)
    permission.set_rule(None)
    assert resolve(str(other), folder).path == other


def test_a_grant_ends_with_its_block_and_is_for_one_thread(nobody):
    with permission.granted(), permission.granted():
        permission.check("delete runs")
    assert not permission.allowed()


def test_whatever_writes_in_these_rooms_asks_first():
    """Public functions and methods that write files themselves are guarded, or work on what was asked for."""
    found = []
    for room in ROOMS:
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            source = ROOT / f"{module.name.replace('.', '/')}.py"
            if source.exists():
                found += [f"{module.name}:{name}" for name in _unguarded(source)]
    assert not found


def _unguarded(source: Path) -> Iterator[str]:
    for name, function in _functions(ast.parse(source.read_text())):
        calls = {_called(call) for call in ast.walk(function) if isinstance(call, ast.Call)}
        owner, _, own = name.rpartition(".")
        asks = {"check", "needs"} & {
            *calls,
            *(_called(one) for one in function.decorator_list if isinstance(one, ast.Call)),
        }
        if calls & WRITES and not asks and owner not in HELD and own not in INNER and not own.startswith("_"):
            yield name


def _functions(tree: ast.AST, owner: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for one in ast.iter_child_nodes(tree):
        if isinstance(one, ast.FunctionDef):
            yield f"{owner}{one.name}", one
        elif isinstance(one, ast.ClassDef):
            yield from _functions(one, f"{one.name}.")


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_the_search_finds_what_forgot_to_ask(tmp_path):
    file = tmp_path / "a.py"
    file.write_text(
        "def a(path):\n    path.unlink()\n@needs('b')\ndef b(path):\n    path.unlink()\ndef c(x): return x\n"
    )
    assert list(_unguarded(file)) == ["a"]
