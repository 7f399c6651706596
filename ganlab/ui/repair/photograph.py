"""A photograph of handwritten numbers: a box on each digit, what becomes of it, and corrections by hand."""

import base64
import io
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from ganlab.data import damages
from ganlab.inference import ClassifierRun
from ganlab.reading import (
    CERTAIN,
    DROP,
    JOIN,
    SPLIT,
    WRITE,
    Correction,
    Cut,
    Draft,
    Page,
    as_csv,
    read_page,
)
from ganlab.ui.repair import number_damage, photograph_editing
from ganlab.ui.repair.model_choice import Models
from ganlab.ui.repair.photograph_editing import Editing, editing_of, is_in_address
from ganlab.ui.repair.readings import Readings, repair
from ganlab.ui.repair.uploaded_pictures import digest
from ganlab.ui.shared import assets
from ganlab.ui.shared.assets import component
from ganlab.ui.shared.fields import download
from ganlab.ui.shared.formatting import many, plain, sureness
from ganlab.ui.shared.pictures import picture
from ganlab.ui.shared.problems import keep_errors, show_kept

MOST_CHANGES = 8  # that the repair made, which are named
PROBLEM = "repair-photograph-problem"  # in the session: why a correction could not be done
PIECE = "repair-photograph"
KEPT = "The address of this page holds your corrections, so they are still there after a reload."
NOT_KEPT = (
    "There are more corrections than the address of this page can hold, so a reload loses them. Save the numbers first."
)
WIDTH = 92  # screen pixels of a picture of a digit
AROUND = 0.2  # of a digit's size: what is shown beside it


def show(models: Models, file: bytes) -> None:
    """All that follows the upload. Raises GanlabError where the picture cannot be read."""
    turns = photograph_editing.ask_turns(digest(file))
    name = f"{digest(file)} {turns}"
    page = _read_page(models.reader, models.key[1], file, turns)
    editing = editing_of(f"{name} {models.key[1]}", page)
    if page.notices:
        st.caption(plain(" ".join(page.notices)))
    if not editing.draft.places:
        st.info("No digit is left. Press Undo to bring the last one back.")
        _undo_button(editing)
        return
    above = st.container()
    kind, seed, known = number_damage.choose(number_damage.NONE)
    number_damage.way_to_figures(kind, known)
    written = editing.draft.page.images
    lost = None if kind == number_damage.NONE else damages.draw_masks(kind, len(written), seed)
    readings = repair(models, models.key, written, lost, known)
    with above:
        left, right = st.columns([3, 2], gap="medium")
        with left:
            _photograph(editing, readings, name)
        with right:
            _digit(editing, readings, lost is not None)
        _numbers(editing.draft, readings)


@st.cache_data(max_entries=4, show_spinner="Finding the lines and digits on the photograph", show_time=True)
def _read_page(_reader: ClassifierRun | None, key: Any, file: bytes, turns: int) -> Page:
    return read_page(file, _reader, turns)


# The photograph


def _photograph(editing: Editing, readings: Readings, name: str) -> None:
    page = editing.draft.page
    about = {
        "picture": _jpeg(page.picture, name),
        "width": page.picture.shape[1],
        "height": page.picture.shape[0],
        "boxes": boxes(editing.draft, readings.after),
        "chosen": editing.chosen,
    }
    piece = component("ganlab_photograph", "repair/photograph", css=assets.text("shared/piece.css"))
    piece(key=PIECE, data=about, on_asked_change=partial(_asked, editing))
    found = f"{many(len(editing.draft.places), 'digit')} in {many(len(editing.draft.typed), 'line')}"
    st.caption(
        f"{found}. Press a box to see its digit. Go from box to box with the arrow keys, and type 0 to 9 to correct a "
        f"digit. Dashed: the classifier is less than {CERTAIN:.0%} sure. Double: typed by you."
    )
    if editing.earlier:
        st.caption(KEPT if is_in_address() else NOT_KEPT)


@st.cache_data(max_entries=4, show_spinner=False)
def _jpeg(_picture: np.ndarray, name: str) -> str:
    file = io.BytesIO()
    Image.fromarray(_picture).save(file, "JPEG", quality=80)
    return base64.b64encode(file.getvalue()).decode()


