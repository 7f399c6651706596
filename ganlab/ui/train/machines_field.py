"""Which machines train a sweep: this one, or others by Ray. There is no such field where Ray is not installed."""

import streamlit as st

from ganlab.jobs.ray_cluster import HERE, LOCAL, is_installed
from ganlab.ui.shared import fields

CLUSTER = "cluster"  # in the field: an address is asked for
TITLES = {
    HERE: "This machine, one after the other",
    LOCAL: "This machine, several at once (Ray)",
    CLUSTER: "A Ray cluster",
}
AGAIN = "sweep-again-on"  # in the session


def ask() -> str:
    """Where a new sweep is to be trained: `here`, `ray`, or an address, "" while that is missing."""
    if not is_installed():
        return HERE
    chosen = fields.select("Where", TITLES, "on")
    if chosen != CLUSTER:
        return chosen
    help = (
        "As `ray start --head` says it on the cluster's first machine, or `auto` for one that this machine is part of."
    )
    address = st.text_input(
        "Address of the cluster", key="cluster", placeholder="ray://192.168.0.1:10001", bind="query-params", help=help
    )
    return (address or "").strip()


def ask_again(began: str) -> str:
    """Where a sweep is to go on that `began` there."""
    if not is_installed():
        return HERE
    titles = {began: TITLES.get(began, f"Ray cluster at {began}"), HERE: TITLES[HERE], LOCAL: TITLES[LOCAL]}
    return st.selectbox("Where", list(titles), format_func=titles.__getitem__, key=AGAIN, width=300)
