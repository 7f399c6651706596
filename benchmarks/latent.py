"""How quickly the Latent page answers: `python -m benchmarks.latent`.

Redraws of the digit a second while the marker is dragged in headless Chromium; seconds until the plane can be used, in
a server that has shown it before; and what a drawing costs the server, share by share, idle and beside a training.
"""

import argparse
import json
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from benchmarks.polling import FLAGS, start_server
from ganlab import data, inference, jobs
from ganlab.data import drawing as drawing_of
from ganlab.ui.latent import own_digit
from ganlab.ui.shared import model_picker

SECONDS = 5.0
DRAWINGS = 100
WARM = 3  # of them, which do not count
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


class Timed:
    """A model whose methods note in `times` how many seconds they took."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.times: dict[str, list[float]] = {}

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._model, name)
        return partial(timed, self.times.setdefault(name, []), found) if callable(found) else found


def drawing(name: str) -> dict[str, float]:
    """Median milliseconds of each step from a stroke's pixels to what the page shows of it, charts included."""
    run = inference.load_autoencoder(name)
    key = (name, "", 0)
    model, where = Timed(run), model_picker.places(run, key)
    names, digits = data.class_names_of(run.run.config), data.load("offline", download=False).x_test
    dots = own_digit.faint_points(key, where.means, where.labels)
    center, read, charts, whole = [], [], [], []
    for index in range(DRAWINGS + WARM):
        ink = digits[index].repeat(10, axis=0).repeat(10, axis=1)
        image = timed(center, drawing_of.center, ink)
        reading = timed(read, own_digit.read_drawing, model, where, image)
        start = time.perf_counter()
        own_digit.draw_place(dots, own_digit.label_classes(where, names, reading.mean), reading)
        own_digit.draw_close(dots, reading)
        charts.append(time.perf_counter() - start)
        whole.append(center[-1] + read[-1] + charts[-1])
    parts = {step: model.times[step] for step in ("encode", "decode", "score")}
    rest = [all_of_it - sum(of) for all_of_it, *of in zip(read, *parts.values(), strict=True)]
    steps = {"center": center, **parts, "nearest": rest, "charts": charts, "together": whole}
    found = {step: round(1000 * statistics.median(seconds[WARM:]), 1) for step, seconds in steps.items()}
    return {**found, "together_95th": round(1000 * float(np.quantile(whole[WARM:], 0.95)), 1)}


def timed(times: list[float], work: Any, *given: Any) -> Any:
    start = time.perf_counter()
    done = work(*given)
    times.append(time.perf_counter() - start)
    return done


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="vae-conv")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ganlab-latent-"))
    process, address = start_server(folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=FLAGS)
        print(json.dumps({"plane": plane(browser, address, asked.model)}), flush=True)
        browser.close()
    process.terminate()
    process.wait()
    print(json.dumps({"drawing_idle_ms": drawing(asked.model)}), flush=True)
    request = jobs.Request("dcgan", iterations=1_000_000)
    job = jobs.worker.submit(jobs.create_run(request, folder / "runs"))  # in this process, as in the app's
    while job.view().iteration < 20:
        job.wait(0.2)
    print(json.dumps({"drawing_beside_a_training_ms": drawing(asked.model)}), flush=True)


if __name__ == "__main__":
    main()