def boxes(draft: Draft, after: np.ndarray | None) -> list[dict[str, Any]]:
    """A box for each digit (PhotographBox in types.d.ts), with what is read after the repair, `[n, 10]`."""
    made = []
    for digit, (line, place) in enumerate(draft.places):
        text, words, look = _read_as(draft, digit, after)
        box = [round(draft.page.scale * edge) for edge in draft.page.lines[line][place].box]
        label = f"Line {line + 1}, digit {place + 1}: {words}"
        made.append({"box": box, "line": line, "text": text, "label": label, "look": look})
    return made


def _read_as(draft: Draft, digit: int, after: np.ndarray | None) -> tuple[str, str, str]:
    """What a digit is taken for, the same in words, and how its box looks."""
    line, place = draft.places[digit]
    typed = draft.typed[line][place]
    if typed is not None:
        return typed, f"{typed}, typed by you", "typed"
    if after is None:
        return "", "not read", ""
    sure = float(after[digit].max())
    read = str(after[digit].argmax())
    return read, f"{read}, {sureness(sure)} sure", "unsure" if sure < CERTAIN else ""


def _asked(editing: Editing) -> None:
    """Does what was asked for on the photograph, in the browser."""
    asked = (st.session_state.get(PIECE) or {}).get("asked") or {}
    digit, text = asked.get("digit"), asked.get("write")
    if not isinstance(digit, int | float) or not 0 <= digit < len(editing.draft.places):
        return
    editing.choose(int(digit))
    if text is not None:
        _write(editing, str(text))


# One digit


def _digit(editing: Editing, readings: Readings, damaged: bool) -> None:
    """The chosen digit: its steps, and what can be corrected."""
    draft, digit = editing.draft, editing.chosen
    line, place = draft.places[digit]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(f"Line {line + 1}, digit {place + 1}", anchor=False, width="content")
        for words, other in (("Previous", digit - 1), ("Next", digit + 1)):
            key, out = f"photograph-{words.lower()}", not 0 <= other < len(draft.places)
            st.button(words, key=key, on_click=editing.choose, args=(other,), disabled=out)
    _steps(draft.page, draft.page.lines[line][place], readings, digit, damaged)
    typed = draft.typed[line][place]
    st.markdown(f"In the number: **{_read_as(draft, digit, readings.after)[1]}**.")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        key = f"photograph-write-{editing.step}-{digit}"
        help = "A digit from 0 to 9. Empty the field to go back to what the classifier reads."
        settle = partial(_typed, editing, key)
        st.text_input("Type over it", typed or "", 1, key=key, help=help, width=130, on_change=settle)
    with st.container(horizontal=True, gap="small"):
        is_last = place == len(draft.typed[line]) - 1
        _correction(editing, "Cut in two", SPLIT, "Where two digits are in one box.")
        _correction(editing, "Join with the next", JOIN, "Where one digit is in two boxes.", disabled=is_last)
        _correction(editing, "Drop", DROP, "Where this is no digit.")
        _undo_button(editing)
    show_kept(PROBLEM)


def _steps(page: Page, cut: Cut, readings: Readings, digit: int, damaged: bool) -> None:
    """What becomes of a digit, a picture each; below those that the classifier reads, what it reads."""
    stages = [("28x28", readings.written), ("damaged", readings.damaged), ("repaired", readings.repaired)]
    if not damaged:
        del stages[1]
    read = {stages[-2][0]: readings.before, stages[-1][0]: readings.after}
    with st.container(horizontal=True, gap="small", key="photograph-steps"):
        with st.container(width=WIDTH):
            picture(cut_out(page, cut), "cut out", WIDTH, 4, alt=f"Digit {digit + 1} on the photograph")
        for name, images in stages:
            with st.container(width=WIDTH, gap="xsmall"):
                picture(images[digit], name, WIDTH, 6, alt=f"Digit {digit + 1}, {name}")
                probabilities = read.get(name)
                if probabilities is not None:
                    best, sure = probabilities[digit].argmax(), float(probabilities[digit].max())
                    st.markdown(f"**{best}** ({sureness(sure)})", text_alignment="center")


