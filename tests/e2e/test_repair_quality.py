"""How good a repair model is, as people see it."""

import re
import shutil
from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import trained_run
from tests.e2e.conftest import Server
from tests.e2e.steps import address, fits, fits_in_light_and_dark, until


@pytest.fixture
def model(server: Server) -> Iterator[str]:
    path = trained_run(server.runs, "inpaint-gan", 2)
    yield path.name
    shutil.rmtree(path)


def test_figures_a_worst_case_and_another_restaurant(server: Server, page: Page, model: str):
    page.goto(f"{server.address}/repair?section=quality&model={model}&reader=classifier")
    expect(
        page.get_by_role("heading", name=re.compile(r"^The classifier reads \d+\.\d% of the damaged digits correctly"))
    ).to_be_visible(timeout=90_000)
    expect(page.get_by_text("Can you trust how sure it is?")).to_be_visible()
    expect(page.get_by_text("Thin cuts").first).to_be_visible(timeout=90_000)
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=90_000)
    expect(page.locator(".confusion")).to_have_count(2, timeout=90_000)
    counts = page.locator(".confusion").evaluate_all(
        "tables => tables.map((t) => [...t.querySelectorAll('tbody td')].reduce((n, cell) => n + +cell.textContent, 0))"
    )
    assert counts == [297, 297]

    looked_into = page.get_by_text(re.compile(r"^Test image \d+ shows \d"))
    first = looked_into.inner_text()
    page.locator(".st-key-quality-case-1 button").click()
    until(lambda: looked_into.inner_text() != first)

    sites = page.get_by_role("spinbutton", name="Restaurants")
    sites.fill("1")
    sites.press("Enter")
    expect(page.get_by_text("Of 60 numbers a day, with 600 digits")).to_be_visible()
    until(lambda: "day-sites=1" in address(page))
    page.get_by_role("tab", name="By class").click()
    expect(page.get_by_text("The number in brackets says how many images")).to_be_visible()
    fits_in_light_and_dark(page)
    levels = page.locator("h1, h2, h3, h4, h5").evaluate_all("all => all.map((heading) => +heading.tagName[1])")
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    page.set_viewport_size({"width": 420, "height": 900})
    until(lambda: fits(page))


def test_who_asks_for_a_day_at_the_restaurants_sees_it_and_not_what_is_above(server: Server, page: Page, model: str):
    page.goto(f"{server.address}/repair?section=quality&part=day&model={model}&reader=classifier")
    day = page.get_by_role("heading", name="A restaurant's day")
    expect(day).to_be_in_viewport(timeout=90_000)
    expect(day).to_be_focused()
    until(lambda: "part=" not in address(page))
    expect(page.get_by_text("Thin cuts").first).to_be_attached(timeout=90_000)
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=90_000)
    expect(page.get_by_text("Can you trust how sure it is?")).to_be_attached()
    expect(day).to_be_in_viewport()
    page.mouse.move(600, 400)
    page.mouse.wheel(0, -20_000)
    expect(page.get_by_role("heading", name="Repair", exact=True)).to_be_in_viewport()
    page.reload()
    expect(page.get_by_role("heading", name=re.compile("^The classifier reads"))).to_be_in_viewport(timeout=90_000)
