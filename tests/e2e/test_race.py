"""A race of two trainings in a real browser."""

from urllib.parse import urlencode

from playwright.sync_api import Browser, Locator, Page, expect

from ganlab.runs import Run
from tests.e2e.conftest import Server
from tests.e2e.steps import EVERY_SCREEN, control, fits, fits_in_light_and_dark, press, settled, until

SMALL = {"units": "8", "batch_size": "8", "latent_size": "6"}


def open_form(page: Page, server: Server, finish: str = "By iterations", **query: str) -> None:
    """The form for a race between two small dense GANs on the offline digits, with learning rates of their own."""
    sides = {"left-model": "Dense GAN", "right-model": "Dense GAN"}
    for side, rate in (("left", "0.001"), ("right", "0.002")):
        settings = {**SMALL, "learning_rate": rate}
        sides |= {f"{side}.dense-gan.published.{name}": value for name, value in settings.items()}
    shared = {"new": "1", "section": "race", "images": "Offline digits", "race-finish": finish}
    page.goto(f"{server.address}/train?{urlencode({**shared, **sides, **query})}")
    expect(page.get_by_role("button", name="Start the race", exact=False).last).to_be_visible()


def start(page: Page) -> str:
    """Starts the race once the form has been drawn; returns the left run's id."""
    button = page.locator(".st-key-race-start button:visible")
    until(lambda: button.count() == 1 and not page.locator("[data-stale=true]").count())
    button.click()
    until(lambda: raced(page))
    return raced(page)


def raced(page: Page) -> str:
    return page.evaluate("new URLSearchParams(location.search).get('race')") or ""


def grids(page: Page) -> Locator:
    return page.get_by_test_id("grids").locator("figure")


def iterations(page: Page) -> list[int]:
    """After how many iterations the samples of each side are."""
    return [int(figure.get_attribute("data-iteration") or 0) for figure in grids(page).all()]


def sides(server: Server, name: str) -> list[Run]:
    return [Run(server.runs / side) for side in Run(server.runs / name).config.race.sides]


def is_live(page: Page) -> bool:
    return len(iterations(page)) == 2 and all(number > 0 for number in iterations(page))


def test_a_race_is_watched_paused_resumed_refreshed_and_stopped(server: Server, browser: Browser, page: Page):
    open_form(page, server, **{"race-iterations": "1000000"})
    name = start(page)
    until(lambda: is_live(page), 180)
    expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible()
    before = iterations(page)
    until(lambda: all(now > then for now, then in zip(iterations(page), before, strict=True)))
    control(page, "Pause").click()
    expect(control(page, "Resume")).to_be_visible()
    until(lambda: [run.state for run in sides(server, name)] == ["paused"] * 2)
    for width in (1440, 420):
        page.set_viewport_size({"width": width, "height": 900})
        page.reload()
        expect(control(page, "Resume")).to_be_visible()
        assert raced(page) == name
        fits_in_light_and_dark(page)
    page.keyboard.press("g")
    expect(control(page, "Pause")).to_be_visible()
    second = browser.new_page()
    second.goto(f"{server.address}/train")
    expect(second.get_by_role("button", name="Stop", exact=False).first).to_be_visible()
    assert raced(second) == name, "a second tab shows the same race"
    second.close()
    control(page, "Stop").click()
    expect(page.get_by_text("was stopped before its finish")).to_be_visible()
    assert [run.state for run in sides(server, name)] == ["stopped"] * 2


def test_what_was_found_is_said_and_a_click_compares_both(server: Server, page: Page):
    open_form(page, server, **{"race-iterations": "30", "right.dense-gan.published.learning_rate": "0.02"})
    name = start(page)
    expect(page.get_by_role("button", name="Compare both")).to_be_visible(timeout=240_000)
    expect(page.locator(".st-key-race-standing")).to_contain_text("By Fréchet distance")
    expect(page.locator(".st-key-race-standing")).to_contain_text("By coverage")
    left, right = sides(server, name)
    assert (left.done, right.done, left.state, right.state) == (30, 30, "finished", "finished")
    press(page, "Compare both")
    expect(page.get_by_role("heading", name="Compare runs", exact=True)).to_be_visible()
    expect(page.get_by_text("Settings that differ")).to_be_visible()
    expect(grids(page)).to_have_count(2)
    assert left.id in page.url and right.id in page.url


def test_a_race_in_line_can_be_taken_back(server: Server, page: Page):
    open_form(page, server, **{"race-iterations": "1000000"})
    first = start(page)
    open_form(page, server, **{"race-iterations": "50"})
    expect(page.get_by_text("Number 2 in line").or_(page.get_by_text("Training now"))).to_be_visible()
    second = start(page)
    expect(page.get_by_text("Number 2 in line")).to_be_visible()
    control(page, "Take back").click()
    until(lambda: [run.state for run in sides(server, second)] == ["stopped"] * 2)
    press(page, "Watch")
    until(lambda: raced(page) == first)
    until(lambda: is_live(page), 180)
    settled(page)
    control(page, "Stop").click()
    until(lambda: [run.state for run in sides(server, first)] == ["stopped"] * 2, 180)


def test_after_a_crash_both_runs_can_be_resumed_by_themselves(server: Server, page: Page):
    open_form(page, server, **{"race-iterations": "1000000"})
    name = start(page)
    until(lambda: is_live(page), 180)
    server.crash()
    server.start()
    page.goto(f"{server.address}/train?race={name}")
    expect(page.get_by_text("ended before the race did")).to_be_visible()
    press(page, "Open Dense GAN (right)")
    expect(control(page, "Resume")).to_be_visible()
    assert sides(server, name)[1].id in page.url


@EVERY_SCREEN
def test_the_form_fits_in_light_and_dark(server: Server, page: Page, widths: tuple[int, ...]):
    page.set_viewport_size({"width": widths[0], "height": 900})
    open_form(page, server, finish="By quality")
    expect(page.get_by_text("Dense against convolutional")).to_be_visible()
    until(lambda: fits(page))
    fits_in_light_and_dark(page, *widths)
