"""Candidates among the test digits, and two models side by side, as people see them."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import ganlab
from tests.conftest import trained_run
from tests.e2e.conftest import Server
from tests.e2e.steps import address, digit, fits_in_light_and_dark, paper, press, until

WORSE = re.compile(r"^\d+\.\d% of the real digits score lower\.$")


@pytest.fixture
def runs(server: Server) -> Iterator[tuple[Path, Path]]:
    """A plain autoencoder and a VAE."""
    paths = tuple(trained_run(server.runs, name, 20, values={"latent_size": 2}) for name in ("autoencoder", "vae"))
    yield paths  # pyright: ignore[reportReturnType]
    for path in paths:
        shutil.rmtree(path)


def settled(page: Page) -> None:
    until(lambda: not page.locator("[data-stale=true]").count())


def seen(page: Page) -> str:
    """Which image the model is shown now."""
    return page.get_by_alt_text("What the model sees").get_attribute("src") or ""


def test_a_corrupted_digit_and_a_drawn_one_among_the_others(server: Server, page: Page, runs: tuple[Path, Path]):
    page.goto(f"{server.address}/latent?section=odd&model={runs[1].name}")
    expect(page.get_by_text(WORSE)).to_be_visible(timeout=90_000)
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    before = seen(page)
    page.locator(".st-key-odd-strength").get_by_role("slider").first.press("End")
    until(lambda: seen(page) != before)
    expect(page.get_by_text(WORSE)).to_be_visible()
    until(lambda: "odd-strength=1" in address(page))

    page.get_by_role("radio", name="Drawing", exact=True).click()
    drawing = page.get_by_test_id("drawing")
    expect(drawing).to_have_attribute("data-strokes", "0")
    expect(page.get_by_text(WORSE)).to_have_count(0)
    settled(page)
    box = paper(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.8 * box["height"], steps=8)
    page.mouse.up()
    expect(drawing).to_have_attribute("data-strokes", "1")
    expect(page.get_by_text(WORSE)).to_be_visible()
    fits_in_light_and_dark(page)
    page.set_viewport_size({"width": 420, "height": 900})
    fits_in_light_and_dark(page)


def test_one_place_on_two_pads(server: Server, page: Page, runs: tuple[Path, Path]):
    said: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: said.append(frame)))
    page.goto(f"{server.address}/latent?section=side&left={runs[0].name}&right={runs[1].name}")
    pads = page.locator("[data-testid=plane][data-ready='1']")
    expect(pads).to_have_count(2, timeout=90_000)
    expect(page.get_by_text("What to see")).to_be_visible()
    settled(page)
    models = [ganlab.load(path) for path in runs]
    said.clear()
    for dragged in (0, 1):
        pad = page.locator("#pad").nth(dragged)
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + (0.6 + 0.1 * dragged) * box["width"], box["y"] + 0.3 * box["height"], steps=4)
        page.mouse.up()
        places = pads.evaluate_all("pads => pads.map(pad => pad.plane.at)")
        assert places[0] == places[1] and abs(places[0][0]) > 0.05 and places[0][1] > 0.3
        for shown, model in enumerate(models):
            wanted = model.decode(np.array([places[0]]))[0]
            assert np.abs(digit(page, shown).astype(int) - wanted).mean() <= 3
    assert not said, "the server was asked while dragging"


def test_two_models_side_by_side(server: Server, page: Page, runs: tuple[Path, Path]):
    left, right = runs
    page.goto(f"{server.address}/latent?section=side&left={left.name}&right={right.name}")
    expect(page.get_by_text("What to see")).to_be_visible(timeout=90_000)
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    samples = page.get_by_alt_text(re.compile("^36 samples of the model on the right, seed 0$"))
    expect(samples).to_be_visible()
    press(page, "Draw others")
    expect(samples).to_have_count(0)
    expect(page.get_by_alt_text("36 samples of the model on the left, seed 1")).to_be_visible()
    fits_in_light_and_dark(page)
    page.set_viewport_size({"width": 420, "height": 900})
    page.reload()  # so that the charts are laid out for this width at once
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    expect(page.get_by_alt_text("36 samples of the model on the left, seed 1")).to_be_visible()
    fits_in_light_and_dark(page)
