"""Own images, uploaded in the browser and learnt from."""

from pathlib import Path

from playwright.sync_api import Page, expect

from ganlab.runs import Run
from tests.data.layouts_written import bytes_of, write_idx
from tests.data.test_data_uploaded_images import TWO_CLASSES, packed, shade
from tests.e2e.conftest import Server
from tests.e2e.steps import address, control, fits, iteration, open_form, shown_run, start, state, stop, until


def test_an_upload_is_shown_outlives_a_refresh_is_learnt_from_and_resumed(server: Server, page: Page, tmp_path: Path):
    file = tmp_path / "pets.zip"
    file.write_bytes(packed(TWO_CLASSES))
    open_form(page, server, "dense-gan", 1_000_000, images="My own images")
    page.locator(".st-key-upload input[type=file]").set_input_files(file)
    expect(page.get_by_role("button", name="dogs", exact=True)).to_be_visible()
    expect(page.get_by_alt_text("Some of the real images that it will learn from")).to_be_visible()
    until(lambda: "place=" in address(page))
    page.reload()
    expect(page.get_by_role("button", name="dogs", exact=True)).to_be_visible()
    expect(page.get_by_text("(3 images, 2 classes)")).to_be_visible()
    page.set_viewport_size({"width": 420, "height": 900})
    until(lambda: fits(page))
    page.set_viewport_size({"width": 1440, "height": 900})
    start(page)
    until(lambda: iteration(page) > 0, 90)
    stop(page)
    used = Path(Run(server.runs / shown_run(page)).config.dataset)
    assert used.is_relative_to(server.runs / "uploads") and used.name == "pets"
    stopped = iteration(page)
    control(page, "Resume").click()
    until(lambda: state(page) == "running" and iteration(page) > stopped)
    stop(page)


def test_a_zip_of_idx_files_is_shown_and_learnt_from(server: Server, page: Page, tmp_path: Path):
    file = tmp_path / "strokes.zip"
    file.write_bytes(bytes_of(write_idx(tmp_path / "emnist" / "gzip", True, "emnist-letters-", upright=False)))
    open_form(page, server, "dense-gan", 1_000_000, images="My own images")
    page.locator(".st-key-upload input[type=file]").set_input_files(file)
    expect(page.get_by_role("button", name="B", exact=True)).to_be_visible()
    expect(page.get_by_text("40 images to learn from and 8 for testing, in 4 classes")).to_be_visible()
    expect(page.get_by_text("they were put upright")).to_be_visible()
    expect(page.get_by_alt_text("Some of the real images that it will learn from")).to_be_visible()
    for width in (420, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        until(lambda: fits(page))
    start(page)
    until(lambda: iteration(page) > 0, 90)
    stop(page)
    used = Run(server.runs / shown_run(page)).config
    assert Path(used.dataset).is_relative_to(server.runs / "uploads") and used.data.images == 40
    assert used.data.class_names[:4] == ("-", "A", "B", "C")


def test_an_upload_that_no_run_uses_is_deleted_and_brought_back(server: Server, page: Page, tmp_path: Path):
    file = tmp_path / "birds.zip"
    file.write_bytes(packed({"birds/1.png": shade(30), "birds/2.png": shade(60)}))
    open_form(page, server, "dense-gan", 10, images="My own images")
    page.locator(".st-key-upload input[type=file]").set_input_files(file)
    expect(page.get_by_role("button", name="birds", exact=True)).to_be_visible()
    (upload,) = (server.runs / "uploads").glob("*/birds")
    page.goto(f"{server.address}/runs")
    row = page.locator(f".st-key-upload-{upload.parent.name}")
    expect(row.get_by_text("birds", exact=True)).to_be_visible()
    row.get_by_role("button", name="Delete").click()
    expect(row.get_by_text("removed for good after an hour")).to_be_visible()
    assert not upload.exists()
    page.set_viewport_size({"width": 420, "height": 900})
    until(lambda: fits(page))
    page.reload()
    row.get_by_role("button", name="Undo").click()
    expect(row.get_by_role("button", name="Delete")).to_be_visible()
    assert upload.exists()
