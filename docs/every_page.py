"""Takes every page in every state, to be looked at: `PYTHONPATH=. python docs/every_page.py FOLDER [NAME...]`.

Each is taken whole at three widths, in light and in dark: six pictures. Runs of all states are made first: small real
ones that finish, are killed, or lose their images. What is drawn on the Latent and Repair pages is what ships.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.polling import FLAGS, FOREVER, start_server
from docs.pictures import OFFLINE, chromium

WIDTHS = (1440, 1024, 420)
SCHEMES = ("light", "dark")
TALLEST = 6000  # pixels
QUIET = 1500  # milliseconds that a page is left alone before its picture is taken
STALE = "!document.querySelector('[data-stale=true], [data-testid=stSkeleton], [data-testid=stSpinner]')"


def pause(page: Page) -> None:
    """Unless it was paused at another width."""
    button = page.locator(".st-key-control-Pause button:visible")
    if button.count():
        button.click()
        page.locator("[data-testid=live-view][data-state=paused]").wait_for()


def draw_a_seven(page: Page) -> None:
    """With a gap."""
    paper = page.locator(".dc-container canvas:visible").first
    box = paper.bounding_box()
    assert box
    for stroke in (((0.25, 0.2), (0.75, 0.2)), ((0.75, 0.2), (0.6, 0.5)), ((0.52, 0.65), (0.4, 0.9))):
        for number, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=8)
            (page.mouse.up if number else page.mouse.down)()


def unfold_all(page: Page) -> None:
    """The units of the networks in the Lab, and its settings."""
    page.get_by_text("Change something").first.click()
    page.get_by_text("Show the networks with their units").click()
    page.get_by_test_id("networks").wait_for()


def judge_sixteen(page: Page) -> None:
    """Marks one of them, checks all, and has a drawing judged."""
    page.get_by_role("button", name="Image 1", exact=True).click()
    page.get_by_role("button", name="Check").click()
    draw_a_seven(page)
    page.get_by_alt_text("Where it looked").wait_for()


def layers(page: Page) -> None:
    """All of them, drawn."""
    page.get_by_test_id("layers").wait_for()


def drawn_and_unfolded(page: Page) -> None:
    """Each training as a line, and all of them in a table."""
    page.get_by_role("radio", name="Each training").click()
    page.get_by_text(re.compile(r"^All \d+ trainings$")).click()


def slow_motion(page: Page) -> None:
    """At the discriminator's answers."""
    page.get_by_role("button", name="Slow motion").first.click()
    for _ in range(2):
        page.get_by_role("button", name="Next stage").click()


def to_the_pull(page: Page) -> None:
    """Of the iteration that is shown slowly, to what the images would have to change."""
    page.get_by_role("button", name="Stage 8:").click()


@dataclass(frozen=True)
class State:
    """A page in a state: its name, address, and what is done there before it is taken."""

    name: str
    address: str
    then: Callable[[Page], object] | None = None


