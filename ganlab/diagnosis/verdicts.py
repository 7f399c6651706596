"""Verdicts on a run: their names, and what is said and offered with each."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ganlab.knobs import Value

HEALTHY = "healthy"
WINNING = "discriminator winning"
COLLAPSED = "generator collapsed"
NOT_LEARNING = "not learning"
OSCILLATING = "oscillating"
DIVERGED = "diverged"
MEMORISING = "memorising"
TOO_SLOW = "too slow"
TOO_SHORT = "too short"
NOT_THERE = "not there yet"
DONE = "no longer improving"
EARLY = "too early to say"
UNMEASURED = "not measured"  # nothing is wrong, and nobody knows how good the samples are
UNSEEN = "judged by its curves"  # for want of images to look at
# In the plane
MISSING = "modes missing"
HUNTING = "hunting"
VANISHING = "vanishing gradient"


@dataclass(frozen=True)
class Try:
    """Something that may help: a label, a sentence on it, and what it takes.

    `settings` are the changes with which a new run is to be started; `iteration` is the kept snapshot to go back to;
    `length` is to how many iterations the run is to be trained on; `turns` are the knobs to turn, by name, while it
    trains. With none of them it is advice.
    """

    label: str
    text: str
    settings: Mapping[str, Value] = field(default_factory=dict)
    iteration: int | None = None
    length: int | None = None
    turns: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_advice(self) -> bool:
        """Whether there is nothing that a button could do."""
        return not (self.settings or self.turns) and self.iteration is None and self.length is None


@dataclass(frozen=True)
class Finding:
    """A verdict's name, one sentence on what it is, and one on why with the numbers behind it."""

    name: str
    what: str
    why: str


@dataclass(frozen=True)
class Diagnosis(Finding):
    """A finding and what to try."""

    tries: tuple[Try, ...] = ()

    def summary(self) -> dict[str, Any]:
        """JSON-able."""
        tries = ({name: value for name, value in asdict(one).items() if value not in (None, {})} for one in self.tries)
        return {"name": self.name, "what": self.what, "why": self.why, "tries": list(tries)}
