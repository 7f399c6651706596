"""The app as browser tests are served: SIGUSR1 stops what trains, and trainings leave time to what is looked at.

A training that is only watched would take a whole core for as long as a test looks; after its first seconds it rests
twice as long as it has worked.
"""

import signal
import threading
import time

from streamlit.web.cli import main

from ganlab.jobs import worker
from ganlab.jobs.training import Training
from ganlab.training.events import Event, Iterations

BUSY = 3.0  # seconds of training before it rests
LONGEST_REST = 0.4  # seconds

record = Training._record


def record_and_rest(self: Training, event: Event) -> None:
    before = float(self._last.rows[-1, 0]) if isinstance(self._last, Iterations) and len(self._last.rows) else 0.0
    record(self, event)
    if isinstance(event, Iterations) and len(event.rows) and event.rows[-1, 0] > BUSY:
        time.sleep(min(LONGEST_REST, 2 * (float(event.rows[-1, 0]) - before)))


Training._record = record_and_rest
signal.signal(signal.SIGUSR1, lambda *_: threading.Thread(target=worker.shutdown).start())
main()
