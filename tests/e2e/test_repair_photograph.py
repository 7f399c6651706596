"""A photograph of three lines of numbers on the Repair page, corrected and copied by mouse, keys and a finger."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import page_of_numbers
from tests.e2e.conftest import Server
from tests.e2e.steps import fits, fits_in_light_and_dark, settled, until

COUNTS = (4, 3, 5)  # digits in each line
OUTSIDE = """boxes => boxes.map(box => box.getBoundingClientRect())
    .filter(box => box.left < 0 || box.right > innerWidth)"""


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    path = tmp_path / "page.png"
    path.write_bytes(page_of_numbers(*COUNTS))
    return path


def opened(page: Page, server: Server, models: str, photograph: Path) -> None:
    page.goto(f"{server.address}/repair?section=phone&number-from=upload&{models}")
    field = page.locator(".st-key-repair-number-upload input[type=file]")
    expect(field).to_have_attribute("accept", "image/*", timeout=90_000)  # for which a phone offers its camera
    field.set_input_files(photograph)
    expect(boxes(page)).to_have_count(sum(COUNTS), timeout=90_000)
    expect(page.get_by_role("heading", name="Line 1, digit 1")).to_be_visible()


def boxes(page: Page):
    return page.locator(".boxes button")


def lines(page: Page) -> list[str]:
    return page.locator("[data-testid=stCode]").inner_text().split()


def copied(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def other(digit: str) -> str:
    return str((int(digit) + 1) % 10)


def test_digits_are_chosen_and_corrected_by_mouse_and_keys_and_the_text_is_copied(
    server: Server, page: Page, models: str, photograph: Path
):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.address)
    opened(page, server, models, photograph)
    before = lines(page)
    assert [len(line) for line in before] == [*COUNTS]
    boxes(page).nth(5).click()
    expect(page.get_by_role("heading", name="Line 2, digit 2")).to_be_visible()
    expect(page.get_by_alt_text("Digit 6, 28x28")).to_be_visible()
    expect(boxes(page).nth(5)).to_have_attribute("aria-pressed", "true")

    page.get_by_role("textbox", name="Type over it").fill(other(before[1][1]))
    page.get_by_role("textbox", name="Type over it").press("Enter")
    expect(boxes(page).nth(5)).to_have_class("typed")
    text = [before[0], before[1][0] + other(before[1][1]) + before[1][2:], before[2]]
    until(lambda: lines(page) == text)

    boxes(page).nth(5).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", name="Line 3, digit 1")).to_be_visible()  # the keys choose what they reach
    page.keyboard.press("Home")
    expect(boxes(page).nth(0)).to_be_focused()
    expect(page.get_by_role("heading", name="Line 1, digit 1")).to_be_visible()
    page.keyboard.press(other(before[0][0]))
    expect(page.get_by_role("heading", name="Line 1, digit 1")).to_be_visible()
    expect(boxes(page).nth(0)).to_have_accessible_name(f"Line 1, digit 1: {other(before[0][0])}, typed by you")
    expect(boxes(page).nth(0)).to_be_focused()
    text[0] = other(before[0][0]) + before[0][1:]
    until(lambda: lines(page) == text)

    page.get_by_role("button", name="Copy as text").click()
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    until(lambda: copied(page).split() == text)
    page.get_by_role("button", name="Copy as CSV").click()
    until(lambda: f"\n2,{text[1]}," in copied(page))
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    assert f"\n3,{text[2]}," in Path(download.value.path()).read_text()
    fits_in_light_and_dark(page)


def test_on_a_phone_a_finger_chooses_cuts_joins_drops_and_takes_back(
    server: Server, browser: Browser, models: str, photograph: Path
):
    context = browser.new_context(viewport={"width": 420, "height": 900}, has_touch=True, user_agent="Mobile Mobi")
    page = context.new_page()
    page.set_default_timeout(30_000)
    opened(page, server, models, photograph)
    before = lines(page)
    assert fits(page)
    assert boxes(page).evaluate_all(OUTSIDE) == [], "the whole photograph is in sight"
    page.get_by_role("button", name="Larger").tap()
    widths = boxes(page).evaluate_all("boxes => boxes.map(box => box.getBoundingClientRect().width)")
    assert sorted(widths)[len(widths) // 2] >= 24, "most boxes can be hit with a finger"
    boxes(page).nth(4).tap()
    expect(page.get_by_role("heading", name="Line 2, digit 1")).to_be_visible()
    for button, counts in (("Cut in two", (4, 4, 5)), ("Join with the next", COUNTS), ("Drop", (4, 2, 5))):
        settled(page)
        page.get_by_role("button", name=button, exact=True).tap()
        until(lambda counts=counts: [len(line) for line in lines(page)] == [*counts])
        expect(boxes(page)).to_have_count(sum(counts))
    for count in (12, 13, 12):
        settled(page)
        page.get_by_role("button", name="Undo", exact=True).tap()
        expect(boxes(page)).to_have_count(count)
    until(lambda: lines(page) == before)
    fits_in_light_and_dark(page)
    context.close()
