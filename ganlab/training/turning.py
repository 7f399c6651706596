"""Knobs that are turned while a model trains: from which iteration on which has which value."""

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple


class Turned(NamedTuple):
    """A knob has this value from the iteration after the first `iteration` ones on."""

    iteration: int
    name: str
    value: float


class Turns:
    """What is turned, planned or asked for while training goes on; any thread may ask.

    `values` are those that the knobs have at the start. `record(turns)` is told of all of them, in their order,
    whenever one that was asked for has found its iteration, before that iteration is done.
    """

    def __init__(
        self,
        values: Mapping[str, float] | None = None,
        planned: Iterable[Turned] = (),
        record: Callable[[list[Turned]], None] = lambda turns: None,
    ) -> None:
        self.values = dict(values or {})
        self._all = sorted(planned, key=lambda turn: turn.iteration)
        self._done = 0
        self._back: list[Turned] = []  # of what is turned for a while: what is due at its end
        self._record = record
        self._asked: list[tuple[str, float, int | None]] = []
        self._lock = threading.Lock()

    def ask(self, name: str, value: float, iterations: int | None = None) -> None:
        """Turns a knob before the next iteration; for so many iterations only, if that is given, then back to what it
        had when it was last turned for good. The latest turn of a knob is what counts."""
        with self._lock:
            self._asked.append((name, value, iterations))

    @property
    def count(self) -> int:
        """How many turns there are, with those that were asked for and have not found their iteration."""
        with self._lock:
            return len(self._all) + 2 * len(self._asked)

    def due(self, iteration: int) -> list[Turned]:
        """What is to be turned after the first `iteration` iterations, and has not been yet, in its order."""
        with self._lock:
            asked, self._asked = self._asked, []
        found = []
        while self._done < len(self._all) and self._all[self._done].iteration <= iteration:
            found.append(self._all[self._done])
            self._done += 1
        if asked:
            known = self.values | {turn.name: turn.value for turn in found}
            for name, value, iterations in asked:
                found.append(Turned(iteration, name, value))
                self._all.insert(self._done, found[-1])
                self._done += 1
                before = self._no_longer_back(name)
                if iterations is not None:
                    usual = known[name] if before is None else before.value
                    self._back.append(Turned(iteration + iterations, name, usual))
                    self._all.append(self._back[-1])
                known[name] = value
            self._all[self._done :] = sorted(self._all[self._done :], key=lambda turn: turn.iteration)
            self._record(list(self._all))
        self.values |= {turn.name: turn.value for turn in found}
        return found

    def _no_longer_back(self, name: str) -> Turned | None:
        """Drops what is to happen at the end of a knob's turn for a while, if it is in one, and returns it."""
        ahead = self._all[self._done :]
        self._back = [turn for turn in self._back if turn in ahead]
        found = next((turn for turn in self._back if turn.name == name), None)
        if found is not None:
            self._back.remove(found)
            ahead.remove(found)
            self._all[self._done :] = ahead
        return found

    def room(self, iteration: int, most: int) -> int:
        """How many iterations, `most` of them at most, can be done before something is turned again."""
        if self._done == len(self._all):
            return most
        return min(most, self._all[self._done].iteration - iteration)
