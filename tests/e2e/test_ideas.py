"""The Ideas page in a browser: by mouse, by key and by touch."""

import re

import pytest
from playwright.sync_api import Page, expect

from ganlab.ui.ideas.pieces import IDEAS
from tests.e2e.conftest import Server
from tests.e2e.ideas_steps import drag_smoothly, open_idea, place, slide, touch
from tests.e2e.steps import EVERY_SCREEN, address, fits_in_light_and_dark, until


def test_an_idea_is_chosen_on_the_page_and_shown_alone(server: Server, page: Page):
    open_idea(page, server, "game")
    for name, idea in IDEAS.items():
        page.get_by_role("radio", name=idea.title).click()
        page.get_by_test_id(name).wait_for()
        until(lambda name=name: f"idea={name}" in address(page))
    expect(page.get_by_role("link", name="Ideas")).to_be_visible()
    open_idea(page, server, "game", "only")
    expect(page.get_by_role("heading", level=1)).to_have_text(IDEAS["game"].title)
    expect(page.get_by_role("link", name="Ideas")).to_have_count(0)


@EVERY_SCREEN
@pytest.mark.parametrize("name", IDEAS)
def test_every_idea_fits_and_can_be_read(server: Server, page: Page, name: str, widths: tuple[int, ...]):
    page.set_viewport_size({"width": widths[0], "height": 900})
    open_idea(page, server, name)
    fits_in_light_and_dark(page, *widths)


@pytest.mark.parametrize("name", IDEAS)
def test_the_links_of_an_idea_lead_to_where_it_happens(server: Server, page: Page, name: str):
    open_idea(page, server, name)
    links = page.locator("[data-testid=stMarkdown] a")
    for number in range(links.count()):
        target = links.nth(number).evaluate("a => a.href")
        other = page.context.new_page()
        other.goto(target)
        other.get_by_role("heading", level=1).first.wait_for()
        expect(other.get_by_test_id("stException")).to_have_count(0)
        if preset := re.search(r"plane-gan\.preset=([\w-]+)", target):
            expect(other.locator(".st-key-lab-form")).to_contain_text(f"{preset[1]}:")
        other.close()


def test_the_game_is_played_by_buttons_and_its_start_moved_by_mouse_and_keys(server: Server, page: Page):
    game = open_idea(page, server, "game")
    board = game.locator(".both canvas")
    expect(game).to_have_attribute("data-steps", "60")
    game.get_by_role("button", name="Reset").click()
    expect(game).to_have_attribute("data-steps", "0")
    game.get_by_role("button", name="Step").click()
    expect(game).to_have_attribute("data-steps", "1")
    game.get_by_role("button", name="Play").click()
    until(lambda: int(game.get_attribute("data-steps") or 0) > 15)
    game.get_by_role("button", name="Pause").click()
    steps = int(game.get_attribute("data-steps") or 0)
    page.mouse.click(*place(board, 0.75, 0.5))
    expect(game).to_have_attribute("data-start", re.compile(r"1\.00,-?0\.0\d"))
    expect(game.locator("#happens")).to_contain_text("It flies out")
    assert float(game.get_attribute("data-now") or 0) == pytest.approx(1.01 ** (steps / 2), rel=0.01)
    board.press("Shift+ArrowLeft")
    board.press("ArrowUp")
    expect(game).to_have_attribute("data-start", re.compile(r"0\.7\d,0\.0\d"))
    drag_smoothly(page, board, game, "data-start")


def test_every_rule_says_what_happens(server: Server, page: Page):
    game = open_idea(page, server, "game")
    happens = game.locator("#happens")
    for rule, words in {
        "turns": "It circles",
        "momentum": "It arrives",
        "extragradient": "It arrives",
        "average": "The mean arrives, though the players circle",
        "together": "It flies out",
    }.items():
        game.locator("#rule").select_option(rule)
        expect(happens).to_contain_text(words)
        expect(game.locator("#happens-alone")).to_contain_text("rrive")
    game.locator("#rule").select_option("momentum")
    slide(game.locator("#momentum"), 0.5)
    expect(happens).to_contain_text("It flies out")
    game.locator("#rule").select_option("together")
    game.locator("#kind").select_option("pulled")
    slide(game.locator("#pull"), 0.5)
    expect(happens).to_contain_text("It arrives")
    slide(game.locator("#rate"), 1)
    expect(happens).to_contain_text("It flies out")


