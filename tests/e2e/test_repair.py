"""One digit on the Repair page: drawn or painted over, with mouse and finger, and what follows the strokes."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Server
from tests.e2e.steps import fits, fits_in_light_and_dark, ink, paper, press, until

EXAMPLE = re.compile("here is an example")
MARKED = re.compile(r"\d+ pixels? (was|were) lost")


def opened(page: Page, server: Server, models: str, query: str) -> None:
    page.goto(f"{server.address}/repair?{models}&{query}")
    expect(page.get_by_text(EXAMPLE)).to_be_visible(timeout=90_000)
    settled(page)


def settled(page: Page) -> None:
    until(lambda: not page.locator("[data-stale=true]").count())


def seen(page: Page) -> str:
    """Which image the model is shown now."""
    return page.get_by_alt_text("Damaged, as the model sees it: 28 x 28").get_attribute("src") or ""


def stroke(page: Page, *points: tuple[float, float], strokes: int) -> None:
    """A stroke of the mouse through points from 0 to 1, after which there are so many."""
    box = paper(page).bounding_box()
    assert box is not None
    for place, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if not place:
            page.mouse.down()
    page.mouse.up()
    drawn(page, strokes)


def drawn(page: Page, strokes: int) -> None:
    expect(page.locator(f"[data-testid=drawing][data-strokes='{strokes}']")).to_have_count(1)
    expect(page.get_by_test_id("drawing")).to_have_count(1)  # one paper gives way to another in two steps


def marked(page: Page) -> str:
    """How much the mask marks, once that rests: it follows a stroke while it is drawn."""
    words, before = page.get_by_text(MARKED), ""
    while before != (before := words.inner_text()):
        page.wait_for_timeout(700)
    return before


def test_a_drawing_is_repaired_stroke_by_stroke(server: Server, page: Page, models: str):
    opened(page, server, models, "mode=draw")
    stroke(page, (0.3, 0.2), (0.7, 0.2), (0.6, 0.45), strokes=1)
    expect(page.get_by_text(EXAMPLE)).to_have_count(0)
    expect(page.get_by_text(re.compile("^Before: read as ."))).to_be_visible()
    settled(page)
    first = seen(page)
    stroke(page, (0.55, 0.6), (0.45, 0.9), strokes=2)
    until(lambda: seen(page) != first)
    second = seen(page)
    press(page, "Undo")
    until(lambda: seen(page) == first)
    press(page, "Redo")
    until(lambda: seen(page) == second)

    whole, rubbed = ink(page), []
    press(page, "Rubber")
    for width in (None, "End"):  # as it is, and the widest
        if width:
            page.get_by_label("Width").press(width)
        stroke(page, (0.1, 0.2), (0.5, 0.2), strokes=3)
        rubbed.append(ink(page))
        until(lambda: seen(page) != second)
        page.keyboard.press("Control+z")
        drawn(page, 2)
        until(lambda: seen(page) == second)
    assert whole == ink(page) and whole > rubbed[0] > rubbed[1] > 0, (whole, rubbed)
    page.keyboard.press("Control+y")
    drawn(page, 3)
    page.keyboard.press("Control+z")
    drawn(page, 2)
    assert ink(page) == whole

    page.get_by_text("Black on white").click()
    expect(page.locator(".dc-container.light")).to_be_visible()
    settled(page)
    assert seen(page) == second
    page.reload()
    drawn(page, 2)
    until(lambda: page.get_by_alt_text("Repaired", exact=True).count() and seen(page) == second, 60)
    wipe = page.get_by_label("Move the border between damaged and repaired")
    wipe.press("Home")
    expect(wipe).to_have_attribute("aria-valuetext", re.compile("left 0%"))

    page.get_by_text("Follow my strokes").click()
    expect(page.get_by_text("Press Repair when you are ready")).to_be_visible()
    press(page, "Repair")
    until(lambda: page.get_by_alt_text("Repaired", exact=True).count() and seen(page) == second)
    press(page, "Clear")
    drawn(page, 0)
    expect(page.get_by_text(EXAMPLE)).to_be_visible()
    assert fits(page)


def test_a_new_image_after_strokes_has_a_clean_mask(server: Server, page: Page, models: str):
    opened(page, server, models, "mode=damage&by=paint&class=3")
    stroke(page, (0.3, 0.5), (0.7, 0.5), strokes=1)
    marks = page.get_by_text(MARKED)
    expect(page.get_by_text(EXAMPLE)).to_have_count(0)  # which has a mask, too
    first = marked(page)
    stroke(page, (0.5, 0.3), (0.5, 0.7), strokes=2)
    until(lambda: marks.inner_text() != first)
    both = marked(page)
    press(page, "Undo")
    until(lambda: marks.inner_text() == first)
    press(page, "Redo")
    until(lambda: marks.inner_text() == both)
    page.reload()
    drawn(page, 2)
    expect(page.get_by_text(both)).to_be_visible(timeout=60_000)

    for step in ("Next", "back"):  # neither another image nor the first one again has the old mask
        settled(page)
        if step == "Next":
            page.locator(".st-key-repair-next button").click()
        else:
            page.locator(".st-key-repair-number").get_by_test_id("stNumberInputStepDown").click()
        expect(page).to_have_url(re.compile(f"number={2 if step == 'Next' else 1}$"))
        drawn(page, 0)
        expect(page.get_by_text(EXAMPLE)).to_be_visible()
        settled(page)
        assert not page.get_by_text(both).count()
        stroke(page, (0.2, 0.2), (0.4, 0.2), strokes=1)
        expect(page.get_by_text(EXAMPLE)).to_have_count(0)
    page.get_by_role("radio", name="Random", exact=True).click()
    expect(page.get_by_alt_text("The digit as it is")).to_be_visible()
    expect(page.get_by_text(MARKED)).to_be_visible()
    expect(page.get_by_text("Follow my strokes")).to_have_count(0)  # as there are none
    assert "by=preset" in page.url and fits(page)


def test_on_a_phone_a_finger_draws(server: Server, browser: Browser, models: str):
    page = browser.new_page(viewport={"width": 420, "height": 900}, has_touch=True, is_mobile=True)
    page.set_default_timeout(30_000)
    try:
        opened(page, server, models, "mode=draw")
        box = paper(page).bounding_box()
        assert box is not None
        touch = page.context.new_cdp_session(page)
        for kind, across in (("touchStart", 0.3), ("touchMove", 0.5), ("touchMove", 0.7), ("touchEnd", None)):
            points = [] if across is None else [{"x": box["x"] + across * box["width"], "y": box["y"] + 100}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        drawn(page, 1)
        expect(page.get_by_text(EXAMPLE)).to_have_count(0)
        expect(page.get_by_alt_text("Repaired", exact=True)).to_be_visible()
        fits_in_light_and_dark(page)
    finally:
        page.close()
