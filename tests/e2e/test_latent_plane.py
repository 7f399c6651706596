"""The plane of the Latent page, by hand, by key and by touch; with the model that ships."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import ganlab
from tests.e2e.conftest import Server
from tests.e2e.steps import EVERY_SCREEN, digit, drag_pad_with_a_finger, fits_in_light_and_dark, picture, until

MODEL = "vae-conv"


@pytest.fixture(scope="module")
def model():
    return ganlab.load(MODEL)


def open_plane(page: Page, server: Server, query: str = "") -> None:
    page.goto(f"{server.address}/latent?model={MODEL}{query}")
    page.locator("[data-testid=plane][data-ready='1']").wait_for(timeout=60_000)


def place(page: Page) -> list[float]:
    return page.get_by_test_id("plane").evaluate("plane => plane.plane.at")


def redraws(page: Page) -> int:
    return int(page.get_by_test_id("plane").get_attribute("data-redraws") or 0)


def test_a_digit_follows_the_marker_without_the_server_and_equals_its_decode(server: Server, page: Page, model):
    said: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: said.append(frame)))
    open_plane(page, server)
    page.wait_for_timeout(2000)
    box = page.locator("#pad").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    said.clear()
    before, shown = redraws(page), digit(page)
    differences = []
    for step in range(100):
        angle = 0.2 * step
        across, up = 0.5 + 0.004 * step * np.cos(angle), 0.5 + 0.004 * step * np.sin(angle)
        page.mouse.move(box["x"] + across * box["width"], box["y"] + up * box["height"])
        new = digit(page)
        assert step < 2 or not np.array_equal(new, shown), f"the digit stood still at step {step}"
        shown = new
        if step % 10 == 0:
            wanted = model.decode(np.array([place(page)]))[0]
            differences.append(np.abs(new.astype(int) - wanted).mean())
    page.mouse.up()
    assert redraws(page) >= before + 100
    assert not said, "the server was asked while dragging"
    assert max(differences) <= 3, differences


def test_keys_sliders_numbers_and_the_address_stay_in_step(server: Server, page: Page):
    open_plane(page, server, "&at=0.50,-1.00")
    assert place(page) == [0.5, -1.0]
    expect(page.locator("#x")).to_have_value("0.50")
    page.locator("#pad").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    x, y = place(page)
    assert x > 0.5 and y > -0.95
    assert float(page.locator("#slide-x").input_value()) == pytest.approx(x, abs=0.01)
    page.locator("#y").fill("1.25")
    assert place(page)[1] == 1.25
    page.locator("#slide-x").evaluate("e => { e.value = -1; e.dispatchEvent(new Event('input')); }")
    assert place(page) == pytest.approx([-1, 1.25], abs=0.01)
    page.locator("#x").fill("99")
    assert place(page)[0] == page.get_by_test_id("plane").evaluate("plane => plane.plane.reach"), (
        "out of range: the edge"
    )
    page.locator("#x").fill("")
    page.locator("#x").fill("-1")
    until(lambda: "at=-1.00%2C1.25" in page.evaluate("location.href"))
    page.reload()
    page.locator("[data-testid=plane][data-ready='1']").wait_for(timeout=60_000)
    assert place(page) == pytest.approx([-1, 1.25], abs=0.01)


def test_pictures_points_density_and_legend_change_the_pad(server: Server, page: Page):
    open_plane(page, server)
    page.locator("[data-painted='quantiles']").wait_for(timeout=60_000)
    seen = {picture(page, "pad")}

    def changes() -> bool:
        now = picture(page, "pad")
        new = now not in seen
        seen.add(now)
        return new

    page.get_by_label("Where random points fall").check()
    assert changes()
    page.locator("#legend button").first.click()
    assert changes()
    expect(page.locator("#legend button").first).to_have_attribute("aria-pressed", "false")
    for kind in ("digits", "none"):
        page.locator("#points").select_option(kind)
        assert changes()
    page.locator("#picture").select_option("linear")
    page.locator("[data-painted='linear']").wait_for(timeout=60_000)
    assert changes()
    page.locator("#picture").select_option("none")
    assert changes()


def test_a_test_digit_is_seen_under_the_pointer_and_more_closely_after_a_click(server: Server, page: Page):
    open_plane(page, server)
    box = page.locator("#pad").bounding_box()
    assert box
    shares = page.get_by_test_id("plane").evaluate(
        """({plane}) => {
            const {places, labels} = plane.arrays;
            const shares = (i) => [plane.toShare(places[2 * i]), 1 - plane.toShare(places[2 * i + 1])];
            return [...labels.keys()].map(shares).find(([x, y]) => x > 0.2 && x < 0.8 && y > 0.2 && y < 0.5);
        }"""
    )
    x, y = box["x"] + shares[0] * box["width"], box["y"] + shares[1] * box["height"]
    page.mouse.move(x - 2, y)
    page.mouse.move(x, y)
    expect(page.locator("#near-words")).to_contain_text(re.compile(r"A test image of class \d"))
    page.mouse.click(x, y)
    expect(page.get_by_role("heading", name="A closer look at this test image")).to_be_visible()
    expect(page.get_by_alt_text("The model's copy", exact=True)).to_be_visible()
    expect(page.get_by_text("nats").first).to_be_visible()
    expect(page.get_by_alt_text("The 5 training images", exact=False)).to_be_visible()


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768)])
@pytest.mark.parametrize("query", ["", "&model=vae-16"])
def test_the_plane_its_digit_and_its_sliders_are_seen_without_scrolling(server: Server, page: Page, size, query: str):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{server.address}/latent?section=plane{query}")
    page.locator("[data-testid=plane][data-ready='1']").wait_for(timeout=60_000)
    for part in ("#pad", "#digit", "#slide-x", "#slide-y", "#legend", "#near", "#points"):
        box = page.locator(part).bounding_box()
        assert box and box["y"] > 0 and box["y"] + box["height"] <= size[1], (part, box)
    pad = page.locator("#pad").bounding_box()
    assert pad and pad["width"] == pytest.approx(pad["height"], abs=1) and pad["width"] > 0.5 * size[1]


def test_the_drawings_are_seen_between_the_dots_and_numerals_stand_where_one_points(server: Server, page: Page):
    open_plane(page, server)
    page.locator("[data-painted='quantiles']").wait_for(timeout=60_000)

    def look() -> tuple[float, float]:
        """The share of the pad that has the colour of a class, and that which is a clear stroke."""
        pixels = np.array(Image.open(io.BytesIO(page.locator("#pad").screenshot())).convert("RGB")).astype(int)
        coloured = np.ptp(pixels, axis=2) > 40
        return coloured.mean(), (pixels[~coloured].min(axis=1) > 150).mean()

    covered, strokes = look()
    assert covered < 0.06, "test images leave most of the pad to the drawings"
    page.locator("#points").select_option("digits")
    assert strokes > 3 * look()[1], "drawings are hard to see below numerals"
    page.locator("#points").select_option("dots")
    before = picture(page, "pad")
    box = page.locator("#pad").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.4 * box["height"])
    until(lambda: picture(page, "pad") != before)
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] - 40)
    until(lambda: picture(page, "pad") == before)


def test_the_plane_follows_a_finger(server: Server, browser: Browser):
    context = browser.new_context(viewport={"width": 420, "height": 900}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    open_plane(page, server)
    shown, before = digit(page), place(page)
    drag_pad_with_a_finger(page)
    until(lambda: place(page) != before and not np.array_equal(digit(page), shown))
    assert place(page)[0] > 0.2, "the page scrolled away instead"
    context.close()


@EVERY_SCREEN
def test_the_plane_fits_every_screen_in_light_and_dark(server: Server, page: Page, widths: tuple[int, ...]):
    page.set_viewport_size({"width": widths[0], "height": 900})
    open_plane(page, server)
    fits_in_light_and_dark(page, *widths)
