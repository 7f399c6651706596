"""One run in the plane: its view, its controls, and what to say of it."""

from pathlib import Path

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.runs import Run
from ganlab.ui.lab import frames, lab_view, networks, run_controls, slow_motion, verdict
from ganlab.ui.shared import live_knobs
from ganlab.ui.shared.feed import question, send
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.run_labels import title_of
from ganlab.ui.shared.run_look import Look, head, look
from ganlab.ui.shared.run_states import STATE_COLOURS, STATES

POLL_SECONDS = 0.4
LAYERS, HIDE, AT = "layers", "hide", "at"  # of the address


def listed(name: str) -> list[str]:
    """What the address lists under a name, separated by commas."""
    return [word for word in st.query_params.get(name, "").split(",") if word]


def looked_at() -> tuple[list[str], int | None]:
    """The layers that the address names, or those that are shown at first, and its iteration; None is the latest."""
    at = st.query_params.get(AT, "")
    layers = [layer for layer in listed(LAYERS) if layer in lab_view.LAYERS]
    return layers or list(lab_view.FIRST), int(at) if at.isdecimal() else None


def show(path: Path) -> None:
    """The run, with its controls; polls while it is active, and reruns the page whenever its state changes."""
    now = look(path)
    run, hidden = now.run, [*listed(HIDE), *(["gif"] if is_guest() else [])]  # which the server would draw
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(plain(title_of(run)), anchor=False, width="content")
        st.badge(STATES.get(now.state, now.state), color=STATE_COLOURS.get(now.state, "gray"))  # pyright: ignore
        st.caption(plain(_facts(run)), width="content")
    status = run.status
    if now.state == "failed":
        st.error(plain(status.message or (now.view.message if now.view else "The training failed.")))
    if "controls" not in hidden:
        run_controls.show(now)
    layers, moment = looked_at()
    lab_view.show(run, title_of(run), layers, moment, [part for part in hidden if part in lab_view.HIDEABLE])
    st.fragment(run_every=POLL_SECONDS if now.active else None)(_poll)(path, now.state, [0])
    verdict.show(run, now.active)
    if "knobs" not in hidden:
        live_knobs.show(now, expanded=True)
    if "networks" not in hidden:
        networks.show(path)


def _facts(run: Run) -> str:
    used = run.config.data
    parts = [used.title if used else run.config.dataset, run.config.preset, f"seed {run.config.seed}"]
    return " · ".join(parts)


def _poll(path: Path, state: str, sent: list[int]) -> None:
    """Sends what is new; `sent` keeps from one poll to the next up to which iteration moments went out."""
    job = worker.find(path) if state == "preparing" else None
    if job:
        job.wait(POLL_SECONDS, lambda view: view.state != "preparing" or view.preview is not None)
    try:
        now = look(path)
    except GanlabError:  # deleted meanwhile, which the page says
        st.rerun()
    asked, sent[0] = send_new(now, sent[0])
    remember(asked, now.run)
    if now.state != state:
        st.rerun()


def send_new(now: Look, sent: int, feed: str = "feed") -> tuple[object, int]:
    """Sends the view that this feed serves what is new, or what it asks for. Returns what it asks, and up to which
    iteration moments have now been sent; before, it is `sent`."""
    asked = question(feed)
    slow, beside = slow_motion.shown(now, asked)
    about = {**head(now, words_of(now)), **({"slow": slow} if slow else {})}
    content, sent = frames.frame(now.run, about, asked, sent, live_knobs.names(now.run), beside)
    send(content, feed)
    return asked, sent


def words_of(now: Look) -> str:
    """What is being done before the first iteration."""
    view = now.view
    if view and view.message:
        return view.message + ("" if view.fraction is None else f": {view.fraction:.0%}")
    if view and now.state == "queued":
        return "It waits in line until the training before it is done."
    return ""


def remember(asked: object, run: Run) -> None:
    """Has the address name the layers and the moment that are looked at."""
    if not isinstance(asked, dict) or asked.get("run") != run.id:
        return
    layers = [layer for layer in asked.get("layers") or () if layer in lab_view.LAYERS]
    if layers and set(layers) != set(listed(LAYERS) or lab_view.FIRST):
        st.query_params[LAYERS] = ",".join(layers)
    at = asked.get("at")
    if isinstance(at, int | float) and str(int(at)) != st.query_params.get(AT):
        st.query_params[AT] = str(int(at))
    elif at is None and AT in st.query_params:
        del st.query_params[AT]
