"""How fast the Lab is: `python -m benchmarks.lab`.

*Iterations a second* of the preset `tuned` on the ring, by ganlab's loop and by the same networks, losses, optimisers
and batches in eager PyTorch (requirements-peers.txt), which take turns in one process; what counts is the ratio.

*The page*: seconds from opening the Lab, in a server that has just started, to the first movement of the points that
ship with ganlab; from Start to the first movement of a training of one's own, in a server that has trained before; how
often a second the view is drawn anew while that training goes on, how many iterations a second it does meanwhile, and
the largest poll; seconds from a turn of a knob to the iteration from which it holds.

*Clients*: which share of its iterations a second the training keeps while so many clients watch it
(benchmarks/client.py, in one process on the same machine; they draw nothing).
"""

import argparse
import importlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.polling import FLAGS, SETTLE, start_server
from benchmarks.polling import speed as speed_of
from benchmarks.training import our_loop
from benchmarks.updates import Polls
from ganlab.runs import Run, list_runs

MODEL, PRESET, DATA = "plane-gan", "tuned", "ring"
SECONDS = 4.0  # of each loop in each turn
DRAWN = """lab => {
    window.drawnAt = [];
    new MutationObserver(() => drawnAt.push(performance.now())).observe(lab, {attributeFilter: ["data-drawn"]});
}"""


# Iterations


def torch_loop(points: np.ndarray) -> Callable[[int], None]:
    """The same iteration as people write it in PyTorch: noise, fakes, a step of the discriminator on packs of reals and
    fakes, a step of the generator, and the running average of its weights."""
    from ganlab import registry

    torch: Any = importlib.import_module("torch")  # which only this needs
    nn, values = torch.nn, registry.get(MODEL).values(PRESET)
    n, pack, latent = int(values["batch_size"]), int(values["packing"]), int(values["latent_size"])
    scale, kept = float(values["scale"]), float(values["averaging"])

    def network(inputs: int, outputs: int, layers: int, units: int) -> Any:
        hidden: list[Any] = []
        for _ in range(layers):
            hidden += [nn.Linear(inputs, units), nn.Tanh()]
            inputs = units
        return nn.Sequential(*hidden, nn.Linear(inputs, outputs))

    def sizes(name: str) -> tuple[int, int]:
        return int(values[f"{name}_layers"]), int(values[f"{name}_units"])

    assert values["activation"] == "tanh" and values["loss"] == "non-saturating" and scale == 1.0
    generator = network(latent, 2, *sizes("generator"))
    averaged = network(latent, 2, *sizes("generator"))
    discriminator = network(2 * pack, 1, *sizes("discriminator"))

    def adam(owner: Any, name: str) -> Any:
        betas = values["beta_1"], values["beta_2"]
        return torch.optim.Adam(owner.parameters(), values[f"{name}_learning_rate"], betas)

    steps = {"generator": adam(generator, "generator"), "discriminator": adam(discriminator, "discriminator")}
    data = torch.from_numpy(points)
    softplus = nn.functional.softplus

    def judged(found: Any) -> Any:
        return discriminator(found.reshape(-1, 2 * pack))[:, 0]

    def run(count: int) -> None:
        for _ in range(count):
            reals = data[torch.randint(len(data), (n,))]
            with torch.no_grad():
                fakes = generator(torch.randn(n, latent))
            steps["discriminator"].zero_grad()
            of_reals, of_fakes = judged(torch.cat([reals, fakes])).chunk(2)
            (softplus(-of_reals).mean() + softplus(of_fakes).mean()).backward()
            steps["discriminator"].step()
            steps["generator"].zero_grad()
            softplus(-judged(generator(torch.randn(n, latent)))).mean().backward()
            steps["generator"].step()
            with torch.no_grad():
                for mean, weight in zip(averaged.parameters(), generator.parameters(), strict=True):
                    mean.lerp_(weight, 1.0 - kept)

    return run


def iterations(turns: int) -> dict[str, Any]:
    from benchmarks.plane import plane
    from ganlab import registry, startup

    startup.start_tensorflow()
    points, spec = plane(DATA).points, registry.get(MODEL)
    loops = {"ganlab": our_loop(spec, spec.values(PRESET), points, "float32"), "pytorch": torch_loop(points)}
    speeds: dict[str, list[float]] = {name: [] for name in loops}
    for run in loops.values():
        run(200)
    for _ in range(turns):
        for name, run in loops.items():
            start, done = time.perf_counter(), 0
            while time.perf_counter() - start < SECONDS:
                run(200)
                done += 200
            speeds[name].append(done / (time.perf_counter() - start))
    ratios = [a / b for a, b in zip(speeds["ganlab"], speeds["pytorch"], strict=True)]
    return {
        **{
            name: {"median": round(statistics.median(found)), "all": list(map(round, found))}
            for name, found in speeds.items()
        },
        "times_as_fast": round(statistics.median(ratios), 2),
        "range": [round(min(ratios), 2), round(max(ratios), 2)],
    }


