"""Whether the Repair page repairs what people draw: `python -m benchmarks.drawing`.

Draws twenty digits with the mouse in headless Chromium, each class plain and with a gap, and counts how many are read
rightly after the repair; then uploads a picture of ten test images beside each other as a telephone number, which must
be found, cut and read. Exits with 1 where it is not so. `--runs` and `--model` try a model of one's own.
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.polling import FLAGS, start_server
from ganlab import data, images
from ganlab.data import strip

WANTED = 18  # of twenty drawings
NUMBER = 10
GAP = (0.42, 0.56)  # which part of the longest stroke is left out, by its length
STEP = 0.02  # of the paper, between two places of the mouse
RESULT = re.compile(r"Before: read as (\S+) \((.+?) sure\)\. After: read as (\S+) \((.+?) sure\)\.")
Stroke = list[tuple[float, float]]


def arc(x: float, y: float, across: float, down: float, start: float, end: float) -> Stroke:
    """Part of an ellipse around (`x`, `y`) in shares of the paper; degrees run clockwise from three o'clock."""
    angles = np.radians(np.linspace(start, end, 24))
    return list(zip((x + across * np.cos(angles)).tolist(), (y + down * np.sin(angles)).tolist(), strict=True))


DIGITS: tuple[list[Stroke], ...] = (
    [arc(0.5, 0.5, 0.19, 0.31, -90, 275)],
    [[(0.54, 0.18), (0.48, 0.82)]],
    [[*arc(0.5, 0.34, 0.18, 0.16, -160, 40), (0.32, 0.8), (0.72, 0.8)]],
    [[*arc(0.48, 0.34, 0.18, 0.15, -150, 90), *arc(0.48, 0.66, 0.2, 0.16, -90, 150)]],
    [[(0.38, 0.2), (0.32, 0.55), (0.72, 0.55)], [(0.63, 0.22), (0.6, 0.84)]],
    [[(0.38, 0.2), (0.36, 0.46), *arc(0.48, 0.62, 0.19, 0.19, -130, 140)], [(0.38, 0.2), (0.68, 0.19)]],
    [[(0.6, 0.18), (0.45, 0.35), (0.36, 0.58), *arc(0.5, 0.64, 0.15, 0.17, 180, -180)]],
    [[(0.3, 0.22), (0.7, 0.22), (0.6, 0.46), (0.48, 0.82)]],
    [
        [
            *arc(0.5, 0.35, 0.14, 0.15, -60, -270),
            *arc(0.5, 0.66, 0.17, 0.16, -90, 270),
            *arc(0.5, 0.35, 0.14, 0.15, 90, -60),
        ]
    ],
    [[*arc(0.48, 0.36, 0.15, 0.17, 0, -360), (0.63, 0.4), (0.61, 0.6), (0.55, 0.84)]],
)


def dense(stroke: Stroke) -> np.ndarray:
    """Points at even distances along it, `[n, 2]`."""
    points = np.array(stroke)
    lengths = np.concatenate([[0], np.hypot(*np.diff(points, axis=0).T).cumsum()])
    at = np.linspace(0, lengths[-1], max(2, int(lengths[-1] / STEP)))
    return np.stack([np.interp(at, lengths, axis) for axis in points.T], axis=1)


def with_gap(strokes: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The same strokes with a part of the longest left out."""
    longest = max(range(len(strokes)), key=lambda number: len(strokes[number]))
    found = []
    for number, points in enumerate(strokes):
        start, end = (round(share * len(points)) for share in GAP)
        found.extend([points[:start], points[end:]] if number == longest else [points])
    return found


def draw(page: Page, strokes: Sequence[np.ndarray]) -> None:
    paper = page.locator(".dc-container")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box is not None
    for number, points in enumerate(strokes, 1):
        for place, (x, y) in enumerate(points):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            if not place:
                page.mouse.down()
        page.mouse.up()
        page.locator(f"[data-testid=drawing][data-strokes='{number}']").wait_for()


def settle(page: Page, seconds: float = 1.0) -> None:
    """Waits until the server has been at rest for so long."""
    running = page.locator("[data-test-script-state='running'], [data-stale='true']")
    rest = time.monotonic()
    while time.monotonic() - rest < seconds:
        if running.count():
            rest = time.monotonic()
        time.sleep(0.1)


def read_drawings(page: Page, address: str, query: str) -> tuple[int, int]:
    """How many of twenty drawings are read rightly before and after their repair."""
    page.goto(f"{address}/repair?section=one&mode=draw&{query}")
    page.get_by_text("here is an example").wait_for(timeout=180_000)
    settle(page)
    unrepaired = right = 0
    for digit, script in enumerate(DIGITS):
        plain = [dense(stroke) for stroke in script]
        for kind, strokes in (("plain", plain), ("gap", with_gap(plain))):
            draw(page, strokes)
            page.get_by_text("here is an example").wait_for(state="detached")
            settle(page)
            found = RESULT.search(page.locator("[data-testid=stMain]").inner_text())
            assert found is not None, "the page says no reading"
            before, sure, after, surer = found.groups()
            unrepaired += before == str(digit)
            right += after == str(digit)
            verdict = "right" if after == str(digit) else "WRONG"
            print(f"{digit} {kind:5}  before {before} ({sure})  after {after} ({surer})  {verdict}", flush=True)
            page.get_by_role("button", name="Clear").click()
            page.get_by_text("here is an example").wait_for()
            settle(page, 0.3)
    return unrepaired, right


def read_number(page: Page, address: str, query: str, folder: Path, seed: int) -> bool:
    """Whether a picture of ten test images is read as what it says."""
    real = data.load("mnist", download=False)
    chosen = np.random.default_rng(seed).choice(len(real.x_test), NUMBER, replace=False)
    wanted = "".join(map(str, real.y_test[chosen]))
    file = folder / "number.png"
    file.write_bytes(images.png(255 - strip.compose(real.x_test[chosen], seed, scale=3)))
    page.goto(f"{address}/repair?section=phone&number-from=upload&{query}")
    page.get_by_text("here is an example").wait_for(timeout=180_000)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("here is an example").wait_for(state="detached")
    settle(page)
    after = page.get_by_test_id("stCode").inner_text().strip()
    verdict = "right" if after == wanted else "WRONG"
    print(f"number of {real.title}: {wanted}  after {after}  {verdict}", flush=True)
    return after == wanted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="repair-gan", help="the run that repairs")
    parser.add_argument("--classifier", default="classifier", help="the run that reads")
    parser.add_argument("--runs", type=Path, help="the folder of the runs")
    parser.add_argument("--seed", type=int, default=0, help="of the number")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    chosen = parser.parse_args()
    query = f"model={chosen.model}&reader={chosen.classifier}"
    with tempfile.TemporaryDirectory(prefix="ganlab-drawing-") as name, sync_playwright() as playwright:
        process, address = start_server(chosen.runs or Path(name) / "runs")
        try:
            browser = playwright.chromium.launch(executable_path=chosen.chromium, args=FLAGS)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(60_000)
            unrepaired, right = read_drawings(page, address, query)
            every = 2 * len(DIGITS)
            print(f"drawings read rightly before the repair: {unrepaired} of {every}", flush=True)
            print(f"drawings read rightly after the repair: {right} of {every}, required {WANTED}", flush=True)
            number = read_number(page, address, query, Path(name), chosen.seed)
            browser.close()
        finally:
            process.terminate()
            process.wait()
    sys.exit(0 if right >= WANTED and number else 1)


if __name__ == "__main__":
    main()