def cut_out(page: Page, cut: Cut) -> np.ndarray:
    """The square of the photograph around a digit, uint8 `[h, h, 3]`; grey where it goes beyond the edge."""
    left, top, right, bottom = (page.scale * edge for edge in cut.box)
    half = max(1, round((0.5 + AROUND) * max(right - left, bottom - top)))
    x, y = round((left + right) / 2), round((top + bottom) / 2)
    padded = np.pad(page.picture, ((half, half), (half, half), (0, 0)), constant_values=128)
    return padded[y : y + 2 * half, x : x + 2 * half]


def _correction(editing: Editing, words: str, kind: str, help: str, disabled: bool = False) -> None:
    key = f"photograph-{words.split()[0].lower()}"
    what = Correction(editing.chosen, kind)
    st.button(words, key=key, help=help, disabled=disabled, on_click=_correct, args=(editing, what))


def _correct(editing: Editing, correction: Correction) -> None:
    with keep_errors(PROBLEM):
        editing.correct(correction)


def _undo_button(editing: Editing) -> None:
    """Takes the last correction back, and says which that is."""
    help = "Takes back the last correction"
    if editing.earlier:
        draft, correction = editing.earlier[-1]
        help += f": {correction.words(draft)}"
    st.button("Undo", key="photograph-undo", help=f"{help}.", disabled=not editing.earlier, on_click=editing.undo)


def _typed(editing: Editing, key: str) -> None:
    _write(editing, str(st.session_state[key]).strip())


def _write(editing: Editing, text: str) -> None:
    _correct(editing, Correction(editing.chosen, WRITE, text))


# All of them


def _numbers(draft: Draft, readings: Readings) -> None:
    """The numbers as text, to copy."""
    st.subheader("The numbers", anchor=False)
    if readings.after is None:
        st.info("There is no classifier to read the digits. Train one on the Train page, or type over them.")
    else:
        st.markdown(plain(what_to_check(draft, readings)))
    lines, table = "\n".join(draft.texts(readings.after)), as_csv(draft, readings.before, readings.after)
    st.code(lines, language=None)
    with st.container(horizontal=True, vertical_alignment="center"):
        download("Save as CSV", table.encode(), "numbers.csv", key="photograph-csv")
        copies = component("ganlab_copy", "repair/copy_buttons", css=assets.text("shared/piece.css"))
        copies(key="photograph-copy", data={"Copy as text": lines, "Copy as CSV": table})


def what_to_check(draft: Draft, readings: Readings) -> str:
    """Of how many digits the classifier is not sure, which readings the repair changed, and how many were typed."""
    looks = [_read_as(draft, digit, readings.after)[2] for digit in range(len(draft.places))]
    unsure, typed = looks.count("unsure"), looks.count("typed")
    boxes = "box" if unsure == 1 else "boxes"
    said = [f"The classifier is less than {CERTAIN:.0%} sure of {many(unsure, 'digit')}: look at the dashed {boxes}."]
    if not unsure:
        said = [f"Every digit that you did not type was read with at least {CERTAIN:.0%} certainty."]
        said = said if typed else [f"Every digit was read with at least {CERTAIN:.0%} certainty."]
    said.append("The classifier takes everything for a digit, so drop the boxes that are no digits.")
    if readings.before is not None and readings.after is not None:
        said.append(what_changed(draft, readings.before, readings.after))
    said.append(f"You typed {many(typed, 'digit')}." if typed else "")
    return " ".join(filter(None, said))


def what_changed(draft: Draft, before: np.ndarray, after: np.ndarray) -> str:
    """Which digits are read differently after the repair, both `[n, 10]`; "" where none is."""
    changes = [
        f"line {line + 1}, digit {place + 1} from {old} to {new}"
        for (line, place), old, new in zip(draft.places, before.argmax(axis=1), after.argmax(axis=1), strict=True)
        if old != new
    ]
    if not changes:
        return ""
    more = len(changes) - MOST_CHANGES
    named = "; ".join(changes[:MOST_CHANGES]) + (f"; and {many(more, 'more digit')}" if more > 0 else "")
    return f"The repair changed what it reads in {many(len(changes), 'digit')}: {named}."
