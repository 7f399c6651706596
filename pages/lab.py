"""Lab: a GAN in the plane, all of it visible at once."""

from pathlib import Path

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.runs import resolve, runs_folder
from ganlab.ui.lab import guest_training, race_page, run_page, setup_form
from ganlab.ui.shared import race_look
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.problems import show_errors
from ganlab.ui.shared.streamlit_patches import enter_by_the_router

SHIPPED = "plane-ring"  # what moves before anything has been trained


def attached() -> Path | None:
    """The run, or one of the race, in the address, else the one at work in the plane, else the one that ships with
    ganlab."""
    name = st.query_params.get("run") or st.query_params.get(race_look.QUERY)
    if not name:
        job = worker.current()
        if job is not None and setup_form.is_in_plane(job):
            if len(job.parts) > 1:
                st.query_params[race_look.QUERY] = job.run.name
            return job.run
    try:
        run = resolve(name or SHIPPED, runs_folder())
    except GanlabError as error:
        if name:
            st.warning(plain(str(error)))
        return None
    if not run.config.points:
        st.warning(plain(f"{run.id} learns images, not points in the plane. Watch it on the Train page."))
        return None
    return run.path


enter_by_the_router()
st.title("Lab", anchor=False)
if "words" not in run_page.listed(run_page.HIDE):
    st.markdown(
        "In the Lab a **GAN** learns points of the plane in place of images, so that everything about it can be seen: "
        "a **generator** makes points from random numbers, a **discriminator** says of every place how real a point "
        "there would look, and each learns from the other."
    )
own = guest_training.show() if is_guest() else None
shown = own or attached()
if "form" not in run_page.listed(run_page.HIDE) and not is_guest():
    setup_form.show()
if shown is not None:
    with show_errors():
        if own is None and "run" not in st.query_params and race_look.QUERY in st.query_params:
            race_page.show(shown)
        else:
            run_page.show(shown)
