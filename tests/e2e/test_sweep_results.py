"""What came out of a sweep, in a real browser on a desk and on a phone."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Server
from tests.e2e.steps import EVERY_SCREEN, address, fits_in_light_and_dark, middle, press, settled, until
from tests.sweeping import RATE, RATES, recorded_sweep


@EVERY_SCREEN
def test_a_sweep_is_opened_from_the_list_looked_at_and_left(server: Server, page: Page, widths: tuple[int, ...]):
    sweep = recorded_sweep(
        server.runs,
        {RATE: RATES, "dropout": [0.1, 0.4]},
        (0, 1),
        became=lambda one: {"state": "failed", "why": "The loss is no number."} if one.values[RATE] == 0.1 else {},
    )
    page.set_viewport_size({"width": widths[0], "height": 900})
    page.goto(f"{server.address}/runs?search={sweep.id}")
    row = page.locator(f".st-key-row-{sweep.id}")
    expect(row).to_contain_text("12 of 12 trainings done")
    expect(row).to_contain_text("Best: Learning rate 0.001, dropout 0.1 (Fréchet distance 15.0")
    row.get_by_role("button", name="Results").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Digit GAN, class 5, by learning rate and dropout")
    charts = page.get_by_test_id("stPlotlyChart")
    expect(charts).to_have_count(2)
    expect(charts.first.locator(".annotation-text")).to_have_text(["15.0"] * 4)
    expect(charts.last.locator(".scatterlayer .trace")).not_to_have_count(0)
    expect(page.get_by_test_id("grids").locator("figure")).to_have_count(3)
    expect(page.get_by_text("failed. The loss is no number.").first).to_be_visible()
    lines = charts.last.locator(".scatterlayer .trace").count()
    settled(page)
    page.get_by_role("radio", name="Standard deviation").click()
    until(lambda: "sweep-around=" in address(page))
    expect(charts.last.locator(".scatterlayer .trace")).to_have_count(lines)
    fits_in_light_and_dark(page, *widths)
    with page.expect_download() as saved:
        press(page, "Download all trainings as CSV")
    assert len(saved.value.path().read_text().splitlines()) == 13
    page.reload()
    expect(page.get_by_role("radio", name="Standard deviation")).to_be_checked()
    settled(page)
    press(page, "Back to all runs")
    expect(row).to_be_visible()
    assert "sweep=" not in address(page)


def brush_and_draw_anew(page: Page) -> None:
    """Drags along the first of the parallel axes to choose lines, which stay chosen when the page is drawn anew."""
    axis = page.locator(".st-key-sweep-over .axis-brush").first
    settled(page)
    middle(axis)
    box = axis.bounding_box()
    assert box
    across = box["x"] + box["width"] / 2
    page.mouse.move(across, box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(across, box["y"] + 0.7 * box["height"], steps=8)
    page.mouse.up()
    chosen = "document.querySelector('.st-key-sweep-over .js-plotly-plot').data[0].dimensions[0].constraintrange"
    until(lambda: page.evaluate(chosen))
    before = page.evaluate(chosen)
    page.get_by_role("radio", name="Each training").click()
    until(lambda: "sweep-around=" in address(page))
    settled(page)
    assert page.evaluate(chosen) == before


@EVERY_SCREEN
def test_a_sweeps_results_stand_on_one_page_that_prints(server: Server, page: Page, widths: tuple[int, ...]):
    three = {RATE: RATES, "dropout": [0.1, 0.4], "label_noise": [0.0, 0.2]}
    sweep = recorded_sweep(server.runs, three, (0,), lambda member: 1000 * member.values[RATE])
    page.set_viewport_size({"width": widths[0], "height": 900})
    page.goto(f"{server.address}/runs?sweep={sweep.id}")
    brush_and_draw_anew(page)
    press(page, "Printable page")
    charts = page.get_by_test_id("stPlotlyChart")
    expect(charts).to_have_count(4)
    expect(charts.first.locator(".scatterlayer .trace")).to_have_count(5)
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(13)
    expect(page.get_by_role("img", name="Worst", exact=False)).to_be_visible()
    settled(page)
    fits_in_light_and_dark(page, *widths)
    back = page.get_by_role("button", name="Back to the results")
    page.emulate_media(media="print", color_scheme="dark")
    expect(back).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_css("color", "rgb(0, 0, 0)")
    sheets = len(re.findall(rb"/Type */Page\b", page.pdf(format="A4")))
    assert 2 <= sheets <= 5, "all of it, with no empty sheets between"
    page.emulate_media(media="screen")
    back.click()
    expect(page.get_by_role("button", name="Open the sweep")).to_be_visible()
    assert "figures=" not in address(page)
