"""A GAN's space as people walk it."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.conftest import trained_run
from tests.e2e.conftest import Server
from tests.e2e.steps import address, fits_in_light_and_dark, press, until


@pytest.fixture
def run(server: Server) -> Iterator[Path]:
    path = trained_run(server.runs, "dense-gan", 60, digits=(5,))
    yield path
    shutil.rmtree(path)


def open_space(page: Page, server: Server, run: Path, query: str = "") -> None:
    page.goto(f"{server.address}/latent?section=gan&gan={run.name}&gan-picked=1-2{query}")
    expect(page.locator(".st-key-gan-sample-24 img")).to_be_visible(timeout=90_000)


def sample(page: Page, number: int) -> Locator:
    return page.locator(f".st-key-gan-sample-{number} button")


def drawn(page: Page, number: int) -> str:
    return sample(page, number).locator("img").get_attribute("src") or ""


def named(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def open_part(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def strip(page: Page, alt: str) -> str:
    """Which image the page has there now."""
    picture = page.get_by_alt_text(alt)
    expect(picture).to_have_count(1)
    return picture.get_attribute("src") or ""


def download(page: Page, name: str) -> bytes:
    with page.expect_download() as started:
        press(page, name)
    return Path(started.value.path()).read_bytes()


def slide(page: Page, key: str, presses: str, times: int) -> None:
    thumb = page.locator(f"[class*='st-key-{key}']").get_by_role("slider").first
    for _ in range(times):
        thumb.press(presses)


def test_samples_are_picked_locked_nudged_and_walked_between(server: Server, page: Page, run: Path):
    open_space(page, server, run)
    sample(page, 1).click()
    expect(named(page, "Sample 1")).to_be_visible()
    sample(page, 6).click()
    expect(named(page, "Sample 6, picked")).to_be_visible()
    strip(page, "A walk along the arc between samples 2 and 6")
    png = download(page, "Download as PNG")
    assert png.startswith(b"\x89PNG") and Image.open(io.BytesIO(png)).size == (4 * (11 * 30 + 2), 4 * 32)
    assert download(page, "Download as GIF").startswith(b"GIF8")

    press(page, "Lock the picked ones")
    expect(named(page, "Sample 6, picked, locked")).to_be_visible()
    before = [drawn(page, number) for number in (2, 6, 7)]
    press(page, "Draw others")
    until(lambda: drawn(page, 7) != before[2])
    assert [drawn(page, number) for number in (2, 6)] == before[:2]

    open_part(page, "Nudge")
    step = page.locator(".st-key-gan-neighbour-2 img")
    expect(step).to_be_visible()
    first = step.get_attribute("src")
    slide(page, "gan-nudge", "ArrowRight", 8)
    until(lambda: step.get_attribute("src") != first)
    until(lambda: not page.locator("[data-stale=true]").count())
    until(lambda: unchanged(page, step))
    wanted = step.get_attribute("src")
    step.click()
    until(lambda: drawn(page, 6) == wanted)

    page.reload()
    expect(named(page, "Sample 6, picked")).to_be_visible()
    expect(page.get_by_label("Seed", exact=True)).to_have_value("1")
    expect(page.locator(".st-key-gan-neighbour-8 img")).to_be_visible()


def unchanged(page: Page, image: Locator) -> bool:
    """Whether an image stands still; each press of a slider's key draws it anew."""
    before = image.get_attribute("src")
    page.wait_for_timeout(1500)
    return image.get_attribute("src") == before


def test_truncation_directions_and_how_it_learnt(server: Server, page: Page, run: Path):
    open_space(page, server, run)
    before = drawn(page, 3)
    slide(page, "gan-truncation", "Home", 1)
    until(lambda: drawn(page, 3) != before and drawn(page, 3) == drawn(page, 4))
    until(lambda: "gan-truncation=0" in address(page))

    open_space(page, server, run)
    open_part(page, "Directions")
    result = "Sample 2 as it is, and moved as the sliders say"
    before = strip(page, result)
    slide(page, "gan-move-0", "ArrowRight", 15)
    until(lambda: strip(page, result) != before)
    press(page, "Name the directions")
    page.get_by_label("Direction 1", exact=True).fill("slant")
    page.get_by_label("Direction 1", exact=True).press("Enter")
    strip(page, "Sample 2 moved along slant")
    page.keyboard.press("Escape")
    fits_in_light_and_dark(page)

    open_part(page, "How it learned")
    whole = strip(page, "All samples after 60 iterations")
    slide(page, "gan-snapshot", "Home", 1)
    assert strip(page, "All samples after 1 iteration") != whole
    open_part(page, "Directions")
    strip(page, "Sample 2 moved along slant")
    page.set_viewport_size({"width": 420, "height": 900})
    fits_in_light_and_dark(page)
