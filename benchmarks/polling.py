"""What it costs a training to be watched: `python -m benchmarks.polling`.

Starts the app, trains in it, and counts iterations a second by turns: while a headless Chromium on the same machine
shows the Train page, and while nobody looks. At last the same training is timed on the command line.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

from ganlab import registry
from ganlab.runs import Run, list_runs

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--disable-quic", "--no-first-run"]


def speed(run: Run, seconds: float) -> float:
    """Iterations a second of wall time, from what the run records."""
    start, before = time.perf_counter(), run.done
    time.sleep(seconds)
    return (run.done - before) / (time.perf_counter() - start)


def start_server(folder: Path) -> tuple[subprocess.Popen, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    process = subprocess.Popen(
        [*command, "--server.port", str(port)],
        env={**os.environ, "GANLAB_RUNS": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(5)
    return process, f"http://localhost:{port}"


def start_training(page: Page, address: str, model: str, folder: Path) -> Run:
    page.goto(f"{address}/train")
    page.get_by_role("combobox", name="Architecture").click()
    page.get_by_role("option", name=registry.get(model).title, exact=True).click()
    page.wait_for_timeout(1000)
    page.get_by_role("spinbutton", name="Iterations").fill("1000000")
    page.keyboard.press("Enter")
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="Start", exact=True).click()
    while not (found := list_runs(folder)[0]) or found[0].done < 20:
        time.sleep(0.5)
    return found[0]


def command_line(model: str, folder: Path, seconds: float) -> float:
    process = subprocess.Popen(
        [sys.executable, "-m", "ganlab", "train", model, "--iterations", "1000000", "--runs", str(folder), "--json"],
        stdout=subprocess.DEVNULL,
    )
    while not (found := list_runs(folder)[0]) or found[0].done < 20:
        time.sleep(0.5)
    time.sleep(3)
    measured = speed(found[0], seconds)
    process.terminate()
    process.wait()
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="dcgan", help="an architecture whose length is counted in iterations")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=15.0, help="of each measurement")
    parser.add_argument("--modest", action="store_true", help="give Chromium what CPU is left, as if it ran elsewhere")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ganlab-polling-"))
    process, address = start_server(folder / "app")
    speeds: dict[str, list[float]] = {"watched": [], "alone": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chosen.chromium, args=FLAGS)
        if chosen.modest:
            for child in psutil.Process().children(recursive=True):
                if "chrom" in child.name():
                    child.nice(19)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        run = start_training(page, address, chosen.model, folder / "app")
        for _ in range(chosen.turns):
            page.goto("about:blank")
            time.sleep(2)
            speeds["alone"].append(speed(run, chosen.seconds))
            page.goto(f"{address}/train?run={run.id}")
            page.get_by_test_id("stPlotlyChart").first.wait_for()
            time.sleep(2)
            speeds["watched"].append(speed(run, chosen.seconds))
        browser.close()
    process.terminate()
    process.wait()
    alone = command_line(chosen.model, folder / "cli", chosen.seconds)
    ratios = [a / b for a, b in zip(speeds["watched"], speeds["alone"], strict=True)]
    print(
        json.dumps(
            {
                "model": chosen.model,
                "iterations_a_second": {name: round(statistics.median(values), 2) for name, values in speeds.items()},
                "command_line": round(alone, 2),
                "watched_over_alone": [round(ratio, 3) for ratio in ratios],
            }
        )
    )


if __name__ == "__main__":
    main()
