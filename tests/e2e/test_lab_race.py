"""Two trainings in the Lab beside each other: both views move, look at the same iteration, and have one set of
controls."""

from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from ganlab.runs import Run
from tests.e2e.conftest import Server
from tests.e2e.steps import EVERY_SCREEN, address, control, fits_in_light_and_dark, number, press_start, settled, until

SMALL = {"generator_units": 8, "discriminator_units": 8, "batch_size": 16}


def views(page: Page) -> list[Locator]:
    return [page.locator(f".st-key-lab-race-{place}").get_by_test_id("lab") for place in ("left", "right")]


def moments(page: Page) -> list[int]:
    return [int(view.get_attribute("data-moments") or 0) if view.count() else 0 for view in views(page)]


def when(page: Page) -> list[int]:
    """The iteration that each view shows."""
    return [number(view.locator("#when").inner_text().split()[1]) for view in views(page)]


def raced(page: Page) -> str:
    return page.evaluate("new URLSearchParams(location.search).get('race')") or ""


def start(page: Page, server: Server, iterations: int) -> list[Run]:
    """Starts a race of two small networks by the form, and waits until both views have moments."""
    sides = {f"plane-gan.tuned.{name}": value for name, value in SMALL.items()}
    sides |= {f"right.plane-gan.collapse.{name}": value for name, value in SMALL.items()}
    page.goto(f"{server.address}/lab?{urlencode({'two': 'true', 'two-iterations': iterations, **sides})}")
    press_start(page)
    until(lambda: raced(page), 60)
    until(lambda: min(moments(page)) > 2, 90)
    race = Run(server.runs / raced(page)).config.race
    assert race
    return [Run(server.runs / side) for side in race.sides]


def test_both_move_are_paused_stepped_and_stopped_by_one_set_of_controls(server: Server, page: Page):
    left, right = start(page, server, 1_000_000)
    assert (left.config.preset, right.config.preset) == ("tuned", "collapse")
    seen = when(page)
    until(lambda: all(now > then for now, then in zip(when(page), seen, strict=True)))
    control(page, "Pause").click()
    expect(control(page, "Play")).to_be_visible()
    settled(page)
    until(lambda: left.done == right.done and left.state == right.state == "paused")
    done = left.done
    control(page, "Step").click()
    until(lambda: left.done == right.done == done + 1)
    until(lambda: when(page) == [done + 1] * 2)
    settled(page)
    control(page, "Play").click()
    until(lambda: min(left.done, right.done) > done + 10)
    expect(control(page, "Pause")).to_be_visible()
    settled(page)
    control(page, "Stop").click()
    until(lambda: left.state == right.state == "stopped")
    expect(page.get_by_test_id("stException")).to_have_count(0)


@EVERY_SCREEN
def test_looking_back_and_layers_of_one_are_those_of_the_other(server: Server, page: Page, widths: tuple[int, ...]):
    page.set_viewport_size({"width": widths[0], "height": 900})
    start(page, server, 120)
    expect(page.get_by_text("so far")).to_have_count(0, timeout=90_000)
    until(lambda: when(page) == [120, 120], 90)
    expect(page.get_by_text("modes")).not_to_have_count(0)
    one, other = views(page)
    slider = one.locator("#at")
    slider.evaluate("slider => { slider.value = '50'; slider.dispatchEvent(new Event('input')); }")
    slider.dispatch_event("change")  # the hand has let go
    until(lambda: when(page) == [50, 50])
    until(lambda: "at=50" in address(page))
    one.get_by_role("button", name="Next iteration").click()
    until(lambda: when(page) == [51, 51])
    other.locator(".layers").get_by_role("button", name="Generator's grid").click()
    for view in (one, other):
        button = view.locator(".layers").get_by_role("button", name="Generator's grid")
        expect(button).to_have_attribute("aria-pressed", "true")
    until(lambda: "grid" in address(page) and "at=51" in address(page))
    boxes = [view.bounding_box() for view in (one, other)]
    assert boxes[0] and boxes[1]
    beside = boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    assert beside == (widths[0] > 800)
    fits_in_light_and_dark(page)
    page.reload()
    until(lambda: min(moments(page)) > 2 and when(page) == [51, 51], 60)