def test_the_game_follows_a_finger(server: Server, phone: Page):
    game = open_idea(phone, server, "game")
    touch(phone, game.locator(".both canvas"), (0.4, 0.4), (0.3, 0.3), (0.25, 0.25))
    expect(game).to_have_attribute("data-start", re.compile(r"-1\.0\d?,1\.0|-0\.99,|-1\.00,"))


def test_two_peaks_are_drawn_apart_until_one_is_dropped(server: Server, page: Page):
    peaks = open_idea(page, server, "peaks")
    words = peaks.locator("dd")
    expect(words.nth(0)).to_contain_text("It covers both peaks")
    expect(words.nth(1)).to_contain_text("It drops the right peak: 40% of the data")
    expect(words.nth(2)).to_contain_text("It covers both peaks")
    slide(peaks.locator("#distance"), 6)
    expect(words.nth(0)).to_contain_text("It covers both peaks")
    expect(words.nth(2)).to_contain_text("It drops the right peak")
    slide(peaks.locator("#share"), 0.3)
    expect(words.nth(1)).to_contain_text("It drops the left peak: 30% of the data")
    slide(peaks.locator("#distance"), 0.5)
    expect(words.nth(1)).to_contain_text("so near each other")
    plot = peaks.locator("#plot")
    page.mouse.click(*place(plot, 0.75, 0.5))
    expect(peaks).to_have_attribute("data-peaks", re.compile(r"(5\.9|6\.0)\d,0\.4\d"))
    plot.press("ArrowLeft")
    plot.press("Shift+ArrowUp")
    expect(peaks).to_have_attribute("data-peaks", re.compile(r"5\.[89]\d,0\.5\d"))
    drag_smoothly(page, plot, peaks, "data-peaks")
    peaks.get_by_role("checkbox", name="reverse KL").uncheck()
    expect(peaks.locator(".plot .reverse")).to_be_hidden()
    expect(peaks.locator("td.least")).to_have_count(3)


def test_a_peak_follows_a_finger(server: Server, phone: Page):
    peaks = open_idea(phone, server, "peaks")
    touch(phone, peaks.locator("#plot"), (0.4, 0.5), (0.35, 0.5), (0.3, 0.5))
    expect(peaks).to_have_attribute("data-peaks", re.compile(r"4\.[789]\d,0\.5\d"))


def test_a_cell_that_comes_out_says_what_it_is_the_sum_of(server: Server, page: Page):
    kernel = open_idea(page, server, "kernel")
    out = kernel.locator("#out")
    page.mouse.move(*place(out, 0.1, 0.1))
    expect(kernel).to_have_attribute("data-chosen", "0")
    expect(kernel.locator("#cell")).to_have_text("Row 1, column 1 is 35, the sum of")
    expect(kernel.locator("#terms li")).to_have_count(9)
    expect(kernel.locator("#in .mark")).to_have_count(9)
    out.press("ArrowDown")
    out.press("ArrowRight")
    expect(kernel).to_have_attribute("data-chosen", "7")
    kernel.locator("#kind").select_option("blur")
    kernel.get_by_label("Row 2, column 2").fill("4.25")
    expect(kernel.locator("#kind")).to_have_value("own")
    kernel.locator("#padding").select_option("same")
    expect(kernel).to_have_attribute("data-out", "8")
    expect(kernel.locator("#in .padding")).to_have_count(36)
    kernel.locator("#layer").select_option("transposed")
    kernel.locator("#stride").select_option("2")
    expect(kernel.locator("#out-size")).to_have_text("16 × 16")
    expect(kernel.locator("#about")).to_contain_text("One, two or four stamps")
    expect(kernel.locator("#count")).to_contain_text("from 64 to 256 numbers has 16,640")
    drag_smoothly(page, out, kernel, "data-chosen", 5)


