"""The router: page config and navigation, nothing else."""

import streamlit as st

from ganlab.startup import warm_up
from ganlab.ui.shared import class_bar, hosts
from ganlab.ui.shared.streamlit_patches import note_router
from ganlab.ui.shared.theme import dress

st.set_page_config(page_title="ganlab", layout="wide")
pages = [
    st.Page("pages/home.py", title="Home", default=True),
    st.Page("pages/train.py", title="Train", url_path="train"),
    st.Page("pages/runs.py", title="Runs", url_path="runs"),
    st.Page("pages/latent.py", title="Latent", url_path="latent"),
    st.Page("pages/repair.py", title="Repair", url_path="repair"),
    st.Page("pages/lab.py", title="Lab", url_path="lab"),
    st.Page("pages/layers.py", title="Layers", url_path="layers"),
    st.Page("pages/ideas.py", title="Ideas", url_path="ideas"),
]
if hosts.is_class():
    pages.append(st.Page("pages/class.py", title="Class", url_path="class"))
page = st.navigation(pages, position="top")
note_router()
dress(page.url_path)
class_bar.show()
page.run()
warm_up()
