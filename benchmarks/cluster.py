"""What Ray gains and costs on this machine: `python -m benchmarks.cluster`, after
`pip install -r requirements-cluster.txt`.

First the same sweep is trained here, one training after the other, with as many threads as TensorFlow takes by itself
and with one, and then by Ray, one thread each: iterations a second, for each core, and their ratio. Seconds are those
of whole sweeps, with all that starts before; `training` counts those in which at least one training was at work.

Then a sweep of so many trainings as a sweep may have, each of a single iteration, goes through Ray, while its page is
drawn again and again: memory of this process and of the one that is connected to Ray, and how long the page takes.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from streamlit.testing.v1 import AppTest

from ganlab.jobs import Request, worker
from ganlab.jobs.ray_cluster import HERE, LOCAL
from ganlab.jobs.sweep_requests import SweepRequest
from ganlab.jobs.sweeps import Sweep, create_sweep
from ganlab.runs.sweep_records import MOST_TRAININGS

PAGE = Path(__file__).parents[1] / "pages" / "train.py"
SMALL = {"generator_filters": 16, "discriminator_filters": 16}
MB = 1e6


def several(count: int, iterations: int) -> SweepRequest:
    request = Request("digit-gan", dataset="offline", digits=(5,), values=SMALL, iterations=iterations, device="cpu")
    return SweepRequest(request, seeds=range(count))


def empty(count: int) -> SweepRequest:
    values = {"encoder_units": 8, "decoder_units": 8, "batch_size": 16}
    return SweepRequest(Request("plane-vae", iterations=1, values=values), seeds=range(count))


def train(request: SweepRequest, on: str) -> dict[str, Any]:
    """Trains a sweep to its end; how long that took, and for how long something was at work."""
    with tempfile.TemporaryDirectory(prefix="ganlab-cluster-") as folder:
        begun = time.perf_counter()
        sweep = create_sweep(request, Path(folder), on)
        worker.add(sweep)
        first = None
        while sweep.view().active:
            if first is None and sweep.view().iteration:
                first = time.perf_counter()
            sweep.wait(0.1)
        over = time.perf_counter()
        assert sweep.view().state == "finished", sweep.view()
        assert {member.state for member in sweep.progress().members} == {"finished"}
        done = sum(member.iterations for member in sweep.progress().members)
    return {"iterations": done, "seconds": round(over - begun, 1), "training": round(over - (first or begun), 1)}


def apart(count: int, iterations: int, on: str, threads: int | None) -> dict[str, Any]:
    """As `train`, in a process of its own, in which TensorFlow has so many threads."""
    limits = {name: str(threads) for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS") if threads}
    words = [sys.executable, "-m", "benchmarks.cluster", "--one", on, "--trainings", str(count)]
    words += ["--iterations", str(iterations)]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True, env={**os.environ, **limits})
    return json.loads(done.stdout.splitlines()[-1])


def compare(count: int, iterations: int) -> dict[str, Any]:
    cores = os.cpu_count() or 1
    found: dict[str, Any] = {
        "here": apart(count, iterations, HERE, None),
        "here, one thread": apart(count, iterations, HERE, 1),
        "ray": apart(count, iterations, LOCAL, None),
    }
    used = {"here": cores, "here, one thread": 1, "ray": cores}
    for name, one in found.items():
        one["per core"] = round(one["iterations"] / one["training"] / used[name], 2)
    ratio = {name: round(found["ray"]["per core"] / found[name]["per core"], 2) for name in list(found)[:2]}
    whole = round(found["here"]["seconds"] / found["ray"]["seconds"], 2)
    return {"cores": cores, **found, "ray over, per core": ratio, "ray over here, whole sweep": whole}


def memory(sweep: Sweep) -> tuple[float, float]:
    """MB of this process, and of the one that is connected to Ray."""
    here = psutil.Process()
    connected = [one for one in here.children() if "ganlab.jobs.ray_driver" in " ".join(one.cmdline())]
    return here.memory_info().rss / MB, sum(one.memory_info().rss for one in connected) / MB


def many(count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="ganlab-cluster-") as folder:
        os.environ["GANLAB_RUNS"], os.environ["GANLAB_WARM"] = folder, "0"
        begun = time.perf_counter()
        sweep = create_sweep(empty(count), Path(folder), LOCAL)
        made = time.perf_counter() - begun
        page = AppTest.from_file(str(PAGE), default_timeout=120)
        page.query_params["sweep"] = sweep.folder.id
        worker.add(sweep)
        answers, used = [], []
        while sweep.view().active:
            start = time.perf_counter()
            page.run()
            assert not page.exception, page.exception
            answers.append(time.perf_counter() - start)
            used.append(memory(sweep))
            print(
                json.dumps({"over": sweep.progress().over, "page": round(answers[-1], 2), "mb": used[-1]}), flush=True
            )
            sweep.wait(2.0)
        assert sweep.view().state == "finished", sweep.view()
        seconds = time.perf_counter() - begun
    here, connected = zip(*used, strict=True)
    return {
        "trainings": count,
        "made in": round(made, 2),
        "seconds": round(seconds, 1),
        "page median": round(statistics.median(answers), 3),
        "page longest": round(max(answers), 3),
        "mb here": [round(here[0]), round(max(here))],
        "mb connected": round(max(connected)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trainings", type=int, default=8)
    parser.add_argument("--iterations", type=int, default=300)
    parser.add_argument("--many", type=int, default=MOST_TRAININGS, help="0 leaves that part out")
    parser.add_argument("--one", metavar="WHERE", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        return print(json.dumps(train(several(chosen.trainings, chosen.iterations), chosen.one)))
    if chosen.trainings:
        print(json.dumps(compare(chosen.trainings, chosen.iterations)), flush=True)
    if chosen.many:
        print(json.dumps(many(chosen.many)))


if __name__ == "__main__":
    main()
