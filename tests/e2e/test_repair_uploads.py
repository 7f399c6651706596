"""An uploaded picture and the chosen repair outlive a refresh."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ganlab.data.offline import load_offline
from tests.conftest import file_of, trained_run
from tests.e2e.conftest import Server
from tests.e2e.steps import address, until


@pytest.fixture
def models(server: Server) -> Iterator[str]:
    paths: list[Path] = [trained_run(server.runs, name) for name in ("repair-gan", "classifier")]
    yield f"model={paths[0].name}&reader={paths[1].name}"
    for path in paths:
        shutil.rmtree(path)


def shown(page: Page, words: str) -> str:
    """Which image has this alternative text."""
    return page.get_by_alt_text(words, exact=True).get_attribute("src") or ""


def test_an_upload_and_the_chosen_repair_outlive_a_refresh(server: Server, page: Page, models: str, tmp_path: Path):
    picture = tmp_path / "digit.png"
    picture.write_bytes(file_of(255 - load_offline().x_test[3].repeat(5, 0).repeat(5, 1)))
    page.goto(f"{server.address}/repair?{models}&mode=damage&from=upload&by=hole")
    example = page.get_by_text("here is an example")
    expect(example).to_be_visible(timeout=90_000)
    page.locator("input[type=file]").set_input_files(picture)
    expect(example).to_have_count(0)
    page.locator(".st-key-repair-choose-1 button").click()
    expect(page.locator(".st-key-repair-choose-1 button")).to_have_text("Chosen")
    until(lambda: "upload=" in address(page) and "alternative=" in address(page))
    damaged, repaired = shown(page, "Damaged, as the model sees it: 28 x 28"), shown(page, "Repaired")
    page.reload()
    expect(page.get_by_text("that you chose before is still in use")).to_be_visible(timeout=60_000)
    expect(page.locator(".st-key-repair-choose-1 button")).to_have_text("Chosen", timeout=60_000)
    until(lambda: shown(page, "Repaired") == repaired)
    assert shown(page, "Damaged, as the model sees it: 28 x 28") == damaged
    page.get_by_role("button", name="Remove it").click()
    expect(example).to_be_visible()
    expect(page).not_to_have_url(re.compile("upload="))
