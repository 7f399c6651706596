"""The app as browser tests are served: SIGUSR1 stops what trains, so that the next test needs no new server."""

import signal
import threading

from streamlit.web.cli import main

from ganlab.jobs import worker
from ganlab.ui.serve import open_at_the_start

signal.signal(signal.SIGUSR1, lambda *_: threading.Thread(target=worker.shutdown).start())
open_at_the_start()
main()
