"""Two in the Lab beside each other in a browser: a knob of one side is turned, and one side is seen in slow motion."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Server
from tests.e2e.steps import EVERY_SCREEN, control, fits_in_light_and_dark, press, settled, until
from tests.e2e.test_lab_race import start, views


@EVERY_SCREEN
def test_a_knob_of_one_side_is_turned_and_one_side_is_seen_in_slow_motion(
    server: Server, page: Page, widths: tuple[int, ...]
):
    page.set_viewport_size({"width": widths[0], "height": 900})
    left, right = start(page, server, 1_000_000)
    control(page, "Pause").click()
    expect(control(page, "Play")).to_be_visible()
    settled(page)
    until(lambda: left.done == right.done and left.state == right.state == "paused")
    field = page.locator(".st-key-live-knobs-right").get_by_label("Instance noise", exact=True)
    field.fill("0.25")
    field.press("Enter")
    settled(page)
    done = right.done
    control(page, "Step").click()
    until(lambda: left.done == right.done == done + 1)
    assert not left.turns
    assert [(turn.iteration, turn.name, turn.value) for turn in right.turns] == [(done, "instance_noise", 0.25)]
    one, other = views(page)
    expect(other.get_by_role("button", name=f"{done:,}: Instance noise: 0.25")).to_be_attached()
    settled(page)

    press(page, "Slow motion")
    title = one.locator("#slow-title")
    expect(title).to_have_text("Noise")
    expect(other.locator("#slow")).to_be_hidden()
    one.get_by_role("button", name="Next stage").click()
    expect(title).to_have_text("The generator's points")
    expect(one.locator('[data-part="generated"]')).to_have_attribute("data-lit", "")
    shown = other.locator(".layers").get_by_role("button", name="Real points")
    expect(shown).to_have_attribute("aria-pressed", "true")  # the other view keeps its layers
    fits_in_light_and_dark(page)
    page.get_by_role("radio", name="the right one").or_(page.get_by_role("button", name="the right one")).click()
    expect(other.locator("#slow-title")).to_have_text("Noise")
    expect(one.locator("#slow")).to_be_hidden()
    settled(page)
    control(page, "Do this iteration").click()
    until(lambda: left.done == right.done == done + 2)
    expect(other.locator("#slow-when")).to_have_text(f"Slow motion: iteration {done + 3:,}")
    settled(page)
    press(page, "Leave slow motion")
    expect(other.locator("#slow")).to_be_hidden()
    settled(page)
    control(page, "Stop").click()
    until(lambda: left.state == right.state == "stopped")
    expect(page.get_by_test_id("stException")).to_have_count(0)
