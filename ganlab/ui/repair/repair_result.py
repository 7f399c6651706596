"""What becomes of a damaged digit: the repair, what changed, and how it is read before and after."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from ganlab import images, permission
from ganlab.evaluation import Outcome, repair_and_read, variety
from ganlab.inference import CANDIDATES
from ganlab.ui.repair.digit_source import Task
from ganlab.ui.repair.model_choice import Models
from ganlab.ui.shared import charts
from ganlab.ui.shared.assets import component
from ganlab.ui.shared.fields import choose_button, download
from ganlab.ui.shared.formatting import many, plain
from ganlab.ui.shared.pictures import base64_png, picture
from ganlab.ui.shared.theme import DAMAGED, REPAIRED

UNSURE = 0.6
CLEAR = 64  # grey levels, a quarter of the way from black to white
ALIKE = 40  # grey levels: repairs whose strokes differ by less than this look alike (by eye: at 36 they do, at 42 not)
LIGHTER, DARKER, MASKED = (86, 180, 233), (230, 97, 1), (64, 64, 64)  # Okabe and Ito's sky blue, an orange, grey
RANKED = (
    "They are sorted by the model's **critic**, the network that judged its repairs during training: the most likely "
    "repair comes first."
)
UNRANKED = "This model was trained without a critic, a network that says how likely each repair is."
STYLE = """
<style>
.st-key-repair-read h2 { font-size: 1.25rem; font-weight: 600; line-height: 1.2; padding: 0.5rem 0 1rem; }
</style>
"""  # the heading comes right after the page's title, and is no larger than a sentence
WIDTH = 124  # screen pixels of a picture: four stand beside each other on a screen of 1,024
SCALE = 6  # of its pixels
FEWER = 2  # candidates for each repair of a guest, whose strokes are answered beside the host's training
CHOSEN = "alternative"  # in the address: of which task, and which


@dataclass(frozen=True)
class Changes:
    """How many pixels became `lighter`, so many of them `clearly`, and `darker`; of a known damage, of how many `lost`
    ones, and how many changed outside of it."""

    lighter: int
    clearly: int
    darker: int
    lost: int
    outside: int


def count_changes(damaged: np.ndarray, repaired: np.ndarray, mask: np.ndarray | None) -> Changes:
    """Compares two images, uint8 `[28, 28]`, pixel by pixel; `mask`, bool `[28, 28]`, is True where damaged."""
    lost = np.zeros(damaged.shape, bool) if mask is None else mask
    return Changes(
        int((repaired > damaged).sum()),
        int((repaired.astype(int) - damaged > CLEAR).sum()),
        int((repaired < damaged).sum()),
        int(lost.sum()),
        int(((repaired != damaged) & ~lost).sum()),
    )


@st.cache_data(max_entries=100, show_spinner=False)
def _repair(_models: Models, key: Any, damaged: np.ndarray, mask: np.ndarray | None, candidates: int) -> Outcome:
    return repair_and_read(_models.repairer, _models.reader, damaged, mask, candidates)


def repair(models: Models, task: Task) -> Outcome:
    """Has a task repaired and read; loads the models where they are not there yet. Raises GanlabError."""
    models.load()
    return _repair(models, models.key, task.damaged, task.mask, CANDIDATES if permission.allowed() else FEWER)


def show(models: Models, task: Task, outcome: Outcome) -> None:
    """All that is said of a task."""
    place = chosen(task, len(outcome.repaired))
    repaired = outcome.repaired[place]
    _warn(task)
    if outcome.before is not None and outcome.after is not None:
        _verdict(outcome.before, outcome.after[place], models.names)
    _pictures(task, repaired)
    st.caption(plain(in_words(task, repaired)))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _wipe(task.damaged, repaired)
    if outcome.before is not None and outcome.after is not None:
        with right:
            charts.show(draw_bars(outcome.before, outcome.after[place], models.names), "repair-bars")
    if len(outcome.repaired) > 1:
        _alternatives(models, task, outcome, place)
    download("Repaired digit as PNG", images.png(repaired), "repaired.png", key="repair-download")


def _warn(task: Task) -> None:
    """What is odd about a task, which is done all the same."""
    if not task.damaged.any():
        st.warning("Nothing is left of the digit, so the model has to guess. Damage less of it.")
    elif task.original is not None and (task.damaged == task.original).all():
        st.info("The damage does not touch a stroke of this digit, so there is nothing to repair. Move the damage.")


# What is read


def _verdict(before: np.ndarray, after: np.ndarray, names: tuple[str, ...]) -> None:
    """The classifier's word before and after, both `[10]`."""
    with st.container(key="repair-read"):
        st.html(STYLE)
        st.markdown(f"## {plain(sentence(before, after, names))}")
    if after.max() < UNSURE:
        st.info(
            "The classifier is not sure what this is. It knows only ten classes, so it cannot read a letter or a "
            "scribble."
        )


