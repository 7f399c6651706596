"""What a class costs: `python -m benchmarks.crowd`.

Opens the app to a class (on this machine alone), has the host train, and lets guests in: some watch the training, some
draw on Repair, a stroke every two seconds. All of them follow the host, as browsers do. The guests are one process on
the same machine and draw nothing on a screen, but take processor time of their own, whose share is printed: of a real
class it is other machines'.

Printed are the share of its iterations a second that the training keeps, against before and after; how long questions
of pages and strokes wait for their answers, in milliseconds; problems that pages showed, lost connections, and strokes
without an answer; and the server's memory in MB, minute by minute.
"""

import argparse
import asyncio
import base64
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil
import websockets
from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.client import Client
from benchmarks.polling import FLAGS, SETTLE, log_of, speed, start_server, start_training
from ganlab.cli.app import NETWORK
from ganlab.ui.shared.class_gate import PLACE
from ganlab.ui.shared.class_server import own_address

SIDE, PEN = 560, 40  # pixels of the canvas, and of its pen
STROKE_SECONDS = 2.0
MOST_STROKES = 8  # on one paper, which is cleared then
PATIENCE = 10.0  # seconds after which a stroke has not been answered
APART = 0.25  # seconds between two guests who come into the room
FOLLOW_SECONDS = 0.4  # between an answer and the next question of what the host shows


class Watcher(Client):
    """A guest who watches a page. `lost` is how often the connection broke, and `unled` how often it was not told what
    the host shows."""

    lost = unled = 0

    async def stay(self, address: str, seconds: float) -> None:
        """Is there for so long; who is cut off comes back, as a browser does."""
        end = time.monotonic() + seconds
        following = asyncio.create_task(asyncio.to_thread(follow, address, end))
        while (left := end - time.monotonic()) > 0:
            try:
                await self.run(address, left)
            except (OSError, websockets.WebSocketException):
                self.lost += 1
                await asyncio.sleep(1.0)
        self.unled += await following


class Drawer(Watcher):
    """A guest who draws on Repair, as streamlit-drawable-canvas and our buttons send it."""

    def __init__(self, seed: int) -> None:
        super().__init__("repair", "")
        self.random = np.random.default_rng(seed)
        self.ids: dict[str, tuple[str, str]] = {}  # of the canvas and the buttons: the component's, its fragment's
        self.told: dict[str, Any] = {}  # about both
        self.strokes: list[dict[str, Any]] = []
        self.steps = self.unanswered = 0
        self.stroke_waits: list[float] = []
        self._drawing: asyncio.Task | None = None
        self._drawn = asyncio.Event()

    def hear(self, message: ForwardMsg) -> None:
        super().hear(message)
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.new_element.WhichOneof("type") == "bidi_component":
            found = message.delta.new_element.bidi_component
            for name in ("canvas", "tools"):
                if f"repair-drawing-{name}" in found.id:
                    self.ids[name] = found.id, message.delta.fragment_id
                    self.told[name] = json.loads(found.json)
        elif kind == "script_finished":
            self._drawn.set()
            if len(self.ids) == 2 and (self._drawing is None or self._drawing.done()):
                self._drawing = asyncio.create_task(self.draw())

    async def draw(self) -> None:
        await asyncio.sleep(STROKE_SECONDS * self.random.random())
        while True:
            start = time.perf_counter()
            self._drawn.clear()
            with suppress(websockets.WebSocketException):
                await self.socket.send(self.next_step())
            try:
                await asyncio.wait_for(self._drawn.wait(), PATIENCE)
                self.stroke_waits.append(time.perf_counter() - start)
            except TimeoutError:
                self.unanswered += 1
            await asyncio.sleep(max(0.0, STROKE_SECONDS - (time.perf_counter() - start)))

    def next_step(self) -> bytes:
        """One more stroke, or a press on Clear once there are many."""
        (canvas, fragment), (tools, _) = self.ids["canvas"], self.ids["tools"]
        token = self.told["tools"]["token"]
        asked = {"token": token, "erases": False, "width": PEN // 2}
        asked["steps"] = [[self.steps, "clear"]] if self.steps else []
        if len(self.strokes) >= MOST_STROKES:
            self.strokes, self.steps = [], self.steps + 1
            asked["steps"] = [[self.steps, "clear"]]
            return self.question(fragment, polls=False, **{tools: json.dumps({"asked": asked})})
        self.strokes.append({"type": "Path", "points": self.random.integers(100, SIDE - 100, [4, 2]).tolist()})
        unseen = self.told["canvas"]["initialDrawing"]["objects"][0]
        drawing = {"raw": {"objects": [unseen, *self.strokes]}, "data": self.picture()}
        states = {canvas: json.dumps({"drawing": drawing}), tools: json.dumps({"asked": asked})}
        return self.question(fragment, polls=False, **states)

    def picture(self) -> str:
        """What is on the canvas, as an address."""
        paper = Image.new("RGBA", (SIDE, SIDE))
        pen = ImageDraw.Draw(paper)
        for stroke in self.strokes:
            pen.line([tuple(point) for point in stroke["points"]], (255, 255, 255, 255), PEN, "curve")
        file = io.BytesIO()
        paper.save(file, "PNG", compress_level=1)
        return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def follow(address: str, end: float) -> int:
    """Asks again and again what the host shows, which is answered when that changes; returns how often it was not."""
    version, failed = "", 0
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}{PLACE}?since={version}", timeout=PATIENCE) as told:
                version = json.load(told)["version"]
        except OSError:
            failed += 1
        time.sleep(FOLLOW_SECONDS)
    return failed


