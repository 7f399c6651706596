"""Keeps Streamlit from disturbing the training that runs beside it."""

import threading

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import script_runner

HOOK = "_clean_problem_modules"
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
