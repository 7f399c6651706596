"""The first moments: how soon each page is there, and can be used: `python -m benchmarks.pages`.

First, how long a fresh process takes to draw each page, but for Streamlit's import. Then, from `streamlit run` in a
fresh process to what a headless Chromium shows that has nothing kept: Repair's worked example, and how long after
TensorFlow's start a stroke is answered that was drawn while it started; the plane of Latent, ready to be dragged; and
the first drawn iteration of "See fives appear", pressed as soon as it can be. Medians of several cold starts. On a
machine with other work the shortest says most.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.first_image import FIVES, first_image
from benchmarks.polling import FLAGS, start_server

CODE = """
import sys, time
from streamlit.testing.v1 import AppTest
start, cpu = time.perf_counter(), time.process_time()
test = AppTest.from_file("pages/{page}.py", default_timeout=60).run()
assert not test.exception, test.exception
assert "tensorflow" not in sys.modules
print(time.perf_counter() - start, time.process_time() - cpu)
"""
PAGES = ("home", "train", "runs", "latent", "repair")
SERVE = """
import pathlib, sys, time
from ganlab import startup
start = startup.start_tensorflow
def noted():
    start()
    if not pathlib.Path({stamp!r}).exists():
        pathlib.Path({stamp!r}).write_text(str(time.time()))
startup.start_tensorflow = noted
from streamlit.web.cli import main
sys.argv[0] = "streamlit"
main()
"""  # the app, which notes when TensorFlow is there
SHOWN = "() => [...document.images].some((image) => image.alt === 'Repaired' && image.complete && image.naturalWidth)"
EXAMPLE = "Until then, here is an example."


def repair(page: Page, address: str, stamp: Path) -> dict[str, float]:
    """When the example and the answer to a stroke were seen, and how long that was after TensorFlow's start."""
    page.goto(f"{address}/repair")
    page.wait_for_function(SHOWN, polling=20)
    seen = time.time()
    while not page.locator("[data-testid=drawing][data-strokes='1']").count():  # the paper may not be ready yet
        box = page.locator(".dc-container").bounding_box()
        assert box
        page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.2 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.7 * box["height"], steps=5)
        page.mouse.up()
        page.wait_for_timeout(300)
    page.get_by_text(EXAMPLE).wait_for(state="detached")
    page.wait_for_function("() => ![...document.querySelectorAll('[data-stale=true]')].length", polling=20)
    page.wait_for_function(SHOWN, polling=20)
    answered = time.time()
    return {"example": seen, "answer": answered, "answer_after_tensorflow": answered - float(stamp.read_text())}


def latent(page: Page, address: str, stamp: Path) -> dict[str, float]:
    page.goto(f"{address}/latent")
    page.locator("[data-testid=plane][data-ready='1']").wait_for()
    return {"plane": time.time()}


def fives(page: Page, address: str, stamp: Path) -> dict[str, float]:
    page.goto(address)
    page.get_by_role("button", name=FIVES, exact=True).wait_for()
    pressed = time.time()
    found = first_image(page)["first_picture"]
    return {"button": pressed, "first_iteration": pressed + found, "first_iteration_after_the_click": found}


def cold(browser_page: Callable[[], Page], what: Callable[[Page, str, Path], dict[str, float]]) -> dict[str, float]:
    """What was seen, in seconds since the server's process was started."""
    with tempfile.TemporaryDirectory(prefix="ganlab-pages-") as folder:
        os.environ["GANLAB_CACHE"] = str(Path(folder) / "cache")
        stamp = Path(folder) / "tensorflow"
        begun = time.time()
        process, address = start_server(Path(folder) / "runs", warm=True, code=SERVE.format(stamp=str(stamp)))
        try:
            page = browser_page()
            page.set_default_timeout(180_000)
            found = what(page, address, stamp)
            page.close()
        finally:
            process.terminate()
            process.wait()
    return {name: at - begun if at > begun - 1 else at for name, at in found.items()}


def first_draws(turns: int) -> None:
    for page in PAGES:
        seconds, cpu = [], []
        for _ in range(turns):
            command = [sys.executable, "-c", CODE.format(page=page)]
            with tempfile.TemporaryDirectory() as folder:
                environment = {**os.environ, "GANLAB_RUNS": folder}
                done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
            wall, used = map(float, done.stdout.split())
            seconds.append(wall)
            cpu.append(used)
        print(json.dumps({"page": page, **spread(seconds), "cpu": round(statistics.median(cpu), 2)}), flush=True)


def spread(seconds: list[float]) -> dict[str, float]:
    found = {"seconds": statistics.median(seconds), "shortest": min(seconds), "longest": max(seconds)}
    return {name: round(value, 2) for name, value in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--only", choices=("draws", "repair", "latent", "fives"), action="append")
    chosen = parser.parse_args()
    asked = chosen.only or ["draws", "repair", "latent", "fives"]
    if "draws" in asked:
        first_draws(chosen.turns)
    measured = {"repair": repair, "latent": latent, "fives": fives}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chosen.chromium, args=FLAGS)
        for name in filter(measured.__contains__, asked):
            turns = [
                cold(lambda: browser.new_page(viewport={"width": 1440, "height": 900}), measured[name])
                for _ in range(chosen.turns)
            ]
            for moment in turns[0]:
                answer = {"page": name, "to": moment, **spread([turn[moment] for turn in turns])}
                print(json.dumps(answer), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