EMPTY = (State("home-empty", "/"), State("train-first", "/train"), State("runs-empty", "/runs"), State("lab", "/lab"))
KEPT = (
    State("home-unfinished", "/"),
    State("train-gan", "/train?new=1&model=dcgan"),
    State("train-quick", "/train?new=1&model=dcgan&length=A+quick+look"),
    State("train-vae", "/train?new=1&model=vae-conv"),
    State("train-classifier", "/train?new=1&model=classifier"),
    State("train-repair", "/train?new=1&model=repair-gan"),
    State("train-own", "/train?new=1&model=digit-gan&images=My+own+images"),
    State("train-race", "/train?new=1&section=race"),
    State("train-sweep", "/train?new=1&section=sweep&{varied}&early=true"),
    State("train-sweep-refused", "/train?new=1&section=sweep&{varied}&seeds=300"),
    State("watch-finished", "/train?run={digit}"),
    State("watch-classifier", "/train?run={classifier}"),
    State("watch-vae", "/train?run={vae}"),
    State("watch-repair", "/train?run={inpaint}"),
    State("watch-slowly", "/train?run={digit}&slow=101", to_the_pull),
    State("watch-interrupted", "/train?run={killed}"),
    State("watch-failed", "/train?run={failed}"),
    State("watch-shipped", "/train?run=swift-gan"),
    State("watch-race", "/train?race={race}"),
    State("watch-sweep", "/train?sweep={sweep}"),
    State("watch-of-sweep", "/train?run={member}"),
    State("runs", "/runs"),
    State("runs-nothing-found", "/runs?search=zebra"),
    State("runs-compare", "/runs?compare={digit},{race}"),
    State("runs-sweep", "/runs?sweep={sweep}", drawn_and_unfolded),
    State("runs-sweep-of-two", "/runs?sweep={sweep_of_two}"),
    State("runs-sweep-of-three", "/runs?sweep={sweep_of_three}"),
    State("runs-figures", "/runs?figures={digit}"),
    State("runs-figures-of-sweep", "/runs?figures={sweep}"),
    State("runs-figures-of-two", "/runs?figures={sweep_of_two}"),
    State("runs-figures-of-three", "/runs?figures={sweep_of_three}"),
    State("latent-plane", "/latent?section=plane"),
    State("latent-slice", "/latent?section=plane&model=vae-16"),
    State("latent-walk", "/latent?section=walk"),
    State("latent-drawn", "/latent?section=drawn", draw_a_seven),
    State("latent-side", "/latent?section=side"),
    State("latent-odd", "/latent?section=odd"),
    State("latent-gan", "/latent?section=gan"),
    State("repair-example", "/repair"),
    State("repair-drawn", "/repair", draw_a_seven),
    State("repair-phone", "/repair?section=phone&number-from=sample"),
    State("repair-quality", "/repair?section=quality"),
    State("lab-layers", "/lab?run=plane-grid&layers=real,generated,heat,grid,arrows,trails&at=4000", unfold_all),
    State("lab-slow-motion", "/lab?run=plane-ring", slow_motion),
    State("lab-draw", "/lab?data=Draw+it+yourself"),
    State("lab-own", "/lab?data=Your+own+points"),
    State("lab-two", "/lab?two=true"),
    State("lab-race", "/lab?race={points}"),
    State("layers", "/layers?cover=7", layers),
    State("layers-generator", "/layers?model=swift-gan&layer=normalisation+2&unit=3", layers),
    State("layers-discriminator", "/layers?model={digit}&network=discriminator&layers-input=Generated", layers),
    State("ideas", "/ideas"),
    State("ideas-peaks", "/ideas?idea=peaks"),
    State("ideas-kernel", "/ideas?idea=kernel"),
    State("ideas-batch", "/ideas?idea=batch&set=batch;size:2"),
    State("ideas-draw", "/ideas?idea=draw&set=draw;weight:3"),
    State("ideas-fooled", "/ideas?idea=fooled"),
    State("ideas-judge", "/ideas?idea=judge", judge_sixteen),
    State("ideas-score", "/ideas?idea=score&set=score;change:noise;strength:3"),
    State("ideas-game-alone", "/ideas?only=game"),
)
BUSY = (
    State("home-training", "/"),
    State("watch-queued", "/train?run={queued}"),
    State("watch-running", "/train?run={running}"),
    State("train-while-training", "/train?new=1"),
    State("watch-paused", "/train?run={running}", pause),
)
SWEEPING = (
    State("home-sweep", "/"),
    State("watch-sweep-running", "/train?sweep={sweeping}"),
    State("watch-of-sweep-running", "/train?run={at_work}"),
)
VARIED = f"images={OFFLINE}&model=dense-gan&vary-1.dense-gan=Learning+rate&vary-1.dense-gan.values=0.001,0.01"


def ganlab(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "ganlab", *words], check=True, stdout=subprocess.DEVNULL)


def newest(runs: Path, start: str) -> str:
    return max((path for path in runs.iterdir() if path.name.startswith(start)), key=lambda p: p.stat().st_mtime).name


def make_runs(runs: Path) -> dict[str, str]:
    """Trains what the addresses name; returns the runs' names."""
    where = ("--runs", str(runs))
    found = {}
    for name, words in {
        "digit": ("digit-gan", "--digits", "5"),
        "vae": ("vae", "--epochs", "1"),
        "classifier": ("classifier", "--preset", "tuned", "--epochs", "1"),
        "inpaint": ("inpaint-gan", "--epochs", "1"),
    }.items():
        ganlab("train", *words, "--dataset", "offline", *where)
        found[name] = newest(runs, words[0])
    ganlab("race", "digit-gan", "digit-gan-deep", "--dataset", "offline", "--digits", "8", *where)
    found["race"] = newest(runs, "digit-gan")
    ganlab("race", "plane-gan", "plane-gan", "--preset-right", "collapse", "--finish", "iterations:1000", *where)
    found["points"] = newest(runs, "plane-gan")
    small = ("--set", "generator_filters=8", "--set", "discriminator_filters=8", "--iterations", "20")
    vary = ("learning_rate=0.001,0.01", "dropout=0.1,0.4", "label_noise=0,0.2")
    for count, name in enumerate(("sweep", "sweep_of_two", "sweep_of_three"), 1):
        varied = [word for setting in vary[:count] for word in ("--vary", setting)]
        ganlab("sweep", "digit-gan", "--dataset", "offline", *small, *varied, "--seeds", str(4 - count), *where)
        found[name] = newest(runs / "sweeps", "sweep")
    found |= {"member": newest(runs, "digit-gan"), "varied": VARIED}
    command = [sys.executable, "-m", "ganlab", "train", "dense-gan", "--iterations", str(FOREVER)]
    process = subprocess.Popen([*command, "--dataset", "offline", *where], stdout=subprocess.DEVNULL)
    while not any(path.name.startswith("dense-gan") for path in runs.iterdir()):
        time.sleep(0.5)
    time.sleep(10)
    process.kill()
    process.wait()
    found["killed"] = newest(runs, "dense-gan")
    return found


