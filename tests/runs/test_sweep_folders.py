"""Sweeps on disk: listed, deleted, and no trouble to the runs beside them."""

import errno
import json
import shutil
from pathlib import Path

import pytest

from ganlab.data.own_images import UPLOADS
from ganlab.errors import GanlabError
from ganlab.evaluation import sweep_results
from ganlab.jobs import create_run, sweep_additions, uploads
from ganlab.jobs.sweep_requests import SweepRequest, checked_sweep
from ganlab.runs import (
    Run,
    RunWriter,
    SweepFolder,
    delete,
    delete_sweep,
    layout,
    list_runs,
    list_sweeps,
    resolve,
    sweeps,
)
from ganlab.runs.files import write_json
from ganlab.runs.records import SweepPart
from ganlab.runs.sweep_records import SweepBase, SweepMember, seeds_of
from ganlab.runs.sweeps import resolve_sweep
from ganlab.sharing.imported_records import checked_config
from tests.conftest import request_for

OLDER = Path(__file__).parent / "older"


def made_sweep(folder, runs: int = 2, **request) -> SweepFolder:
    """A sweep over two seeds, with so many runs that were made and nothing else."""
    described, members = checked_sweep(SweepRequest(request_for("dense-gan", **request), seeds=(0, 1)))
    sweep = SweepFolder.create(folder, members, **described)
    named = []
    for place, member in enumerate(members):
        if place < runs:
            writer = create_run(request_for("dense-gan", **request), folder, SweepPart(id=sweep.id, place=place))
            writer.close()
            member = member.changed(run=writer.path.name, state="finished", iterations=6)
        named.append(member)
    sweep.note(tuple(named))
    sweep.close()
    return sweep


def test_runs_are_listed_without_the_folder_of_sweeps_and_sweeps_by_themselves(tmp_path):
    sweep = made_sweep(tmp_path)
    runs, problems = list_runs(tmp_path)
    assert len(runs) == 2 and not problems and {run.config.sweep.id for run in runs} == {sweep.id}
    (tmp_path / layout.SWEEPS / "torn").mkdir()
    broken = tmp_path / layout.SWEEPS / "broken"
    broken.mkdir()
    write_json(broken / layout.SWEEP, {"format": 1, "id": "broken"})
    found, problems = list_sweeps(tmp_path)
    assert [one.id for one in found] == [sweep.id] and len(problems) == 1 and "'base' is missing" in problems[0]
    with pytest.raises(GanlabError, match="There is no run 'sweeps'"):
        resolve("sweeps", tmp_path)
    assert resolve_sweep(sweep.id, tmp_path).id == sweep.id
    assert resolve_sweep(str(sweep.path), tmp_path / "x", anywhere=True).id == sweep.id
    for name in ("", ".", "..", "gone", "a\0b", "x" * 300, str(sweep.path), f"../sweeps/{sweep.id}"):
        with pytest.raises(GanlabError, match="There is no sweep"):
            resolve_sweep(name, tmp_path)


def test_what_is_read_is_what_was_written_and_a_newer_one_is_refused(tmp_path):
    sweep = made_sweep(tmp_path, 0)
    assert SweepFolder(sweep.path).config == sweep.config and sweep.config.base.model == "dense-gan"
    assert SweepBase(**json.loads((sweep.path / layout.SWEEP).read_text())["base"]) == sweep.config.base
    assert sweep.members[1] == SweepMember(values={}, seed=1)
    write_json(sweep.path / layout.SWEEP, {**sweep.config.to_json(), "format": 99})
    with pytest.raises(GanlabError, match="newer ganlab"):
        SweepFolder(sweep.path)


def test_a_sweep_of_the_first_version_opens_and_takes_more_seeds(tmp_path):
    folder = tmp_path / layout.SWEEPS / "sweep-20261130-200239"
    sweep = SweepFolder(shutil.copytree(OLDER / folder.name, folder))
    assert sweep.config.vary == {"learning_rate": (0.001, 0.01), "preset": ("published", "tuned")}
    assert sweep.state == "stopped" and seeds_of(sweep.members) == sweep.config.seeds == (0, 7)
    states = [member.state for member in sweep.members]
    assert states == ["finished"] * 4 + ["skipped", "failed", "planned", "planned"]
    assert len(sweep_results.results(sweep).settings) == 4
    sweep.hold()
    sweep_additions.add(sweep, [8])
    sweep.close()
    again = SweepFolder(folder)
    assert len(again.members) == 12 and seeds_of(again.members) == (0, 7, 8) and again.config == sweep.config


