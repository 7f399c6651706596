"""How soon a training obeys: `python -m benchmarks.controls`.

Trains each architecture as published in the worker, as a page does, and prints the longest of several waits from the
command to the state that it asks for, in seconds, beside the time of one iteration.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ganlab import jobs, registry
from ganlab.jobs import Job, worker


def wait(is_so: Callable[[], object]) -> float:
    start = time.perf_counter()
    while not is_so():
        time.sleep(0.005)
    return time.perf_counter() - start


def obey(job: Job, turns: int) -> dict[str, float]:
    """The longest waits of a training under way."""
    waits: dict[str, list[float]] = {"pause": [], "step": [], "resume": []}
    for _ in range(turns):
        job.pause()
        waits["pause"].append(wait(lambda: job.view().state == "paused" and job.view().speed == 0))
        before = job.view().iteration
        job.step()
        waits["step"].append(wait(lambda before=before: job.view().iteration == before + 1))
        job.resume()
        waits["resume"].append(wait(lambda: job.view().state == "running"))
        time.sleep(1.0)
    worker.stop(job)
    stop = wait(lambda: not job.view().active)
    return {**{name: round(max(found), 3) for name, found in waits.items()}, "stop": round(stop, 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=5)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ganlab-controls-"))
    for spec in registry.specs():
        job = worker.submit(jobs.create_run(jobs.Request(spec.name, iterations=1_000_000), folder))
        wait(lambda job=job: job.view().iteration > 20)
        time.sleep(2.0)
        pace = 1 / job.view().speed
        print(json.dumps({"model": spec.name, "iteration": round(pace, 4), **obey(job, chosen.turns)}), flush=True)


if __name__ == "__main__":
    main()
