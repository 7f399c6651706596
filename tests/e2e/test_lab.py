"""The Lab in a browser: a GAN in the plane is started, watched, stepped, turned and looked back at."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from ganlab.runs import Run
from tests.e2e.conftest import Server
from tests.e2e.steps import (
    EVERY_SCREEN,
    address,
    control,
    fits_in_light_and_dark,
    number,
    press,
    press_start,
    scrub,
    settled,
    shown_run,
    until,
)

SMALL = {
    "plane-gan.tuned.generator_units": 8,
    "plane-gan.tuned.discriminator_units": 8,
    "plane-gan.tuned.batch_size": 16,
    "plane-gan.tuned.iterations": 1_000_000,
}


def lab(page: Page) -> Locator:
    return page.get_by_test_id("lab")


def moments(page: Page) -> int:
    return int(lab(page).get_attribute("data-moments") or 0) if lab(page).count() else 0


def state(page: Page) -> str:
    return (lab(page).get_attribute("data-state") or "") if lab(page).count() else ""


def layer(page: Page, title: str) -> Locator:
    return lab(page).locator(".layers").get_by_role("button", name=title)


def start(page: Page, server: Server, **more: object) -> str:
    """Starts a small training in the Lab, and waits for its first moments."""
    query = "&".join(f"{name}={value}" for name, value in {**SMALL, **more}.items())
    page.goto(f"{server.address}/lab?{query}")
    press_start(page)
    until(lambda: shown_run(page), 60)
    expect(lab(page)).to_have_attribute("data-run", shown_run(page), timeout=60_000)  # not the one that ships
    until(lambda: moments(page) > 2, 90)
    return shown_run(page)


def when(page: Page) -> int:
    """The iteration that is shown."""
    return number(lab(page).locator("#when").inner_text().split()[1])


def test_points_flow_are_stepped_and_a_knob_is_turned_while_it_trains(server: Server, page: Page):
    run = Run(server.runs / start(page, server, data="Ring+of+8"))
    expect(lab(page).locator("#waiting")).to_be_hidden()
    seen = when(page)
    until(lambda: when(page) > seen)
    for title in ("Generator's grid", "Arrows", "Trails"):
        layer(page, title).click()
        expect(layer(page, title)).to_have_attribute("aria-pressed", "true")
    until(lambda: "layers=" in address(page) and "trails" in address(page))

    field = page.locator(".st-key-live-knobs").get_by_role("spinbutton", name="Generator's learning rate")
    field.fill("0.0005")
    field.press("Enter")
    until(lambda: [(turn.name, turn.value) for turn in run.turns] == [("generator_learning_rate", 0.0005)])
    expect(lab(page).locator("#turns")).to_contain_text("Generator's learning rate: 0.0005")

    control(page, "Pause").click()
    until(lambda: state(page) == "paused")
    expect(control(page, "Step")).to_be_visible()  # the page has been drawn anew
    settled(page)
    done = run.done
    control(page, "Step").click()
    until(lambda: run.done == done + 1)
    settled(page)
    control(page, "Step discriminator").click()
    until(lambda: run.done == done + 2)
    assert [turn.name for turn in run.turns][1:] == ["generator_updates", "generator_updates"]
    settled(page)
    control(page, "Play").click()
    until(lambda: state(page) == "running" and run.done > done + 10)
    control(page, "Stop").click()
    until(lambda: state(page) == "stopped")
    expect(page.get_by_test_id("stException")).to_have_count(0)


@EVERY_SCREEN
def test_a_run_is_looked_back_at_by_slider_keys_and_address(server: Server, page: Page, widths: tuple[int, ...]):
    page.set_viewport_size({"width": widths[0], "height": 900})
    run = start(page, server, **{"plane-gan.tuned.iterations": 300})
    until(lambda: state(page) == "finished" and when(page) == 300, 90)
    expect(page.get_by_text("Finished", exact=True)).to_be_visible()  # the page has been drawn anew
    settled(page)
    scrub(page, 120)
    page.locator("#at").dispatch_event("change")  # the hand has let go
    until(lambda: when(page) == 120)
    expect(lab(page).locator("#note")).to_contain_text("120")
    lab(page).get_by_role("button", name="Next iteration").click()
    until(lambda: when(page) == 121 and "at=121" in address(page))
    fits_in_light_and_dark(page)
    page.reload()
    until(lambda: moments(page) > 2 and when(page) == 121, 60)
    assert shown_run(page) == run
    plane = lab(page).locator("canvas#plane")
    plane.focus()
    plane.press("ArrowRight")
    expect(lab(page).locator("#spot")).not_to_have_text("–")
    plane.press("+")
    expect(lab(page).get_by_role("button", name="Whole plane")).to_be_enabled()
    press(page, "Back to the latest")
    until(lambda: when(page) == 300 and "at=" not in address(page))
    with page.expect_download() as saved:
        lab(page).get_by_role("button", name="Save as PNG").click()
    assert saved.value.suggested_filename.endswith("300.png")


def test_a_press_in_the_instant_of_a_question_is_not_lost(server: Server, page: Page):
    query = "&".join(f"{name}={value}" for name, value in SMALL.items())
    page.goto(f"{server.address}/lab?{query}")
    expect(lab(page)).to_have_attribute("data-run", "plane-ring", timeout=60_000)
    settled(page)
    page.locator(".st-key-lab-start button:visible").evaluate(
        """button => {
            for (const [run, ask] of Object.entries(window.ganlabLine.asks)) ask({run, layers: ["reals"]});
            button.click();
        }"""
    )
    until(lambda: shown_run(page))


def test_own_points_and_what_cannot_be_used(server: Server, page: Page, tmp_path: Path):
    page.goto(f"{server.address}/lab?data=Your+own+points")
    choose = page.locator("input[type=file]")
    wrong, right = tmp_path / "text.csv", tmp_path / "points.csv"
    wrong.write_text("x,y\n1,2\nthree,4\n5,6\n")
    right.write_text("x,y\n" + "\n".join(f"{i % 7},{i % 5}" for i in range(200)))
    choose.set_input_files(wrong)
    expect(page.get_by_text("line 3")).to_be_visible()
    expect(page.locator(".st-key-lab-start button:visible")).to_be_disabled()
    choose.set_input_files(right)
    expect(page.locator(".st-key-lab-start button:visible")).to_be_enabled()
    expect(page.get_by_text("line 3")).to_be_hidden()


@pytest.mark.parametrize("query", ["run=../../etc", "run=nothing&at=x&layers=zzz&hide=flow,curves", "drawn=%00%01"])
def test_a_hostile_address_opens_the_page(server: Server, page: Page, query: str):
    page.goto(f"{server.address}/lab?{query}")
    expect(page.locator(".st-key-lab-start button:visible")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