def test_a_full_disk_is_a_sentence_about_the_sweep(tmp_path, monkeypatch):
    def refuse(*args):
        raise OSError(errno.ENOSPC, "full")

    sweep = made_sweep(tmp_path, 0)
    monkeypatch.setattr(sweeps, "write_record", refuse)
    with pytest.raises(GanlabError, match=r"The sweep .*: the disk is full; .* and go on with the sweep\."):
        sweep.note(sweep.members)


def test_a_run_that_is_deleted_is_missing_from_its_sweep_and_nothing_else(tmp_path):
    sweep = made_sweep(tmp_path)
    delete(Run(tmp_path / sweep.members[0].run))
    assert [member.seed for member, _ in sweep.runs()] == [1] and sweep.state == "finished"
    found = sweep_results.results(sweep)
    assert found.settings[0].runs[0] is None and found.best is None


def test_a_sweep_is_deleted_with_its_runs_or_without_them(tmp_path):
    one, two = made_sweep(tmp_path), made_sweep(tmp_path)
    delete_sweep(one, with_runs=False)
    assert len(list_runs(tmp_path)[0]) == 4 and [left.id for left in list_sweeps(tmp_path)[0]] == [two.id]
    writer = RunWriter(tmp_path / two.members[1].run)
    with pytest.raises(GanlabError, match="still being trained"):
        delete_sweep(two, with_runs=True)
    assert len(list(two.runs())) == 2  # nothing of it is lost
    writer.close()
    two.hold()
    with pytest.raises(GanlabError, match="at work already"):
        delete_sweep(SweepFolder(two.path), with_runs=True)
    two.close()
    delete_sweep(two, with_runs=True)
    assert len(list_runs(tmp_path)[0]) == 2 and not list_sweeps(tmp_path)[0]
    assert not list((tmp_path / layout.SWEEPS).iterdir())


@pytest.mark.parametrize(
    "changes",
    [
        {"members": [{"run": "../outside"}]},
        {"members": [{"run": "a\0b"}]},
        {"members": [{"run": "x" * 300}]},
        {"members": [{"values": {"learning_rate": 1}}]},
        {"members": [{"run": "same"}, {"run": "same"}]},
        {"id": "../x"},
        {"id": "another"},
        {"vary": {"learning_rate": []}},
    ],
)
def test_files_that_were_tampered_with_are_one_sentence(tmp_path, changes):
    sweep = made_sweep(tmp_path)
    config, members = sweep.config.to_json(), [member.to_json() for member in sweep.members]
    for member, change in zip(members, changes.pop("members", ()), strict=False):
        member.update(change)
    write_json(sweep.path / layout.SWEEP, config | changes)
    write_json(sweep.path / layout.MEMBERS, {"format": 1, "members": members})
    with pytest.raises(GanlabError):
        delete_sweep(SweepFolder(sweep.path), with_runs=True)
    assert len(list_runs(tmp_path)[0]) == 2


def test_a_run_that_names_another_sweep_is_none_of_its_runs(tmp_path):
    one, two = made_sweep(tmp_path), made_sweep(tmp_path)
    one.hold()
    one.note((one.members[0].changed(run=two.members[0].run), one.members[1]))
    one.close()
    delete_sweep(one, with_runs=True)
    assert len(list(two.runs())) == 2 and len(list_runs(tmp_path)[0]) == 3


def test_an_imported_run_is_in_no_sweep(tmp_path):
    config = Run(tmp_path / made_sweep(tmp_path).members[1].run).config
    assert config.sweep.place == 1 and checked_config(config).sweep is None


def test_an_upload_that_a_sweep_will_learn_from_is_needed(tmp_path):
    key = "a" * 24
    place = tmp_path / UPLOADS / key
    place.mkdir(parents=True)
    (place / "digits.csv").write_text("0,1\n")
    assert [one.key for one in uploads.unused(tmp_path)] == [key]
    made_sweep(tmp_path, 0, dataset=str(place / "digits.csv"))
    assert uploads.unused(tmp_path) == []
