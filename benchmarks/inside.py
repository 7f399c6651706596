"""How soon one sees inside: `python -m benchmarks.inside`, with Chromium, in a server that has started TensorFlow.

*Slow motion* of the DCGAN, in batches of 128: milliseconds until the stages of an iteration that were not asked for
before are found, from Python; and in the browser, from one stage to another. *Layers*: milliseconds from the click
to the frame that shows the maps, for each layer of the shipped classifier, and for other test images. *Ideas*: seconds
until each is drawn when it is opened for the second time (what a browser keeps is there then), and how often a second
what is dragged, or slid, is drawn. Medians, and the most or the least.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks.polling import FLAGS, start_server

WITHIN = "{:<34}{:>10}{:>12}"
ITERATIONS = 3  # of the DCGAN that is shown slowly
CHANGED = """(view, [selector, number, attribute]) => new Promise((done) => {
    const began = performance.now();
    const look = new MutationObserver(() => {
        look.disconnect();
        requestAnimationFrame(() => done(performance.now() - began));
    });
    look.observe(view, {attributes: true, attributeFilter: [attribute]});
    view.querySelectorAll(selector)[number].click();
})"""
STAGES = """async (view) => {
    const took = [];
    for (const button of view.querySelectorAll("#path button")) {
        const began = performance.now();
        button.click();
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        took.push(performance.now() - began);
    }
    return took;
}"""
DRAGGED = """async (target) => {
    const box = target.getBoundingClientRect();
    const across = (i) => ({clientX: box.x + (0.3 + i * 0.006) * box.width});
    const down = (i) => ({clientY: box.y + (0.4 + i * 0.003) * box.height});
    const send = (kind, i) =>
        target.dispatchEvent(new PointerEvent(kind, {...across(i), ...down(i), bubbles: true, pointerId: 1}));
    send("pointerdown", 0);
    const began = performance.now();
    for (let i = 0; i < 60; i++) {
        send("pointermove", i);
        await new Promise(requestAnimationFrame);
    }
    send("pointerup", 60);
    return 60_000 / (performance.now() - began);
}"""
SLID = """async (field) => {
    const began = performance.now();
    for (let i = 0; i < 60; i++) {
        field.value = Number(field.min) + (i % 7) / 6 * (Number(field.max) - Number(field.min));
        field.dispatchEvent(new Event("input", {bubbles: true}));
        await new Promise(requestAnimationFrame);
    }
    return 60_000 / (performance.now() - began);
}"""
MOVED = {  # what is moved in each idea
    "game": (".both canvas", DRAGGED),
    "peaks": ("#plot", DRAGGED),
    "kernel": ("svg#in", DRAGGED),
    "batch": ("input[type=range]", SLID),
    "draw": ("canvas#pad", DRAGGED),
    "fooled": ("#plot", DRAGGED),
    "judge": ("", ""),
    "score": ("#strength", SLID),
}


def slow_motion(folder: Path) -> tuple[str, list[float]]:
    """A run of the DCGAN in a folder, and the milliseconds that its stages take to find, each time anew."""
    import ganlab
    from ganlab.jobs import slow_motion as found

    for _ in ganlab.train("dcgan", dataset="offline", iterations=ITERATIONS, precision="float32", runs=folder):
        pass
    (path,) = folder.iterdir()
    took = []
    for _ in range(3):
        found._found.cache_clear()
        began = time.perf_counter()
        ganlab.slow_motion(path)
        took.append(1000 * (time.perf_counter() - began))
    return path.name, took


def opened(page: Page, address: str, wait: str) -> float:
    """Seconds until a test id is there."""
    began = time.perf_counter()
    page.goto(address)
    page.get_by_test_id(wait).wait_for(timeout=120_000)
    return time.perf_counter() - began


def layers(page: Page, address: str) -> dict[str, list[float]]:
    opened(page, f"{address}/layers", "layers")
    view = page.get_by_test_id("layers")
    page.wait_for_timeout(1000)
    count = view.locator(".all button").count()
    change = [view.evaluate(CHANGED, [".all button", number, "data-frame"]) for number in [*range(1, count), 0]]
    images = [view.evaluate(CHANGED, ["#top button", number, "data-frame"]) for number in (1, 2, 3, 4)]
    return {"Layers: another layer, ms": change, "Layers: another test image, ms": images}


def ideas(page: Page, address: str) -> dict[str, list[float]]:
    found = {}
    for name, (selector, how) in MOVED.items():
        opened(page, f"{address}/ideas?idea={name}", name)
        found[f"Ideas: {name} opens, s"] = [opened(page, f"{address}/ideas?idea={name}", name) for _ in range(3)]
        if how:
            page.wait_for_timeout(500)
            target: Locator = page.get_by_test_id(name).locator(selector).first
            target.scroll_into_view_if_needed()
            found[f"Ideas: {name}, redraws a second"] = [target.evaluate(how) for _ in range(3)]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch) / "runs"
        run, found = slow_motion(folder)
        results = {"Slow motion: found, ms": found}
        process, address = start_server(folder, warm=True)
        profile = playwright.chromium.launch_persistent_context(
            Path(scratch) / "profile", executable_path=chosen.chromium, args=FLAGS
        )
        try:
            page = profile.new_page()
            page.set_viewport_size({"width": 1440, "height": 900})
            opened(page, f"{address}/train?run={run}&slow=1", "slowly")
            page.wait_for_timeout(1000)
            results["Slow motion: another stage, ms"] = page.get_by_test_id("slowly").evaluate(STAGES)
            results |= layers(page, address) | ideas(page, address)
        finally:
            profile.close()
            process.terminate()
            process.wait()
    if chosen.json:
        print(json.dumps(results))
        return
    print(WITHIN.format("", "median", "worst"))
    for name, values in results.items():
        worst = min(values) if "second" in name else max(values)
        print(WITHIN.format(name, f"{statistics.median(values):.3g}", f"{worst:.3g}"))


if __name__ == "__main__":
    main()
