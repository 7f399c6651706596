"""How quickly a stroke is answered: `python -m benchmarks.repair`.

Milliseconds in the server from a stroke's end to the repaired digit, read before and after, step by step: 200 strokes,
once they are warm; idle, and beside a training in the same process.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ganlab import data, inference, jobs
from ganlab.data.drawing import center
from ganlab.inference import ClassifierRun, RepairRun

STROKES, WARM = 200, 5
STEPS = ("center", "repair", "alternatives", "read")


def strokes(model: RepairRun, classifier: ClassifierRun) -> dict[str, Any]:
    """Median and 95th percentile of each step, and of all together, in milliseconds."""
    digits = data.load("offline", download=False).x_test
    times = np.zeros([STROKES + WARM, len(STEPS)])
    for index in range(len(times)):
        drawn = digits[index % len(digits)].repeat(10, axis=0).repeat(10, axis=1)
        drawn[120:160] = 0  # the gap
        image = timed(times, index, "center", lambda drawn=drawn: center(drawn))[None]
        made = timed(times, index, "repair", lambda image=image: model.repair(image))
        timed(times, index, "alternatives", lambda image=image: model.alternatives(image, None))
        timed(times, index, "read", lambda both=(image, made): classifier.classify(np.concatenate(both)))
    kept = 1000.0 * np.column_stack([times[WARM:], times[WARM:].sum(axis=1)])
    shares = zip((*STEPS, "together"), np.percentile(kept, 50, axis=0), np.percentile(kept, 95, axis=0), strict=True)
    return {name: {"median": round(median, 1), "p95": round(p95, 1)} for name, median, p95 in shares}


def timed(times: np.ndarray, index: int, step: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    done = work()
    times[index, STEPS.index(step)] = time.perf_counter() - start
    return done


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="repair-gan")
    parser.add_argument("--classifier", default="classifier")
    chosen = parser.parse_args()
    model = inference.load_family("repair", chosen.model)
    classifier = inference.load_family("classifier", chosen.classifier)
    print(json.dumps({"idle_ms": strokes(model, classifier)}), flush=True)
    request = jobs.Request("dcgan", iterations=1_000_000)
    folder = Path(tempfile.mkdtemp(prefix="ganlab-repair-"))
    job = jobs.worker.submit(jobs.create_run(request, folder))
    while job.view().iteration < 20:
        job.wait(0.2)
    print(json.dumps({"beside_a_training_ms": strokes(model, classifier)}), flush=True)


if __name__ == "__main__":
    main()
