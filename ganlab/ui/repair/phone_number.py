"""A whole telephone number: its digits found on a strip, damaged if asked, repaired and read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from ganlab import images
from ganlab.data import damages, strip
from ganlab.errors import GanlabError
from ganlab.evaluation import Restaurant
from ganlab.ui.repair import number_damage, photograph, uploaded_pictures, url_fields
from ganlab.ui.repair.model_choice import Models, choose_models
from ganlab.ui.repair.number_damage import NONE
from ganlab.ui.repair.readings import Readings, repair
from ganlab.ui.repair.repair_result import UNSURE
from ganlab.ui.shared.canvas import draw
from ganlab.ui.shared.fields import LARGEST_SEED
from ganlab.ui.shared.formatting import listed, many, plain, sureness
from ganlab.ui.shared.model_picker import digits
from ganlab.ui.shared.pictures import picture
from ganlab.ui.shared.problems import show_errors

LENGTH = Restaurant().digits
PAPER = (1120, 160)  # pixels; half as wide for half a number
MARKER = 11  # pixels: as wide beside a digit on the strip as MNIST's strokes
# A number that the pretrained classifier reads wrongly while strokes are missing, and correctly once the pretrained
# model has repaired it: with MNIST's images, and with the offline digits.
SAMPLE_SEED, SAMPLE_DAMAGE = 32, "strokes"
SAMPLE_GAP, SAMPLE_SCALE = 0.45, 4
WIDTH = 84  # screen pixels of a digit
FRAME = (26, 150, 122)
HALVES = ("first", "second")


@dataclass(frozen=True)
class Number:
    """Writing on a strip, uint8 `[h, w]`, each half on its own where there are two, and what it says, `[n]`, where that
    is known."""

    strips: tuple[np.ndarray, ...]
    truth: np.ndarray | None = None


def show() -> None:
    """The whole section; the book's case comes last, so that the number is in sight on a phone."""
    models = choose_models()
    if models is not None and models.of_digits:
        st.fragment(_number)(models)
    elif models is not None:
        st.info(
            "A telephone number is made of digits. Choose a repair model and a classifier that learned from digits."
        )
    st.markdown(restaurant_words(Restaurant()))


def restaurant_words(case: Restaurant, accuracy: float = 0.99) -> str:
    """The book's case, in a paragraph."""
    return (
        "The book *Python Deep Learning Projects* describes a chain of restaurants where guests write their telephone "
        f"numbers on tablets. {case.sites} restaurants with {case.tables} tables, each used {case.sittings} times a "
        f"day, collect **{case.numbers:,} numbers of {case.digits} digits a day**. One wrong digit makes a number "
        f"wrong: if the classifier reads {accuracy:.0%} of the digits correctly, about "
        f"{case.wrong(accuracy)['numbers']:.0f} numbers a day are still wrong."
    )


_find = st.cache_data(max_entries=30, show_spinner="Finding the digits")(strip.find_digits)


def _find_on_each(strips: Sequence[np.ndarray]) -> list[list[strip.Found]]:
    """The digits on each paper. A paper on which none can be found has none, which is said; raises GanlabError where
    that is so of all."""
    found, problems = [], []
    for place, ink in enumerate(strips):
        try:
            found.append(_find(ink))
        except GanlabError as error:
            found.append([])
            problems.append((place, error))
    if len(problems) == len(strips):
        raise problems[0][1]
    for place, error in problems:
        why = "" if str(error) == strip.EMPTY else f" {error}"
        st.warning(plain(f"No digit was found on the {HALVES[place]} paper, so only the other paper is read.{why}"))
    return found


