"""From a click on Home to the first moving image: `python -m benchmarks.first_image`.

For each turn a server is started and Home opened in a headless Chromium. "See fives appear within seconds" is pressed
as soon as it can be: cold, with TensorFlow not imported yet. When that training is over, Home's button is pressed again
in the same server: warm. The clock stops when the canvases of generated images have shown a second picture. Nothing is
remembered from one turn to the next. On a machine with other work the shortest turn says most.
"""

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.polling import FLAGS, start_server

FIVES = "See fives appear within seconds"
WATCH = """
    window.seen = [];
    const roots = () => [...document.querySelectorAll("*")].map((one) => one.shadowRoot).filter((root) => root);
    let stage = null;
    const look = () => {
        if (!stage?.host.isConnected) stage = roots().find((root) => root.getElementById("generated")) ?? null;
        const frame = stage?.querySelector("[data-frame]")?.dataset.frame;
        const fresh = frame !== window.frameSeen;  // to look costs time, which the page then lacks
        window.frameSeen = frame;
        for (const id of fresh ? ["generated", "strip"] : []) {
            const canvas = stage?.getElementById(id);
            if (!canvas?.width || !canvas.height) continue;
            const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            if (!data.some((value, index) => index % 4 < 3 && value > 60)) continue;  // nothing is drawn yet
            const picture = id + canvas.toDataURL();
            if (window.seen.every((one) => one.picture !== picture)) window.seen.push({picture, at: performance.now()});
        }
        requestAnimationFrame(look);
    };
    look();
"""
MOVED = "() => ['generated', 'strip'].some((id) => window.seen.filter((one) => one.picture.startsWith(id)).length > 1)"


def first_image(page: Page) -> dict[str, float]:
    """Seconds from the click to the live view, to its first picture, and to the second one of the same canvas."""
    button = page.get_by_role("button", name=FIVES, exact=True)
    button.wait_for()
    page.evaluate(WATCH)
    clicked = page.evaluate("performance.now()")
    button.click()
    page.get_by_test_id("live-view").wait_for()
    view = page.evaluate("performance.now()")
    page.wait_for_function(MOVED, polling=20, timeout=120_000)
    moved = page.evaluate("performance.now()")
    first = page.evaluate("window.seen[0].at")
    return {
        name: round((when - clicked) / 1000, 2)
        for name, when in {"live_view": view, "first_picture": first, "moving": moved}.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    chosen = parser.parse_args()
    found: dict[str, list[dict[str, float]]] = {"cold": [], "warm": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chosen.chromium, args=FLAGS)
        for _ in range(chosen.turns):
            with tempfile.TemporaryDirectory(prefix="ganlab-first-image-") as folder:
                os.environ["GANLAB_CACHE"] = str(Path(folder) / "cache")
                process, address = start_server(Path(folder) / "runs", warm=True)
                try:
                    page = browser.new_page(viewport={"width": 1440, "height": 900})
                    page.set_default_timeout(120_000)
                    for kind in found:
                        page.goto(address)
                        found[kind].append(first_image(page))
                        page.locator("[data-testid=live-view][data-state=finished]").wait_for()
                        page.wait_for_timeout(2000)  # what follows a training is over, too
                    page.close()
                finally:
                    process.terminate()
                    process.wait()
        browser.close()
    for kind, turns in found.items():
        seconds = [turn["moving"] for turn in turns]
        answer = {"server": kind, "median": statistics.median(seconds), "shortest": min(seconds), "turns": turns}
        print(json.dumps(answer))


if __name__ == "__main__":
    main()
