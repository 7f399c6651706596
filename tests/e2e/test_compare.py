"""Choosing runs on the list and comparing them in a real browser."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from ganlab.runs import Run
from tests.e2e.conftest import Server
from tests.e2e.steps import EVERY_SCREEN, address, fits, fits_in_light_and_dark, press, until
from tests.evaluation.test_comparison import with_figures


@pytest.fixture
def kept(server: Server) -> Iterator[list[Run]]:
    """Two runs with metrics, of 30 and of 300 iterations."""
    runs = [
        with_figures(server.runs, {10: 40.0, 30: 20.0}, preview_images=16, created="2026-01-01T00:00:00+00:00"),
        with_figures(
            server.runs, {100: 60.0, 300: 10.0}, model="dcgan", done=300, iterations=300, preview_images=16, digits=[8]
        ),
    ]
    yield runs
    for run in runs:
        shutil.rmtree(run.path, ignore_errors=True)


def grids(page: Page) -> Locator:
    return page.get_by_test_id("grids").locator("figure")


def iterations(page: Page) -> list[str | None]:
    """After how many iterations each grid shows samples."""
    return [figure.get_attribute("data-iteration") for figure in grids(page).all()]


def shown(page: Page) -> list[str]:
    """What each grid shows now."""
    return grids(page).locator("canvas").evaluate_all("all => all.map(canvas => canvas.toDataURL())")


def open_comparison(page: Page, server: Server, runs: list[Run]) -> None:
    page.goto(f"{server.address}/runs?compare={','.join(run.id for run in runs)}")
    expect(page.get_by_role("heading", name="Compare runs", exact=True)).to_be_visible()
    expect(grids(page)).to_have_count(len(runs))


def charts(page: Page) -> Locator:
    return page.get_by_test_id("stPlotlyChart")


def test_runs_are_ticked_and_compared_and_the_list_remembers_them(server: Server, page: Page, kept: list[Run]):
    page.goto(f"{server.address}/runs")
    for run in kept:
        row = page.locator(f".st-key-row-{run.id}")
        row.get_by_text("Compare", exact=True).click()
        expect(row.get_by_role("checkbox", name="Compare")).to_be_checked()
    bar = page.locator(".st-key-compare-bar")
    expect(bar).to_contain_text("2 to compare")
    expect(bar).to_be_in_viewport()
    page.reload()
    expect(bar).to_contain_text("2 to compare")
    press(page, "Compare 2 runs")
    expect(page.get_by_role("heading", name="Compare runs", exact=True)).to_be_visible()
    expect(grids(page)).to_have_count(2)
    assert all(run.id in page.url for run in kept)
    press(page, "Back to all runs")
    expect(bar).to_contain_text("2 to compare")
    press(page, "Clear")
    expect(bar).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 420])
def test_one_range_moves_the_samples_of_all_runs_at_once(server: Server, page: Page, kept: list[Run], width: int):
    page.set_viewport_size({"width": width, "height": 900})
    open_comparison(page, server, kept)
    assert iterations(page) == ["30", "300"]
    before = shown(page)
    sent: list[object] = []
    page.on("websocket", lambda socket: sent.append(socket))
    moment = page.get_by_label("Moment")
    moment.focus()
    page.keyboard.press("Home")
    until(lambda: iterations(page) == ["0", "0"])
    assert all(now != then for now, then in zip(shown(page), before, strict=True))
    page.keyboard.press("ArrowRight")
    until(lambda: iterations(page) == ["10", "10"])
    box = moment.bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2)
    page.mouse.down()
    seen = set()
    for step in range(1, 11):
        page.mouse.move(box["x"] + box["width"] * step / 10, box["y"] + box["height"] / 2)
        seen.add(tuple(iterations(page)))
    page.mouse.up()
    assert len(seen) > 5, "it draws while the hand drags"
    until(lambda: iterations(page) == ["30", "300"])
    expect(grids(page).first).to_contain_text("its last")


def test_by_seconds_and_by_another_curve(server: Server, page: Page, kept: list[Run]):
    open_comparison(page, server, kept)
    expect(charts(page)).to_have_count(2)
    expect(charts(page).first).to_contain_text("iterations")
    page.get_by_role("radio", name="Seconds of training").click()
    expect(charts(page).first).to_contain_text("seconds of training")
    expect(page.get_by_test_id("grids")).to_contain_text("s of training")
    option = page.get_by_role("option", name="Discriminator's loss", exact=True)

    def opened() -> bool:  # a page that is still being drawn anew closes it
        if not option.is_visible():
            page.locator(".st-key-compare-curve input").click()
            page.wait_for_timeout(500)
        return option.is_visible()

    until(opened)
    option.click()
    expect(charts(page).first).to_contain_text("Discriminator's loss")
    until(lambda: "compare-curve=" in address(page))
    page.reload()
    expect(charts(page).first).to_contain_text("Discriminator's loss")
    expect(charts(page).first).to_contain_text("seconds of training")
    charts(page).first.hover()
    with page.expect_download() as saved:
        charts(page).first.locator("[data-title*=PNG]").click()
    assert saved.value.suggested_filename == "Discriminator's loss.png"
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")


@EVERY_SCREEN
def test_the_page_fits_in_light_and_dark(server: Server, page: Page, kept: list[Run], widths: tuple[int, ...]):
    page.set_viewport_size({"width": widths[0], "height": 900})
    open_comparison(page, server, kept)
    expect(charts(page)).to_have_count(2)
    expect(page.get_by_role("heading", name="Where each ended")).to_be_visible()
    fits_in_light_and_dark(page, *widths)
    page.goto(f"{server.address}/runs?ticked={','.join(run.id for run in kept)}")
    expect(page.locator(".st-key-compare-bar")).to_be_visible()
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        until(lambda: fits(page))


def test_a_run_deleted_meanwhile_leaves_the_others(server: Server, page: Page, kept: list[Run]):
    open_comparison(page, server, kept)
    shutil.rmtree(kept[1].path)
    page.get_by_role("radio", name="Seconds of training").click()
    expect(page.get_by_text(f"There is no run '{kept[1].id}'")).to_be_visible()
    expect(grids(page)).to_have_count(1)