# The page


def opened(browser: Browser, address: str, query: str = "") -> tuple[Page, float]:
    """The Lab, and the seconds until its points have moved."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(120_000)
    start = time.perf_counter()
    page.goto(f"{address}/lab?{query}")
    wait_to_move(page)
    return page, time.perf_counter() - start


def wait_to_move(page: Page, run: str = "") -> None:
    lab = page.locator(f"[data-testid=lab]{f'[data-run={run!r}]' if run else ''}")
    lab.wait_for()
    before = int(lab.get_attribute("data-drawn") or 0)
    while int(lab.get_attribute("data-drawn") or 0) < before + 2:
        time.sleep(0.01)


def begin(page: Page, folder: Path) -> tuple[Run, float]:
    """Presses Start; the run, and the seconds until its points have moved."""
    known = {run.id for run in list_runs(folder)[0]}
    start = time.perf_counter()
    page.locator(".st-key-lab-start button:visible").click()
    while not (fresh := [run for run in list_runs(folder)[0] if run.id not in known]):
        time.sleep(0.02)
    wait_to_move(page, fresh[0].id)
    return fresh[0], time.perf_counter() - start


def turned(page: Page, run: Run, rate: float) -> float:
    """Seconds from a turn of the generator's rate to the first iteration that was done with it."""
    field = page.locator(".st-key-live-knobs").get_by_role("spinbutton", name="Generator's learning rate")
    field.fill(str(rate))
    start = time.perf_counter()
    field.press("Enter")
    while not any(turn.value == rate and run.done > turn.iteration for turn in run.turns):
        time.sleep(0.01)
    return time.perf_counter() - start


def the_page(browser: Browser, seconds: float, clients: int) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="ganlab-lab-"))
    process, address = start_server(folder, warm=True)
    try:
        page, cold = opened(browser, address)
        length = f"{MODEL}.{PRESET}.iterations"
        page.goto(f"{address}/lab?{length}=10000000")
        wait_to_move(page)
        begin(page, folder)  # TensorFlow is there from now on
        page.close()
        page, _ = opened(browser, address, f"{length}=9999999")
        polls = Polls(page)
        run, warm = begin(page, folder)
        page.reload()  # so that the polls are listened to
        wait_to_move(page, run.id)
        time.sleep(SETTLE)
        lab, known = page.get_by_test_id("lab"), len(polls.sizes)
        lab.evaluate(DRAWN)
        watched = speed_of(run, seconds)
        drawn, largest = page.evaluate("drawnAt.length") / seconds, max(polls.sizes[known:] or [0])
        turns = [turned(page, run, rate) for rate in (0.0005, 0.0008, 0.0005, 0.001)]
        page.close()
        shares = [kept(address, run, clients, seconds) for _ in range(3)]
    finally:
        process.terminate()
        process.wait()
    return {
        "cold_moves_after_s": round(cold, 2),
        "own_training_moves_after_s": round(warm, 2),
        "frames_a_second": round(drawn, 1),
        "iterations_a_second_meanwhile": round(watched),
        "largest_poll_bytes": largest,
        "knob_s": [round(value, 2) for value in turns],
        "clients": clients,
        "kept": [round(share, 2) for share in shares],
    }


def kept(address: str, run: Run, clients: int, seconds: float) -> float:
    """The share of its speed that a training keeps while clients watch it."""
    time.sleep(SETTLE)
    alone = speed_of(run, seconds)
    command = [sys.executable, "-m", "benchmarks.client", address, "lab", f"run={run.id}", str(10**6), str(clients)]
    watching = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        time.sleep(2 * SETTLE)
        beside = speed_of(run, seconds)
    finally:
        watching.terminate()
        watching.wait()
    time.sleep(SETTLE)
    return beside / ((alone + speed_of(run, seconds)) / 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["iterations", "page"], help="iterations, page; or both")
    parser.add_argument("--turns", type=int, default=5, help="of both loops")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measurement on the page")
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    chosen = parser.parse_args()
    found: dict[str, Any] = {}
    if "page" in chosen.parts:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chosen.chromium, args=FLAGS)
            found["page"] = the_page(browser, chosen.seconds, chosen.clients)
            browser.close()
    if "iterations" in chosen.parts:
        found["iterations"] = iterations(chosen.turns)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
