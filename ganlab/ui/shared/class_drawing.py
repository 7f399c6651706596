"""A guest's drawing, sent to the host of a class if the guest likes."""

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ganlab.ui.shared.class_state import state
from ganlab.ui.shared.hosts import is_guest

SENT = "class-drawing-sent"  # in the session: the content of the drawing that was sent last


def offer(drawn: np.ndarray, repaired: np.ndarray) -> None:
    """A button that sends a drawing and its repair, uint8 `[28, 28]` each; nothing where there is no class, and for
    hosts."""
    if not is_guest():
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        help = "The host can then show it to the class. Nobody else gets it, and it says nothing of who you are."
        st.button("Send it to the host", key="class-send", on_click=_send, args=(drawn, repaired), help=help)
        if st.session_state.get(SENT) == drawn.tobytes():
            st.caption("It was sent. The host decides whether it is shown.", width="content")


def _send(drawn: np.ndarray, repaired: np.ndarray) -> None:
    context = get_script_run_ctx()
    if context is not None:
        state.send(context.session_id, drawn, repaired)
        st.session_state[SENT] = drawn.tobytes()
