"""Ideas: the ideas of the books as things to touch."""

from functools import partial

import streamlit as st

from ganlab.ui.ideas.pieces import IDEAS, show
from ganlab.ui.shared.sections import show_one
from ganlab.ui.shared.streamlit_patches import enter_by_the_router
from ganlab.ui.shared.theme import on_a_slide

enter_by_the_router()
only = st.query_params.get("only", "")
if only in IDEAS:
    on_a_slide()
    show(only, alone=True)
else:
    st.title("Ideas", anchor=False)
    st.markdown(
        "What the books say about **GANs** (generative adversarial networks: a generator draws, a discriminator "
        "judges), as things to touch. The numbers follow as you move things."
    )
    show_one({name: (idea.title, partial(show, name)) for name, idea in IDEAS.items()}, "Idea", "idea", "idea")
