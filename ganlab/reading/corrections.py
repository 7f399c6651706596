"""What a person corrects on a page of numbers, one correction after the other, and all of them as a short text.

Such a text, as `3w7-5s-2j-4d`, is what an address can hold: type 7 over digit 3, cut digit 5 in two, join digit 2 with
the next one, drop digit 4. Digits are counted from 0 in reading order, each time as they are then.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ganlab.errors import GanlabError
from ganlab.reading.draft import Draft

WRITE, SPLIT, JOIN, DROP = "wsjd"
ONE = re.compile(r"(\d{1,4})([wsjd])(\d?)", re.ASCII)


@dataclass(frozen=True)
class Correction:
    """Of a digit: which one, what is done (`WRITE`, `SPLIT`, `JOIN` or `DROP`), and what is written, `0` to `9`; with
    "", the digit is again what the classifier reads."""

    digit: int
    kind: str
    text: str = ""

    def apply(self, draft: Draft) -> Draft:
        """The draft with this correction. Raises GanlabError where it cannot be done."""
        if not 0 <= self.digit < len(draft.places):
            raise GanlabError("There is no such digit on the page. Choose another one.")
        if self.kind == WRITE:
            if self.text and not (self.text.isascii() and self.text.isdigit() and len(self.text) == 1):
                raise GanlabError("Type a digit from 0 to 9.")
            return draft.write(self.digit, self.text or None)
        return {SPLIT: draft.split, JOIN: draft.join, DROP: draft.drop}[self.kind](self.digit)

    def words(self, draft: Draft) -> str:
        """What it does, in words, to the draft as it was before, for example: 7 typed over line 1, digit 2."""
        line, place = draft.places[self.digit]
        where = f"line {line + 1}, digit {place + 1}"
        if self.kind == WRITE:
            return f"{self.text} typed over {where}" if self.text else f"{where} back to what the classifier reads"
        done = {SPLIT: "cut in two", JOIN: "joined with the next", DROP: "dropped"}
        return f"{where} {done[self.kind]}"


def as_text(corrections: Iterable[Correction]) -> str:
    """Corrections in the order in which they were made; "" where there are none."""
    return "-".join(f"{one.digit}{one.kind}{one.text}" for one in corrections)


def from_text(text: str) -> list[Correction]:
    """The corrections that `as_text` wrote, up to the first that cannot be one."""
    found = []
    for part in text.split("-"):
        told = ONE.fullmatch(part)
        if told is None or (told[3] and told[2] != WRITE):
            break
        found.append(Correction(int(told[1]), told[2], told[3]))
    return found
