"""What several browser tests do on the pages."""

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Server

OFFLINE = {"images": "Offline digits", "precision": "float32", "device": "cpu"}
CONTRASTS = (Path(__file__).parent / "contrasts.js").read_text().replace("export ", "")


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)


def address(page: Page) -> str:
    """What the browser shows; `page.url` is behind while nothing is asked of the page."""
    return page.evaluate("location.href")


def digit(page: Page, number: int = 0) -> np.ndarray:
    """The digit that the browser draws on the plane, or on that plane of several, uint8 [28, 28]."""
    pixels = (
        page.locator("#digit")
        .nth(number)
        .evaluate("c => Array.from(c.getContext('2d').getImageData(0, 0, 28, 28).data.filter((_, i) => i % 4 === 0))")
    )
    return np.array(pixels, np.uint8).reshape(28, 28)


def drag_pad_with_a_finger(page: Page) -> None:
    """Drags over the plane's pad to the right, on a screen that is touched."""
    pad = page.locator("#pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    line = page.context.new_cdp_session(page)
    for step in range(12):
        point = {"x": box["x"] + (0.3 + 0.03 * step) * box["width"], "y": box["y"] + 0.3 * box["height"]}
        kind = "touchStart" if step == 0 else "touchMove"
        line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    line.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def middle(target: Locator) -> None:
    """Scrolls to what is about to be dragged over; at the edge of the page its bar would be in the way."""
    target.evaluate("target => target.scrollIntoView({block: 'center'})")


def paper(page: Page, number: int = 0) -> Locator:
    """What is drawn on: the canvas of the first drawing on the page, or of another."""
    found = page.locator(".dc-container").nth(number)
    found.scroll_into_view_if_needed()
    return found


def ink(page: Page) -> int:
    """How many pixels of the first canvas are drawn on, and not rubbed out."""
    return page.locator(".dc-container canvas.dc-canvas.lower-canvas").evaluate(
        """canvas => {
            const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let count = 0;
            for (let i = 3; i < data.length; i += 4) count += data[i] > 127 && data[i - 1] > 127;
            return count;
        }"""
    )


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def settled(page: Page) -> None:
    """Waits until the page's script has run: a click on what it is about to replace is lost."""
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_attached()


def control(page: Page, name: str) -> Locator:
    """A control of the training; its key stands beside its name."""
    return page.locator(f".st-key-control-{name.replace(' ', '-')} button:visible")


def open_form(page: Page, server: Server, model: str, iterations: int | None = None, **query: str) -> None:
    settings = {"new": "1", "model": model, **OFFLINE, **query}
    if iterations is not None:
        settings[f"{model}.published.iterations"] = str(iterations)
    page.goto(f"{server.address}/train?{urlencode(settings)}")
    expect(page.get_by_role("button", name="Start", exact=False).last).to_be_visible()


def train(page: Page, server: Server, model: str = "dense-gan", iterations: int = 1_000_000, **query: str) -> str:
    """Starts a training and waits for its first iterations; returns the run's id."""
    open_form(page, server, model, iterations, **query)
    start(page)
    until(lambda: iteration(page) > 0, 90)
    return shown_run(page)


def open_settings(page: Page) -> None:
    """Unfolds the settings of the form."""
    page.locator("summary").filter(has_text="Change something").click()


def start(page: Page) -> None:
    """Presses Start once the form has been drawn."""
    button = page.locator(".st-key-start button:visible")
    until(lambda: button.count() == 1 and not page.locator("[data-stale=true]").count())
    button.click()
    until(lambda: shown_run(page))


def press_start(page: Page) -> None:
    """Presses the Lab's button that begins a training, once the form has been drawn."""
    button = page.locator(".st-key-lab-start button:visible")
    until(lambda: button.count() == 1 and button.is_enabled() and not page.locator("[data-stale=true]").count())
    settled(page)
    button.click()


def shown_run(page: Page) -> str:
    """The run that the address names."""
    return page.evaluate("new URLSearchParams(location.search).get('run')") or ""


def live_view(page: Page) -> Locator:
    return page.get_by_test_id("live-view")


def state(page: Page) -> str:
    return live_view(page).get_attribute("data-state") or "" if live_view(page).count() else ""


def number(text: str) -> int:
    digits = text.replace(",", "")
    return int(digits) if digits.isdigit() else 0


def iteration(page: Page) -> int:
    shown = page.locator("#iteration")
    return number(shown.inner_text()) if shown.count() else 0


def frames(page: Page) -> int:
    return int(live_view(page).get_attribute("data-frame") or 0)


def stop(page: Page) -> None:
    control(page, "Stop").click()
    until(lambda: state(page) == "stopped")


def picture(page: Page, name: str) -> str:
    """What a canvas shows now."""
    return page.locator(f"#{name}").evaluate("canvas => canvas.toDataURL()")


def bright(page: Page, name: str) -> int:
    """How many pixels of a canvas are lighter than its empty ground."""
    return page.locator(f"#{name}").evaluate(
        """canvas => {
            const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let count = 0;
            for (let i = 0; i < data.length; i += 4) count += data[i] > 100 && data[i + 3] > 0;
            return count;
        }"""
    )


def scrub(page: Page, to: int) -> None:
    page.locator("#at").evaluate(
        "(range, to) => { range.value = to; range.dispatchEvent(new Event('input', {bubbles: true})); }", to
    )


def fits(page: Page) -> bool:
    """Whether nothing is wider than the screen."""
    return page.evaluate(
        """() => {
            const main = document.querySelector('[data-testid=stMain]');
            return document.documentElement.scrollWidth <= innerWidth && main.scrollWidth <= main.clientWidth;
        }"""
    )


# Widths that need a load of their own: below 768 pixels a page opens with its side bar folded away.
EVERY_SCREEN = pytest.mark.parametrize("widths", [(1440, 1024), (420,)], ids=["wide", "phone"])


def fits_in_light_and_dark(page: Page, *widths: int) -> None:
    """Nothing is wider than the screen, and no text is hard to read; on screens of these widths, else as it is."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
        until(lambda scheme=scheme: drawn_in(page) == scheme)
        for width in widths or (0,):
            if width:
                page.set_viewport_size({"width": width, "height": 900})
            reads_and_fits(page)


def reads_and_fits(page: Page) -> None:
    page.wait_for_function(  # colours fade into each other
        "!document.getAnimations().some(one => one instanceof CSSTransition && one.playState === 'running')"
    )
    until(lambda: fits(page), 10)
    for _ in range(30):  # charts lay themselves out again after a while
        worst = contrasts(page)[:3]
        if worst[0][0] >= 4.5:
            return
        time.sleep(0.5)
    raise AssertionError(worst)


def fits_wide_and_narrow(page: Page) -> None:
    """Nothing is wider than the screen on a phone and on a desk; on the latter the page then is."""
    for width in (420, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        until(lambda: fits(page), 10)


def drawn_in(page: Page) -> str:
    """Whether the page is light or dark."""
    return page.evaluate(
        """() => {
            const ground = getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor;
            return Number(ground.match(/\\d+/)[0]) > 127 ? "light" : "dark";
        }"""
    )


def contrasts(page: Page) -> list[tuple[float, str]]:
    """Contrast (1 to 21) of visible texts against what lies behind them, the lowest first."""
    return page.evaluate(f"() => {{ {CONTRASTS}; return textContrasts(); }}")