def _number(models: Models) -> None:
    """All that follows the strokes."""
    way = url_fields.segments("Where the number comes from", "number-from", WAY_TITLES, "write")
    with show_errors():
        if way == "upload" and (file := _uploaded()) is not None:
            photograph.show(models, file)
            return
        number = WAYS[way]() if way in WAYS else None
        own = number is not None and way != "sample"
        if number is None:
            number = sample(SAMPLE_SEED)
            st.info("The digits of your number will appear here. Until then, here is an example.")
        found = _find_on_each(number.strips)
        every = [digit for part in found for digit in part]
        if len(every) > strip.MOST_DIGITS:
            raise GanlabError(
                f"There are {len(every)} digits on the two papers, but at most {strip.MOST_DIGITS} can be read at a "
                "time. Write fewer digits."
            )
        _strips(number.strips, found)
        written = np.stack([digit.image for digit in every])
        kind, seed, known = number_damage.choose(NONE if own else SAMPLE_DAMAGE)
        number_damage.way_to_figures(kind, known)
        lost = None if kind == NONE else damages.draw_masks(kind, len(written), seed)
        readings = repair(models, models.key, written, lost, known)
        if readings.before is not None and readings.after is not None:
            _texts(readings.before, readings.after, number.truth)
        else:
            st.info("There is no classifier to read the digits. Train one on the Train page, then come back.")
        _cards(readings, lost is not None)


# Where the number comes from


