"""What it costs a training to be watched: `python -m benchmarks.polling`.

Starts the app, trains in it, and counts iterations a second by turns: while nobody looks, while a client polls the
Train page and draws nothing (benchmarks/client.py), and while a headless Chromium on the same machine shows it. At
last the same training is timed on the command line.
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
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, sync_playwright

from ganlab.runs import Run, list_runs

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--disable-quic", "--no-first-run"]
FOREVER = 1_000_000
SETTLE = 3.0


def speed(run: Run, seconds: float) -> float:
    """Iterations a second of wall time, from what the run records."""
    start, before = time.perf_counter(), run.done
    time.sleep(seconds)
    return (run.done - before) / (time.perf_counter() - start)


def log_of(folder: Path) -> Path:
    """Where a server with its runs in this folder tells what went wrong."""
    return folder.with_name(f"{folder.name}.log")


def start_server(
    folder: Path, warm: bool = False, code: str = "", options: Sequence[str] = ()
) -> tuple[subprocess.Popen, str]:
    """The app on a free port; `code` is what is run in place of Streamlit's own program, which is given `options`. What
    goes wrong is told in the `log_of` its folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = ["-c", code] if code else ["-m", "streamlit"]
    command = [sys.executable, *program, "run", "app.py", "--server.headless", "true"]
    process = subprocess.Popen(
        [*command, "--server.port", str(port), *options],
        env={**os.environ, "GANLAB_RUNS": str(folder), "GANLAB_WARM": "1" if warm else "0"},
        stdout=log_of(folder).open("w"),  # where Streamlit shows what a page fails of
        stderr=subprocess.STDOUT,
    )
    address = f"http://localhost:{port}"
    while process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
            break
        time.sleep(0.05)
    return process, address


def start_training(
    browser: Browser, address: str, model: str, folder: Path, length: str = "iterations", after: int = 20, **query: str
) -> Run:
    """Starts a training that does not end; `length` is the knob that says how long it is, `query` what else the form is
    filled with. Returns after so many iterations."""
    most = FOREVER if length == "iterations" else 10_000
    page = browser.new_page()
    page.goto(f"{address}/train?{urlencode({'model': model, f'{model}.published.{length}': most, **query})}")
    page.get_by_role("button", name="Start", exact=True).click()
    run = begun(folder, after)
    page.close()
    return run


def begun(folder: Path, after: int = 20) -> Run:
    """The one run in the folder, once it trains."""
    while not (found := list_runs(folder)[0]) or found[0].done < after:
        time.sleep(0.5)
    return found[0]


@contextmanager
def nobody() -> Iterator[None]:
    yield


@contextmanager
def client(address: str, run: Run, said: list[str]) -> Iterator[None]:
    command = [sys.executable, "-m", "benchmarks.client", address, "train", f"run={run.id}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield
    finally:
        process.terminate()
        said.extend(process.communicate()[0].splitlines())


@contextmanager
def chromium(browser: Browser, address: str, run: Run) -> Iterator[None]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{address}/train?run={run.id}")
    page.get_by_test_id("live-view").wait_for()
    yield
    page.close()


def command_line(model: str, folder: Path, seconds: float) -> float:
    process = subprocess.Popen(
        [sys.executable, "-m", "ganlab", "train", model, "--iterations", str(FOREVER), "--runs", str(folder), "--json"],
        stdout=subprocess.DEVNULL,
    )
    run = begun(folder)
    time.sleep(SETTLE)
    measured = speed(run, seconds)
    process.terminate()
    process.wait()
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="dcgan", help="an architecture whose length is counted in iterations")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=12.0, help="of each measurement")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ganlab-polling-"))
    process, address = start_server(folder / "app")
    speeds: dict[str, list[float]] = {}
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chosen.chromium, args=FLAGS)
        run = start_training(browser, address, chosen.model, folder / "app")
        for _ in range(chosen.turns):
            watchers = {
                "alone": nobody,
                "client": lambda: client(address, run, said),
                "chromium": lambda: chromium(browser, address, run),
            }
            for name, watcher in watchers.items():
                with watcher():
                    time.sleep(SETTLE)
                    speeds.setdefault(name, []).append(speed(run, chosen.seconds))
        browser.close()
    process.terminate()
    process.wait()
    alone = command_line(chosen.model, folder / "cli", chosen.seconds)
    kept = {
        name: [round(a / b, 3) for a, b in zip(values, speeds["alone"], strict=True)]
        for name, values in speeds.items()
        if name != "alone"
    }
    answers = [json.loads(line) for line in said]
    print(
        json.dumps(
            {
                "model": chosen.model,
                "iterations_a_second": {name: round(statistics.median(values), 2) for name, values in speeds.items()},
                "command_line": round(alone, 2),
                "kept": kept,
                "kept_median": {name: statistics.median(values) for name, values in kept.items()},
                "bytes_a_poll": statistics.median(answer["bytes"] for answer in answers[2:]),
                "answer_ms": statistics.median(answer["answer_ms"] for answer in answers if answer["answer_ms"]),
            }
        )
    )


if __name__ == "__main__":
    main()
