"""How quickly the Latent page answers: `python -m benchmarks.latent`.

Redraws of the digit a second while the marker is dragged in headless Chromium; seconds until the plane can be used, in
a server that has shown it before; and what a drawing costs the server, share by share, idle and beside a training.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.polling import FLAGS, start_server
from ganlab import data, inference, jobs

SECONDS = 5.0
DRAWINGS = 30
DRAG = """
    async (plane, seconds) => {
        const before = Number(plane.dataset.redraws), start = performance.now();
        for (let step = 0; performance.now() < start + 1000 * seconds; step++) {
            await new Promise(requestAnimationFrame);
            plane.plane.move(2 * Math.cos(step / 20), 2 * Math.sin(step / 20));
        }
        return (Number(plane.dataset.redraws) - before) / ((performance.now() - start) / 1000);
    }
"""


def plane(browser: Any, address: str, model: str) -> dict[str, float]:
    """Redraws a second, and the seconds until the plane is there, the first time and the second."""
    waits = []
    for _ in range(2):
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        start = time.perf_counter()
        page.goto(f"{address}/latent?model={model}")
        page.locator("[data-testid=plane][data-ready='1']").wait_for(timeout=120_000)
        waits.append(round(time.perf_counter() - start, 2))
    redraws = page.get_by_test_id("plane").evaluate(DRAG, SECONDS)
    return {"redraws_a_second": round(redraws, 1), "first_visit": waits[0], "later_visit": waits[1]}


def drawing(name: str) -> dict[str, float]:
    """Median milliseconds of each step from a stroke's pixels to the answer."""
    from ganlab.data.drawing import center

    model = inference.load_autoencoder(name)
    digits = data.load("offline", download=False).x_test
    times: dict[str, list[float]] = {"center": [], "encode": [], "decode": [], "score": []}
    for index in range(DRAWINGS + 3):
        ink = digits[index].repeat(10, axis=0).repeat(10, axis=1)
        image = timed(times["center"], lambda ink=ink: center(ink))[None]
        mean, _ = timed(times["encode"], lambda image=image: model.encode(image))
        timed(times["decode"], lambda mean=mean: model.decode(mean))
        timed(times["score"], lambda image=image: model.score(image))
    found = {step: round(1000 * statistics.median(seconds[3:]), 1) for step, seconds in times.items()}
    return {**found, "together": round(sum(found.values()), 1)}


def timed(times: list[float], work: Any) -> Any:
    start = time.perf_counter()
    done = work()
    times.append(time.perf_counter() - start)
    return done


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="vae-conv")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ganlab-latent-"))
    process, address = start_server(folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chosen.chromium, args=FLAGS)
        print(json.dumps({"plane": plane(browser, address, chosen.model)}), flush=True)
        browser.close()
    process.terminate()
    process.wait()
    print(json.dumps({"drawing_idle_ms": drawing(chosen.model)}), flush=True)
    request = jobs.Request("dcgan", iterations=1_000_000)
    job = jobs.worker.submit(jobs.create_run(request, folder / "runs"))  # in this process, as in the app's
    while job.view().iteration < 20:
        job.wait(0.2)
    print(json.dumps({"drawing_beside_a_training_ms": drawing(chosen.model)}), flush=True)


if __name__ == "__main__":
    main()
