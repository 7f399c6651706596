"""Which runs are ticked on the list to be compared; the address knows them, and which are being compared."""

from collections.abc import Mapping, Sequence

import streamlit as st

from ganlab.evaluation.comparison import MOST
from ganlab.ui.shared import list_filters
from ganlab.ui.shared.formatting import plain

TICKED, COMPARED = "ticked", "compare"  # in the address: names of runs, with commas between them
STYLE = """
<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-compare-bar) { position: sticky; bottom: 0; z-index: 10; }
.st-key-compare-bar { background: Canvas; }
</style>
"""


def names(query: str = TICKED) -> list[str]:
    """The names of runs in the address, each once."""
    return list(dict.fromkeys(name for name in st.query_params.get(query, "").split(",") if name))


def box(key: str) -> None:
    """A box to tick for the run of this name; once enough are ticked, only those can be changed."""
    ticked = names()
    st.session_state[f"tick-{key}"] = key in ticked
    full = len(ticked) >= MOST and key not in ticked
    words = f"{MOST} runs are ticked already, and no more can be compared at once." if full else None
    st.checkbox("Compare", key=f"tick-{key}", disabled=full, help=words, on_change=_turn, args=(key,))


def _turn(key: str) -> None:
    ticked = names()
    keep([name for name in ticked if name != key] if key in ticked else [*ticked, key])


def keep(ticked: Sequence[str]) -> None:
    """Has exactly these ticked."""
    if ticked:
        st.query_params[TICKED] = ",".join(ticked)
    else:
        st.query_params.pop(TICKED, None)


def bar(titles: Mapping[str, str]) -> None:
    """What is ticked, and the way on; `titles` are the runs' own by their names. Stays in sight below a long list."""
    ticked = names()
    if not ticked:
        return
    st.html(STYLE)
    with st.container(border=True, key="compare-bar", horizontal=True, vertical_alignment="center"):
        listed = ", ".join(plain(titles.get(name, name)) for name in ticked)
        alone = len(ticked) == 1
        more = " Tick one more run to compare the two." if alone else ""
        st.markdown(f"**{len(ticked)} to compare:** {listed}.{more}", width="stretch")
        words = "Compare" if alone else f"Compare {len(ticked)} runs"
        st.button(words, type="primary", key="compare-them", disabled=alone, on_click=compare, args=(ticked,))
        st.button("Clear", key="tick-none", on_click=keep, args=([],))


def compare(keys: Sequence[str]) -> None:
    """Leads from the list to the comparison of these runs."""
    keep([])
    list_filters.leave(**{COMPARED: ",".join(keys)})


def back() -> None:
    """Leads from the comparison to the list, where the runs are still ticked."""
    ticked = names(COMPARED)
    st.query_params.pop(COMPARED, None)
    keep(ticked[:MOST])
