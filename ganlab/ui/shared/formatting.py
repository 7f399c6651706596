"""Figures and names as people read them; knows no Streamlit."""

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

JOINER = "\u2060"  # of words: has no width, and no line breaks there


def span(seconds: float) -> str:
    """Seconds in words, for example `2 min 5 s`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s" if whole or not seconds else "under 1 s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


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


def day(created: str) -> str:
    """A moment as written in config.json, for people: `21 Nov 2026, 03:43`; any other text as it is."""
    try:
        moment = datetime.datetime.fromisoformat(created)
    except ValueError:
        return created
    return f"{moment.day} {moment:%b %Y, %H:%M}"


def classes(digits: Sequence[int] | None, names: Mapping[int, str] | None = None) -> str:
    """What a run is trained on, with the `names` of classes by label: `class 5`, `classes A, B`, or `all classes` for
    None."""
    if not digits:
        return "all classes"
    called = [(names or {}).get(digit, str(digit)) for digit in digits]
    return ("class " if len(called) == 1 else "classes ") + ", ".join(called)


def plain(text: str) -> str:
    """Text of a user's own, written so that Markdown shows it as it is.

    Addresses and icons are looked for when backslashes have done their work and are gone, so there is something
    invisible in those.
    """
    text = re.sub(r"(:)(?=//|material/|streamlit:)|(www)(?=\.)|(@)", rf"\1\2\3{JOINER}", text, flags=re.IGNORECASE)
    return re.sub(r"([\\`*_\[\]<>#$:~|&])", r"\\\1", text)


def many(count: int, noun: str) -> str:
    """A count with its noun, for example `1 image` or `2,000 images`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def numbers_in_words(size: int) -> str:
    """By how many numbers a model describes an image: `one number` or `16 numbers`."""
    return "one number" if size == 1 else f"{size} numbers"


def listed(parts: Iterable[str]) -> str:
    """Parts in a row, for example `3, 5 and 7`; at least one."""
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def value_in_words(value: Any) -> str:
    """The value of a setting, for example `on`, `1,000` or `0.5`."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)


def sureness(share: float) -> str:
    """How sure a classifier is, 0 to 1, for example `98%`; never 100%, as no reading is."""
    return ">99%" if share > 0.99 else f"{share:.0%}"


def name_of(names: Sequence[str], label: int) -> str:
    """What a class is called, by its label if it has no name."""
    return names[label] if label < len(names) else str(label)
