"""Uploads that nobody needs are found, deleted and brought back; those that a run needs are left alone."""

import os
import re
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ganlab import data, jobs
from ganlab.cache import STALE
from ganlab.data import uploaded_images
from ganlab.errors import GanlabError
from ganlab.jobs import uploads
from ganlab.jobs.race_standings import Finish
from ganlab.jobs.races import create_race
from ganlab.runs import ACTIVE, RunWriter, delete, layout
from ganlab.runs.folders import DELETED
from ganlab.runs.records import State
from tests.conftest import request_for
from tests.data.test_data_uploaded_images import TWO_CLASSES, packed


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    """An upload in the runs folder `tmp_path`, as a data set."""
    return uploaded_images.store([("pets.zip", packed(TWO_CLASSES))], tmp_path / "uploads")


def names(found: list[uploads.Upload]) -> list[str]:
    return [one.name for one in found]


def made(folder: Path, dataset: Path) -> RunWriter:
    return jobs.create_run(request_for("dense-gan", 1, dataset=str(dataset)), folder)


def test_an_upload_is_deleted_brought_back_and_told_with_its_size(tmp_path: Path, upload: Path):
    (found,) = uploads.unused(tmp_path)
    assert (found.name, found.key) == ("pets", upload.parent.name)
    assert found.size == sum(file.stat().st_size for file in upload.rglob("*.*"))
    assert abs(found.stored - time.time()) < 60
    images = data.load(str(upload)).fingerprint
    uploads.delete(found.key, tmp_path)
    assert not uploads.unused(tmp_path) and names(uploads.deleted(tmp_path)) == ["pets"]
    uploads.restore(found.key, tmp_path)
    assert names(uploads.unused(tmp_path)) == ["pets"] and not uploads.deleted(tmp_path)
    assert data.load(str(upload)).fingerprint == images


def test_a_single_file_is_an_upload_too(tmp_path: Path):
    path = uploaded_images.store([("cat.png", TWO_CLASSES["cats/1.png"])], tmp_path / "uploads")
    assert names(uploads.unused(tmp_path)) == [path.name]


def test_there_may_be_no_upload_and_no_folder(tmp_path: Path):
    for folder in (tmp_path, tmp_path / "gone"):
        assert not uploads.unused(folder) and not uploads.deleted(folder)


@pytest.mark.parametrize("state", [*ACTIVE, "stopped", "failed", "finished"])
def test_what_a_run_uses_is_not_listed_and_not_deleted(tmp_path: Path, upload: Path, state: State):
    writer = made(tmp_path, upload)
    writer.status(state)
    if state not in ACTIVE:
        writer.close()
    assert not uploads.unused(tmp_path)
    with pytest.raises(GanlabError, match="A run has begun to use this upload"):
        uploads.delete(upload.parent.name, tmp_path)
    assert len(data.load(str(upload)).x_train)
    writer.close()
    delete(writer.run)
    assert names(uploads.unused(tmp_path)) == ["pets"]


def test_both_sides_of_a_race_need_what_they_learn_from(tmp_path: Path, upload: Path):
    side = request_for("dense-gan", 10, dataset=str(upload))
    race = create_race(side, replace(side, digits=(0,)), Finish("iterations", 10), tmp_path)
    assert not uploads.unused(tmp_path)
    left, right = (part.run for part in race.parts)
    race._cancel()
    shutil.rmtree(left)
    assert not uploads.unused(tmp_path)
    shutil.rmtree(right)
    assert names(uploads.unused(tmp_path)) == ["pets"]


def test_a_run_that_is_about_to_go_or_cannot_be_read_still_needs_its_upload(tmp_path: Path, upload: Path):
    writer = made(tmp_path, upload)
    writer.close()
    going = writer.path.rename(tmp_path / f"{DELETED}1")
    assert not uploads.unused(tmp_path)
    config = going.rename(tmp_path / "torn") / layout.CONFIG
    config.write_bytes(config.read_bytes()[:-20])
    assert not uploads.unused(tmp_path)
    config.unlink()
    config.mkdir()
    with pytest.raises(GanlabError, match="so it is not known which uploads are needed"):
        uploads.unused(tmp_path)


def test_a_run_that_is_made_while_its_upload_is_deleted_keeps_it(tmp_path: Path, upload: Path, monkeypatch):
    real = Path.rename

    def rename(path: Path, target: Path) -> Path:
        moved = real(path, target)
        if path == upload.parent:
            made(tmp_path, upload).close()
        return moved

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(GanlabError, match="A run has begun to use this upload"):
        uploads.delete(upload.parent.name, tmp_path)
    assert len(data.load(str(upload)).x_train) and not uploads.deleted(tmp_path)


def test_two_who_delete_or_bring_back_the_same(tmp_path: Path, upload: Path):
    key = upload.parent.name
    uploads.delete(key, tmp_path)
    with pytest.raises(GanlabError, match="This upload is gone: it was deleted from another window"):
        uploads.delete(key, tmp_path)
    uploads.restore(key, tmp_path)
    uploads.restore(key, tmp_path)
    assert names(uploads.unused(tmp_path)) == ["pets"]


def test_what_was_deleted_is_removed_after_an_hour(tmp_path: Path, upload: Path):
    key = upload.parent.name
    long_ago = time.time() - 2 * STALE
    os.utime(upload.parent, (long_ago, long_ago))
    uploads.delete(key, tmp_path)
    assert names(uploads.deleted(tmp_path)) == ["pets"], "the hour begins when it is deleted"
    os.utime(tmp_path / "uploads" / f"{uploads.DELETED}{key}", (long_ago, long_ago))
    assert not uploads.deleted(tmp_path) and not list((tmp_path / "uploads").iterdir())
    with pytest.raises(GanlabError, match="This upload is gone"):
        uploads.restore(key, tmp_path)


def test_what_is_uploaded_again_is_there_and_can_be_deleted_again(tmp_path: Path, upload: Path):
    uploads.delete(upload.parent.name, tmp_path)
    assert uploaded_images.store([("pets.zip", packed(TWO_CLASSES))], tmp_path / "uploads") == upload
    assert names(uploads.unused(tmp_path)) == ["pets"] and not uploads.deleted(tmp_path)
    uploads.delete(upload.parent.name, tmp_path)
    assert not uploads.unused(tmp_path) and names(uploads.deleted(tmp_path)) == ["pets"]
    uploads.restore(upload.parent.name, tmp_path)
    assert len(data.load(str(upload)).x_train)


def test_a_deleted_upload_that_is_asked_for_is_one_sentence(tmp_path: Path, upload: Path):
    uploads.delete(upload.parent.name, tmp_path)
    said = "The upload pets is gone: it was deleted. Bring it back on the page Runs, or upload it again."
    assert data.describe(str(upload)) == said
    with pytest.raises(GanlabError, match=re.escape(said)):
        data.load(str(upload))
