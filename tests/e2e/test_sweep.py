"""Several trainings at once in a real browser, on a desk and on a phone."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from ganlab.runs import Run, resolve_sweep
from tests.e2e.conftest import Server
from tests.e2e.steps import OFFLINE, control, fits, reads_and_fits, settled, until

TINY = {"units": "8", "batch_size": "8", "latent_size": "6"}


def open_form(page: Page, server: Server) -> None:
    """The form with a tiny dense GAN whose length is to vary; over which values, is not said yet."""
    settings = {f"dense-gan.published.{name}": value for name, value in TINY.items()}
    query = {"new": "1", "section": "sweep", "model": "dense-gan", "dense-gan.classes": "5", **OFFLINE, **settings}
    query["vary-1.dense-gan"] = "Iterations"
    page.goto(f"{server.address}/train?{urlencode({**query, 'seeds': '1'})}")
    expect(page.get_by_label("Its values")).to_be_visible()
    drawn(page)


def start(page: Page) -> Locator:
    """The button that starts the sweep; while the page is drawn anew, the one of before is there, too, for a moment."""
    return page.locator(".st-key-sweep-start button:visible").last


def drawn(page: Page) -> None:
    settled(page)
    until(lambda: not page.locator("[data-stale=true]").count())


def write(page: Page, values: str) -> None:
    field = page.get_by_label("Its values")
    field.fill(values)
    field.press("Enter")


def begin(page: Page, server: Server) -> str:
    """Starts a sweep of a training that is long and one that is short, and waits until the first is shown; returns its
    id."""
    open_form(page, server)
    write(page, "1000000, 20")
    return press_start(page)


def press_start(page: Page) -> str:
    expect(start(page)).to_contain_text("Start 2 trainings")
    drawn(page)
    start(page).click()
    expect(page.get_by_test_id("live-view")).to_be_visible(timeout=120_000)
    return page.evaluate("new URLSearchParams(location.search).get('sweep')")


def scrolled(page: Page) -> float:
    """How many pixels of the page are above what is seen."""
    return page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")


def at_work(page: Page) -> str:
    """The run of the training that is shown live."""
    number = page.get_by_role("heading", name="at work").inner_text().split()[1]
    link = page.get_by_role("link", name=f"Training {number}: open its run").get_attribute("href") or ""
    return link.rpartition("run=")[2]


def states(page: Page) -> list[str]:
    return page.locator("table.sweep tbody td:nth-child(4)").all_inner_texts()


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_a_sweep_is_set_up_watched_skipped_in_and_finished(server: Server, request: pytest.FixtureRequest, screen: str):
    page: Page = request.getfixturevalue(screen)
    open_form(page, server)
    write(page, "1000000, x")
    expect(page.get_by_text("Iterations must be a whole number, not 'x'.")).to_be_visible()
    expect(start(page)).to_be_disabled()
    until(lambda: fits(page))
    write(page, "1000000, 20")
    before = page.viewport_size
    assert before
    page.set_viewport_size({**before, "height": 400})
    expect(start(page)).to_contain_text("Start 2 trainings")
    drawn(page)
    start(page).scroll_into_view_if_needed()
    assert scrolled(page) > 0
    sweep = press_start(page)
    until(lambda: scrolled(page) == 0, 10)
    page.set_viewport_size(before)
    expect(page.get_by_text("0 of 2 trainings done, 1 at work, 1 left.")).to_be_visible()
    until(lambda: states(page) == ["At work", "Planned"])
    first = at_work(page)
    until(lambda: Run(server.runs / first).done > 0)
    reads_and_fits(page)
    page.reload()
    control(page, "Skip this one").click()
    expect(page.get_by_text("2 of 2 trainings done (1 skipped).")).to_be_visible(timeout=120_000)
    assert states(page) == ["Skipped", "Finished"]
    expect(page.get_by_role("button", name="See what came of it")).to_be_visible()
    reads_and_fits(page)
    page.get_by_role("link", name="Training 2: open its run").click()
    expect(page.get_by_text("Training 2 of 2 of a sweep")).to_be_visible()
    page.get_by_role("button", name="Open the sweep").click()
    expect(page.get_by_text("2 of 2 trainings done")).to_be_visible()
    long, short = [run for _, run in resolve_sweep(sweep, server.runs).runs()]
    assert (long.state, short.state, short.done) == ("stopped", "finished", 20)
