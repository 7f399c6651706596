"""Every other control of the Lab, on a desk and on a phone."""

import time

import pytest
from playwright.sync_api import Locator, Page, expect

from ganlab.runs import Run
from tests.e2e.conftest import Server
from tests.e2e.steps import EVERY_SCREEN, control, middle, settled, shown_run, until
from tests.e2e.test_lab import lab, layer, moments, start, state, when


def plot(page: Page, title: str) -> Locator:
    """The part of a chart in which its curves are drawn."""
    chart = lab(page).locator("#plots > *").filter(has=page.get_by_role("heading", name=title, exact=True))
    return chart.locator(".u-over")


def across(page: Page, target: Locator, *shares: float) -> None:
    """Presses on the first of these shares of the width, and lets go on the last."""
    middle(target)
    box = target.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    for number, share in enumerate(shares):
        page.mouse.move(box["x"] + share * box["width"], y)
        if not number:
            page.mouse.down()
    page.mouse.up()


@EVERY_SCREEN
def test_the_view_of_what_ships_obeys_its_controls(server: Server, page: Page, widths: tuple[int, ...]):
    page.set_viewport_size({"width": widths[0], "height": 900})
    page.goto(f"{server.address}/lab?run=plane-ring&at=1")
    until(lambda: moments(page) > 20, 60)
    flow = lab(page).locator("[data-control=flow]:visible")
    for words, title in (("Noise", "Generator's grid"), ("Generator's loss", "Arrows"), ("Real points", "Real points")):
        before = layer(page, title).get_attribute("aria-pressed")
        flow.get_by_role("button").filter(has=page.get_by_text(words, exact=True)).click()
        expect(layer(page, title)).to_have_attribute("aria-pressed", "false" if before == "true" else "true")

    lab(page).get_by_label("Speed").select_option("as in training")
    replay = lab(page).get_by_role("button", name="Replay", exact=True)
    replay.click()
    seen = when(page)
    until(lambda: when(page) > seen)
    lab(page).get_by_role("button", name="Pause the replay").click()
    expect(replay).to_be_visible()

    across(page, plot(page, "Losses"), 0.5)
    until(lambda: 4_000 < when(page) < 8_000)
    across(page, plot(page, "P(real)"), 0.2, 0.3, 0.4)
    everything = lab(page).get_by_role("button", name="Show all iterations")
    everything.click()
    expect(everything).to_be_hidden()
    with page.expect_download() as saved:
        lab(page).get_by_role("button", name="Save Modes found as PNG").click()
    assert saved.value.suggested_filename.endswith(".png")

    lab(page).get_by_role("button", name="Zoom in").click()
    expect(lab(page).get_by_role("button", name="Zoom out")).to_be_enabled()
    lab(page).get_by_role("button", name="Whole plane").click()
    expect(lab(page).get_by_role("button", name="Zoom out")).to_be_disabled()
    expect(page.get_by_test_id("stException")).to_have_count(0)


@EVERY_SCREEN
def test_a_training_is_slowed_and_begun_again_with_another_seed(server: Server, page: Page, widths: tuple[int, ...]):
    page.set_viewport_size({"width": widths[0], "height": 900})
    run = Run(server.runs / start(page, server))
    expect(page.locator(".stMarkdownBadge", has_text="Training")).to_be_visible()  # the page has been drawn anew
    settled(page)
    choice = page.get_by_role("combobox", name="Speed").first
    middle(choice)
    choice.click()
    page.get_by_role("option", name="5 a second", exact=True).click()
    looks: list[tuple[float, int]] = []
    until(lambda: looks.append((time.monotonic(), run.done)) or 0 < speed(looks) < 20)
    control(page, "Another seed").click()
    until(lambda: shown_run(page) != run.id, 60)
    other = Run(server.runs / shown_run(page))
    assert (run.config.seed, other.config.seed) == (0, 1) and other.config.values == run.config.values
    until(lambda: run.state == "stopped")
    expect(lab(page)).to_have_attribute("data-run", other.id, timeout=60_000)
    until(lambda: state(page) == "running" and moments(page) > 2)
    control(page, "Stop").click()
    until(lambda: state(page) == "stopped")


def speed(looks: list[tuple[float, int]]) -> float:
    """Iterations a second since the look that was a second ago; 0 where there is none yet."""
    now, done = looks[-1]
    before = [look for look in looks if look[0] <= now - 1]
    return (done - before[-1][1]) / (now - before[-1][0]) if before else 0.0


@pytest.mark.parametrize("hidden", ["layers,zoom,png", "time,curves,flow,gif", "form,controls,knobs,networks,words"])
def test_a_teacher_leaves_controls_out(server: Server, page: Page, hidden: str):
    page.goto(f"{server.address}/lab?run=plane-ring&hide={hidden}")
    until(lambda: moments(page) > 5, 60)
    settled(page)
    for part in hidden.split(","):
        if (found := lab(page).locator(f"[data-control={part}]")).count():
            for number in range(found.count()):
                expect(found.nth(number)).to_be_hidden()
    gone = "form" in hidden
    expect(page.locator(".st-key-lab-form")).to_have_count(0 if gone else 1)
    expect(page.get_by_text("Show the networks with their units")).to_have_count(0 if gone else 1)
    expect(lab(page).locator("canvas#plane")).to_be_visible()
