"""A number written with the mouse and with a finger on the Repair page."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Server
from tests.e2e.steps import address, fits, fits_in_light_and_dark, paper, until

EXAMPLE = re.compile("here is an example")


def opened(page: Page, server: Server, models: str, query: str = "") -> None:
    page.goto(f"{server.address}/repair?section=phone&{models}{query}")
    expect(page.get_by_text(EXAMPLE)).to_be_visible(timeout=90_000)
    expect(page.get_by_alt_text("Digit 10 damaged")).to_be_visible()
    settled(page)


def settled(page: Page) -> None:
    until(lambda: not page.locator("[data-stale=true]").count())


def number(page: Page) -> str:
    """As it is read after the repair."""
    return page.locator("[data-testid=stCode]").last.inner_text().strip()


def line(page: Page, across: float) -> None:
    """A 1, written with the mouse."""
    box = paper(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + across * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + across * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    page.mouse.up()


def test_a_number_grows_with_each_digit_and_each_can_be_damaged(server: Server, page: Page, models: str):
    opened(page, server, models)
    for count, across in enumerate((0.2, 0.4, 0.6), 1):
        line(page, across)
        expect(page.get_by_text(f"{count} digit{'' if count == 1 else 's'} found")).to_be_visible()
        until(lambda count=count: len(number(page)) == count)
        settled(page)
    expect(page.get_by_text(EXAMPLE)).to_have_count(0)
    for name, count in (("Undo", 2), ("Redo", 3), ("Undo", 2)):
        page.get_by_role("button", name=name).click()
        until(lambda count=count: len(number(page)) == count)
        settled(page)
    expect(page.get_by_alt_text("Digit 2 damaged")).to_have_count(0)  # unlike the example's
    settled(page)
    field = page.locator(".st-key-repair-number-damage input")
    field.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # a list that opens while the page still scrolls is closed by it
    field.click()
    page.get_by_role("option", name="Hole", exact=True).click()
    expect(page.get_by_alt_text("Digit 2 damaged")).to_be_visible()
    until(lambda: "number-damage=hole" in address(page))
    page.reload()
    expect(page.get_by_alt_text("Digit 2 damaged")).to_be_visible()
    until(lambda: len(number(page)) == 2)
    settled(page)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text(EXAMPLE)).to_be_visible()
    until(lambda: len(number(page)) == 10)

    page.get_by_role("radio", name="A sample number").click()
    says = page.get_by_text(re.compile(r"^The number is \d{10}\."))
    first = says.inner_text()
    page.get_by_role("button", name="Show another number").click()
    until(lambda: says.inner_text() != first)
    assert "number-seed=33" in address(page)
    settled(page)
    page.get_by_role("button", name="How many numbers would go wrong").click()
    expect(page.get_by_role("combobox", name="Damage", exact=True)).to_have_value("Hole")
    assert "section=quality" in address(page) and "part=day" in address(page)
    assert "test-damage=hole" in address(page) and models in address(page)
    page.get_by_role("radio", name="Phone number").click()
    until(lambda: "section=phone" in address(page) and "part=" not in address(page))


def test_on_a_phone_a_finger_writes_two_halves(server: Server, browser: Browser, models: str):
    context = browser.new_context(viewport={"width": 420, "height": 900}, has_touch=True, user_agent="Mobile Mobi")
    page = context.new_page()
    page.set_default_timeout(30_000)
    opened(page, server, models)
    expect(page.get_by_test_id("drawing")).to_have_count(2)
    touch = context.new_cdp_session(page)
    for half in range(2):
        box = paper(page, half).bounding_box()
        assert box is not None and box["height"] > 90
        points = [{"x": box["x"] + 0.5 * box["width"], "y": box["y"] + y * box["height"]} for y in (0.2, 0.5, 0.8)]
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
        for point in points[1:]:
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        until(lambda half=half: len(number(page)) == half + 1)
        settled(page)
    assert fits(page)
    fits_in_light_and_dark(page)
    context.close()
