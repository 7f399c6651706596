"""The Lab on a phone: a density is drawn, learnt and looked back at with a finger."""

from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
from playwright.sync_api import Browser, Locator, Page, expect

from ganlab.data.own_points import NOTHING_DRAWN, unpack_drawing
from ganlab.runs import Run
from tests.e2e.conftest import Server
from tests.e2e.steps import address, fits, middle, paper, settled, shown_run, until
from tests.e2e.test_lab import SMALL, lab, layer, state, when


def drag(page: Page, target: Locator, *places: tuple[float, float]) -> None:
    """Draws a finger over what lies at these places, in shares of the target's width and height."""
    middle(target)
    box = target.bounding_box()
    assert box
    finger = page.context.new_cdp_session(page)
    for number, (x, y) in enumerate(places):
        point = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
        kind = "touchMove" if number else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finger.detach()


def test_a_density_is_drawn_learnt_and_looked_back_at_with_a_finger(server: Server, browser: Browser):
    context = browser.new_context(viewport={"width": 420, "height": 900}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    settings = {**SMALL, "plane-gan.tuned.iterations": 300, "data": "Draw it yourself"}
    page.goto(f"{server.address}/lab?{urlencode(settings)}")
    begin = page.locator(".st-key-lab-start button:visible")
    expect(begin).to_be_disabled(timeout=60_000)
    expect(page.get_by_text(NOTHING_DRAWN)).to_be_visible()
    drag(page, paper(page), (0.2, 0.3), (0.4, 0.3), (0.6, 0.3), (0.8, 0.3))
    expect(begin).to_be_enabled()
    until(lambda: "drawn" in parse_qs(urlsplit(address(page)).query))
    ink = unpack_drawing(parse_qs(urlsplit(address(page)).query)["drawn"][0])
    rows = np.flatnonzero(ink.any(axis=1))
    assert len(ink) * 0.2 < rows.mean() < len(ink) * 0.4, "the stroke lies in the upper part"
    settled(page)
    begin.tap()
    until(lambda: shown_run(page), 60)
    run = Run(server.runs / shown_run(page))
    until(lambda: state(page) == "finished" and when(page) == 300, 90)
    assert run.reals()[:, 1].min() > 0, "the points lie in the upper half of the plane"
    assert fits(page)

    settled(page)
    layer(page, "Arrows").tap()
    expect(layer(page, "Arrows")).to_have_attribute("aria-pressed", "true")
    until(lambda: "arrows" in address(page))
    drag(page, lab(page).locator("#at"), (0.99, 0.5), (0.8, 0.5), (0.6, 0.5), (0.5, 0.5))
    until(lambda: 100 < when(page) < 200)
    until(lambda: f"at={when(page)}" in address(page))
    before = when(page)
    lab(page).get_by_role("button", name="Previous iteration").tap()
    until(lambda: when(page) == before - 1)
    lab(page).get_by_role("button", name="Replay").tap()
    until(lambda: when(page) > before + 5)

    lab(page).locator("#gif-first").fill("10")
    lab(page).locator("#gif-last").fill("60")
    with page.expect_download() as saved:
        lab(page).get_by_role("button", name="Save as GIF").tap()
    assert saved.value.suggested_filename.endswith("10-to-60.gif")
    assert saved.value.path().read_bytes()[:6] == b"GIF89a"
    expect(page.get_by_test_id("stException")).to_have_count(0)
    context.close()
