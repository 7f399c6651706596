"""How often the live view moves, and what a poll carries, at slow and fast trainings: `python -m benchmarks.updates`.

For each setting it starts the app and a training in it, shows that in a headless Chromium, and prints a row: iterations
a second, how many polls a second were answered, how often a second the view was drawn anew, the longest time between
two drawings, and the bytes that the browser was sent for a poll. A poll that finds nothing new draws nothing.
"""

import argparse
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Browser, Page, WebSocket, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.polling import FLAGS, SETTLE, start_server, start_training
from ganlab.runs import Run

SETTINGS = {
    "slow": ("dcgan", {"dcgan.published.batch_size": "512", "precision": "float32"}),
    "published": ("dcgan", {}),
    "fast": ("dense-gan", {}),
    "fastest": ("dense-gan", {"dense-gan.published.batch_size": "16", "dense-gan.published.units": "32"}),
}
WATCH = """stage => {
    window.drawnAt = [];
    new MutationObserver(() => drawnAt.push(performance.now())).observe(stage, {attributeFilter: ["data-frame"]});
}"""


class Polls:
    """The bytes that came with each answer of the server."""

    def __init__(self, page: Page) -> None:
        self.sizes = [0]
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._take)

    def _take(self, data: bytes | str) -> None:
        if isinstance(data, str):
            return
        self.sizes[-1] += len(data)
        if ForwardMsg.FromString(data).WhichOneof("type") == "script_finished":
            self.sizes.append(0)


def watch(browser: Browser, address: str, run: Run, seconds: float) -> list[str]:
    """What is printed of a run that trains, after it has been watched for so long."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    polls = Polls(page)
    page.goto(f"{address}/train?run={run.id}")
    stage = page.get_by_test_id("live-view")
    stage.wait_for()
    page.wait_for_timeout(1000 * SETTLE)
    stage.evaluate(WATCH)
    known, done, start = len(polls.sizes), run.done, time.perf_counter()
    page.wait_for_timeout(1000 * seconds)
    spent, sizes = time.perf_counter() - start, polls.sizes[known:-1]
    drawn: list[float] = page.evaluate("drawnAt")
    speed = (run.done - done) / spent
    page.close()
    longest = max((later - before for before, later in pairwise(drawn)), default=float("nan"))
    figures = [f"{speed:.3g}", f"{len(sizes) / spent:.2f}", f"{len(drawn) / spent:.2f}", f"{longest:.0f}"]
    return [*figures, f"{statistics.median(sizes or [0]):,.0f}", f"{max(sizes or [0]):,}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--settings", nargs="+", choices=list(SETTINGS), default=list(SETTINGS))
    parser.add_argument("--seconds", type=float, default=30.0, help="for which each is watched")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    chosen = parser.parse_args()
    columns = ["training", "iterations a second", "polls", "drawings", "longest wait, ms", "bytes of a poll", "largest"]
    print(f"| {' | '.join(columns)} |\n|{len(columns) * '---|'}", flush=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chosen.chromium, args=FLAGS)
        for name in chosen.settings:
            model, query = SETTINGS[name]
            folder = Path(tempfile.mkdtemp(prefix="ganlab-updates-"))
            process, address = start_server(folder)
            try:
                run = start_training(browser, address, model, folder, after=3, **query)
                found = watch(browser, address, run, chosen.seconds)
            finally:
                process.terminate()
                process.wait()
            settings = [f"{key.rpartition('.')[2].replace('_', ' ')} {value}" for key, value in query.items()]
            print(f"| {', '.join([model, *settings])} | {' | '.join(found)} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
