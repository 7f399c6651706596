"""The Layers page in a browser: by mouse, by key and by touch."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Server
from tests.e2e.ideas_steps import place
from tests.e2e.steps import address, fits_in_light_and_dark, paper, settled, until


def open_layers(page: Page, server: Server, query: str = "") -> Locator:
    page.goto(f"{server.address}/layers{query}")
    view = page.get_by_test_id("layers")
    view.wait_for()
    return view


def sums_up(view: Locator) -> None:
    """The sum under the kernel is the number on the map."""
    expect(view.locator("#sum")).to_be_visible()  # it is hidden until the chosen unit's kernel is there
    expect(view.locator("#sum-words")).to_contain_text("products add up to")
    assert view.get_attribute("data-sum") == view.get_attribute("data-value")


def answer(view: Locator) -> list[float]:
    return [float(share) for share in (view.get_attribute("data-answer") or "").split(",")]


def change_layer(view: Locator, number: int) -> None:
    """Chooses a layer by its button, and waits until it is drawn."""
    view.evaluate(
        """(e, number) => new Promise((done) => {
            const look = new MutationObserver(() => {
                look.disconnect();
                done();
            });
            look.observe(e, {attributes: true, attributeFilter: ["data-frame"]});
            e.querySelectorAll(".all button")[number].click();
        })""",
        number,
    )


def test_layers_units_sums_and_answers_by_mouse_and_keys_and_back_again(server: Server, page: Page):
    view = open_layers(page, server)
    expect(view).to_have_attribute("data-layer", "convolution 1")
    page.mouse.click(*place(view.locator("#units"), 0.3, 0.15))
    until(lambda: "unit=" in address(page))
    unit = int(view.get_attribute("data-unit") or 0)
    assert unit > 0
    view.locator("#units").press("ArrowRight")
    expect(view.locator("#unit-title")).to_have_text(f"Unit {unit + 2}")
    until(lambda: f"unit={unit + 2}" in address(page))
    sums_up(view)
    page.mouse.move(*place(view.locator("#pixel"), 0.5, 0.5))
    expect(view).to_have_attribute("data-pixel", str(14 * 28 + 14))
    sums_up(view)
    before = view.locator("#pixel-words").inner_text()
    view.locator("#pixel").press("ArrowUp")
    expect(view).to_have_attribute("data-pixel", str(13 * 28 + 14))
    assert view.locator("#pixel-words").inner_text() != before
    sums_up(view)
    assert view.locator("#over rect").get_attribute("y") == "12", "the kernel lies around row 13 of the image"

    view.locator("select#cover").select_option("10")
    until(lambda: "cover=10" in address(page))
    expect(view.locator("#cost-words")).to_contain_text("with the patch at each place")
    whole = answer(view)
    over = view.locator("#over")
    page.mouse.move(*place(over, 0.2, 0.2))
    page.mouse.down()
    page.mouse.move(*place(over, 0.5, 0.45), steps=4)
    page.mouse.up()
    expect(view).to_have_attribute("data-patch", "8,9")
    moved = answer(view)
    assert moved != whole and sum(moved) == pytest.approx(1, abs=0.01)
    over.press("ArrowDown")
    expect(view).to_have_attribute("data-patch", "9,9")
    assert answer(view) != moved

    view.get_by_role("button", name="normalisation 2").click()
    expect(view.get_by_role("heading", name=re.compile("Normalisation 2: 32 maps"))).to_be_visible()
    expect(view.locator("#before + figcaption")).to_contain_text("spread")
    expect(view.locator("#sum")).to_be_hidden()
    view.locator("#top button").nth(2).click()
    until(lambda: "layers-number=" in address(page))
    number = re.findall(r"layers-number=(\d+)", address(page))[0]
    expect(view.locator("#given")).to_contain_text(f"Test image {number} of")
    settled(page)
    page.reload()
    expect(view).to_have_attribute("data-layer", "normalisation 2")
    expect(view.locator("#given")).to_contain_text(f"Test image {number} of")
    expect(view.locator("select#cover")).to_have_value("10")
    fits_in_light_and_dark(page, 1440, 1024)


def test_every_layer_is_drawn_and_a_drawing_goes_in(server: Server, page: Page):
    view = open_layers(page, server)
    for number in range(1, 17):
        change_layer(view, number)
    page.get_by_role("radio", name="Drawing").click()
    canvas = paper(page)
    expect(page.get_by_text("Draw a digit, a 2 for example.")).to_be_visible()
    page.mouse.move(*place(canvas, 0.5, 0.2))
    page.mouse.down()
    page.mouse.move(*place(canvas, 0.5, 0.8), steps=6)
    page.mouse.up()
    expect(view.locator("#given")).to_contain_text("Your drawing")
    shares = answer(view)
    assert shares.index(max(shares)) == 1, "an upright stroke is read as a 1"
    settled(page)
    view.locator("#top button").first.click()
    expect(view.locator("#given")).to_contain_text("Test image")


def test_latents_and_earlier_weights(server: Server, page: Page):
    view = open_layers(page, server, "?model=swift-gan&layer=output")
    drawn = view.locator("#drawn")
    first = drawn.evaluate("canvas => canvas.toDataURL()")
    page.get_by_role("slider", name=re.compile("To number 1")).press("ArrowRight")
    until(lambda: "layers-z1=" in address(page))
    until(lambda: drawn.evaluate("canvas => canvas.toDataURL()") != first)
    moved = drawn.evaluate("canvas => canvas.toDataURL()")
    page.get_by_role("slider", name="After so many iterations").press("ArrowLeft")
    until(lambda: "at=15704" in address(page))
    until(lambda: drawn.evaluate("canvas => canvas.toDataURL()") != moved)
    expect(page.get_by_text("After 15,704 iterations")).to_be_visible()


def test_a_unit_a_place_and_a_patch_by_touch(server: Server, browser: Browser):
    context = browser.new_context(viewport={"width": 420, "height": 900}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    view = open_layers(page, server, "?cover=7&layers-number=2")
    page.touchscreen.tap(*place(view.locator("#units"), 0.5, 0.4))
    until(lambda: "unit=" in address(page))
    page.touchscreen.tap(*place(view.locator("#pixel"), 0.05, 0.05))
    expect(view).to_have_attribute("data-pixel", "29")
    sums_up(view)
    over = view.locator("#over")
    ways = [place(over, share, share) for share in (0.3, 0.4, 0.6)]
    finger = context.new_cdp_session(page)
    for number, (x, y) in enumerate(ways):
        kind = "touchMove" if number else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(view).to_have_attribute("data-patch", "13,13")
    fits_in_light_and_dark(page)
    context.close()