def sentence(before: np.ndarray, after: np.ndarray, names: tuple[str, ...]) -> str:
    """For example: Before: read as 1 (62% sure). After: read as 7 (99% sure)."""
    parts = []
    for when, read in (("Before", before), ("After", after)):
        parts.append(f"{when}: read as {names[int(read.argmax())]} ({_percent(float(read.max()))} sure).")
    return " ".join(parts)


def _percent(share: float) -> str:
    """Never 100%, as no reading is."""
    return "over 99%" if share > 0.99 else f"{share:.0%}"


def draw_bars(before: np.ndarray, after: np.ndarray, names: tuple[str, ...]) -> dict[str, Any]:
    """A Plotly figure: the probability of each class before and after, both `[10]`, as bars side by side."""
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": list(names),
            "y": read.astype(float).round(4).tolist(),
            "marker": {"color": colour, "pattern": {"shape": shape, "fgopacity": 0.6}},
            "hovertemplate": f"{name}: %{{x}} with %{{y:.1%}}<extra></extra>",
        }
        for name, read, colour, shape in (("before", before, DAMAGED, "/"), ("after", after, REPAIRED, ""))
    ]
    xaxis = {"type": "category", **charts.titled("what the classifier may read")}
    yaxis = {"range": [0, 1], "tickformat": ".0%", **charts.titled("probability")}
    return charts.figure(bars, 260, xaxis, yaxis, barmode="group", bargap=0.25)


# What changed


def _pictures(task: Task, repaired: np.ndarray) -> None:
    shown = [
        (task.damaged, "Damaged, as the model sees it: 28 x 28"),
        (repaired, "Repaired"),
        (tint(task.damaged, repaired, task.mask), "What changed: blue became lighter, orange darker"),
    ]
    if task.original is not None:
        shown.insert(2, (task.original, "Original"))
    with st.container(horizontal=True, gap="small", key="repair-pictures"):
        for image, words in shown:
            picture(image, words, WIDTH, SCALE, within=True)


