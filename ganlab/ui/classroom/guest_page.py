"""What a guest of a class is told."""

import streamlit as st

from ganlab.ui.shared.class_gate import ANSWER
from ganlab.ui.shared.class_state import state

WAYS = (
    ("Watch what is being trained", "pages/train.py", "The digits that a network draws get better while you watch."),
    ("Wander through what a model learned", "pages/latent.py", "Drag over a map of digits and see them change."),
    ("Repair your own digit", "pages/repair.py", "Draw a digit with a gap, and send it to the host if you like."),
    ("See how a GAN learns, from inside", "pages/lab.py", "A GAN of points in the plane, and all of its training."),
    ("Look into a network", "pages/layers.py", "What each layer of a network makes of an image."),
    ("Try the ideas", "pages/ideas.py", "The game of two networks and more, as things to touch."),
)
LINKS = {
    "wrong": "This host link is not right, or it is an old one: a server has a new one with each start.",
    "wait": "There were too many wrong host links from here. Wait a minute, then open the right one.",
}


def show() -> None:
    """The whole page."""
    if st.query_params.get(ANSWER) in LINKS:
        st.warning(LINKS[st.query_params[ANSWER]])
    st.markdown(
        "You are a **guest** of a class about **GANs** (generative adversarial networks: one network draws, another "
        "one judges its drawings). The bar above says whether this page follows the host. *Look around* lets you go "
        "where you like, and *Follow the host* brings you back."
    )
    if state.place:
        st.markdown(f"The host now shows the page **{state.place.title}**.")
    columns = st.columns(2)
    for number, (label, page, words) in enumerate(WAYS):
        with columns[number % 2], st.container(border=True, gap="small"):
            if st.button(label, key=f"class-way-{page}", width="stretch"):
                st.switch_page(page)
            st.caption(words)
    st.caption(
        "What you draw and choose is in the memory of the host's computer alone, and goes when you leave. A drawing "
        "that you send is there until the host forgets it, for an hour at most. Nobody asks for your name."
    )
