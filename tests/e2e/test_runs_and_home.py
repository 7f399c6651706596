"""Home and the Runs page as people use them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from ganlab.diagnosis import diagnose
from ganlab.runs import Run, list_runs
from tests.conftest import trained_run
from tests.e2e.conftest import Server
from tests.e2e.steps import (
    EVERY_SCREEN,
    fits,
    fits_in_light_and_dark,
    iteration,
    press,
    shown_run,
    state,
    stop,
    train,
    until,
)
from tests.pages.steps import finish

NEW = ["2100-05-01T12:00:00+00:00", "2100-05-02T12:00:00+00:00"]


@pytest.fixture
def kept(server: Server) -> Iterator[list[Run]]:
    """Two runs that have ended: a long one, and after it a short one, both so new that they head the list."""
    failed = {"state": "failed", "message": "There was not enough memory.", "created": NEW[1]}
    runs = [
        finish(server.runs, model="digit-gan", digits=[3], done=30, dataset="heirlooms", created=NEW[0]),
        finish(server.runs, model="dcgan", digits=[8], done=10, dataset="heirlooms", **failed),
    ]
    yield runs
    for run in runs:
        shutil.rmtree(run.path, ignore_errors=True)


def row(page: Page, run: Run) -> Locator:
    return page.locator(f".st-key-row-{run.id}")


def open_runs(page: Page, server: Server, query: str = "") -> None:
    page.goto(f"{server.address}/runs{query}")
    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()


def verdict_on(run: Run) -> str:
    verdict = diagnose(Run(run.path))
    assert verdict is not None
    return verdict.name.capitalize()


def place(page: Page, run: Run) -> float:
    """How far down the page a run stands; NaN while it is not shown."""
    return row(page, run).evaluate_all("rows => rows[0]?.getBoundingClientRect().y ?? NaN")


def more(page: Page, run: Run) -> Locator:
    """Opens a run's menu."""
    row(page, run).get_by_role("button", name="More").click()
    menu = page.get_by_test_id("stPopoverBody")
    expect(menu.get_by_text(f"Folder {run.id}")).to_be_visible()
    return menu


def test_home_shows_a_wall_of_digits_the_machine_and_the_ways_in(server: Server, page: Page):
    page.goto(server.address)
    expect(page.get_by_role("heading", name="Watch a computer learn to draw digits")).to_be_visible()
    expect(page.get_by_text("is a pair of networks")).to_be_visible()
    expect(page.get_by_alt_text("A wall of handwritten-looking digits, all drawn by a GAN")).to_be_visible()
    expect(page.get_by_text("Training uses")).to_be_visible()
    ways = {
        "Choose your own training": "Train",
        "Look into a network, layer by layer": "Layers",
        "Wander through what a model learned": "Latent space",
        "Repair a damaged digit": "Repair",
        "Look back at a run": "Runs",
    }
    for label, title in ways.items():
        page.goto(server.address)
        press(page, label)
        expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_in_viewport()
        if title == "Train":
            expect(page.locator(".st-key-cards-gan")).to_be_in_viewport()


@pytest.mark.parametrize("clicks", [1, 2])
def test_one_click_on_home_trains_and_two_quick_ones_train_once(server: Server, page: Page, clicks: int):
    before = len(list_runs(server.runs)[0])
    page.goto(server.address)
    page.get_by_role("button", name="See fives appear within seconds").click(click_count=clicks)
    until(lambda: shown_run(page), 60)
    name = shown_run(page)
    until(lambda: iteration(page) > 0, 120)
    expect(page.get_by_role("heading", name="Digit GAN, class 5")).to_be_visible()
    until(lambda: state(page) == "finished", 120)
    assert shown_run(page) == name and len(list_runs(server.runs)[0]) == before + 1
    press(page, "Change something")
    expect(page.locator(".st-key-train-form").get_by_role("heading", name="Digit GAN", exact=True)).to_be_visible()
    expect(page.locator(".st-key-start button:visible")).to_be_in_viewport()
    expect(page.get_by_label("Iterations", exact=True).first).to_have_value("100")


def test_home_and_runs_tell_of_a_training_that_runs(server: Server, page: Page):
    name = train(page, server, "dense-gan")
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_text("Now:")).to_be_visible()
    before = page.locator(".st-key-now").inner_text()
    until(lambda: page.locator(".st-key-now").inner_text() != before)
    page.get_by_role("link", name="Runs").click()
    running = page.locator(f".st-key-row-{name}")
    expect(running).to_contain_text("Training")
    before = running.inner_text()
    until(lambda: running.inner_text() != before)
    page.get_by_role("link", name="Home").click()
    press(page, "Watch")
    until(lambda: iteration(page) > 0)
    assert shown_run(page) == name
    stop(page)


def test_a_poll_that_comes_late_does_not_bring_the_old_page_back(server: Server, page: Page):
    page.add_init_script(
        """
        const send = WebSocket.prototype.send;
        let last = null;
        WebSocket.prototype.send = function (message) {
            send.call(this, message);
            if (window.leaving && last) send.call(this, last);  // what the page asked before, once more
            window.leaving = false;
            last = message;
        };
        """
    )
    train(page, server, "dense-gan")
    until(lambda: iteration(page) > 20)
    page.get_by_role("link", name="Home").evaluate("link => { window.leaving = true; link.click(); }")
    now = page.locator(".st-key-now")
    expect(now).to_be_visible()
    before = now.inner_text()
    until(lambda: now.inner_text() != before)
    expect(page.get_by_role("heading", name="Watch a computer learn to draw digits")).to_be_visible()


