"""Class: how others come in, what they may do, and their drawings; for guests, what this is and where the host is."""

import streamlit as st

from ganlab.ui.classroom import guest_page, host_panel
from ganlab.ui.shared import hosts
from ganlab.ui.shared.streamlit_patches import enter_by_the_router

enter_by_the_router()
st.title("Class", anchor=False)
if hosts.is_host():
    host_panel.show()
else:
    guest_page.show()