def _written() -> Number | None:
    words = "Write each half of the number on a paper of its own. On a small screen this leaves more room."
    on_a_phone = "Mobi" in (st.context.headers.get("User-Agent") or "")
    halves = url_fields.toggle("In two halves", "halves", on_a_phone, words)
    width, height = PAPER
    if not halves:
        ink = draw("repair-number", width, height, MARKER, "Write a telephone number here")
        return None if ink is None else Number((ink,))
    drawn = []
    for column, half in zip(st.columns(2), HALVES, strict=True):
        with column:
            drawn.append(draw(f"repair-number-{half}", width // 2, height, MARKER, f"Write the {half} half here"))
    inks = tuple(ink for ink in drawn if ink is not None)
    return Number(inks) if inks else None


def _uploaded() -> bytes | None:
    return uploaded_pictures.ask(
        "number-upload", "A photograph or picture of numbers, in one or more lines", kinds=True
    )


def _sampled() -> Number:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = url_fields.seed("Seed of the number", "number-seed", "gives the same number", SAMPLE_SEED, 180)
        st.button("Show another number", key="repair-number-next", on_click=_write_another, args=(seed,))
    number = sample(seed)
    real = digits("mnist")
    st.caption(f"{LENGTH} images from the data set {plain(real.source)}, placed side by side.")
    return number


def _write_another(seed: int) -> None:
    url_fields.put("number-seed", (seed + 1) % (LARGEST_SEED + 1))


def sample(seed: int) -> Number:
    """Ten real digits side by side: test images of MNIST where this computer has them, else of the offline digits.

    Raises GanlabError where there are neither.
    """
    real = digits("mnist")
    rng = np.random.default_rng([seed, LENGTH])
    chosen = rng.choice(len(real.images), LENGTH, replace=False)
    ink = strip.compose(real.images[chosen], seed, SAMPLE_GAP, SAMPLE_SCALE)
    return Number((ink,), real.labels[chosen])


WAYS = {"write": _written, "sample": _sampled}
WAY_TITLES = {"write": "Write it", "upload": "Photograph it", "sample": "A sample number"}


# What becomes of it


def _strips(inks: Sequence[np.ndarray], found: Sequence[Sequence[strip.Found]]) -> None:
    """The writing, with a frame around each digit that was found."""
    words = f"{many(sum(map(len, found)), 'digit')} found, each in a frame"
    for ink, boxes in zip(inks, found, strict=True):
        st.image(images.png(frame_digits(ink, boxes)), alt=words, output_format="PNG")
    st.caption(f"{words}. Pieces of one digit are joined across gaps; specks and dashes are ignored.")


def frame_digits(ink: np.ndarray, found: Sequence[strip.Found]) -> np.ndarray:
    """The writing, uint8 `[h, w]`, in colours, uint8 `[h, w, 3]`, with a frame around each digit."""
    framed = ink[..., None].repeat(3, axis=2)
    thick = max(1, round(min(ink.shape) / 40))
    for digit in found:
        top, left = max(0, digit.top - 2 * thick), max(0, digit.left - 2 * thick)
        bottom, right = digit.bottom + 2 * thick, digit.right + 2 * thick
        inside = framed[top + thick : bottom - thick, left + thick : right - thick].copy()
        framed[top:bottom, left:right] = FRAME
        framed[top + thick : bottom - thick, left + thick : right - thick] = inside
    return framed


def _texts(before: np.ndarray, after: np.ndarray, truth: np.ndarray | None) -> None:
    """The number as text before and after the repair, both `[n, 10]`, and what differs."""
    first, then = before.argmax(axis=1), after.argmax(axis=1)
    for column, name, read in zip(st.columns(2), ("Before", "After"), (first, then), strict=True):
        with column:
            st.markdown(f"**{name} the repair**")
            st.code(_text(read), language=None)
    st.markdown(plain(what_changed(first, then)))
    if truth is not None:
        st.markdown(plain(what_is_wrong(first, then, truth)))
    unsure = [str(place) for place, sure in enumerate(after.max(axis=1), 1) if sure < UNSURE]
    if unsure:
        st.info(
            f"After the repair, the classifier is not sure of {_digits(unsure)}. The classifier knows only the ten "
            "digits. It cannot read a letter, or two digits in one frame."
        )


def _text(read: np.ndarray) -> str:
    return "".join(map(str, read.tolist()))


def _digits(places: Sequence[str]) -> str:
    """For example: digit 3; or: digits 3, 5 and 7."""
    return f"digit{'' if len(places) == 1 else 's'} {listed(places)}"


def what_changed(before: np.ndarray, after: np.ndarray) -> str:
    """Which digits are read differently after the repair; both int `[n]`."""
    changes = [
        f"digit {place} from {old} to {new}"
        for place, (old, new) in enumerate(zip(before, after, strict=True), 1)
        if old != new
    ]
    if not changes:
        return "The classifier reads the same number before and after the repair."
    return f"The repair changed what the classifier reads: {'; '.join(changes)}."


def what_is_wrong(before: np.ndarray, after: np.ndarray, truth: np.ndarray) -> str:
    """Which digits of a number that is known are read wrongly; all int `[n]`."""
    if len(truth) != len(before):
        return (
            f"The number is {_text(truth)}, which has {len(truth)} digits, but {len(before)} were found. So the digits "
            "cannot be compared one by one."
        )
    first, then = _which_wrong(before, truth), _which_wrong(after, truth)
    ends = (
        f"Before and after the repair, {first}." if first == then else f"Before the repair, {first}. After it, {then}."
    )
    return f"The number is {_text(truth)}. {ends}"


def _which_wrong(read: np.ndarray, truth: np.ndarray) -> str:
    """For example: digits 3 and 5 are read wrongly."""
    wrong = [str(place) for place in np.flatnonzero(read != truth) + 1]
    if not wrong:
        return "all digits are read correctly"
    return f"{_digits(wrong)} {'is' if len(wrong) == 1 else 'are'} read wrongly"


def _cards(readings: Readings, damaged: bool) -> None:
    """Every digit, cut out, with what becomes of it."""
    empty = [str(place) for place, digit in enumerate(readings.damaged, 1) if not digit.any()]
    if empty:
        st.warning(f"Nothing is left of {_digits(empty)}, so the model has to guess.")
    stages = [("as written", readings.written), ("damaged", readings.damaged), ("repaired", readings.repaired)]
    if not damaged:
        del stages[1]
    read = {stages[-2][0]: readings.before, stages[-1][0]: readings.after}
    if readings.before is not None:
        st.caption("Below each picture: what the classifier reads, and how sure it is.")
    with st.container(horizontal=True, gap="xsmall", key="repair-number-digits"):
        for place in range(len(readings.written)):
            with st.container(border=True, width=WIDTH + 34, gap="xsmall"):
                st.markdown(f"**Digit {place + 1}**")
                for name, pictures in stages:
                    picture(pictures[place], name, WIDTH, 6, alt=f"Digit {place + 1} {name}")
                    probabilities = read.get(name)
                    if probabilities is not None:
                        read_as, sure = probabilities[place].argmax(), float(probabilities[place].max())
                        st.markdown(f"**{read_as}** ({sureness(sure)})", text_alignment="center")
                if readings.before is not None and readings.after is not None:
                    changed = readings.before[place].argmax() != readings.after[place].argmax()
                    st.markdown("changed" if changed else "the same", text_alignment="center")