def test_each_run_is_a_row_that_is_searched_sorted_and_found_again_by_the_address(server, page: Page, kept):
    digit, dcgan = kept
    open_runs(page, server)
    for words in ("Digit GAN, class 3", "Finished", "30 iterations", "1 min 5 s", "kB"):
        expect(row(page, digit)).to_contain_text(words)
    for words in ("DCGAN, class 8", "Failed", "10 of 30 iterations", "There was not enough memory."):
        expect(row(page, dcgan)).to_contain_text(words)
    expect(row(page, digit)).to_contain_text(verdict_on(digit))  # which comes in once the rows are there
    expect(row(page, digit).get_by_role("img").first).to_have_attribute(
        "alt", "8 images that this run generated, from iteration 1 to 30"
    )
    page.get_by_label("Search").fill("digit 3")
    expect(row(page, dcgan)).to_have_count(0)
    expect(row(page, digit)).to_be_visible()
    until(lambda: "search=digit" in page.evaluate("location.href"))
    page.reload()
    expect(row(page, digit)).to_be_visible()
    expect(row(page, dcgan)).to_have_count(0)
    open_runs(page, server, "?search=heirlooms")  # the list may hold pages of longer runs by now
    until(lambda: place(page, dcgan) < place(page, digit))
    expect(row(page, digit)).to_contain_text(verdict_on(digit))
    page.get_by_label("Sorted by").click()
    page.get_by_role("option", name="Longest").click()
    until(lambda: place(page, digit) < place(page, dcgan))
    assert "sort=Longest" in page.evaluate("location.href")
    page.reload()
    until(lambda: place(page, digit) < place(page, dcgan))


def test_a_run_is_opened_where_it_can_be_looked_back_at(server: Server, page: Page, kept):
    open_runs(page, server)
    row(page, kept[0]).get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Digit GAN, class 3")).to_be_visible()
    expect(page.locator("#strip-words")).to_contain_text("22 to 30")


def test_a_run_is_renamed(server: Server, page: Page, kept):
    open_runs(page, server)
    menu = more(page, kept[0])
    menu.get_by_label("Title").fill("My *threes*")
    menu.get_by_role("button", name="Rename").click()
    expect(row(page, kept[0])).to_contain_text("My *threes*")
    assert Run(kept[0].path).title == "My *threes*"


def test_a_run_is_pruned_and_deleted_only_after_it_was_confirmed(server: Server, page: Page, kept):
    run = kept[0]
    open_runs(page, server)
    menu = more(page, run)
    expect(menu.get_by_role("button", name="Prune")).to_have_count(0)
    menu.get_by_text("I no longer need the history of this run").click()
    menu.get_by_role("button", name="Prune").click()
    expect(page.get_by_text("which freed")).to_be_visible()
    assert Run(run.path).pruned == 30 and len(Run(run.path).metrics()) == 30
    menu = more(page, run)
    expect(menu.get_by_role("button", name="Delete")).to_have_count(0)
    menu.get_by_text("I no longer need this run").click()
    menu.get_by_role("button", name="Delete").click()
    expect(page.get_by_text(f"Digit GAN, class 3 ({run.id}) was deleted, which freed")).to_be_visible()
    assert not Path(run.path).exists()


def test_a_finished_run_is_extended_from_the_list(server: Server, page: Page):
    run = Run(trained_run(server.runs, iterations=40))
    open_runs(page, server)
    menu = more(page, run)
    menu.get_by_label("Extra iterations").fill("60")
    menu.get_by_label("Extra iterations").press("Enter")
    page.wait_for_timeout(500)
    menu.get_by_role("button", name="Extend").click()
    until(lambda: Run(run.path).state == "finished" and Run(run.path).done == 100)
    expect(row(page, run)).to_contain_text("100 iterations")


def test_a_stopped_run_is_resumed_from_the_list(server: Server, page: Page):
    run = Run(server.runs / train(page, server, "dense-gan"))
    stop(page)
    stopped = iteration(page)
    open_runs(page, server)
    expect(row(page, run)).to_contain_text("Stopped")
    more(page, run).get_by_role("button", name="Resume").click()
    expect(row(page, run)).to_contain_text("Training")
    row(page, run).get_by_role("button", name="Open").click()
    until(lambda: shown_run(page) == run.id and iteration(page) > stopped)
    stop(page)


def test_a_runs_figures_stand_on_one_page_that_prints(server: Server, page: Page, kept):
    open_runs(page, server)
    row(page, kept[0]).get_by_role("button", name="Printable page").click()
    expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible()
    assert page.get_by_test_id("stPlotlyChart").count() >= 3
    expect(page.get_by_role("img", name="real", exact=False).first).to_be_visible()
    assert fits(page)
    back = page.get_by_role("button", name="Back to all runs")
    expect(back).to_be_visible()
    page.emulate_media(media="print")
    expect(back).to_be_hidden()
    page.emulate_media(media="screen")
    back.click()
    expect(row(page, kept[0])).to_be_visible()


@EVERY_SCREEN
@pytest.mark.parametrize("name", ["", "runs"])
def test_pages_fit_every_screen_in_light_and_dark(server: Server, page: Page, kept, name: str, widths: tuple[int, ...]):
    page.set_viewport_size({"width": widths[0], "height": 900})
    page.goto(f"{server.address}/{name}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    fits_in_light_and_dark(page, *widths)
