"""Whether anything grows while a training is watched for long: `python -m benchmarks.watching --minutes 60`.

Starts the app and a training in it, shows it in a headless Chromium, and once a minute prints a line of JSON: the
memory of the server, of the tab's process, and of the tab's JavaScript heap after a collection, in MB, how many nodes
and listeners the page has, and how often the view was redrawn in that minute. At the end it prints how much each grew
after the first five minutes.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.polling import FLAGS, start_server, start_training

SETTLED = 5  # minutes
MB = 1e6


def renderer(browser_processes: list[psutil.Process]) -> psutil.Process:
    """The process that draws the page: of the renderers the largest."""
    found = [process for process in browser_processes if "--type=renderer" in " ".join(process.cmdline())]
    return max(found, key=lambda process: process.memory_info().rss)


def in_use(page: Page) -> dict[str, float]:
    """What is left of the page's own after a collection: the MB of its JavaScript objects, its nodes and listeners."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.send("Performance.enable")
    metrics = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return {"heap": round(used / MB, 2), "nodes": metrics["Nodes"], "listeners": metrics["JSEventListeners"]}


def redraws(page: Page) -> int:
    return int(page.get_by_test_id("live-view").get_attribute("data-frame") or 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--model", default="art-gan")
    parser.add_argument("--length", default="epochs", help="the knob that says how long it trains")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ganlab-watching-"))
    process, address = start_server(folder)
    seen: list[dict[str, float]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chosen.chromium, args=FLAGS)
        run = start_training(browser, address, chosen.model, folder, chosen.length)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/train?run={run.id}")
        page.get_by_test_id("live-view").wait_for()
        server, tab = psutil.Process(process.pid), renderer(psutil.Process().children(recursive=True))
        before = redraws(page)
        for minute in range(1, chosen.minutes + 1):
            time.sleep(60)
            now = redraws(page)
            line = {
                "minute": minute,
                "iteration": run.done,
                "server": round(server.memory_info().rss / MB, 1),
                "tab": round(tab.memory_info().rss / MB, 1),
                **in_use(page),
                "redraws": now - before,
            }
            before = now
            seen.append(line)
            print(json.dumps(line), flush=True)
        browser.close()
    process.terminate()
    process.wait()
    settled = [line for line in seen if line["minute"] > SETTLED]
    if len(settled) > 1:
        minutes = [line["minute"] for line in settled]
        growth = {
            name: round(float(np.polyfit(minutes, [line[name] for line in settled], 1)[0]) * 60, 1)
            for name in ("server", "tab", "heap", "nodes", "listeners")
        }
        print(json.dumps({"growth_an_hour_after_the_first_five_minutes": growth}))


if __name__ == "__main__":
    main()
