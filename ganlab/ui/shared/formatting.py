"""Figures and names as people read them; knows no Streamlit."""

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence

JOINER = "\u2060"  # of words: has no width, and no line breaks there


def span(seconds: float) -> str:
    """Seconds in words, for example `2 min 5 s`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s" if whole or not seconds else "under 1 s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


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


def sureness(share: float) -> str:
    """How sure a classifier is, 0 to 1, for example `98%`; never 100%, as no reading is."""
    return ">99%" if share > 0.99 else f"{share:.0%}"


def name_of(names: Sequence[str], label: int) -> str:
    """What a class is called, by its label if it has no name."""
    return names[label] if label < len(names) else str(label)
