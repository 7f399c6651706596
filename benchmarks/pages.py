"""How long a fresh process takes to draw each page, but for Streamlit's import: `python -m benchmarks.pages`."""

import json
import os
import statistics
import subprocess
import sys
import tempfile

TURNS = 5
CODE = """
import sys, time
from streamlit.testing.v1 import AppTest
start = time.perf_counter()
test = AppTest.from_file("pages/{page}.py", default_timeout=60).run()
assert not test.exception, test.exception
assert "tensorflow" not in sys.modules
print(time.perf_counter() - start)
"""


def main() -> None:
    for page in ("home", "train", "runs"):
        seconds = []
        for _ in range(TURNS):
            command = [sys.executable, "-c", CODE.format(page=page)]
            with tempfile.TemporaryDirectory() as folder:
                environment = {**os.environ, "GANLAB_RUNS": folder}
                done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
            seconds.append(float(done.stdout))
        print(json.dumps({"page": page, "seconds": round(statistics.median(seconds), 2), "longest": max(seconds)}))


if __name__ == "__main__":
    main()
