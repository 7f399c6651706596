"""What a Ray task does: it trains one member of a sweep on its node (one of the cluster's machines), with the code of
`ganlab.jobs`, and sends back what changes in the run's folder. Only Ray's processes import this.

A task comes with the files of its run's folder and unpacks them; on its node nothing of it lasts. What it has to tell
goes through the sweep's `Mailbox`, which also has what is wished of it. Its last news are what it returns.
"""

import os
import tempfile
import time
import traceback
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError

from ganlab import data
from ganlab.data import Dataset
from ganlab.jobs.ray_cluster import Ticket, Wish
from ganlab.jobs.training import Cancelled, Training
from ganlab.runs import RunWriter
from ganlab.runs.parcels import Contents, News, Parcel, unpack

SEND_SECONDS = float(os.environ.get("GANLAB_RAY_SECONDS", "2"))  # between two parcels; tests set fewer
HELD_SECONDS = 0.5  # between two questions of a training that is held


@ray.remote(num_cpus=0, max_restarts=0)
class Mailbox:
    """Where the tasks of a sweep leave what they have to tell until it is taken, and ask what they are to do."""

    def __init__(self) -> None:
        self._wishes: Mapping[Ticket, Wish] = {}
        self._begun: dict[Ticket, str] = {}
        self._parcels: list[tuple[Ticket, Parcel]] = []

    def ask(self, ticket: Ticket, node: str) -> tuple[Wish, bool]:
        """What a task is to do, and whether its last parcel was taken, so that it may send another one. Who is not
        expected, such as one whose node was given up, is to stop."""
        self._begun[ticket] = node
        return self._wishes.get(ticket, "stop"), all(sender != ticket for sender, _ in self._parcels)

    def send(self, ticket: Ticket, parcel: Parcel) -> None:
        self._parcels.append((ticket, parcel))

    def take(self, wishes: Mapping[Ticket, Wish]) -> tuple[dict[Ticket, str], list[tuple[Ticket, Parcel]]]:
        """On which nodes tasks have begun, and all parcels, in their order; `wishes` are what tasks are to do now."""
        self._wishes = wishes
        taken = self._begun, self._parcels
        self._begun, self._parcels = {}, []
        return taken


class Post:
    """A task's way to the mailbox, with what it was last told to do.

    It never waits for an answer, and does not even ask Ray whether one is there: while a task waits for Ray, for
    however short a time, Ray gives its core to another one.
    """

    def __init__(self, ticket: Ticket, mailbox: Any, news: News) -> None:
        self.ticket, self.mailbox, self.news = ticket, mailbox, news
        self.node = ray.util.get_node_ip_address()
        self.wish: Wish = "go on"
        self._asked: Future | None = None  # an answer that is on its way
        self._sent: Future | None = None
        self._next = 0.0

    def ask(self) -> bool:
        """Asks what to do, if the last time is long enough ago, and takes the answer in once it is there; returns
        whether a parcel may be sent."""
        if self._asked is not None and self._asked.done():
            self.wish, free = self._asked.result()
            self._asked, self._next = None, time.monotonic() + (HELD_SECONDS if self.wish == "pause" else SEND_SECONDS)
            return free
        if self._asked is None and time.monotonic() >= self._next:
            self._asked = self.mailbox.ask.remote(self.ticket, self.node).future()
        return False

    def tell(self) -> Wish:
        """Asks, and sends what is new if it may; for between two events of a training. Returns what to do."""
        if self.ask() and (parcel := self.news.take()):
            self._sent = self.mailbox.send.remote(self.ticket, parcel).future()
        return self.wish

    def hold(self, training: Training) -> Wish:
        """Holds a training until it is to do something else; returns what."""
        training.pause()
        while self.tell() == "pause":
            time.sleep(HELD_SECONDS / 5)
        if self.wish == "go on":
            training.go_on()
        return self.wish

    def preparing(self, what: str, fraction: float | None) -> None:
        """Asks what to do before the first event, when nothing may be sent yet."""
        self.ask()
        if self.wish == "stop":
            raise Cancelled

    def last(self) -> Parcel:
        """The last news, once all that was sent before is in the mailbox."""
        if self._sent is not None:
            self._sent.result()
        return self.news.take()


@ray.remote(max_retries=0)
def train(ticket: Ticket, content: Contents, name: str, dataset: Dataset, mailbox: Any) -> Parcel:
    """Trains the run with this folder until it ends or is to stop, and returns the last news of it. Its data are called
    `name` here; Ray brings them to a node once, and all tasks there share that memory."""
    data.give(name, dataset)
    with tempfile.TemporaryDirectory(prefix="ganlab-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "run"
        unpack(content, path)
        post = Post(ticket, mailbox, News(path, content))
        training = Training(RunWriter(path), report=post.preparing, measured_at_end=True)
        try:
            for _ in training:
                if post.tell() == "pause":
                    post.hold(training)
                if post.wish == "stop":
                    break
        except RayError:  # there is nobody to tell
            raise
        except Exception as error:  # the run says what went wrong
            if not isinstance(error, Cancelled):
                traceback.print_exc()
        finally:
            training.stop()
        return post.last()
