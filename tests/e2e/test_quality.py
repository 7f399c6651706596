"""How good the samples are, as people see it: while a GAN trains, and measured on demand, wide and narrow."""

import json
from itertools import pairwise

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from ganlab.metrics import metric_catalog
from ganlab.runs import Run, RunWriter
from tests.conftest import trained_run
from tests.e2e.conftest import Server
from tests.e2e.steps import contrasts, fits_in_light_and_dark, press, scrub, state, stop, train, until

MEASURED = 12


def put_measurements(server: Server) -> Run:
    """A run with figures in its record, which a training of a minute would have made."""
    run = Run(trained_run(server.runs, iterations=6 * MEASURED))  # so that measurements lie apart
    writer = RunWriter(run.path)
    writer.configure(measuring={"extractor": "classifier", "samples": 297, "searched": 1500, "classes": [0.1] * 10})
    rows = np.linspace(1, run.done, MEASURED).astype(int).tolist()
    for number, moment in enumerate(rows):
        most = "class_1" if number else "class_2"
        shares = {name: 0.5 if name == most else 0.5 / 9 for name in metric_catalog.CLASSES}
        values = {"frechet": 50.0 - number, "kernel": 1013.4, "coverage": 0.001121, **shares}
        writer.quality(moment, {**dict.fromkeys(metric_catalog.COLUMNS, 0.9), **values})
    writer.status("stopped")
    writer.close()
    return run


def chart_of(panel: Locator, title: str) -> Locator:
    return panel.locator(".charts > div").filter(has=panel.page.get_by_role("heading", name=title))


def test_curves_of_figures_and_a_measurement_on_demand(server: Server, page: Page):
    run = put_measurements(server)
    page.goto(f"{server.address}/train?run={run.id}")
    panel = page.get_by_test_id("merit")
    expect(panel).to_contain_text("A metric is a number that says how good samples are.")
    titles = panel.get_by_role("heading")
    expect(titles).to_have_text(["Fréchet distance", "Coverage", "Density", "Read as asked"])
    expect(chart_of(panel, "Coverage").locator(".key").first).to_contain_text("0.11%")
    panel.get_by_text("More metrics").click()
    expect(panel.get_by_text("Each value compares 297 samples")).to_be_visible()
    expect(chart_of(panel, "Kernel distance").locator(".key").first).to_contain_text("1,010")
    judged = chart_of(panel, "What the discriminator gets right")
    expect(judged).to_contain_text("They can differ a lot from the P(real) curves above")
    expect(judged.locator("canvas")).to_be_visible()
    wide = "element => element.getBoundingClientRect().width"
    until(lambda: judged.locator("canvas").evaluate(wide) <= judged.evaluate(wide))
    levels = page.locator("h1, h2, h3, h4").evaluate_all(
        "all => all.filter((h) => h.checkVisibility()).map((h) => +h.tagName[1])"
    )
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels)), levels
    distance = chart_of(panel, "Fréchet distance")
    expect(distance.locator(".key").first).to_contain_text(f"{50 - MEASURED + 1}")
    expect(distance.locator(".key")).to_contain_text(["samples", "real images"])
    expect(panel.locator(".shares li").nth(1)).to_contain_text("50.0%")
    expect(panel.get_by_role("img")).to_have_count(10)

    chart = "canvas => canvas.toDataURL()"
    without_line = distance.locator("canvas").evaluate(chart)
    scrub(page, 2)
    expect(distance.locator(".key").first).to_contain_text("50.0")
    expect(panel.locator(".shares li").nth(2)).to_contain_text("50.0%")
    expect(panel).to_contain_text("Shown here: iteration 1, the measurement nearest to iteration 2.")
    until(lambda: distance.locator("canvas").evaluate(chart) != without_line)
    press(page, "Back to the latest")
    expect(distance.locator(".key").first).to_contain_text(f"{50 - MEASURED + 1}")
    expect(panel).not_to_contain_text("Shown here")
    until(lambda: distance.locator("canvas").evaluate(chart) == without_line)

    with page.expect_download() as saved:
        distance.get_by_role("button", name="Save Fréchet distance as PNG").click()
    assert saved.value.suggested_filename == f"{run.id}-fréchet-distance.png"
    with Image.open(saved.value.path()) as picture:
        assert picture.width > 200 and len(set(picture.convert("L").tobytes())) > 3

    expect(page.get_by_text("As many as there are test images.")).to_be_visible()
    press(page, "Measure 297 samples")
    # *Stop measuring* can be gone before a browser looks; tests/pages/test_metrics_panel.py holds a measurement up.
    expect(page.get_by_text("samples of iteration")).to_be_visible(timeout=240_000)
    expect(page.get_by_role("img", name="The samples most like a training image")).to_be_visible()
    expect(page.get_by_text("New samples", exact=True)).to_be_visible()
    fits_in_light_and_dark(page)
    page.locator("[data-testid=stPlotlyChart] .main-svg").first.evaluate("svg => { svg.style.background = 'white'; }")
    assert contrasts(page)[0][0] >= 4.5, "in the dark its words can be read whatever ground the chart has kept"
    page.set_viewport_size({"width": 420, "height": 900})
    page.reload()
    expect(page.get_by_text("samples of iteration")).to_be_visible()
    panel.get_by_text("More metrics").click()
    expect(judged.locator("canvas")).to_be_visible()
    until(lambda: judged.locator("canvas").evaluate(wide) <= judged.evaluate(wide))
    fits_in_light_and_dark(page)
    page.locator("[data-testid=stPlotlyChart] .main-svg").first.evaluate("svg => { svg.style.background = 'white'; }")
    assert contrasts(page)[0][0] >= 4.5
    assert json.loads(run.measured_file.read_text())["samples"] == 297
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_training_says_when_figures_come(server: Server, page: Page):
    train(page, server, "dense-gan")
    expect(page.get_by_test_id("merit")).to_contain_text("at most 5% of the training time")
    until(lambda: state(page) == "running")
    stop(page)
