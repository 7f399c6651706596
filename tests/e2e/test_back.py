"""The browser's Back from a run, or from its figures, to the list that it was chosen from."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from ganlab.runs import Run
from tests.e2e.conftest import Server
from tests.e2e.steps import address, until
from tests.pages.steps import finish


@pytest.fixture
def threes(server: Server) -> Iterator[list[Run]]:
    """Runs that differ in their length."""
    runs = [finish(server.runs, model="dense-gan", digits=[3], done=done, iterations=done) for done in (10, 30, 20)]
    runs.append(finish(server.runs, "stopped", model="dense-gan", digits=[3], done=10))
    yield runs
    for run in runs:
        shutil.rmtree(run.path)


def rows(page: Page) -> list[str]:
    """The runs that are listed, from top to bottom."""
    return page.locator("[class*=st-key-row-]").evaluate_all(
        "rows => rows.map(row => [...row.classList].find(name => name.startsWith('st-key-row-')).slice(11))"
    )


@pytest.mark.parametrize("button", ["open", "figures"])
def test_back_leads_to_the_list_as_it_was(server: Server, page: Page, threes: list[Run], button: str):
    wanted = [threes[number].id for number in (1, 2, 0)]
    page.goto(f"{server.address}/runs?state=Finished&sort=Longest")
    page.get_by_label("Search").fill("dense 3")
    until(lambda: rows(page) == wanted and "search=dense" in address(page))
    page.locator(f".st-key-{button}-{wanted[1]} button:visible").click()
    expect(page.get_by_role("heading", name="Dense GAN, class 3")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Search")).to_have_value("dense 3")
    until(lambda: rows(page) == wanted)
    until(lambda: all(part in address(page) for part in ("search=dense", "state=Finished", "sort=Longest")))

    page.get_by_label("Search").fill("")
    expect(page).not_to_have_url(re.compile("search="), timeout=30_000)
    page.wait_for_timeout(1000)
    assert page.get_by_label("Search").input_value() == "", "what is cleared by hand stays so"


def test_back_leads_to_the_page_of_the_list_as_it_was(server: Server, page: Page, threes: list[Run]):
    more = [finish(server.runs, model="dense-gan", digits=[3]) for _ in range(20)]
    try:
        page.goto(f"{server.address}/runs?search=dense&page=2")
        expect(page.get_by_text("of your own, in")).to_be_visible()  # below the last row
        listed = rows(page)
        assert listed
        page.locator(f".st-key-open-{listed[0]} button:visible").click()
        expect(page.get_by_role("heading", name="Dense GAN, class 3")).to_be_visible()
        page.go_back()
        until(lambda: rows(page) == listed and "page=2" in address(page))
    finally:
        for run in more:
            shutil.rmtree(run.path)
