"""What came out of a sweep, in a real browser on a desk and on a phone."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Server
from tests.e2e.steps import EVERY_SCREEN, address, fits_in_light_and_dark, press, settled, until
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
