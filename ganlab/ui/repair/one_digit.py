"""One digit, drawn with gaps or damaged, and what becomes of it, after every stroke."""

import streamlit as st

from ganlab.ui.repair import repair_result, url_fields
from ganlab.ui.repair.digit_source import Task, damaged_task, drawn_task, example, has_strokes
from ganlab.ui.repair.model_choice import Models, choose_models
from ganlab.ui.shared import class_drawing
from ganlab.ui.shared.problems import show_errors

MODES = {"draw": "Draw", "damage": "Damage"}
WAITING = "repair-waiting"  # in the session: the task that was last repaired by the button


def show() -> None:
    """The whole section."""
    models = choose_models(at_once=False)
    if models is not None:
        st.fragment(_digit)(models)


def _digit(models: Models) -> None:
    """All that follows the strokes."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        mode = url_fields.segments("What to do", "mode", MODES, "draw")
        follows = True
        if mode == "draw" or has_strokes():
            words = "On: the result appears after every stroke. Off: the result waits for the button Repair."
            follows = url_fields.toggle("Follow my strokes", "follow", True, words)
    left, right = st.columns([2, 3], gap="large")
    task = None
    with left, show_errors():
        task = drawn_task() if mode == "draw" else damaged_task(models)
    with right, show_errors():
        _result(models, task, follows, mode == "draw")


def _result(models: Models, task: Task | None, follows: bool, draws: bool) -> None:
    if task is not None and not follows:
        task = _when_asked(task)
        if task is None:
            return
    if task is not None:
        outcome = repair_result.repair(models, task)
        repair_result.show(models, task, outcome)
        return class_drawing.offer(task.damaged, outcome.repaired[repair_result.chosen(task, len(outcome.repaired))])
    what = "Draw a digit" if draws else "Choose a digit and damage it"
    found = example(models)
    if found is None:
        st.info(f"{what}, and its repair appears here.")
        return
    st.info(f"{what}, and its repair appears here. Until then, here is an example.")
    task, outcome = found
    repair_result.show(models, task, outcome or repair_result.repair(models, task))


def _when_asked(task: Task) -> Task | None:
    """The task that was there when the button was pressed last."""
    if st.button("Repair", type="primary", key="repair-go"):
        st.session_state[WAITING] = task
    asked = st.session_state.get(WAITING)
    if asked is None:
        st.info("Press Repair when you are ready.")
    elif asked.digest != task.digest:
        st.info("You have changed the digit since then. Press Repair again. Below is the result for the digit before.")
    return asked
