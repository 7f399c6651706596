"""Keeps Streamlit from disturbing the training that runs beside it, and one page from breaking the next."""

import dataclasses
import math
import threading
from typing import Any

import streamlit as st
from streamlit.elements.widgets.number_input import NumberInputSerde
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import RerunData, script_runner

HOOK = "_clean_problem_modules"
RUN = "_run_script"
ROUTED = "routed"  # in a session that app.py has run in
_turned = threading.Event()  # once this server has been turned away from pages/


def enter_by_the_router() -> None:
    """Has app.py run first where a page was opened before it ever ran.

    Until `st.navigation` has been called once in a server's life, Streamlit takes the folder pages/ for an app of its
    older kind and runs the page alone: in the first session, and in those that come while it is turned away from that.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        _turned.set()
    if _turned.is_set() and ROUTED not in st.session_state:
        note_router()  # once is enough
        st.rerun()


def note_router() -> None:
    """Called by app.py before each page."""
    st.session_state[ROUTED] = True


def leave_keras_alone() -> None:
    """Takes out what Streamlit does to Keras after every run of a page, polls included: it clears the session.

    That resets names, settings and compiled kernels under the network that is being built or trained, and can end the
    whole process. There is no option for it.
    """
    if hasattr(script_runner, HOOK):
        setattr(script_runner, HOOK, lambda: None)


def take_no_infinite_numbers() -> None:
    """Has a field for a number begin as usual where the address gives it one that is too large for a float.

    Streamlit reads that as infinite, and then fails to make a whole number of it.
    """
    read = NumberInputSerde.deserialize

    def read_finite(field: NumberInputSerde, value: Any) -> Any:
        return read(field, None if isinstance(value, float) and math.isinf(value) else value)

    NumberInputSerde.deserialize = read_finite  # type: ignore[method-assign]


def drop_what_a_page_left_asked() -> None:
    """Has a poll that arrives while another page is being opened come to nothing.

    Streamlit keeps such a poll until the new page stands, finds its fragment gone, and has by then told the browser
    that the old page is back: the new page is wiped, and its own next poll breaks it.
    """
    run = getattr(script_runner.ScriptRunner, RUN)

    def run_what_is_there(runner: script_runner.ScriptRunner, request: RerunData) -> None:
        asked = request.fragment_id_queue
        there = [name for name in asked if runner._fragment_storage.contains(name)]
        if there or not asked:
            run(runner, dataclasses.replace(request, fragment_id_queue=there))

    setattr(script_runner.ScriptRunner, RUN, run_what_is_there)
