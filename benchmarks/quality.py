"""What figures of merit cost a training: `python -m benchmarks.quality dcgan --seconds 300`.

Trains a GAN as published for so many seconds, and prints a line of JSON: the seconds trained and the seconds that
measuring took, timed from outside, their ratio, the largest that this ratio ever was after the tenth second, the
longest that the training had to wait at a time, and how many measurements there were, the first after how many seconds.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from ganlab import jobs
from ganlab.training.events import Iterations, Started

SETTLED = 10.0  # seconds from which the ratio is looked at


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", default="dcgan")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--dataset", default="mnist")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ganlab-quality-"))
    request = jobs.Request(chosen.model, dataset=chosen.dataset, iterations=1_000_000, precision="float32")
    training = jobs.Training(jobs.create_run(request, folder))
    steps: list[float] = []
    worst = trained = first = 0.0
    for event in training:
        if isinstance(event, Started):
            assert training.measuring
            training.measuring.go_on = timed(training.measuring.go_on, steps)
        elif isinstance(event, Iterations):
            trained = float(event.rows[-1, 0])
            if trained > SETTLED:
                worst = max(worst, sum(steps) / trained)
            if not first and len(training.writer.run.quality()[0]):
                first = trained
            if trained > chosen.seconds:
                break
    training.stop()
    found = {
        "model": chosen.model,
        "trained": round(trained, 1),
        "measuring": round(sum(steps), 2),
        "share": round(sum(steps) / trained, 4),
        "largest_share": round(worst, 4),
        "longest_wait": round(max(steps, default=0.0), 3),
        "measurements": len(training.writer.run.quality()[0]),
        "first_after": round(first, 1),
    }
    print(json.dumps(found))


def timed(function: Any, seconds: list[float]) -> Any:
    """The same function, which notes how long each call takes."""

    def call(*given: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*given)
        finally:
            seconds.append(time.perf_counter() - start)

    return call


if __name__ == "__main__":
    main()
