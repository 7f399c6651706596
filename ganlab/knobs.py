"""A hyper-parameter declared once: form field, command-line flag, validation and JSON follow from it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context
from typing import Any

from ganlab.errors import GanlabError

Value = int | float | bool | str
LONGEST = 60  # characters of somebody's value in a sentence


def value_in_words(value: Any) -> str:
    """The value of a setting as people read it, for example `on`, `1,000` or `0.5`."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)


def is_finite(value: Any) -> bool:
    """Whether it is a number and not infinite; an int is not, however large it is, and true and false are none."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def brief(number: float) -> str:
    """The number to six digits, a small one as 0.000001 and not as 1e-06."""
    try:
        return f"{number:.9f}".rstrip("0") if 1e-9 <= abs(number) < 1e-4 else f"{number:,g}"
    except OverflowError:  # an int that is too large for a float
        return f"{Context(prec=6).create_decimal(number):g}"


def _cut(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


@dataclass(frozen=True)
class Knob:
    """One setting of an architecture.

    The kind of the value (int, float, bool, or str for a choice) is the kind of `default`.
    `low` and `high` are inclusive bounds; `choices` lists the allowed values of a str knob.
    """

    name: str
    label: str
    default: Value
    help: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    group: str = "Training"

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"a knob's name must be an identifier: {self.name!r}")
        if isinstance(self.default, str) != bool(self.choices):
            raise ValueError(f"{self.name}: exactly the str knobs have choices")
        if self.is_number and (self.low is None or self.high is None):
            raise ValueError(f"{self.name}: a number needs bounds")
        self.check(self.default)

    @property
    def kind(self) -> type:
        return type(self.default)

    @property
    def is_number(self) -> bool:
        return self.kind in (int, float)

    @property
    def flag(self) -> str:
        """The command-line flag, for example `--batch-size`."""
        return "--" + self.name.replace("_", "-")

    def check(self, value: Any) -> Value:
        """The value in the knob's own kind; raises GanlabError with a sentence when it does not fit."""
        if self.kind is bool:
            if not isinstance(value, bool):
                raise GanlabError(f"{self.label} is a switch: it must be on or off (true or false), not {_cut(value)}.")
            return value
        if self.kind is str:
            if value not in self.choices:
                raise GanlabError(f"{self.label} can be {', '.join(self.choices)}, but not {_cut(value)}.")
            return value
        return self._check_number(value)

    def _check_number(self, value: Any) -> int | float:
        whole = self.kind is int
        if not is_finite(value):
            raise GanlabError(f"{self.label} must be a {'whole ' if whole else ''}number, not {_cut(value)}.")
        if whole and int(value) != value:
            raise GanlabError(f"{self.label} must be a whole number, not {value!r}.")
        low, high = self.low, self.high
        if (low is not None and value < low) or (high is not None and value > high):
            raise GanlabError(
                f"{self.label} must be from {brief(low or 0)} to {brief(high or 0)}, but it is {brief(value)}."
            )
        return self.kind(value)

    def parse(self, text: str) -> Value:
        """The value written as text, as on a command line or in an address."""
        if self.kind is bool:
            words = {"true": True, "on": True, "yes": True, "1": True}
            words |= {"false": False, "off": False, "no": False, "0": False}
            return self.check(words.get(text.strip().lower(), text))
        if self.kind is str:
            return self.check(text.strip())
        try:
            return self.check(int(text) if self.kind is int else float(text))
        except ValueError:
            return self.check(text)


def settle(knobs: Iterable[Knob], values: Mapping[str, Any]) -> dict[str, Value]:
    """Every knob's value: the given one, checked, or else the default.

    Raises GanlabError for a name that no knob has and for a value that does not fit.
    """
    by_name = {knob.name: knob for knob in knobs}
    for name in values:
        if name not in by_name:
            raise GanlabError(f"There is no setting called {name!r}. The settings are {', '.join(by_name)}.")
    return {name: knob.check(values.get(name, knob.default)) for name, knob in by_name.items()}
