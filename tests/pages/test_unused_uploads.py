"""Uploads that no run uses, on the Runs page, and what the Train form says of one that was deleted."""

from functools import partial
from pathlib import Path

import pytest

from ganlab import jobs
from ganlab.data import uploaded_images
from ganlab.jobs import uploads
from tests.conftest import request_for
from tests.data.test_data_uploaded_images import TWO_CLASSES, packed
from tests.pages.steps import again, labels, open_page, press, words

page = partial(open_page, "runs")
HEADING = "Uploads that no run uses"


@pytest.fixture
def upload(runs: Path) -> Path:
    return uploaded_images.store([("pets.zip", packed(TWO_CLASSES))], runs / "uploads")


def test_no_upload_is_not_mentioned(runs: Path):
    assert HEADING not in words(page())


def test_an_upload_is_listed_with_its_size_deleted_and_brought_back(runs: Path, upload: Path):
    test = page()
    (found,) = uploads.unused(runs)
    assert HEADING in words(test) and f"1 upload, {found.size} bytes." in words(test)
    assert "**pets**" in words(test) and f"{found.size} bytes · uploaded" in words(test)
    test = press(test, "Delete")
    assert not upload.exists() and "Undo" in labels(test) and "Delete" not in labels(test)
    assert HEADING in words(test) and f"{found.size} bytes · deleted, and removed for good after an hour" in words(test)
    assert "1 upload" not in words(test), "what is deleted is not counted among those that are kept"
    test = press(test, "Undo")
    assert upload.exists() and "Delete" in labels(test) and "Undo" not in labels(test)


def test_an_upload_of_a_waiting_run_is_not_listed(runs: Path, upload: Path):
    writer = jobs.create_run(request_for("dense-gan", 1, dataset=str(upload)), runs)
    assert HEADING not in words(page())
    writer.close()


def test_two_browsers_that_delete_the_same(runs: Path, upload: Path):
    first, second = page(), page()
    press(first, "Delete")
    second = press(second, "Delete")
    assert [error.value.replace("\\", "") for error in second.error] == [
        "This upload is gone: it was deleted from another window or program."
    ]
    assert "Undo" in labels(second)
    assert not again(second).error, "it is said once"


def test_a_run_that_has_begun_meanwhile_keeps_its_upload(runs: Path, upload: Path):
    test = page()
    jobs.create_run(request_for("dense-gan", 1, dataset=str(upload)), runs).close()
    test = press(test, "Delete")
    assert "A run has begun to use this upload, so it was not deleted." in words(test) and upload.exists()


@pytest.mark.parametrize("query", [{"model": "dense-gan"}, {"section": "race"}])
def test_a_form_whose_upload_was_deleted_says_so_once_and_starts_nothing(runs: Path, upload: Path, query):
    test = open_page("train", new="1", images="My own images", place=str(upload), **query)
    button = next(one for one in test.button if one.key in ("start", "race-start"))
    assert not button.disabled
    uploads.delete(upload.parent.name, runs)
    button.click()
    test = again(test)
    said = "The upload pets is gone: it was deleted. Bring it back on the page Runs, or upload it again."
    assert [error.value.replace("\\", "") for error in test.error] == [said]
    assert not list(runs.glob("dense-gan*")) and not list(runs.glob("digit-gan*"))
    uploads.restore(upload.parent.name, runs)
    assert not again(test).error
