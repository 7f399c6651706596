"""What a person has done to a photograph of numbers: how it is turned, and how what was read is corrected.

The session keeps that while other pages are shown, and the address while the page is loaded again.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.reading import Correction, Draft, Page, as_text, draft_of, from_text
from ganlab.ui.repair.uploaded_pictures import digest

EDITINGS = "repair-photographs"  # in the session: an Editing of each photograph, by file, turns and classifier
MOST_KEPT = 4
TURNS = "repair-photograph-turns"  # in the session: by how many quarters each photograph is turned to the right
TURN, CORRECTIONS = "number-turn", "number-corrections"  # in the address, each after a mark of what it belongs to
LONGEST = 1500  # letters of corrections that the address holds


@dataclass
class Editing:
    """A photograph in this session: how it is corrected, what it was before each correction, and the chosen digit."""

    draft: Draft
    earlier: list[tuple[Draft, Correction]] = field(default_factory=list)
    chosen: int = 0
    step: int = 0  # counts what was done, so that fields begin anew

    def correct(self, correction: Correction) -> None:
        """Raises GanlabError where it cannot be done."""
        draft = correction.apply(self.draft)
        self.earlier.append((self.draft, correction))
        self._show(draft, self.chosen)

    def undo(self) -> None:
        if self.earlier:
            draft, correction = self.earlier.pop()
            self._show(draft, correction.digit)

    def choose(self, digit: int) -> None:
        self.chosen = max(0, min(digit, len(self.draft.places) - 1))

    def _show(self, draft: Draft, digit: int) -> None:
        self.draft = draft
        self.step += 1
        self.choose(digit)


def ask_turns(name: str) -> int:
    """By how many quarters the photograph of this name is turned to the right, and a button for one more."""
    kept: dict[str, int] = st.session_state.setdefault(TURNS, {})
    if name not in kept:
        told = _told(TURN, name)
        kept[name] = int(told) if told in ("1", "2", "3") else 0
    turns = kept[name]
    _tell(TURN, name, str(turns) if turns else "")
    help = "By a quarter to the right. Corrections begin anew."
    st.button("Turn the picture", key="photograph-turn", help=help, on_click=_turn_more, args=(name, turns))
    return turns


def _turn_more(name: str, turns: int) -> None:
    st.session_state[TURNS][name] = (turns + 1) % 4


def editing_of(name: str, page: Page) -> Editing:
    """The photograph as it is corrected in this session, else as the address says. What the address says follows."""
    kept: dict[str, Editing] = st.session_state.setdefault(EDITINGS, {})
    if name not in kept:
        for old in list(kept)[: 1 - MOST_KEPT]:
            del kept[old]
        kept[name] = _again(draft_of(page), from_text(_told(CORRECTIONS, name)))
    text = as_text(correction for _, correction in kept[name].earlier)
    _tell(CORRECTIONS, name, text if len(text) <= LONGEST else "")
    return kept[name]


def is_in_address() -> bool:
    """Whether the address holds the corrections of the photograph that is shown; too many have no room there."""
    return CORRECTIONS in st.query_params


def _again(draft: Draft, corrections: Sequence[Correction]) -> Editing:
    """A page with what was corrected before, up to what cannot be done."""
    editing = Editing(draft)
    with contextlib.suppress(GanlabError):
        for correction in corrections:
            editing.correct(correction)
            editing.choose(correction.digit)
    return editing


def _told(field: str, name: str) -> str:
    """What the address says in a field of what has this name; "" where it tells of something else."""
    mark, _, text = st.query_params.get(field, "").partition(".")
    return text if mark == _mark(name) else ""


def _tell(field: str, name: str, text: str) -> None:
    """Puts a text into the address, or takes it out where it is empty."""
    told = f"{_mark(name)}.{text}" if text else ""
    if told != st.query_params.get(field, ""):
        if told:
            st.query_params[field] = told
        else:
            del st.query_params[field]


def _mark(name: str) -> str:
    return digest(name.encode())[:6]