def test_the_picture_is_painted_by_mouse_and_keys(server: Server, page: Page):
    kernel = open_idea(page, server, "kernel")
    into = kernel.locator("#in")
    kernel.get_by_role("button", name="Clear").click()
    expect(kernel).to_have_attribute("data-ink", ",".join(["0"] * 64))
    expect(kernel).to_have_attribute("data-sum", "0.0000")
    page.mouse.move(*place(into, 0.45, 0.05))
    page.mouse.down()
    for number in range(1, 8):
        page.mouse.move(*place(into, 0.45, 0.05 + number / 8), steps=2)
    page.mouse.up()
    until(lambda: (kernel.get_attribute("data-ink") or "").split(",").count("16") == 8)
    into.press("ArrowRight")
    into.press(" ")
    until(lambda: (kernel.get_attribute("data-ink") or "").split(",").count("16") == 9)
    kernel.get_by_role("button", name="Put the 3 back").click()
    until(lambda: (kernel.get_attribute("data-ink") or "").split(",").count("16") == 2)


def test_a_finger_paints_and_points(server: Server, phone: Page):
    kernel = open_idea(phone, server, "kernel")
    ink = kernel.get_attribute("data-ink")
    touch(phone, kernel.locator("#in"), (0.06, 0.06), (0.06, 0.3))
    until(lambda: kernel.get_attribute("data-ink") != ink)
    phone.touchscreen.tap(*place(kernel.locator("#out"), 0.1, 0.1))
    expect(kernel).to_have_attribute("data-chosen", "0")


def test_the_threshold_and_the_scores_are_dragged(server: Server, page: Page):
    fooled = open_idea(page, server, "fooled")
    plot = fooled.locator("#plot")
    expect(fooled.locator("#accuracy")).to_have_text("84.1%")
    page.mouse.click(*place(plot, 0.6, 0.6))
    expect(fooled).to_have_attribute("data-threshold", re.compile(r"1\.0\d|0\.9\d"))
    expect(fooled.locator("#recall")).to_have_text(re.compile(r"(49|50)\.\d%"))
    fooled.get_by_role("button", name="Go to the cheapest threshold").click()
    expect(fooled).to_have_attribute("data-threshold", re.compile(r"0\.5[4-6]"))
    expect(fooled.locator("#says")).to_contain_text("Errors cost least where it says 75.0%")
    page.mouse.move(*place(fooled.locator("#real"), 0.5, 0.5))
    page.mouse.down()
    page.mouse.move(*place(plot, 0.65, 0.2), steps=4)
    page.mouse.up()
    expect(fooled).to_have_attribute("data-distance", re.compile(r"3\.0\d|2\.9\d"))
    plot.press("ArrowLeft")
    plot.press("ArrowUp")
    expect(fooled).to_have_attribute("data-distance", re.compile(r"3\.1\d?|3\.0\d"))
    drag_smoothly(page, plot, fooled, "data-threshold")
    slide(fooled.locator("#distance"), 0)
    expect(fooled.locator("#accuracy")).to_have_text("50.0%")
    expect(fooled.locator("#says")).to_contain_text("the equilibrium of the game")
    slide(fooled.locator("#missed-cost"), 6)
    fooled.get_by_role("button", name="Go to the cheapest threshold").click()
    expect(fooled).to_have_attribute("data-threshold", "-4.00")
    expect(fooled.locator("#caught")).to_have_text("0")


def test_the_threshold_follows_a_finger(server: Server, phone: Page):
    fooled = open_idea(phone, server, "fooled")
    touch(phone, fooled.locator("#plot"), (0.5, 0.6), (0.6, 0.6), (0.7, 0.6))
    expect(fooled).to_have_attribute("data-threshold", re.compile(r"1\.9\d|2\.0\d"))
