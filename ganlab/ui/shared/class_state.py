"""What a class has in common, in this process and in memory alone: where the host is, and drawings that guests sent."""

import secrets
import threading
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ganlab.permission import needs

MOST_DRAWINGS = 100
DRAWING_SECONDS = 3600.0  # for which a drawing is kept
LONGEST_PLACE = 4_000  # letters of an address
CLASS = "class"  # the page that is not followed


@dataclass(frozen=True)
class Place:
    """What the host shows: the page's `path` below the app's own address, such as "train"; the query of its address,
    with its question mark; and what is looked at in a run there, as live_view.js and lab_view.js tell it."""

    path: str
    search: str = ""
    look: dict[str, Any] | None = None

    @property
    def title(self) -> str:
        """What the page is called in the navigation."""
        return self.path.capitalize() or "Home"


@dataclass(frozen=True)
class Drawing:
    """What a guest drew, uint8 `[28, 28]`, and what became of it; `by` is the session that sent it."""

    key: str
    by: str
    drawn: np.ndarray
    repaired: np.ndarray
    sent: float


class ClassState:
    """`version` is another one after every change that guests are told of. Nothing here says who a guest is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.version = secrets.randbelow(2**31)  # another one than before the server was started anew
        self.place: Place | None = None
        self.gathered = 0  # how often everybody was gathered
        self.guests_train = False
        self._drawings: dict[str, Drawing] = {}
        self.shown: Drawing | None = None  # on the big screen

    def show(self, place: Place) -> None:
        """The host is there now."""
        with self._lock:
            if place != self.place and place.path != CLASS:
                self.place, self.version = place, self.version + 1

    @needs("gather the class")
    def gather(self) -> None:
        """Has everybody follow the host, whatever they chose."""
        with self._lock:
            self.gathered, self.version = self.gathered + 1, self.version + 1

    @needs("let guests train")
    def let_train(self, may: bool) -> None:
        """Whether guests may train in the Lab."""
        self.guests_train = may

    def send(self, by: str, drawn: np.ndarray, repaired: np.ndarray) -> None:
        """Takes a guest's drawing in place of the one that this session sent before. Raises ValueError for anything
        but two images, uint8 `[28, 28]`."""
        if any(image.shape != (28, 28) or image.dtype != np.uint8 for image in (drawn, repaired)):
            raise ValueError("a drawing is uint8 [28, 28]")
        one = Drawing(secrets.token_hex(8), by, drawn.copy(), repaired.copy(), time.monotonic())
        with self._lock:
            kept = {key: old for key, old in self._drawings.items() if old.by != by}
            self._drawings = dict([*kept.items(), (one.key, one)][-MOST_DRAWINGS:])

    def drawings(self) -> list[Drawing]:
        """The newest first."""
        with self._lock:
            now = time.monotonic()
            self._drawings = {key: one for key, one in self._drawings.items() if now - one.sent < DRAWING_SECONDS}
            return list(reversed(self._drawings.values()))

    @needs("show drawings to the class")
    def put_up(self, key: str) -> None:
        """Shows this drawing on the big screen, if it is still there; "" shows none."""
        with self._lock:
            found = self._drawings.get(key)
            self.shown = replace(found, by="") if found else None

    @needs("forget drawings")
    def clear(self) -> None:
        """Forgets all drawings."""
        with self._lock:
            self._drawings, self.shown = {}, None


state = ClassState()
