"""Every line and mark that the text speaks of can be told from its ground: in light, in dark, and after a change."""

import io
import shutil
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ganlab.ui.shared.theme import GROUND, LOOKS
from tests.conftest import trained_run
from tests.e2e.conftest import Server
from tests.e2e.steps import CONTRASTS, drawn_in, until
from tests.e2e.test_latent_walk import stroke

SCHEMES = ("light", "dark")
LEAST = 3.0  # of what is to be seen
FAINT = (1.1, 2.5)  # of lines that help to read others


@pytest.fixture(params=SCHEMES)
def page_in(request, page: Page) -> Page:
    """A page that opens in one scheme."""
    page.emulate_media(color_scheme=request.param)
    page.set_default_timeout(60_000)
    return page


def charts(page: Page) -> dict[tuple[str, str], list[float]]:
    """The contrasts of all lines and marks, by chart and kind."""
    found: dict[tuple[str, str], list[float]] = {}
    for key, kind, contrast in page.evaluate(f"() => {{ {CONTRASTS}; return markContrasts(); }}"):
        found.setdefault((key, kind), []).append(contrast)
    return found


def judged(found: dict[tuple[str, str], list[float]]) -> list[str]:
    """What is too faint, or too heavy."""
    wrong = []
    for (key, kind), contrasts in found.items():
        low, high = min(contrasts), max(contrasts)
        if kind == "grid" and not FAINT[0] <= low <= high <= FAINT[1]:
            wrong.append(f"{key}: grid lines at {low:.2f} to {high:.2f}")
        if kind in ("shape", "line", "bar") and low < LEAST:
            wrong.append(f"{key}: a {kind} at {low:.2f}")
    return wrong


def good_in_both_schemes(page: Page, wanted: set[tuple[str, str]], more: Callable[[], Any] = lambda: None) -> None:
    """As it opened, after the theme has changed on the open page, and after it has changed back."""
    first = drawn_in(page)
    for scheme in (first, *(other for other in SCHEMES if other != first), first):
        page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
        until(lambda scheme=scheme: drawn_in(page) == scheme)
        until(lambda: wanted <= charts(page).keys())
        for _ in range(20):  # colours fade into each other
            if not (wrong := judged(charts(page))):
                break
            page.wait_for_timeout(100)
        assert not wrong, (scheme, wrong)
        more()


def test_two_maps_side_by_side(server: Server, page_in: Page):
    page_in.goto(f"{server.address}/latent?section=side")
    expect(page_in.get_by_text("What to see")).to_be_visible(timeout=90_000)
    wanted = {(f"map-{name}", kind) for name in ("left", "right") for kind in ("grid", "shape")}
    good_in_both_schemes(page_in, wanted)
    assert all(len(charts(page_in)["map-left", "shape"]) == 2 for name in ("left", "right")), (
        "the circle and the square"
    )


def test_the_place_of_a_drawing_and_its_ellipses(server: Server, page_in: Page):
    page_in.goto(f"{server.address}/latent?section=drawn&model=vae-conv")
    drawing = page_in.get_by_test_id("drawing")
    expect(drawing).to_have_attribute("data-strokes", "0", timeout=90_000)
    until(lambda: not page_in.locator("[data-stale=true]").count())
    stroke(page_in, (0.5, 0.2), (0.5, 0.8))
    expect(page_in.locator(".js-plotly-plot")).to_have_count(2)

    def cross() -> None:
        for key in ("map-drawn", "map-close"):
            found = charts(page_in)
            assert max(found[key, "outline"]) >= LEAST and len(found[key, "shape"]) == 2

    good_in_both_schemes(
        page_in, {(key, kind) for key in ("map-drawn", "map-close") for kind in ("grid", "shape")}, cross
    )


def test_scores_and_the_line_at_one_of_them(server: Server, page_in: Page):
    page_in.goto(f"{server.address}/latent?section=odd&odd-candidate=Empty+image")
    expect(page_in.locator(".js-plotly-plot")).to_be_visible(timeout=90_000)
    good_in_both_schemes(page_in, {("odd-scores", kind) for kind in ("grid", "shape", "bar")})


def test_the_marker_on_the_plane(server: Server, page_in: Page):
    page_in.goto(f"{server.address}/latent?model=vae-conv")
    page_in.locator("[data-testid=plane][data-painted='quantiles']").wait_for(timeout=90_000)
    first = drawn_in(page_in)
    for scheme in (first, *(other for other in SCHEMES if other != first)):
        page_in.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
        until(lambda scheme=scheme: drawn_in(page_in) == scheme)
        x, y, side = page_in.get_by_test_id("plane").evaluate(
            "({plane: p}) => [p.toShare(p.at[0]), 1 - p.toShare(p.at[1]), p.find('#pad').clientWidth]"
        )
        pad = np.asarray(Image.open(io.BytesIO(page_in.locator("#pad").screenshot())).convert("L")).astype(float)
        rows, columns = np.mgrid[: len(pad), : len(pad[0])]
        away = np.hypot(columns - x * side, rows - y * side)
        ring, halo = (pad[np.abs(away - radius) < 0.7] for radius in (9, 12))
        assert contrast(np.median(ring), np.median(halo)) >= LEAST, "the marker stands out, whatever is drawn below it"


def contrast(*greys: float) -> float:
    low, high = sorted(((grey / 255 + 0.055) / 1.055) ** 2.4 for grey in greys)
    return (high + 0.05) / (low + 0.05)


def test_each_class_can_be_told_from_the_ground_of_maps():
    def light(colour: str) -> float:
        red, green, blue = (((int(colour[i : i + 2], 16) / 255 + 0.055) / 1.055) ** 2.4 for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for colour, _ in LOOKS:
        assert (light(colour) + 0.05) / (light(GROUND) + 0.05) >= LEAST, colour


def test_curves_of_runs_that_are_compared(server: Server, page_in: Page):
    runs = [trained_run(server.runs, "dense-gan", 30, seed=seed) for seed in (0, 1)]
    page_in.goto(f"{server.address}/runs?compare={','.join(run.name for run in runs)}")
    expect(page_in.locator(".js-plotly-plot").first).to_be_visible(timeout=90_000)
    good_in_both_schemes(page_in, {("compare-curves", kind) for kind in ("grid", "line")})
    for run in runs:
        shutil.rmtree(run)
