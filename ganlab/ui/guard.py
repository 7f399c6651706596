"""Keeps Streamlit from disturbing the training that runs beside it."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import script_runner

HOOK = "_clean_problem_modules"


def enter_by_the_router() -> None:
    """Has app.py run first where a page was opened before it ever ran.

    Until `st.navigation` has been called once in a server's life, Streamlit takes the folder pages/ for an app of its
    older kind and runs the page alone.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


def leave_keras_alone() -> None:
    """Takes out what Streamlit does to Keras after every run of a page, polls included: it clears the session.

    That resets names, settings and compiled kernels under the network that is being built or trained, and can end the
    whole process. There is no option for it.
    """
    if hasattr(script_runner, HOOK):
        setattr(script_runner, HOOK, lambda: None)