async def guests(address: str, run: str, watch: int, draw: int, seconds: float) -> dict[str, Any]:
    """Lets them in and tells how it was for them."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(watch + draw))
    watchers, drawers = [Watcher("train", f"run={run}") for _ in range(watch)], [Drawer(seed) for seed in range(draw)]
    everybody = [*watchers, *drawers]

    async def come(number: int, guest: Watcher) -> None:
        await asyncio.sleep(APART * number)
        await guest.stay(address, seconds - APART * number)

    async def count_from_now() -> None:
        """Forgets how it was while all came in at once, beside whom the training's speed is not measured either."""
        await asyncio.sleep(entering(watch + draw))
        for guest in everybody:
            guest.waits.clear()
        for guest in drawers:
            guest.stroke_waits.clear()

    await asyncio.gather(count_from_now(), *(come(number, guest) for number, guest in enumerate(everybody)))
    polls = [wait for guest in watchers for wait in guest.waits]
    strokes = [wait for guest in drawers for wait in guest.stroke_waits]
    return {
        "questions": len(polls),
        "answer_ms": in_milliseconds(polls),
        "strokes": len(strokes),
        "stroke_ms": in_milliseconds(strokes),
        "strokes_without_answer": sum(guest.unanswered for guest in drawers),
        "questions_of_the_host_without_answer": sum(guest.unled for guest in everybody),
        "guests_share_of_the_processors": round(time.process_time() / seconds / (os.cpu_count() or 1), 3),
        "lost_connections": sum(guest.lost for guest in everybody),
        "problems": sorted({problem for guest in everybody for problem in guest.problems}),
    }


def entering(count: int) -> float:
    """Seconds until so many guests are there and have their first page."""
    return APART * count + SETTLE


def in_milliseconds(waits: list[float]) -> dict[str, int]:
    if not waits:
        return {}
    found = np.percentile(waits, [50, 95, 100])
    return {name: round(1000 * value) for name, value in zip(("median", "95th", "most"), found, strict=True)}


def come_in(address: str, run: str, chosen: argparse.Namespace, seconds: float) -> subprocess.Popen:
    """The guests, in a process of their own."""
    numbers = [str(value) for value in (chosen.watch, chosen.draw, seconds)]
    command = [sys.executable, "-m", "benchmarks.crowd", "--guests", address, run, *numbers]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def measure(chosen: argparse.Namespace) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="ganlab-crowd-"))
    process, here = start_server(folder, warm=True, options=NETWORK)
    address = f"http://{own_address()}:{urlsplit(here).port}"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chosen.chromium, args=FLAGS)
            run = start_training(browser, here, chosen.model, folder)
            browser.close()
        time.sleep(SETTLE)
        before = speed(run, chosen.seconds)
        enters = entering(chosen.watch + chosen.draw)
        crowd = come_in(address, run.id, chosen, enters + 60.0 * chosen.minutes)
        time.sleep(enters)
        speeds, memory = [], []
        for _ in range(chosen.minutes):
            speeds.append(speed(run, 60.0))
            memory.append(round(psutil.Process(process.pid).memory_info().rss / 1e6))
            print(
                f"{len(memory)} min: {speeds[-1]:.2f} iterations a second, {memory[-1]} MB", file=sys.stderr, flush=True
            )
        said, _ = crowd.communicate()
        time.sleep(2 * SETTLE)
        after = speed(run, chosen.seconds)
    finally:
        process.terminate()
        process.wait()
    alone = (before + after) / 2
    return {
        "model": chosen.model,
        "iterations_a_second_alone": [round(before, 2), round(after, 2)],
        "kept": round(statistics.mean(speeds) / alone, 3),
        "kept_in_each_minute": [round(one / alone, 2) for one in speeds],
        "memory_mb": memory,
        "server_log": str(log_of(folder)),
        **json.loads(said),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="dcgan", help="what the host trains, an architecture counted in iterations")
    parser.add_argument("--watch", type=int, default=30, help="guests who watch the training")
    parser.add_argument("--draw", type=int, default=10, help="guests who draw on Repair")
    parser.add_argument("--minutes", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30.0, help="of the training alone, before and after")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--guests", nargs=5, help=argparse.SUPPRESS)  # the process of the guests
    chosen = parser.parse_args()
    if chosen.guests:
        address, run, watch, draw, seconds = chosen.guests
        print(json.dumps(asyncio.run(guests(address, run, int(watch), int(draw), float(seconds)))))
    else:
        print(json.dumps(measure(chosen)))


if __name__ == "__main__":
    main()
