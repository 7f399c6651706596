"""Slices through sixteen dimensions on the Latent page, by hand, by key and by touch; with the model that ships."""

import re

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

import ganlab
from tests.e2e.conftest import Server
from tests.e2e.steps import EVERY_SCREEN, digit, drag_pad_with_a_finger, fits_in_light_and_dark, picture, until

MODEL = "vae-16"


@pytest.fixture(scope="module")
def model():
    return ganlab.load(MODEL)


def open_slice(page: Page, server: Server, query: str = "") -> None:
    page.goto(f"{server.address}/latent?model={MODEL}{query}")
    wait(page)


def wait(page: Page) -> None:
    page.locator("[data-testid=plane][data-ready='1']").wait_for(timeout=60_000)


def painted(page: Page, kind: str = "quantiles") -> None:
    page.locator(f"[data-testid=plane][data-painted='{kind}']").wait_for(timeout=90_000)


def code(page: Page) -> list[float]:
    return page.get_by_test_id("plane").evaluate("plane => plane.plane.code")


def place(page: Page) -> list[float]:
    return page.get_by_test_id("plane").evaluate("plane => plane.plane.at")


def query(page: Page, name: str) -> str:
    return page.evaluate("name => new URLSearchParams(location.search).get(name)", name) or ""


def equals_its_decode(page: Page, model) -> None:
    difference = np.abs(digit(page).astype(int) - model.decode(np.array([code(page)]))[0]).mean()
    assert difference <= 3, difference


def test_a_digit_follows_the_marker_without_the_server_and_equals_its_decode(server: Server, page: Page, model):
    said: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: said.append(frame)))
    open_slice(page, server)
    page.wait_for_timeout(2000)
    for basis in ("numbers", "directions"):
        page.locator("#basis").select_option(basis)
        page.locator("#rest").select_option("typical-3" if basis == "directions" else "zero")
        page.locator("#pad").scroll_into_view_if_needed()
        box = page.locator("#pad").bounding_box()
        assert box
        page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.2 * box["height"])
        page.mouse.down()
        said.clear()
        shown, off = digit(page), np.array(code(page))
        for step in range(50):
            angle = 0.2 * step
            across, up = 0.5 + 0.008 * step * np.cos(angle), 0.5 + 0.008 * step * np.sin(angle)
            page.mouse.move(box["x"] + across * box["width"], box["y"] + up * box["height"])
            new = digit(page)
            assert step < 2 or not np.array_equal(new, shown), f"the digit stood still at step {step}"
            shown = new
            if step % 5 == 0:
                equals_its_decode(page, model)
        page.mouse.up()
        assert not said, "the server was asked while dragging"
        assert np.linalg.norm(np.array(code(page)) - off) > 0.1


def test_only_the_two_numbers_of_the_axes_change(server: Server, page: Page):
    open_slice(page, server, "&axes=4-12&at=" + ",".join(f"{0.1 * i:.2f}" for i in range(16)))
    expect(page.locator("#across")).to_have_value("3")
    assert place(page) == pytest.approx([0.3, 1.1])
    before = code(page)
    page.locator("#pad").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    changed = [i for i, (old, new) in enumerate(zip(before, code(page), strict=True)) if old != new]
    assert changed == [3, 11] and place(page)[0] > 0.3 and place(page)[1] > 1.2
    page.locator("#y").fill("-0.75")
    page.locator("#slide-x").evaluate("e => { e.value = -1; e.dispatchEvent(new Event('input')); }")
    assert code(page)[3] == pytest.approx(-1, abs=0.01) and code(page)[11] == -0.75
    page.locator("#x").fill("99")
    assert place(page)[0] == page.get_by_test_id("plane").evaluate("plane => plane.plane.reach"), "the edge"
    expect(page.locator("#edge")).to_contain_text("the marker stands at its edge")
    page.locator("#x").fill("1")
    expect(page.locator("#edge")).to_be_empty()


def test_place_and_axes_are_in_the_address_and_survive_a_reload(server: Server, page: Page):
    open_slice(page, server)
    assert code(page) == [0] * 16
    shares = page.get_by_test_id("plane").evaluate("plane => plane.plane.head.slice.shares.numbers")
    axes = page.get_by_test_id("plane").evaluate("plane => plane.plane.slice.axes")
    assert sorted(axes) == sorted(np.argsort(shares)[-2:].tolist())
    page.locator("#basis").select_option("directions")
    page.locator("#across").select_option("1")
    assert page.locator("#up").input_value() == "0", "the two axes change places"
    page.locator("#rest").select_option("typical-7")
    wanted, drawn = code(page), digit(page)
    until(lambda: query(page, "axes") == "d2-d1" and len(query(page, "at").split(",")) == 16)
    page.reload()
    wait(page)
    assert code(page) == pytest.approx(wanted, abs=0.01)
    assert np.abs(digit(page).astype(int) - drawn).mean() < 3
    expect(page.locator("#rest")).to_have_value("typical-7")
    open_slice(page, server, "&at=" + ",".join(["99"] * 16))
    expect(page.locator("#edge")).to_contain_text("outside the map")
    assert max(code(page)) < 20
    open_slice(page, server, "&axes=3-99&at=1,2")
    assert code(page) == [0] * 16 and len(set(page.get_by_test_id("plane").evaluate("p => p.plane.slice.axes"))) == 2


