"""The worst cases: repaired test images that the classifier reads wrongly, each to be looked into."""

from typing import Any

import streamlit as st

from ganlab.evaluation import RepairFigures
from ganlab.ui.repair.outcomes import DAMAGED, REPAIRED
from ganlab.ui.repair.repair_result import draw_bars, sentence
from ganlab.ui.shared import charts
from ganlab.ui.shared.formatting import many, plain
from ganlab.ui.shared.pictures import image_button, picture

SCALE = 5  # screen pixels for each of an image
WORST, COLUMNS = 20, 10
STYLE = f"""
<style>
.st-key-quality-cases {{ display: grid; gap: 0.3rem; grid-template-columns: repeat({COLUMNS}, minmax(0, 1fr)); }}
.st-key-quality-cases button {{ display: block; padding: 4px; min-height: 0; width: 100%; }}
.st-key-quality-cases button :is(div, span, p) {{ display: block; width: 100%; margin: 0; }}
.st-key-quality-cases img {{
  display: block; width: 100%; height: auto; max-height: none; object-fit: fill !important;
  image-rendering: pixelated; border-radius: 3px;
}}
@media (max-width: 640px) {{
  .st-key-quality-cases {{ grid-template-columns: repeat({COLUMNS // 2}, minmax(0, 1fr)); }}
}}
</style>
"""


def show(figures: RepairFigures, names: tuple[str, ...], key: Any) -> None:
    st.subheader("The worst cases", anchor=False)
    worst = figures.worst(REPAIRED)
    if not len(worst):
        st.success("The classifier reads all repaired images correctly.")
        return
    harmed = int((figures.right(DAMAGED)[worst]).sum())
    before = f"{harmed:,} of them {'was' if harmed == 1 else 'were'}" if harmed else "none of them was"
    most = f" The first {WORST} are shown." if len(worst) > WORST else ""
    st.caption(
        f"The classifier reads {many(len(worst), 'image')} wrongly after the repair; {before} read correctly when "
        f"damaged. They begin with those of which the classifier is surest.{most} Press one to look into it."
    )
    shown = worst[:WORST].tolist()
    chosen = st.session_state.get("quality-case")
    case = chosen[1] if chosen and chosen[0] == key and chosen[1] in shown else shown[0]
    with st.container(key="quality-cases"):
        for place, number in enumerate(shown):
            image = figures.repaired[REPAIRED][number]
            shows, read = names[figures.labels[number]], names[int(figures.read[REPAIRED][number].argmax())]
            look, end = ("primary", ", chosen") if number == case else ("secondary", "")
            words = plain(f"Case {place + 1}: shows {shows}, read as {read}{end}")
            name, kept = f"quality-case-{place}", {"quality-case": (key, number)}
            image_button(words, image, name, SCALE, type=look, on_click=st.session_state.update, args=(kept,))
    _look_into(figures, names, case)


def _look_into(figures: RepairFigures, names: tuple[str, ...], number: int) -> None:
    before, after = figures.read[DAMAGED][number], figures.read[REPAIRED][number]
    shows = names[figures.labels[number]]
    st.markdown(f"**Test image {number + 1:,} shows {plain(shows)}.** {plain(sentence(before, after, names))}")
    left, right = st.columns([2, 3], gap="medium")
    with left, st.container(horizontal=True, gap="small", key="quality-case-pictures"):
        for words, image in (
            ("Original", figures.images[number]),
            ("Damaged", figures.damaged[number]),
            ("Repaired", figures.repaired[REPAIRED][number]),
        ):
            picture(image, words, 104, SCALE, alt=f"{words}: {shows}")
    with right:
        charts.show(draw_bars(before, after, names), "quality-bars")
