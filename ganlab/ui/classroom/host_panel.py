"""What a host leads a class with."""

import streamlit as st

from ganlab.jobs.guest_line import line
from ganlab.ui.classroom import qr_code
from ganlab.ui.shared import class_server
from ganlab.ui.shared.class_state import CLASS, Drawing, state
from ganlab.ui.shared.formatting import many
from ganlab.ui.shared.pictures import picture

POLL_SECONDS = 2.0
LARGE = "class-large"  # in the session: whether the code is shown large
ROW = 6  # drawings beside each other
LARGE_PICTURE = 560  # pixels, where there is room
SHOWN = ("What a guest drew", "What the repair made of it")


def show() -> None:
    """The whole panel."""
    address = f"{class_server.address()}/{CLASS}"
    if st.session_state.get(LARGE):
        st.button("Make it small again", key="class-small", on_click=_large, args=(False,))
        qr_code.show(address, large=True)
        return
    if state.shown:
        _on_the_screen(state.shown)
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.markdown("**Guests come here**, in the same network, with a phone or a computer:")
        qr_code.show(address, large=False)
        st.button("Show it large", key="class-show-large", on_click=_large, args=(True,))
    with right:
        st.fragment(run_every=POLL_SECONDS)(_people)()
        _choices()
    st.fragment(run_every=POLL_SECONDS)(_drawings)()


def _large(large: bool) -> None:
    st.session_state[LARGE] = large


def _people() -> None:
    """How many are there, where they are led, and what they train."""
    st.header(f"{many(class_server.guests(), 'guest')} here", anchor=False)
    place = f"your {state.place.title} page" if state.place else "nothing yet: open a page"
    st.caption(f"Each open page counts. Those who follow you see {place}.")
    if state.guests_train:
        at_work, waiting = line.counts()
        st.caption(f"Trainings of guests: {at_work} at work, {waiting} in line. Yours always go first.")


def _choices() -> None:
    help = "Has everybody follow you from now on, also those who look around by themselves."
    st.button("Gather everybody", key="class-gather", type="primary", on_click=state.gather, help=help)
    help = "Guests may then train small GANs of points in the Lab, one after the other, while you train nothing."
    st.toggle("Let guests train", state.guests_train, key="class-train", on_change=_let_train, help=help)
    st.caption(
        "Guests can look at what you train, play on Latent, Repair, Lab, Layers and Ideas, and send you a drawing. "
        f"{'But for their own small trainings in the Lab, they' if state.guests_train else 'They'} cannot start, stop, "
        "change, upload, export or delete anything. Nothing about them is kept."
    )


def _let_train() -> None:
    state.let_train(bool(st.session_state["class-train"]))
    if not state.guests_train:
        line.clear()


def _drawings() -> None:
    """What guests sent, each with a way to show it."""
    found = state.drawings()
    st.header("Drawings", anchor=False)
    if not found:
        st.caption("Guests can send you what they draw on the Repair page. Nobody has yet.")
        return
    columns = st.columns(ROW)
    for number, one in enumerate(found):
        with columns[number % ROW]:
            picture(one.drawn, f"Drawing {len(found) - number}", 96)
            if st.button("Show", key=f"class-show-{one.key}"):
                state.put_up(one.key)
                st.rerun()
    if st.button("Forget all drawings", key="class-forget"):
        state.clear()
        st.rerun()


def _on_the_screen(one: Drawing) -> None:
    with st.container(border=True, key="class-screen"):
        for column, image, words in zip(st.columns(2), (one.drawn, one.repaired), SHOWN, strict=True):
            with column:
                picture(image, words, LARGE_PICTURE, 16)
        st.button("Take it down", key="class-down", on_click=state.put_up, args=("",))
