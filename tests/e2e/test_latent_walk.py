"""Walks between digits, arithmetic, and a digit of one's own, as people see them."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

import ganlab
from tests.conftest import trained_run
from tests.e2e.conftest import Server
from tests.e2e.steps import address, fits, fits_in_light_and_dark, paper, press, until

TWO = (
    (0.3, 0.32),
    (0.38, 0.2),
    (0.55, 0.17),
    (0.68, 0.28),
    (0.62, 0.45),
    (0.45, 0.63),
    (0.28, 0.8),
    (0.5, 0.8),
    (0.74, 0.8),
)
COPY = "Copy from 2 numbers"


@pytest.fixture
def run(server: Server) -> Iterator[Path]:
    path = trained_run(server.runs, "vae", 20, values={"latent_size": 2})
    yield path
    shutil.rmtree(path)


def source(page: Page, alt: str) -> str:
    """Which image the page has there now."""
    return page.get_by_alt_text(alt, exact=True).get_attribute("src") or ""


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f".st-key-walk-{name}-class input").fill(value)
    page.get_by_role("option", name=value, exact=True).click()


def download(page: Page, name: str) -> bytes:
    with page.expect_download() as started:
        press(page, name)
    return Path(started.value.path()).read_bytes()


def open_paper(page: Page, server: Server, run: Path) -> Locator:
    """The empty drawing, ready to be drawn on."""
    page.goto(f"{server.address}/latent?section=drawn&model={run.name}")
    drawing = page.get_by_test_id("drawing")
    expect(drawing).to_have_attribute("data-strokes", "0", timeout=90_000)
    expect(page.get_by_text("what the model makes of it appears here")).to_be_visible()
    until(lambda: not page.locator("[data-stale=true]").count())
    return drawing


def spot(page: Page, x: float, y: float) -> tuple[float, float]:
    """A place on the paper, 0 to 1 each, in pixels of the page."""
    box = paper(page).bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def stroke(page: Page, *places: tuple[float, float]) -> None:
    page.mouse.move(*spot(page, *places[0]))
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*spot(page, *place), steps=6)
    page.mouse.up()


def test_a_walk_its_files_and_arithmetic(server: Server, page: Page, run: Path):
    page.goto(f"{server.address}/latent?section=walk&model={run.name}")
    straight = "Straight from A to B"
    expect(page.get_by_alt_text(straight)).to_be_visible(timeout=90_000)
    for name, value in (("A", "3"), ("B", "5")):
        before = source(page, straight)
        choose(page, name, value)
        until(lambda before=before: source(page, straight) != before)
    until(lambda: "walk-A-class=3" in address(page) and "walk-B-class=5" in address(page))
    png = download(page, "Download as PNG")
    assert png.startswith(b"\x89PNG") and Image.open(io.BytesIO(png)).size == (4 * (9 * 30 + 2), 4 * (3 * 30 + 2))
    assert download(page, "Download as GIF").startswith(b"GIF8")
    expect(page.get_by_alt_text("From A to B and back")).to_be_visible()

    before = source(page, "Result")
    choose(page, "plus", "0")
    expect(page.get_by_alt_text("plus the average 0")).to_be_visible()
    until(lambda: source(page, "Result") != before)
    before = source(page, "Result")
    page.locator(".st-key-walk-strength").get_by_role("slider").first.press("End")
    until(lambda: source(page, "Result") != before)
    fits_in_light_and_dark(page)
    page.set_viewport_size({"width": 420, "height": 900})
    fits_in_light_and_dark(page)


def test_a_drawing_is_read_after_every_stroke(server: Server, page: Page, run: Path):
    drawing = open_paper(page, server, run)
    stroke(page, (0.5, 0.2), (0.5, 0.8))
    expect(drawing).to_have_attribute("data-strokes", "1")
    expect(page.get_by_alt_text(COPY)).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    before = source(page, "What the model sees")
    stroke(page, (0.2, 0.2), (0.8, 0.2))
    expect(drawing).to_have_attribute("data-strokes", "2")
    until(lambda: source(page, "What the model sees") != before)
    page.get_by_role("radio", name="4", exact=True).click()
    expect(page.get_by_alt_text("A walk from your digit to a typical 4")).to_be_visible()
    fits_in_light_and_dark(page)
    page.set_viewport_size({"width": 420, "height": 900})
    fits_in_light_and_dark(page)
    page.get_by_role("button", name="Show your digit on the plane").click()
    plane = page.locator("[data-testid=plane][data-ready='1']")
    expect(plane).to_be_visible()
    marked, at = plane.evaluate("({plane}) => [plane.marked, plane.at]")
    assert at == pytest.approx(marked["mean"], abs=0.01) and min(marked["spread"]) > 0
    page.get_by_role("radio", name="Your own digit").click()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_alt_text(COPY)).to_have_count(0)


def test_a_clean_two_comes_back_as_a_two(server: Server, page: Page):
    page.goto(f"{server.address}/latent?section=drawn")
    drawing = page.get_by_test_id("drawing")
    expect(drawing).to_have_attribute("data-strokes", "0", timeout=90_000)
    expect(page.get_by_text("what the model makes of it appears here", exact=False)).to_be_visible()
    until(lambda: not page.locator("[data-stale=true]").count())
    stroke(page, *TWO)
    expect(page.get_by_alt_text("Copy from 2 numbers")).to_be_visible()
    expect(page.get_by_text("2 numbers have room for which digit it is")).to_be_visible()
    copy = page.get_by_alt_text("Copy from 16 numbers").screenshot()
    pixels = np.asarray(Image.open(io.BytesIO(copy)).convert("L").resize((28, 28)))
    chances = ganlab.load("classifier").classify(pixels[None])[0]
    assert chances.argmax() == 2 and chances[2] > 0.8, chances


def test_a_finger_draws(server: Server, browser: Browser, run: Path):
    context = browser.new_context(viewport={"width": 420, "height": 900}, has_touch=True, is_mobile=True)
    page = context.new_page()
    drawing = open_paper(page, server, run)
    finger = context.new_cdp_session(page)
    for kind, y in (("touchStart", 0.2), ("touchMove", 0.5), ("touchMove", 0.8), ("touchEnd", None)):
        at = spot(page, 0.5, y) if y else None
        points = [{"x": at[0], "y": at[1]}] if at else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(drawing).to_have_attribute("data-strokes", "1")
    expect(page.get_by_alt_text(COPY)).to_be_visible()
    until(lambda: fits(page))
    context.close()
