"""A training under way, watched and looked back at; the tests follow each other on one page."""

import re
import time
from itertools import pairwise

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from ganlab.ui.shared.theme import ROLES
from tests.e2e.conftest import Server
from tests.e2e.steps import (
    EVERY_SCREEN,
    bright,
    control,
    fits_in_light_and_dark,
    frames,
    iteration,
    live_view,
    open_form,
    picture,
    press,
    scrub,
    settled,
    shown_run,
    start,
    state,
    stop,
    train,
    until,
)

# The values of an element's CSS variables.
COLOURS = "(e, names) => names.map((name) => getComputedStyle(e).getPropertyValue(name).trim())"


@pytest.fixture(scope="module")
def watched(server: Server, browser: Browser):
    """A page with a training under way; the tests below watch it one after the other."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(30_000)
    train(page, server, "dense-gan")
    until(lambda: iteration(page) > 500)
    yield page
    stop(page)
    page.close()


def test_what_is_watched_is_told_in_numbers_and_in_the_tabs_title(watched: Page):
    expect(watched.locator("#of")).to_have_text("of 1,000,000 iterations")
    until(lambda: float(watched.locator("#speed").inner_text().replace(",", "").replace("–", "0")) > 0)
    assert re.search(r"\d+ (s|min|h)", watched.locator("#left").inner_text())
    assert re.search(r"\d+ s", watched.locator("#spent").inner_text())
    facts = watched.get_by_test_id("stCaptionContainer").first
    for words in ("scikit-learn", "CPU", "float32", "seed 0"):
        expect(facts).to_contain_text(words)
    expect(watched.get_by_role("progressbar", name="Share of the training that is done")).to_be_visible()
    until(lambda: re.match(r"\d+% Dense GAN", watched.title()) is not None)


def test_curves_are_drawn_with_values_smoothing_and_the_line_at_one_half(watched: Page):
    expect(watched.locator(".plot")).to_have_count(2)
    expect(watched.locator(".plot .key")).to_have_count(6)
    for value in watched.locator(".plot .key b").all_inner_texts():
        assert re.fullmatch(r"\d+\.\d{3}|<0\.001|>0\.999", value)
    expect(watched.get_by_text("At 0.5, the heavier line, it can only guess")).to_be_visible()
    control(watched, "Pause").click()
    until(lambda: state(watched) == "paused")
    expect(watched.locator(".plot .when").first).to_have_text(re.compile(r"^Numbers: .*iterations? .*, not smoothed$"))
    canvas = watched.locator(".plot canvas").first
    smooth = canvas.evaluate("canvas => canvas.toDataURL()")
    watched.get_by_label("Smoothing").evaluate("e => { e.value = 0; e.dispatchEvent(new Event('input')); }")
    until(lambda: canvas.evaluate("canvas => canvas.toDataURL()") != smooth)
    over = watched.locator(".u-over").first
    key = watched.locator(".plot .key b").first
    before = key.inner_text()
    over.hover(position={"x": 30, "y": 60})
    until(lambda: key.inner_text() != before)
    assert bright(watched, "scatter canvas") > 50 and bright(watched, "real") > 500
    control(watched, "Resume").click()
    until(lambda: state(watched) == "running")


def test_colours_are_those_of_the_networks_and_headings_follow_the_pages_title(watched: Page):
    for scheme, at in (("light", 0), ("dark", 1)):
        watched.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
        wanted = [ROLES[role][at] for role in ("generator", "discriminator", "real", "generator", "generator")]
        names = [
            line.evaluate("e => e.getAttribute('stroke').slice(4, -1)")
            for line in watched.locator(".plot .key line").all()
        ][:5]
        until(lambda names=names, wanted=wanted: live_view(watched).evaluate(COLOURS, names) == wanted)
    watched.emulate_media(color_scheme="light")
    shown = watched.locator("h1:visible, h2:visible, h3:visible, h4:visible")
    levels = [int(heading.evaluate("e => e.tagName[1]")) for heading in shown.all()]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_nothing_is_written_where_curves_run(watched: Page):
    """0.5 stands at the axis."""
    axis = "view => view.live.plots[1].chart.axes[1]._values"
    assert live_view(watched).evaluate(axis) == ["0", "0.25", "0.5", "0.75", "1"]


def test_it_moves_at_least_twice_a_second_in_small_pieces_without_being_built_anew(watched: Page):
    live_view(watched).evaluate("view => { view.mark = true; }")
    sizes = []

    def moves() -> bool:
        before, start = frames(watched), time.monotonic()
        while time.monotonic() < start + 3:
            sizes.append(watched.evaluate("Object.values(window.ganlabLine.frames)[0].length"))
            time.sleep(0.2)
        return frames(watched) - before >= 2 * (time.monotonic() - start)

    until(moves)  # not at once where another test takes the whole machine
    assert max(sizes) <= 100_000
    assert live_view(watched).evaluate("view => view.mark"), "the view was thrown away and drawn again"


def test_the_scrubber_shows_any_iteration_while_training_goes_on(watched: Page):
    latest = picture(watched, "strip")
    scrub(watched, 100)
    expect(watched.locator("#strip-words")).to_contain_text("iteration 100 (framed), among those of 96 to 104")
    expect(watched.locator("#generated-words")).to_contain_text(
        re.compile("nearest to iteration 100$|^after 100 iterations$")
    )
    assert picture(watched, "strip") != latest
    assert watched.locator("#at").get_attribute("aria-valuetext") == "iteration 100"
    shown = watched.locator(".plot .key b").first.inner_text()
    going = iteration(watched)
    until(lambda: iteration(watched) > going + 50)
    expect(watched.locator("#strip-words")).to_contain_text("iteration 100 (framed)")
    scrub(watched, 5)
    until(lambda: watched.locator(".plot .key b").first.inner_text() != shown)
    press(watched, "Back to the latest")
    expect(watched.locator("#generated-words")).to_contain_text("always from the same random numbers")


def test_the_keys_work_while_a_slider_has_the_focus(watched: Page):
    for slider in ("#at", ".plot label input"):
        watched.locator(slider).first.focus()
        watched.keyboard.press("p")
        until(lambda: state(watched) == "paused")
        held = iteration(watched)
        watched.locator(slider).first.focus()
        watched.keyboard.press("s")
        until(lambda held=held: iteration(watched) == held + 1)
        watched.keyboard.press("g")
        until(lambda: state(watched) == "running")


def test_a_zoom_is_kept_while_new_iterations_come(watched: Page):
    over = watched.locator(".u-over").first
    box = over.bounding_box()
    assert box
    watched.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 50)
    watched.mouse.down()
    watched.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 60, steps=5)
    watched.mouse.up()
    ends = "view => [view.live.plots[1].chart.scales.x.min, view.live.plots[1].chart.scales.x.max]"
    until(lambda: live_view(watched).evaluate(ends)[0] > 1)
    kept = live_view(watched).evaluate(ends)
    going = iteration(watched)
    until(lambda: iteration(watched) > going + 100)
    assert live_view(watched).evaluate(ends) == kept
    expect(watched.locator("#zoom-words")).to_have_text(f"Iterations {kept[0]:,} to {kept[1]:,}")
    over.dblclick(position={"x": 50, "y": 50})
    until(lambda: live_view(watched).evaluate(ends)[1] > kept[1])
    expect(watched.locator("#look-words")).to_contain_text("Drag to any iteration")

    press(watched, "Zoom in")
    until(lambda: live_view(watched).evaluate(ends)[0] > 1)
    first, last = live_view(watched).evaluate(ends)
    press(watched, "Zoom in")
    until(
        lambda: (
            0.4 < (live_view(watched).evaluate(ends)[1] - live_view(watched).evaluate(ends)[0]) / (last - first) < 0.6
        )
    )
    press(watched, "Zoom out")
    until(lambda: live_view(watched).evaluate(ends)[1] - live_view(watched).evaluate(ends)[0] >= last - first - 1)
    press(watched, "All iterations")
    until(lambda: live_view(watched).evaluate(ends)[0] == 1)
    expect(watched.get_by_role("button", name="All iterations")).to_be_disabled()


def test_the_sheet_shows_any_range_grows_and_is_saved(watched: Page):
    words = watched.locator("#sheet-words")
    watched.locator("#sheet-first").fill("11")
    watched.wait_for_timeout(1000)  # answers to older questions come in between
    watched.locator("#sheet-last").fill("110")
    watched.locator("#sheet-last").press("Enter")
    expect(words).to_contain_text("each of the iterations 11 to 110")
    watched.locator("#sheet").click(position={"x": 5, "y": 5})
    expect(watched.locator("#look-words")).to_have_text("Iteration 11")
    press(watched, "Back to the latest")
    press(watched, "Whole run")
    expect(words).to_contain_text("100 iterations spread over 1 to")
    width = watched.locator("#sheet").bounding_box()
    press(watched, "Enlarge")
    larger = watched.locator("#sheet").bounding_box()
    assert width and larger and larger["width"] > 1.5 * width["width"]
    press(watched, "Enlarge")
    with watched.expect_download() as download:
        press(watched, "Save as PNG")
    assert Image.open(download.value.path()).size[0] > 1000


def test_two_tabs_another_page_and_a_second_start_that_queues_and_is_taken_back(
    server: Server, browser: Browser, watched: Page
):
    other = browser.new_page(viewport={"width": 1024, "height": 800})
    other.goto(f"{server.address}/train")
    until(lambda: iteration(other) > 0)
    assert shown_run(other) == shown_run(watched), "a new tab attaches to what is running"
    going = iteration(other)
    until(lambda: iteration(other) > going and iteration(watched) > going)
    other.get_by_role("link", name="Home").click()
    expect(other.get_by_text("Now:")).to_be_visible()
    settled(other)
    other.get_by_role("link", name="Train").click()
    until(lambda: iteration(other) > going)
    press(other, "Set up another")
    expect(other.get_by_text("Training now:")).to_be_visible()
    open_form(other, server, "digit-gan")
    start(other)
    expect(other.locator("#words")).to_contain_text("Number 2 in line")
    press(other, "Watch")
    until(lambda: iteration(other) > going)
    scrub(other, 40)
    expect(other.locator("#look-words")).to_have_text("Iteration 40")
    press(other, "Watch")
    expect(other.locator("#words")).to_contain_text("Number 2 in line")
    expect(other.locator("#look-words")).to_contain_text("Drag to any iteration")
    expect(other.locator("#at")).to_have_attribute("aria-valuetext", "the latest iteration")
    expect(other.get_by_role("button", name="Back to the latest")).to_have_count(0)
    control(other, "Take back").click()
    expect(other.get_by_text("Stopped", exact=True)).to_be_visible()
    expect(control(other, "Resume")).to_be_visible()
    assert state(watched) == "running"
    other.close()


@EVERY_SCREEN
def test_a_watched_training_fits_every_screen_in_light_and_dark(watched: Page, widths: tuple[int, ...]):
    watched.set_viewport_size({"width": widths[0], "height": 900})
    fits_in_light_and_dark(watched, *widths)
    watched.emulate_media(color_scheme="light")
    watched.set_viewport_size({"width": 1440, "height": 900})


def test_everything_is_reached_by_the_tab_key_in_the_order_of_the_page(watched: Page):
    watched.locator("#at").focus()
    order = []
    for _ in range(14):
        watched.keyboard.press("Tab")
        order.append(
            watched.evaluate(
                """() => {
                    let e = document.activeElement;
                    while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
                    return e.id || e.textContent.trim() || e.parentElement.textContent.trim();
                }"""
            )
        )
    wanted = ["closer", "Smoothing", "sheet-first", "sheet-last", "sheet-all", "sheet-hundred", "zoom", "sheet-save"]
    assert [name for name in order if name in wanted] == wanted
