"""Export, import and recipe links as people use them, on a large screen and on a phone."""

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ganlab.runs import Run, list_runs, rename
from ganlab.sharing.exporting import export
from tests.conftest import trained_run
from tests.e2e.conftest import Server
from tests.e2e.steps import fits_wide_and_narrow, live_view, open_form, press, start, state, until


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Run:
    return Run(trained_run(tmp_path_factory.mktemp("trained"), "dense-gan", 30, digits=(5,), seed=6))


@pytest.fixture
def kept(server: Server, trained: Run) -> Iterator[Run]:
    """A run with weights in the runs folder; all runs are gone afterwards."""
    server.runs.mkdir(parents=True, exist_ok=True)
    yield Run(shutil.copytree(trained.path, server.runs / trained.path.name))
    for run in list_runs(server.runs)[0]:
        shutil.rmtree(run.path)


def open_runs(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/runs")
    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()


def upload(page: Page, name: str, content: bytes) -> None:
    press(page, "Import")
    field = page.get_by_test_id("stPopoverBody").locator("input[type=file]")
    field.set_input_files({"name": name, "mimeType": "application/zip", "buffer": content})


def test_a_run_is_exported_and_comes_back(page: Page, server: Server, kept: Run):
    rename(kept, "https://spy.example, www.spy.example")
    open_runs(page, server)
    page.locator(f".st-key-row-{kept.id}").get_by_role("button", name="More").click()
    menu = page.get_by_test_id("stPopoverBody")
    with page.expect_download(timeout=120_000) as download:  # one press is enough
        menu.get_by_role("button", name="Export", exact=True).click()
    expect(menu.get_by_text("The file is ready", exact=False)).to_be_visible()
    fits_wide_and_narrow(page)
    with page.expect_download() as again:
        menu.get_by_role("button", name=f"Save {kept.id}.zip", exact=False).click()
    assert Path(again.value.path()).read_bytes() == Path(download.value.path()).read_bytes()
    content = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == f"{kept.id}.zip"
    assert "generator.keras" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 420, "height": 900})
    open_runs(page, server)
    upload(page, "from-a-colleague.zip", content)
    expect(page.get_by_text("Imported: ", exact=False)).to_be_visible(timeout=120_000)
    expect(page.get_by_text("spy.example", exact=False)).to_have_count(3)  # there, and in two rows
    expect(page.locator("a[href*=spy]")).to_have_count(0)
    fits_wide_and_narrow(page)
    press(page, "Open it")
    expect(page.get_by_text("imported from from-a-colleague.zip", exact=False)).to_be_visible()
    expect(live_view(page)).to_be_visible()
    expect(page.get_by_role("heading", name="spy.example")).to_be_visible()
    expect(page.locator("a[href*=spy]")).to_have_count(0)
    expect(page.get_by_role("button", name="Extend", exact=True)).to_have_count(0)
    fits_wide_and_narrow(page)


def test_a_hostile_file_is_refused_with_a_sentence(page: Page, server: Server, kept: Run, tmp_path: Path):
    export(kept, tmp_path / "run.zip")
    with zipfile.ZipFile(tmp_path / "run.zip", "a") as archive:
        archive.writestr("../../evil.py", "print('evil')")
    page.set_viewport_size({"width": 420, "height": 900})
    open_runs(page, server)
    upload(page, "evil.zip", (tmp_path / "run.zip").read_bytes())
    sentence = "evil.zip cannot be imported: it holds '../../evil.py', a name that points outside its folder."
    expect(page.get_by_text(sentence)).to_be_visible()
    assert [run.id for run in list_runs(server.runs)[0]] == [kept.id]
    assert not list(server.folder.rglob("evil.py"))
    fits_wide_and_narrow(page)


def test_the_link_of_a_run_fills_the_form(page: Page, server: Server, kept: Run):
    page.set_viewport_size({"width": 420, "height": 900})
    page.goto(f"{server.address}/train?run={kept.id}")
    press(page, "Reproduce")
    link = page.get_by_test_id("stPopoverBody").locator("code").first.inner_text()
    assert link.startswith(f"{server.address}/train?new=1&model=dense-gan")
    page.goto(link)
    expect(page.get_by_label("Iterations", exact=True).first).to_have_value("30")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    assert [run.id for run in list_runs(server.runs)[0]] == [kept.id]  # nothing starts by itself
    page.goto(link.replace("iterations=30", "iterations=lots"))
    expect(page.get_by_text("Some settings in this link", exact=False)).to_be_visible()
    expect(page.get_by_label("Iterations", exact=True).first).to_have_value("20000")
    page.get_by_text("Seed, device, precision").click()
    expect(page.get_by_label("Seed", exact=True)).to_have_value("6")
    press(page, "Hide this message")
    expect(page.get_by_text("Some settings in this link", exact=False)).to_have_count(0)
    fits_wide_and_narrow(page)


def test_every_plot_is_saved_as_a_png(page: Page, server: Server, kept: Run):
    page.goto(f"{server.address}/train?run={kept.id}")
    until(lambda: int(live_view(page).get_attribute("data-frame") or 0) > 0)
    buttons = page.locator(".live button.save:visible")
    assert buttons.count() == page.locator(".live .plot:visible").count() + 1  # and one loss against the other
    for index in range(buttons.count()):
        with page.expect_download() as download:
            buttons.nth(index).click()
        content = Path(download.value.path()).read_bytes()
        assert download.value.suggested_filename.startswith(f"{kept.id}-") and content.startswith(b"\x89PNG")
        assert len(content) > 3_000, "an empty picture"


def test_tensorboard_files_are_written_where_the_switch_asks_for_them(page: Page, server: Server, kept: Run):
    open_form(page, server, "dense-gan", 20, tensorboard="true")
    start(page)
    until(lambda: state(page) == "finished", 120)
    run = next(run for run in list_runs(server.runs)[0] if run.id != kept.id)
    assert json.loads((run.path / "config.json").read_text())["tensorboard"] is True
    assert len(list((run.path / "tensorboard").iterdir())) == 1