def tint(damaged: np.ndarray, repaired: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
    """The repaired image in colours, uint8 `[28, 28, 3]`: pixels that became lighter in blue, darker ones in orange,
    the brighter the more they changed; the rest of the mask is dark grey."""
    tinted = (repaired[..., None] * 0.7).repeat(3, axis=2)
    if mask is not None:
        tinted[mask & (repaired == damaged)] = MASKED
    change = repaired.astype(int) - damaged
    for where, colour in ((change > 0, LIGHTER), (change < 0, DARKER)):
        strength = 0.2 + 0.8 * np.abs(change[where]) / 255
        tinted[where] = strength[:, None] * np.array(colour)
    return np.rint(tinted).astype(np.uint8)


def in_words(task: Task, repaired: np.ndarray) -> str:
    """What changed, as counted. Beside known damage a model changes pixels only if it redraws the whole image."""
    found = count_changes(task.damaged, repaired, task.mask)
    if task.mask is None:
        added = f"{many(found.lighter, 'pixel')} became lighter" if found.lighter else "No pixel became lighter"
        if found.lighter:
            added += f", {found.clearly} of them by more than a quarter of the way from black to white"
        removed = f"{many(found.darker, 'pixel')} became darker" if found.darker else "no pixel became darker"
        return f"{added}; {removed}."
    words = f"{many(found.lost, 'pixel')} {'was' if found.lost == 1 else 'were'} lost, and the model filled "
    filled = found.lighter + found.darker - found.outside
    words += f"{filled} of them and left the others black. " if filled < found.lost else "all of them. "
    if not found.outside:
        return words + "It changed none of the other pixels."
    words += f"It also changed {many(found.outside, 'pixel')} that {'was' if found.outside == 1 else 'were'} not lost"
    return words + ", as it redraws the whole image."


def _wipe(damaged: np.ndarray, repaired: np.ndarray) -> None:
    """Both images on top of each other, with a border to drag between them."""
    piece = component("ganlab_wipe", "repair/wipe")
    pictures = {"before": base64_png(damaged, SCALE), "after": base64_png(repaired, SCALE)}
    piece(key="repair-wipe", data=pictures)


# Others


def _alternatives(models: Models, task: Task, outcome: Outcome, place: int) -> None:
    """Several repairs to choose from."""
    st.markdown(f"**{len(outcome.repaired)} repairs of the same damage**")
    best = "most likely" if models.has_critic else "plainest"
    made = f"The model made {outcome.candidates * len(outcome.repaired)} repairs"
    if hardly_differ(task.damaged, outcome.repaired):
        which = f"{made}; these are {len(outcome.repaired)} of them."
    else:
        which = (
            f"A gap can often be filled in several ways. {made}; these are the {best} one and those that differ most "
            "from each other."
        )
    st.caption(
        f"{which} {how_varied(task.damaged, outcome.repaired)} "
        f"{RANKED if models.has_critic else UNRANKED} The classifier has no influence on the order. "
        "The measurements under *How good is it?* use the model's plainest repair, without such a choice."
    )
    with st.container(horizontal=True, gap="small", key="repair-alternatives"):
        for number, image in enumerate(outcome.repaired):
            with st.container(width=WIDTH):
                words = f"Repair {number + 1}"
                if outcome.after is not None:
                    read = outcome.after[number]
                    words += f": {models.names[int(read.argmax())]} ({_percent(float(read.max()))})"
                picture(image, plain(words), WIDTH, SCALE, alt=words)
                choose_button(number == place, f"repair-choose-{number}", _choose, (task.digest, number))


def how_varied(damaged: np.ndarray, repairs: np.ndarray) -> str:
    """How far several repairs, uint8 `[k, 28, 28]`, of an image, `[28, 28]`, differ in the strokes that they add."""
    if not np.ptp(repairs, axis=0).any():
        return "Here all repairs are the same."
    by = f"by {_apart(damaged, repairs):.0f} of 255 grey levels on average"
    if hardly_differ(damaged, repairs):
        return f"Here **the repairs hardly differ**: the strokes that they add differ only {by}."
    return f"The strokes that these repairs add differ {by}."


def hardly_differ(damaged: np.ndarray, repairs: np.ndarray) -> bool:
    """Whether several repairs, as for `how_varied`, look alike."""
    return _apart(damaged, repairs) < ALIKE


def _apart(damaged: np.ndarray, repairs: np.ndarray) -> float:
    """Grey levels between the strokes that repairs add."""
    drawn = repairs.max(axis=0).astype(int) - damaged > CLEAR
    return variety(repairs[None], drawn[None]) if drawn.any() else 0.0


def chosen(task: Task, count: int) -> int:
    """Which of the `count` repairs was chosen: as the address says, if it speaks of this task."""
    digest, _, number = st.query_params.get(CHOSEN, "").partition(".")
    return int(number) if digest == task.digest and number in map(str, range(count)) else 0


def _choose(digest: str, number: int) -> None:
    st.query_params[CHOSEN] = f"{digest}.{number}"