def test_turning_the_axes_leaves_the_marker_where_it_is_in_the_space(server: Server, page: Page):
    open_slice(page, server)
    page.locator("#rest").select_option("typical-2")
    before, drawn = code(page), digit(page)
    for basis in ("directions", "numbers"):
        page.locator("#basis").select_option(basis)
        assert code(page) == pytest.approx(before, abs=1e-4)
        assert np.abs(digit(page).astype(int) - drawn).mean() < 0.1


def test_the_other_numbers_one_by_one_or_from_a_digit_redraw_the_pad(server: Server, page: Page, model):
    open_slice(page, server)
    painted(page)
    seen = {picture(page, "pad")}

    def repainted(kind: str = "quantiles") -> bool:
        painted(page, kind)
        now = picture(page, "pad")
        new = now not in seen
        seen.add(now)
        return new

    axes = page.get_by_test_id("plane").evaluate("plane => plane.plane.slice.axes")
    page.get_by_text("One by one").click()
    expect(page.locator("#sliders input")).to_have_count(14)
    before, drawn = code(page), digit(page)
    page.locator("#sliders input").first.evaluate("e => { e.value = 2; e.dispatchEvent(new Event('input')); }")
    (changed,) = [i for i, (old, new) in enumerate(zip(before, code(page), strict=True)) if old != new]
    assert changed not in axes and code(page)[changed] == 2 and not np.array_equal(drawn, digit(page))
    expect(page.locator("#rest")).to_have_value("own")
    until(repainted, 60)
    equals_its_decode(page, model)
    page.locator("#rest").select_option("zero")
    assert code(page) == before
    page.locator("#rest").select_option("typical-0")
    until(repainted, 60)
    page.locator("#picture").select_option("linear")
    until(lambda: repainted("linear"), 60)


def test_a_clicked_digit_is_told_apart_from_its_shadow_and_can_be_stood_on(server: Server, page: Page, model):
    open_slice(page, server)
    page.locator("#pad").scroll_into_view_if_needed()
    box = page.locator("#pad").bounding_box()
    assert box
    x, y = page.get_by_test_id("plane").evaluate(
        """({plane}) => {
            const {points} = plane;
            const shares = (i) => [plane.toShare(points[2 * i]), 1 - plane.toShare(points[2 * i + 1])];
            return plane.seen.map(shares).find(([x, y]) => x > 0.3 && x < 0.7 && y > 0.3 && y < 0.6);
        }"""
    )
    at = (box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.mouse.move(at[0] - 2, at[1])
    page.mouse.move(*at)
    expect(page.locator("#near-words")).to_contain_text(
        re.compile(r"A test image of class \d.* on this slice, .* in the")
    )
    page.mouse.click(*at)
    on_pad, in_space = map(
        float, re.findall(r"([\d.]+) (?:on this slice|in the whole space)", page.inner_text("#near-words"))
    )
    assert on_pad <= in_space
    page.locator("#take").click()
    number = int(re.sub(r"\D", "", page.locator("#rest option:checked").inner_text())) - 1
    wanted = page.get_by_test_id("plane").evaluate(
        "({plane}, number) => Array.from(plane.codeOf(plane.head.numbers.indexOf(number)))", number
    )
    assert code(page) == pytest.approx(wanted, abs=1e-5)
    equals_its_decode(page, model)
    expect(page.locator("#take")).to_be_hidden()
    expect(page.get_by_text(f"Test image {number + 1:,}, class")).to_be_visible()
    page.get_by_role("button", name="Walk from this image").click()
    expect(page.get_by_alt_text(f"A: test image {number + 1:,}", exact=False)).to_be_visible(timeout=90_000)
    page.get_by_role("radio", name="A VAE's plane").click()
    wait(page)
    assert code(page) == pytest.approx(wanted, abs=0.01), "the marker is where it was left"


def test_a_slice_follows_a_finger(server: Server, browser: Browser):
    context = browser.new_context(viewport={"width": 420, "height": 900}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    open_slice(page, server, "&axes=d1-d2")
    shown, before = digit(page), place(page)
    drag_pad_with_a_finger(page)
    until(lambda: place(page) != before and not np.array_equal(digit(page), shown))
    assert place(page)[0] > 0.2, "the page scrolled away instead"
    context.close()


def test_two_numbers_need_no_axes(server: Server, page: Page):
    page.goto(f"{server.address}/latent?model=vae-conv")
    wait(page)
    expect(page.locator("#picture")).to_be_visible()
    for field in ("basis", "across", "up", "rest", "summary"):
        expect(page.locator(f"#{field}")).to_be_hidden()


def test_a_small_pad_shows_fewer_digits(server: Server, page: Page):
    counts = {}
    for width in (1440, 420):
        page.set_viewport_size({"width": width, "height": 900})
        open_slice(page, server)
        counts[width] = page.get_by_test_id("plane").evaluate("plane => plane.plane.seen.length")
    assert counts[420] < 1000 <= counts[1440]


@EVERY_SCREEN
def test_a_slice_fits_every_screen_in_light_and_dark(server: Server, page: Page, widths: tuple[int, ...]):
    page.set_viewport_size({"width": widths[0], "height": 900})
    open_slice(page, server)
    page.get_by_text("One by one").click()
    fits_in_light_and_dark(page, *widths)
