"""How long the Runs page takes with many runs: `python -m benchmarks.library`.

Makes folders of runs as training leaves them, without training, and times the page's script, first in a fresh process,
then again, sorted by each order, with a search, and comparing four of them. It says whether TensorFlow was loaded.

With `--sweeps 10` the runs are those of so many sweeps, over two settings with two seeds each, and it times the list,
its filter, a search for one sweep, and a sweep's results.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from ganlab import registry
from ganlab.jobs import Request
from ganlab.jobs.sweep_requests import SweepRequest, checked_sweep
from ganlab.metrics import metric_catalog
from ganlab.runs import RunWriter, SweepFolder, layout
from ganlab.runs.records import SweepPart
from ganlab.ui.runs.run_list import SORTS

PAGE = Path(__file__).parents[1] / "pages" / "runs.py"
ITERATIONS = 100
STATES = ("finished", "finished", "stopped", "failed", "running")  # by turns; the last is left as a crash leaves it


def make_run(folder: Path, number: int, model: str | None = None, part: SweepPart | None = None) -> str:
    """A run of 100 iterations with every file that training writes, finished where it is a part of a sweep; returns its
    name."""
    spec = registry.get(model) if model else registry.specs()[number % len(registry.specs())]
    random = np.random.default_rng(number)
    config = {
        "model": spec.name,
        "preset": next(iter(spec.presets)),
        "values": spec.values(),
        "dataset": "mnist",
        "digits": [number % 10],
        "iterations": ITERATIONS,
        "seed": number,
        "device": "cpu",
        "precision": "float32",
        "curves": ["seconds", *(curve.name for curve in spec.curves)],
        "preview_images": spec.preview_images,
        "quality": list(metric_catalog.COLUMNS) if spec.family == "gan" else [],
    }

    def save(path: Path) -> None:
        with path.open("wb") as file:
            np.savez(file, weights=random.normal(size=10_000).astype(np.float32))

    writer = RunWriter.create(folder, **config, **({"sweep": part} if part else {}))
    writer.iterations(
        random.random([ITERATIONS, len(config["curves"])]),
        random.integers(0, 256, [ITERATIONS, 28, 28], np.uint8),
    )
    for iteration in range(0, ITERATIONS + 1, 5):
        writer.preview(iteration, random.integers(0, 256, [config["preview_images"], 28, 28], np.uint8))
        writer.snapshot(iteration, save)
    if config["quality"]:
        for iteration in range(10, ITERATIONS + 1, 10):
            writer.quality(
                iteration, dict(zip(metric_catalog.COLUMNS, random.random(len(metric_catalog.COLUMNS)), strict=True))
            )
    writer.reals(random.integers(0, 256, [64, 28, 28], np.uint8))
    for iteration in (ITERATIONS - 10, ITERATIONS):
        writer.checkpoint(iteration, save, force=True)
    writer.weights(ITERATIONS, save)
    writer.progress(ITERATIONS, 12.5)
    writer.status("finished" if part else STATES[number % len(STATES)])
    writer.close()
    return writer.path.name


def make_sweep(folder: Path, trainings: int) -> None:
    """A finished sweep of so many trainings, a multiple of 4, of a small GAN."""
    rates = np.geomspace(1e-4, 1e-2, trainings // 4).tolist()
    request = SweepRequest(Request("digit-gan"), {"learning_rate": rates, "dropout": [0.1, 0.4]}, seeds=(0, 1))
    described, members = checked_sweep(request)
    sweep = SweepFolder.create(folder, members, **described)
    made = [make_run(folder, place, "digit-gan", SweepPart(id=sweep.id, place=place)) for place in range(len(members))]
    done = {"state": "finished", "iterations": ITERATIONS, "stages": 1}
    sweep.note(tuple(member.changed(run=name, **done) for member, name in zip(members, made, strict=True)))
    sweep.close()


def timed(page: AppTest) -> float:
    start = time.perf_counter()
    page.run()
    assert not page.exception, page.exception
    return round(time.perf_counter() - start, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--sweeps", type=int, default=0, help="how many sweeps the runs are parts of")
    chosen = parser.parse_args()
    if chosen.sweeps:
        return measure_sweeps(chosen.runs, chosen.sweeps)
    with tempfile.TemporaryDirectory(prefix="ganlab-library-") as folder:
        os.environ["GANLAB_RUNS"] = folder
        for number in range(chosen.runs):
            make_run(Path(folder), number)
        page = AppTest.from_file(str(PAGE), default_timeout=60)
        seconds = {"first": timed(page), "again": timed(page)}
        for order in SORTS:
            page.selectbox(key="sort").set_value(order)
            seconds[order.lower()] = timed(page)
        page.text_input(key="search").set_value("dcgan 5")
        seconds["search"] = timed(page)
        gans = [
            path.name for path in sorted(Path(folder).iterdir()) if path.name.startswith(("dcgan-2", "digit-gan-2"))
        ]
        page.query_params["compare"] = ",".join(gans[:4])
        seconds["compare"] = timed(page)
        assert page.title[0].value == "Compare runs" and len(page.get("plotly_chart")) == 2
    print(json.dumps({"runs": chosen.runs, "seconds": seconds, "tensorflow": "tensorflow" in sys.modules}))


def measure_sweeps(runs: int, sweeps: int) -> None:
    with tempfile.TemporaryDirectory(prefix="ganlab-library-") as folder:
        os.environ["GANLAB_RUNS"] = folder
        for _ in range(sweeps):
            make_sweep(Path(folder), runs // sweeps // 4 * 4)
        page = AppTest.from_file(str(PAGE), default_timeout=60)
        seconds = {"first": timed(page), "again": timed(page)}
        page.selectbox(key="sort").set_value("Size")
        seconds["size"] = timed(page)
        page.checkbox(key="members").check()
        seconds["each run"] = timed(page)
        page.checkbox(key="members").uncheck()
        name = sorted(path.name for path in (Path(folder) / layout.SWEEPS).iterdir())[0]
        page.text_input(key="search").set_value(name)
        seconds["search"] = timed(page)
        page.query_params["sweep"] = name
        seconds["results"] = timed(page)
        assert page.title[0].value.startswith("Digit GAN") and len(page.get("plotly_chart")) == 2
        seconds["results again"] = timed(page)
    found = {"runs": runs, "sweeps": sweeps, "seconds": seconds, "tensorflow": "tensorflow" in sys.modules}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