def fail(page: Page, address: str, folder: Path) -> str:
    """Starts a training whose images are gone by the time that they are read."""
    own = folder / "own"
    for number in range(20):
        image = np.zeros((28, 28), np.uint8)
        image[4:24, 4 + number % 10 : 10 + number % 10] = 255
        (own / "bars").mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(own / "bars" / f"{number}.png")
    blocker = start(page, f"{address}/train?{long_training('dense-gan')}")
    failed = start(page, f"{address}/train?new=1&model=dense-gan&images=My+own+images&place={own}")
    shutil.rmtree(own)
    stop(page, address, blocker)
    page.goto(f"{address}/train?run={failed}")
    page.get_by_text("Failed").first.wait_for()
    return failed


def long_training(model: str) -> str:
    """The address of a form, filled in."""
    return f"new=1&images={OFFLINE}&model={model}&{model}.published.iterations={FOREVER}"


def start(page: Page, address: str) -> str:
    page.goto(address)
    page.locator(".st-key-start button").first.wait_for()
    settle(page)
    page.locator(".st-key-start button:visible").click()
    page.wait_for_function("new URLSearchParams(location.search).get('run')", timeout=60_000)
    return page.evaluate("new URLSearchParams(location.search).get('run')")


def start_sweep(page: Page, address: str) -> dict[str, str]:
    """Starts one that goes on for long; returns the names of it and of its run at work, by those in addresses."""
    page.goto(f"{address}/train?new=1&section=sweep&{VARIED}&dense-gan.published.iterations={FOREVER}")
    page.locator(".st-key-sweep-start button:visible").wait_for()
    settle(page)
    page.locator(".st-key-sweep-start button:visible").click()
    page.get_by_test_id("live-view").wait_for()
    link = page.get_by_role("link", name="Training 1: open its run").get_attribute("href")
    assert link
    sweep = page.evaluate("new URLSearchParams(location.search).get('sweep')")
    return {"sweeping": sweep, "at_work": link.rpartition("run=")[2]}


def stop(page: Page, address: str, run: str) -> None:
    page.goto(f"{address}/train?run={run}")
    page.locator(".st-key-control-Stop button:visible, .st-key-control-Take-back button:visible").click()


def settle(page: Page) -> None:
    """Waits until nothing is being drawn."""
    page.wait_for_timeout(QUIET)
    page.wait_for_function(STALE, timeout=180_000)
    page.wait_for_timeout(QUIET)


def take(browser: Browser, address: str, state: State, names: dict[str, str], folder: Path) -> None:
    """Six pictures of a page in a state; says what the page's scripts complained of."""
    for width in WIDTHS:
        page = browser.new_page(viewport={"width": width, "height": 900}, has_touch=width < 500)
        page.on("pageerror", lambda error: print(f"{state.name}: {error}", flush=True))
        page.goto(address + state.address.format(**names))
        settle(page)
        if state.then:
            state.then(page)
            settle(page)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": tall(page)})
            page.wait_for_timeout(QUIET)
            page.screenshot(path=folder / f"{state.name}-{width}-{scheme}.png")
        page.close()
    print(state.name, flush=True)


def tall(page: Page) -> int:
    """How tall the page is, once that changes no more, in pixels."""
    heights = [0, -1]
    while heights[-1] != heights[-2]:
        page.wait_for_timeout(QUIET)
        heights.append(page.evaluate("document.querySelector('.stMainBlockContainer').scrollHeight"))
    return min(heights[-1] + 80, TALLEST)


@contextmanager
def served(runs: Path) -> Iterator[str]:
    process, address = start_server(runs, warm=True)
    try:
        yield address
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="only these states")
    parser.add_argument("--chromium", default=chromium(), help="the browser's program")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    os.environ["GANLAB_DOWNLOAD"] = "0"

    def wanted(states: tuple[State, ...]) -> list[State]:
        return [state for state in states if not chosen.names or state.name in chosen.names]

    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chosen.chromium, args=FLAGS)
        with served(Path(scratch) / "none") as address:
            for state in wanted(EMPTY):
                take(browser, address, state, {}, chosen.folder)
        if not wanted(KEPT + BUSY + SWEEPING):
            return
        runs = Path(scratch) / "runs"
        names = make_runs(runs)
        with served(runs) as address:
            for state in wanted(KEPT[:1]):
                take(browser, address, state, names, chosen.folder)
            page = browser.new_page()
            page.set_default_timeout(60_000)
            names["failed"] = fail(page, address, Path(scratch))
            for state in wanted(KEPT[1:]):
                take(browser, address, state, names, chosen.folder)
            for name, model in {"running": "dcgan", "queued": "dense-gan"}.items():
                names[name] = start(page, f"{address}/train?{long_training(model)}")
            for state in wanted(BUSY):
                take(browser, address, state, names, chosen.folder)
            for name in ("queued", "running"):
                stop(page, address, names[name])
            names |= start_sweep(page, address)
            for state in wanted(SWEEPING):
                take(browser, address, state, names, chosen.folder)
        browser.close()


if __name__ == "__main__":
    main()
