"""The trainings of a sweep that are at work: how far each of them is, where there are several, and which of them is
looked at."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from ganlab.ui.shared.assets import text
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.sweep_look import Look

CHOSEN = "sweep-at-work"  # in the session: the place of the training that is looked at
TALL = 300  # pixels of the table, where it is scrolled
MANY = 8


def chosen(at_work: Sequence[int]) -> int | None:
    """The place of the training that is looked at: the one that was chosen, or else the first; None of none."""
    place = st.session_state.get(CHOSEN)
    return place if place in at_work else next(iter(at_work), None)


def choose(at_work: Sequence[int], words: Callable[[int], str]) -> int | None:
    """As `chosen`, with a field to choose by where there are several."""
    if len(at_work) > 1:
        st.selectbox(
            "Which training to look at",
            at_work,
            key=CHOSEN,
            format_func=lambda place: f"{place + 1}: {words(place)}",
            width=420,
        )
    return chosen(at_work)


def table(now: Look) -> None:
    """How far each is, and on which machine; nothing of a single one on this machine, which is shown live below."""
    progress = now.now
    if len(progress.at_work) < 2 and not progress.machines:
        return
    rows = []
    for place in progress.at_work:
        run = now.run(place)
        done = f"{run.done:,} of {run.total:,}" if run and run.total else ""
        rows.append([str(place + 1), progress.machines.get(place, ""), done])
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Training at work", "Machine", "Iterations"))
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    style = f"<style>{text('train/sweep_table.css')}</style>"
    many = len(rows) > MANY
    with st.container(key="sweep-at-work-table", height=TALL if many else "content", border=many):
        st.html(f'{style}<table class="sweep"><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>')


def tell_dashboard(now: Look) -> None:
    """Where Ray itself shows what its machines do."""
    if now.active and now.job and now.job.dashboard:
        address = f"http://{now.job.dashboard}"
        st.caption(f"Ray shows what its machines do at [{plain(address)}]({address}).")
