"""The canvas in the browser, as the Repair page has it: nothing that is drawn is lost, however quickly."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Server
from tests.e2e.steps import ink, paper, press, until

EXAMPLE = re.compile("here is an example")
# A stroke in the very instant in which the canvas is there, before there are tools; it ends at once, or a second later.
EAGER = """
(() => {
  const within = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.matches(".canvas-container .upper-canvas")) return element;
      const found = element.shadowRoot && within(element.shadowRoot);
      if (found) return found;
    }
  };
  const look = () => {
    const canvas = document.body && within(document);
    if (!canvas) return void requestAnimationFrame(look);
    window.hadTools = "hint" in canvas.closest(".dc-container").dataset;
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const send = (kind, x) => canvas.dispatchEvent(new MouseEvent(kind, {
      clientX: left + x * width, clientY: top + height / 2, bubbles: true, cancelable: true, composed: true, buttons: 1,
    }));
    send("mousedown", 0.2);
    for (const x of [0.3, 0.5, 0.7]) send("mousemove", x);
    if (LATER) setTimeout(() => send("mouseup", 0.8), LATER);
    else send("mouseup", 0.8);
  };
  requestAnimationFrame(look);
})();
"""


def opened(page: Page, server: Server, query: str = "mode=draw") -> None:
    page.goto(f"{server.address}/repair?section=one&{query}")
    expect(page.get_by_text(EXAMPLE)).to_be_visible(timeout=90_000)
    expect(page.locator(".dc-container[data-hint]")).to_be_visible()


def has(page: Page, strokes: int) -> None:
    expect(page.locator(f"[data-testid=drawing][data-strokes='{strokes}']")).to_have_count(1)


def at_rest(page: Page) -> None:
    until(lambda: not page.locator("[data-stale=true], [data-test-script-state=running]").count())


def line(page: Page, y: float, start: float = 0.2, end: float = 0.8) -> None:
    """A stroke across the paper, without waiting for anything before or after."""
    box = paper(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + start * box["width"], box["y"] + y * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], box["y"] + y * box["height"], steps=3)
    page.mouse.up()


def shown(page: Page) -> str:
    """What is on the canvas."""
    return page.locator(".dc-container canvas.dc-canvas.lower-canvas").evaluate("canvas => canvas.toDataURL()")


def test_quick_strokes_are_all_kept(server: Server, page: Page):
    elsewhere: list[str] = []
    page.on("request", lambda asked: elsewhere.append(asked.url) if server.address not in asked.url else None)
    opened(page, server)
    rows = [0.1 + 0.1 * row for row in range(7)]
    for y in rows:
        line(page, y)
    box = paper(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.95 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.9 * box["height"])
    has(page, 7)  # what came of the first strokes is here before this one ends
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.95 * box["height"])
    page.mouse.up()
    has(page, 8)
    all_of_them, amount = shown(page), ink(page)
    for left in range(7, -1, -1):
        press(page, "Undo")
        has(page, left)
        until(lambda amount=amount: ink(page) < amount)
        amount = ink(page)
    assert amount == 0
    for there in range(1, 9):
        press(page, "Redo")
        has(page, there)
    until(lambda: shown(page) == all_of_them)
    page.reload()
    has(page, 8)
    until(lambda: shown(page) == all_of_them)
    expect(page.get_by_text(EXAMPLE)).to_have_count(0)
    assert not [url for url in elsewhere if not url.startswith(("data:", "blob:"))], elsewhere


@pytest.mark.parametrize("later", [0, 1000])
def test_a_stroke_that_is_drawn_before_the_tools_are_there_is_kept(server: Server, page: Page, later: int):
    page.add_init_script(EAGER.replace("LATER", str(later)))
    page.goto(f"{server.address}/repair?section=one&mode=draw")
    has(page, 1)
    assert not page.evaluate("window.hadTools")
    page.reload()  # which draws another one
    has(page, 2)


def test_strokes_that_follow_a_button_at_once_are_drawn_after_it(server: Server, page: Page):
    opened(page, server)
    page.locator(".dc-root").evaluate("canvas => { canvas.first = true; }")
    for y in (0.2, 0.4, 0.6):
        line(page, y)
    has(page, 3)
    three = ink(page)
    speed = page.context.new_cdp_session(page)
    speed.send("Emulation.setCPUThrottlingRate", {"rate": 4})  # as on a slow computer
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    line(page, 0.8)
    has(page, 2)
    until(lambda: abs(ink(page) - three * 2 / 3) < 300)
    assert page.locator(".dc-root").evaluate("canvas => canvas.first"), "the canvas was thrown away meanwhile"
    speed.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    press(page, "Rubber")
    line(page, 0.8, 0.4, 0.6)
    has(page, 3)
    until(lambda: 0 < ink(page) < three * 2 / 3 - 300)
    press(page, "Clear")
    line(page, 0.5, 0.3, 0.7)
    has(page, 1)
    press(page, "Pen")
    line(page, 0.5)
    has(page, 2)
    until(lambda: abs(ink(page) - three / 3) < 300)
    for left in (1, 0, 3):  # before all was cleared
        press(page, "Undo")
        has(page, left)


def test_a_drawing_is_there_after_another_page_and_another_server(server: Server, page: Page):
    opened(page, server)
    line(page, 0.3)
    line(page, 0.7)
    has(page, 2)
    before = shown(page)
    page.get_by_role("link", name="Home").first.click()
    expect(page.get_by_test_id("drawing")).to_have_count(0)
    page.get_by_role("link", name="Repair").first.click()
    has(page, 2)
    until(lambda: shown(page) == before)
    expect(page.get_by_alt_text("Repaired", exact=True)).to_be_visible()
    press(page, "Undo")
    has(page, 1)
    line(page, 0.5)
    has(page, 2)

    before = shown(page)
    server.crash()
    server.start()
    expect(page.get_by_test_id("stConnectionStatus")).to_have_count(0)
    has(page, 2)
    press(page, "Rubber")
    line(page, 0.5)
    has(page, 3)
    press(page, "Undo")
    has(page, 2)
    until(lambda: shown(page) == before)


def test_the_picture_under_the_strokes_is_seen_and_not_lost(server: Server, page: Page):
    """What is marked is orange in light and dark, and what is rubbed out shows the picture again."""
    opened(page, server, "mode=damage&by=paint&class=3")

    def colours() -> list[list[int]]:
        """Of the paper as it is seen, at a place with a stroke and one without."""
        seen = Image.open(io.BytesIO(paper(page).screenshot())).convert("RGB")
        return [list(seen.getpixel((x, 28))) for x in (140, 10)]  # type: ignore[arg-type]

    expect(page.locator(".dc-container.marks")).to_be_visible()
    at_rest(page)
    plain = colours()
    line(page, 0.1, 0.4, 0.6)
    has(page, 1)
    until(lambda: colours()[0][0] > 150 and colours()[0][2] < 60)
    assert colours()[1] == plain[1]
    press(page, "Rubber")
    page.get_by_label("Width").press("End")
    line(page, 0.1, 0.3, 0.7)
    has(page, 2)
    until(lambda: colours() == plain)
    expect(page.get_by_text(EXAMPLE)).to_be_visible()


def test_everything_goes_by_keyboard_except_drawing(server: Server, page: Page):
    opened(page, server)
    line(page, 0.3)
    line(page, 0.7)
    has(page, 2)
    before = ink(page)
    page.get_by_role("button", name="Pen", exact=True).focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Rubber", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Rubber", exact=True)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    expect(page.get_by_label("Width")).to_have_value("48")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    has(page, 1)
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    has(page, 2)
    until(lambda: ink(page) == before)
    page.get_by_role("button", name="Clear", exact=True).focus()
    page.keyboard.press("Enter")
    has(page, 0)
    page.keyboard.press("Control+z")
    has(page, 2)


def test_on_a_screen_that_is_touched_no_tap_clears_and_a_broken_stroke_ends(server: Server, phone: Page):
    opened(phone, server)
    touch = phone.context.new_cdp_session(phone)

    def send(kind: str, *points: tuple[float, float]) -> None:
        box = paper(phone).bounding_box()
        assert box is not None
        places = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    for count, end in enumerate(("touchEnd", "touchCancel", "touchEnd"), 1):
        send("touchStart", (0.2, 0.2 * count))
        send("touchMove", (0.8, 0.2 * count))
        send(end)
        has(phone, count)
    expect(phone.locator(".dc-toolbar")).to_be_hidden()
    box = paper(phone).bounding_box()
    assert box is not None
    for x in (0.6, 0.7, 0.8, 0.9, 0.97):  # where the package's own buttons would be
        phone.touchscreen.tap(box["x"] + x * box["width"], box["y"] - 8)
    has(phone, 3)
    phone.get_by_role("button", name="Undo", exact=True).tap()
    has(phone, 2)
    phone.get_by_role("button", name="Rubber", exact=True).tap()
    send("touchStart", (0.5, 0.2))
    send("touchEnd")
    has(phone, 3)
