"""Makes the README's pictures from the real app: `PYTHONPATH=. python docs/pictures.py`.

Starts the app with a runs folder of its own, trains the digit GAN in it through the page, and takes screenshots of it
with Chromium. It learns from the offline digits, which are there on every machine.
"""

import argparse
import io
import os
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.polling import FLAGS, start_server

OFFLINE = "Offline+digits"
IMAGES = Path(__file__).parent / "images"
WIDTH, HEIGHT = 1440, 900
GIF_WIDTH = 900
ITERATIONS = (*range(1, 20, 2), *range(20, 101, 8))  # shown by the GIF
MILLISECONDS, REST = 250, 2000  # a frame, and the last one
MARGIN = 12  # pixels around the live view
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def keep(page: Page, name: str) -> None:
    """Writes a screenshot of the page's top with as few colours as look the same."""
    to_the_top(page)
    image = opened(page.screenshot()).quantize(256, dither=Image.Dither.NONE)
    image.save(IMAGES / name, optimize=True)
    print(f"{IMAGES / name}: {(IMAGES / name).stat().st_size / 1000:.0f} kB")


def opened(shot: bytes) -> Image.Image:
    return Image.open(io.BytesIO(shot)).convert("RGB")


def to_the_top(page: Page) -> None:
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    page.wait_for_timeout(300)


def train(page: Page, address: str, model: str, digit: int) -> None:
    page.goto(f"{address}/train?model={model}&new=1&images={OFFLINE}&{model}.classes={digit}")
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator("[data-testid=live-view][data-state=finished]").wait_for(timeout=180_000)


def look_back(page: Page, iteration: int) -> None:
    page.locator("#at").evaluate(
        "(range, to) => { range.value = to; range.dispatchEvent(new Event('input', {bubbles: true})); }", iteration
    )
    page.locator("#strip-words").filter(has_text=f"iteration {iteration} (framed)").wait_for()
    page.wait_for_timeout(150)


def animate(page: Page) -> None:
    to_the_top(page)
    box = page.locator(".watch").bounding_box()
    assert box
    left, top = round(box["x"]) - MARGIN, round(box["y"]) - MARGIN
    right, bottom = left + round(box["width"]) + 2 * MARGIN, top + round(box["height"]) + 2 * MARGIN
    frames = []
    for iteration in ITERATIONS:
        look_back(page, iteration)
        shot = opened(page.screenshot()).crop((left, top, right, bottom))
        frames.append(shot.resize((GIF_WIDTH, round(GIF_WIDTH * shot.height / shot.width)), Image.Resampling.LANCZOS))
    palette = palette_of(frames)
    frames = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    times = [MILLISECONDS] * (len(frames) - 1) + [REST]
    path = IMAGES / "learning.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=times, loop=0, optimize=True)
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB, {len(frames)} frames")


def palette_of(frames: list[Image.Image]) -> Image.Image:
    """One palette for all frames, so that what rests does not flicker."""
    chosen = frames[:: len(frames) // 3]
    together = Image.new("RGB", (chosen[0].width, chosen[0].height * len(chosen)))
    for index, frame in enumerate(chosen):
        together.paste(frame, (0, index * frame.height))
    return together.quantize(256, Image.Quantize.MEDIANCUT, kmeans=2)


def take(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(address)
    page.get_by_role("button", name="See fives appear").wait_for()
    page.add_style_tag(content=".st-key-machine { display: none; }")  # what is said of the machine at hand
    page.wait_for_timeout(1500)
    keep(page, "home.png")
    train(page, address, "digit-gan", 5)
    run = page.evaluate("new URLSearchParams(location.search).get('run')")
    animate(page)
    look_back(page, 40)
    keep(page, "train-watch.png")
    page.goto(f"{address}/train?new=1&model=dcgan&images={OFFLINE}")
    page.get_by_text("on this machine").wait_for(timeout=120_000)
    page.wait_for_timeout(1500)
    keep(page, "train-choose.png")
    train(page, address, "digit-gan-deep", 8)
    train(page, address, "digit-gan", 3)
    page.goto(f"{address}/runs")
    page.get_by_text("of your own, in").evaluate("words => { words.style.visibility = 'hidden'; }")  # a folder's path
    page.wait_for_timeout(1500)
    keep(page, "runs.png")
    page.goto(f"{address}/latent")
    page.locator("[data-testid=plane][data-ready='1']").wait_for(timeout=120_000)
    page.get_by_test_id("plane").evaluate("plane => plane.plane.move(0.4, -0.9)")
    before = b""
    while before != (before := page.screenshot()):  # on a busy machine its background is painted bit by bit
        page.wait_for_timeout(1500)
    keep(page, "latent.png")
    page.goto(f"{address}/repair")
    page.get_by_text("After: read as").wait_for(timeout=120_000)
    page.wait_for_timeout(3000)
    keep(page, "repair.png")
    phone = browser.new_page(viewport={"width": 420, "height": 860}, color_scheme="dark", device_scale_factor=2)
    phone.goto(f"{address}/train?run={run}")
    phone.locator("[data-testid=live-view][data-state=finished]").wait_for()
    phone.wait_for_timeout(1500)
    keep(phone, "train-phone-dark.png")


def chromium() -> str | None:
    return os.environ.get("GANLAB_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chromium", default=chromium(), help="the browser's program")
    chosen = parser.parse_args()
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        process, address = start_server(Path(folder) / "runs", warm=True)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chosen.chromium, args=FLAGS)
                take(browser, address)
                browser.close()
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
