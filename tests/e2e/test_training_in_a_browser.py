"""A new user starts a training, watches it, holds it, comes back, and goes on."""

import re
import time

from playwright.sync_api import Page, TimeoutError, expect


def choose(page: Page, label: str, option: str) -> None:
    wanted = page.get_by_role("option", name=option, exact=True)
    for _ in range(20):  # a page that is just being drawn anew closes the list again
        page.get_by_role("combobox", name=label).click()
        try:
            wanted.click(timeout=2_000)
            return
        except TimeoutError:
            page.wait_for_timeout(500)
    raise AssertionError(f"{label} never offered {option}")


def metric(page: Page, label: str) -> str:
    box = page.get_by_test_id("stMetric").filter(has_text=label)
    return box.get_by_test_id("stMetricValue").inner_text()


def iteration(page: Page) -> int:
    return int(re.sub(r" of.*|,", "", metric(page, "Iteration")))


def until(condition, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def picture(page: Page) -> str:
    return page.get_by_test_id("stImage").first.locator("img").get_attribute("src") or ""


def settled(page: Page) -> bool:
    """Whether the number of iterations stays for longer than a poll."""
    before = iteration(page)
    time.sleep(1.0)
    return iteration(page) == before


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_from_home_to_a_training_that_moves_pauses_steps_survives_a_refresh_stops_and_resumes(server: str, page: Page):
    page.goto(f"{server}/train")  # the first page that this server shows, as from a bookmark
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="ganlab")).to_be_visible()
    press(page, "Train a GAN")
    expect(page.get_by_role("combobox", name="Architecture")).to_have_value("DCGAN")
    choose(page, "Images", "Offline digits")
    page.get_by_role("button", name="5", exact=True).click()
    page.get_by_text("Seed, device, precision").click()
    choose(page, "Precision", "float32")
    press(page, "Start")

    expect(page.get_by_text("DCGAN, class 5")).to_be_visible()
    until(lambda: metric(page, "State") == "Training")
    first, drawn = iteration(page), picture(page)
    until(lambda: iteration(page) > first + 5)
    until(lambda: picture(page) != drawn)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(2)
    assert metric(page, "Speed").endswith("a second")

    press(page, "Pause")
    until(lambda: metric(page, "State") == "Paused")
    until(lambda: settled(page))
    held = iteration(page)
    press(page, "Step")
    until(lambda: iteration(page) == held + 1)
    time.sleep(1.0)
    assert iteration(page) == held + 1, "one step is one iteration"

    page.reload()
    until(lambda: metric(page, "State") == "Paused")
    assert iteration(page) == held + 1
    press(page, "Resume")
    until(lambda: iteration(page) > held + 3)

    press(page, "Stop")
    until(lambda: metric(page, "State") == "Stopped")
    stopped = iteration(page)
    expect(page.get_by_role("button", name="Pause", exact=True)).to_have_count(0)
    press(page, "Resume")
    until(lambda: metric(page, "State") == "Training")
    until(lambda: iteration(page) > stopped)

    for width in (1440, 420):
        page.set_viewport_size({"width": width, "height": 900})
        until(lambda: fits(page), 10)
    press(page, "Stop")
    until(lambda: metric(page, "State") == "Stopped")
    expect(page.get_by_test_id("stException")).to_have_count(0)
