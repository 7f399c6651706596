"""How long a person waits for a training: learned from the last run on this machine, else from timed iterations."""

import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ganlab.training import devices

USUAL = "any training"  # the key of what is known of the last run, whatever it trained
RATIO, READY = 1.15, 3.0  # before any run has shown how much longer than bare iterations a training takes here
ENOUGH = 20  # iterations from which a pace is remembered
WINDOW, SHORTEST = 60.0, 3.0  # seconds over which other programs' work is looked at


@dataclass(frozen=True)
class Pace:
    """Seconds that pass for each iteration, with its pictures and measurements, and before the first one.

    `timed` says that no run has shown this yet: bare iterations were timed, and the rest is as in the last run.
    """

    iteration: float
    ready: float
    timed: bool = False

    def seconds(self, iterations: int) -> float:
        return self.ready + self.iteration * iterations


def known_pace(key: str) -> Pace | None:
    """What is known of a training with the settings `key`; None before one has been trained or timed here."""
    kept = devices.known_wait(key)
    if kept:
        return Pace(kept["iteration"], kept["ready"])
    speed = devices.known_speed(key)
    if speed is None:
        return None
    usual = devices.known_wait(USUAL) or {"iteration": RATIO, "ready": READY}
    return Pace(speed * usual["iteration"], usual["ready"], timed=True)


def roughly(seconds: float) -> str:
    """Seconds in words, roughly, for example `2 min` or `1.5 hours`."""
    if seconds < 1:
        return f"{1000 * seconds:.2g} ms"
    if seconds < 90:
        return f"{float(f'{seconds:.2g}'):g} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.2g} hours"


def about(seconds: float) -> str:
    """Seconds of waiting in words, as finely as anybody plans with, for example `1 min 20 s`."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    if seconds >= 600:
        return roughly(seconds)
    minutes, rest = divmod(10 * round(seconds / 10), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


class Stopwatch:
    """The wall clock of one training: how long it took to get ready, and its iterations while it was not paused."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.once = 0.0  # seconds of getting ready that the next training does not need
        self.ready: float | None = None
        self.iterations, self.seconds = 0, 0.0
        self._last: tuple[float, int] | None = None

    @contextmanager
    def once_only(self) -> Iterator[None]:
        """For work that the next training is spared."""
        start = time.monotonic()
        yield
        self.once += time.monotonic() - start

    def note(self, iteration: int) -> None:
        """After so many iterations."""
        now = time.monotonic()
        if self.ready is None:
            self.ready = max(0.0, now - self.began - self.once)
        if self._last is not None:
            self.seconds += now - self._last[0]
            self.iterations += iteration - self._last[1]
        self._last = (now, iteration)

    def hold(self) -> None:
        """Leaves out the time until the next iteration."""
        self._last = None

    def remember(self, key: str, iteration: float) -> None:
        """Keeps what a training with the settings `key` took, whose bare iterations took `iteration` seconds each."""
        if self.iterations < ENOUGH or self.ready is None or iteration <= 0:
            return
        pace = self.seconds / self.iterations
        devices.remember_wait(key, pace, self.ready)
        devices.remember_wait(USUAL, max(1.0, pace / iteration), self.ready)


class Others:
    """How much of this machine's processors other programs use, where the system tells: on Linux."""

    def __init__(self) -> None:
        self._looks: deque[tuple[float, float, float, float]] = deque()

    def share(self) -> float | None:
        """From 0 to 1, over the time since an earlier call; None at first, and where the system does not tell."""
        try:
            now = _look()
        except (OSError, ValueError):
            return None
        while len(self._looks) > 1 and now[0] - self._looks[1][0] > SHORTEST and now[0] - self._looks[0][0] > WINDOW:
            self._looks.popleft()
        self._looks.append(now)
        when, busy, whole, own = (after - before for after, before in zip(now, self._looks[0], strict=True))
        return min(1.0, max(0.0, busy - own) / whole) if when >= SHORTEST and whole > 0 else None


def _look() -> tuple[float, float, float, float]:
    """The time, and seconds of all processors: those at work, all, and those at work for this program."""
    ticks = [int(number) for number in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    second = os.sysconf("SC_CLK_TCK")
    return time.monotonic(), (sum(ticks) - ticks[3] - ticks[4]) / second, sum(ticks) / second, time.process_time()
